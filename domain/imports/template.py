"""The empty workbook that an office fills in, written from the forms that read it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from domain.imports.forms import FORMS, LONGEST, Column, Form, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import BinaryIO

    from openpyxl.worksheet.worksheet import Worksheet

GUIDE = "说明"
# The drop-down lists and formats reach this far down.
_PREPARED_ROWS = 5_000
_REQUIRED = PatternFill("solid", fgColor="FFA6321F")
_OPTIONAL = PatternFill("solid", fgColor="FF5B5347")
_LINE = Side(style="thin", color="FFCBC2B4")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_NOTES = (
    "填写办法",
    "1. 各工作表可以只填一部分；用不到的工作表可以删去，其余的照样导入。",
    "2. 红底的列必填。列的先后可以调整，可以加自己的列（不读取），表头上方可以加标题行。",
    "3. 单位、职务等几行相同的，可以合并单元格。",
    "4. 日期写成 2024-03-01、2024.3.1 或 2024年3月1日都可以，但要写到日；只写年月会报错。",
    "5. 有下拉列表的，请从列表里选。",
    "6. “运行流程”一步一行（单元格内换行按 Alt+Enter），每行写：步骤｜责任人｜时限｜公开内容。",
    "7. 导入前先检查，有一处错误就一行也不导入；检查会给出一份标好错误的副本。",
    (
        "8. 单位、职务和干部导入后立即生效；权力清单、负面清单和五公开导入后成为待审核的稿件，"
        "由另一人审核发布。缺来源、责任或流程的清单先存为草稿。"
    ),
    "9. 同一份工作簿再导入一次，不会产生任何变化。",
    "10. 隐藏的工作表不读取；不要设打开密码，不要带宏。",
)


def write(out: BinaryIO, rows: Mapping[str, Iterable[Mapping[str, Any]]] | None = None) -> None:
    """Write the template.

    Args:
        out: takes the .xlsx.
        rows: rows to fill in, by the key of the form, each by the keys of its columns; for
            demonstrations and measurements. Without them the forms are empty.
    """
    book = Workbook()
    guide = book.active
    assert guide is not None  # noqa: S101 - a new workbook has one sheet
    _write_guide(guide)
    for form in FORMS:
        _write_form(book.create_sheet(form.title), form, list((rows or {}).get(form.key, ())))
    book.save(out)


def _write_guide(sheet: Worksheet) -> None:
    sheet.title = GUIDE
    for note in _NOTES:
        sheet.append([note])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    header = ["工作表", "列", "必填", "怎么填", "可选项", "示例", "也认的写法"]
    sheet.append(header)
    for cell in sheet[sheet.max_row]:
        _style_header(cell, _OPTIONAL)
    for form in FORMS:
        sheet.append([form.title, "", "", form.about])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        sheet.cell(sheet.max_row, 4).font = Font(bold=True)
        for column in form.columns:
            sheet.append(
                [
                    form.title,
                    column.header,
                    "是" if column.required else "",
                    _how(column),
                    "、".join(column.options),
                    column.example,
                    "、".join(column.aliases),
                ]
            )
    for index, width in enumerate((14, 18, 6, 44, 40, 40, 40), start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for row in sheet.iter_rows(min_row=len(_NOTES) + 2):
        for cell in row:
            cell.alignment = _WRAPPED


def _how(column: Column) -> str:
    parts = [column.hint] if column.hint else []
    if column.limit < LONGEST:
        parts.append(f"最多 {column.limit} 字")
    return "；".join(parts)


def _write_form(sheet: Worksheet, form: Form, rows: Sequence[Mapping[str, Any]]) -> None:
    for index, column in enumerate(form.columns, start=1):
        letter = get_column_letter(index)
        cell = sheet.cell(1, index, column.header)
        _style_header(cell, _REQUIRED if column.required else _OPTIONAL)
        note = "\n".join(
            filter(None, [_how(column), f"例：{column.example}" * bool(column.example)])
        )
        if note:
            cell.comment = Comment(note, "明权", width=280, height=120)
        dimension = sheet.column_dimensions[letter]
        dimension.width = column.width
        dimension.alignment = _WRAPPED
        # As text, so that Excel turns no number or month into something else.
        dimension.number_format = "yyyy-mm-dd" if column.kind is Kind.DAY else "@"
        if column.options:
            _offer(sheet, letter, column)
    for number, row in enumerate(rows, start=2):
        for index, column in enumerate(form.columns, start=1):
            if column.key in row:
                _fill(sheet, number, index, row[column.key], column)
    sheet.row_dimensions[1].height = 30
    # The columns that say whose row it is stay in sight, as does the header.
    sheet.freeze_panes = "C2"
    sheet.sheet_view.zoomScale = 100


def _fill(sheet: Worksheet, row: int, index: int, value: Any, column: Column) -> None:
    cell = sheet.cell(row, index)
    if isinstance(value, str):
        as_text(cell, value)
    else:
        cell.value = value
    cell.alignment = _WRAPPED
    cell.number_format = "yyyy-mm-dd" if column.kind is Kind.DAY else "@"


def as_text(cell: Any, value: str) -> None:
    """Write a text that stays a text, even when it begins like a formula."""
    cell.value = value
    if value[:1] in {"=", "+", "-", "@"}:
        cell.data_type = "s"
        # As if typed with an apostrophe, so that editing the cell makes no formula of it either.
        cell.quotePrefix = True


def _style_header(cell: Any, fill: PatternFill) -> None:
    cell.font = Font(bold=True, color="FFFFFFFF")
    cell.fill = fill
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _offer(sheet: Worksheet, letter: str, column: Column) -> None:
    offered = DataValidation(
        type="list",
        formula1=f'"{",".join(column.options)}"',
        allow_blank=True,
        # Other words for the same are read too, so Excel warns and does not forbid.
        errorStyle="warning",
        showErrorMessage=True,
        errorTitle="不在可选项内",
        error="请从下拉列表里选一项。",
    )
    offered.add(f"{letter}2:{letter}{_PREPARED_ROWS}")
    sheet.add_data_validation(offered)
