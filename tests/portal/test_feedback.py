"""Asking about what is published, without a name: what is taken, what is stopped, what is shown."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from domain import feedback, publishing, sealing, settings
from domain.clock import utc_now
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.feedback import DeclineReason, Feedback, FeedbackState, FeedbackText, answering
from domain.feedback.asking import lookup_of
from domain.powers import PowerEdition
from tests.fixtures import questions
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public
from tests.fixtures.questions import ANSWER, QUESTION, reference_of
from tests.portal.conftest import LoggedLines

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
REFERENCE = re.compile(r'name="reference" type="hidden" value="([^"]+)"')
PAGES = ("/feedback/ask/item/1", "/feedback/ask/powers/1", "/feedback/ask/disclosures/1")
ACCUSING = "局长收了老板的钱，招标是内定的"


def fields(client: FlaskClient, page: str, **typed: str) -> dict[str, str]:
    """What the form would send."""
    html = client.get(page).get_data(as_text=True)
    token, reference = TOKEN.search(html), REFERENCE.search(html)
    assert token
    found = {"csrf_token": token[1], "reference": reference[1] if reference else ""}
    return found | {"kind": "question", "text": QUESTION} | typed


def send(client: FlaskClient, page: str = PAGES[0], **typed: str) -> str:
    response = client.post(page, data=fields(client, page, **typed))
    assert response.status_code == 200
    return response.get_data(as_text=True)


def told(page: str) -> str:
    """The number that whoever asked is given."""
    (reference,) = re.findall(r'id="reference">([^<]+)<', page)
    return str(reference)


def stored(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(FeedbackText.text)))


@pytest.mark.parametrize("page", PAGES)
def test_a_question_is_taken_without_a_name(
    client: FlaskClient, session: Session, page: str
) -> None:
    text = send(client, page, kind="correction")
    assert "已经收到" in text
    assert stored(session) == [QUESTION]
    asked = session.scalars(sa.select(Feedback)).one()
    assert (asked.kind.value, asked.state) == ("correction", FeedbackState.RECEIVED)
    assert asked.lookup == lookup_of(told(text))
    assert f"{asked.due_on.month}月{asked.due_on.day}日" in text
    assert (
        "Set-Cookie" not in client.get(page.replace("/feedback/ask/item", "/powers/items")).headers
    )


def test_every_publication_leads_to_its_form(client: FlaskClient) -> None:
    for page, form in (
        ("/powers/items/1", PAGES[0]),
        ("/powers/1/1", PAGES[1]),
        ("/disclosures/1", PAGES[2]),
        ("/disclosures/1/1", PAGES[2]),
    ):
        assert f'href="{form}"' in client.get(page).get_data(as_text=True), page


def test_the_form_warns_and_carries_the_subject_to_the_report_form(client: FlaskClient) -> None:
    for page, report in zip(PAGES, ("power=1", "unit=jt", "unit=jt"), strict=True):
        text = client.get(page).get_data(as_text=True)
        assert "不要在这里举报" in text
        assert f'href="/report?{report}"' in text


def test_a_form_sent_twice_is_one_question(client: FlaskClient, session: Session) -> None:
    sent = fields(client, PAGES[0])
    texts = [client.post(PAGES[0], data=sent).get_data(as_text=True) for _ in range(2)]
    assert stored(session) == [QUESTION]
    asked = session.scalars(sa.select(Feedback.lookup)).one()
    assert [lookup_of(told(text)) for text in texts] == [asked, asked]


def test_a_form_that_was_changed_and_sent_again_loses_nothing(
    client: FlaskClient, session: Session
) -> None:
    """As after the browser's own way back, which brings the form as it was handed out."""
    sent = fields(client, PAGES[0])
    client.post(PAGES[0], data=sent)
    again = client.post(PAGES[0], data=sent | {"text": "还有：哪天公布？"}).get_data(as_text=True)
    assert sorted(stored(session)) == sorted([QUESTION, "还有：哪天公布？"])
    first, second = session.scalars(sa.select(Feedback.lookup).order_by(Feedback.id))
    assert first != second
    assert lookup_of(told(again)) in {first, second}


def test_what_accuses_is_stopped_once_and_kept_nowhere(
    client: FlaskClient, session: Session, log: LoggedLines
) -> None:
    text = send(client, text=ACCUSING)
    assert "这读起来像是举报" in text
    assert 'href="/report?power=1"' in text
    assert ACCUSING in text
    assert stored(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Feedback)) == 0
    assert all(ACCUSING not in line for line in log())
    assert "已经收到" in send(client, text=ACCUSING, sure="yes")
    assert stored(session) == [ACCUSING]


def test_personal_data_are_pointed_out_once(client: FlaskClient, session: Session) -> None:
    said = "我的电话 １３９-0001-2345，请回电"
    text = send(client, text=said)
    assert "手机号码：<mark>１３９-0001-2345</mark>" in text
    assert stored(session) == []
    assert "已经收到" in send(client, text=said, sure="yes")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "请写下您的问题"),
        ({"text": "   \n"}, "请写下您的问题"),
        ({"text": "长" * 1001}, "最多 1000 字"),
        ({"kind": ""}, "请选择提问还是纠错"),
        ({"kind": "nonsense"}, "请从列出的选项中选择"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: FlaskClient, session: Session, typed: dict[str, str], said: str
) -> None:
    text = send(client, **typed)
    assert said in text
    assert typed.get("text", QUESTION).strip() in text
    assert stored(session) == []


@pytest.mark.parametrize("reference", ["", "x", "'; DROP TABLE feedback;--", "A" * 5000])
def test_a_reference_that_is_none_is_made_anew(
    client: FlaskClient, session: Session, reference: str
) -> None:
    made = told(send(client, reference=reference))
    assert feedback.read_reference(made) == made
    session.rollback()
    assert session.scalars(sa.select(Feedback.lookup)).one() == lookup_of(made)


def test_what_cannot_be_read_cannot_be_asked_about(
    client: FlaskClient, session: Session, county: County
) -> None:
    draft = draft_powers(session, county)
    session.commit()
    gone = ["/feedback/ask/item/999", "/feedback/ask/nothing/1", f"/feedback/ask/powers/{draft.id}"]
    gone.append(f"/feedback/ask/item/{draft.items[0].id}")
    assert {client.get(page).status_code for page in gone} == {404}
    sent = fields(client, PAGES[0], text="写了很久的问题" * 12)
    withdraw(session, county, session.get_one(PowerEdition, 1))
    response = client.post(PAGES[0], data=sent)
    assert response.status_code == 404
    assert "写了很久的问题" * 12 in response.get_data(as_text=True)
    assert stored(session) == []


def withdraw(session: Session, county: County, edition: publishing.Edition) -> None:
    publishing.withdraw(session, edition, "内容有误", county.staff["reviewer"], NOW)
    session.commit()


def test_too_many_questions_are_slowed_and_corrections_of_one_are_not(
    client: FlaskClient, session: Session
) -> None:
    for _ in range(12):
        assert "请写下您的问题" in send(client, text="")
    sent = [client.post(PAGES[0], data=fields(client, PAGES[0])).status_code for _ in range(12)]
    assert sent == [200] * 10 + [429] * 2
    assert len(stored(session)) == 10


def track(client: FlaskClient, reference: str) -> tuple[int, str]:
    sent = fields(client, "/feedback/track") | {"reference": reference}
    response = client.post("/feedback/track", data=sent)
    return response.status_code, response.get_data(as_text=True)


def test_the_number_finds_the_state_and_no_words(
    client: FlaskClient, session: Session, county: County
) -> None:
    asked = questions.ask(session)
    session.commit()
    for typed in (reference_of(asked), reference_of(asked).lower().replace("-", " ")):
        status, text = track(client, typed)
        assert status == 200
        assert "待答复" in text
        assert "2026年12月4日" in text
        assert QUESTION not in text
    assert client.get(f"/feedback/track?reference={reference_of(asked)}").status_code == 200
    assert "待答复" not in client.get(f"/feedback/track?reference={reference_of(asked)}").text


def test_the_number_shows_answers_and_reasons(
    client: FlaskClient, session: Session, county: County
) -> None:
    shown, erased = questions.publish(session, county), questions.ask(session, text="甲")
    twin, other = questions.ask(session, text="乙"), questions.ask(session, text="丙")
    reviewer = county.staff["reviewer"]
    questions.decline(session, county, erased, DeclineReason.REPORT)
    answering.merge(session, twin, shown, twin.revision, reviewer, NOW)
    questions.decline(session, county, other)
    session.commit()
    assert ANSWER in track(client, reference_of(shown))[1]
    assert ANSWER in track(client, reference_of(twin))[1]
    text = track(client, reference_of(erased))[1]
    assert "请走举报渠道" in text
    assert 'href="/report"' in text
    assert "请换个说法。" in track(client, reference_of(other))[1]
    withdraw(session, county, session.get_one(PowerEdition, 1))
    for reference in (reference_of(shown), reference_of(twin)):
        text = track(client, reference)[1]
        assert ANSWER not in text
        assert "已经撤回" in text


def test_an_unknown_number_and_a_reports_receipt_are_told_apart(client: FlaskClient) -> None:
    for typed in (feedback.new_reference(), "不是编号", "", "A" * 5000, "<b>x"):
        status, text = track(client, typed)
        assert status == 404
        assert "没有这个编号的提问" in text
    status, text = track(client, sealing.new_receipt())
    assert status == 404
    assert "这像是举报的回执" in text


def test_what_is_not_approved_is_on_no_page(
    client: FlaskClient, session: Session, county: County
) -> None:
    questions.ask(session, text="还没答复的话")
    questions.answer(session, county, text="还没审核的话", said="还没审核的答复")
    declined = questions.answer(session, county, text="不公开的话", said="没用上的答复")
    questions.decline(session, county, declined)
    session.commit()
    for page in ("/powers/items/1", "/powers/1/1", "/feedback", "/feedback?unit=jt"):
        text = client.get(page).get_data(as_text=True)
        assert not re.search("还没答复的话|还没审核的|不公开的话|没用上的", text), page


def test_an_answer_stands_beside_what_it_is_about_and_goes_on_with_it(
    client: FlaskClient, session: Session, county: County
) -> None:
    questions.publish(session, county)
    questions.publish(session, county, "powers", "整份清单多久更新一次？", "每年一次。")
    questions.publish(session, county, "disclosures", "公示在哪里贴？", "在村公开栏。")
    session.commit()
    assert ANSWER in client.get("/powers/items/1").text
    assert ANSWER not in client.get("/powers/items/2").text
    assert ANSWER not in client.get("/powers/1/1").text
    make_public(session, county, draft_powers(session, county, names=("农村公路建设项目安排",)))
    make_public(session, county, draft_disclosure(session, county))
    session.commit()
    item = session.get_one(PowerEdition, 2).items[0].id
    for page, said in (
        (f"/powers/items/{item}", ANSWER),
        ("/powers/1/2", "每年一次。"),
        ("/disclosures/1", "在村公开栏。"),
    ):
        text = client.get(page).text
        assert said in text, page
        assert "问的是第 1 版" in text, page
    assert "问的是第 1 版" not in client.get("/powers/items/1").text
    withdraw(session, county, session.get_one(PowerEdition, 1))
    withdraw(session, county, session.get_one(DisclosureEdition, 1))
    for page in (f"/powers/items/{item}", "/powers/1/2", "/disclosures/1", "/feedback"):
        text = client.get(page).text
        assert not re.search(f"{ANSWER}|每年一次。|在村公开栏。", text), page


def test_many_answers_are_folded(client: FlaskClient, session: Session, county: County) -> None:
    for number in range(5):
        questions.publish(
            session, county, text=f"第{number}问？", now=NOW + timedelta(hours=number)
        )
    session.commit()
    text = client.get("/powers/items/1").text
    before, _, folded = text.partition("<details")
    assert [n for n in range(5) if f"第{n}问？" in before] == [2, 3, 4]
    assert "第0问？" in folded
    assert "还有 2 条" in folded


def test_the_list_is_narrowed_and_counts(
    client: FlaskClient, session: Session, county: County
) -> None:
    slow = questions.answer(session, county, now=NOW - timedelta(days=14))
    answering.approve(session, slow, slow.revision, county.staff["reviewer"], NOW)
    questions.publish(session, county, "disclosures", "公示在哪里贴？", "在村公开栏。")
    questions.ask(session, now=NOW - timedelta(days=30))
    questions.decline(session, county, questions.ask(session))
    # Today's question counts tomorrow.
    questions.ask(session, now=utc_now())
    session.commit()
    text = client.get("/feedback").text
    assert ANSWER in text
    assert 'href="/powers/items/1"' in text
    assert 'href="/disclosures/1/1"' in text
    for query, count in (
        ("unit=jt", 2),
        ("unit=jy", 0),
        ("about=disclosures", 1),
        ("about=powers&kind=question", 1),
        ("kind=correction", 0),
        ("unit=nonsense&kind=x&about=y", 2),
    ):
        assert client.get(f"/feedback?{query}").text.count('class="asked-and-answered"') == count
    figures = " ".join(re.sub(r"<[^>]+>", " ", text.partition('id="figures"')[2]).split())
    assert "收到 4 " in figures
    assert "已答复 2 " in figures
    assert "其中超过期限 1 件" in figures
    assert "按时率 67% " in figures
    assert "交通运输局 4 2 1 1 1 0 5 67%" in figures


def test_the_time_allowed_is_the_countys(client: FlaskClient, session: Session) -> None:
    settings.choose(session, feedback_days="3")
    session.commit()
    assert "3 个工作日内答复" in client.get(PAGES[0]).text
    settings.choose(session, feedback_days="很快")
    session.commit()
    assert "10 个工作日内答复" in client.get(PAGES[0]).text


def test_the_figures_follow_from_what_is_settled_and_from_the_day(
    client: FlaskClient, session: Session, county: County
) -> None:
    asked = questions.ask(session)
    session.commit()
    version = client.get("/feedback").headers["ETag"]
    send(client)
    assert client.get("/feedback", headers={"If-None-Match": version}).status_code == 304
    questions.decline(session, county, asked)
    session.commit()
    assert client.get("/feedback", headers={"If-None-Match": version}).status_code == 200
