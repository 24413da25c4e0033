"""`manage.py run`: everything ready and both sites served, from nothing and again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain import publishing, staff
from domain.db import begin_writing
from domain.disclosures import DisclosureEdition
from domain.publishing import State
from domain.reports import Report
from domain.units import Unit
from tests.fixtures.installation import PATIENCE_SECONDS, Installation, until_true

ROOT = Path(__file__).resolve().parents[1]


class Running:
    """`manage.py run` as an operator starts it."""

    def __init__(self, var: Path, ports: tuple[int, int], *options: str) -> None:
        self.log = var.parent / f"run-{time.monotonic_ns()}.log"
        self.ports = ports
        self.started = time.monotonic()
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run", *options],
                cwd=ROOT,
                env=os.environ | {"PORTAL_PORT": str(ports[0]), "ADMIN_PORT": str(ports[1])},
                stdout=output,
                stderr=output,
            )

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8")

    def wait(self) -> float:
        """Wait until it says that both sites run; how many seconds that took."""
        until_true(lambda: "Ctrl-C" in self.said or self.process.poll() is not None)
        assert "Ctrl-C" in self.said, self.said
        return time.monotonic() - self.started

    def get(self, site: int, path: str = "/") -> str:
        """A page of the portal (0) or of the internal site (1)."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[site]}{path}") as page:
            return str(page.read().decode())

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it by its own id; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def ports() -> tuple[int, int]:
    """Two ports that nobody uses at this moment."""
    return _free_ports()


def test_run_from_nothing_then_again_keeping_the_data(
    here: Installation, ports: tuple[int, int]
) -> None:
    first = Running(here.var, ports)
    try:
        from_nothing = first.wait()
        known = json.loads((here.var / "demo.json").read_text(encoding="utf-8"))
        assert all(account["password"] in first.said for account in known["accounts"])
        assert all(receipt in first.said for receipt in known["receipts"])
        assert "演示" in first.get(0)
        assert "演示" in first.get(1)
        _count_the_county(here)
        _withdraw_and_see_it_followed(here)
        _approve_for_now_and_see_it_public(here)
    finally:
        status = first.end()
    assert status == 0, first.said
    assert all(_closed(port) for port in ports)

    second = Running(here.var, ports)
    try:
        seconds = second.wait()
        assert json.loads((here.var / "demo.json").read_text(encoding="utf-8")) == known
        assert seconds < from_nothing / 2
        assert known["accounts"][0]["password"] in second.said
    finally:
        status = second.end(signal.SIGINT)
    assert status == 0, second.said
    assert all(_closed(port) for port in ports)


def _count_the_county(here: Installation) -> None:
    bounds = {Unit: (55, 65), DisclosureEdition: (3000, 4500), Report: (200, 400)}
    with here.session() as session:
        for table, (least, most) in bounds.items():
            number = session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            assert least <= number <= most, table


def _withdraw_and_see_it_followed(here: Installation) -> None:
    """What is published or withdrawn while the sites run reaches the index by itself."""
    assert "落后 0" in here.ok("search", "status")
    with here.session() as session:
        # The sites write too, at moments of their own.
        begin_writing(session)
        edition = session.scalars(
            sa.select(DisclosureEdition).where(DisclosureEdition.state == State.PUBLISHED)
        ).first()
        reviewer = staff.by_username(session, "shenhe")
        assert edition is not None
        assert reviewer is not None
        publishing.withdraw(session, edition, "数据有误", reviewer, datetime.now(UTC))
        session.commit()
    until_true(lambda: "落后 0" in here.ok("search", "status"))


def _approve_for_now_and_see_it_public(here: Installation) -> None:
    """What was approved for a time that has come becomes public by itself."""
    before = datetime.now(UTC) - timedelta(hours=1)
    with here.session() as session:
        begin_writing(session)
        waiting = sa.select(DisclosureEdition).where(DisclosureEdition.state == State.SUBMITTED)
        edition = session.scalars(waiting).first()
        reviewer = staff.by_username(session, "shenhe")
        assert edition is not None
        assert reviewer is not None
        publishing.schedule(session, edition, before + timedelta(minutes=1), reviewer, before)
        session.commit()
        number = edition.id

    def state() -> State:
        with here.session() as session:
            return session.get_one(DisclosureEdition, number).state

    until_true(lambda: state() is State.PUBLISHED)


def test_run_leaves_a_real_installation_without_demonstration(
    here: Installation, ports: tuple[int, int]
) -> None:
    running = Running(here.var, ports, "--no-demo")
    try:
        running.wait()
        assert "演示" not in running.said
        assert not (here.var / "demo.json").exists()
    finally:
        running.end()


def test_run_says_which_port_is_taken(here: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = Running(here.var, (_free_ports()[0], port))
        assert running.process.wait(PATIENCE_SECONDS) == 1
    assert f"端口 {port} 不能使用" in running.said
    assert "ADMIN_PORT" in running.said
    assert "Traceback" not in running.said
    assert not here.var.exists()


def test_run_ends_both_when_one_ends_by_itself(here: Installation, ports: tuple[int, int]) -> None:
    running = Running(here.var, ports, "--no-demo")
    try:
        running.wait()
        for child in _children(running.process.pid):
            if "admin.wsgi" in Path(f"/proc/{child}/cmdline").read_text():
                os.kill(child, signal.SIGTERM)
        assert running.process.wait(PATIENCE_SECONDS) == 1
    finally:
        if running.process.poll() is None:
            running.end()
    assert "已退出" in running.said
    assert all(_closed(port) for port in ports)


def test_run_says_so_when_a_site_cannot_start(
    here: Installation, ports: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGQUAN_ADMIN_ROWS_PER_PAGE", "many")
    running = Running(here.var, ports, "--no-demo")
    assert running.process.wait(PATIENCE_SECONDS) == 1
    assert "MINGQUAN_ROWS_PER_PAGE" in running.said
    assert "已退出" in running.said
    assert all(_closed(port) for port in ports)


def _children(pid: int) -> Iterator[int]:
    for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(number)
