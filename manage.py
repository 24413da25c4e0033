"""The operators' command line: `python manage.py --help`.

Each command opens what it needs when it runs, so that the command line is quick to start. What it
prints is for operators: Chinese first, English beside it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from domain.errors import Refused
from web.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """A session for one command; what the rules refuse is said in one line."""
    from domain.db import Session

    engine = open_database(settings)
    try:
        with Session(engine) as session:
            yield session
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    finally:
        engine.dispose()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """明权的运维命令 / the operators' command line."""


@cli.command()
def migrate() -> None:
    """建立或升级数据库 / make or upgrade the database's tables."""
    import migrations

    engine = open_database(read_settings())
    migrations.upgrade(engine)
    engine.dispose()
    click.echo("数据库已是最新版本 / the database is up to date")


@cli.command()
def demo() -> None:
    """向空数据库装入演示数据（全部虚构） / load the fictional county into an empty database."""
    settings = read_settings()
    with working(settings) as session:
        load_demonstration(session, settings)
    click.echo(f"账号和回执写入 / accounts and receipts: {settings.var / 'demo.json'}")


def load_demonstration(session: Session, settings: Settings) -> None:
    """Load and commit the demonstration county.

    Its file of accounts is written before the commit: it marks every page as a demonstration, and
    a demonstration must never be without the mark.
    """
    from demo import county

    with click.progressbar(
        length=county.STEPS, label="演示数据 / demonstration", item_show_func=str
    ) as bar:
        loaded = county.load(session, progress=lambda what: bar.update(1, what))
    loaded.write(settings.var / "demo.json")
    session.commit()


if __name__ == "__main__":
    cli()
