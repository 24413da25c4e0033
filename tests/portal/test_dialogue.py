"""Following a report with its receipt."""

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from admin import unsealing
from domain import reports, sealing, triage
from domain.categories import Matter
from domain.db import Session
from domain.dialogue import Message
from domain.reports import Submission, Taken
from domain.subjects import Subject
from tests.fixtures.county import NOW, County, password_of
from tests.portal.test_reports import token


@pytest.fixture
def taken(session: Session, county: County) -> Taken:
    made = reports.submit(
        session, Submission(Subject(unit="某村"), Matter.INACTION, "路灯坏了半年没人管"), NOW
    )
    session.commit()
    return made


def look(client: FlaskClient, receipt: str) -> TestResponse:
    page = client.get("/track")
    return client.post("/track", data={"csrf_token": token(page), "receipt": receipt})


def test_receipt_shows_state_and_letters(
    client: FlaskClient, taken: Taken, session: Session, county: County
) -> None:
    assert "已收到，等待审阅" in look(client, taken.receipt).text
    triage.ask(session, taken.report, "是哪一盏路灯？", county.staff["intake"], NOW)
    session.commit()
    typed = taken.receipt.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    page = look(client, f"　{typed} ")
    assert "需要您补充情况" in page.text
    assert "是哪一盏路灯？" in page.text
    assert "路灯坏了" not in page.text  # the portal cannot read what was handed in


def test_a_letter_is_shown_as_the_office_wrote_it(
    client: FlaskClient, taken: Taken, session: Session, county: County
) -> None:
    letter = "补了 50% 的路灯 <b>%(name)s</b>，还差哪几盏？"
    triage.ask(session, taken.report, letter, county.staff["intake"], NOW)
    session.commit()
    page = look(client, taken.receipt)
    assert page.status_code == 200
    assert "补了 50% 的路灯 &lt;b&gt;%(name)s&lt;/b&gt;，还差哪几盏？" in page.text


def test_reporter_adds_words_and_files(
    client: FlaskClient, taken: Taken, session: Session, county: County
) -> None:
    officer = county.staff["intake"]
    triage.ask(session, taken.report, "是哪一盏？", officer, NOW)
    session.commit()
    page = look(client, taken.receipt)
    data = {
        "csrf_token": token(page),
        "receipt": taken.receipt,
        "text": "村口那盏",
        "files": [(io.BytesIO(b"photo"), "路灯.jpg")],
    }
    added = client.post("/track/add", data=data, content_type="multipart/form-data")
    assert "已收到您的补充" in added.text
    assert "村口那盏" in added.text
    assert "已收到您的答复，等待审阅" in added.text
    session.expire_all()
    opened = unsealing.open_report(
        session, taken.report, officer, unsealing.unlock(officer, password_of("intake"))
    )
    assert opened.messages[-1].text == "村口那盏"
    assert [file.name for file in opened.files] == ["路灯.jpg"]


@pytest.mark.parametrize(
    ("text", "upload", "sentence"),
    [
        ("", None, "请写下要补充的内容"),
        ("长" * 10_001, None, "最多 10000 字"),
        ("写了的话", (b"", "空.txt"), "是空文件"),
    ],
)
def test_a_bad_addition_says_why_and_keeps_the_words(
    client: FlaskClient,
    taken: Taken,
    session: Session,
    text: str,
    upload: tuple[bytes, str] | None,
    sentence: str,
) -> None:
    data: dict[str, object] = {
        "csrf_token": token(look(client, taken.receipt)),
        "receipt": taken.receipt,
        "text": text,
    }
    if upload:
        data["files"] = (io.BytesIO(upload[0]), upload[1])
    page = client.post("/track/add", data=data, content_type="multipart/form-data")
    assert sentence in page.text
    assert text in page.text
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_unknown_closed_and_malformed_receipts_look_alike(
    client: FlaskClient, taken: Taken, session: Session
) -> None:
    taken.report.receipt_until = NOW.date() - timedelta(days=1)
    session.commit()
    answers = [
        look(client, typed)
        for typed in (taken.receipt, sealing.new_receipt(), "不是回执", "", "<b>x", "A" * 5000)
    ]
    assert {answer.status_code for answer in answers} == {404}
    bare = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(bare) == 1
    data = {"csrf_token": token(answers[0]), "receipt": taken.receipt, "text": "x"}
    assert client.post("/track/add", data=data).status_code == 404


def test_receipt_is_in_no_header_and_no_address(client: FlaskClient, taken: Taken) -> None:
    page = look(client, taken.receipt)
    assert page.status_code == 200
    assert taken.receipt not in str(page.headers)
    assert not re.search(rf'(href|action|src)="[^"]*{taken.receipt}', page.text)
    assert "no-store" in page.headers["Cache-Control"]


def test_guessing_is_limited_and_looking_is_not(client: FlaskClient, taken: Taken) -> None:
    for _ in range(25):
        assert look(client, taken.receipt).status_code == 200
    codes = [look(client, "nothing").status_code for _ in range(21)]
    assert codes == [404] * 20 + [429]
