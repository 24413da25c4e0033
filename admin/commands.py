"""Commands for operators: setting up a real installation, letting people in, what comes due.

See manage.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domain.clock import utc_now
from domain.permissions import Role
from web.console import Complaints, bring_up_to_date, read_settings, working
from web.logs import describe

if TYPE_CHECKING:
    from domain.db import Session
    from domain.units import Unit

SHORTEST_PASSWORD = 12
DUE_SECONDS = 1.0


@click.command()
@click.option("--county", required=True, help="县名，如 某某县 / name of the county")
@click.option("--host", required=True, help="主办单位 / the office in charge")
@click.option(
    "--recovery-key",
    "key_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="恢复密钥写到这个新文件 / new file for the recovery key",
)
def init(county: str, host: str, key_file: Path) -> None:
    """建立正式系统：内设机构和恢复密钥 / set up a real installation: offices and recovery key."""
    from admin import recovery
    from domain import sealing, settings as chosen
    from domain.db import begin_writing

    settings = read_settings()
    bring_up_to_date(settings)
    pair = sealing.new_key_pair()
    with working(settings) as session:
        bring_synonyms(session)
        begin_writing(session)
        recovery.set_up_offices(session, pair.public, utc_now())
        chosen.choose(session, county=county, host=host)
        recovery.write_key(key_file, pair)
        try:
            session.commit()
        except BaseException:
            key_file.unlink()
            raise
    click.echo(
        f"恢复密钥已写入 {key_file}。请立即移到离线介质，由两人分别保管；丢失后无法补发，"
        "泄露等于泄露全部举报。\nThe recovery key opens every office: keep it off line.\n"
        "下一步 / next: manage.py staff add …"
    )


@click.group()
def units() -> None:
    """单位编码的变动 / codes of units that change."""


@units.command()
@click.argument("old")
@click.argument("new")
def rename(old: str, new: str) -> None:
    """更换单位编码，旧地址永久转到新地址 / give a unit another code; old addresses lead on."""
    from domain import former_codes
    from domain.db import begin_writing

    with working(read_settings()) as session:
        begin_writing(session)
        unit = _unit(session, old)
        former_codes.rename(session, unit, new, None, utc_now())
        session.commit()
        click.echo(f"{unit.name}：{old} → {new}")


@units.command()
@click.argument("old")
@click.argument("into")
def merge(old: str, into: str) -> None:
    """单位并入另一单位 / dissolve a unit into another."""
    from domain import former_codes
    from domain.db import begin_writing

    with working(read_settings()) as session:
        begin_writing(session)
        former_codes.merge(session, _unit(session, old), _unit(session, into), None, utc_now())
        session.commit()
    click.echo(f"{old} 已并入 {into} / merged")


def _unit(session: Session, code: str) -> Unit:
    from domain.units import by_code

    unit = by_code(session, code)
    if unit is None:
        raise click.ClickException(f"没有编码为 {code} 的单位 / there is no unit of that code")
    return unit


@click.group()
def staff() -> None:
    """人员 / the people who use the internal site."""


@staff.command()
@click.argument("username")
@click.option("--name", required=True, help="姓名 / name")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in Role]),
)
@click.option("--unit", "unit_code", help="编辑所在单位的代码 / code of an editor's unit")
@click.option("--office", "office_names", multiple=True, help="所在内设机构 / office to join")
@click.option(
    "--recovery-key",
    "key_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="加入内设机构时需要 / needed to join an office",
)
@click.password_option(prompt="口令 / password", confirmation_prompt="再输一次 / again")
def add(username: str, password: str, key_file: Path | None, **asked: Any) -> None:
    """登记一名工作人员 / enrol a member of staff."""
    from admin import recovery
    from domain import sealing
    from domain.db import begin_writing

    if len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(
            f"口令至少 {SHORTEST_PASSWORD} 个字符 / at least {SHORTEST_PASSWORD} characters"
        )
    locked = sealing.lock_key(sealing.new_key_pair(), password)
    with working(read_settings()) as session:
        begin_writing(session)
        recovery_key = recovery.read_key(key_file) if key_file else None
        recovery.enrol(session, username, locked, recovery_key, utc_now(), **asked)
        session.commit()
    click.echo(f"已登记 {username} / enrolled")


@click.group()
def publish() -> None:
    """定时公开 / publication at a set time."""


@publish.command()
@click.option("--forever", is_flag=True, help="每秒看一次，直到结束 / go on until ended")
def due(forever: bool) -> None:
    """公开到了时间的内容 / publish what has come due."""
    from web.serving import Stopping

    stopping, complaints = Stopping(), Complaints()
    with working(read_settings()) as session, stopping.listening():
        publish_due(session, complaints)
        while forever and not stopping.wait(DUE_SECONDS):
            publish_due(session, complaints)


def publish_due(session: Session, complaints: Complaints) -> None:
    """Publish what has come due and say so; a database that is busy is asked again the next time.

    Any number of processes may do this at once.

    Args:
        complaints: what the times before could not do, so that it is not said again and again.
    """
    from sqlalchemy.exc import OperationalError

    from domain import publishing, tables  # noqa: F401 - whatever comes in editions is known by then
    from domain.db import begin_writing

    now = utc_now()
    try:
        waiting = publishing.is_due(session, now)
        session.rollback()
        if not waiting:
            complaints.say({})
            return
        begin_writing(session)
        batch = publishing.publish_due(session, now)
        names = [publishing.name_of(edition) for edition in batch.done]
        returned = [(publishing.name_of(edition), why) for edition, why in batch.refused]
        failed = [(name, describe(error)) for name, error in batch.failed]
        session.commit()
    except OperationalError as error:
        session.rollback()
        complaints.say({"": f"定时公开稍后再试 / due: will try again: {error.orig}"})
        return
    for name in names:
        click.echo(f"定时公开 / published: {name}")
    for name, why in returned:
        click.echo(f"没有公开，已退回起草人 / returned: {name}: {why}")
    complaints.say(
        {
            name: f"没有公开，稍后再试 / failed, will try again: {name}: {what}"
            for name, what in failed
        }
    )


@click.group()
def obligations() -> None:
    """公开任务 / what must be published by when."""


@obligations.command()
def arise() -> None:
    """按要求登记今天起应公开的任务（每天一次） / write down what the rules ask for by today."""
    with working(read_settings()) as session:
        number = arise_if_due(session, Complaints())
    click.echo(f"新登记任务 {number} 项 / obligations written down")


def arise_if_due(session: Session, complaints: Complaints) -> int:
    """Let arise what a new day brings, and commit; how many obligations that were.

    A database that is busy is asked again the next time. Any number of processes may do this.

    Args:
        complaints: as for `publish_due`.
    """
    from sqlalchemy.exc import OperationalError

    from domain import obligations
    from domain.db import begin_writing

    now = utc_now()
    try:
        is_due = obligations.is_due(session, now)
        session.rollback()
        made = 0
        if is_due:
            begin_writing(session)
            made = len(obligations.arise(session, now).made)
            session.commit()
    except OperationalError as error:
        session.rollback()
        complaints.say({"": f"公开任务稍后再试 / obligations: will try again: {error.orig}"})
        return 0
    complaints.say({})
    return made


@click.group()
def synonyms() -> None:
    """平常的说法和清单用语 / what people say, and the words of the lists."""


@synonyms.command()
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
def load(file: Path | None) -> None:
    """装入新的说法；工作人员改过、删过的不动 / bring in what is new; what staff changed stays."""
    with working(read_settings()) as session:
        added, changed = bring_synonyms(session, file)
    click.echo(f"新增 {added} 条，更新 {changed} 条 / added, updated")


@synonyms.command()
def export() -> None:
    """按装入的格式列出全部说法 / print all of them, as load reads them."""
    from domain import synonyms

    with working(read_settings()) as session:
        for line in synonyms.written(session.scalars(synonyms.listing())):
            click.echo(line)


def bring_synonyms(session: Session, file: Path | None = None) -> tuple[int, int]:
    """Load a file of synonyms, the program's own unless told otherwise, and commit.

    Returns:
        How many words are new, and how many mean something else than before.

    Raises:
        Refused: the file is none; the message names the line.
    """
    from domain import synonyms
    from domain.db import begin_writing

    try:
        text = (file or synonyms.FILE).read_text(encoding="utf-8")
    except ValueError as error:
        raise click.ClickException("文件不是 UTF-8 文字 / the file is no UTF-8 text") from error
    begin_writing(session)
    done = synonyms.load(session, synonyms.read(text), utc_now())
    session.commit()
    return len(done.added), len(done.changed)
