"""The database: one declarative base, its column types, engines and sessions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum as PythonEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session as OrmSession
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from domain.labels import Labelled

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.sql.compiler import SQLCompiler

# Named constraints, so that a migration can drop on PostgreSQL what it made on SQLite.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# How long a writer waits for the one before; then the page says that the system is busy.
BUSY_MS = 15_000
# Execution options of a connection whose transactions mean to write.
AS_WRITER: dict[str, bool] = {"mingquan_writing": True}
# Any fixed number nobody else takes.
_LOG_LOCK = 0x6D71_6C6F


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. SQLite keeps no zone, so it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; a moment without a zone is an error (ValueError)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: every moment is aware and in UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class LocalDay(FunctionElement[date]):
    """`clock.local_day` of a column of moments, as a query asks it."""

    type = sa.Date()
    inherit_cache = True


@compiles(LocalDay, "sqlite")
def _local_day_on_sqlite(element: LocalDay, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+8 hours')"


@compiles(LocalDay, "postgresql")
def _local_day_on_postgres(element: LocalDay, compiler: SQLCompiler, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"CAST({moment} AT TIME ZONE INTERVAL '8 hours' AS date)"


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        bytes: sa.LargeBinary(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
        Labelled: sa.Enum(
            PythonEnum,
            native_enum=False,
            length=32,
            create_constraint=False,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


class Session(OrmSession):
    """The session of both sites and of the command line; nothing is kept unless committed."""


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for an SQLAlchemy URL.

    On SQLite: write-ahead log, foreign keys on, and a transaction that starts where SQLAlchemy
    says it starts, so that reads in one transaction see one state and `begin_writing` can take
    the write lock at once. On PostgreSQL: read committed whatever the server's default is, since
    whoever has waited in the queue must see what those before wrote. Values of statements never
    stand in an error's message: they may be a visitor's words.
    """
    options.setdefault("hide_parameters", True)
    if sa.make_url(url).get_backend_name() == "postgresql":
        options.setdefault("isolation_level", "READ COMMITTED")
        # After a restart of the server nobody gets an error for the sake of an old connection.
        options.setdefault("pool_pre_ping", True)
    engine = sa.create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_connect)
    return engine


def _sqlite_connect(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # A report whose receipt has been shown must survive a power cut.
    cursor.execute("PRAGMA synchronous=FULL")
    # Nothing is sorted or kept aside in files outside the database's own folder.
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    # A deleted secret must not linger in free pages.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _postgres_connect(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    # Else one stuck writer would hold every worker of the site.
    cursor.execute(f"SET lock_timeout = {BUSY_MS}")
    # Row-level policies make statements look costlier than they are: compiling one took ten times
    # as long as running it.
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def _sqlite_begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("mingquan_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def begin_writing(session: OrmSession) -> None:
    """Start the session's transaction as a writer.

    SQLite refuses to turn a reader into a writer once another connection has written; asking for
    the lock first makes the second writer wait instead of fail. Elsewhere this changes nothing.
    """
    session.connection(execution_options=AS_WRITER)


def begin_reading(session: OrmSession) -> None:
    """Start the session's transaction so that all its statements see one state.

    For what is only read. On SQLite every transaction is such; PostgreSQL is asked for it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def queue_up(session: OrmSession) -> None:
    """Wait until every other writer of the numbered logs has committed or given up.

    The audit chain and the publication log are read by number, so numbers must become visible in
    their own order. PostgreSQL hands out sequence numbers before the commit, hence one advisory
    lock for both logs, held to the end of the transaction.
    """
    _wait_for_turn(session, _LOG_LOCK)


def see_latest(session: OrmSession, *rows: object) -> None:
    """Queue up, then see these rows as the writers before left them.

    What an act decides on (is this edition still waiting for review?) may have been changed by
    somebody who asked at the same moment; the second one then meets a rule and not a constraint.
    Only columns are read again; what is loaded of relationships stays.

    Raises:
        StaleDataError: the session holds changes of its own to a row that has changed since.
    """
    session.flush()
    queue_up(session)
    for row in rows:
        session.refresh(row, [column.key for column in sa.inspect(type(row)).column_attrs])


def queue_up_for(session: OrmSession, what: str) -> None:
    """Wait until every other writer of one small thing (``reports:…``) has committed or given up.

    For the public site, whose writers need not wait for the logs.
    """
    lock = int.from_bytes(sha256(what.encode()).digest()[:8], "big", signed=True)
    _wait_for_turn(session, lock)


def _wait_for_turn(session: OrmSession, lock: int) -> None:
    # SQLite has one writer at a time anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.literal(lock, sa.BigInteger))))
