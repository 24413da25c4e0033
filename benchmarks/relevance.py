"""How well the golden queries are answered over the demonstration county.

`python -m benchmarks.relevance [--engine whoosh …] [--json]`. The queries and what they ought to find
are in `tests/search/golden.yaml`, judged by hand. For each engine: the mean of nDCG@10 (how good the
first ten are and in how good an order, 1 is the best there could be) and success@3 (how often one of
the first three is what was looked for). A proposed spelling is followed, as a visitor would.
PostgreSQL is measured where it answers, in a schema of its own that is dropped afterwards.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import sqlalchemy as sa
import yaml

import migrations
from benchmarks.search import POSTGRES
from demo import county
from domain import synonyms
from domain.clock import utc_now
from domain.db import Session, make_engine
from domain.units import Unit
from search import documents, open_engine, open_reader, sync, vocabulary
from search.answering import answer
from search.engine import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from search.engine import Document, SearchReader
    from search.lexicon import Lexicon

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "search" / "golden.yaml"
FIRST = 10
BEST = 3
# Before what must not be found.
NEVER = "never "
# What every engine must reach.
NDCG, SUCCESS = 0.90, 0.95
ENGINES = ("tantivy", "whoosh", "postgresql")
SCHEMA = "mingquan_relevance"


class Judgement(NamedTuple):
    """Documents of a kind, by title or a part of it, perhaps of one unit, and what they are worth.

    ``unit`` is a unit's code; empty for any.
    """

    grade: int
    kind: str
    title: str
    unit: str

    @classmethod
    def read(cls, line: str, codes: Mapping[str, str]) -> Judgement:
        """Read ``3 power ~公路 @ 交通运输局``; what must never be found has no grade."""
        told, _, unit = line.partition(" @ ")
        grade, kind, title = told.split(" ", 2) if told[0].isdigit() else ("0", *told.split(" ", 1))
        return cls(int(grade), kind, title, codes[unit] if unit else "")

    def meets(self, document: Document) -> bool:
        """Whether it speaks of a document."""
        part = self.title.removeprefix("~")
        titled = part in document.title if part != self.title else part == document.title
        return titled and document.kind == self.kind and self.unit in {"", document.unit}


@dataclass(frozen=True)
class Case:
    """A query, the way it is put, and what ought to come of it."""

    query: str
    form: str
    find: tuple[Judgement, ...]
    never: tuple[Judgement, ...]


@dataclass(frozen=True)
class Score:
    """How a query was answered. ``ndcg`` is None where nothing is to be found."""

    case: Case
    ndcg: float | None
    success: bool
    first: tuple[str, ...]


def cases(codes: Mapping[str, str], path: Path = GOLDEN) -> list[Case]:
    """The golden queries.

    Args:
        codes: the code of each unit by its short name.
    """
    found = []
    for form, queries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for query, lines in queries.items():
            never = [line.removeprefix(NEVER) for line in lines if line.startswith(NEVER)]
            find = [line for line in lines if not line.startswith(NEVER)]
            judged = (tuple(Judgement.read(line, codes) for line in some) for some in (find, never))
            found.append(Case(str(query), form, *judged))
    return found


def score(
    case: Case, reader: SearchReader, lexicon: Lexicon, everything: Mapping[str, Document]
) -> Score:
    """Ask one query, follow the spelling proposed for it if there is one, and judge the answer."""
    results = answer(reader, Query(case.query, page_size=FIRST), lexicon)
    if results.did_you_mean:
        results = answer(reader, Query(results.did_you_mean, page_size=FIRST), lexicon)
    shown = [everything[hit.id] for hit in results.hits]
    grades = [_grade(case.find, document) for document in shown]
    ideal = sorted((_grade(case.find, document) for document in everything.values()), reverse=True)
    forbidden = any(told.meets(document) for told in case.never for document in shown)
    best = _gain(ideal[:FIRST])
    return Score(
        case,
        _gain(grades) / best if best else None,
        (BEST in grades[:3] or not best) and not forbidden,
        tuple(f"{grade} {document.title}" for grade, document in zip(grades, shown, strict=True)),
    )


def _grade(find: Iterable[Judgement], document: Document) -> int:
    return max((told.grade for told in find if told.meets(document)), default=0)


def _gain(grades: Sequence[int]) -> float:
    return sum((pow(2.0, grade) - 1) / log2(place + 2) for place, grade in enumerate(grades))


class Report(NamedTuple):
    """All scores of an engine, and their means."""

    scores: list[Score]
    ndcg: float
    success: float

    @classmethod
    def of(cls, scores: Iterable[Score]) -> Report:
        """Sum up."""
        found = list(scores)
        counted = [one.ndcg for one in found if one.ndcg is not None]
        return cls(
            found,
            sum(counted) / len(counted),
            sum(one.success for one in found) / len(found),
        )

    def by_form(self) -> dict[str, tuple[int, float, float]]:
        """For each form of query: how many, mean nDCG, success."""
        groups: defaultdict[str, list[Score]] = defaultdict(list)
        for one in self.scores:
            groups[one.case.form].append(one)
        return {
            form: (len(some), *Report.of(some)[1:])
            for form, some in sorted(groups.items())
            if any(one.ndcg is not None for one in some)
        }


def build(folder: Path) -> tuple[Session, dict[str, str]]:
    """The whole demonstration county in a folder; the session to read it, and its units' codes."""
    engine = make_engine(f"sqlite:///{folder / 'county.db'}")
    migrations.upgrade(engine)
    session = Session(engine)
    county.load(session)
    entries = synonyms.read(synonyms.FILE.read_text(encoding="utf-8"))
    synonyms.load(session, entries, utc_now())
    session.commit()
    return session, {unit.short_name: unit.code for unit in session.scalars(sa.select(Unit))}


@contextmanager
def lent(engine: str, folder: Path, postgres: str) -> Iterator[str | None]:
    """The address of an index that is gone afterwards; None where PostgreSQL does not answer."""
    if engine != "postgresql":
        yield f"{engine}:{folder}/{engine}"
        return
    try:
        connection = psycopg.connect(postgres, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    drop = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
    with connection:
        connection.execute(drop)
        try:
            yield f"{postgres}?schema={SCHEMA}"
        finally:
            connection.execute(drop)


def measure(
    reader: SearchReader,
    session: Session,
    codes: Mapping[str, str],
    everything: Mapping[str, Document],
) -> Report:
    """Ask everything of an index of the county."""
    lexicon = vocabulary.read(session)
    return Report.of(score(case, reader, lexicon, everything) for case in cases(codes))


def main() -> None:
    """Build the county, ask every engine, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--postgres", default=POSTGRES, help="a database; a schema of it is used")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        session, codes = build(Path(made))
        everything = {one.id: one for _, group in documents.everything(session) for one in group}
        reports = {}
        for name in chosen.engine or ENGINES:
            with lent(name, Path(made), chosen.postgres) as address:
                if address:
                    sync.rebuild(session, open_engine(address))
                    reports[name] = measure(open_reader(address), session, codes, everything)
                else:
                    sys.stderr.write(f"{chosen.postgres} does not answer: not measured\n")
        session.close()
    if chosen.json:
        json.dump({name: _plain(report) for name, report in reports.items()}, sys.stdout, indent=2)
        return
    for name, report in reports.items():
        _print(name, report)


def _plain(report: Report) -> dict[str, object]:
    return {
        "queries": len(report.scores),
        "ndcg@10": round(report.ndcg, 4),
        "success@3": round(report.success, 4),
        "forms": {
            form: {"queries": number, "ndcg@10": round(ndcg, 4), "success@3": round(success, 4)}
            for form, (number, ndcg, success) in report.by_form().items()
        },
        "worst": [one.case.query for one in _worst(report)],
    }


def _worst(report: Report) -> list[Score]:
    poor = [one for one in report.scores if not one.success or (one.ndcg or 1) < NDCG]
    return sorted(poor, key=lambda one: (one.success, one.ndcg or 0))


def _print(name: str, report: Report) -> None:
    print(f"{name}: {len(report.scores)} queries")
    print(f"{'form':<14}{'queries':>8}{'nDCG@10':>10}{'success@3':>11}")
    for form, (number, ndcg, success) in report.by_form().items():
        print(f"{form:<14}{number:>8}{ndcg:>10.3f}{success:>11.3f}")
    print(f"{'all':<14}{len(report.scores):>8}{report.ndcg:>10.3f}{report.success:>11.3f}\n")
    for one in _worst(report):
        print(f"{one.case.query}  nDCG {one.ndcg or 0:.2f}{'' if one.success else '  not found'}")
        for line in one.first:
            print(f"    {line}")


if __name__ == "__main__":
    main()
