"""What lies in the database: the tables of an index, their rows, and words as PostgreSQL takes them.

Each index has a number and its own tables: ``vectors_7`` (what is searched: a ``tsvector`` for each
document), ``documents_7`` (what is shown of it), ``facets_7`` (which values some documents share),
``names_7`` (for exact names and suggestions) and ``terms_7`` (how many documents have each term, so
that rarity need not be counted). A document is known by its place in the order of equally good ones
(`search.order`). The table ``indexes`` says which index is live and how far each has followed the
log; it changes in the same transaction as the documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql

from search import weights, words
from search.asking import QUERY_CHARACTERS
from search.order import order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import psycopg

    from search.engine import Document, Kind

# Which code wrote an index: another one cannot add to it.
FORMAT = f"postgres-3.{words.VERSION}.{weights.VERSION}"

# The labels of the four levels, as `weights.LEVELS` has them. A position that is left out counts as
# one with the label D.
_LABELS = ("", ":1C", ":1B", ":1A")
# What ts_rank makes of one term, times this, is the weight given for its label.
RANK = 1.64493406685
# What a tsvector can hold, less a margin, in bytes; and what one term takes besides its letters.
_ROOM, _EACH = 1_000_000, 8

# Counting reads a row of each document that matches. So what is searched has narrow rows, and all
# that filters and counts ask for is one number there: few combinations of values ever occur.
_CREATE = """
CREATE TABLE {vectors} (place bigint NOT NULL, facet int NOT NULL, tsv tsvector NOT NULL)
    WITH (toast_tuple_target = 128);
ALTER TABLE {vectors} ALTER tsv SET STORAGE EXTERNAL;
CREATE TABLE {documents} (
    place bigint NOT NULL, id text COLLATE "C" NOT NULL, "group" text COLLATE "C" NOT NULL,
    kind text NOT NULL, unit text NOT NULL, unit_name text NOT NULL, power_kind text NOT NULL,
    year int, day int NOT NULL, title text NOT NULL, body text NOT NULL
);
CREATE TABLE {facets} (
    number int PRIMARY KEY, kind text NOT NULL, unit text COLLATE "C",
    power_kind text COLLATE "C", year text COLLATE "C"
);
CREATE TABLE {names} (
    place bigint NOT NULL, kind text NOT NULL, id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL, grams text[] COLLATE "C" NOT NULL
);
CREATE TABLE {terms} (term text COLLATE "C" PRIMARY KEY, documents int NOT NULL)
    WITH (fillfactor = 80)
"""
# Without a list of what is still to be sorted in: a search would have to read all of it.
_INDEX = """
ALTER TABLE {vectors} ADD PRIMARY KEY (place);
CREATE INDEX ON {vectors} USING gin (tsv) WITH (fastupdate = off);
CREATE INDEX ON {vectors} USING gin (ts_filter(tsv, '{{a,b}}')) WITH (fastupdate = off);
CREATE INDEX ON {vectors} USING gin (ts_filter(tsv, '{{a}}')) WITH (fastupdate = off);
ALTER TABLE {documents} ADD PRIMARY KEY (place);
CREATE INDEX ON {documents} ("group");
CREATE INDEX ON {names} (place);
CREATE INDEX ON {names} (name);
CREATE INDEX ON {names} (kind, name);
CREATE INDEX ON {names} USING gin (grams) WITH (fastupdate = off);
ANALYZE {vectors}; ANALYZE {documents}; ANALYZE {facets}; ANALYZE {names}; ANALYZE {terms}
"""
_INDEXES = """
CREATE TABLE {indexes} (
    number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token text NOT NULL DEFAULT gen_random_uuid(),
    is_live bool NOT NULL DEFAULT false, is_indexed bool NOT NULL DEFAULT false,
    format text NOT NULL, cursor bigint NOT NULL DEFAULT 0,
    commits bigint NOT NULL DEFAULT 0, documents bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX ON {indexes} (is_live) WHERE is_live
"""


# The tables of one index.
Tables = Mapping[str, sql.Identifier]


class State(NamedTuple):
    """A row of ``indexes``."""

    number: int
    token: str
    is_live: bool
    is_indexed: bool
    format: str
    cursor: int
    commits: int
    documents: int

    @property
    def name(self) -> str:
        """Unlike that of any other commit of any index."""
        return f"{self.token}/{self.commits}"


class Schema:
    """The names of the tables, quoted."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.indexes = sql.Identifier(name, "indexes")

    def tables(self, number: int) -> Tables:
        """The tables of one index."""
        return {
            noun: sql.Identifier(self.name, f"{noun}_{number}")
            for noun in ("vectors", "documents", "facets", "names", "terms")
        }

    def exists(self, cursor: psycopg.Cursor) -> bool:
        """Whether there ever was an index."""
        name = self.indexes.as_string(cursor)
        found = cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name]).fetchone()
        return bool(found and found[0])

    def prepare(self, cursor: psycopg.Cursor) -> None:
        """Make the schema and the list of indexes, where they are missing."""
        # Somebody may have made the schema for a role that may make none.
        if not cursor.execute(
            "SELECT 1 FROM pg_namespace WHERE nspname = %s", [self.name]
        ).rowcount:
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self.name)))
        if not self.exists(cursor):
            cursor.execute(sql.SQL(_INDEXES).format(indexes=self.indexes))

    def state(self, cursor: psycopg.Cursor, number: int | None = None) -> State | None:
        """An index, or else the live one; None when there is none."""
        asked = sql.SQL(
            "SELECT number, token, is_live, is_indexed, format, cursor, commits, documents"
            " FROM {} WHERE {}"
        ).format(self.indexes, sql.SQL("is_live" if number is None else "number = %s"))
        row = cursor.execute(asked, None if number is None else [number]).fetchone()
        return State(*row) if row else None

    def create(self, cursor: psycopg.Cursor, *, live: bool) -> int:
        """A new, empty index."""
        insert = sql.SQL("INSERT INTO {} (format, is_live) VALUES (%s, %s) RETURNING number")
        cursor.execute(insert.format(self.indexes), [FORMAT, live])
        number: int = cursor.fetchall()[0][0]
        cursor.execute(sql.SQL(_CREATE).format(**self.tables(number)))
        return number

    def finish(self, cursor: psycopg.Cursor, number: int) -> None:
        """Make a filled index ready to be searched, which is faster than row by row."""
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(sql.SQL(_INDEX).format(**self.tables(number)))
        done = sql.SQL("UPDATE {} SET is_indexed = true WHERE number = %s")
        cursor.execute(done.format(self.indexes), [number])

    def promote(self, cursor: psycopg.Cursor, number: int) -> None:
        """Make an index the live one."""
        for change in ("false WHERE is_live AND number <> %s", "true WHERE number = %s"):
            update = sql.SQL("UPDATE {} SET is_live = {}").format(self.indexes, sql.SQL(change))
            cursor.execute(update, [number])

    def others(self, cursor: psycopg.Cursor) -> list[int]:
        """The indexes that are not live."""
        asked = sql.SQL("SELECT number FROM {} WHERE NOT is_live").format(self.indexes)
        return [number for (number,) in cursor.execute(asked)]

    def drop(self, cursor: psycopg.Cursor, number: int) -> None:
        """Remove an index; waits for those who still read it."""
        tables = sql.SQL(", ").join(self.tables(number).values())
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(tables))
        forget = sql.SQL("DELETE FROM {} WHERE number = %s").format(self.indexes)
        cursor.execute(forget, [number])


class Facet(NamedTuple):
    """The values of a document that results are narrowed by and counted by; NULL where it has none."""

    kind: str
    unit: str | None
    power_kind: str | None
    year: str | None


class Row(NamedTuple):
    """A document as the tables take it."""

    place: int
    terms: tuple[str, ...]
    tsv: str
    facet: Facet
    document: tuple[Any, ...]
    names: tuple[tuple[int, str, str, str, list[str]], ...]


COLUMNS = (
    *("place", "id", "group", "kind", "unit", "unit_name"),
    *("power_kind", "year", "day", "title", "body"),
)


def row_of(document: Document) -> Row:
    """A document as the tables take it."""
    terms = _fitting(weights.terms(document))
    place = order(document)
    unit, power_kind = storable(document.unit), storable(document.power_kind)
    year = None if document.year is None else str(document.year)
    return Row(
        place=place,
        terms=tuple(terms),
        tsv=" ".join(lexeme(term) + _LABELS[level] for term, level in terms.items()),
        facet=Facet(document.kind.value, unit or None, power_kind or None, year),
        document=(
            place,
            storable(document.id),
            storable(document.group),
            document.kind.value,
            unit,
            storable(document.unit_name),
            power_kind,
            document.year,
            document.date.toordinal() if document.date else 0,
            storable(document.title),
            storable(document.body),
        ),
        names=tuple(
            (place, document.kind.value, storable(document.id), name, _grams(document.kind, name))
            for name in weights.names(document)
        ),
    )


def _fitting(terms: Mapping[str, int]) -> Mapping[str, int]:
    """The terms that a query can ask for and a tsvector can hold: of a whole book, the weightiest."""
    asked = {term: level for term, level in terms.items() if len(term) <= QUERY_CHARACTERS}
    if sum(len(term.encode()) + _EACH for term in asked) <= _ROOM:
        return asked
    return dict(_filling(sorted(asked.items(), key=lambda item: (-item[1], item[0]))))


def _filling(terms: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    room = _ROOM
    for term, level in terms:
        room -= len(term.encode()) + _EACH
        if room < 0:
            return
        yield term, level


def storable(text: str) -> str:
    """Text without what PostgreSQL cannot keep: NUL, and halves of characters."""
    return text.replace("\0", " ").encode(errors="replace").decode()


def lexeme(term: str) -> str:
    """A term quoted for the text form of a tsvector or tsquery."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def grams(name: str) -> set[str]:
    """The characters and pairs of a name, by which any part of it is found."""
    return {*name, *(a + b for a, b in pairwise(name))}


def _grams(kind: Kind, name: str) -> list[str]:
    # With the kind, so that a few units are found without reading of a million powers.
    return sorted(kind.value + gram for gram in grams(name))
