from __future__ import annotations

import io
import logging
import sys

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeSite
from web.app import Site
from web.errors import EXPLANATIONS
from web.logs import ScrubbingFormatter, describe

CANARY = "canary7f3a"


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 415, 429, 500, 503])
def test_every_failure_has_its_own_page(client: FlaskClient, status: int) -> None:
    response = client.get(f"/fail/{status}")
    text = response.get_data(as_text=True)
    assert response.status_code == status
    assert str(EXPLANATIONS[status].title) in text
    assert "云岭县权力公开" in text
    assert "<h1>" in text


def test_errors_speak_the_readers_language(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    assert '<html lang="en"' in client.get("/nowhere").get_data(as_text=True)


def test_method_not_allowed_says_which_are(client: FlaskClient) -> None:
    response = client.post("/list")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert str(EXPLANATIONS[405].title) in response.get_data(as_text=True)


def test_programs_get_the_same_error_as_json(client: FlaskClient) -> None:
    response = client.get("/fail/refused", headers={"Accept": "application/json"})
    assert response.content_type == "application/problem+json"
    assert response.get_json() == {
        "type": "about:blank",
        "title": "现在不能这样做",
        "status": 409,
        "detail": "“东河镇”不能这样做",
    }


def test_a_rule_that_refuses_is_told_in_its_own_words(client: FlaskClient) -> None:
    response = client.get("/fail/refused")
    assert response.status_code == 409
    assert "“东河镇”不能这样做" in response.get_data(as_text=True)


def test_two_people_changing_the_same_thing(client: FlaskClient) -> None:
    response = client.get("/fail/stale")
    assert response.status_code == 409
    assert "别人刚刚改过" in response.get_data(as_text=True)


def test_a_busy_database_asks_to_try_again(client: FlaskClient) -> None:
    response = client.get("/fail/locked")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert client.get("/fail/broken").status_code == 500


def test_a_body_that_is_too_large_is_told(make_site: MakeSite) -> None:
    client = make_site(max_request_bytes=2000).test_client()
    response = client.post("/form", data={"files": (io.BytesIO(b"x" * 9000), "a.txt")})
    assert response.status_code == 413
    assert "减少文件的数量或大小" in response.get_data(as_text=True)


def test_too_much_typed_text_is_told(make_site: MakeSite) -> None:
    client = make_site(max_form_bytes=2000).test_client()
    assert client.post("/form", data={"body": "字" * 9000}).status_code == 413


def test_an_error_in_the_layout_still_gives_a_page(site: Site) -> None:
    def broken() -> None:
        raise ConnectionError(CANARY)

    site.jinja_env.globals["return_address"] = broken
    response = site.test_client().get("/nowhere")
    text = response.get_data(as_text=True)
    assert response.status_code == 404
    assert str(EXPLANATIONS[404].title) in text
    assert CANARY not in text


@pytest.mark.parametrize("kind", ["value", "locked", "broken", "refused", "stale", "404", "500"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_about_the_visitor_is_logged(
    make_site: MakeSite,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    kind: str,
    method: str,
) -> None:
    client = make_site(log_level="DEBUG").test_client()
    logging.getLogger().setLevel("DEBUG")
    address = "203.0.113.77"
    token = client.get("/form").get_data(as_text=True).split('name="csrf_token" value="')[1]
    client.open(
        f"/fail/{kind}?word={CANARY}",
        method=method,
        data={"word": CANARY, "csrf_token": token.split('"')[0]} if method == "POST" else None,
        headers={
            "User-Agent": CANARY,
            "Referer": f"http://{CANARY}.example/",
            "X-Forwarded-For": CANARY,
            "Cookie-2": CANARY,
        },
        environ_base={"REMOTE_ADDR": address},
    )
    out, err = capfd.readouterr()
    logged = out + err + caplog.text + "".join(str(r.__dict__) for r in caplog.records)
    if kind in {"value", "broken"}:
        assert "things.fail failed in" in err
        assert "tests/web/sample.py" in err
    assert CANARY not in logged
    assert address not in logged


def test_an_exception_is_described_without_its_words() -> None:
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise LookupError(CANARY) from error
    except LookupError as error:
        text = describe(error)
    assert "LookupError at tests/web/test_errors.py" in text
    assert "; from builtins.ValueError" in text
    assert CANARY not in text


def test_the_formatter_drops_messages_of_exceptions_and_forged_lines() -> None:
    try:
        int(CANARY)
    except ValueError:
        record = logging.LogRecord("x", 40, __file__, 1, "a\nb %s", ("c",), sys.exc_info())
    line = ScrubbingFormatter("%(message)s").format(record)
    assert line.startswith("a b c | builtins.ValueError at tests/web/test_errors.py")
    assert CANARY not in line
    assert "\n" not in line
