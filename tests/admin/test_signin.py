from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import Forbidden

from admin import unsealing
from admin.access import current_private_key, current_staff, signed_in_staff
from admin.app import create_app
from admin.settings import AdminSettings
from domain import sealing
from domain.clock import utc_now
from domain.db import Session
from domain.staff import Staff, StaffSession
from tests.admin.cases import hand_in, rows
from tests.admin.conftest import TOKEN, Desk, SignIn
from tests.fixtures.county import County, password_of
from web.app import Site
from web.database import engine_of


def cookie(desk: Desk, name: str = "admin_token") -> str | None:
    found = desk.client.get_cookie(name)
    return found.value if found else None


def without_token(page: str) -> str:
    return TOKEN.sub("", page)


def refused_page(desk: Desk, username: str, password: str) -> tuple[int, str]:
    response = desk.sign_in(username, password)
    page = without_token(response.get_data(as_text=True))
    return response.status_code, page.replace(f'value="{username}"', "")


def only_session(session: Session) -> StaffSession:
    session.rollback()
    return session.scalars(sa.select(StaffSession)).one()


def test_the_right_password_opens_the_first_page(as_: SignIn) -> None:
    page = as_("intake").text("/")
    assert "intake（测试）" in page
    assert "举报队列" in page
    assert "审计记录" not in page


def test_a_stranger_is_sent_to_sign_in_and_back(visitor: Desk) -> None:
    response = visitor.get("/reports?state=all")
    assert response.status_code == 303
    assert response.headers["Location"] == "/signin?next=/reports?state%3Dall"
    back = visitor.sign_in("intake", path=response.headers["Location"])
    assert back.headers["Location"] == "/reports?state=all"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_nowhere_else(visitor: Desk, address: str) -> None:
    response = visitor.sign_in("intake", path=f"/signin?next={address}")
    assert response.headers["Location"] == "/"


def test_whoever_is_signed_in_need_not_sign_in(as_: SignIn) -> None:
    assert as_("intake").get("/signin").headers["Location"] == "/"


def test_an_empty_form_says_what_is_missing(visitor: Desk) -> None:
    page = visitor.post("/signin", username="", password="").get_data(as_text=True)
    assert "请填写用户名" in page
    assert "请填写密码" in page


def test_unknown_wrong_closed_and_locked_look_alike(
    site: Site, session: Session, county: County
) -> None:
    county.staff["editor"].active = False
    county.staff["chief"].locked_until = utc_now() + timedelta(minutes=5)
    session.commit()
    pages = [
        refused_page(Desk(site.test_client()), username, password)
        for username, password in [
            ("nobody", "x"),
            ("intake", "wrong"),
            ("editor", password_of("editor")),
            ("chief", password_of("chief")),
        ]
    ]
    assert pages[0][0] == 401
    assert "用户名或密码不正确" in pages[0][1]
    assert pages[1:] == pages[:1] * 3


def test_an_unknown_name_costs_one_derivation_and_one_row_as_a_known_one(
    visitor: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, derived = sealing.password_key, []

    def counted(password: str, salt: bytes) -> bytes:
        derived.append(len(salt))
        return real(password, salt)

    monkeypatch.setattr(sealing, "password_key", counted)
    before = len(rows(session))
    visitor.sign_in("nobody", "x")
    visitor.sign_in("intake", "x")
    assert derived == [16, 16]
    unknown, known = rows(session)[before:]
    assert (unknown.action, unknown.subject, unknown.actor_id) == (
        "staff.sign_in_failed",
        "staff:unknown",
        None,
    )
    assert known.subject.removeprefix("staff:").isdigit()
    assert known.actor_id is None


def test_the_fifth_wrong_password_shuts_the_account_for_a_while(
    visitor: Desk, session: Session, county: County
) -> None:
    for _ in range(5):
        assert visitor.sign_in("intake", "wrong").status_code == 401
    assert visitor.sign_in("intake").status_code == 401
    session.rollback()
    person = session.get_one(Staff, county.staff["intake"].id)
    assert person.locked_until is not None
    person.locked_until = utc_now() - timedelta(seconds=1)
    session.commit()
    assert visitor.sign_in("intake").status_code == 303


def test_guesses_while_it_is_shut_do_not_count(
    visitor: Desk, session: Session, county: County
) -> None:
    person = county.staff["intake"]
    person.locked_until = utc_now() + timedelta(minutes=1)
    session.commit()
    visitor.sign_in("intake", "wrong")
    session.rollback()
    assert person.failures == 0


def test_a_right_password_forgets_the_wrong_ones(
    visitor: Desk, session: Session, county: County
) -> None:
    visitor.sign_in("intake", "wrong")
    visitor.sign_in("intake")
    session.rollback()
    assert county.staff["intake"].failures == 0


def test_many_failures_from_one_place_have_to_wait(visitor: Desk) -> None:
    for number in range(20):
        assert visitor.sign_in(f"nobody{number}", "x").status_code == 401
    assert visitor.sign_in("intake").status_code == 429


def test_good_sign_ins_are_not_counted(site: Site) -> None:
    for _ in range(21):
        assert Desk(site.test_client()).sign_in("intake").status_code == 303


def test_a_planted_token_is_not_taken_over(visitor: Desk, session: Session) -> None:
    planted = base64.urlsafe_b64encode(b"x" * 32).decode()
    visitor.client.set_cookie("admin_token", planted)
    before = visitor.token()
    visitor.sign_in("intake")
    assert cookie(visitor) != planted
    assert only_session(session).id != sealing.session_keys(b"x" * 32)[0]
    assert visitor.token() != before


def test_signing_in_again_ends_the_former_session(as_: SignIn, session: Session) -> None:
    desk = as_("intake")
    former = only_session(session).id
    desk.sign_in("manager")
    assert only_session(session).id != former


def test_signing_out_ends_the_session_and_its_key(
    site: Site, as_: SignIn, session: Session
) -> None:
    desk = as_("intake")
    stolen = cookie(desk)
    assert stolen
    response = desk.post("/signout")
    assert response.headers["Location"] == "/signin"
    assert cookie(desk) is None
    session.rollback()
    assert session.scalars(sa.select(StaffSession)).all() == []
    thief = site.test_client()
    thief.set_cookie("admin_token", stolen)
    assert thief.get("/").status_code == 303
    assert desk.post("/signout").headers["Location"] == "/signin"


@pytest.mark.parametrize("value", ["", "!", "AAAA", "ä" * 8, "A" * 3000])
def test_a_malformed_token_is_no_token(site: Site, value: str) -> None:
    client = site.test_client()
    client.set_cookie("admin_token", value)
    assert client.get("/").status_code == 303


@pytest.mark.parametrize(
    ("column", "age"),
    [("seen_at", timedelta(minutes=31)), ("started_at", timedelta(hours=10, minutes=1))],
)
def test_a_session_ends_by_idling_and_by_age(
    as_: SignIn, session: Session, column: str, age: timedelta
) -> None:
    desk = as_("intake")
    setattr(only_session(session), column, utc_now() - age)
    session.commit()
    assert desk.get("/").headers["Location"] == "/signin"


def test_using_a_session_puts_off_its_end(as_: SignIn, session: Session) -> None:
    desk = as_("intake")
    only_session(session).seen_at = utc_now() - timedelta(minutes=20)
    session.commit()
    desk.text("/")
    assert only_session(session).seen_at > utc_now() - timedelta(minutes=1)


def test_a_closed_account_is_out_at_once(as_: SignIn, session: Session, county: County) -> None:
    desk = as_("intake")
    county.staff["intake"].active = False
    session.commit()
    assert desk.get("/").status_code == 303


def test_what_was_typed_survives_the_end_of_a_session(
    as_: SignIn, session: Session, county: County
) -> None:
    report = hand_in(session, county)
    desk = as_("intake")
    token = desk.token()
    desk.client.delete_cookie("admin_token")
    letter = "请您到住房和城乡建设局反映这个问题，地址和电话如下" * 2
    response = desk.client.post(
        f"/reports/{report}/decline", data={"csrf_token": token, "decline-text": letter}
    )
    assert response.status_code == 401
    page = response.get_data(as_text=True)
    assert letter in page
    assert "登录已经过期" in page


def test_a_page_left_open_without_its_token_changes_nothing(as_: SignIn, session: Session) -> None:
    before = len(rows(session))
    desk = as_("intake")
    assert desk.client.post("/signout").status_code == 400
    assert len(rows(session)) == before + 1


def test_cookies_hold_the_token_and_no_other_secret(
    site: Site, as_: SignIn, session: Session
) -> None:
    desk = as_("intake")
    desk.post("/signout")
    desk.sign_in("intake")
    desk.text("/")
    token = base64.urlsafe_b64decode(cookie(desk) or "")
    assert len(token) == 32
    signer = site.session_interface.get_signing_serializer(site)  # type: ignore[attr-defined]
    assert isinstance(signer, URLSafeTimedSerializer)
    browser = signer.loads(cookie(desk, "admin_session") or "")
    assert set(browser) <= {"csrf_token", "_flashes"}
    row = only_session(session)
    assert token not in (row.id, row.boxed_key)


def test_the_token_opens_the_key_and_the_database_alone_does_not(
    as_: SignIn, session: Session, county: County, tmp_path: Path
) -> None:
    desk = as_("intake")
    token = base64.urlsafe_b64decode(cookie(desk) or "")
    row = only_session(session)
    session_id, key = sealing.session_keys(token)
    assert row.id == session_id
    private = unsealing.unlock(county.staff["intake"], password_of("intake"))
    assert unsealing.open_box(key, row.boxed_key) == private
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("mingquan.db*"))
    assert row.id in everything
    assert private not in everything
    assert token not in everything
    assert password_of("intake").encode() not in everything


@pytest.fixture
def secure(settings: AdminSettings, county: County) -> Iterator[Callable[[], Desk]]:
    app = create_app(replace(settings, https=True))
    yield lambda: Desk(app.test_client())
    engine_of(app).dispose()


def test_over_https_the_cookie_is_bound_to_the_host(secure: Callable[[], Desk]) -> None:
    client = secure().client
    base = "https://localhost"
    page = client.get("/signin", base_url=base).get_data(as_text=True)
    found = TOKEN.search(page)
    assert found
    data = {"csrf_token": found[1], "username": "intake", "password": password_of("intake")}
    response = client.post("/signin", data=data, base_url=base)
    cookies = response.headers.getlist("Set-Cookie")
    token = next(c for c in cookies if c.startswith("__Host-admin_token="))
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(token.split("; "))
    assert client.get("/", base_url=base).status_code == 200


@pytest.mark.parametrize("path", ["/", "/signin", "/reports", "/nowhere"])
def test_nothing_is_kept_by_any_cache(as_: SignIn, path: str) -> None:
    assert "no-store" in as_("intake").get(path).headers["Cache-Control"]


def test_without_a_sign_in_there_is_nobody_and_no_key(site: Site) -> None:
    with site.test_request_context("/"):
        assert signed_in_staff() is None
        for ask in (current_staff, current_private_key):
            with pytest.raises(Forbidden):
                ask()
