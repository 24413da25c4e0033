"""The database: engines, moments, writers."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from domain import indexing
from domain.clock import BEIJING
from domain.db import Session, begin_writing, make_engine
from domain.units import Unit
from tests.fixtures.county import NOW


def test_engines_keep_what_was_acknowledged_and_hide_what_was_typed(engine: Engine) -> None:
    with engine.connect() as connection:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        found = {name: connection.scalar(sa.text(f"PRAGMA {name}")) for name in wanted}
        assert found == wanted
        assert connection.scalar(sa.text("PRAGMA temp_store")) == 2
        with pytest.raises(sa.exc.DBAPIError) as failed:
            connection.execute(sa.text("SELECT :words FROM nothing"), {"words": "秘密"})
    assert "秘密" not in str(failed.value)


def test_postgres_reads_what_was_committed_before(postgres: Engine) -> None:
    with postgres.connect() as connection:
        assert connection.scalar(sa.text("SHOW transaction_isolation")) == "read committed"
        assert connection.scalar(sa.text("SHOW lock_timeout")) == "15s"


def test_whoever_waits_too_long_is_told_that_the_system_is_busy(postgres: Engine) -> None:
    with Session(postgres) as stuck, Session(postgres) as waiting:
        indexing.announce(stuck, ["units:1"], NOW)
        waiting.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(sa.exc.OperationalError, match="timeout"):
            indexing.announce(waiting, ["units:2"], NOW)
        stuck.commit()
        waiting.rollback()
        indexing.announce(waiting, ["units:2"], NOW)
        waiting.commit()


def test_a_connection_the_server_has_closed_is_replaced(postgres: Engine) -> None:
    with postgres.connect() as connection:
        number = connection.scalar(sa.text("SELECT pg_backend_pid()"))
    killer = make_engine(postgres.url.render_as_string(hide_password=False))
    with killer.connect() as connection:
        connection.execute(sa.select(func.pg_terminate_backend(number)))
    killer.dispose()
    with postgres.connect() as connection:
        assert connection.scalar(sa.text("SELECT pg_backend_pid()")) != number


def test_moments_come_back_in_utc_and_have_a_zone(both: Engine) -> None:
    moment = datetime(2026, 3, 1, 8, 30, tzinfo=BEIJING)
    with Session(both) as session:
        indexing.announce(session, ["units:1"], moment)
        session.commit()
        (change,) = indexing.changes_after(session, 0, 1)
        assert change.at == moment
        assert change.at.utcoffset() == timedelta()
        with pytest.raises(sa.exc.StatementError, match="naive"):
            indexing.announce(session, ["units:1"], datetime(2026, 3, 1))  # noqa: DTZ001


def test_a_writer_waits_for_the_writer_before(sqlite_url: str) -> None:
    """Without `begin_writing` a reader that turns writer fails once somebody else has written."""
    engine = make_engine(sqlite_url)
    with Session(engine) as reader, Session(engine) as writer:
        reader.scalar(select(func.count()).select_from(Unit))
        begin_writing(writer)
        indexing.announce(writer, ["units:1"], NOW)
        writer.commit()
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            indexing.announce(reader, ["units:2"], NOW)
        reader.rollback()
        begin_writing(reader)
        indexing.announce(reader, ["units:2"], NOW)
        reader.commit()
        assert len(indexing.changes_after(reader, 0, 10)) == 2
    engine.dispose()
