"""Everything public that has an address of its own, and since when it is as it is: for sitemaps."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from domain.db import UtcDateTime
from domain.disclosures.tables import DisclosureEdition
from domain.notices import NoticeEdition
from domain.officials import Official
from domain.powers.tables import PowerEdition, PowerItem
from domain.publishing import READABLE, State
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


class Part(StrEnum):
    """A kind of thing with addresses."""

    UNITS = "units"
    OFFICIALS = "officials"
    LISTS = "lists"
    POWERS = "powers"
    DISCLOSURES = "disclosures"
    NOTICES = "notices"


class Place(NamedTuple):
    """One thing.

    Attributes:
        name: the numbers or the code that stand in its address.
        at: when it became public; None where no moment says when the page changed last.
    """

    name: str
    at: datetime | None


class Extent(NamedTuple):
    """How many things a part has, and when the last of them became public."""

    size: int
    newest: datetime | None


def _selected(name: Any, at: Any, order: Any) -> sa.Select[Any]:
    return sa.select(sa.cast(name, sa.Text).label("name"), at.label("at")).order_by(order)


# A unit's or an official's page shows many things.
_NO_MOMENT = sa.cast(sa.null(), UtcDateTime())
_EDITION = sa.cast(PowerEdition.list_id, sa.Text) + "/" + sa.cast(PowerEdition.number, sa.Text)
_PARTS: dict[Part, sa.Select[Any]] = {
    Part.UNITS: _selected(Unit.code, _NO_MOMENT, Unit.id),
    Part.OFFICIALS: _selected(Official.id, _NO_MOMENT, Official.id),
    Part.LISTS: _selected(_EDITION, PowerEdition.published_at, PowerEdition.id).where(
        PowerEdition.state.in_(READABLE)
    ),
    Part.POWERS: _selected(PowerItem.id, PowerEdition.published_at, PowerItem.id)
    .join(PowerItem.edition)
    .where(PowerEdition.state == State.PUBLISHED),
    Part.DISCLOSURES: _selected(
        DisclosureEdition.disclosure_id, DisclosureEdition.published_at, DisclosureEdition.id
    ).where(DisclosureEdition.state == State.PUBLISHED),
    Part.NOTICES: _selected(
        NoticeEdition.notice_id, NoticeEdition.published_at, NoticeEdition.id
    ).where(NoticeEdition.state == State.PUBLISHED),
}


def places(session: Session, part: Part, limit: int, offset: int = 0) -> Sequence[Place]:
    """Some things of a part, always in the same order (one statement)."""
    rows = session.execute(_PARTS[part].limit(limit).offset(offset))
    return [Place(row.name, row.at) for row in rows]


def extents(session: Session) -> dict[Part, Extent]:
    """How much there is of each part (one statement)."""
    counted = []
    for part, query in _PARTS.items():
        rows = query.order_by(None).subquery()
        newest = sa.func.max(rows.c.at, type_=UtcDateTime())
        counted.append(sa.select(sa.literal(part.value), sa.func.count(), newest).select_from(rows))
    found = session.execute(sa.union_all(*counted))
    return {Part(part): Extent(size, newest) for part, size, newest in found}
