from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.clues import Clue
from domain.db import Session
from tests.admin.cases import accuse, end_readings, open_clue, recuse, rows
from tests.admin.conftest import Desk, SignIn
from tests.admin.statements import statements
from tests.fixtures.county import County
from web.app import Site

ACCOUNT = "涉嫌串标"


@pytest.fixture
def clue(session: Session, county: County) -> int:
    return open_clue(session, county)


@pytest.fixture
def officer(as_: SignIn) -> Desk:
    return as_("intake")


def test_the_list(officer: Desk, clue: int) -> None:
    page = officer.text("/clues")
    for words in ("〔2026〕1号", "周明远", "违反廉洁纪律", "信访举报", "已登记", "信访室"):
        assert words in page
    assert f'href="/clues/{clue}"' in page
    assert "1 条" in page


def test_filters(officer: Desk, clue: int) -> None:
    assert "周明远" in officer.text("/clues?category=integrity&state=registered")
    assert "这里没有问题线索" in officer.text("/clues?category=work")
    for odd in ("category=x", "state=x", "page=x", "page=-1"):
        assert "周明远" in officer.text(f"/clues?{odd}")


def test_whoever_wrote_it_may_look_for_half_an_hour(
    officer: Desk, session: Session, clue: int
) -> None:
    assert ACCOUNT in officer.text(f"/clues/{clue}")
    end_readings(session)
    assert ACCOUNT not in officer.text(f"/clues/{clue}")
    before = len(rows(session))
    officer.post(f"/clues/{clue}/open")
    assert ACCOUNT in officer.text(f"/clues/{clue}")
    assert [r.action for r in rows(session)[before:]] == ["clues.open"]


def test_who_has_no_key_sees_number_and_state_only(
    as_: SignIn, session: Session, clue: int
) -> None:
    for username in ("manager", "chief"):
        desk = as_(username)
        page = desk.text(f"/clues/{clue}")
        assert "只有承办的信访室可以打开" in page
        assert ACCOUNT not in page
        assert "/reports/" not in page
        before = len(rows(session))
        response = desk.post(f"/clues/{clue}/open")
        assert "只有承办的信访室可以打开" in desk.text(response.headers["Location"])
        assert len(rows(session)) == before


def test_the_page_leads_to_report_and_integrity_file(
    officer: Desk, session: Session, county: County, as_: SignIn, clue: int
) -> None:
    page = officer.text(f"/clues/{clue}")
    made = session.get_one(Clue, clue)
    assert f"/reports/{made.report_id}" in page
    assert "信访核查结论与线索处置结论" in page
    file = f'href="/integrity/{county.officials["transport"].id}"'
    assert file not in page, "intake reads no files"
    assert file in as_("manager").text(f"/clues/{clue}")


def test_linking_to_another_section(officer: Desk, session: Session, clue: int) -> None:
    before = len(rows(session))
    assert officer.post(f"/clues/{clue}/link", section="sanctions").status_code == 303
    assert [r.action for r in rows(session)[before:]] == ["integrity.link"]
    page = officer.text(f"/clues/{clue}")
    assert "处分与问责</li>" in page
    again = officer.post(f"/clues/{clue}/link", section="sanctions").get_data(as_text=True)
    assert "已经归入周明远的廉政档案" in again
    for odd in ("", "x"):
        response = officer.post(f"/clues/{clue}/link", section=odd)
        assert response.status_code == 200
        assert "需要修改" in response.get_data(as_text=True)
    assert len(rows(session)) == before + 1


def test_another_offices_clue_does_not_exist(as_: SignIn, clue: int) -> None:
    for username in ("investigator", "cadre"):
        desk = as_(username)
        assert "周明远" not in desk.text("/clues")
        assert "0 条" in desk.text("/clues")
        assert desk.get(f"/clues/{clue}").status_code == 404
        assert desk.post(f"/clues/{clue}/open").status_code == 404
        assert desk.post(f"/clues/{clue}/link", section="other").status_code == 404


@pytest.mark.parametrize("tie", [accuse, recuse])
@pytest.mark.parametrize("username", ["intake", "manager", "chief"])
def test_the_accused_and_their_kin_find_no_clue_and_no_file(
    as_: SignIn, session: Session, county: County, clue: int, tie: object, username: str
) -> None:
    assert callable(tie)
    tie(session, county, username, "transport")
    file = county.officials["transport"].id
    desk = as_(username)
    for page in ("/", "/clues", "/clues?category=integrity"):
        text = desk.text(page)
        assert "周明远" not in text
        assert f'"/clues/{clue}"' not in text
    assert "0 条" in desk.text("/clues")
    assert desk.get(f"/clues/{clue}").status_code == 404
    assert desk.post(f"/clues/{clue}/open").status_code == 404
    if username != "intake":
        listed = desk.text("/integrity")
        assert "周明远" not in listed
        assert "5 人" in listed
        assert "0 人" in desk.text("/integrity?q=周明远")
        assert desk.get(f"/integrity/{file}").status_code == 404
        assert desk.post(f"/integrity/{file}/open", reason="想看看").status_code == 404


def test_their_own_unit_is_shut_too(
    as_: SignIn, session: Session, county: County, clue: int
) -> None:
    county.staff["manager"].unit_id = county.units["jt"].id
    session.commit()
    desk = as_("manager")
    assert desk.get(f"/clues/{clue}").status_code == 404
    assert "林知秋" not in desk.text("/integrity")


def test_a_clue_that_does_not_open_is_no_crash(officer: Desk, session: Session, clue: int) -> None:
    end_readings(session)
    session.execute(sa.update(Clue).values(sealed=b"broken"))
    session.commit()
    before = len(rows(session))
    response = officer.post(f"/clues/{clue}/open")
    assert "钥匙不符" in officer.text(response.headers["Location"])
    assert len(rows(session)) == before


def test_a_longer_list_asks_no_more_often(
    site: Site, officer: Desk, session: Session, county: County, clue: int
) -> None:
    with statements(site) as few:
        officer.text("/clues")
    for about in ("deputy", "education", "town", "transport"):
        open_clue(session, county, about)
    with statements(site) as many:
        officer.text("/clues")
    assert len(few) == len(many) <= 8


@pytest.mark.parametrize("number", ["0", "999", "99999999999999999999", "x", "1.5"])
def test_unknown_numbers_are_not_found(officer: Desk, clue: int, number: str) -> None:
    assert officer.get(f"/clues/{number}").status_code == 404
