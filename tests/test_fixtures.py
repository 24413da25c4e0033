"""The fixtures that others build on give what they promise."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import redis
from playwright.sync_api import Browser
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, text

from tests.fixtures.absence import absent


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write("<!doctype html><title>明权</title><h1>云岭县</h1>".encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def greeting() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Greeting) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_postgres_is_an_empty_database_of_our_own(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT current_database()")).startswith("mingquan_test_")
        tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        assert connection.scalar(text(tables)) == 0
    engine.dispose()


def test_redis_is_an_empty_database_of_our_own(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == [b"mingquan:test"]


def test_chromium_shows_a_local_page(browser: Browser, greeting: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(greeting)
    assert page.title() == "明权"
    assert page.get_by_role("heading", name="云岭县").is_visible()
    context.close()


def test_a_missing_service_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINGQUAN_REQUIRE_SERVICES", raising=False)
    with pytest.raises(pytest.skip.Exception):
        absent("it is not there")
    monkeypatch.setenv("MINGQUAN_REQUIRE_SERVICES", "1")
    with pytest.raises(pytest.fail.Exception):
        absent("it is not there")


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_sockets_reach_no_further_than_this_machine() -> None:
    with (
        redis.Redis(host="192.0.2.1", socket_connect_timeout=1) as client,
        pytest.raises(SocketConnectBlockedError),
    ):
        client.ping()
