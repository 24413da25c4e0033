"""Requests to a server on this machine, as fast as it answers: the hand that holds the watch."""

from __future__ import annotations

import http.client
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Enough to keep two processes busy, and no more than both sides have threads for.
CONNECTIONS = 4


@dataclass
class Taken:
    """What some requests took.

    Attributes:
        seconds: of each request, in no order.
        lasted: from the first request to the last answer, in seconds.
    """

    lasted: float = 0.0
    seconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.lasted

    @property
    def median_ms(self) -> float:
        """What the middle one took, in milliseconds."""
        return statistics.median(self.seconds) * 1000


class Unexpected(Exception):
    """A server did not answer with the status that was asked for."""


def send(
    ports: Sequence[int],
    paths: Sequence[str],
    *,
    seconds: float | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Taken:
    """Ask for these paths over a few connections that stay open, spread over the ports.

    Args:
        seconds: how long, from path to path and from the start again; None asks for each once.
        status: what every answer must be.

    Raises:
        Unexpected: an answer was something else.
    """
    taken, failures, lock = Taken(), list[Exception](), threading.Lock()
    waiting = iter(paths) if seconds is None else cycle(paths)
    start = time.perf_counter()
    until = None if seconds is None else start + seconds

    def next_path() -> str | None:
        if failures or (until is not None and time.perf_counter() >= until):
            return None
        with lock:
            return next(waiting, None)

    def work(port: int) -> None:
        try:
            found = list(_timed(port, next_path, status, dict(headers or {})))
        except (OSError, http.client.HTTPException, Unexpected) as error:
            failures.append(error)
        else:
            taken.seconds.extend(found)

    threads = [
        threading.Thread(target=work, args=(port,)) for port in islice(cycle(ports), CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.lasted = time.perf_counter() - start
    if failures:
        raise failures[0]
    return taken


def _timed(port: int, next_path: object, status: int, headers: dict[str, str]) -> Iterator[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while (path := next_path()) is not None:  # type: ignore[operator]
        start = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != status:
            raise Unexpected(f"{path}: {response.status} instead of {status}")
        yield time.perf_counter() - start
    connection.close()


def tag_of(port: int, path: str) -> str:
    """The ETag of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.headers["ETag"] or ""


def wait_for(port: int, seconds: float = 60) -> None:
    """Wait until something answers at a port.

    Raises:
        TimeoutError: nothing does.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            send([port], ["/"])
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.stderr.write(f"nothing answers at port {port}\n")
    raise TimeoutError
