"""Commands for operators: the file of everything that is published. See manage.py."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from web.console import read_settings, working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.db import Session
    from portal.bulk import Bulk, Follower
    from web.settings import Settings

FOLLOW_SECONDS = 1.0


@click.group()
def bulk() -> None:
    """全部公开内容的数据包 / the file of everything that is published."""


@bulk.command()
@click.option("--forever", is_flag=True, help="一直跟随，直到结束 / go on until ended")
def follow(forever: bool) -> None:
    """公开内容有变化时重做数据包 / build the file anew when something was published."""
    from portal.bulk import Follower, path_of
    from web.serving import Stopping

    settings, stopping = read_settings(), Stopping()
    follower = Follower(path_of(settings))
    with working(settings) as session, stopping.listening():
        # The first time there is nothing to wait for.
        _say(_build(session, follower))
        while forever and not stopping.wait(FOLLOW_SECONDS):
            _say(_step(session, follower))


@bulk.command()
def status() -> None:
    """数据包的日期、大小和进度 / date, size and progress of the file."""
    from domain.indexing import last_change
    from portal.bulk import held, path_of

    settings = read_settings()
    found = held(path_of(settings))
    if found is None:
        raise click.ClickException("还没有数据包 / not built yet: manage.py bulk follow")
    with working(settings) as session:
        last = last_change(session)
    click.echo(
        f"{path_of(settings)}，{found.size / 1024 / 1024:.1f} MB，{found.at:%Y-%m-%d %H:%M} UTC"
    )
    click.echo(f"进度 {found.change} / {last}，落后 {last - found.change} / changes behind")


@contextmanager
def following(settings: Settings) -> Iterator[None]:
    """Follow beside something else, as long as the block lasts."""
    done = threading.Event()
    thread = threading.Thread(target=_follow, args=(settings, done), name="bulk")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _follow(settings: Settings, done: threading.Event) -> None:
    from portal.bulk import Follower, path_of

    follower = Follower(path_of(settings))
    with working(settings) as session:
        while not done.wait(FOLLOW_SECONDS):
            _step(session, follower)


def _build(session: Session, follower: Follower) -> Bulk | None:
    from domain.indexing import last_change
    from portal.bulk import build, held

    found = held(follower.path)
    if found is not None and found.change == last_change(session):
        return None
    return build(session, follower.path)


def _step(session: Session, follower: Follower) -> Bulk | None:
    """Look once; what cannot be done now is said, and done the next time."""
    from sqlalchemy.exc import OperationalError

    from search.engine import SearchBusy

    try:
        return follower.step(session, time.monotonic())
    except (OSError, OperationalError, SearchBusy) as error:
        click.echo(f"数据包稍后再试 / bulk file: will try again: {error}", err=True)
        return None


def _say(built: Bulk | None) -> None:
    if built is not None:
        click.echo(
            f"数据包 {built.size / 1024 / 1024:.1f} MB，进度 {built.change} / built, change number"
        )
