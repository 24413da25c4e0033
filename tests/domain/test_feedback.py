"""Feedback: who may do what to a question, what is kept, what becomes public, and the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain import feedback, indexing, workdays
from domain.audit import AuditRow
from domain.db import Session
from domain.errors import Refused
from domain.feedback import (
    DeclineReason,
    Feedback,
    FeedbackAnswer,
    FeedbackDraft,
    FeedbackKind,
    FeedbackState,
    FeedbackText,
    answering,
    new_reference,
    queue,
)
from domain.feedback.queue import Urgency
from domain.powers import PowerEdition
from domain.recusal import Recusal
from tests.fixtures import questions
from tests.fixtures.county import (
    NOW,
    TODAY,
    County,
    draft_disclosure,
    make_public,
)
from tests.fixtures.questions import ANSWER, QUESTION

# What could be done with a question, by name; each acts with the revision it has just seen.
ACTS: dict[str, Callable[[Session, Feedback, County, str], None]] = {
    "answer": lambda s, f, c, who: answering.answer(s, f, ANSWER, f.revision, c.staff[who], NOW),
    "mask": lambda s, f, c, who: answering.mask(s, f, ["东河镇"], f.revision, c.staff[who], NOW),
    "approve": lambda s, f, c, who: answering.approve(s, f, f.revision, c.staff[who], NOW),
    "send_back": lambda s, f, c, who: answering.send_back(
        s, f, "请写明金额", f.revision, c.staff[who], NOW
    ),
    "decline": lambda s, f, c, who: answering.decline(
        s, f, DeclineReason.ABUSE, "", f.revision, c.staff[who], NOW
    ),
}
# state → what the right person may do then
ALLOWED = {
    FeedbackState.RECEIVED: {"answer", "mask", "decline"},
    FeedbackState.ANSWERED: {"answer", "mask", "approve", "send_back", "decline"},
    FeedbackState.PUBLISHED: {"decline"},
    FeedbackState.DECLINED: set[str](),
    FeedbackState.MERGED: set[str](),
}
WHO = {"answer": "editor", "mask": "editor"}


def in_state(session: Session, county: County, state: FeedbackState) -> Feedback:
    if state is FeedbackState.PUBLISHED:
        return questions.publish(session, county)
    if state is FeedbackState.ANSWERED:
        return questions.answer(session, county)
    asked = questions.ask(session)
    if state is FeedbackState.DECLINED:
        questions.decline(session, county, asked)
    if state is FeedbackState.MERGED:
        into = questions.ask(session, text="问过的")
        answering.merge(session, asked, into, asked.revision, county.staff["reviewer"], NOW)
    return asked


@pytest.mark.parametrize("state", list(FeedbackState))
@pytest.mark.parametrize("act", list(ACTS))
def test_what_may_be_done_depends_on_the_state(
    session: Session, county: County, state: FeedbackState, act: str
) -> None:
    asked = in_state(session, county, state)
    session.commit()
    before = rows(session)
    if act in ALLOWED[state]:
        ACTS[act](session, asked, county, WHO.get(act, "reviewer"))
        session.commit()
        assert [row.partition(".")[0] for row in rows(session)[len(before) :]] == ["feedback"]
    else:
        with pytest.raises(Refused):
            ACTS[act](session, asked, county, WHO.get(act, "reviewer"))
        session.rollback()
        assert rows(session) == before


def rows(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditRow.action).order_by(AuditRow.seq)))


@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("who", ["intake", "auditor", "chief", "reviewer", "editor"])
def test_only_those_whose_business_it_is(
    session: Session, county: County, act: str, who: str
) -> None:
    asked = questions.answer(session, county)
    allowed = {
        "editor": {"answer", "mask"},
        "reviewer": {"mask", "approve", "send_back", "decline"},
    }
    if act in allowed.get(who, set()):
        ACTS[act](session, asked, county, who)
    else:
        with pytest.raises(Refused, match="权限"):
            ACTS[act](session, asked, county, who)


def test_an_editor_reaches_only_the_own_unit(session: Session, county: County) -> None:
    make_public(session, county, draft_disclosure(session, county, "学校食堂", "jy"))
    other = feedback.about_disclosure(session, 2)
    assert other
    asked = feedback.ask(
        session, other, feedback.FeedbackKind.QUESTION, "几点开饭", feedback.new_reference(), NOW
    )
    editor, reviewer = county.staff["editor"], county.staff["reviewer"]
    mine = questions.ask(session)
    assert queue.by_id(session, asked.id, editor) is None
    assert session.scalars(queue.queue(editor)).all() == [mine]
    assert len(session.scalars(queue.queue(reviewer)).all()) == 2
    assert sum(queue.tally(session, editor).values()) == 1
    assert [unit.code for unit in queue.units_asked(session, editor)] == ["jt"]
    with pytest.raises(Refused, match="本单位"):
        answering.answer(session, asked, ANSWER, asked.revision, editor, NOW)


def test_who_is_tied_to_a_units_official_stands_back(session: Session, county: County) -> None:
    asked, reviewer = questions.answer(session, county), county.staff["reviewer"]
    assert queue.by_id(session, asked.id, reviewer)
    tie = Recusal(
        staff_id=reviewer.id,
        official_id=county.officials["transport"].id,
        relation="夫妻",
        declared_on=TODAY,
    )
    session.add(tie)
    session.flush()
    assert queue.by_id(session, asked.id, reviewer) is None
    assert session.scalars(queue.queue(reviewer)).all() == []
    assert sum(queue.tally(session, reviewer).values()) == 0


def test_nobody_approves_an_answer_they_have_a_hand_in(session: Session, county: County) -> None:
    both = county.staff["reviewer"]
    both.role_names = ["editor", "reviewer"]
    asked = questions.ask(session)
    answering.answer(session, asked, "我来答", asked.revision, both, NOW)
    answering.answer(session, asked, ANSWER, asked.revision, county.staff["editor"], NOW)
    with pytest.raises(Refused, match="自己的答复"):
        answering.approve(session, asked, asked.revision, both, NOW)


def test_nobody_decides_on_what_has_changed(session: Session, county: County) -> None:
    asked = questions.answer(session, county)
    seen = asked.revision
    answering.mask(session, asked, ["东河镇"], seen, county.staff["editor"], NOW)
    assert asked.revision > seen
    with pytest.raises(Refused, match="又有变化"):
        answering.approve(session, asked, seen, county.staff["reviewer"], NOW)


def test_masks_hide_passages_and_leave_the_original(session: Session, county: County) -> None:
    said = "张三住在东河镇三组，电话 13900000000。张三想问低保。"
    asked = questions.answer(session, county, text=said)
    with pytest.raises(Refused, match="李四"):
        answering.mask(session, asked, ["李四"], asked.revision, county.staff["editor"], NOW)
    passages = ["张三", "三", "13900000000", "  ", ""]
    answering.mask(session, asked, passages, asked.revision, county.staff["editor"], NOW)
    answering.approve(session, asked, asked.revision, county.staff["reviewer"], NOW)
    assert asked.answer
    assert asked.answer.question == "■■住在东河镇■■组，电话 ■■。■■想问低保。"
    assert session.scalars(sa.select(FeedbackText.text)).one() == said


def test_a_report_is_erased_and_passed_on_to_nobody(session: Session, county: County) -> None:
    said = "局长收了老板的红包"
    asked = questions.answer(session, county, text=said, said="他没有收")
    answering.mask(session, asked, ["局长"], asked.revision, county.staff["editor"], NOW)
    reviewer = county.staff["reviewer"]
    answering.decline(session, asked, DeclineReason.REPORT, "", asked.revision, reviewer, NOW)
    session.commit()
    for table in (FeedbackText, FeedbackDraft, FeedbackAnswer):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert rows(session)[-1] == "feedback.erase"
    everything = repr([tuple(row) for row in session.execute(sa.select(AuditRow.__table__))])
    assert said not in everything
    found = feedback.by_reference(session, questions.reference_of(asked))
    assert found
    assert found.feedback.declined_for is DeclineReason.REPORT


def test_what_was_published_can_be_taken_off(session: Session, county: County) -> None:
    asked = questions.publish(session, county)
    assert feedback.beside(session, asked.subject, power=asked.title, limit=9)
    questions.decline(session, county, asked, DeclineReason.PERSONAL)
    assert feedback.beside(session, asked.subject, power=asked.title, limit=9) == []
    assert session.scalars(sa.select(FeedbackAnswer)).all() == []


def test_what_was_taken_off_stays_so_when_another_one_comes(
    session: Session, county: County
) -> None:
    """Else a file with the former answer in it would be handed out again."""
    asked = questions.publish(session, county)
    kept, number = indexing.last_change(session), asked.answer.id if asked.answer else 0
    questions.decline(session, county, asked, DeclineReason.PERSONAL)
    other = questions.publish(session, county)
    assert other.answer
    assert other.answer.id != number
    assert indexing.may_have_withdrawn(session, kept, ["feedback"])


def test_another_reason_needs_words(session: Session, county: County) -> None:
    asked, reviewer = questions.ask(session), county.staff["reviewer"]
    with pytest.raises(Refused, match="理由"):
        answering.decline(session, asked, DeclineReason.OTHER, " ", asked.revision, reviewer, NOW)


def test_questions_merge_into_one_about_the_same(session: Session, county: County) -> None:
    first, second, third = (questions.ask(session, text=text) for text in "甲乙丙")
    elsewhere, reviewer = questions.ask(session, "disclosures"), county.staff["reviewer"]
    for wrong in (first, elsewhere):
        with pytest.raises(Refused, match="同一公开内容"):
            answering.merge(session, first, wrong, first.revision, reviewer, NOW)
    assert {one.id for one in queue.alike(session, first)} == {second.id, third.id}
    answering.merge(session, first, second, first.revision, reviewer, NOW)
    answering.merge(session, second, third, second.revision, reviewer, NOW)
    with pytest.raises(Refused, match="不能并入"):
        answering.merge(session, third, second, third.revision, reviewer, NOW)
    session.commit()
    assert {first.merged_into_id, second.merged_into_id} == {third.id}
    answering.answer(session, third, ANSWER, third.revision, county.staff["editor"], NOW)
    answering.approve(session, third, third.revision, reviewer, NOW)
    found = feedback.by_reference(session, questions.reference_of(first))
    assert found
    assert found.answer
    assert found.answer.text == ANSWER


def test_questions_about_different_powers_of_a_list_do_not_merge(
    session: Session, county: County
) -> None:
    edition = session.get_one(PowerEdition, questions.about(session, "powers").edition_id)
    about = [feedback.about_power(session, item.id) for item in edition.items[:2]]
    asked = [
        feedback.ask(session, one, FeedbackKind.QUESTION, "几天办完", new_reference(), NOW)
        for one in (*about, about[0], questions.about(session, "powers"))
        if one
    ]
    first, other_power, again, whole = asked
    assert first.subject == other_power.subject == whole.subject
    assert list(queue.alike(session, first)) == [again]
    assert list(queue.alike(session, whole)) == []
    reviewer = county.staff["reviewer"]
    for wrong in (other_power, whole):
        with pytest.raises(Refused, match="同一权力事项"):
            answering.merge(session, first, wrong, first.revision, reviewer, NOW)
    answering.merge(session, first, again, first.revision, reviewer, NOW)


def test_an_answer_is_announced_where_it_stands(session: Session, county: County) -> None:
    before = indexing.last_change(session)
    asked = questions.publish(session, county)
    assert asked.answer
    shown = [asked.subject, f"feedback:{asked.answer.id}"]
    assert [c.subject for c in indexing.changes_after(session, before, 9)] == shown
    questions.decline(session, county, asked)
    questions.decline(session, county, questions.ask(session))
    told = [c.subject for c in indexing.changes_after(session, before, 9)]
    assert told == [*shown, *shown, "feedback:figures"]


def test_asking_says_when_an_answer_is_due(session: Session, county: County) -> None:
    asked = questions.ask(session)
    assert (asked.asked_on, asked.due_on) == (TODAY, date(2026, 12, 4))
    calendar = workdays.calendar(session)
    said = {day: queue.urgency(asked, day, calendar) for day in (TODAY, *december())}
    assert said[TODAY] is None
    assert said[date(2026, 12, 1)] is Urgency.BLUE
    assert said[date(2026, 12, 2)] is Urgency.BLUE
    assert said[date(2026, 12, 3)] is Urgency.YELLOW
    assert said[date(2026, 12, 4)] is Urgency.YELLOW
    assert said[date(2026, 12, 5)] is Urgency.RED
    questions.decline(session, county, asked)
    assert queue.urgency(asked, date(2026, 12, 5), calendar) is None


def december() -> list[date]:
    return [date(2026, 12, day) for day in range(1, 7)]


@pytest.mark.parametrize("text", ["", " \n\u3000", "长" * (feedback.MOST_CHARACTERS + 1)])
def test_nothing_and_too_much_are_refused(session: Session, county: County, text: str) -> None:
    with pytest.raises(Refused):
        questions.ask(session, text=text)
    asked = questions.ask(session)
    with pytest.raises(Refused):
        answering.answer(session, asked, text * 5, asked.revision, county.staff["editor"], NOW)


def test_the_figures_are_those_of_the_questions(session: Session, county: County) -> None:
    editor, reviewer = county.staff["editor"], county.staff["reviewer"]
    day = timedelta(days=1)
    for asked_ago, answered_ago in ((40, 36), (40, 12), (30, 29)):
        asked = questions.ask(session, now=NOW - asked_ago * day)
        answering.answer(session, asked, ANSWER, asked.revision, editor, NOW)
        answering.approve(session, asked, asked.revision, reviewer, NOW - answered_ago * day)
    questions.ask(session, now=NOW - 40 * day)
    questions.ask(session, now=NOW - day)
    questions.decline(session, county, questions.ask(session, now=NOW - day))
    questions.ask(session, now=NOW)
    found = feedback.figures(session, TODAY)
    calendar = workdays.calendar(session)
    took = [
        calendar.between(TODAY - a * day, TODAY - b * day)
        for a, b in ((40, 36), (40, 12), (30, 29))
    ]
    for key in (None, county.units["jt"].id):
        one = found[key]
        assert (one.asked, one.answered, one.open, one.overdue) == (6, 3, 2, 1)
        assert (one.declined, one.merged, one.punctual) == (1, 0, 2)
        assert one.median == sorted(took)[1]
        assert one.share == 2 / 4
    assert set(found) == {None, county.units["jt"].id}
    assert feedback.figures(session, TODAY - 90 * day)[None].share is None


@pytest.mark.parametrize(
    "text",
    [
        "我要举报东河镇书记",
        "他 收 了 钱",
        "招标内定，老板送了红包",
        "ｊ局长贪 污公款",
        "村干部优亲厚友，低保都给亲戚",
        "挪用了扶贫款",
    ],
)
def test_an_accusation_is_noticed(text: str) -> None:
    assert feedback.reads_like_report(text)


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        "招标公告在哪里看？",
        "这一项的风险等级为什么是高？",
        "电话打不通，是不是换了？",
        "补偿标准和去年一样吗？什么时候能领到钱？",
        "第三步的时限写的是 15 天，公示里写的是 7 天，哪个对？",
        "审批要收多少钱？",
    ],
)
def test_a_question_is_no_accusation(text: str) -> None:
    assert not feedback.reads_like_report(text)


def test_answers_of_documents_are_read_together(session: Session, county: County) -> None:
    questions.publish(session, county)
    questions.publish(session, county, "disclosures")
    found = feedback.said_about(session, ["powers:1", "disclosures:1", "powers:99"])
    assert {subject: len(said) for subject, said in found.items()} == {
        "powers:1": 1,
        "disclosures:1": 1,
        "powers:99": 0,
    }
