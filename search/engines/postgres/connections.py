"""Connections to the server, shared by the threads of a process, and what goes wrong with them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast
from weakref import finalize

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from search.engine import SearchError, SearchUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_SCHEMA = "mingquan_search"
CONNECTIONS = 15
CONNECT_SECONDS = 5
# Nothing that a visitor asks for may hold a connection for longer.
LONGEST_MS = 10_000
# The planner does not see that reading a row's tsvector is dear, nor that we always have an index;
# lossy bitmaps would have us read it, and compiling takes longer than any of our queries.
_OPTIONS = (
    f"-c statement_timeout={LONGEST_MS} -c enable_seqscan=off -c work_mem=64MB -c jit=off"
    " -c plan_cache_mode=force_custom_plan"
)


class Server:
    """Where an index is: a database, and a schema in it."""

    def __init__(self, address: str) -> None:
        """Read an address such as ``postgresql://role@host/database?schema=name``.

        Nothing is opened yet.

        Raises:
            ValueError: it is none.
        """
        try:
            url = make_url(address)
        except ArgumentError as error:
            raise ValueError(f"not the address of a search index: {error}") from error
        schema = url.query.get("schema", DEFAULT_SCHEMA)
        self.schema = schema if isinstance(schema, str) else schema[0]
        self._pool = create_engine(
            url.set(drivername="postgresql+psycopg").difference_update_query(["schema"]),
            pool_size=CONNECTIONS,
            pool_pre_ping=True,
            pool_timeout=CONNECT_SECONDS,
            max_overflow=0,
            use_native_hstore=False,
            connect_args={
                "autocommit": True,
                "client_encoding": "utf8",
                "connect_timeout": CONNECT_SECONDS,
                "options": _OPTIONS,
                "prepare_threshold": None,
            },
        )
        finalize(self, self._pool.dispose)

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection]:
        """A connection; a transaction left open on it is undone."""
        with answering():
            lent = self._pool.raw_connection()
        try:
            yield cast("psycopg.Connection", lent.driver_connection)
        finally:
            lent.close()

    @contextmanager
    def reading(self) -> Iterator[psycopg.Cursor]:
        """A transaction that sees one moment of the database and changes nothing."""
        with self.connected() as connection, connection.cursor() as cursor:
            with answering():
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield cursor

    @contextmanager
    def writing(self) -> Iterator[psycopg.Cursor]:
        """A transaction that sees what others commit meanwhile, and may take its time.

        An error of whoever writes undoes it and is passed on as it is.
        """
        with self.connected() as connection, connection.cursor() as cursor:
            with answering():
                cursor.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
                cursor.execute("SET LOCAL statement_timeout = 0")
            yield cursor
            with answering():
                connection.commit()


@contextmanager
def answering() -> Iterator[None]:
    """Say in the protocol's words what the server refused."""
    try:
        yield
    except SearchError:
        raise
    except (psycopg.Error, SQLAlchemyError) as error:
        raise SearchUnavailable(f"the index cannot be used: {error}") from error
