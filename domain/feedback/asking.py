"""Asking: what a citizen may ask about, what is kept of it, and what they see of it afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import notices, sealing, settings, workdays
from domain.clock import local_day
from domain.db import queue_up_for
from domain.disclosures import Disclosure, DisclosureEdition
from domain.editing.desk import Kind
from domain.errors import Refused
from domain.feedback.public import is_shown
from domain.feedback.tables import (
    REFERENCE_LENGTH,
    Feedback,
    FeedbackAnswer,
    FeedbackKind,
    FeedbackState,
    FeedbackText,
)
from domain.officials import Post
from domain.powers import PowerEdition, PowerItem, PowerList
from domain.publishing import READABLE, documents

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.notices import NoticeEdition
    from domain.units import Unit

# A question, not a petition; the form says so.
MOST_CHARACTERS = 1000


@dataclass(frozen=True)
class About:
    """What is asked about: one power, a whole power list, a disclosure.

    Attributes:
        noun: the kind of publication.
        subject: the document, as the change log names it.
        post: the title of the post whose power it is, for a report on the same matter.
    """

    noun: Kind
    subject: str
    edition_id: int
    edition_number: int
    title: str
    unit_id: int
    unit_name: str
    unit_code: str
    item_id: int | None = None


def about_power(session: Session, item_id: int) -> About | None:
    """One power, if its edition can be read."""
    query = (
        sa.select(PowerItem)
        .join(PowerItem.edition)
        .where(PowerItem.id == item_id, PowerEdition.state.in_(READABLE))
        .options(
            sa.orm.contains_eager(PowerItem.edition)
            .joinedload(PowerEdition.power_list)
            .joinedload(PowerList.post)
            .joinedload(Post.unit)
        )
    )
    item = session.scalar(query)
    return _about_list(item.edition, item.name, item.id) if item else None


def about_powers(session: Session, edition_id: int) -> About | None:
    """A whole power list in one of its editions, if that can be read."""
    query = (
        sa.select(PowerEdition)
        .where(PowerEdition.id == edition_id, PowerEdition.state.in_(READABLE))
        .options(
            sa.orm.joinedload(PowerEdition.power_list)
            .joinedload(PowerList.post)
            .joinedload(Post.unit)
        )
    )
    edition = session.scalar(query)
    if edition is None:
        return None
    return _about_list(edition, f"{edition.power_list.post.full_title}{Kind.POWERS.label}", None)


def _about_list(edition: PowerEdition, title: str, item_id: int | None) -> About:
    unit = edition.power_list.post.unit
    return About(
        noun=Kind.POWERS,
        subject=edition.subject,
        edition_id=edition.id,
        edition_number=edition.number,
        title=title,
        unit_id=unit.id,
        unit_name=unit.name,
        unit_code=unit.code,
        item_id=item_id,
    )


def about_disclosure(session: Session, edition_id: int) -> About | None:
    """A disclosure in one of its editions, if that can be read."""
    owner = sa.orm.joinedload(DisclosureEdition.disclosure).joinedload(Disclosure.unit)
    edition = documents.whole(session, DisclosureEdition, edition_id, None, owner)
    return _about_text(Kind.DISCLOSURES, edition, edition.disclosure.unit) if edition else None


def about_notice(session: Session, edition_id: int) -> About | None:
    """A notice in one of its editions, if that can be read."""
    edition = notices.whole(session, edition_id)
    return _about_text(Kind.NOTICES, edition, edition.notice.unit) if edition else None


def _about_text(noun: Kind, edition: DisclosureEdition | NoticeEdition, unit: Unit) -> About | None:
    if edition.state not in READABLE:
        return None
    return About(
        noun=noun,
        subject=edition.subject,
        edition_id=edition.id,
        edition_number=edition.number,
        title=edition.title,
        unit_id=unit.id,
        unit_name=unit.name,
        unit_code=unit.code,
    )


def new_reference() -> str:
    """A number of 80 random bits, by which whoever asked finds the question again."""
    return sealing.new_letters(REFERENCE_LENGTH)


def reference_for(form: str, text: str) -> str:
    """The reference of what was typed into a form: sent twice it is one, changed it is another.

    Args:
        form: from `new_reference`, handed out with the form.
        text: what was typed. It cannot be looked up again: the public site may not read it.
    """
    return sealing.letters_of(form, text.strip(), REFERENCE_LENGTH)


def lookup_of(reference: str) -> bytes:
    """What is kept of a canonical reference.

    No slow derivation, as for a receipt: 80 random bits cannot be gone through, and what is found
    holds no secret.
    """
    return hashlib.blake2b(reference.encode(), digest_size=32, person=b"feedback").digest()


def read_reference(text: str) -> str | None:
    """The canonical form of a typed reference, or None when it cannot be one."""
    return sealing.read_letters(text, REFERENCE_LENGTH)


def ask(
    session: Session, about: About, kind: FeedbackKind, text: str, reference: str, now: datetime
) -> Feedback:
    """Take a question. A form that is sent twice has one reference and makes one question.

    Args:
        reference: from `reference_for`; only a digest of it is kept.
        now: the moment; only its day is kept.

    Raises:
        Refused: nothing is said, or too much.
    """
    _ensure_within_limits(text)
    lookup = lookup_of(reference)
    queue_up_for(session, f"feedback:{lookup.hex()}")
    known = session.scalar(sa.select(Feedback).where(Feedback.lookup == lookup))
    if known is not None:
        return known
    today = local_day(now)
    limit = settings.county(session).days_to_answer
    made = Feedback(
        id=f"{today.year}-{sealing.new_letters(8)}",
        lookup=lookup,
        kind=kind,
        noun=about.noun,
        subject=about.subject,
        edition_id=about.edition_id,
        edition_number=about.edition_number,
        item_id=about.item_id,
        title=about.title,
        unit_id=about.unit_id,
        state=FeedbackState.RECEIVED,
        asked_on=today,
        due_on=workdays.calendar(session).after(today, limit),
    )
    session.add(made)
    session.flush()
    session.add(FeedbackText(feedback_id=made.id, text=text.strip()))
    session.flush()
    return made


def _ensure_within_limits(text: str) -> None:
    if not text.strip():
        raise Refused("请写下您的问题")
    if len(text) > MOST_CHARACTERS:
        raise Refused(
            "最多 %(most)s 字，现在有 %(length)s 字", most=MOST_CHARACTERS, length=len(text)
        )


@dataclass(frozen=True)
class Followed:
    """What the asker sees of a question.

    Attributes:
        settled: the question itself, or the one it was merged into and is answered with.
        answer: the public answer, while the public may read it.
    """

    feedback: Feedback
    settled: Feedback
    answer: FeedbackAnswer | None = field(repr=False)


def by_reference(session: Session, reference: str) -> Followed | None:
    """The question of a reference with what became of it."""
    asked = session.scalar(
        sa.select(Feedback)
        .where(Feedback.lookup == lookup_of(reference))
        .options(sa.orm.joinedload(Feedback.unit))
    )
    if asked is None:
        return None
    settled = session.get_one(Feedback, asked.merged_into_id) if asked.merged_into_id else asked
    answer = session.scalar(
        sa.select(FeedbackAnswer)
        .join(FeedbackAnswer.feedback)
        .where(Feedback.id == settled.id, is_shown())
        .options(sa.orm.contains_eager(FeedbackAnswer.feedback))
    )
    return Followed(asked, settled, answer)
