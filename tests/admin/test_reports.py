from __future__ import annotations

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from domain.db import Session
from domain.offices import OfficeKind
from domain.recusal import ReportBar
from domain.reports import ReportContent
from domain.subjects import Subject
from tests.admin.cases import (
    NAMED,
    STORY,
    add_words,
    colleague,
    end_readings,
    hand_in,
    one,
    recuse,
    rows,
)
from tests.admin.conftest import Desk, SignIn
from tests.fixtures.county import County


@pytest.fixture
def officer(as_: SignIn) -> Desk:
    return as_("intake")


@pytest.fixture
def report(session: Session, county: County) -> str:
    return hand_in(session, county, identity=NAMED)


def said(response: TestResponse) -> str:
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.fixture
def opened(officer: Desk, report: str) -> str:
    """The address of a report that the officer holds open."""
    assert officer.post(f"/reports/{report}/open").status_code == 303
    return f"/reports/{report}"


def test_the_door_shows_nothing_of_the_content(officer: Desk, report: str) -> None:
    page = officer.text(f"/reports/{report}")
    assert "拆阅" in page
    assert "实名" in page
    assert STORY not in page
    assert 'id="step-' not in page


def test_opening_is_one_row_and_lasts_half_an_hour(
    officer: Desk, session: Session, county: County, report: str
) -> None:
    before = len(rows(session))
    assert officer.post(f"/reports/{report}/open").headers["Location"] == f"/reports/{report}"
    for _ in range(2):
        page = officer.text(f"/reports/{report}")
        assert STORY in page
        assert "周明远　交通运输局 党组书记、局长" in page
        assert "钱和项目上的问题" in page
    made = rows(session)[before:]
    assert [(r.action, r.subject) for r in made] == [("reports.open", f"reports:{report}")]
    assert made[0].actor_id == county.staff["intake"].id
    end_readings(session)
    assert STORY not in officer.text(f"/reports/{report}")
    assert officer.get(f"/reports/{report}/open").status_code == 405


def test_the_reporters_name_is_on_no_page(officer: Desk, opened: str) -> None:
    page = officer.text(opened)
    assert NAMED.name not in page
    assert NAMED.contact not in page


def test_whom_a_report_is_about_in_the_reporters_words(
    officer: Desk, session: Session, county: County
) -> None:
    typed = hand_in(session, county, subject=Subject(unit="某某公司", name="老李", post="经理"))
    chosen = hand_in(session, county, subject=Subject(unit_id=county.units["jy"].id, name="某人"))
    for number, words in [(typed, "某某公司　经理　老李"), (chosen, "云岭县教育局　某人")]:
        officer.post(f"/reports/{number}/open")
        assert words in officer.text(f"/reports/{number}")


def test_what_the_reporter_adds_is_read_on_opening(
    officer: Desk, session: Session, report: str
) -> None:
    add_words(session, report, "公司是二月才成立的")
    assert "补充 1" in officer.text("/reports")
    officer.post(f"/reports/{report}/open")
    assert "公司是二月才成立的" in officer.text(f"/reports/{report}")
    assert "补充 1" not in officer.text("/reports")


def test_what_is_typed_by_a_reporter_is_never_markup(
    officer: Desk, session: Session, county: County
) -> None:
    story = "<script>alert(1)</script><img src=x>"
    number = hand_in(session, county, happened=story, attached=[('"><b>x.txt', b"x")])
    officer.post(f"/reports/{number}/open")
    page = officer.text(f"/reports/{number}")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>x.txt" not in page
    assert "&lt;script&gt;" in page


def test_a_report_that_does_not_open_is_no_crash(
    officer: Desk, session: Session, report: str
) -> None:
    session.execute(sa.update(ReportContent).values(sealed=b"broken"))
    session.commit()
    response = officer.post(f"/reports/{report}/open")
    assert response.status_code == 409
    assert "钥匙不符" in response.get_data(as_text=True)


@pytest.mark.parametrize("number", ["2026-0000-0000", "x", "2026-0000-0000' OR 1=1", "%00"])
def test_unknown_numbers_are_not_found(officer: Desk, number: str) -> None:
    assert officer.get(f"/reports/{number}").status_code == 404
    assert officer.post(f"/reports/{number}/open").status_code == 404


# Recusal


def test_who_opens_a_report_about_their_kin_is_turned_away(
    officer: Desk, as_: SignIn, session: Session, county: County, report: str
) -> None:
    colleague(session, county, "second", "intake")
    recuse(session, county, "intake", "transport")
    before = len(rows(session))
    page = said(
        officer.client.post(
            f"/reports/{report}/open",
            data={"csrf_token": officer.token()},
            follow_redirects=True,
        )
    )
    assert "不能由您拆阅" in page
    assert STORY not in page
    assert [r.action for r in rows(session)[before:]] == ["reports.recuse"]
    assert officer.get(f"/reports/{report}").status_code == 404
    second = as_("second")
    second.post(f"/reports/{report}/open")
    assert STORY in second.text(f"/reports/{report}")


def test_when_a_whole_office_is_recused_the_report_moves_on(
    officer: Desk, as_: SignIn, session: Session, county: County, report: str
) -> None:
    recuse(session, county, "intake", "transport")
    officer.post(f"/reports/{report}/open")
    office = county.offices[OfficeKind.CASE_MANAGEMENT]
    assert one(session, report).office_id == office.id
    manager = as_("manager")
    manager.post(f"/reports/{report}/open")
    assert STORY in manager.text(f"/reports/{report}")


def test_when_everybody_is_recused_it_stays_and_is_on_record(
    officer: Desk, session: Session, county: County, report: str
) -> None:
    for username in ("cadre", "intake", "investigator", "manager"):
        recuse(session, county, username, "transport")
    held = one(session, report).office_id
    officer.post(f"/reports/{report}/open")
    assert one(session, report).office_id == held
    assert rows(session)[-1].action == "reports.recuse"


def test_a_handler_who_turns_out_to_be_recused_hands_it_back(
    officer: Desk, session: Session, county: County, report: str
) -> None:
    colleague(session, county, "second", "intake")
    officer.post(f"/reports/{report}/open")
    recuse(session, county, "intake", "transport")
    officer.post(f"/reports/{report}/open")
    assert one(session, report).handler_id is None
    barred = set(session.scalars(sa.select(ReportBar.staff_id)))
    assert barred == {county.staff["intake"].id, county.staff["editor"].id}, "their unit too"
