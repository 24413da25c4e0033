"""The benchmarks measure what they say: the peer has our rows, and no error counts as an answer."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from benchmarks import corpus, datasette, fts5, load, search
from domain import disclosures, powers, units
from domain.db import Session
from search import open_reader
from search.engine import Field, Query
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


def _corpus(path: Path) -> Path:
    """Two hundred texts in which one word is everywhere and some are rare."""
    things = ["道路养护", "学校食堂", "危房改造", "采购合同", "干部任免", "临时救助"]
    with path.open("w", encoding="utf-8") as file:
        for number in range(200):
            first, second = things[number % 6], things[number // 6 % 6]
            entry = {
                "id": number,
                "title": f"{first}资金审批",
                "body": f"涉及{second}，由集体研究决定。\n编号{number}，{'水库加固' if number < 10 else ''}。",
                "unit": f"单位{number % 7}",
            }
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    return path


def test_the_peer_of_search_finds_and_counts_the_same(tmp_path: Path) -> None:
    path = _corpus(tmp_path / "corpus.jsonl")
    built = search.build("fts5", tmp_path, path, "")
    assert built["index_mib"] > 0
    assert built["peak_mib"] > 0
    search.build("whoosh", tmp_path, path, "")
    sorts = corpus.asked(path)
    assert [sort.name for sort in sorts] == [
        *("rare word", "one word", "two words", "common word", "filtered", "facets")
    ]
    found = search.measure(sorts, ["whoosh"], tmp_path, "")
    assert found["differing"] == []
    assert set(found["engines"]) == {"fts5", "whoosh", "whoosh, kept"}
    assert found["engines"]["whoosh"]["mix"]["p50"] > 0
    assert set(search.ratios(found)["whoosh"]) == {*(sort.name for sort in sorts), "mix"}
    peer, ours = fts5.Fts5(tmp_path / "fts5.db"), open_reader(f"whoosh:{tmp_path}/whoosh")
    filtered = [Query("审批", {Field.UNIT: ["单位3"]}, counted=(Field.KIND, Field.YEAR))]
    for query in [*filtered, *(query for sort in sorts for query in sort.queries)]:
        one, other = peer.search(query), ours.search(query)
        assert one.total == other.total > 0
        if not query.filters:
            assert one.facets == other.facets


def test_a_benchmark_says_which_line_of_a_corpus_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    for line in ("{", '{"id": 1}', "[1]", '{"id": 1, "title": null, "body": "", "unit": ""}'):
        path.write_text('{"id": 1, "title": "一", "body": "", "unit": ""}\n\n' + line)
        with pytest.raises(corpus.Damaged, match="line 3"):
            list(corpus.read(path))


def test_queries_of_a_benchmark_are_always_the_same(tmp_path: Path) -> None:
    path = _corpus(tmp_path / "corpus.jsonl")
    assert corpus.asked(path) == corpus.asked(path)
    words = {query.text for sort in corpus.asked(path) for query in sort.queries}
    assert "审批" in words
