"""What of the disclosures is public now, for pages that list, count and search."""

from __future__ import annotations

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
from domain.publishing import State

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """The last editions in force of a unit in every group, at most ``each``; one statement."""
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
        .where(DisclosureEdition.state == State.PUBLISHED, Disclosure.unit_id == unit_id)
        .subquery()
    )
    query = (
        sa.select(DisclosureEdition)
        .join(ranked, ranked.c.id == DisclosureEdition.id)
        .where(ranked.c.rank <= each)
        .options(sa.orm.joinedload(DisclosureEdition.disclosure))
        .order_by(*newest_first)
    )
    found: dict[Group, list[DisclosureEdition]] = {name: [] for name in groups}
    for edition in session.scalars(query):
        found[group_of(edition.disclosure.leaf, grouping)].append(edition)
    return found


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
    """The editions in force of what a disclosure answers, and of what answers it."""
    query = listing().where(
        sa.or_(Disclosure.id == disclosure.answers_id, Disclosure.answers_id == disclosure.id),
    )
    found = session.scalars(query).all()
    answered = [e for e in found if e.disclosure_id == disclosure.answers_id]
    return answered, [e for e in found if e.disclosure.answers_id == disclosure.id]


def count_public(session: Session) -> int:
    """How many disclosures are public now."""
    query = sa.select(sa.func.count(DisclosureEdition.id)).where(
        DisclosureEdition.state == State.PUBLISHED
    )
    return session.scalar(query) or 0


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
