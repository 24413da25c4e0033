"""What has become public, of every published noun together, the newest first."""

from __future__ import annotations

import sqlalchemy as sa

from domain.disclosures.tables import DisclosureEdition
from domain.notices.tables import NoticeEdition
from domain.powers.tables import PowerEdition
from domain.publishing import Edition, State

# A further noun that is published in editions adds its table.
_TABLES: dict[str, type[Edition]] = {
    "powers": PowerEdition,
    "disclosures": DisclosureEdition,
    "notices": NoticeEdition,
}


def listing(*, unit_id: int | None = None) -> sa.Select[str]:
    """The editions in force as ``powers:<edition id>``, ``notices:<edition id>``; for a pager.

    Args:
        unit_id: only what this unit publishes.
    """
    several = sa.union_all(*(_of(kind, table, unit_id) for kind, table in _TABLES.items()))
    found = several.subquery()
    return sa.select(found.c.name).order_by(found.c.at.desc(), found.c.name)


def _of(kind: str, table: type[Edition], unit_id: int | None) -> sa.Select[str, object]:
    name = sa.literal(f"{kind}:") + sa.cast(table.id, sa.Text)
    query = sa.select(name.label("name"), table.published_at.label("at"))
    query = query.where(table.state == State.PUBLISHED)
    return query if unit_id is None else query.where(table.of_unit(unit_id))
