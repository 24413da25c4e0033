"""What of the disclosures is public now, for pages that list, count and search."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import indexing
from domain.disclosures.tables import (
    GROUPINGS,
    Disclosure,
    DisclosureEdition,
    Group,
    Grouping,
    Leaf,
    group_of,
)
from domain.publishing import READABLE, State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session


def listing(
    *,
    leaves: Sequence[Leaf] | None = None,
    unit_id: int | None = None,
    year: int | None = None,
    period: str | None = None,
) -> sa.Select[DisclosureEdition]:
    """Editions in force, newest first, narrowed; a query for a pager to count and cut."""
    query = (
        sa.select(DisclosureEdition)
        .join(DisclosureEdition.disclosure)
        .where(_narrowed(unit_id, year, period))
        .options(sa.orm.contains_eager(DisclosureEdition.disclosure).joinedload(Disclosure.unit))
        .order_by(DisclosureEdition.published_at.desc(), DisclosureEdition.id.desc())
    )
    if leaves is not None:
        query = query.where(Disclosure.leaf.in_(leaves))
    return query


def ever_public(
    *, unit_id: int | None = None, disclosure_id: int | None = None
) -> sa.Select[DisclosureEdition]:
    """Every edition that ever was public, withdrawn ones too; a query for a pager to order and cut.

    Of a withdrawn edition only its reason may be shown.
    """
    query = (
        sa.select(DisclosureEdition)
        .join(DisclosureEdition.disclosure)
        .where(DisclosureEdition.state.in_((*READABLE, State.WITHDRAWN)))
        .options(sa.orm.contains_eager(DisclosureEdition.disclosure).joinedload(Disclosure.unit))
    )
    if unit_id is not None:
        query = query.where(Disclosure.unit_id == unit_id)
    if disclosure_id is not None:
        query = query.where(Disclosure.id == disclosure_id)
    return query


def _narrowed(unit_id: int | None, year: int | None, period: str | None) -> sa.ColumnElement[bool]:
    conditions = [DisclosureEdition.state == State.PUBLISHED]
    if unit_id is not None:
        conditions.append(Disclosure.unit_id == unit_id)
    if year is not None:
        conditions.append(Disclosure.year == year)
    if period is not None:
        conditions.append(Disclosure.period == period)
    return sa.and_(*conditions)


def latest_by_group(
    session: Session, unit_id: int, grouping: Grouping, each: int
) -> dict[Group, list[DisclosureEdition]]:
    """The last editions in force of a unit in every group, at most ``each``; one statement.

    Only what a list of them shows is loaded: title and day.
    """
    found: dict[Group, list[DisclosureEdition]] = {name: [] for name in GROUPINGS[grouping]}
    for edition in session.scalars(_latest(grouping, each), {"unit_id": unit_id}):
        found[group_of(edition.disclosure.leaf, grouping)].append(edition)
    return found


# Built once: building it takes longer than asking.
@cache
def _latest(grouping: Grouping, each: int) -> sa.Select[DisclosureEdition]:
    groups = GROUPINGS[grouping]
    group = sa.case(
        {leaf: name for name, ls in groups.items() for leaf in ls}, value=Disclosure.leaf
    )
    newest_first = (DisclosureEdition.published_at.desc(), DisclosureEdition.id.desc())
    ranked = (
        sa.select(
            DisclosureEdition.id,
            sa.func.row_number().over(partition_by=group, order_by=newest_first).label("rank"),
        )
        .join(DisclosureEdition.disclosure)
        .where(
            DisclosureEdition.state == State.PUBLISHED,
            Disclosure.unit_id == sa.bindparam("unit_id"),
        )
        .subquery()
    )
    return (
        sa.select(DisclosureEdition)
        .join(ranked, ranked.c.id == DisclosureEdition.id)
        .where(ranked.c.rank <= each)
        .options(
            sa.orm.load_only(
                DisclosureEdition.disclosure_id,
                DisclosureEdition.title,
                DisclosureEdition.published_at,
            ),
            sa.orm.joinedload(DisclosureEdition.disclosure).load_only(Disclosure.leaf),
        )
        .order_by(*newest_first)
    )


def counts(
    session: Session,
    *,
    unit_id: int | None = None,
    year: int | None = None,
    period: str | None = None,
) -> dict[Leaf, int]:
    """How many disclosures of each leaf are public now, narrowed."""
    query = (
        sa.select(Disclosure.leaf, sa.func.count(DisclosureEdition.id))
        .join(Disclosure.editions)
        .where(_narrowed(unit_id, year, period))
        .group_by(Disclosure.leaf)
    )
    counted = dict.fromkeys(Leaf, 0)
    counted.update((leaf, n) for leaf, n in session.execute(query))
    return counted


def linked(session: Session, disclosure: Disclosure) -> tuple[list[DisclosureEdition], ...]:
    """The editions in force of what a disclosure answers, and of what answers it.

    Without what they say. Two statements, and one where nothing is linked, as mostly.
    """
    of = {"id": disclosure.id, "answers_id": disclosure.answers_id}
    ids = session.scalars(_LINKED, of).all()
    if not ids:
        return [], []
    # By their ids: asked in one, SQLite walks through everything in force.
    query = listing().where(DisclosureEdition.disclosure_id.in_(ids))
    found = session.scalars(query.options(sa.orm.defer(DisclosureEdition.body))).all()
    answered = [e for e in found if e.disclosure_id == disclosure.answers_id]
    return answered, [e for e in found if e.disclosure.answers_id == disclosure.id]


_LINKED = sa.select(Disclosure.id).where(
    sa.or_(
        Disclosure.id == sa.bindparam("answers_id", type_=sa.Integer),
        Disclosure.answers_id == sa.bindparam("id"),
    )
)


def count_public(session: Session) -> int:
    """How many disclosures are public now."""
    query = sa.select(sa.func.count(DisclosureEdition.id)).where(
        DisclosureEdition.state == State.PUBLISHED
    )
    return session.scalar(query) or 0


def public_editions(session: Session, ids: Collection[int]) -> dict[int, DisclosureEdition]:
    """Those of some editions that are in force, by their ids, with disclosure and unit."""
    if not ids:
        return {}
    query = listing().where(DisclosureEdition.id.in_(ids))
    return {edition.id: edition for edition in session.scalars(query)}


def documents(session: Session, edition_ids: Sequence[int]) -> dict[int, int]:
    """Of which disclosure each of these editions is; no statement for none."""
    if not edition_ids:
        return {}
    query = sa.select(DisclosureEdition.id, DisclosureEdition.disclosure_id).where(
        DisclosureEdition.id.in_(edition_ids)
    )
    return {edition_id: number for edition_id, number in session.execute(query)}  # noqa: C416 - rows


def years(session: Session) -> Sequence[int]:
    """The years in which something is public, newest first."""
    query = (
        sa.select(Disclosure.year)
        .join(Disclosure.editions)
        .where(DisclosureEdition.state == State.PUBLISHED)
        .distinct()
        .order_by(Disclosure.year.desc())
    )
    return session.scalars(query).all()


def periods(session: Session, year: int) -> Sequence[str]:
    """The periods of a year for which something is public, as their units word them."""
    query = (
        sa.select(Disclosure.period)
        .join(Disclosure.editions)
        .where(DisclosureEdition.state == State.PUBLISHED, Disclosure.year == year)
        .distinct()
        .order_by(Disclosure.period)
    )
    return session.scalars(query).all()


indexing.register(
    "disclosure",
    sa.select(DisclosureEdition.id).where(DisclosureEdition.state == State.PUBLISHED),
)
indexing.register_withdrawn(
    "disclosures",
    indexing.IndexChange.subject.in_(
        indexing.named(
            "disclosures",
            sa.select(DisclosureEdition.disclosure_id).where(
                DisclosureEdition.state == State.WITHDRAWN
            ),
        )
    ),
)
