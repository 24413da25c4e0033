"""The search engines beside SQLite's FTS5 over the same words, in one run.

`python -m benchmarks.search [--items 30000 | --corpus FILE] [--engine NAME …] [--json]`. A corpus is a
file of JSON lines with ``id``, ``title``, ``body`` and ``unit``; without one it is made from the
sentences of the demonstration county. Each index is built by a process of its own, from a file, so
that its time and memory are its own. Then one process puts every query to every engine by turns.

An answer is what a visitor sees: the number of results, the first twenty with title, passages and
marks, and in the last sort the counts of all values. All must find equally many, or the run fails.
``kept`` is the same answer once more while the index stays the same (`search.keeping`). The mean of
the mix tells how long all of it takes together; its median is for the most part what showing twenty
results takes, which is our own code for everybody. Quote the ratios: the machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks import corpus, memory
from benchmarks.fts5 import Fts5
from search import open_engine, open_reader
from search.engine import SearchUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from search.engine import Query, Results, SearchEngine

    Ask = Callable[[Query], Results]

PEER = "fts5"
ENGINES = ("whoosh", "tantivy", "postgresql")
# Whoosh is made for a county's lists.
MOST_FOR_WHOOSH = 200_000
POSTGRES = "postgresql://postgres@127.0.0.1:5432/test"
SCHEMA = "mingquan_benchmark"
ROUNDS = 3
PERCENTILES = (50, 95, 99)
MIX = "mix"


def address(engine: str, folder: Path, postgres: str) -> str:
    """Where an engine has its index in this run."""
    return (
        f"{postgres}?schema={SCHEMA}" if engine == "postgresql" else f"{engine}:{folder}/{engine}"
    )


def build(engine: str, folder: Path, path: Path, postgres: str) -> dict[str, Any]:
    """Build one index in this process, and say what that took."""
    documents = corpus.documents(corpus.read(path))
    start = time.perf_counter()
    if engine == PEER:
        peer = Fts5(folder / "fts5.db")
        peer.build(documents)
        size, server = peer.size(), None
    else:
        index = open_engine(address(engine, folder, postgres))
        with index.rebuilding() as writer:
            writer.apply(((one.group, [one]) for one in documents), 1, after=0)
        size = index.stats().size
        server = _peak_of_server(postgres) if engine == "postgresql" else None
    return {
        "engine": engine,
        "build_seconds": round(time.perf_counter() - start, 1),
        "index_mib": round(size / 2**20, 1),
        "peak_mib": round(memory.peak() / 1024, 1),
        "server_peak_mib": server,
    }


def _peak_of_server(postgres: str) -> float | None:
    """The most that one of the database's processes has held, shared memory included, in MiB."""
    with psycopg.connect(postgres) as connection:
        pids = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        ).fetchall()
    peaks = [found for (pid,) in pids if (found := memory.peak(pid))]
    return round(max(peaks) / 1024, 1) if peaks else None


def measure(
    sorts: Sequence[corpus.Sort], engines: Sequence[str], folder: Path, postgres: str
) -> dict[str, Any]:
    """Ask every engine everything, by turns; in milliseconds."""
    peer = Fts5(folder / "fts5.db")
    asks: dict[str, Ask] = {PEER: peer.search}
    for name in engines:
        asks[name] = _bare(open_engine(address(name, folder, postgres)))
    for name in engines:
        asks[f"{name}, kept"] = open_reader(address(name, folder, postgres)).search
    taken: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in asks}
    differing: list[dict[str, Any]] = []
    partial_answers: defaultdict[str, int] = defaultdict(int)
    for turn in range(ROUNDS + 1):
        for sort in sorts:
            for query in sort.queries:
                totals = {}
                for name, ask in asks.items():
                    start = time.perf_counter()
                    results = ask(query)
                    seconds = time.perf_counter() - start
                    totals[name] = results.total
                    # The first turn reads files and fills what is kept.
                    if turn:
                        taken[name][sort.name].append(seconds * 1000)
                        partial_answers[name] += results.partial
                if len(set(totals.values())) > 1:
                    differing.append({"query": query.text, **totals})
    return {
        "engines": {
            name: {
                "partial": partial_answers[name],
                **{sort: _summary(found) for sort, found in _with_mix(sorts_taken)},
            }
            for name, sorts_taken in taken.items()
        },
        "differing": differing,
    }


def _bare(engine: SearchEngine) -> Ask:
    return engine.search


def _with_mix(taken: dict[str, list[float]]) -> Iterator[tuple[str, list[float]]]:
    yield from taken.items()
    yield MIX, [one for found in taken.values() for one in found]


def _summary(found: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return {
        **{f"p{percent}": round(cuts[percent - 1], 3) for percent in PERCENTILES},
        "mean": round(statistics.fmean(found), 3),
    }


def ratios(measured: dict[str, Any]) -> dict[str, dict[str, dict[str, float]]]:
    """For each engine and sort how many times as long as the peer's are its median and its mean."""
    engines = measured["engines"]
    return {
        name: {
            sort: {
                which: round(numbers[which] / engines[PEER][sort][which], 3)
                for which in ("p50", "mean")
            }
            for sort, numbers in found.items()
            if sort != "partial"
        }
        for name, found in engines.items()
        if name != PEER
    }


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Build and measure everything in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=asked.folder) as made:
        folder = Path(made)
        path = asked.corpus or folder / "corpus.jsonl"
        if not asked.corpus:
            corpus.make(path, _demonstration(folder), asked.items)
        items = sum(1 for _ in corpus.read(path))
        engines = asked.engine or [
            name for name in ENGINES if name != "whoosh" or items <= MOST_FOR_WHOOSH
        ]
        if "postgresql" in engines and not asked.engine and not _answers(asked.postgres):
            engines.remove("postgresql")
            sys.stderr.write(f"{asked.postgres} does not answer: measured without PostgreSQL\n")
        try:
            builds = [_apart(name, folder, path, asked.postgres) for name in (PEER, *engines)]
            measured = measure(corpus.asked(path), engines, folder, asked.postgres)
        finally:
            if "postgresql" in engines:
                with psycopg.connect(asked.postgres) as connection:
                    connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    return {"items": items, "builds": builds, **measured, "ratios": ratios(measured)}


def _demonstration(folder: Path) -> list[Any]:
    from benchmarks import relevance
    from search import documents

    session, _ = relevance.build(folder)
    with session:
        return [one for _, group in documents.everything(session) for one in group]


def _answers(postgres: str) -> bool:
    try:
        psycopg.connect(postgres, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def _apart(engine: str, folder: Path, path: Path, postgres: str) -> dict[str, Any]:
    """Build in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.search", "--build", engine]
    command += ["--folder", str(folder), "--corpus", str(path), "--postgres", postgres]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print tables, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--items", type=int, default=30_000, help="documents to make")
    parser.add_argument("--corpus", type=Path, help="JSON lines of id, title, body, unit")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only these")
    parser.add_argument("--postgres", default=POSTGRES, help="a database; a schema of it is used")
    parser.add_argument("--folder", type=Path, help="where the indexes are for a while")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--build", choices=(PEER, *ENGINES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    try:
        if asked.build:
            built = build(asked.build, asked.folder, asked.corpus, asked.postgres)
            print(json.dumps(built))
            return
        found = run(asked)
    except (corpus.Damaged, OSError, SearchUnavailable) as error:
        sys.exit(str(error))
    if asked.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found)
    if found["differing"]:
        sys.exit(f"the engines find differently much for {len(found['differing'])} queries")


def _print(found: dict[str, Any]) -> None:
    print(f"{found['items']} documents")
    print(f"{'':12}{'build s':>9}{'index MiB':>11}{'peak MiB':>10}{'server MiB':>12}")
    for one in found["builds"]:
        server = one["server_peak_mib"] or ""
        print(
            f"{one['engine']:12}{one['build_seconds']:9}{one['index_mib']:11}{one['peak_mib']:10}{server:>12}"
        )
    row = partial("{:13}{:18}{:>9}{:>9}{:>9}{:>9}{:>8}{:>8}".format)
    print("\nmilliseconds, and how many times the peer's")
    print(row("", "", "p50", "p95", "p99", "mean", "p50 x", "mean x"))
    for name, sorts in found["engines"].items():
        for sort, numbers in sorts.items():
            if sort == "partial":
                continue
            times = found["ratios"].get(name, {}).get(sort, {"p50": 1, "mean": 1})
            print(row(sort, name, *numbers.values(), *times.values()))
        print(f"{'':13}{name:18}{sorts['partial']} answers partial\n")


if __name__ == "__main__":
    main()
