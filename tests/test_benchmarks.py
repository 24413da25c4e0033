"""The benchmarks measure what they say: the peer has our rows, and no error counts as an answer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from benchmarks import datasette, load
from domain import disclosures, powers, units
from domain.db import Session
from tests.fixtures.accessibility import served
from tests.fixtures.county import (
    County,
    draft_disclosure,
    draft_powers,
    make_public,
)


def test_the_peer_of_the_portal_serves_the_same_rows(
    session: Session, county: County, tmp_path: Path
) -> None:
    for draft in (draft_powers, draft_disclosure):
        make_public(session, county, draft(session, county))
    datasette.write(session, tmp_path / "county.db")
    with closing(sqlite3.connect(tmp_path / "county.db")) as peer:
        rows = {
            table: peer.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("units", "powers", "disclosures")
        }
        found = peer.execute(
            "SELECT count(*) FROM documents_fts WHERE documents_fts MATCH '养护资金'"
        ).fetchone()[0]
    assert rows == {
        "units": units.count(session),
        "powers": powers.count_public(session),
        "disclosures": disclosures.count_public(session),
    }
    assert rows["powers"] > 0
    assert found > 0


def test_an_error_is_no_answer(socket_enabled: None) -> None:
    app = Flask(__name__)
    app.add_url_rule("/here", view_func=lambda: "here", endpoint="here")
    with served(app) as address:
        port = int(address.rpartition(":")[2])
        taken = load.send([port], ["/here"] * 10)
        assert len(taken.seconds) == 10
        assert taken.rate > 0
        assert load.send([port], ["/gone"], status=404).seconds
        with pytest.raises(load.Unexpected, match="/gone: 404"):
            load.send([port], ["/here", "/gone"], seconds=60)
