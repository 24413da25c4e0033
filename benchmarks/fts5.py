"""SQLite's FTS5 over the same words: the peer of the search engines.

It is given the terms of a document as our engines have them, so it finds the same documents. It
ranks them by its own bm25 and counts them; what a page shows is marked and cut by our own code.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from search import matching, words
from search.asking import wanted as read
from search.engine import Document, Facet, Field, Kind, Results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from search.asking import Wanted
    from search.engine import Query

# Nothing but blanks divides terms: they were cut before.
_CREATE = """
CREATE TABLE documents (number INTEGER PRIMARY KEY, id, kind, title, body, unit, power_kind, year);
CREATE VIRTUAL TABLE words USING fts5(
    title, body, content='', tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
);
INSERT INTO words(words, rank) VALUES ('rank', 'bm25(4.0, 1.0)');
"""
_OPTIMIZE = "INSERT INTO words(words) VALUES ('optimize')"
# As much memory as it wants.
_PRAGMAS = "PRAGMA mmap_size = 8589934592; PRAGMA cache_size = -524288;"


class Fts5:
    """A database with a full-text index."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_PRAGMAS)

    def build(self, documents: Iterable[Document]) -> None:
        """Fill it, in one transaction, and put it in order."""
        self._connection.executescript(f"PRAGMA journal_mode = OFF; {_CREATE}")
        self._connection.execute("BEGIN")
        for number, one in enumerate(documents, 1):
            year = str(one.year) if one.year else ""
            shown = (number, one.id, one.kind, one.title, one.body, one.unit, one.power_kind, year)
            self._connection.execute("INSERT INTO documents VALUES (?,?,?,?,?,?,?,?)", shown)
            # Our engines know the unit's name as well.
            found = (_joined(one.title), f"{_joined(one.body)} {_joined(one.unit_name)}")
            self._connection.execute(
                "INSERT INTO words(rowid, title, body) VALUES (?,?,?)", (number, *found)
            )
        for last in (_OPTIMIZE, "CREATE INDEX of_unit ON documents(unit)", "COMMIT", "ANALYZE"):
            self._connection.execute(last)

    def size(self) -> int:
        """In bytes."""
        return self._path.stat().st_size

    def search(self, query: Query) -> Results:
        """One page of what has all the words, the best first; how many there are; and facets."""
        wanted = read(query.text)
        among, values = _among(query, wanted)
        one = self._connection.execute(f"SELECT count(*) {among}", values)
        total: int = one.fetchone()[0]
        page = self._connection.execute(
            "SELECT d.id, kind, d.title, d.body, unit, power_kind, year"  # noqa: S608 - ours
            f" FROM (SELECT words.rowid AS number, rank {among} ORDER BY rank LIMIT ?) best"
            " JOIN documents d USING (number) ORDER BY rank",
            (*values, query.page_size),
        )
        hits = tuple(matching.hit(document, wanted) for document in map(_document, page))
        facets = {field: self._counted(field, among, values) for field in query.counted}
        return Results(hits=hits, total=total, facets=facets, page=1, pages=1)

    def _counted(self, field: Field, among: str, values: list[str]) -> tuple[Facet, ...]:
        rows = self._connection.execute(
            f"SELECT {field}, count(*) FROM documents d WHERE {field} <> '' AND number IN"  # noqa: S608 - ours
            f" (SELECT words.rowid {among}) GROUP BY 1",
            values,
        )
        return matching.facets(dict(rows.fetchall()))


def _among(query: Query, wanted: Wanted) -> tuple[str, list[str]]:
    """The rows with all the words and the chosen values."""
    grams = (gram for word in wanted.words for gram in word.grams)
    values = [" ".join(f'"{gram}"' for gram in dict.fromkeys(grams))]
    conditions = ["words MATCH ?"]
    for field, chosen in query.filters.items():
        conditions.append(f"d.{field} IN ({','.join('?' * len(chosen))})")
        values += chosen
    joined = "words JOIN documents d ON d.number = words.rowid" if query.filters else "words"
    return f"FROM {joined} WHERE {' AND '.join(conditions)}", values


def _document(row: tuple[str, ...]) -> Document:
    id_, kind, title, body, unit, power_kind, year = row
    return Document(
        id=id_,
        group="",
        kind=Kind(kind),
        title=title,
        body=body,
        unit=unit,
        unit_name=unit,
        power_kind=power_kind,
        year=int(year) if year else None,
    )


def _joined(text: str) -> str:
    return " ".join(_repeated(text))


def _repeated(text: str) -> Iterator[str]:
    for term, times in words.count(text).items():
        yield from [term] * times
