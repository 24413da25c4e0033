"""gunicorn itself, started for real: it serves, and its log names no visitor."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from domain.settings import County
from tests.web import sample
from web.app import create_app
from web.settings import Settings
app = create_app("tests.web", Settings.from_environment("portal"), blueprints=[sample.blueprint])
app.jinja_env.globals["county"] = County
"""


class Server:
    def __init__(self, folder: Path) -> None:
        (folder / "served.py").write_text(PROGRAM)
        command = [sys.executable, "-m", "gunicorn", "-c", "python:web.server", "served:app"]
        self.process = subprocess.Popen(
            [*command, "--bind", "127.0.0.1:0", "--pythonpath", f"{folder},{ROOT}"],
            cwd=ROOT,
            env=os.environ | {"MINGQUAN_VAR": str(folder / "var")},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = ""
        self.port = 0
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log += line
            if found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break

    def stop(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        self.log += self.process.communicate(timeout=30)[1]
        return self.log


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    if server.process.poll() is None:
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
