"""Every migration runs up and down with data in every table, on SQLite and PostgreSQL (promise 15)."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.engine import Connection, Engine

import migrations
from domain.db import make_engine
from domain.tables import metadata

ROWS = (1, 2)
REVISIONS = migrations.revisions()
Contents = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without any table."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/new.db" if on_sqlite else request.getfixturevalue("postgres_url")
    made = make_engine(url)
    yield made
    made.dispose()


def reflected(connection: Connection) -> sa.MetaData:
    found = sa.MetaData()
    found.reflect(connection)
    found.remove(found.tables["alembic_version"])
    return found


def invented(column: sa.Column[Any], number: int) -> Any:
    """A value for a column of the n-th row; a reference points at the n-th row of its table."""
    if column.foreign_keys:
        (key,) = column.foreign_keys
        if key.column.table is column.table:
            return None
        return invented(key.column, number)
    kind = column.type
    if isinstance(kind, sa.DateTime):
        # A zone on PostgreSQL, none on SQLite: as the tables are declared.
        return dt.datetime(2026, 1, number, tzinfo=dt.UTC if kind.timezone else None)
    makers: dict[type[sa.types.TypeEngine[Any]], Callable[[int], Any]] = {
        sa.Boolean: lambda n: n % 2 == 0,
        sa.Integer: int,
        sa.Date: lambda n: dt.date(2026, 1, n),
        sa.LargeBinary: lambda n: hashlib.sha256(f"{column.name} {n}".encode()).digest(),
        sa.JSON: lambda n: {"值": n},
        sa.String: lambda n: f"{column.name[:12]} {n}",
    }
    return next(make(number) for base, make in makers.items() if isinstance(kind, base))


def fill(connection: Connection, tables: sa.MetaData) -> None:
    for table in tables.sorted_tables:
        for number in ROWS:
            row = {column.name: invented(column, number) for column in table.columns}
            if table.name == "audit_rows":
                row["previous"] = invented(table.c.hash, number - 1) if number > 1 else bytes(32)
            connection.execute(sa.insert(table).values(row))


def contents(connection: Connection, tables: sa.MetaData) -> Contents:
    return {
        table.name: [
            dict(row)
            for row in connection.execute(
                sa.select(table).order_by(*table.primary_key.columns)
            ).mappings()
        ]
        for table in tables.sorted_tables
    }


def in_common(rows: Contents, tables: sa.MetaData) -> Contents:
    """What of the rows the tables of another revision can hold."""
    return {
        name: [{key: row[key] for key in row if key in tables.tables[name].c} for row in table]
        for name, table in rows.items()
        if name in tables.tables
    }


def test_revisions_form_one_line() -> None:
    assert sorted(REVISIONS) == REVISIONS
    assert len(set(REVISIONS)) == len(REVISIONS)


@pytest.mark.parametrize("number", range(len(REVISIONS)), ids=REVISIONS)
def test_up_down_and_up_again_with_data(empty: Engine, number: int) -> None:
    before = REVISIONS[number - 1] if number else "base"
    if number:
        migrations.upgrade(empty, before)
        with empty.begin() as connection:
            former = reflected(connection)
            fill(connection, former)
            held = contents(connection, former)

    migrations.upgrade(empty, REVISIONS[number])
    with empty.begin() as connection:
        latter = reflected(connection)
        if number:
            kept = in_common(contents(connection, latter), former)
            assert kept == in_common(held, latter)
        else:
            fill(connection, latter)

    migrations.downgrade(empty, before)
    with empty.begin() as connection:
        if number:
            assert set(reflected(connection).tables) == set(former.tables)
            assert in_common(contents(connection, former), latter) == in_common(held, latter)
        else:
            assert sa.inspect(connection).get_table_names() == ["alembic_version"]
            assert leftovers(connection) == []

    migrations.upgrade(empty, REVISIONS[number])
    with empty.connect() as connection:
        assert set(reflected(connection).tables) == set(latter.tables)


def leftovers(connection: Connection) -> list[str]:
    """Triggers, functions and sequences that a downgrade to nothing has left behind."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
    else:
        query = """
            SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL SELECT sequencename::text FROM pg_sequences WHERE schemaname = 'public'
            """
    return list(connection.scalars(sa.text(query)))


def test_all_the_way_down_with_data(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.begin() as connection:
        fill(connection, reflected(connection))
    migrations.downgrade(empty)
    with empty.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        assert leftovers(connection) == []


def test_head_is_what_the_models_say(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_partial_indexes_are_what_the_models_say(empty: Engine) -> None:
    """Alembic compares the columns of an index, not its condition."""
    migrations.upgrade(empty)
    with empty.connect() as connection:
        made = conditions(reflected(connection), empty.dialect.name)
    said = conditions(metadata, empty.dialect.name)
    assert set(made) == set(said) != set()
    for name, condition in said.items():
        # PostgreSQL prints it in its own words; the values stay.
        assert set(re.findall(r"'\w+'", made[name])) == set(re.findall(r"'\w+'", condition))
        assert condition.split()[0] in made[name]


def conditions(tables: sa.MetaData, dialect: str) -> dict[str, str]:
    """The condition of every partial index, by the index's name."""
    return {
        str(index.name): str(index.dialect_options[dialect]["where"])
        for table in tables.sorted_tables
        for index in table.indexes
        if index.dialect_options[dialect]["where"] is not None
    }


def test_changing_a_table_on_sqlite_keeps_what_refers_to_it(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    migrations.upgrade(engine)
    with engine.begin() as connection:
        tables = reflected(connection)
        fill(connection, tables)
        held = contents(connection, tables)
    with migrations._changing(engine) as connection:
        operations = Operations(MigrationContext.configure(connection))
        for name in ("stored_files", "power_editions", "units"):
            with operations.batch_alter_table(name, recreate="always"):
                pass
    with engine.connect() as connection:
        assert contents(connection, tables) == held
        assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_a_migration_that_breaks_a_reference_is_undone(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    migrations.upgrade(engine)
    with engine.begin() as connection:
        fill(connection, reflected(connection))
    with (
        pytest.raises(RuntimeError, match="refers to one that is not there"),
        migrations._changing(engine) as connection,
    ):
        connection.execute(sa.text("DELETE FROM stored_files"))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM stored_files")) == len(ROWS)
        assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_withdrawn_editions_keep_their_day(empty: Engine) -> None:
    migrations.upgrade(empty, "0002")
    with empty.begin() as connection:
        tables = reflected(connection)
        fill(connection, tables)
        table = tables.tables["power_editions"]
        connection.execute(sa.update(table).where(table.c.id == 1).values(state="withdrawn"))
    migrations.upgrade(empty, "0003")
    with empty.begin() as connection:
        table = reflected(connection).tables["power_editions"]
        query = sa.select(table.c.ended_at, table.c.withdrawn_at).order_by(table.c.id)
        (ended, withdrawn), (_, never) = connection.execute(query).all()
        assert (withdrawn, never) == (ended, None)


def test_notices_keep_the_index_number_they_have(empty: Engine) -> None:
    migrations.upgrade(empty, "0014")
    with empty.begin() as connection:
        fill(connection, reflected(connection))
    migrations.upgrade(empty, "0015")
    with empty.begin() as connection:
        tables = reflected(connection).tables
        units, notices = tables["units"], tables["notices"]
        connection.execute(sa.update(units).values(code=sa.func.upper(units.c.code)))
        kept = connection.scalars(sa.select(notices.c.index_code).order_by(notices.c.id)).all()
        assert kept == ["code 1", "code 2"]
