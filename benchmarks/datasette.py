"""The peer of `benchmarks.portal`: Datasette, serving the rows that our public pages show.

One table a noun and one of all search documents with SQLite's FTS5 over them. FTS5 finds Chinese
only by trigrams, so a word of two characters has no answer there; the benchmark asks for longer
ones. The file is served immutable, which is the faster of Datasette's two ways.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from domain.clock import local_day, utc_now
from domain.disclosures import listing as disclosures
from domain.officials import current_tenures
from domain.powers import listing as powers
from domain.units import directory
from search import documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

NAME = "county"
_TABLES = {
    "units": ("id TEXT PRIMARY KEY", "name", "kind", "duty", "phone", "address"),
    "officials": ("id INTEGER PRIMARY KEY", "name", "post", "unit", "brief", "portfolio"),
    "powers": (
        "id INTEGER PRIMARY KEY",
        "name",
        "kind",
        "unit",
        "post",
        "plain",
        "source",
        "responsibility",
        "risk",
        "controls",
        "scope",
        "timing",
        "steps",
    ),
    "disclosures": (
        "id INTEGER PRIMARY KEY",
        "title",
        "body",
        "leaf",
        "period",
        "unit",
        "published_at",
    ),
    "documents": ("id TEXT PRIMARY KEY", "kind", "title", "body", "unit", "year"),
}


def write(session: Session, path: Path) -> None:
    """Write the rows that the public can see to a new SQLite file."""
    with closing(sqlite3.connect(path)) as peer:
        for table, columns in _TABLES.items():
            peer.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            rows = _ROWS[table](session)
            peer.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608 - names of ours
        peer.execute("CREATE INDEX newest ON disclosures (published_at)")
        peer.execute(
            "CREATE VIRTUAL TABLE documents_fts USING fts5"
            "(title, body, content='documents', tokenize='trigram')"
        )
        peer.execute("INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')")
        peer.commit()
        peer.execute("VACUUM")


def _units(session: Session) -> Iterator[Sequence[object]]:
    for unit in directory(session):
        yield unit.code, unit.name, unit.kind.label, unit.duty, unit.phone, unit.address


def _officials(session: Session) -> Iterator[Sequence[object]]:
    for tenure in current_tenures(session, local_day(utc_now())):
        person, post = tenure.official, tenure.post
        yield person.id, person.name, post.title, post.unit.name, person.brief, post.portfolio


def _powers(session: Session) -> Iterator[Sequence[object]]:
    for item in session.scalars(powers()):
        post = item.edition.power_list.post
        steps = "\n".join(f"{step.name} {step.who} {step.time_limit}" for step in item.steps)
        yield (
            item.id,
            item.name,
            item.kind.label,
            post.unit.name,
            post.title,
            item.plain,
            item.source,
            item.responsibility,
            item.risk.label,
            item.controls,
            item.scope.label,
            item.timing,
            steps,
        )


def _disclosures(session: Session) -> Iterator[Sequence[object]]:
    for edition in session.scalars(disclosures()):
        of = edition.disclosure
        moment = edition.published_at.isoformat() if edition.published_at else None
        yield of.id, edition.title, edition.body, of.leaf.label, of.period, of.unit.name, moment


def _documents(session: Session) -> Iterator[Sequence[object]]:
    for _group, found in documents.everything(session):
        for one in found:
            yield one.id, one.kind.value, one.title, one.body, one.unit_name, one.year


_ROWS = {
    "units": _units,
    "officials": _officials,
    "powers": _powers,
    "disclosures": _disclosures,
    "documents": _documents,
}


@contextmanager
def serving(path: Path, ports: Sequence[int], log: Path) -> Iterator[None]:
    """Serve the file by a Datasette process on each port, as many as our workers."""
    running = []
    try:
        with log.open("wb") as output:
            for port in ports:
                command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(path)]
                running.append(
                    subprocess.Popen(  # noqa: S603 - a program we have pinned
                        [*command, "--host", "127.0.0.1", "--port", str(port)],
                        stdout=output,
                        stderr=output,
                    )
                )
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()
