"""Editions of notices: made, and found by their permanent addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain.notices.tables import Notice, NoticeEdition
from domain.publishing import State, documents, ensure_may_write

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from domain.staff import Staff

WITH_UNIT = sa.orm.joinedload(NoticeEdition.notice).joinedload(Notice.unit)


def start(session: Session, unit_id: int, actor: Staff | None) -> Notice:
    """A new notice without editions, part of another act.

    Raises:
        Refused: the actor may not write for this unit.
    """
    ensure_may_write(actor, unit_id)
    made = Notice(unit_id=unit_id)
    session.add(made)
    session.flush()
    return made


def new_edition(
    session: Session,
    notice: Notice,
    title: str,
    body: str,
    category: str,
    dated_on: date | None,
    actor: Staff | None,
) -> NoticeEdition:
    """A draft, numbered one past the last edition of the notice; part of another act.

    Raises:
        Refused: the actor may not write for this unit.
    """
    ensure_may_write(actor, notice.unit_id)
    of = NoticeEdition.notice_id == notice.id
    edition = NoticeEdition(
        notice=notice,
        number=documents.next_number(session, NoticeEdition, of),
        state=State.DRAFT,
        author_id=actor.id if actor else None,
        title=title,
        body=body,
        category=category,
        dated_on=dated_on,
        confirmed=[],
    )
    session.add(edition)
    session.flush()
    return edition


def whole(session: Session, edition_id: int, actor: Staff | None = None) -> NoticeEdition | None:
    """An edition in any state with notice and issuing body, if somebody may reach it."""
    return documents.whole(session, NoticeEdition, edition_id, actor, WITH_UNIT)


def readable(session: Session, notice_id: int, number: int | None = None) -> NoticeEdition | None:
    """An edition by its permanent address; without a number the newest that ever was public."""
    of = NoticeEdition.notice_id == notice_id
    return documents.readable(session, NoticeEdition, of, number, WITH_UNIT)
