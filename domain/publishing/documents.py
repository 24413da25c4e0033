"""Documents and their editions, whatever noun they are: looked up, counted, begun anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from domain.db import queue_up
from domain.errors import Refused
from domain.publishing.editions import OPEN, READABLE, Edition, State, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.staff import Staff

E = TypeVar("E", bound=Edition)
# Has, or had, a permanent address.
EVER_PUBLIC = (*READABLE, State.WITHDRAWN)


def whole(
    session: Session, table: type[E], edition_id: int, actor: Staff | None, *options: Any
) -> E | None:
    """An edition in any state, if somebody may reach it; None reaches all."""
    query = sa.select(table).where(table.id == edition_id, within(actor, table)).options(*options)
    return session.scalar(query)


def readable(
    session: Session,
    table: type[E],
    of: sa.ColumnElement[bool],
    number: int | None,
    *options: Any,
) -> E | None:
    """An edition by its permanent address; without a number the newest that ever was public.

    A withdrawn edition comes back as it is; the page shows only its reason.

    Args:
        of: a condition for the editions of the document.
    """
    query = (
        sa.select(table)
        .where(of, table.state.in_(EVER_PUBLIC))
        .options(*options)
        .order_by(table.number.desc())
        .limit(1)
    )
    return session.scalar(query if number is None else query.where(table.number == number))


def history(
    session: Session, table: type[E], of: sa.ColumnElement[bool], *options: Any
) -> Sequence[E]:
    """All editions of a document that ever were public, newest first."""
    query = (
        sa.select(table)
        .where(of, table.state.in_(EVER_PUBLIC))
        .options(*options)
        .order_by(table.number.desc())
    )
    return session.scalars(query).all()


def editions(session: Session, table: type[E], of: sa.ColumnElement[bool]) -> Sequence[E]:
    """Every edition of a document, newest first, with its author."""
    query = (
        sa.select(table)
        .where(of)
        .options(sa.orm.joinedload(table.author))
        .order_by(table.number.desc())
    )
    return session.scalars(query).all()


def next_number(session: Session, table: type[E], of: sa.ColumnElement[bool]) -> int:
    """One past the last edition of a document; whoever asks waits for all who asked before."""
    queue_up(session)
    return (session.scalar(sa.select(sa.func.max(table.number)).where(of)) or 0) + 1


def last_of(session: Session, table: type[E], of: sa.ColumnElement[bool]) -> E | None:
    """The last edition of a document, to begin the next one from.

    Raises:
        Refused: another edition is being written or reviewed, or waits for its moment.
    """
    queue_up(session)
    former = session.scalars(sa.select(table).where(of).order_by(table.number.desc())).all()
    for other in former:
        if other.state in OPEN:
            raise Refused(
                "这一事项的第 %(number)s 版还在起草或审核，或者等待定时公开，不能同时再起一版",
                number=other.number,
            )
    return former[0] if former else None


def is_first(session: Session, edition: Edition) -> bool:
    """Whether no other edition of its document exists."""
    table = type(edition)
    others = sa.exists().where(edition.former, table.id != edition.id)
    return not session.scalar(sa.select(others))
