"""Notices: published like every edition, and never with personal data that nobody has looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain import audit, indexing, notices, personal_data, publishing
from domain.db import Session
from domain.editing import desk, notices as writing
from domain.editing.desk import Kind
from domain.editing.notices import NoticeText
from domain.errors import Refused
from domain.notices import Notice, NoticeEdition
from domain.publishing import Overtaken, State
from tests.fixtures import warnings
from tests.fixtures.county import NOW, TODAY, County, make_public

PERSONAL = "当事人电话<b>139</b>0001 2345，身份证 53010219900101123X，均已核实。"


def submitted(session: Session, county: County, body: str) -> NoticeEdition:
    edition = warnings.draft(session, county, body=body)
    publishing.submit(session, edition, county.staff["editor"], NOW)
    return edition


def test_a_notice_goes_the_way_of_every_edition(session: Session, county: County) -> None:
    before = indexing.last_change(session)
    first = warnings.publish(session, county)
    again = writing.start_edition(
        session, first.notice, county.staff["editor"], NOW, correction="处分种类有误"
    )
    assert (again.number, again.title, again.category) == (2, first.title, "integrity")
    with pytest.raises(Refused, match="还在起草"):
        writing.start_edition(session, first.notice, county.staff["editor"], NOW)
    make_public(session, county, again)
    session.refresh(first)
    assert (first.state, again.state) == (State.SUPERSEDED, State.PUBLISHED)
    publishing.withdraw(session, again, "有误", county.staff["reviewer"], NOW)
    assert notices.count_public(session) == {}
    subject = f"notices:{first.notice_id}"
    assert [c.subject for c in indexing.changes_after(session, before, 9)] == [subject] * 3
    assert notices.readable(session, first.notice_id, 1) is first
    assert list(audit.breaks(session)) == []


def test_what_a_correction_says_is_looked_at_too(session: Session, county: County) -> None:
    first, editor = warnings.publish(session, county), county.staff["editor"]
    wrong = "电话应为 13900012345"
    session.commit()
    with pytest.raises(personal_data.Unconfirmed):
        writing.start_edition(session, first.notice, editor, NOW, correction=wrong)
    session.rollback()
    marks = [one.mark for one in personal_data.find(wrong)]
    again = writing.start_edition(
        session, first.notice, editor, NOW, correction=wrong, confirmed=marks
    )
    publishing.submit(session, again, editor, NOW)
    # What the editor has confirmed, the reviewer looks at as well.
    assert [one.quote for one in again.findings] == ["13900012345"]
    with pytest.raises(Refused, match="个人信息"):
        publishing.publish(session, again, county.staff["reviewer"], NOW)


@pytest.mark.parametrize("later", [False, True])
def test_nothing_unlooked_at_becomes_public(session: Session, county: County, later: bool) -> None:
    edition, reviewer = submitted(session, county, PERSONAL), county.staff["reviewer"]
    marks = [one.mark for one in edition.findings]
    assert len(marks) >= 1
    moment = NOW + timedelta(days=1)

    def decide() -> None:
        if later:
            publishing.schedule(session, edition, moment, reviewer, NOW)
            publishing.publish_due(session, moment)
        else:
            publishing.publish(session, edition, reviewer, NOW)

    for confirmed in ([], marks[1:], ["nonsense"]):
        if confirmed != marks:
            writing.confirm(session, edition, confirmed, reviewer, NOW)
            with pytest.raises(Refused, match="像是个人信息"):
                decide()
    assert notices.count_public(session) == {}
    writing.confirm(session, edition, marks, reviewer, NOW)
    decide()
    assert edition.state is State.PUBLISHED
    assert notices.count_public(session) == {"integrity": 1}


def test_what_was_looked_at_is_looked_at_again_after_a_change(
    session: Session, county: County
) -> None:
    edition, editor = submitted(session, county, PERSONAL), county.staff["editor"]
    marks = [one.mark for one in edition.findings]
    writing.confirm(session, edition, marks, county.staff["reviewer"], NOW)
    publishing.take_back(session, edition, editor, NOW)
    text = NoticeText(edition.title, PERSONAL, "work", TODAY)
    writing.save(session, edition, text, edition.revision, editor, NOW)
    assert edition.confirmed == []


def test_only_a_reviewer_of_others_words_looks_at_them(session: Session, county: County) -> None:
    edition = submitted(session, county, PERSONAL)
    both = county.staff["editor"]
    both.role_names = ["editor", "reviewer"]
    for who in (both, county.staff["intake"]):
        with pytest.raises(Refused):
            writing.confirm(session, edition, [], who, NOW)


def test_a_draft_is_complete_or_is_not_handed_in(session: Session, county: County) -> None:
    editor = county.staff["editor"]
    with pytest.raises(Refused, match="违纪类别"):
        writing.start(session, county.units["jt"].id, NoticeText("题", "文", "x"), editor, NOW)
    with pytest.raises(Refused, match="本单位"):
        writing.start(session, county.units["jy"].id, NoticeText("题", "文", "work"), editor, NOW)
    empty = writing.start(session, county.units["jt"].id, NoticeText("", "", "work"), editor, NOW)
    assert [fault.message for fault in empty.faults] == ["缺少标题", "缺少正文", "缺少成文日期"]
    with pytest.raises(Overtaken):
        writing.save(session, empty, NoticeText("题", "文", "work", TODAY), 0, editor, NOW)
    writing.discard(session, empty, editor, NOW)
    assert session.scalars(sa.select(Notice)).all() == []


def test_the_desk_lists_notices_beside_the_others(session: Session, county: County) -> None:
    reviewer, editor = county.staff["reviewer"], county.staff["editor"]
    waiting = submitted(session, county, warnings.BODY)
    shown = warnings.publish(session, county, "另一件")
    key = f"notices:{waiting.id}"
    assert list(session.scalars(desk.waiting(reviewer))) == [key]
    assert list(session.scalars(desk.waiting(reviewer, kind=Kind.POWERS))) == []
    assert list(session.scalars(desk.waiting(reviewer, words="东河镇"))) == [key]
    assert [kind for kind, _ in desk.load(session, [key], whole=True)] == [Kind.NOTICES]
    assert f"notices:{shown.id}" in set(session.scalars(desk.public(editor)))
    listed = session.scalars(desk.notices(editor, words="另一件", category="integrity")).all()
    assert listed == [shown]
    assert desk.kind_of(shown) is Kind.NOTICES
