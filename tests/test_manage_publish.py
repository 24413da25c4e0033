"""`manage.py publish due`: what was approved for a time that has come."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from admin.commands import publish_due
from domain import publishing
from domain.disclosures import DisclosureEdition
from domain.publishing import State
from tests.fixtures.county import build_county, draft_disclosure
from tests.fixtures.installation import PATIENCE_SECONDS, Installation, until_true
from web.console import Complaints

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def waiting(here: Installation) -> list[int]:
    """Two disclosures, approved for an hour ago and for tomorrow."""
    here.ok("migrate")
    now = datetime.now(UTC)
    made = []
    with here.session() as session:
        county = build_county(session)
        for title, moment in (
            ("到时间的", now - timedelta(hours=1)),
            ("明天的", now + timedelta(1)),
        ):
            edition = draft_disclosure(session, county, title)
            before = now - timedelta(days=1)
            publishing.submit(session, edition, edition.author, before)
            publishing.schedule(session, edition, moment, county.staff["reviewer"], before)
            made.append(edition.id)
        session.commit()
    return made


def states(here: Installation) -> list[State]:
    with here.session() as session:
        query = sa.select(DisclosureEdition.state).order_by(DisclosureEdition.id)
        return list(session.scalars(query))


def test_what_is_due_is_published_once(here: Installation, waiting: list[int]) -> None:
    assert here.ok("publish", "due").count("定时公开") == 1
    assert states(here) == [State.PUBLISHED, State.SCHEDULED]
    assert "定时公开" not in here.ok("publish", "due")


def test_what_cannot_be_published_is_said(here: Installation, waiting: list[int]) -> None:
    with here.session() as session:
        session.get_one(DisclosureEdition, waiting[0]).body = ""
        session.commit()
    said = here.ok("publish", "due")
    assert "已退回起草人" in said
    assert "缺少正文" in said
    assert states(here) == [State.DRAFT, State.SCHEDULED]


def test_a_fault_is_said_without_its_content_and_tried_again(
    here: Installation, waiting: list[int]
) -> None:
    with here.session() as session:
        session.execute(
            sa.text(
                "CREATE TRIGGER odd BEFORE INSERT ON index_changes "
                "BEGIN SELECT RAISE(ABORT, '到时间的'); END"
            )
        )
        session.commit()
    said = here.ok("publish", "due")
    assert f"will try again: DisclosureEdition {waiting[0]}: " in said
    assert "IntegrityError" in said
    assert "到时间的" not in said
    assert states(here) == [State.SCHEDULED, State.SCHEDULED]
    with here.session() as session:
        session.execute(sa.text("DROP TRIGGER odd"))
        session.commit()
    assert here.ok("publish", "due").count("定时公开") == 1
    assert states(here) == [State.PUBLISHED, State.SCHEDULED]


def test_what_fails_each_time_is_said_once(
    here: Installation, waiting: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    complaints = Complaints()
    with here.session() as session:

        def try_thrice() -> list[str]:
            for _ in range(3):
                publish_due(session, complaints)
            return capsys.readouterr().err.splitlines()

        session.execute(
            sa.text(
                "CREATE TRIGGER odd BEFORE INSERT ON index_changes "
                "BEGIN SELECT RAISE(ABORT, 'odd'); END"
            )
        )
        session.commit()
        (line,) = try_thrice()
        assert f"DisclosureEdition {waiting[0]}" in line
        assert try_thrice() == []
        session.get_one(DisclosureEdition, waiting[1]).scheduled_for = datetime.now(UTC)
        session.commit()
        (line,) = try_thrice()
        assert f"DisclosureEdition {waiting[1]}" in line
        session.execute(sa.text("DROP TRIGGER odd"))
        session.commit()
        assert try_thrice() == []
    assert states(here) == [State.PUBLISHED, State.PUBLISHED]


def test_looking_goes_on_until_it_is_ended(here: Installation, waiting: list[int]) -> None:
    here.ok("publish", "due")
    command = [sys.executable, "manage.py", "publish", "due", "--forever"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as looking:
        with here.session() as session:
            edition = session.get_one(DisclosureEdition, waiting[1])
            edition.scheduled_for = datetime.now(UTC)
            session.commit()
        until_true(lambda: states(here) == [State.PUBLISHED, State.PUBLISHED])
        looking.send_signal(signal.SIGTERM)
        assert looking.wait(PATIENCE_SECONDS) == 0
