"""Both sites as child processes of one command: started, waited for, watched and ended.

Behind a real front server each site has a service of its own (`web.server` says how it is served);
this is for a trial and for working on the code.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
STARTING_SECONDS = 60
ENDING_SECONDS = 15
_GLANCE_SECONDS = 0.1


class CannotServe(Exception):
    """A site does not start, or has ended by itself. The message is for the operator."""


@dataclass(frozen=True)
class Site:
    """A site to serve: its name, its WSGI program and its port on this machine."""

    name: str
    app: str
    port: int
    # The environment variable that chooses the port.
    variable: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"


class Stopping:
    """Set when the operator wants to end: Ctrl-C, or SIGTERM from a service manager."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Sleep, but wake at once when it is set; True if it is."""
        return self._event.wait(seconds)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Let the two signals set it, instead of breaking off whatever is being done."""
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.getsignal(number) for number in signals}
        for number in signals:
            signal.signal(number, lambda *_: self._event.set())
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def ensure_free(sites: list[Site]) -> None:
    """Complain before anything is started when a port cannot be had.

    Raises:
        CannotServe: naming the port and the variable that changes it.
    """
    for site in sites:
        with socket.socket() as probe:
            # As gunicorn binds: connections that are still closing do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, site.port))
            except OSError as error:
                raise CannotServe(
                    f"端口 {site.port} 不能使用（{error.strerror}）。请结束占用它的程序，"
                    f"或者设置 {site.variable} 换一个端口 / "
                    f"port {site.port} cannot be used; end what uses it or set {site.variable}"
                ) from error


@contextmanager
def serving(
    sites: list[Site], environment: Mapping[str, str], stopping: Stopping
) -> Iterator[Callable[[], None]]:
    """Run the sites as long as the block lasts; they have answered when it begins.

    Yields:
        A function that raises `CannotServe` when one of them has ended by itself.
    """
    processes = {}
    try:
        for site in sites:
            processes[site] = _start(site, environment)
        for site, process in processes.items():
            _wait_until_it_answers(site, process, stopping)
        yield lambda: _ensure_alive(processes)
    finally:
        _end(list(processes.values()))


def _start(site: Site, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:web.server", site.app]
    return subprocess.Popen(  # noqa: S603 - a program of ours
        [*command, "--bind", f"{HOST}:{site.port}", "--log-level", "warning"],
        cwd=ROOT,
        env={**os.environ, **environment},
        # A group of its own, so that Ctrl-C reaches us alone and we end it in order.
        process_group=0,
    )


def _wait_until_it_answers(
    site: Site, process: subprocess.Popen[bytes], stopping: Stopping
) -> None:
    for _ in range(int(STARTING_SECONDS / _GLANCE_SECONDS)):
        _ensure_alive({site: process})
        if _answers(site) or stopping.wait(_GLANCE_SECONDS):
            return
    raise CannotServe(f"{site.name}在 {STARTING_SECONDS} 秒内没有启动 / {site.name} did not start")


def _answers(site: Site) -> bool:
    connection = http.client.HTTPConnection(HOST, site.port, timeout=STARTING_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def _ensure_alive(processes: Mapping[Site, subprocess.Popen[bytes]]) -> None:
    for site, process in processes.items():
        if process.poll() is not None:
            raise CannotServe(
                f"{site.name}已退出，原因见上面的日志 / {site.name} has ended; the log above says why"
            )


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """End the processes we started, by their ids: politely, then for good."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
