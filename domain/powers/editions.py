"""Editions of power lists: made, and found by their permanent addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain.db import queue_up
from domain.officials import Post
from domain.powers.tables import NegativeEntry, PowerEdition, PowerItem, PowerList
from domain.publishing import READABLE, State, ensure_may_write, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from domain.staff import Staff


def of_post(session: Session, post: Post) -> PowerList:
    """The power list of a post, made when there is none yet."""
    query = sa.select(PowerList).where(PowerList.post_id == post.id)
    found = session.scalar(query)
    if found is None:
        queue_up(session)
        # Somebody else may have made it while we waited.
        found = session.scalar(query)
    if found is None:
        found = PowerList(post=post)
        session.add(found)
        session.flush()
    return found


def new_edition(
    session: Session, power_list: PowerList, actor: Staff | None, effective_on: date | None = None
) -> PowerEdition:
    """An empty draft, numbered one past the last edition of the list.

    Part of another act, which puts it on record: `publishing.edit` before it is filled, an import.

    Args:
        actor: its author; None for the command line.
        effective_on: 生效日期, as the list prints it; no day on which something happens.

    Raises:
        Refused: the actor may not write for this unit.
    """
    ensure_may_write(actor, power_list.post.unit_id)
    queue_up(session)
    last = session.scalar(
        sa.select(sa.func.max(PowerEdition.number)).where(PowerEdition.list_id == power_list.id)
    )
    edition = PowerEdition(
        power_list=power_list,
        number=(last or 0) + 1,
        state=State.DRAFT,
        author_id=actor.id if actor else None,
        effective_on=effective_on,
    )
    session.add(edition)
    session.flush()
    return edition


WITH_POST = (
    sa.orm.joinedload(PowerEdition.power_list).joinedload(PowerList.post).joinedload(Post.unit)
)
# All that stands in an edition, in four statements.
PARTS = (
    sa.orm.selectinload(PowerEdition.items).selectinload(PowerItem.steps),
    sa.orm.selectinload(PowerEdition.negatives).selectinload(NegativeEntry.explanations),
)
_WHOLE = (
    *PARTS,
    WITH_POST,
)


def whole(session: Session, edition_id: int, actor: Staff | None = None) -> PowerEdition | None:
    """An edition in any state with everything in it, in a fixed number of statements.

    Args:
        actor: somebody who may only reach their own unit's; None for all units'.
    """
    query = (
        sa.select(PowerEdition)
        .where(PowerEdition.id == edition_id, within(actor, PowerEdition))
        .options(*_WHOLE)
        # As the tables have it now, not as this session remembers it.
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


def wholes(session: Session, edition_ids: Iterable[int]) -> dict[int, PowerEdition]:
    """Editions in any state with everything in them, by id, in a fixed number of statements."""
    query = sa.select(PowerEdition).where(PowerEdition.id.in_(edition_ids)).options(*_WHOLE)
    return {edition.id: edition for edition in session.scalars(query)}


def in_force(session: Session, post_id: int) -> PowerEdition | None:
    """The edition of a post's list that is public now, with everything in it, or None."""
    return next(iter(in_force_of(session, [post_id])), None)


def in_force_of(session: Session, post_ids: Iterable[int]) -> Sequence[PowerEdition]:
    """The editions of several posts' lists that are public now, with everything in them."""
    return session.scalars(_IN_FORCE, {"post_ids": list(post_ids)}).all()


_IN_FORCE = (
    sa.select(PowerEdition)
    .join(PowerEdition.power_list)
    .where(
        PowerList.post_id.in_(sa.bindparam("post_ids", expanding=True)),
        PowerEdition.state == State.PUBLISHED,
    )
    .options(*_WHOLE)
    .order_by(PowerList.post_id)
)


def readable(session: Session, list_id: int, number: int) -> PowerEdition | None:
    """An edition by its permanent address: in force, superseded, or withdrawn (the tombstone).

    A withdrawn edition comes back as it is; the page shows only its reason.
    """
    query = (
        sa.select(PowerEdition)
        .where(
            PowerEdition.list_id == list_id,
            PowerEdition.number == number,
            PowerEdition.state.in_((*READABLE, State.WITHDRAWN)),
        )
        .options(*_WHOLE)
    )
    return session.scalar(query)


def history(session: Session, *post_ids: int) -> Sequence[PowerEdition]:
    """All editions of these posts' lists that ever were public, newest first, without their items."""
    return session.scalars(_HISTORY, {"post_ids": post_ids}).all()


_HISTORY = (
    sa.select(PowerEdition)
    .join(PowerEdition.power_list)
    .where(
        PowerList.post_id.in_(sa.bindparam("post_ids", expanding=True)),
        PowerEdition.state.in_((*READABLE, State.WITHDRAWN)),
    )
    .options(sa.orm.contains_eager(PowerEdition.power_list))
    .order_by(PowerEdition.number.desc(), PowerEdition.id)
)


def history_of_list(session: Session, list_id: int) -> Sequence[PowerEdition]:
    """`history` of one list by its own number, with post and unit."""
    query = (
        sa.select(PowerEdition)
        .where(
            PowerEdition.list_id == list_id,
            PowerEdition.state.in_((*READABLE, State.WITHDRAWN)),
        )
        .options(WITH_POST)
        .order_by(PowerEdition.number.desc())
    )
    return session.scalars(query).all()


# Built once: building it takes longer than asking.
_ITEM = (
    sa.select(PowerItem)
    .join(PowerItem.edition)
    .join(PowerEdition.power_list)
    .join(PowerList.post)
    .join(Post.unit)
    .where(PowerItem.id == sa.bindparam("id"), PowerEdition.state.in_((*READABLE, State.WITHDRAWN)))
    .options(
        sa.orm.joinedload(PowerItem.steps),
        sa.orm.contains_eager(PowerItem.edition)
        .contains_eager(PowerEdition.power_list)
        .contains_eager(PowerList.post)
        .contains_eager(Post.unit),
    )
)


def item(session: Session, item_id: int) -> PowerItem | None:
    """An item of an edition that is or was public, with its steps, edition, post and unit.

    One statement.
    """
    return session.scalars(_ITEM, {"id": item_id}).unique().one_or_none()


def successor(session: Session, former: PowerItem) -> PowerItem | None:
    """The power of the same name in the edition in force of the same list, or None."""
    query = (
        sa.select(PowerItem)
        .join(PowerItem.edition)
        .where(
            PowerEdition.list_id == former.edition.list_id,
            PowerEdition.state == State.PUBLISHED,
            PowerItem.name == former.name,
        )
        .order_by(PowerItem.number)
        .limit(1)
    )
    return session.scalar(query)
