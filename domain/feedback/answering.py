"""Answering: what staff do with a question, from the first draft to the page it stands on.

The unit's own editor answers; somebody else of the commission approves, returns, declines or
merges. Nobody changes the citizen's words: passages can be masked, and that is all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import audit, personal_data, workdays
from domain.clock import local_day
from domain.db import see_latest
from domain.errors import Refused
from domain.feedback.tables import (
    OPEN,
    DeclineReason,
    Feedback,
    FeedbackAnswer,
    FeedbackDraft,
    FeedbackState,
)
from domain.indexing import announce
from domain.permissions import Permission
from domain.publishing import ensure_scope, ensure_seen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.personal_data import Finding
    from domain.staff import Staff

MOST_CHARACTERS = 4000
MASKED = "■■"


def name_of(asked: Feedback) -> str:
    """How the audit trail names a question."""
    return f"feedback:{asked.id}"


def masked(text: str, masks: Iterable[str]) -> str:
    """A text with every occurrence of these passages blotted out, the longest passages first."""
    for passage in sorted(masks, key=len, reverse=True):
        text = text.replace(passage, MASKED)
    return text


def as_public(asked: Feedback) -> str:
    """The question as the public would read it now: masked; empty once it has been erased."""
    said = asked.words.text if asked.words else ""
    return masked(said, asked.draft.masks if asked.draft else ())


def findings(asked: Feedback) -> list[Finding]:
    """What looks like personal data in question and answer as the public would read them."""
    known = [asked.unit.phone, asked.unit.address]
    draft = asked.draft.text if asked.draft else ""
    return [
        *personal_data.find(as_public(asked), known=known),
        *personal_data.find(draft, known=known),
    ]


def answer(
    session: Session, asked: Feedback, text: str, seen: int, actor: Staff, now: datetime
) -> None:
    """Write the answer, or write it anew, and hand it to the reviewers.

    Args:
        seen: the revision that the editor's form was filled from.

    Raises:
        Refused: the question is settled, belongs to another unit, or has changed; or nothing is
            said, or too much.
    """
    _ensure_may(asked, actor, Permission.FEEDBACK_ANSWER)
    _open(session, asked, seen)
    if not text.strip():
        raise Refused("请写下答复")
    if len(text) > MOST_CHARACTERS:
        raise Refused(
            "最多 %(most)s 字，现在有 %(length)s 字", most=MOST_CHARACTERS, length=len(text)
        )
    draft = _draft(session, asked)
    draft.text, draft.author_id, draft.reason = text.strip(), actor.id, ""
    asked.state = FeedbackState.ANSWERED
    _record(session, asked, "feedback.answer", actor, now)


def mask(
    session: Session,
    asked: Feedback,
    passages: Iterable[str],
    seen: int,
    actor: Staff,
    now: datetime,
) -> None:
    """Say which passages of the citizen's words the public will not see; replaces what was said before.

    Raises:
        Refused: the question is settled or has changed, or a passage does not stand in it.
    """
    _ensure_may(asked, actor, Permission.FEEDBACK_ANSWER, Permission.FEEDBACK_REVIEW)
    _open(session, asked, seen)
    said = asked.words.text if asked.words else ""
    masks = list(dict.fromkeys(passage.strip() for passage in passages if passage.strip()))
    for passage in masks:
        if passage not in said:
            raise Refused("原文里没有“%(passage)s”，请从原文里复制", passage=passage)
    _draft(session, asked).masks = masks
    _record(session, asked, "feedback.mask", actor, now)


def send_back(
    session: Session, asked: Feedback, reason: str, seen: int, actor: Staff, now: datetime
) -> None:
    """Return an answer to the unit's editor.

    Raises:
        Refused: no answer waits, it is the actor's own, it has changed, or no reason is given.
    """
    draft = _reviewing(session, asked, seen, actor)
    if not reason.strip():
        raise Refused("请写明理由")
    draft.reason = reason.strip()
    asked.state = FeedbackState.RECEIVED
    _record(session, asked, "feedback.send_back", actor, now, reason=draft.reason)


def approve(
    session: Session,
    asked: Feedback,
    seen: int,
    actor: Staff,
    now: datetime,
    confirmed: Collection[str] = (),
) -> None:
    """Put question and answer beside what they are about.

    Args:
        confirmed: marks of the `findings` that the reviewer has looked at and lets through.

    Raises:
        Refused: no answer waits, it is the actor's own, it has changed, or something that looks
            like personal data has not been looked at.
    """
    draft = _reviewing(session, asked, seen, actor)
    found = findings(asked)
    personal_data.ensure_confirmed(found, confirmed)
    today = local_day(now)
    asked.answer = FeedbackAnswer(question=as_public(asked), text=draft.text, published_at=now)
    asked.state, asked.settled_on = FeedbackState.PUBLISHED, today
    asked.took = workdays.calendar(session).between(asked.asked_on, today)
    announce(session, _changed(session, asked), now)
    _record(session, asked, "feedback.approve", actor, now, confirmed=str(len(found)))


def decline(
    session: Session,
    asked: Feedback,
    why: DeclineReason,
    told: str,
    seen: int,
    actor: Staff,
    now: datetime,
    confirmed: Collection[str] = (),
) -> None:
    """Settle a question without a public answer, or take one off the pages again.

    A report is no question: its words are erased, here and in the draft, and the asker is told to
    hand it in by the sealed form. It is passed on to nobody: not the asker's words in an editor's
    hands, but the sealed envelope is what a report is opened from.

    Args:
        told: what the asker reads beside the reason.
        confirmed: as `personal_data.for_public`; whoever has the number reads what is told.

    Raises:
        Unconfirmed: something of what is told looks like personal data.
        Refused: it is settled otherwise, the actor may not, or nothing is told where the reason
            alone says too little.
    """
    _ensure_may(asked, actor, Permission.FEEDBACK_REVIEW)
    ensure_seen(session, asked, seen)
    if asked.state not in {*OPEN, FeedbackState.PUBLISHED}:
        raise Refused("这件提问已经办结，当前状态是“%(state)s”", state=asked.state)
    if why is DeclineReason.OTHER and not told.strip():
        raise Refused("请写明理由")
    told = personal_data.for_public(told, confirmed)
    changed = _changed(session, asked)
    asked.answer = None
    asked.state, asked.declined_for, asked.told = FeedbackState.DECLINED, why, told
    asked.settled_on, asked.took = local_day(now), None
    if why is DeclineReason.REPORT:
        asked.words = asked.draft = None
    announce(session, changed, now)
    action = "feedback.erase" if why is DeclineReason.REPORT else "feedback.decline"
    _record(session, asked, action, actor, now, why=why.value)


def merge(
    session: Session, asked: Feedback, into: Feedback, seen: int, actor: Staff, now: datetime
) -> None:
    """Let a question that asks the same as another one be answered with it.

    Raises:
        Refused: they are about different publications or different powers of a list, the other one has no answer to expect, or
            this one is settled.
    """
    _ensure_may(asked, actor, Permission.FEEDBACK_REVIEW)
    _open(session, asked, seen)
    see_latest(session, into)
    if into.id == asked.id or (into.subject, into.power) != (asked.subject, asked.power):
        raise Refused("只能并入同一公开内容、同一权力事项的另一件提问")
    if into.state not in {*OPEN, FeedbackState.PUBLISHED}:
        raise Refused("那一件的状态是“%(state)s”，不能并入", state=into.state)
    # Whoever was put together with this one goes along.
    session.execute(
        sa.update(Feedback)
        .where(Feedback.merged_into_id == asked.id)
        .values(merged_into_id=into.id, revision=Feedback.revision + 1)
        .execution_options(synchronize_session="fetch")
    )
    asked.state, asked.merged_into_id = FeedbackState.MERGED, into.id
    asked.settled_on = local_day(now)
    announce(session, _changed(session, asked), now)
    _record(session, asked, "feedback.merge", actor, now, into=into.id)


def _changed(session: Session, asked: Feedback) -> list[str]:
    """What the public sees otherwise once a question is settled: an answer, or the figures alone."""
    session.flush()
    if asked.answer is None:
        return ["feedback:figures"]
    return [asked.subject, f"feedback:{asked.answer.id}"]


def _draft(session: Session, asked: Feedback) -> FeedbackDraft:
    if asked.draft is None:
        asked.draft = FeedbackDraft(feedback_id=asked.id, masks=[], text="", reason="")
        session.add(asked.draft)
    return asked.draft


def _ensure_may(asked: Feedback, actor: Staff, *permissions: Permission) -> None:
    if not any(actor.may(permission) for permission in permissions):
        raise Refused("您没有办理提问的权限")
    ensure_scope(actor, asked)


def _open(session: Session, asked: Feedback, seen: int) -> None:
    ensure_seen(session, asked, seen)
    if asked.state not in OPEN:
        raise Refused("这件提问已经办结，当前状态是“%(state)s”", state=asked.state)


def _reviewing(session: Session, asked: Feedback, seen: int, actor: Staff) -> FeedbackDraft:
    _ensure_may(asked, actor, Permission.FEEDBACK_REVIEW)
    ensure_seen(session, asked, seen)
    if asked.state is not FeedbackState.ANSWERED or asked.draft is None:
        raise Refused("没有等待审核的答复，当前状态是“%(state)s”", state=asked.state)
    if has_answered(session, asked, actor):
        raise Refused("答复的人不能审核自己的答复，请由另一人审核")
    return asked.draft


def has_answered(session: Session, asked: Feedback, actor: Staff) -> bool:
    """Whether somebody has, by the audit trail, ever written an answer to a question."""
    return audit.has_done(session, actor, "feedback.answer", name_of(asked))


def _record(
    session: Session,
    asked: Feedback,
    action: str,
    actor: Staff,
    now: datetime,
    *,
    reason: str = "",
    **details: str,
) -> None:
    # A change that stands in another table must count as well.
    sa.orm.attributes.flag_modified(asked, "state")
    audit.record(session, actor, action, name_of(asked), now, reason=reason, **details)
