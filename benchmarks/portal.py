"""Requests a second for the public site's pages, beside Datasette with the same rows.

`python -m benchmarks.portal [--json]`. Two worker processes each, on the demonstration county in
SQLite, both asked by turns in one run; the asking takes its share of the same cores. Every kind of
page is asked for at up to 50 addresses: `first` is each address once, when nothing of it is kept yet
but both programs are awake (templates and statements are compiled at the first page of a kind);
`again` goes round and round. A page of ours is kept in a worker's memory until something is
published (docs/web.md), so `first` is what a publication costs and `again` what visitors see between
two of them. Datasette keeps nothing; it shows the bare row, our page of a unit, an official or a
power what belongs to it as well. It has no feed and no conditional requests of its own: the newest
rows as JSON stand for the one, the other has no peer. Quote the ratios: the machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from benchmarks import datasette, load
from domain.db import Session, make_engine
from domain.disclosures import listing as disclosures
from domain.powers import listing as powers
from domain.units import directory
from web.serving import Site, Stopping, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORKERS = 2
ADDRESSES = 50
AWAKENING = "awake=1"
# Three characters and more, or FTS5 would not find them.
WORDS = (
    "工程招标",
    "干部任免",
    "政府采购",
    "资金分配",
    "行政处罚",
    "农村公路",
    "危房改造",
    "义务教育",
)


@dataclass(frozen=True)
class Page:
    """A kind of page: our addresses, and the peer's for the same rows; none has no peer."""

    name: str
    ours: Sequence[str]
    peer: Sequence[str]
    conditional: bool = False


@dataclass(frozen=True)
class Result:
    """Requests a second, the middle one of the rounds; ``ratio`` above 1: ours is ahead."""

    page: str
    first: float
    first_peer: float | None
    again: float
    again_peer: float | None

    @property
    def first_ratio(self) -> float | None:
        """Of the first requests."""
        return self.first / self.first_peer if self.first_peer else None

    @property
    def again_ratio(self) -> float | None:
        """Of those that come again."""
        return self.again / self.again_peer if self.again_peer else None


def pages(session: Session) -> list[Page]:
    """What is asked for."""
    table = f"/{datasette.NAME}"
    units = [unit.code for unit in directory(session)][:ADDRESSES]
    items = session.scalars(powers().limit(ADDRESSES)).all()
    newest = session.scalars(disclosures().limit(ADDRESSES)).all()
    one = f"/powers/items/{items[0].id}"
    listed = f"{table}/disclosures?_size=20&_sort_desc=published_at"
    search = [f"{table}/documents?_size=20&_search={quote(word)}" for word in WORDS]
    return [
        Page("home", ["/"], ["/"]),
        Page("unit", [f"/units/{c}" for c in units], [f"{table}/units/{c}" for c in units]),
        _officials(session, table),
        Page(
            "item",
            [f"/powers/items/{item.id}" for item in items],
            [f"{table}/powers/{item.id}" for item in items],
        ),
        Page(
            "disclosure",
            [f"/disclosures/{edition.disclosure_id}" for edition in newest],
            [f"{table}/disclosures/{edition.disclosure_id}" for edition in newest],
        ),
        Page("list", ["/disclosures"], [listed]),
        Page("search", [f"/search?q={quote(word)}" for word in WORDS], search),
        Page("feed", ["/feed.atom"], [listed.replace("disclosures?", "disclosures.json?")]),
        Page("304", [one], [], conditional=True),
    ]


def _officials(session: Session, table: str) -> Page:
    from domain.clock import local_day, utc_now
    from domain.officials import current_tenures

    found = current_tenures(session, local_day(utc_now()))
    numbers = list(dict.fromkeys(tenure.official_id for tenure in found))[:ADDRESSES]
    return Page(
        "official",
        [f"/officials/{number}" for number in numbers],
        [f"{table}/officials/{number}" for number in numbers],
    )


def measure(asked: Sequence[Page], ports: Ports, seconds: float, rounds: int) -> Iterator[Result]:
    """Ask for each kind of page: first once, then for some rounds, ours and the peer by turns."""
    firsts = [_first(page, ports) for page in asked]
    for page, (first, first_peer) in zip(asked, firsts, strict=True):
        ours, peers = [], []
        for _ in range(rounds):
            ours.append(_again(page, ports, seconds))
            if page.peer:
                peers.append(load.send(ports.peer, page.peer, seconds=seconds).rate)
        yield Result(
            page.name,
            first,
            first_peer,
            statistics.median(ours),
            statistics.median(peers) if peers else None,
        )


def _first(page: Page, ports: Ports) -> tuple[float, float | None]:
    # A parameter that nobody reads makes another page of the same kind.
    others = [f"{path}{'&' if '?' in path else '?'}{AWAKENING}" for path in page.ours[:8]]
    load.send([ports.ours], others * 4)
    if page.peer:
        load.send(ports.peer, list(page.peer[:8]) * 4)
    ours = load.send([ports.ours], page.ours).rate
    return ours, load.send(ports.peer, page.peer).rate if page.peer else None


def _again(page: Page, ports: Ports, seconds: float) -> float:
    if not page.conditional:
        return load.send([ports.ours], page.ours, seconds=seconds).rate
    (path,) = page.ours
    asking = {"If-None-Match": load.tag_of(ports.ours, path)}
    return load.send([ports.ours], [path], seconds=seconds, status=304, headers=asking).rate


@dataclass(frozen=True)
class Ports:
    """Where our site answers, and where the peer's processes do."""

    ours: int
    peer: Sequence[int]


@contextmanager
def both(folder: Path) -> Iterator[tuple[Ports, list[Page]]]:
    """The demonstration county, served by us and by the peer."""
    environment = {
        "MINGQUAN_VAR": str(folder),
        "MINGQUAN_WORKERS": str(WORKERS),
        "MINGQUAN_LOG_LEVEL": "WARNING",
    }
    for command in (["migrate"], ["demo"], ["search", "rebuild"]):
        subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "manage.py", *command],
            check=True,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
        )
    engine = make_engine(f"sqlite:///{folder / 'mingquan.db'}")
    with Session(engine) as session:
        datasette.write(session, folder / f"{datasette.NAME}.db")
        asked = pages(session)
    engine.dispose()
    ours, *peers = _free_ports(1 + WORKERS)
    site = Site("portal", "portal.wsgi:app", ours, "")
    with (
        datasette.serving(folder / f"{datasette.NAME}.db", peers, folder / "datasette.log"),
        serving([site], environment, Stopping()),
    ):
        for port in (ours, *peers):
            load.wait_for(port)
        yield Ports(ours, peers), asked


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    found = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return found


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round of each page")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, both(Path(folder)) as (ports, wanted):
        results = list(measure(wanted, ports, asked.seconds, asked.rounds))
    if asked.json:
        rows = [
            {**asdict(r), "first_ratio": r.first_ratio, "again_ratio": r.again_ratio}
            for r in results
        ]
        print(json.dumps({"workers": WORKERS, "results": rows}, indent=2))
        return
    print(f"{'requests/s':12} {'first':>8} {'peer':>8} {'ratio':>6} {'again':>8} {'peer':>8} ratio")
    for r in results:
        print(
            f"{r.page:12} {r.first:8.0f} {_shown(r.first_peer)} {_ratio(r.first_ratio)}"
            f" {r.again:8.0f} {_shown(r.again_peer)} {_ratio(r.again_ratio)}"
        )


def _shown(rate: float | None) -> str:
    return f"{'-':>8}" if rate is None else f"{rate:8.0f}"


def _ratio(ratio: float | None) -> str:
    return f"{'-':>6}" if ratio is None else f"{ratio:6.2f}"


if __name__ == "__main__":
    main()
