"""运行流程 as offices write it into one cell: a step a line, its parts between bars."""

from __future__ import annotations

import re
from typing import NamedTuple

from domain.errors import Refused
from domain.imports import words
from domain.labels import N_
from domain.powers import ProcessStep

_PARTS = ("name", "who", "time_limit", "disclosed")
_LABELS = (N_("步骤"), N_("责任人"), N_("时限"), N_("公开内容"))
_LIMITS = tuple(getattr(ProcessStep, name).type.length for name in _PARTS)


class Step(NamedTuple):
    """One step: what is done, by whom, within what time, and what is disclosed."""

    name: str
    who: str = ""
    time_limit: str = ""
    disclosed: str = ""


def parse(text: str) -> tuple[Step, ...]:
    """The steps written in a cell.

    A line is a step. Without line breaks, arrows (申报→研究→公示) part the steps, or semicolons
    where there are bars. Numbers before a step (1. ① 第一步) go; they are given again.

    Raises:
        Refused: a step has no name, too many parts, or a part that is too long.
    """
    written = [line.strip() for line in text.split("\n")]
    if len([line for line in written if line]) == 1:
        line = text.strip()
        written = words.ARROW.split(line)
        if len(written) == 1 and words.BAR.search(line):
            written = re.split(r"[;；]", line)
    # An arrow between two steps may have a line of its own, or end the line before.
    lines = [stripped for line in written if (stripped := words.ARROW.sub("", line.strip()))]
    return tuple(_step(number, line) for number, line in enumerate(lines, start=1))


def _step(number: int, line: str) -> Step:
    parts = [part.strip() for part in words.BAR.split(words.STEP_NUMBER.sub("", line, count=1))]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) > len(_PARTS):
        raise Refused(
            "运行流程第 %(number)s 步分成了 %(parts)s 段，最多四段：步骤｜责任人｜时限｜公开内容",
            number=number,
            parts=len(parts),
        )
    if not parts[0]:
        raise Refused("运行流程第 %(number)s 步没有写步骤名称", number=number)
    for part, label, limit in zip(parts, _LABELS, _LIMITS, strict=False):
        if len(part) > limit:
            raise Refused(
                "运行流程第 %(number)s 步的“%(label)s”太长：最多 %(limit)s 字",
                number=number,
                label=Refused(label),
                limit=limit,
            )
    return Step(*("" if part in {"/", "-", "—"} else part for part in parts))
