"""Writing a notice, and looking at what in it looks like personal data before it is public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import audit, categories, notices, publishing
from domain.clock import local_day
from domain.errors import Refused
from domain.notices import Notice, NoticeEdition
from domain.publishing import documents
from domain.publishing.reviewing import ensure_may_decide

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from domain.staff import Staff


@dataclass(frozen=True)
class NoticeText:
    """What an edition says. ``body`` is plain text or cleaned HTML, ``category`` a code."""

    title: str
    body: str
    category: str
    dated_on: date | None = None


def start(
    session: Session, unit_id: int, text: NoticeText, actor: Staff, now: datetime
) -> NoticeEdition:
    """Begin a notice with its first draft.

    Args:
        unit_id: the unit that issues it.

    Raises:
        Refused: the actor may not write for this unit, or the category is not in use.
    """
    _ensure_category(text, now)
    return _new_edition(session, notices.start(session, unit_id, actor), text, actor, now)


def _new_edition(
    session: Session,
    notice: Notice,
    text: NoticeText,
    actor: Staff,
    now: datetime,
    correction: str = "",
    confirmed: Collection[str] = (),
) -> NoticeEdition:
    edition = notices.new_edition(
        session, notice, text.title, text.body, text.category, text.dated_on, actor
    )
    publishing.correct(session, edition, correction, None, actor, now, confirmed)
    return edition


def start_edition(
    session: Session,
    notice: Notice,
    actor: Staff,
    now: datetime,
    *,
    correction: str = "",
    confirmed: Collection[str] = (),
) -> NoticeEdition:
    """Begin a new edition of a notice as a copy of its last one.

    Args:
        correction, confirmed: for a correction, what was wrong; as `publishing.correct`.

    Raises:
        Refused: another edition is being written or reviewed.
    """
    last = documents.last_of(session, NoticeEdition, NoticeEdition.notice_id == notice.id)
    if last is None:
        raise Refused("没有可以沿用的版本")
    text = NoticeText(last.title, last.body, last.category, last.dated_on)
    return _new_edition(session, notice, text, actor, now, correction, confirmed)


def save(
    session: Session,
    edition: NoticeEdition,
    text: NoticeText,
    seen: int | None,
    actor: Staff,
    now: datetime,
) -> None:
    """Write a draft; what was looked at before must be looked at again.

    Raises:
        Overtaken: somebody else has changed it since.
        Refused: it is no draft, or the category is not in use.
    """
    publishing.edit(session, edition, seen, actor, now)
    _ensure_category(text, now)
    if edition.author_id is None:
        edition.author_id = actor.id
    edition.title, edition.body = text.title, text.body
    edition.category, edition.dated_on = text.category, text.dated_on
    edition.confirmed = []
    session.flush()


def _ensure_category(text: NoticeText, now: datetime) -> None:
    if text.category not in {one.code for one in categories.in_use(local_day(now))}:
        raise Refused("请选择违纪类别")


def confirm(
    session: Session, edition: NoticeEdition, marks: Collection[str], actor: Staff, now: datetime
) -> None:
    """Let through what looks like personal data and may be public, after looking at each.

    Args:
        marks: of the findings that may be public; the others keep the notice from publication.

    Raises:
        Refused: it does not wait for review, or the actor has written it or may not review.
    """
    ensure_may_decide(session, edition, actor)
    edition.confirmed = [one.mark for one in edition.findings if one.mark in marks]
    name, count = publishing.name_of(edition), len(edition.confirmed)
    audit.record(session, actor, "notices.confirm", name, now, confirmed=count)


def discard(session: Session, edition: NoticeEdition, actor: Staff, now: datetime) -> None:
    """Throw a draft away, and with the only draft of a notice the notice itself.

    Raises:
        Refused: it is no draft, or the actor may not write for this unit.
    """
    notice, last = edition.notice, documents.is_first(session, edition)
    publishing.discard(session, edition, actor, now)
    if last:
        session.delete(notice)
        session.flush()
