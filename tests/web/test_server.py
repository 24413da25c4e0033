"""gunicorn itself, started for real: it serves, and its log names no visitor."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.sites import Server

PROGRAM = """
from domain.settings import County
from tests.web import sample
from web.app import create_app
from web.settings import Settings
app = create_app("tests.web", Settings.from_environment("portal"), blueprints=sample.BLUEPRINTS)
sample.dress(app, County())
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "served.py").write_text(PROGRAM)
    server = Server(
        "served:app", tmp_path / "log", {"MINGQUAN_VAR": str(tmp_path / "var")}, path=tmp_path
    )
    yield server
    server.stop()


def test_gunicorn_serves_and_its_log_names_no_visitor(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"User-Agent": "canary-agent", "Referer": "http://canary-referrer.example/"}
    statuses = []
    for path in ("/", "/fail/value?word=canary-query", "/canary-path"):
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
        raw.sendall(b"GET / canary-garbage HTTP/1.1\r\n\r\n")
        answer = raw.recv(100)
    log = server.stop()
    assert statuses == [200, 500, 404]
    assert b"400" in answer
    assert "things.fail failed in builtins.ValueError" in log
    assert "invalid request refused" in log
    assert "canary" not in log
    assert re.findall(r"127\.0\.0\.1(?!:\d+ )", log.replace(f":{server.port}", ":0 ")) == []
    assert server.process.returncode == 0
