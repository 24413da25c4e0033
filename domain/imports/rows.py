"""One row of a form, its cells turned into values; where something is wrong, it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from openpyxl.utils import get_column_letter

from domain.errors import Refused
from domain.imports import cells
from domain.imports.forms import Column, Form, Kind
from domain.imports.problems import Findings, Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from domain.labels import Labelled

M = TypeVar("M", bound="Labelled")


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a cell: ``kind`` is openpyxl's letter for it, or ``hollow``."""

    value: Any
    kind: str = "s"
    number_format: str = "General"


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds a form: which of its columns (counted from 1) is which."""

    title: str
    form: Form
    header_row: int
    headings: dict[str, tuple[int, str]]
    since_1904: bool = False

    def place(self, row: int | None, key: str = "", value: object = None) -> Place:
        """A place in the sheet, as it is shown to the person."""
        if key not in self.headings:
            return Place(self.title, row)
        index, header = self.headings[key]
        return Place(self.title, row, get_column_letter(index), header, _short(cells.shown(value)))


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"


@dataclass(frozen=True, slots=True)
class Row:
    """A row. ``values`` has no key for a cell that is empty."""

    sheet: Sheet
    number: int
    values: dict[str, Any]

    def place(self, key: str = "") -> Place:
        """Where a value of this row stands."""
        value = self.values.get(key)
        return self.sheet.place(self.number, key, getattr(value, "label", value))

    def text(self, key: str) -> str:
        """A text; empty when there is none."""
        return cast("str", self.values.get(key, ""))

    def day(self, key: str) -> date | None:
        """A day, if there is one."""
        return cast("date | None", self.values.get(key))

    def number_of(self, key: str) -> int | None:
        """A whole number, if there is one."""
        return cast("int | None", self.values.get(key))

    def member(self, key: str, default: M) -> M:
        """A member of an enumeration; the default when nothing is written."""
        return cast("M", self.values.get(key, default))

    def given(self, keys: Iterable[str]) -> dict[str, Any]:
        """Those values that are written."""
        return {key: self.values[key] for key in keys if key in self.values}


def parse(sheet: Sheet, number: int, written: dict[str, Written], findings: Findings) -> Row | None:
    """Turn the cells of a row into values.

    Returns:
        None when something is wrong with it; what, stands in ``findings``.
    """
    sound = True
    values: dict[str, Any] = {}
    for column in sheet.form.columns:
        cell = written.get(column.key)
        try:
            value = _value(column, cell, since_1904=sheet.since_1904)
        except Refused as refused:
            sound = False
            place = sheet.place(number, column.key, cell.value if cell else None)
            findings.refuse(place, refused)
        else:
            if value is not None:
                values[column.key] = value
    return Row(sheet, number, values) if sound else None


def _value(column: Column, cell: Written | None, *, since_1904: bool) -> Any:
    """The value of a cell, or None when it says nothing and need not."""
    value = _read(column, cell, since_1904=since_1904) if cell else None
    if value is None and column.required:
        if column.shared:
            raise Refused(
                "“%(header)s”不能为空；如果与上一行相同，请合并单元格或逐行填写",
                header=column.header,
            )
        raise Refused("“%(header)s”不能为空", header=column.header)
    return value


def _read(column: Column, cell: Written, *, since_1904: bool) -> Any:
    if cell.kind == "hollow":
        raise Refused("公式还没有算出结果。请用 Excel 打开、保存后再导入，或者把公式粘贴为数值")
    if cell.kind == "e":
        raise Refused("单元格是错误值 %(value)s", value=str(cell.value))
    if column.members:
        return cells.choice(cell.value, column.members, column.options)
    match column.kind:
        case Kind.DAY:
            return cells.day(cell.value, since_1904=since_1904)
        case Kind.FLAG:
            return cells.flag(cell.value)
        case Kind.NUMBER:
            return cells.whole_number(cell.value)
        case Kind.LINES:
            return _fitting(column, cells.lines(cell.value, cell.number_format))
        case Kind.NAME:
            name = cells.text(cell.value, cell.number_format)
            return _fitting(column, name.replace(" ", ""))
        case _:
            return _fitting(column, cells.text(cell.value, cell.number_format))


def _fitting(column: Column, value: str) -> str | None:
    if cells.is_nothing(value):
        return None
    if len(value) > column.limit:
        raise Refused(
            "太长：最多 %(limit)s 字，现有 %(number)s 字", limit=column.limit, number=len(value)
        )
    return value
