"""Migrations: the only thing that makes or changes tables, by Alembic.

`upgrade` and `downgrade` work on an open connection, so that tests, the command line and a first
start all go the same way.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from domain.db import AS_WRITER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

# Any fixed number nobody else takes.
_LOCK = 0x6D71_6D67


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; there is no alembic.ini to keep in step."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction."""
    with _changing(engine) as connection:
        command.upgrade(config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to a revision, in one transaction."""
    with _changing(engine) as connection:
        command.downgrade(config(connection), revision)


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """A transaction in which tables may change; whoever else wants to change them waits.

    To change a table SQLite copies it and drops the old one, and with foreign keys on that drop
    would delete, or refuse, every row that refers to it. So they are off meanwhile, and checked
    before the commit.

    Raises:
        RuntimeError: a row refers to one that is not there.
    """
    with engine.connect().execution_options(**AS_WRITER) as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if not on_sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                yield connection
                if on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError("a row refers to one that is not there")
        finally:
            if on_sqlite:
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, switch: str) -> None:
    """SQLite hears this outside of a transaction only, so it goes past SQLAlchemy, which begins one."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={switch}")
    cursor.close()


def revisions() -> list[str]:
    """All revisions, oldest first."""
    script = ScriptDirectory.from_config(config())
    return [found.revision for found in script.walk_revisions()][::-1]
