"""`manage.py bulk`: the file of everything that is published."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from domain import indexing
from domain.db import begin_writing
from portal import bulk
from tests.fixtures.installation import PATIENCE_SECONDS, Installation, until_true

ROOT = Path(__file__).resolve().parents[1]


def test_the_file_is_built_once_and_described(here: Installation) -> None:
    here.ok("migrate")
    assert "还没有数据包" in here.refused("bulk", "status")
    here.ok("demo", "--scale", "0")
    assert "数据包" in here.ok("bulk", "follow")
    assert "落后 0" in here.ok("bulk", "status")
    assert here.ok("bulk", "follow") == ""


def test_following_goes_on_until_it_is_ended(here: Installation) -> None:
    here.ok("migrate")
    here.ok("demo", "--scale", "0")
    path = here.var / "public" / bulk.NAME
    following = subprocess.Popen(
        [sys.executable, "manage.py", "bulk", "follow", "--forever"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with following:
        assert following.stdout is not None
        assert "数据包" in following.stdout.readline()
        with here.session() as session:
            begin_writing(session)
            # A unit that is gone cannot wait.
            indexing.announce(session, ["units:999999"], datetime.now(UTC))
            session.commit()
            last = indexing.last_change(session)

        def has_followed() -> bool:
            found = bulk.held(path)
            return found is not None and found.change == last

        until_true(has_followed)
        following.send_signal(signal.SIGTERM)
        assert following.wait(PATIENCE_SECONDS) == 0
