"""Workbooks for tests, as bytes: from tables of cells, or filled into the template."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.imports import template

POWER_HEADER = (
    "单位",
    "职务",
    "权力名称",
    "权力类别",
    "权力来源",
    "权力责任",
    "运行流程",
    "风险等级",
)
POWER_CELLS = (
    "交通运输局",
    "党组书记、局长",
    "路政处罚",
    "监管执法",
    "《公路法》",
    "对处罚公正负责",
    "立案｜执法大队",
    "中",
)


def book(
    sheets: Mapping[str, Iterable[Sequence[Any]]], change: Callable[[Workbook], None] | None = None
) -> io.BytesIO:
    """A workbook with these sheets, cell by cell; ``change`` merges, hides, formats."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if change:
        change(made)
    return saved(made)


def saved(made: Workbook) -> io.BytesIO:
    """The workbook as a file."""
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def filled(**rows: Sequence[Mapping[str, Any]]) -> io.BytesIO:
    """The template with these rows, by form."""
    out = io.BytesIO()
    template.write(out, rows)
    out.seek(0)
    return out


def powers(*rows: Sequence[Any], header: Sequence[str] = POWER_HEADER) -> io.BytesIO:
    """A workbook with one sheet of powers."""
    return book({"权力清单": [header, *rows]})


def sheet_of(file: io.BytesIO, title: str) -> Worksheet:
    """A sheet of a workbook, formulas as they are written."""
    file.seek(0)
    return load_workbook(file)[title]
