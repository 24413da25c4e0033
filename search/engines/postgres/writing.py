"""Writing an index: one transaction for each commit, one writer at a time."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from search.engine import CursorMoved, SearchBusy, SearchUnavailable
from search.engines.postgres.connections import answering
from search.engines.postgres.reading import PostgresReader
from search.engines.postgres.storage import COLUMNS, FORMAT, Facet, row_of, storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from search.engine import Change, SearchWriter
    from search.engines.postgres.storage import Row, Schema, State

WAIT_SECONDS = 10.0
# How long a search that came later may have to wait behind the removal of an old index.
_DROP_MS = 2_000
# Documents, and terms, that are sent at a time while an index is filled.
_DOCUMENTS, _TERMS = 1_000, 500_000
# Any fixed numbers nobody else takes.
_WRITE, _REBUILD = 0x6D71_7377, 0x6D71_7372


class PostgresEngine(PostgresReader):
    """Reads and writes."""

    def __init__(self, address: str, *, wait: float = WAIT_SECONDS) -> None:
        """Use the index at an address; wait some seconds for another writer to finish."""
        super().__init__(address)
        self._wait_ms = max(1, round(wait * 1000))

    def cursor(self) -> int:
        """The number of the last change in the index; 0 when there is no index yet."""
        with answering(), self.server.reading() as cursor:
            state = self.schema.state(cursor) if self.schema.exists(cursor) else None
            return state.cursor if state else 0

    def apply(self, changes: Iterable[Change], cursor: int, *, after: int) -> int:
        """Replace whole groups and move the cursor, both or neither, in one commit."""
        with self.server.writing() as connection:
            self._lock(connection)
            with answering():
                self.schema.prepare(connection)
                state = self.schema.state(connection)
                number = state.number if state else self.schema.create(connection, live=True)
            return Writing(connection, self.schema, number).apply(changes, cursor, after)

    @contextmanager
    def rebuilding(self) -> Iterator[SearchWriter]:
        """A new, empty index beside the live one, which it replaces when the block ends well."""
        with self._rebuilding_alone():
            with self.server.writing() as cursor, answering():
                number = self.schema.create(cursor, live=False)
            try:
                yield _Beside(self, number)
                self._promote(number)
            finally:
                self._sweep()

    @contextmanager
    def beside(self, number: int) -> Iterator[Writing]:
        """A transaction that writes to an index that is not live."""
        with self.server.writing() as cursor:
            yield Writing(cursor, self.schema, number)

    def _lock(self, cursor: psycopg.Cursor) -> None:
        with answering():
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{self._wait_ms}ms"])
            try:
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_WRITE, self.schema.name]
                )
            except psycopg.errors.LockNotAvailable as error:
                raise SearchBusy("another process is writing to the index") from error

    @contextmanager
    def _rebuilding_alone(self) -> Iterator[None]:
        """Hold a lock that ends with the connection, however that ends."""
        lock = [_REBUILD, self.schema.name]
        with self.server.connected() as connection:
            with answering():
                got = connection.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", lock)
                if got.fetchone() != (True,):
                    raise SearchBusy("another process is rebuilding the index")
            try:
                with self.server.writing() as cursor:
                    self._lock(cursor)
                    with answering():
                        self.schema.prepare(cursor)
                yield
            finally:
                with suppress(psycopg.Error):
                    connection.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", lock)

    def _promote(self, number: int) -> None:
        with self.server.writing() as cursor:
            self._lock(cursor)
            with answering():
                state = self.schema.state(cursor, number)
                if state and not state.is_indexed:
                    self.schema.finish(cursor, number)
                self.schema.promote(cursor, number)

    def _sweep(self) -> None:
        """Remove what is not live: replaced, given up, or left by a process that was killed."""
        with suppress(SearchUnavailable):
            with self.server.reading() as cursor:
                numbers = self.schema.others(cursor)
            for number in numbers:
                # Who reads it now is waited for; the next sweep has what takes too long.
                with answering(), self.server.writing() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = {_DROP_MS}")
                    self.schema.drop(cursor, number)


class _Beside:
    """An index that is being filled beside the live one, by whoever holds the rebuild lock."""

    def __init__(self, engine: PostgresEngine, number: int) -> None:
        self._engine = engine
        self._number = number

    def cursor(self) -> int:
        with self._engine.beside(self._number) as writing:
            return writing.state().cursor

    def apply(self, changes: Iterable[Change], cursor: int, *, after: int) -> int:
        with self._engine.beside(self._number) as writing:
            return writing.apply(changes, cursor, after)


class Writing:
    """One commit to one index."""

    def __init__(self, cursor: psycopg.Cursor, schema: Schema, number: int) -> None:
        self._cursor = cursor
        self._schema = schema
        self._number = number
        self._tables = schema.tables(number)
        self._counts: Counter[str] = Counter()
        self._facets: dict[Facet, int] = {}

    def state(self) -> State:
        """Where the index is."""
        with answering():
            state = self._schema.state(self._cursor, self._number)
            if state is None:
                raise SearchUnavailable("the index is gone")
            return state

    def apply(self, changes: Iterable[Change], cursor: int, after: int) -> int:
        """Replace the groups and move the cursor."""
        before = self.state()
        if before.format != FORMAT:
            raise SearchUnavailable(f"the index has format {before.format}, not {FORMAT}")
        if before.cursor != after:
            raise CursorMoved(f"the index is at {before.cursor}, not at {after}")
        groups: list[str] = []
        rows = _rows(changes, groups)
        if before.is_indexed:
            # All of them first: a document may come from one group into another.
            prepared = list(rows)
            removed = self._remove(groups)
            written = self._fill(prepared)
        else:
            removed = 0
            written = self._fill(rows)
        with answering():
            self._count()
            if not before.is_indexed and written:
                self._schema.finish(self._cursor, self._number)
            self._move(cursor, written - removed)
        return written

    def _move(self, cursor: int, more: int) -> None:
        update = sql.SQL(
            "UPDATE {} SET cursor = %s, commits = commits + 1, documents = documents + %s"
            " WHERE number = %s"
        )
        moved = update.format(self._schema.indexes)
        self._cursor.execute(moved, [cursor, more, self._number])

    def _remove(self, groups: Sequence[str]) -> int:
        delete = sql.SQL(
            'WITH gone AS (DELETE FROM {documents} WHERE "group" = ANY(%s) RETURNING place),'
            " nameless AS (DELETE FROM {names} WHERE place IN (SELECT place FROM gone))"
            " DELETE FROM {vectors} WHERE place IN (SELECT place FROM gone)"
            " RETURNING tsvector_to_array(tsv)"
        ).format(**self._tables)
        with answering():
            gone = self._cursor.execute(delete, [[storable(group) for group in groups]])
            for (terms,) in gone:
                self._counts.subtract(terms)
            return gone.rowcount

    def _fill(self, rows: Iterable[Row]) -> int:
        written = 0
        coming = iter(rows)
        while some := list(islice(coming, _DOCUMENTS)):
            with answering():
                self._copy(some)
                if len(self._counts) > _TERMS:
                    self._count()
            written += len(some)
        return written

    def _copy(self, rows: Sequence[Row]) -> None:
        facets = self._numbered({row.facet for row in rows})
        columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
        documents = sql.SQL("COPY {} ({}) FROM STDIN").format(self._tables["documents"], columns)
        with self._cursor.copy(documents) as copy:
            for row in rows:
                copy.write_row(row.document)
        with self._cursor.copy(self._copying("vectors")) as copy:
            for row in rows:
                copy.write_row((row.place, facets[row.facet], row.tsv))
                self._counts.update(row.terms)
        with self._cursor.copy(self._copying("names")) as copy:
            for row in rows:
                for name in row.names:
                    copy.write_row(name)

    def _copying(self, table: str) -> sql.Composed:
        return sql.SQL("COPY {} FROM STDIN").format(self._tables[table])

    def _numbered(self, facets: set[Facet]) -> Mapping[Facet, int]:
        """The numbers of some combinations of values, new ones included. None is ever taken out."""
        if not facets <= self._facets.keys():
            listed = sql.SQL("SELECT number, kind, unit, power_kind, year FROM {facets}")
            known = self._cursor.execute(listed.format(**self._tables))
            self._facets = {Facet(*values): number for number, *values in known}
            new = sorted(facets - self._facets.keys(), key=repr)
            with self._cursor.copy(self._copying("facets")) as copy:
                for facet in new:
                    self._facets[facet] = len(self._facets) + 1
                    copy.write_row((self._facets[facet], *facet))
        return self._facets

    def _count(self) -> None:
        """Bring up to date how many documents have each term."""
        changed = {term: number for term, number in self._counts.items() if number}
        upsert = sql.SQL(
            "INSERT INTO {terms} AS t SELECT * FROM unnest(%s::text[], %s::int[])"
            " ON CONFLICT (term) DO UPDATE SET documents = t.documents + excluded.documents"
        )
        self._cursor.execute(upsert.format(**self._tables), [list(changed), list(changed.values())])
        rarer = [term for term, number in changed.items() if number < 0]
        forget = sql.SQL("DELETE FROM {terms} WHERE documents <= 0 AND term = ANY(%s)")
        self._cursor.execute(forget.format(**self._tables), [rarer])
        self._counts.clear()


def _rows(changes: Iterable[Change], groups: list[str]) -> Iterator[Row]:
    """The rows of all groups, whose names are put in a list."""
    seen: set[str] = set()
    for group, documents in changes:
        if group in seen:
            raise ValueError(f"group {group} twice in one commit")
        seen.add(group)
        groups.append(group)
        yield from map(row_of, documents)
