"""The operators' command line: `python manage.py --help`.

Each command opens what it needs when it runs, so that the command line is quick to start. What it
prints is for operators: Chinese first, English beside it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from admin.commands import (
    arise_if_due,
    bring_synonyms,
    init,
    obligations,
    publish,
    publish_due,
    staff,
    synonyms,
    units,
)
from admin.imports.commands import import_command, template_command
from domain.clock import local_day, utc_now
from domain.errors import Refused
from portal.commands import bulk, following
from web.console import Complaints, bring_up_to_date, read_settings, working
from web.settings import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.db import Session
    from search.engine import SearchEngine
    from search.sync import Outcome
    from web.serving import Site
    from web.settings import Settings

FOLLOW_SECONDS = 1.0


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """明权的运维命令 / the operators' command line."""


cli.add_command(init)
cli.add_command(staff)
cli.add_command(units)
cli.add_command(publish)
cli.add_command(import_command)
cli.add_command(template_command)
cli.add_command(bulk)
cli.add_command(obligations)
cli.add_command(synonyms)

# --- the database -------------------------------------------------------------------------------


@cli.command()
def migrate() -> None:
    """建立或升级数据库 / make or upgrade the database's tables."""
    settings = read_settings()
    bring_up_to_date(settings)
    with working(settings) as session:
        bring_synonyms(session)
    click.echo("数据库已是最新版本 / the database is up to date")


@cli.command()
@click.option("--role", required=True, help="公开网站的数据库角色 / the portal's database role")
@click.option("--apply", "apply_them", is_flag=True, help="执行而不只是显示 / run, not only print")
def grants(role: str, apply_them: bool) -> None:
    """公开网站的数据库权限（PostgreSQL） / what the portal's PostgreSQL role may do."""
    import sqlalchemy as sa

    from domain.grants import statements
    from domain.tables import metadata

    found = list(statements(metadata, role))
    for statement in found:
        click.echo(f"{statement};")
    if apply_them:
        with working(read_settings()) as session:
            if session.get_bind().dialect.name != "postgresql":
                raise Refused("只有 PostgreSQL 能按角色授权 / only PostgreSQL knows roles")
            for statement in found:
                session.execute(sa.text(statement))
            session.commit()


@cli.command()
def purge() -> None:
    """删除过期草稿、无主文件、旧登录和未导入的工作簿 / delete what has run out and what nobody claims."""
    from domain import dialogue, drafts, files, staff
    from domain.db import begin_writing
    from domain.imports import uploads

    with working(read_settings()) as session:
        begin_writing(session)
        now = utc_now()
        forgotten = drafts.forget_old(session, now)
        dropped = files.drop_unclaimed(session, dialogue.claimed_files(), local_day(now))
        staff.forget_old_sessions(session, now)
        uploads.forget_old(session, now)
        session.commit()
    click.echo(
        f"草稿 {forgotten} 份，文件 {dropped} 个 / {forgotten} drafts and {dropped} files deleted"
    )


@cli.group()
def audit() -> None:
    """审计记录 / the audit record."""


@audit.command()
def verify() -> None:
    """检查审计链是否完整 / check that the audit chain is whole."""
    from domain import audit

    with working(read_settings()) as session:
        broken = list(audit.breaks(session))
        number, digest = audit.head(session)
    if broken:
        listed = ", ".join(map(str, broken[:20]))
        raise click.ClickException(f"审计链在这些行断裂 / the chain is broken at: {listed}")
    click.echo(f"审计链完整，共 {number} 行 / the chain is whole, {number} rows")
    click.echo(f"末行摘要（另处留存备查） / newest hash, to be kept elsewhere: {digest.hex()}")


# --- the search index ---------------------------------------------------------------------------


@cli.group()
def search() -> None:
    """全文索引 / the search index."""


@contextmanager
def indexing() -> Iterator[tuple[Session, SearchEngine]]:
    """A session and the index for one command; what the index refuses is said in one line."""
    from search import open_engine
    from search.engine import SearchError

    settings = read_settings()
    try:
        with working(settings) as session:
            yield session, open_engine(settings.index_address)
    except (SearchError, ValueError) as error:
        raise click.ClickException(f"索引 / index: {error}") from error


@search.command()
def rebuild() -> None:
    """重建索引 / build the index anew beside the live one."""
    from search import sync

    with indexing() as (session, index):
        _say(sync.rebuild(session, index))


@search.command()
@click.option("--forever", is_flag=True, help="一直跟随，直到结束 / go on until ended")
def follow(forever: bool) -> None:
    """补上公开内容的变化 / catch up with what was published and withdrawn."""
    from search import sync
    from web.serving import Stopping

    stopping = Stopping()
    with indexing() as (session, index), stopping.listening():
        _say(sync.catch_up(session, index))
        complaints = Complaints()
        while forever and not stopping.wait(FOLLOW_SECONDS):
            catch_up(session, index, complaints)


@search.command()
def status() -> None:
    """索引的内容和进度 / what the index holds and how far it has come."""
    from domain.indexing import last_change

    with indexing() as (session, index):
        held, last = index.stats(), last_change(session)
    kinds = "，".join(f"{kind} {number}" for kind, number in sorted(held.by_kind.items()))
    click.echo(f"文档 {held.documents}（{kinds}），{held.size / 1024 / 1024:.1f} MB")
    click.echo(f"进度 {held.cursor} / {last}，落后 {last - held.cursor} / changes behind")


def _say(outcome: Outcome) -> None:
    click.echo(
        f"读入变化 {outcome.changes} 条，写入文档 {outcome.documents} 份，"
        f"进度 {outcome.cursor} / documents written, cursor"
    )


def prepare_index(session: Session, index: SearchEngine) -> None:
    """Bring the index up to date before the sites start; a new one is built in one go."""
    from search import sync
    from search.engine import SearchUnavailable

    click.echo("索引 / index …")
    try:
        is_new = index.cursor() == 0
    except SearchUnavailable:
        is_new = True
    if is_new:
        sync.rebuild(session, index)
    else:
        catch_up(session, index, Complaints())


def catch_up(session: Session, index: SearchEngine, complaints: Complaints) -> None:
    """Let the index follow once; what cannot be done now is said once, and done the next time."""
    from sqlalchemy.exc import OperationalError

    from search import sync
    from search.engine import SearchError

    try:
        sync.catch_up(session, index)
    except (SearchError, OperationalError) as error:
        complaints.say({"": f"索引稍后再试 / index: will try again: {error}"})
    else:
        complaints.say({})


# --- a trial ------------------------------------------------------------------------------------


@cli.command()
@click.option(
    "--scale",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    help="小于 1 则只装一部分 / below 1: a smaller county",
)
def demo(scale: float) -> None:
    """向空数据库装入演示数据（全部虚构） / load the fictional county into an empty database."""
    settings = read_settings()
    with working(settings) as session:
        load_demonstration(session, settings, scale=scale)
    click.echo(f"账号和回执写入 / accounts and receipts: {settings.var / 'demo.json'}")


def load_demonstration(session: Session, settings: Settings, *, scale: float = 1.0) -> None:
    """Load and commit the demonstration county.

    Its file of accounts is written before the commit: it marks every page as a demonstration, and
    a demonstration must never be without the mark.
    """
    from demo import county

    with click.progressbar(
        length=county.STEPS, label="演示数据 / demonstration", item_show_func=str
    ) as bar:
        loaded = county.load(session, scale=scale, progress=lambda what: bar.update(1, what))
    loaded.write(settings.var / "demo.json")
    session.commit()


@cli.command()
@click.option(
    "--no-demo", is_flag=True, help="空数据库不装演示数据 / leave an empty database empty"
)
def run(no_demo: bool) -> None:
    """准备好一切并启动两个网站 / get everything ready and start both sites (Ctrl-C ends them)."""
    from demo import county
    from web.serving import CannotServe, Stopping, ensure_free, serving

    settings, sites = read_settings(), sites_to_serve()
    stopping = Stopping()
    try:
        ensure_free(sites)
        bring_up_to_date(settings)
        with indexing() as (session, index):
            empty = county.is_empty(session)
            session.rollback()
            if empty and not no_demo:
                load_demonstration(session, settings)
            bring_synonyms(session)
            prepare_index(session, index)
            with (
                stopping.listening(),
                following(settings),
                serving(sites, environment(settings), stopping) as ensure,
            ):
                announce(sites, settings)
                due, arising, behind = Complaints(), Complaints(), Complaints()
                while not stopping.wait(FOLLOW_SECONDS):
                    ensure()
                    publish_due(session, due)
                    arise_if_due(session, arising)
                    catch_up(session, index, behind)
    except CannotServe as error:
        raise click.ClickException(str(error)) from error
    click.echo("两个网站已结束 / both sites have ended")


def sites_to_serve() -> list[Site]:
    """Both sites, with the ports that the environment chooses."""
    from web.serving import Site

    read_port = count(1, 65535)
    found = []
    for name, app, variable, port in (
        ("公开网站 portal", "portal.wsgi:app", "PORTAL_PORT", "8000"),
        ("内部网站 admin", "admin.wsgi:app", "ADMIN_PORT", "8001"),
    ):
        try:
            found.append(Site(name, app, read_port(os.environ.get(variable) or port), variable))
        except ValueError as error:
            raise click.ClickException(f"{variable}: {error}") from error
    return found


def environment(settings: Settings) -> dict[str, str]:
    """What the sites must be told, since they run in the project's folder and not in this one."""
    return {"MINGQUAN_VAR": str(settings.var)}


def announce(sites: list[Site], settings: Settings) -> None:
    """Print where the sites are, and who can sign in to a demonstration."""
    from demo import accounts

    click.echo()
    for site in sites:
        click.echo(f"  {site.name}  {site.url}")
    for line in accounts.table(settings.var / "demo.json"):
        click.echo(f"  {line}".rstrip())
    click.echo("\n  按 Ctrl-C 结束 / Ctrl-C ends both")


if __name__ == "__main__":
    cli()
