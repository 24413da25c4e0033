"""A copy of somebody's workbook with the bad cells marked, and a sheet that lists them."""

from __future__ import annotations

import warnings
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter, quote_sheetname
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.hyperlink import Hyperlink

from domain.errors import Refused
from domain.imports import package
from domain.imports.template import as_text
from domain.labels import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from domain.imports.problems import Problem

LISTED = N_("错误")
_HEADERS = (N_("工作表"), N_("单元格"), N_("列"), N_("内容"), N_("原因"))
_AUTHOR = N_("明权")
# Every bad cell is coloured and listed; so many get a note too. Excel grows slow with more.
_NOTES = 2_000
_BAD = PatternFill("solid", fgColor="FFFFC7CE")
_HEADER = PatternFill("solid", fgColor="FFA6321F")


def write(
    file: BinaryIO,
    problems: Sequence[Problem],
    out: BinaryIO,
    say: Callable[[Refused], str] = str,
) -> None:
    """Write the marked copy of a workbook that `domain.imports.run.check` found problems in.

    The copy holds values and no formulas: nothing in it is computed when it is opened. Charts and
    pictures are left out.

    Args:
        file: the workbook as it was handed in.
        problems: what is wrong with it.
        out: takes the copy.
        say: puts a reason into the reader's language.

    Raises:
        Refused: the file cannot be read.
    """
    facts = package.examine(file)
    file.seek(0)
    with warnings.catch_warnings():
        # About extensions that openpyxl drops; the page says what a copy leaves out.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(file, data_only=True, keep_links=False)
        except Exception:  # noqa: BLE001 - a broken file makes openpyxl raise anything at all
            raise package.broken() from None
        _write_formulas_as_text(book, facts)
        _mark(book, problems, say)
        _list(book, problems, say)
        book.save(out)


def _write_formulas_as_text(book: Workbook, facts: dict[str, package.SheetFacts]) -> None:
    """Show formulas that have no result as they are written, instead of losing them."""
    for sheet in book.worksheets:
        for address, formula in facts[sheet.title].hollow.items():
            if address:
                as_text(_anchor(sheet, *coordinate_to_tuple(address)), formula)


def _anchor(sheet: Worksheet, row: int, column: int) -> Any:
    """The cell, or, inside a merged one, the cell that shows."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for merged in sheet.merged_cells.ranges:
            if cell.coordinate in merged:
                return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _mark(book: Workbook, problems: Sequence[Problem], say: Callable[[Refused], str]) -> None:
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for problem in problems:
        place = problem.place
        if place.sheet in book.sheetnames:
            column = column_index_from_string(place.column) if place.column else 1
            cell = _anchor(book[place.sheet], place.row or 1, column)
            reasons[place.sheet, cell.coordinate].append(say(problem.reason))
    for number, ((title, address), said) in enumerate(reasons.items()):
        cell = book[title][address]
        cell.fill = _BAD
        if number < _NOTES:
            before = [cell.comment.text, ""] if cell.comment else []
            text = "\n".join([*before, *dict.fromkeys(said)])
            cell.comment = Comment(text, _AUTHOR, width=320, height=120)


def _list(book: Workbook, problems: Sequence[Problem], say: Callable[[Refused], str]) -> None:
    if LISTED in book.sheetnames:
        # Left over from an earlier copy.
        del book[LISTED]
    sheet = book.create_sheet(LISTED, 0)
    sheet.append([say(Refused(header)) for header in _HEADERS])
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = _HEADER
    for row, problem in enumerate(problems, start=2):
        place = problem.place
        texts = (place.sheet, problem.cell, place.header, place.value, say(problem.reason))
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(row, column)
            as_text(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        if place.sheet in book.sheetnames and place.row:
            linked = sheet.cell(row, 2)
            target = f"{quote_sheetname(place.sheet)}!{place.column or 'A'}{place.row}"
            linked.hyperlink = Hyperlink(ref=linked.coordinate, location=target)
            linked.font = Font(color="FFA6321F", underline="single")
    for index, width in enumerate((16, 10, 16, 36, 70), start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A2"
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
