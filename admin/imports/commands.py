"""Import by the command line: `manage.py import` and `manage.py template`."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.clock import utc_now
from domain.errors import Refused
from web.console import read_settings, working

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from domain.imports import Outcome, Problem, Reading
    from domain.staff import Staff

# More than this nobody reads in a terminal; the marked copy has them all.
_SHOWN = 200


@click.command("template")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False, writable=True))
def template_command(out: Path) -> None:
    """写出空白模板 / write the empty workbook that offices fill in."""
    from domain.imports import template

    try:
        with out.open("xb") as file:
            template.write(file)
    except FileExistsError:
        raise click.ClickException(f"文件已存在，没有改动 / it exists already: {out}") from None
    click.echo(f"模板写入 / template written: {out}")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="只检查，不导入 / only check")
@click.option("--as", "username", help="以谁的名义导入 / in whose name")
@click.option(
    "--marked",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="有错误时，标好错误的副本写到这里 / where a copy with the bad cells marked goes",
)
def import_command(file: Path, username: str | None, marked: Path | None, *, dry_run: bool) -> None:
    """导入工作簿：全部导入，或者一行也不导入 / import a workbook, all of it or nothing."""
    from domain import imports
    from domain.db import begin_writing

    if marked is not None and marked.resolve() == file.resolve():
        raise click.ClickException("副本不能写到原文件 / the copy must not replace the workbook")
    with working(read_settings()) as session:
        reading = _read(file)
        if not dry_run:
            # Nobody else waits while the workbook is read.
            begin_writing(session)
        actor = _actor(session, username)
        if dry_run:
            outcome = imports.check(session, reading, actor)
        else:
            outcome = imports.apply(session, reading, actor, utc_now())
            session.commit()
    _say(outcome)
    if outcome.problems:
        if marked is not None:
            _mark(file, outcome, marked)
        raise click.exceptions.Exit(1)


def _read(path: Path) -> Reading:
    from domain import imports

    with (
        path.open("rb") as file,
        click.progressbar(
            length=1, label="读取 / reading", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar,
    ):

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        return imports.read(file, progress)


def _actor(session: Session, username: str | None) -> Staff | None:
    from domain import staff

    if username is None:
        return None
    found = staff.by_username(session, username)
    if found is None:
        raise Refused("没有用户“%(username)s”", username=username)
    return found


def _say(outcome: Outcome) -> None:
    rows = [
        [title, *map(str, (count.added, count.changed, count.unchanged, count.removed))]
        for title, count in outcome.counts.items()
    ]
    if rows and not outcome.problems:
        _table(["工作表", "新增", "更改", "不变", "删去"], rows)
    for notice in outcome.notices[:_SHOWN]:
        click.echo(f"提示 / note  {_where(notice)}  {notice.reason}")
    if outcome.problems:
        _table(
            ["位置", "列", "内容", "原因"],
            [
                [_where(p), p.place.header, p.place.value.replace("\n", " ")[:24], str(p.reason)]
                for p in outcome.problems[:_SHOWN]
            ],
        )
        number = len(outcome.problems)
        click.echo(f"有 {number} 处错误，没有导入 / {number} errors, nothing was imported")
    elif not outcome.alters:
        click.echo("没有变化：内容都已在系统里 / nothing to do: all of it is there already")
    else:
        done = "已导入 / imported" if outcome.applied else "可以导入 / may be imported"
        click.echo(
            f"{done}：提交审核 {outcome.submitted} 份，存为草稿 {outcome.drafts} 份 / "
            f"{outcome.submitted} editions for review, {outcome.drafts} drafts"
        )


def _where(problem: Problem) -> str:
    return f"{problem.place.sheet}!{problem.cell}" if problem.cell else problem.place.sheet


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [header, *rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Columns of the terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _mark(file: Path, outcome: Outcome, marked: Path) -> None:
    from domain.imports import marked as copies

    with file.open("rb") as source, marked.open("wb") as out:
        copies.write(source, outcome.problems, out)
    click.echo(f"标好错误的副本 / marked copy: {marked}")
