"""Commands for operators who set up a real installation and let people in; see manage.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from domain.clock import utc_now
from domain.permissions import Role
from web.console import bring_up_to_date, read_settings, working

SHORTEST_PASSWORD = 12


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
