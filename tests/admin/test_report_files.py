from __future__ import annotations

from urllib.parse import quote

import pytest
import sqlalchemy as sa

from admin import unsealing
from admin.downloads import safe_name
from domain.db import Session
from domain.files import FileChunk
from tests.admin.cases import (
    end_readings,
    hand_in,
    rows,
)
from tests.admin.conftest import Desk, SignIn
from tests.fixtures.county import County


@pytest.fixture
def officer(as_: SignIn) -> Desk:
    return as_("intake")


@pytest.fixture
def photo(session: Session, county: County) -> tuple[str, bytes]:
    data = bytes(range(256)) * 600
    return hand_in(session, county, attached=[('../开标\u202e现场;"照片.jpg', data)]), data


def download_address(officer: Desk, number: str) -> str:
    officer.post(f"/reports/{number}/open")
    page = officer.text(f"/reports/{number}")
    start = page.index(f"/reports/{number}/files/")
    return page[start : page.index('"', start)]


def test_a_file_leaves_whole_inert_and_on_record(
    officer: Desk, session: Session, photo: tuple[str, bytes]
) -> None:
    number, data = photo
    address = download_address(officer, number)
    before = len(rows(session))
    response = officer.post(address)
    assert response.data == data
    headers = response.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in headers["Cache-Control"]
    assert headers["Content-Length"] == str(len(data))
    disposition = headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert disposition.isascii()
    assert f"filename*=UTF-8''{quote('_开标')}" in disposition
    assert "/" not in disposition.partition("filename*")[2].replace("UTF-8''", "")
    assert [r.action for r in rows(session)[before:]] == ["reports.download"]


def test_a_file_is_not_handed_out_while_its_report_is_shut(
    officer: Desk, as_: SignIn, session: Session, photo: tuple[str, bytes]
) -> None:
    number, _ = photo
    address = download_address(officer, number)
    assert officer.get(address).status_code == 405
    assert as_("manager").post(address).status_code == 404
    end_readings(session)
    before = len(rows(session))
    assert officer.post(address).status_code == 404
    assert officer.post(f"/reports/{number}/files/{'0' * 32}").status_code == 404
    assert len(rows(session)) == before


def test_a_file_of_another_report_is_not_found(
    officer: Desk, session: Session, county: County, photo: tuple[str, bytes]
) -> None:
    address = download_address(officer, photo[0])
    other = hand_in(session, county, attached=[("b.txt", b"b")])
    officer.post(f"/reports/{other}/open")
    assert officer.post(address.replace(photo[0], other)).status_code == 404


def test_a_damaged_file_breaks_off(
    officer: Desk, session: Session, photo: tuple[str, bytes]
) -> None:
    address = download_address(officer, photo[0])
    session.rollback()
    session.execute(sa.update(FileChunk).where(FileChunk.number == 1).values(data=b"x" * 100))
    session.commit()
    response = officer.client.post(address, data={"csrf_token": officer.token()}, buffered=False)
    with pytest.raises(unsealing.CannotOpen):
        response.get_data()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a" * 300 + ".jpg", "a" * 120 + ".jpg"),
        ("...", "file"),
        ("", "file"),
        ("报告.pdf", "报告.pdf"),
        ('x";\r\nSet-Cookie: y.txt', "x_;_Set-Cookie_ y.txt"),
        ("没有后缀", "没有后缀"),
    ],
)
def test_file_names_lose_what_could_do_harm(name: str, safe: str) -> None:
    assert safe_name(name) == safe
