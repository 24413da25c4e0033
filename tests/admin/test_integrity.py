from __future__ import annotations

import pytest

from domain import integrity
from domain.clock import utc_now
from domain.db import Session
from domain.integrity import Section
from tests.admin.cases import end_readings, open_clue, rows
from tests.admin.conftest import Desk, SignIn
from tests.admin.statements import statements
from tests.fixtures.county import County
from web.app import Site


@pytest.fixture
def officer(as_: SignIn) -> Desk:
    return as_("manager")


@pytest.fixture
def file(county: County) -> str:
    return f"/integrity/{county.officials['transport'].id}"


def test_the_list_is_searched_by_name_unit_and_post(officer: Desk) -> None:
    page = officer.text("/integrity")
    assert "6 人" in page
    assert "2024年3月1日至今" in page
    assert page.count("一把手") == 4
    assert "何清源" in officer.text("/integrity?q=教育 局长")
    assert "1 人" in officer.text("/integrity?q=教育 局长")
    assert "2 人" in officer.text("/integrity?q=交通")
    assert "没有找到“无此人”" in officer.text("/integrity?q=无此人")
    assert "0 人" in officer.text("/integrity?q=%25")


def test_a_file_needs_a_reason(officer: Desk, session: Session, file: str) -> None:
    door = officer.text(file)
    assert "需要写明理由" in door
    assert "县管" not in door
    before = len(rows(session))
    page = officer.post(f"{file}/open", reason="  ").get_data(as_text=True)
    assert "请写明查阅理由" in page
    long = "因" * 501
    assert long in officer.post(f"{file}/open", reason=long).get_data(as_text=True)
    assert len(rows(session)) == before
    assert officer.post(f"{file}/open", reason="核对线索").headers["Location"] == file
    made = rows(session)[before:]
    assert [(r.action, r.reason) for r in made] == [("integrity.open", "核对线索")]
    assert officer.text(file)
    end_readings(session)
    assert "需要写明理由" in officer.text(file)


def test_every_section_stands_in_the_file_and_a_clue_is_number_and_state(
    officer: Desk, as_: SignIn, session: Session, county: County, file: str
) -> None:
    clue = open_clue(session, county)
    county.posts["transport"].portfolio = "主持全面工作"
    officials, moment = county.officials, utc_now()
    integrity.enter(
        session, officials["transport"], Section.OTHER, "notices:3", county.staff["manager"], moment
    )
    session.commit()
    officer.post(f"{file}/open", reason="核对")
    page = officer.text(file)
    positions = [page.index(f"<h2>{section.label}</h2>") for section in Section]
    assert positions == sorted(positions)
    assert "分工：主持全面工作" in page
    assert "权力清单第 1 版，2 项" in page
    assert f'<a href="/clues/{clue}">问题线索〔2026〕1号</a>' in page
    assert "已登记，待提出处置意见" in page
    assert "涉嫌串标" not in page
    assert "notices:3" in page
    assert page.count("暂无") == len(Section) - 4
    investigator = as_("investigator")
    investigator.post(f"{file}/open", reason="核对")
    other = investigator.text(file)
    assert "问题线索〔2026〕1号" in other
    assert f"/clues/{clue}" not in other, "another office's clue has no page for them"


def test_one_persons_reason_opens_nothing_for_another(
    officer: Desk, as_: SignIn, file: str
) -> None:
    officer.post(f"{file}/open", reason="核对")
    assert "需要写明理由" in as_("chief").text(file)


def test_officials_without_a_post_have_a_file(
    officer: Desk, session: Session, county: County, file: str
) -> None:
    session.delete(county.officials["transport"].tenures[0])
    session.commit()
    assert "周明远" in officer.text("/integrity")
    officer.post(f"{file}/open", reason="核对")
    assert "干部编号 P002" in officer.text(file)


def test_a_longer_file_asks_no_more_often(
    site: Site, officer: Desk, session: Session, county: County, file: str
) -> None:
    officer.post(f"{file}/open", reason="核对")
    open_clue(session, county)
    with statements(site) as few:
        officer.text(file)
    for _ in range(4):
        open_clue(session, county)
    with statements(site) as many:
        officer.text(file)
    assert len(few) == len(many) <= 24


@pytest.mark.parametrize("number", ["0", "999", "x"])
def test_unknown_numbers_are_not_found(officer: Desk, number: str) -> None:
    assert officer.get(f"/integrity/{number}").status_code == 404
    assert officer.post(f"/integrity/{number}/open", reason="x").status_code == 404
