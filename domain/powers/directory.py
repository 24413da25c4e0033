"""What of the power lists is public now, for pages that list, count and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import indexing
from domain.officials import Post
from domain.powers.tables import PowerEdition, PowerItem, PowerKind, PowerList, Risk
from domain.publishing import State
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

_WITH_POST = (
    sa.orm.joinedload(PowerEdition.power_list).joinedload(PowerList.post).joinedload(Post.unit)
)


def listing(
    *, kind: PowerKind | None = None, unit_id: int | None = None, risk: Risk | None = None
) -> sa.Select[PowerItem]:
    """Powers in force, unit by unit as their lists number them; a query for a pager to cut."""
    query = (
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
        .order_by(Unit.position, Unit.id, Post.is_head.desc(), Post.position, Post.id)
        .order_by(PowerItem.number)
    )
    if kind is not None:
        query = query.where(PowerItem.kind == kind)
    if unit_id is not None:
        query = query.where(Post.unit_id == unit_id)
    if risk is not None:
        query = query.where(PowerItem.risk == risk)
    return query


def lists(session: Session, *, unit_id: int | None = None) -> dict[int, tuple[PowerEdition, int]]:
    """The editions in force by the id of their post, each with the number of its powers."""
    size = (
        sa.select(sa.func.count(PowerItem.id))
        .where(PowerItem.edition_id == PowerEdition.id)
        .scalar_subquery()
    )
    query = (
        sa.select(PowerEdition, size)
        .join(PowerEdition.power_list)
        .where(PowerEdition.state == State.PUBLISHED)
        .options(sa.orm.contains_eager(PowerEdition.power_list))
    )
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
