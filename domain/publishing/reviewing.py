"""What a reviewer does: returns, publishes, withdraws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import audit, personal_data
from domain.db import see_latest
from domain.errors import Refused
from domain.indexing import announce
from domain.permissions import Permission
from domain.publishing.editions import (
    READABLE,
    Edition,
    Note,
    State,
    ensure_scope,
    has_written,
    name_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.staff import Staff


def send_back(
    session: Session,
    edition: Edition,
    reason: str,
    actor: Staff,
    now: datetime,
    *,
    remarks: Mapping[str, str] | None = None,
) -> None:
    """Return a submitted edition to its author.

    Args:
        reason: what is to be changed, in the reviewer's words; the author reads it.
        remarks: a word on single parts, by the keys of `Edition.parts`.

    Raises:
        Refused: it is not waiting for review, the reviewer is its author, or no reason is given.
    """
    ensure_may_decide(session, edition, actor)
    edition.reason = stated(reason)
    edition.notes = _notes(edition, remarks or {})
    edition.state = State.DRAFT
    edition.reviewer_id = actor.id
    said = {"notes": edition.notes} if edition.notes else {}
    audit.record(
        session, actor, "publishing.send_back", name_of(edition), now, reason=edition.reason, **said
    )


def _notes(edition: Edition, remarks: Mapping[str, str]) -> list[Note] | None:
    said = {about: remarks.get(about, "").strip() for about in edition.parts}
    return [
        Note(about=about, quote=edition.parts[about], text=text)
        for about, text in said.items()
        if text
    ] or None


def publish(session: Session, edition: Edition, actor: Staff, now: datetime) -> None:
    """Make a submitted edition public and end the one before it, in one transaction.

    Raises:
        Refused: it is not waiting for review, the reviewer is its author, something is missing in
            it, or a newer edition has been public already: numbers only go up, so that an address
            never leads back in time.
    """
    ensure_may_decide(session, edition, actor)
    ensure_newest(session, edition)
    ensure_complete(edition)
    put_in_force(session, edition, now)
    edition.reviewer_id = actor.id
    audit.record(session, actor, "publishing.publish", name_of(edition), now)


def ensure_newest(session: Session, edition: Edition) -> None:
    """Refuse an edition when a newer one of its document has been public already."""
    table = type(edition)
    query = sa.select(sa.func.max(table.number)).where(
        edition.former,
        table.number > edition.number,
        table.state.in_((*READABLE, State.WITHDRAWN)),
    )
    newer = session.scalar(query)
    if newer is not None:
        raise Refused(
            "第 %(newer)s 版已经公开过，不能再公开较早的第 %(number)s 版",
            newer=newer,
            number=edition.number,
        )


def ensure_complete(edition: Edition) -> None:
    """Refuse what lacks something by now: the rules, or the post's 分工, may have changed."""
    if edition.faults:
        raise Refused("内容不齐：%(faults)s", faults=edition.faults)
    edition.ensure_fit_for_public()


def put_in_force(session: Session, edition: Edition, now: datetime) -> None:
    """Make an edition public, end the one before it, and announce that."""
    table = type(edition)
    session.execute(
        sa.update(table)
        .where(edition.former, table.state == State.PUBLISHED, table.id != edition.id)
        .values(state=State.SUPERSEDED, ended_at=now, revision=table.revision + 1)
        .execution_options(synchronize_session="fetch")
    )
    edition.state = State.PUBLISHED
    edition.published_at = now
    edition.ended_at = None
    edition.scheduled_for = None
    edition.notes = None
    announce(session, [edition.subject], now)


def withdraw(
    session: Session,
    edition: Edition,
    reason: str,
    actor: Staff,
    now: datetime,
    confirmed: Collection[str] = (),
) -> None:
    """Take a public edition, in force or superseded, off every page.

    Args:
        reason: why; public, the tombstone at its address shows it.
        confirmed: as `personal_data.for_public`.

    Raises:
        Unconfirmed: something in the reason looks like personal data.
        Refused: it is not public, no reason is given, or the actor may not.
    """
    see_latest(session, edition)
    ensure_may_review(edition, actor)
    if edition.state not in READABLE:
        raise Refused("只有已公开的版本可以撤回，当前状态是“%(state)s”", state=edition.state)
    edition.reason = personal_data.for_public(stated(reason), confirmed)
    if edition.state is State.PUBLISHED:
        edition.ended_at = now
    edition.state = State.WITHDRAWN
    edition.withdrawn_at = now
    edition.reviewer_id = actor.id
    announce(session, [edition.subject], now)
    audit.record(
        session, actor, "publishing.withdraw", name_of(edition), now, reason=edition.reason
    )


def ensure_may_review(edition: Edition, actor: Staff) -> None:
    """Refuse whoever does not review what this unit publishes."""
    if not actor.may(Permission.EDITION_REVIEW):
        raise Refused("您没有审核和发布的权限")
    ensure_scope(actor, edition)


def ensure_may_decide(session: Session, edition: Edition, actor: Staff) -> None:
    """Refuse whoever may not decide on an edition, or one that does not wait for a decision."""
    see_latest(session, edition)
    ensure_may_review(edition, actor)
    if edition.state is not State.SUBMITTED:
        raise Refused("只能审核待审核的版本，当前状态是“%(state)s”", state=edition.state)
    if has_written(session, edition, actor):
        raise Refused("起草人不能审核自己的稿件，请由另一人审核")


def stated(text: str) -> str:
    """A reason that somebody gave; refused when there is none."""
    if not text.strip():
        raise Refused("请写明理由")
    return text.strip()
