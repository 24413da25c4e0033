"""The report form, walked as a browser without JavaScript walks it."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from admin import unsealing
from domain import drafts as draft_rows, powers, reports, sealing
from domain.db import Session
from domain.drafts import ReportDraft
from domain.files import FileChunk, StoredFile, chunks
from domain.offices import OfficeKind
from domain.reports import Report, ReportIdentity
from portal.reports.pages import STEPS
from tests.fixtures.county import County, password_of

CANARY = "金丝雀-canary-7391"


def token(response: TestResponse) -> str:
    """The CSRF token of the page's last form."""
    found = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', response.text)
    assert found, response.text[:500]
    return str(found[-1])


class Reporter:
    """Somebody filling in the form."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def begin(self, **query: str) -> TestResponse:
        page = self.client.get("/report", query_string=query)
        return self.client.post("/report", data={"csrf_token": token(page), **query})

    def answer(self, step: str, **answers: object) -> TestResponse:
        page = self.client.get(f"/report/{step}")
        assert page.status_code == 200, page.location
        return self.client.post(
            f"/report/{step}",
            data={"csrf_token": token(page), **answers},
            content_type="multipart/form-data",
        )

    def answer_all(self, **changes: dict[str, object]) -> TestResponse:
        answers: dict[str, dict[str, object]] = {
            "subject": {"unit": "教育局", "name": "", "post": "出纳"},
            "matter": {"matter": "money"},
            "account": {"title": "伙食费", "happened": f"学校伙食费去向不明 {CANARY}"},
            "reporter": {"named": "no"},
            "files": {"do": "continue"},
        }
        self.begin()
        for step, answer in (answers | changes).items():
            response = self.answer(step, **answer)
            assert response.status_code == 303, response.text
        return self.client.get("/report/check")

    def hand_in(self) -> TestResponse:
        return self.answer("check")


@pytest.fixture
def reporter(client: FlaskClient) -> Reporter:
    return Reporter(client)


def receipt_in(response: TestResponse) -> str:
    found = re.search(r'id="receipt">([^<]+)<', response.text)
    assert found, response.text
    return found[1]


def test_anonymous_report_reaches_the_office_and_only_it(
    reporter: Reporter, county: County, session: Session
) -> None:
    check = reporter.answer_all()
    assert CANARY in check.text
    done = reporter.hand_in()
    assert done.status_code == 200
    report = session.scalars(select(Report)).one()
    assert (report.is_named, report.has_files, report.about_head) == (False, False, False)
    assert report.office.kind is OfficeKind.INTAKE
    officer = county.staff["intake"]
    opened = unsealing.open_report(
        session, report, officer, unsealing.unlock(officer, password_of("intake"))
    )
    assert CANARY in opened.happened
    assert opened.subject.unit_id == county.units["jy"].id
    assert session.scalar(select(func.count()).select_from(ReportDraft)) == 0
    assert session.scalars(select(ReportIdentity)).all() == []


def test_questions_come_in_order_and_check_comes_last(reporter: Reporter) -> None:
    reporter.begin()
    assert reporter.client.get("/report/check").location == "/report/subject"
    assert reporter.answer("subject", unit="某村").location == "/report/matter"
    assert reporter.answer("matter", matter="inaction").location == "/report/account"
    # Going back to change an answer leads to the first question still open.
    assert reporter.answer("subject", unit="另一村").location == "/report/account"
    assert reporter.client.get("/report/check").location == "/report/account"


def test_every_answer_is_kept_on_the_way_back(reporter: Reporter) -> None:
    reporter.answer_all(reporter={"named": "yes", "name": "某甲", "contact": "000-1"})
    assert 'value="教育局"' in reporter.client.get("/report/subject").text
    assert re.search(
        r'value="money"[^>]*checked|checked[^>]*value="money"',
        reporter.client.get("/report/matter").text,
    )
    assert CANARY in reporter.client.get("/report/account").text
    assert 'value="某甲"' in reporter.client.get("/report/reporter").text


@pytest.mark.parametrize(
    ("step", "answers", "sentence", "kept"),
    [
        ("subject", {"unit": "", "post": "村主任"}, "请填写您要反映的单位", "村主任"),
        ("subject", {"unit": "教" * 81}, "最多 80 字", "教" * 81),
        ("matter", {}, "请选择您反映的是哪一类问题", ""),
        ("matter", {"matter": "nonsense"}, "请从列出的选项中选择", ""),
        ("account", {"title": "留住我", "happened": "  "}, "请写下发生了什么", "留住我"),
        ("account", {"happened": "长" * 10_001}, "最多 10000 字", "长" * 10_001),
        ("reporter", {}, "请选择匿名还是实名", ""),
        ("reporter", {"named": "yes", "address": "某街"}, "请填写您的姓名", "某街"),
    ],
)
def test_a_bad_answer_gets_its_sentence_and_keeps_what_was_typed(
    reporter: Reporter, step: str, answers: dict[str, str], sentence: str, kept: str
) -> None:
    reporter.begin()
    response = reporter.answer(step, **answers)
    assert response.status_code == 200
    assert sentence in response.text
    assert kept in response.text


def test_an_answer_later_than_its_draft_is_not_lost(reporter: Reporter, session: Session) -> None:
    reporter.begin()
    page = reporter.client.get("/report/account")
    for row in session.scalars(select(ReportDraft)):
        row.expires_at -= draft_rows.LASTS + timedelta(minutes=1)
    session.commit()
    assert reporter.client.get("/report/account").location == "/report"
    late = reporter.client.post(
        "/report/account", data={"csrf_token": token(page), "happened": CANARY}
    )
    assert late.location == "/report/subject"
    assert CANARY in reporter.client.get("/report/account").text


@pytest.mark.parametrize(
    "answers",
    [
        {"unit": "县委", "post": "县委书记"},
        {"unit": "中共云岭县委员会", "name": "顾承远"},
        {"unit": "不知道", "name": "县委书记顾某"},
        {"unit": "县　委", "name": "顾承远"},
    ],
)
def test_someone_managed_higher_stops_before_anything_is_stored(
    reporter: Reporter, session: Session, answers: dict[str, str]
) -> None:
    reporter.begin()
    response = reporter.answer("subject", **answers)
    assert response.status_code == 200
    assert "请直接向上级机关反映" in response.text
    assert "市纪委监委" in response.text
    assert session.scalar(select(func.count()).select_from(ReportDraft)) == 0
    assert session.scalar(select(func.count()).select_from(Report)) == 0
    assert reporter.client.get_cookie("report_draft", path="/report") is None


def test_the_door_of_someone_managed_higher_is_shut(
    client: FlaskClient, county: County, session: Session
) -> None:
    page = client.get(f"/report?official={county.officials['party'].id}")
    assert "请直接向上级机关反映" in page.text


def test_discipline_staff_are_reported_to_cadre_supervision(
    reporter: Reporter, session: Session
) -> None:
    reporter.answer_all(subject={"unit": "县纪委监委", "name": "沈砚秋"})
    reporter.hand_in()
    assert session.scalars(select(Report)).one().office.kind is OfficeKind.CADRE_SUPERVISION


def test_report_from_a_power_carries_the_power(
    reporter: Reporter, county: County, session: Session
) -> None:
    edition = powers.in_force(session, county.posts["transport"].id)
    assert edition is not None
    item = edition.items[0]
    assert item.name in reporter.client.get(f"/report?power={item.id}").text
    reporter.begin(power=str(item.id))
    page = reporter.client.get("/report/subject").text
    assert 'value="云岭县交通运输局"' in page
    assert 'value="周明远"' in page
    for step, answers in (
        ("subject", {"unit": "云岭县交通运输局", "name": "周明远", "post": "党组书记、局长"}),
        ("matter", {"matter": "money"}),
        ("account", {"happened": "先修了自己村的路"}),
        ("reporter", {"named": "no"}),
        ("files", {"do": "continue"}),
    ):
        reporter.answer(step, **answers)
    assert item.name in reporter.client.get("/report/check").text
    reporter.hand_in()
    session.rollback()  # let go of what this session saw before
    report = session.scalars(select(Report)).one()
    assert report.about_head
    officer = county.staff["intake"]
    opened = unsealing.open_report(
        session, report, officer, unsealing.unlock(officer, password_of("intake"))
    )
    assert opened.about_power == item.name
    assert opened.subject.official_id == county.officials["transport"].id


@pytest.mark.parametrize(
    "query", ["power=999", "official=0", "unit=%00", "power=x", "unit=" + "长" * 300]
)
def test_an_odd_door_opens_an_empty_form(client: FlaskClient, query: str) -> None:
    assert client.get(f"/report?{query}").status_code == 200


def test_files_are_kept_encrypted_and_one_bad_file_loses_no_other(
    reporter: Reporter, county: County, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.uploads.LARGEST_FILE", 300_000)
    reporter.begin()
    evidence = CANARY.encode() * 5000
    response = reporter.answer(
        "files",
        files=[
            (io.BytesIO(evidence), f"{CANARY}.pdf"),
            (io.BytesIO(b""), "空.txt"),
            (io.BytesIO(b"x" * 300_001), "大.mp4"),
        ],
        do="continue",
    )
    assert response.status_code == 200
    assert "“空.txt”没有收下：是空文件" in response.text
    assert "文件超过" in response.text
    assert f"{CANARY}.pdf" in response.text
    stored = session.scalars(select(StoredFile)).one()
    assert all(CANARY.encode() not in c for c in session.scalars(select(FileChunk.data)))
    reporter.answer("files", files=[(io.BytesIO(b"second"), "b.txt")], do="upload")
    page = reporter.client.get("/report/files")
    second = re.findall(r'name="remove" value="(\w+)"', page.text)[1]
    assert reporter.answer("files", remove=second).status_code == 303
    for step, answers in (
        ("subject", {"unit": "某村"}),
        ("matter", {"matter": "other"}),
        ("account", {"happened": "见附件"}),
        ("reporter", {"named": "yes", "name": "某乙", "contact": CANARY}),
        ("files", {"do": "continue"}),
    ):
        reporter.answer(step, **answers)
    done = reporter.hand_in()
    assert CANARY not in done.text
    session.rollback()
    report = session.scalars(select(Report)).one()
    assert (report.is_named, report.has_files) == (True, True)
    officer = county.staff["intake"]
    opened = unsealing.open_report(
        session, report, officer, unsealing.unlock(officer, password_of("intake"))
    )
    (file,) = opened.files
    assert (file.id, file.name, file.size) == (stored.id, f"{CANARY}.pdf", len(evidence))
    plain = unsealing.open_file(file.key, chunks(session, file.id), file.size)
    assert b"".join(plain) == evidence


def test_too_many_files_are_refused_by_name(reporter: Reporter, session: Session) -> None:
    reporter.begin()
    many = [(io.BytesIO(b"x"), f"{n}.txt") for n in range(reports.MOST_FILES + 1)]
    response = reporter.answer("files", files=many, do="upload")
    assert f"{reports.MOST_FILES}.txt" in response.text
    assert session.scalar(select(func.count()).select_from(StoredFile)) == reports.MOST_FILES


def test_receipt_is_shown_once_and_is_nowhere_else(
    reporter: Reporter, session: Session, sqlite_url: str
) -> None:
    reporter.answer_all()
    done = reporter.hand_in()
    receipt = receipt_in(done)
    assert sealing.read_receipt(receipt) == receipt
    assert len(receipt.replace("-", "")) * 5 >= 80
    assert receipt not in str(done.headers)
    again = reporter.client.get("/report/check")
    assert again.location == "/report"
    session.commit()
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    plain = receipt.replace("-", "").encode()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert receipt.encode() not in content
            assert plain not in content


def test_handing_in_twice_makes_one_report(reporter: Reporter, session: Session) -> None:
    check = reporter.answer_all()
    data = {"csrf_token": token(check)}
    first = reporter.client.post("/report/check", data=data)
    second = reporter.client.post("/report/check", data=data)
    assert 'id="receipt"' in first.text
    assert second.location == "/report"
    assert session.scalar(select(func.count()).select_from(Report)) == 1


def test_leaving_clears_the_draft_at_once(reporter: Reporter, session: Session) -> None:
    reporter.begin()
    page = reporter.client.get("/report/subject")
    left = reporter.client.post("/report/leave", data={"csrf_token": token(page)})
    assert left.location == "/"
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert session.scalar(select(func.count()).select_from(ReportDraft)) == 0
    assert reporter.client.get("/report/subject").location == "/report"


def test_a_draft_opens_only_with_its_cookie(reporter: Reporter, session: Session) -> None:
    reporter.answer_all()
    cookie = reporter.client.get_cookie("report_draft", path="/report")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.expires) == (True, "Strict", None)
    row = session.scalars(select(ReportDraft)).one()
    assert CANARY.encode() not in row.boxed
    for wrong in ("", "!!!", "AAAA", "A" * 44):
        reporter.client.set_cookie("report_draft", wrong, path="/report")
        assert reporter.client.get("/report/account").location == "/report"


def test_pages_of_the_form_are_kept_by_no_cache(reporter: Reporter) -> None:
    reporter.begin()
    for address in ("/report", *(f"/report/{step}" for step in STEPS[:-1]), "/track"):
        assert "no-store" in reporter.client.get(address).headers["Cache-Control"]


def test_number_of_statements_does_not_grow_with_files(
    reporter: Reporter, statements: list[str]
) -> None:
    reporter.begin()
    reporter.answer("files", files=[(io.BytesIO(b"x"), "1.txt")], do="upload")
    statements.clear()
    reporter.client.get("/report/files")
    one = len(statements)
    reporter.answer("files", files=[(io.BytesIO(b"x"), f"{n}.txt") for n in range(8)], do="upload")
    statements.clear()
    reporter.client.get("/report/files")
    assert len(statements) == one <= 4
