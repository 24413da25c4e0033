from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from admin import unsealing
from domain import triage
from domain.clock import utc_now
from domain.clues import Clue
from domain.db import Session
from domain.offices import OfficeKind
from domain.reports import ReportKey, ReportState
from domain.subjects import Subject
from tests.admin.cases import (
    NAMED,
    STORY,
    colleague,
    end_readings,
    hand_in,
    one,
    recuse,
    rows,
)
from tests.admin.conftest import Desk, SignIn
from tests.fixtures.county import County, password_of


@pytest.fixture
def officer(as_: SignIn) -> Desk:
    return as_("intake")


@pytest.fixture
def report(session: Session, county: County) -> str:
    return hand_in(session, county, identity=NAMED)


@pytest.fixture
def opened(officer: Desk, report: str) -> str:
    """The address of a report that the officer holds open."""
    assert officer.post(f"/reports/{report}/open").status_code == 303
    return f"/reports/{report}"


def said(response: TestResponse) -> str:
    assert response.status_code == 200
    return response.get_data(as_text=True)


def letters(session: Session, county: County, report_id: str) -> list[str]:
    """What has been written to and fro, opened with the office's key."""
    report, person = one(session, report_id), county.staff["intake"]
    private = unsealing.unlock(person, password_of("intake"))
    return [m.text for m in unsealing.open_report(session, report, person, private).messages]


def test_accepting(officer: Desk, session: Session, county: County, opened: str) -> None:
    response = officer.post(f"{opened}/accept", **{"accept-category": "integrity"})
    assert response.headers["Location"] == opened
    number = opened.rpartition("/")[2]
    report = one(session, number)
    assert (report.state, report.category) == (ReportState.ACCEPTED, "integrity")
    assert "已受理" in letters(session, county, number)[0]
    page = officer.text(opened)
    assert 'id="step-accept"' not in page
    assert 'id="step-clue"' in page


def test_declining(officer: Desk, session: Session, county: County, opened: str) -> None:
    fields = {"decline-why": "litigation", "decline-text": "请向县人民法院提起诉讼"}
    assert officer.post(f"{opened}/decline", **fields).status_code == 303
    number = opened.rpartition("/")[2]
    assert one(session, number).state is ReportState.DECLINED
    assert letters(session, county, number)[0].endswith("请向县人民法院提起诉讼")
    page = officer.text(opened)
    assert "这件举报已经办结" not in page  # whoever asks for the identity still may
    assert 'id="step-identity"' in page
    assert 'id="step-ask"' not in page


def test_an_anonymous_report_that_has_ended_leaves_nothing_to_do(
    officer: Desk, session: Session, county: County
) -> None:
    number = hand_in(session, county)
    officer.post(f"/reports/{number}/open")
    officer.post(f"/reports/{number}/refer", **{"refer-text": "已转住建局"})
    assert one(session, number).state is ReportState.REFERRED
    assert "这件举报已经办结" in officer.text(f"/reports/{number}")


def test_asking(officer: Desk, session: Session, county: County, opened: str) -> None:
    officer.post(f"{opened}/ask", **{"ask-text": "合同编号是多少？"})
    number = opened.rpartition("/")[2]
    assert one(session, number).state is ReportState.WAITING
    assert letters(session, county, number) == ["合同编号是多少？"]
    assert "合同编号是多少？" in officer.text(opened)


@pytest.mark.parametrize(
    ("step", "fields", "complaint"),
    [
        ("accept", {"accept-category": ""}, "请选择问题类别"),
        ("accept", {"accept-category": "nonsense"}, "请从列出的选项中选择"),
        ("accept", {}, "请选择问题类别"),
        ("decline", {"decline-why": "x", "decline-text": "去法院"}, "请从列出的选项中选择"),
        ("decline", {"decline-text": "去法院"}, "请选择不予受理的理由"),
        ("decline", {"decline-why": "litigation", "decline-text": " "}, "可以向哪里反映"),
        ("refer", {"refer-text": ""}, "请写明转交给哪个机关"),
        ("ask", {"ask-text": "问" * 10_001}, "最多 10000 字"),
        ("ask", {"ask-text": ""}, "请写下要问举报人的话"),
        ("pass-on", {"pass-on-office": ""}, "请选择转到哪个室"),
        ("pass-on", {"pass-on-office": "999"}, "请从列出的选项中选择"),
        ("pass-on", {"pass-on-office": "x"}, "请从列出的选项中选择"),
        ("clue", {"clue-account": "涉嫌串标"}, "请选择问题类别"),
        ("clue", {"clue-official": "999", "clue-category": "work"}, "请从列出的选项中选择"),
        ("clue", {"clue-official": "x", "clue-category": "work"}, "请从列出的选项中选择"),
        ("identity", {"identity-reason": ""}, "请写明查看身份的理由"),
        ("identity", {"identity-reason": "因" * 501}, "最多 500 字"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    officer: Desk,
    session: Session,
    opened: str,
    step: str,
    fields: dict[str, str],
    complaint: str,
) -> None:
    before = len(rows(session))
    page = said(officer.post(f"{opened}/{step}", **fields))
    assert complaint in page
    assert "需要修改：" in page.partition("</title>")[0]
    assert f'id="step-{step}" open' in page
    for name, value in fields.items():
        if name.rpartition("-")[2] in {"text", "account", "reason"}:
            assert value.strip() in page
    assert len(rows(session)) == before


def test_nobody_decides_on_a_report_they_have_not_opened(
    officer: Desk, session: Session, report: str
) -> None:
    page = said(officer.post(f"/reports/{report}/decline", **{"decline-text": "请去法院"}))
    assert "请先拆阅举报" in page
    assert "请去法院" in page
    assert one(session, report).state is ReportState.RECEIVED


def test_half_an_hour_of_writing_is_not_lost(officer: Desk, session: Session, opened: str) -> None:
    end_readings(session)
    officer.post(f"{opened}/ask", **{"ask-text": "写了很久"})
    assert one(session, opened.rpartition("/")[2]).state is ReportState.WAITING


def test_a_report_another_officer_has_decided_keeps_what_was_typed(
    officer: Desk, session: Session, county: County, opened: str
) -> None:
    colleague(session, county, "second", "intake")
    report = one(session, opened.rpartition("/")[2])
    triage.refer_out(session, report, "已转", county.staff["second"], utc_now())
    session.commit()
    page = said(officer.post(f"{opened}/ask", **{"ask-text": "我还想问一句"}))
    assert "已转其他机关" in page
    assert "我还想问一句" in page


# Passing on


def test_passing_on_seals_the_key_to_the_other_office_and_not_to_ours(
    officer: Desk, as_: SignIn, session: Session, county: County, opened: str
) -> None:
    number = opened.rpartition("/")[2]
    office = county.offices[OfficeKind.INVESTIGATION]
    response = officer.post(f"{opened}/pass-on", **{"pass-on-office": office.id})
    assert response.headers["Location"] == "/reports"
    session.rollback()
    held = session.scalars(sa.select(ReportKey.office_id)).all()
    assert held == [office.id]
    assert officer.get(opened).status_code == 404
    assert number not in officer.text("/reports?state=all")
    investigator = as_("investigator")
    investigator.post(f"{opened}/open")
    assert STORY in investigator.text(opened)


def test_what_is_offered_to_pass_on_to(
    officer: Desk, session: Session, county: County, opened: str
) -> None:
    page = officer.text(opened)
    form = page[page.index('id="step-pass-on"') : page.index('id="step-refer"')]
    assert "案件监督管理室" in form
    assert "保密专员" not in form, "who reports and what is reported stay in two hands"
    assert "案件审理室" not in form, "an office without members could not open it"
    assert "信访室" not in form
    custody = county.offices[OfficeKind.CUSTODY]
    said(officer.post(f"{opened}/pass-on", **{"pass-on-office": custody.id}))
    assert one(session, opened.rpartition("/")[2]).office.kind is OfficeKind.INTAKE


# Clues


def test_looking_for_an_official_keeps_the_form_and_writes_nothing(
    officer: Desk, session: Session, opened: str
) -> None:
    before = len(rows(session))
    fields = {"clue-find": "教育 何", "clue-account": "涉嫌串标", "find": "1"}
    page = said(officer.post(f"{opened}/clue", **fields))
    assert "何清源" in page
    assert "教育局 党组书记、局长" in page
    assert "涉嫌串标" in page
    assert "需要修改" not in page
    page = said(officer.post(f"{opened}/clue", **(fields | {"clue-find": "没有这个人"})))
    assert "何清源" not in page
    assert len(rows(session)) == before


def test_nothing_found_is_said(officer: Desk, session: Session, county: County) -> None:
    number = hand_in(session, county, subject=Subject(unit="某村"))
    officer.post(f"/reports/{number}/open")
    page = said(officer.post(f"/reports/{number}/clue", **{"clue-find": "无此人", "find": "1"}))
    assert "没有找到“无此人”" in page


def test_the_official_a_report_names_is_chosen_already(officer: Desk, opened: str) -> None:
    page = officer.text(opened)
    start = page.index('id="step-clue"')
    assert "checked" in page[start : page.index("周明远", start)]


def test_a_clue_is_opened_and_its_page_shown(
    officer: Desk, session: Session, county: County, opened: str
) -> None:
    fields = {
        "clue-official": county.officials["education"].id,
        "clue-category": "integrity",
        "clue-account": "涉嫌为亲属谋取利益",
    }
    response = officer.post(f"{opened}/clue", **fields)
    session.rollback()
    clue = session.scalars(sa.select(Clue)).one()
    assert response.headers["Location"] == f"/clues/{clue.id}"
    assert clue.official_id == county.officials["education"].id
    assert "涉嫌为亲属谋取利益" in officer.text(f"/clues/{clue.id}")
    assert one(session, opened.rpartition("/")[2]).state is ReportState.IN_CLUE


def test_no_clue_about_whom_one_is_recused_from(
    officer: Desk, session: Session, county: County, opened: str
) -> None:
    recuse(session, county, "intake", "education")
    page = said(officer.post(f"{opened}/clue", **{"clue-find": "何清源", "find": "1"}))
    assert "教育局" not in page
    fields = {
        "clue-official": county.officials["education"].id,
        "clue-category": "work",
        "clue-account": "x",
    }
    assert "请从列出的选项中选择" in said(officer.post(f"{opened}/clue", **fields))


def test_a_former_official_is_offered_with_the_day_it_ended(
    officer: Desk, session: Session, county: County, opened: str
) -> None:
    session.rollback()
    county.officials["deputy"].tenures[0].ended_on = date(2025, 5, 1)
    session.delete(county.officials["education"].tenures[0])
    session.commit()
    page = said(officer.post(f"{opened}/clue", **{"clue-find": "林知秋", "find": "1"}))
    assert "副局长（2025-05-01 止）" in page
    assert "何清源" in said(officer.post(f"{opened}/clue", **{"clue-find": "何清源", "find": "1"}))
