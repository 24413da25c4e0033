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
POWER = (
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


# A small county's rows, as a demonstration would fill them in.
FILLED: dict[str, list[dict[str, Any]]] = {
    "units": [
        {"code": "NY", "name": "云岭县农业农村局", "short_name": "农业农村局", "kind": "县直部门"},
        {"code": "NJ", "name": "云岭县农机站", "kind": "事业单位", "parent": "农业农村局"},
    ],
    "officials": [
        {
            "unit": "农业农村局",
            "post": "党组书记、局长",
            "is_head": "是",
            "portfolio": "主持全面工作。",
            "name": "程以宁",
            "code": "N001",
            "started_on": "2021-02-03",
            "ended_on": "2024-05-31",
        },
        {
            "unit": "农业农村局",
            "post": "党组书记、局长",
            "name": "许见川",
            "code": "N002",
            "started_on": "2024年6月1日",
        },
        {"unit": "NY", "post": "副局长"},
    ],
    "powers": [
        {
            "unit": "农业农村局",
            "post": "党组书记、局长",
            "name": name,
            "kind": "财务资金",
            "source": "县委任命",
            "responsibility": "对资金安全负责",
            "steps": "1. 申报｜各乡镇｜每年 9 月\n2. 集体研究｜党组｜｜会议结果",
            "risk": "高",
        }
        for name in ("高标准农田资金分配", "农机补贴发放")
    ],
    "negatives": [
        {"unit": "NY", "post": "党组书记、局长", "area": "财务", "text": "不得直接分管财务"},
    ],
    "disclosures": [
        {
            "unit": "NY",
            "leaf": "重大问题决策",
            "period": "2026年第三季度",
            "title": "农田资金分配结果",
            "body": "共分配 12 个乡镇。\n\n详见附表。",
            "dated_on": "2026.9.30",
        },
    ],
}
