from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import MakeSite
from web.app import Site
from web.security import (
    SECURITY_HEADERS,
    Access,
    declare,
    require_declarations,
    undeclared_endpoints,
)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/list", 405),
        ("GET", "/fail/value", 500),
        ("GET", "/fail/413", 413),
        ("GET", "/fail/broken", 500),
        ("POST", "/form", 400),
        ("GET", "/static/shared/look.css", 200),
        ("GET", "/static/shared/absent.css", 404),
        ("GET", "/bootstrap/static/css/bootstrap.min.css", 200),
        ("GET", "/preferences/lang/en", 303),
        ("OPTIONS", "/list", 200),
    ],
)
def test_every_response_carries_the_headers(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    with client.open(path, method=method) as response:
        assert response.status_code == status
        assert {name: response.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert response.headers["Cache-Control"]


def test_hsts_and_secure_cookies_only_with_https(make_site: MakeSite) -> None:
    plain = make_site().test_client().get("/form")
    secure = make_site(https=True).test_client().get("/form", base_url="https://localhost")
    assert "Strict-Transport-Security" not in plain.headers
    assert "max-age=" in secure.headers["Strict-Transport-Security"]
    cookie = secure.headers["Set-Cookie"]
    assert cookie.startswith("portal_session=")
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in plain.headers["Set-Cookie"]


def test_internal_site_has_its_own_stricter_cookie(make_site: MakeSite) -> None:
    cookie = make_site(site="admin").test_client().get("/form").headers["Set-Cookie"]
    assert cookie.startswith("admin_session=")
    assert "SameSite=Strict" in cookie


def test_pages_are_not_mixed_up_by_caches(client: FlaskClient) -> None:
    response = client.get("/list")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response.headers["Vary"]
    assert "no-store" in client.get("/secret").headers["Cache-Control"]


def test_internal_site_stores_nothing(make_site: MakeSite) -> None:
    response = make_site(store=False).test_client().get("/list")
    assert "no-store" in response.headers["Cache-Control"]


def test_versioned_files_are_kept_for_long(client: FlaskClient) -> None:
    address = client.get("/").get_data(as_text=True).split("/static/shared/look.css?v=")[1]
    with client.get("/static/shared/look.css?v=" + address.split('"')[0]) as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]
        assert "Cookie" not in response.headers.get("Vary", "")


def test_the_other_sites_files_are_not_served(client: FlaskClient) -> None:
    assert client.get("/static/admin/anything.css").status_code == 404
    assert client.get("/static/shared/../admin/anything.css").status_code == 404


def test_a_view_without_a_rule_is_refused(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.add_url_rule("/unmarked", "unmarked", lambda: "nobody may read this")
    response = site.test_client().get("/unmarked")
    assert response.status_code == 403
    assert "nobody may read this" not in response.get_data(as_text=True)
    assert "unmarked" in caplog.text
    assert undeclared_endpoints(site) == ["unmarked"]


def test_an_app_with_a_view_without_a_rule_does_not_start() -> None:
    app = Flask("tests.web", static_folder=None)
    app.add_url_rule("/x", "careless", lambda: "x")
    with pytest.raises(RuntimeError, match="careless"):
        require_declarations(app)


def test_a_rule_may_send_elsewhere(site: Site) -> None:
    @declare(Access("signed in", lambda: ("sign in first", 401)))
    def desk() -> str:
        return "the desk"

    site.add_url_rule("/desk", "desk", desk)
    response = site.test_client().get("/desk")
    assert (response.status_code, response.get_data(as_text=True)) == (401, "sign in first")


def test_a_forged_form_changes_nothing(client: FlaskClient, rows: Callable[[], list[str]]) -> None:
    response = client.post("/write-and-forget", data={"csrf_token": "forged"})
    assert response.status_code == 400
    assert rows() == []


def test_a_form_that_cannot_be_matched_gives_back_what_was_typed(client: FlaskClient) -> None:
    story = "他们把修路的钱分给了亲戚，" * 4
    page = client.post("/form", data={"body": story, "password": "p" * 40, "name": "短"})
    text = page.get_data(as_text=True)
    assert page.status_code == 400
    assert story in text
    assert "p" * 40 not in text
    assert "后退" in text


def test_unknown_hosts_are_refused_when_hosts_are_named(make_site: MakeSite) -> None:
    client = make_site(trusted_hosts=("quanli.example",)).test_client()
    assert client.get("/", base_url="http://quanli.example").status_code == 200
    assert client.get("/", base_url="http://evil.example").status_code == 400


def test_no_logger_of_ours_is_below_the_level_asked_for(site: Site) -> None:
    assert site.name == "tests.web"
    assert logging.getLogger("werkzeug").level >= logging.WARNING
