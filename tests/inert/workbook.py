"""Workbooks with a vector in every text column of every form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from domain.imports import cells, forms, words
from domain.imports.forms import Column, Form, Kind
from domain.units import Unit
from tests.inert import vectors
from tests.inert.judging import RICH
from tests.inert.marks import LEADS, Marks

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_TEXTS = {Kind.TEXT, Kind.LINES, Kind.NAME}
# Cells of more than this would make few, long pages: several texts fit into it.
_ROOM = 400
# Those are what rows of the other forms refer to.
_REFERENCES = {"unit", "post", "parent"}
_STEP = (200, 200, 80, 200)
_TOGETHER = 8
_NUMBER = len(" 0000")
# What stands before the vectors of a cell with room for it.
_START = len("=\"'><mq-w00> ")
MARKS = Marks("w")

Row = dict[str, Any]


def text_columns(form: Form) -> list[Column]:
    """The columns in which anything can be written."""
    return [column for column in form.columns if column.kind in _TEXTS and not column.choices]


def packed(texts: Iterable[str], room: int) -> list[str]:
    """Texts of at most so many characters that hold, together, all of those that fit into one."""
    found: list[str] = []
    for text in sorted(filter(lambda t: len(t) <= room, texts), key=len, reverse=True):
        for number, cell in enumerate(found):
            if len(cell) + 1 + len(text) <= room:
                found[number] = f"{cell} {text}"
                break
        else:
            found.append(text)
    return found


def written(text: str) -> str:
    """A text as Excel writes it into a file: control characters by their numbers."""
    return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def rows(change: Callable[[str], str] = str) -> dict[str, list[Row]]:
    """The rows of every form. `change` makes the texts harmless."""
    texts = {
        form.key: {column.key: _cells(column) for column in text_columns(form)}
        for form in forms.FORMS
    }
    filled: dict[str, list[Row]] = {}
    for form in forms.FORMS:
        most = max(len(held) for key, held in texts[form.key].items() if key != "code")
        filled[form.key] = [
            dict(_row(form, texts[form.key], number, filled, change)) for number in range(most)
        ]
    return filled


def _cells(column: Column) -> list[str]:
    if column.key in _REFERENCES:
        return []
    if column.key == "steps":
        return _steps()
    texts = [written(text) for text in vectors.of_room(column.limit)]
    if column.kind is Kind.NAME:  # loses its blanks; browsers take a stroke for one
        texts = [re.sub(r"\s", "/", text) for text in texts]
    found = packed(texts, min(column.limit, _ROOM) - (_START + _NUMBER) * _is_numbered(column))
    if not _is_numbered(column):
        found.append(MARKS.mark(column.key))
    return list({cells.key(cell): cell for cell in found}.values())


def _is_numbered(column: Column) -> bool:
    """Whether there is room to tell rows apart."""
    return column.limit >= 40 and column.key != "steps"


def _steps() -> list[str]:
    """Four steps a cell; what parts steps and their parts does not stand in a part."""
    plain = [
        re.sub(r"[|｜\n\r\u2028]", "/", words.ARROW.sub("-", written(t))) for t in vectors.every()
    ]
    parts = [packed(plain, limit - _START - _NUMBER) for limit in _STEP]
    marks = [MARKS.mark(f"steps {n}") for n in range(len(parts))]
    lines = [
        "｜".join(
            f"{LEADS[n % len(LEADS)]}{mark} {part[n % len(part)]} {n:04}"
            for mark, part in zip(marks, parts, strict=True)
        )
        for n in range(max(map(len, parts)))
    ]
    return ["\n".join(lines[n : n + 4]) for n in range(0, len(lines), 4)]


def _row(
    form: Form,
    texts: dict[str, list[str]],
    number: int,
    filled: dict[str, list[Row]],
    change: Callable[[str], str],
) -> Iterator[tuple[str, Any]]:
    above = _above(filled, number // _TOGETHER)
    for column in form.columns:
        if column.key == "unit":
            yield "unit", above.get("unit", above.get("name"))
        elif column.key == "post":
            yield "post", above.get("post", change(_post(number)))
        elif column.key == "parent":
            yield "parent", ""
        elif column.key in texts:
            yield column.key, _cell(column, texts[column.key], number, change)
        else:
            yield column.key, _other(column, number)


def _above(filled: dict[str, list[Row]], number: int) -> Row:
    """What a row is about. Several are about one thing: fewer and fuller pages."""
    for key in ("officials", "units"):
        if key in filled:
            return filled[key][number]
    return {}


@cache
def _posts() -> list[str]:
    return packed(map(written, vectors.of_room(80)), 75)


def _post(number: int) -> str:
    return f"{_posts()[number % len(_posts())]} {number:04}"


def _cell(column: Column, texts: list[str], number: int, change: Callable[[str], str]) -> str:
    text = texts[number % len(texts)]
    if _is_numbered(column):
        lead, mark = LEADS[number % len(LEADS)], MARKS.mark(f"{column.stored}")
        text = f"{lead}{mark} {text} {number:04}"
    if column.stored is Unit.code or (column.key == "code" and number >= len(texts)):
        return f"U{number:04}"  # one for each row; of a unit, part of an address
    if column.key == "body":
        text = f"{RICH} {text}"
    if column.key == "portfolio":  # what is not to be: only a clash is explained
        text = f"{text}\n分管财务、干部人事、工程招标、物资采购、行政审批"
    return change(text)


def _other(column: Column, number: int) -> Any:
    match column.kind:
        case Kind.DAY:
            return "" if column.key == "ended_on" else "2024-03-01"
        case Kind.FLAG:
            return "否"
        case Kind.NUMBER:
            return 2026 if column.key == "year" else number + 10
        case _:
            return column.options[number % len(column.options)]
