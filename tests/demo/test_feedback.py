"""The demonstration's questions: in every state, believable, and without anybody's personal data."""

from collections import Counter

import sqlalchemy as sa

from demo.chance import TODAY
from domain import feedback, personal_data
from domain.audit import AuditRow
from domain.clock import local_day
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.editing.desk import Kind
from domain.feedback import (
    DeclineReason,
    Feedback,
    FeedbackAnswer,
    FeedbackKind,
    FeedbackState,
    FeedbackText,
)
from domain.notices import NoticeEdition
from domain.powers import PowerItem, ProcessStep


def test_questions_are_in_every_state(small: Session) -> None:
    states = Counter(small.scalars(sa.select(Feedback.state)))
    assert set(states) == set(FeedbackState)
    assert states[FeedbackState.PUBLISHED] > 10
    reasons = set(small.scalars(sa.select(Feedback.declined_for))) - {None}
    assert reasons == set(DeclineReason)
    figures = feedback.figures(small, TODAY)[None]
    assert figures.overdue > 0
    assert figures.share is not None
    assert 0.4 < figures.share < 1


def test_every_question_has_its_acts_on_record(small: Session) -> None:
    approved = sa.select(sa.func.count()).where(AuditRow.action == "feedback.approve")
    shown = small.scalar(sa.select(sa.func.count()).select_from(FeedbackAnswer))
    assert small.scalar(approved) == shown
    assert len(small.scalars(feedback.listing()).all()) == shown
    assert "{" not in "".join(small.scalars(sa.select(FeedbackText.text)))


def test_notices_are_asked_about_while_they_are_public(small: Session) -> None:
    asked = small.scalars(sa.select(Feedback).where(Feedback.noun == Kind.NOTICES)).all()
    assert {one.state for one in asked} == {FeedbackState.PUBLISHED, FeedbackState.RECEIVED}
    assert FeedbackKind.CORRECTION in {one.kind for one in asked}
    for one in asked:
        edition = small.get_one(NoticeEdition, one.edition_id)
        assert edition.published_at is not None
        assert local_day(edition.published_at) < one.asked_on
        # The correction was asked for before it came.
        assert edition.ended_at is None or one.asked_on <= local_day(edition.ended_at)
    shown = small.scalars(feedback.listing(noun=Kind.NOTICES)).all()
    assert len(shown) == sum(one.state is FeedbackState.PUBLISHED for one in asked) >= 5


def test_nothing_in_the_county_looks_like_personal_data(small: Session) -> None:
    """No false alarm on document numbers, amounts and days: what is shown must be worth a look."""
    columns = (
        DisclosureEdition.title,
        DisclosureEdition.body,
        PowerItem.source,
        PowerItem.controls,
        PowerItem.plain,
        ProcessStep.disclosed,
        FeedbackAnswer.question,
        FeedbackAnswer.text,
    )
    texts = [text for column in columns for text in small.scalars(sa.select(column))]
    assert sum(map(len, texts)) > 50_000
    assert [one.quote for text in texts for one in personal_data.find(text)] == []
