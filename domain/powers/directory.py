"""What of the power lists is public now, for pages that list, count and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import indexing
from domain.officials import Post
from domain.powers.kinds import PowerKind, Risk
from domain.powers.tables import NegativeEntry, PowerEdition, PowerItem, PowerList
from domain.publishing import READABLE, State
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

_WITH_POST = (
    sa.orm.joinedload(PowerEdition.power_list).joinedload(PowerList.post).joinedload(Post.unit)
)


def listing(
    *, kind: PowerKind | None = None, unit_id: int | None = None, risk: Risk | None = None
) -> sa.Select[PowerItem]:
    """Powers in force, unit by unit as their lists number them; a query for a pager to cut."""
    query = _in_force().order_by(
        Unit.position, Unit.id, Post.is_head.desc(), Post.position, Post.id, PowerItem.number
    )
    return _narrowed(query, kind, unit_id, risk)


def newest_first(
    *, kind: PowerKind | None = None, unit_id: int | None = None, risk: Risk | None = None
) -> sa.Select[PowerItem]:
    """The same powers, those that became public last before the others."""
    query = _in_force().order_by(
        PowerEdition.published_at.desc(), PowerEdition.id.desc(), PowerItem.number
    )
    return _narrowed(query, kind, unit_id, risk)


def _in_force() -> sa.Select[PowerItem]:
    return (
        sa.select(PowerItem)
        .join(PowerItem.edition)
        .join(PowerEdition.power_list)
        .join(PowerList.post)
        .join(Post.unit)
        .where(PowerEdition.state == State.PUBLISHED)
        .options(
            sa.orm.contains_eager(PowerItem.edition)
            .contains_eager(PowerEdition.power_list)
            .contains_eager(PowerList.post)
            .contains_eager(Post.unit)
        )
    )


def _narrowed(
    query: sa.Select[PowerItem], kind: PowerKind | None, unit_id: int | None, risk: Risk | None
) -> sa.Select[PowerItem]:
    if kind is not None:
        query = query.where(PowerItem.kind == kind)
    if unit_id is not None:
        query = query.where(Post.unit_id == unit_id)
    if risk is not None:
        query = query.where(PowerItem.risk == risk)
    return query


def ever_public(
    *, in_force: bool = False, list_id: int | None = None, unit_id: int | None = None
) -> sa.Select[PowerEdition]:
    """Every edition that ever was public, with everything in it; a query for a pager to order and cut.

    Of a withdrawn edition only its reason may be shown.

    Args:
        in_force: only those in force.
    """
    query = (
        sa.select(PowerEdition)
        .join(PowerEdition.power_list)
        .join(PowerList.post)
        .join(Post.unit)
        .options(
            sa.orm.contains_eager(PowerEdition.power_list)
            .contains_eager(PowerList.post)
            .contains_eager(Post.unit),
            sa.orm.selectinload(PowerEdition.items).selectinload(PowerItem.steps),
            sa.orm.selectinload(PowerEdition.negatives).selectinload(NegativeEntry.explanations),
        )
    )
    states = (State.PUBLISHED,) if in_force else (*READABLE, State.WITHDRAWN)
    query = query.where(PowerEdition.state.in_(states))
    if list_id is not None:
        query = query.where(PowerEdition.list_id == list_id)
    return query if unit_id is None else query.where(Post.unit_id == unit_id)


_SIZE = (
    sa.select(sa.func.count(PowerItem.id))
    .where(PowerItem.edition_id == PowerEdition.id)
    .scalar_subquery()
)
# Built once: building it takes longer than asking.
_LISTS = (
    sa.select(PowerEdition, _SIZE)
    .join(PowerEdition.power_list)
    .where(PowerEdition.state == State.PUBLISHED)
    .options(sa.orm.contains_eager(PowerEdition.power_list))
)


def lists(session: Session, *, unit_id: int | None = None) -> dict[int, tuple[PowerEdition, int]]:
    """The editions in force by the id of their post, each with the number of its powers."""
    query = _LISTS
    if unit_id is not None:
        query = query.join(PowerList.post).where(Post.unit_id == unit_id)
    return {edition.power_list.post_id: (edition, n) for edition, n in session.execute(query)}


def counts(session: Session) -> dict[PowerKind, int]:
    """How many powers of each kind are public now."""
    query = (
        sa.select(PowerItem.kind, sa.func.count(PowerItem.id))
        .join(PowerItem.edition)
        .where(PowerEdition.state == State.PUBLISHED)
        .group_by(PowerItem.kind)
    )
    counted = dict.fromkeys(PowerKind, 0)
    counted.update((kind, n) for kind, n in session.execute(query))
    return counted


def newest(session: Session, limit: int) -> Sequence[PowerEdition]:
    """The editions in force that became public last, with post and unit, newest first."""
    query = (
        sa.select(PowerEdition)
        .where(PowerEdition.state == State.PUBLISHED)
        .options(_WITH_POST)
        .order_by(PowerEdition.published_at.desc(), PowerEdition.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def public_items(session: Session, ids: Collection[int]) -> dict[int, PowerItem]:
    """Those of some powers that are in force, by their ids, with edition, post and unit."""
    if not ids:
        return {}
    query = _in_force().where(PowerItem.id.in_(ids))
    return {item.id: item for item in session.scalars(query)}


def public_editions(session: Session, ids: Collection[int]) -> dict[int, PowerEdition]:
    """Those of some editions that are in force, by their ids, with post and unit."""
    if not ids:
        return {}
    query = (
        sa.select(PowerEdition)
        .where(PowerEdition.state == State.PUBLISHED, PowerEdition.id.in_(ids))
        .options(_WITH_POST)
    )
    return {edition.id: edition for edition in session.scalars(query)}


def count_public(session: Session) -> int:
    """How many powers are public now."""
    query = (
        sa.select(sa.func.count(PowerItem.id))
        .join(PowerItem.edition)
        .where(PowerEdition.state == State.PUBLISHED)
    )
    return session.scalar(query) or 0


indexing.register(
    "power",
    sa.select(PowerItem.id).join(PowerItem.edition).where(PowerEdition.state == State.PUBLISHED),
)
indexing.register_withdrawn(
    "powers",
    indexing.IndexChange.subject.in_(
        indexing.named(
            "powers", sa.select(PowerEdition.list_id).where(PowerEdition.state == State.WITHDRAWN)
        )
    ),
)
