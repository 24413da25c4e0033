"""What every command of the operators' command line needs: settings, database, session.

What commands print is for operators: Chinese first, English beside it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from domain.errors import Refused
from web.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Engine

    from domain.db import Session


def read_settings() -> Settings:
    """The installation's settings: ``MINGQUAN_MANAGE_…``, failing that ``MINGQUAN_…``.

    The command line signs no cookies, so it neither reads nor makes a site's secret.
    """
    try:
        return Settings.from_environment("manage", secret_key="-")  # noqa: S106 - signs nothing
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def open_database(settings: Settings) -> Engine:
    """An engine for the installation's database; the folder of an embedded one is made."""
    from domain.db import make_engine

    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    return make_engine(settings.database_url)


@contextmanager
def working(settings: Settings) -> Iterator[Session]:
    """A session for one command; what rules or database refuse is said in one line."""
    from sqlalchemy.exc import DatabaseError

    from domain.db import Session

    engine = open_database(settings)
    try:
        with Session(engine) as session:
            yield session
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    except DatabaseError as error:
        hint = "数据库还没有建好？先运行 migrate / not migrated yet? run migrate first"
        raise click.ClickException(f"{error.orig}\n{hint}") from error
    finally:
        engine.dispose()


class Complaints:
    """What goes wrong each time something is tried, and is said once for each change of reason."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def say(self, now: Mapping[str, str]) -> None:
        """Say what is new or has another reason than the last time; what is over is forgotten.

        Args:
            now: everything that is wrong at present: what, and the line that says why.
        """
        for what, line in now.items():
            if self._said.get(what) != line:
                click.echo(line, err=True)
        self._said = dict(now)


def bring_up_to_date(settings: Settings) -> None:
    """Apply every migration that is missing."""
    import migrations

    engine = open_database(settings)
    try:
        migrations.upgrade(engine)
    finally:
        engine.dispose()
