"""The desk's side of questions: the queue, the page of one, and what is refused there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain import former_codes
from domain.clock import utc_now
from domain.db import Session
from domain.feedback import (
    DeclineReason,
    Feedback,
    FeedbackKind,
    FeedbackState,
    new_reference,
)
from tests.admin.conftest import SignIn
from tests.admin.pages import form_to
from tests.admin.statements import statements
from tests.fixtures import questions
from tests.fixtures.county import County
from tests.fixtures.questions import ANSWER, QUESTION
from web.app import Site

CANARIES = (
    "<script>canary()</script>",
    "\"'><img src=x onerror=canary()>",
    "<svg/onload=canary()>",
    "javascript:canary()",
    "<IMG SRC=&#106;&#97;&#118;&#97;canary()>",
    "<<SCRIPT>canary();//<</SCRIPT>",
    "<a href='jav\tascript:canary()'>x</a>",
    "{{7*7}}${7*7}",
)


def committed(session: Session, asked: Feedback) -> str:
    session.commit()
    return asked.id


def state_of(session: Session, number: str) -> FeedbackState:
    session.rollback()
    session.expire_all()
    return session.get_one(Feedback, number).state


def test_the_whole_way_from_the_queue_to_the_page(
    as_: SignIn, session: Session, county: County
) -> None:
    number = committed(session, questions.ask(session))
    editor, reviewer = as_("editor"), as_("reviewer")
    assert number in editor.text("/feedback")
    page = editor.text(f"/feedback/{number}")
    assert QUESTION in page
    fields = form_to(page, "#step-answer").fields | {"answer-text": ANSWER}
    assert editor.client.post(f"/feedback/{number}/answer", data=fields).status_code == 303
    fields = form_to(editor.text(f"/feedback/{number}"), "#step-mask").fields
    fields["mask-passages"] = "东河镇"
    assert editor.client.post(f"/feedback/{number}/mask", data=fields).status_code == 303
    page = reviewer.text(f"/feedback/{number}")
    assert "这笔养护资金，■■今年分到了多少？" in page
    reviewer.client.post(f"/feedback/{number}/approve", data=form_to(page, "#step-approve").fields)
    assert state_of(session, number) is FeedbackState.PUBLISHED
    page = reviewer.text(f"/feedback/{number}")
    assert "公众看到的" in page
    assert number not in reviewer.text("/feedback")
    assert number in reviewer.text("/feedback?state=published")


def test_the_queue_is_narrowed_by_its_address(
    as_: SignIn, session: Session, county: County
) -> None:
    late = questions.ask(session, now=utc_now() - timedelta(days=60))
    fixed = questions.ask(session, "powers", kind=FeedbackKind.CORRECTION, now=utc_now())
    waiting = questions.answer(session, county, "disclosures", now=utc_now())
    gone = questions.ask(session)
    questions.decline(session, county, gone)
    session.commit()
    desk, reference = as_("reviewer"), questions.reference_of(gone)
    for query, shown in {
        "": {late.id, fixed.id, waiting.id},
        "?state=all": {late.id, fixed.id, waiting.id, gone.id},
        "?state=answered": {waiting.id},
        "?state=declined": {gone.id},
        "?kind=correction": {fixed.id},
        "?overdue=yes": {late.id},
        "?unit=jt&q=权力清单": {fixed.id},
        f"?state=all&q={gone.id.lower()}": {gone.id},
        f"?state=all&q={reference}": {gone.id},
        f"?state=all&q={reference.replace('-', ' ').lower()}": {gone.id},
        f"?state=all&q={new_reference()}": set(),
        "?state=nonsense&kind=x&unit=y&overdue=z": {late.id, fixed.id, waiting.id},
    }.items():
        page = desk.text(f"/feedback{query}")
        assert {n for n in (late.id, fixed.id, waiting.id, gone.id) if n in page} == shown, query
    assert desk.text("/feedback?overdue=yes").count("已超过期限") == 2
    assert "提问和纠错，已超过期限" in desk.text("/")


def test_a_former_code_narrows_the_queue_to_its_unit(
    as_: SignIn, session: Session, county: County
) -> None:
    mine, other = questions.ask(session), questions.ask(session)
    other.unit_id = county.units["jy"].id
    former_codes.rename(session, county.units["jt"], "jtys", None, utc_now())
    session.commit()
    for code in ("jt", "jtys"):
        page = as_("reviewer").text(f"/feedback?unit={code}")
        assert (mine.id in page, other.id in page) == (True, False)


def test_another_units_question_is_not_there(as_: SignIn, session: Session, county: County) -> None:
    asked = questions.ask(session)
    asked.unit_id = county.units["jy"].id
    number = committed(session, asked)
    desk = as_("editor")
    assert number not in desk.text("/feedback?state=all")
    assert desk.get(f"/feedback/{number}").status_code == 404
    assert desk.post(f"/feedback/{number}/answer", text=ANSWER).status_code == 404
    assert desk.get("/feedback/nothing").status_code == 404


@pytest.mark.parametrize(
    ("act", "typed", "said"),
    [
        ("answer", {"answer-text": ""}, "请写下答复"),
        ("answer", {"answer-text": "长" * 4001}, "最多 4000 字"),
        ("mask", {"mask-passages": "没有这句话"}, "原文里没有“没有这句话”"),
        ("return", {"return-reason": " "}, "请写明退回理由"),
        ("decline", {"decline-why": ""}, "请选择不公开答复的理由"),
        ("decline", {"decline-why": "other"}, "请写明理由"),
        ("decline", {"decline-why": "nonsense"}, "请从列出的选项中选择"),
        ("merge", {"merge-into": ""}, "请选择并入哪一件"),
        ("merge", {"merge-into": "x"}, "请从列出的选项中选择"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    as_: SignIn, session: Session, county: County, act: str, typed: dict[str, str], said: str
) -> None:
    number = committed(session, questions.answer(session, county))
    desk = as_("editor" if act == "answer" else "reviewer")
    fields = form_to(desk.text(f"/feedback/{number}"), f"#step-{act}").fields | typed
    response = desk.client.post(f"/feedback/{number}/{act}", data=fields)
    assert response.status_code == 200
    assert said in response.text
    written = [value.strip() for name, value in typed.items() if "why" not in name]
    assert all(value in response.text for value in written if value != "x")
    assert state_of(session, number) is FeedbackState.ANSWERED


def test_whoever_was_slower_is_told(as_: SignIn, session: Session, county: County) -> None:
    number = committed(session, questions.answer(session, county))
    desk = as_("reviewer")
    page = desk.text(f"/feedback/{number}")
    mask = form_to(page, "#step-mask").fields | {"mask-passages": "东河镇"}
    assert desk.client.post(f"/feedback/{number}/mask", data=mask).status_code == 303
    response = desk.client.post(
        f"/feedback/{number}/approve", data=form_to(page, "#step-approve").fields
    )
    assert response.status_code == 200
    assert "又有变化" in response.text
    assert state_of(session, number) is FeedbackState.ANSWERED


def test_personal_data_must_be_looked_at_before_they_are_public(
    as_: SignIn, session: Session, county: County
) -> None:
    said = "张某，电话 13900012345，问低保"
    number = committed(session, questions.answer(session, county, text=said))
    desk = as_("reviewer")
    page = desk.text(f"/feedback/{number}")
    assert page.count("张某，电话<mark>13900012345</mark>，问低保") == 2
    assert form_to(page, "#step-mask").fields["mask-passages"] == "13900012345"
    fields = form_to(page, "#step-approve").fields
    mark = fields.pop("approve-checked")
    response = desk.client.post(f"/feedback/{number}/approve", data=fields)
    assert "还有 1 处像是个人信息（手机号码）" in response.text
    assert state_of(session, number) is FeedbackState.ANSWERED
    desk.client.post(f"/feedback/{number}/approve", data=fields | {"approve-checked": mark})
    assert state_of(session, number) is FeedbackState.PUBLISHED


def test_what_looks_personal_is_proposed_to_be_masked(
    as_: SignIn, session: Session, county: County
) -> None:
    number = committed(session, questions.ask(session, text="电话 13900012345，住 3号楼2单元"))
    page = as_("editor").text(f"/feedback/{number}")
    fields = form_to(page, "#step-mask").fields
    assert fields["mask-passages"].split("\n") == ["13900012345", "3号楼2单元"]


def test_a_report_is_erased_with_one_click(as_: SignIn, session: Session, county: County) -> None:
    said = "书记收了红包"
    number = committed(session, questions.ask(session, text=said))
    desk = as_("reviewer")
    fields = form_to(desk.text(f"/feedback/{number}"), "#step-decline").fields
    fields["decline-why"] = DeclineReason.REPORT.value
    desk.client.post(f"/feedback/{number}/decline", data=fields)
    page = desk.text(f"/feedback/{number}")
    assert said not in page
    assert "原话已经删除" in page
    assert said not in desk.text("/feedback?state=all")


def test_words_become_no_markup(as_: SignIn, session: Session, county: County) -> None:
    said = "\n".join(CANARIES)
    asked = questions.answer(session, county, text=said, said=said)
    asked.draft.reason = said  # type: ignore[union-attr]
    asked.title = said[:290]
    gone = questions.ask(session, text=said)
    questions.decline(session, county, gone)
    gone.told = said
    session.commit()
    desk = as_("reviewer")
    for path in (
        "/feedback",
        f"/feedback/{asked.id}",
        f"/feedback/{gone.id}",
        "/feedback?q=" + said,
    ):
        page = desk.text(path)
        assert "canary()" in page, path
        assert not re.search(r"<(?!/?(?:script src|link|meta))[^>]*\son\w+=", page), path
        assert not re.search(r"<(?:svg/|img|IMG|SCRIPT|script>)", page), path
        assert "href='jav" not in page, path


def test_the_queue_asks_a_fixed_number_of_questions(
    as_: SignIn, site: Site, session: Session, county: County
) -> None:
    questions.answer(session, county)
    session.commit()
    desk = as_("reviewer")
    with statements(site) as few:
        desk.text("/feedback")
    first = len(few)
    for _ in range(30):
        questions.answer(session, county)
    session.commit()
    with statements(site) as many:
        desk.text("/feedback")
    assert len(many) == first <= 14
    number = session.scalars(sa.select(Feedback.id)).first()
    with statements(site) as one:
        desk.text(f"/feedback/{number}")
    assert len(one) <= 16
