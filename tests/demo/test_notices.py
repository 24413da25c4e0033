"""The demonstration's typical cases: in every state, long enough to be read, nobody's data in them."""

import re
from collections import Counter

import sqlalchemy as sa

from domain import categories, feedback, personal_data
from domain.audit import AuditRow
from domain.db import Session
from domain.editing.desk import Kind
from domain.indexing import IndexChange
from domain.notices import NoticeEdition, count_public
from domain.publishing import READABLE, State


def test_notices_are_in_every_state_and_of_every_category(small: Session) -> None:
    editions = small.scalars(sa.select(NoticeEdition)).all()
    states = Counter(edition.state for edition in editions)
    assert set(states) == set(State)
    assert 8 <= states[State.PUBLISHED] <= 12
    assert set(count_public(small)) == {one.code for one in categories.CATEGORIES}
    corrected = [edition for edition in editions if edition.correction]
    assert [edition.number for edition in corrected] == [2]


def test_notices_are_short_stories_without_names(small: Session) -> None:
    for body in small.scalars(sa.select(NoticeEdition.body)):
        assert 150 <= len(body) <= 400
        assert body.endswith("（演示数据，内容虚构）")
        # Whoever it is about is a surname and 某.
        assert re.search(r"[\u4e00-\u9fff]某", body)


def test_what_looks_personal_in_a_public_notice_was_looked_at(small: Session) -> None:
    public = small.scalars(
        sa.select(NoticeEdition).where(NoticeEdition.state.in_([*READABLE, State.SCHEDULED]))
    ).all()
    for edition in public:
        personal_data.ensure_confirmed(edition.findings, edition.confirmed)
    looked_at = [edition for edition in public if edition.findings]
    confirmed = sa.select(sa.func.count()).where(AuditRow.action == "notices.confirm")
    assert len(looked_at) == small.scalar(confirmed) == 1
    # The one that waits has something to show to its reviewer.
    waiting = sa.select(NoticeEdition).where(NoticeEdition.state == State.SUBMITTED)
    assert small.scalars(waiting).one().findings


def test_what_became_public_was_answered_or_was_withdrawn_is_announced(small: Session) -> None:
    told = Counter(
        small.scalars(
            sa.select(IndexChange.subject).where(IndexChange.subject.startswith("notices:"))
        )
    )
    expected: Counter[str] = Counter()
    for edition in small.scalars(sa.select(NoticeEdition)):
        expected[edition.subject] += bool(edition.published_at) + bool(edition.withdrawn_at)
    for answer in small.scalars(feedback.listing(noun=Kind.NOTICES)):
        expected[answer.feedback.subject] += 1
    assert told == +expected
