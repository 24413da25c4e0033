"""Lists as files for a spreadsheet: CSV and XLSX, row by row, so that no length fills the memory.

Whatever a cell holds, nothing in it is computed when the file is opened. A CSV has no types: a text
that a spreadsheet could take for a formula gets an apostrophe in front (OWASP, CSV injection); a
text that is nothing but a number, and numbers themselves, stay as they are. In an XLSX every text
is stored as text, and dates are dates.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response, request, stream_with_context
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from domain.clock import BEIJING
from web.text import clean_text

if TYPE_CHECKING:
    from typing import IO, BinaryIO

Cell = str | int | float | bool | date | datetime | None

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What Excel holds: characters of a cell, rows of a sheet without its header.
MOST_CHARACTERS = 32_767
MOST_ROWS = 1_048_575
_ROWS_OF_A_PIECE = 200
_BYTES_OF_A_PIECE = 64 * 1024
_FIRST_DAY_OF_EXCEL = date(1900, 3, 1)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*%?")
# After NFKC, which makes ＝ ＋ － ＠ and their small forms plain; − is a minus sign of its own.
_STARTS_A_FORMULA = frozenset("=+-@−")
_WIDTHS = (10, 60)


def inert(text: str) -> str:
    """A text for a CSV cell that no spreadsheet computes.

    Spaces and invisible characters in front do not hide a formula; a tab or line break there is
    itself a way to start one.
    """
    text = clean_text(text)
    if not text or _NUMBER.fullmatch(text):
        return text
    seen = text.lstrip("".join(c for c in set(text) if _is_blank(c)))
    first = unicodedata.normalize("NFKC", seen[:1])[:1]
    return f"'{text}" if first in _STARTS_A_FORMULA or text[0] in "\t\n" else text


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cf", "Zs", "Mn"}


def csv_pieces(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV as bytes, some rows at a time: UTF-8 with BOM, which Excel needs, and CRLF (RFC 4180)."""
    yield "\N{BYTE ORDER MARK}".encode()
    lines: Iterator[Sequence[Cell]] = chain([headers], rows)
    while some := list(islice(lines, _ROWS_OF_A_PIECE)):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\r\n").writerows(map(_plain, some))
        yield buffer.getvalue().encode()


def _plain(row: Sequence[Cell]) -> list[str | int | float]:
    return [_plain_cell(cell) for cell in row]


def _plain_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.astimezone(BEIJING).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return inert(cell) if isinstance(cell, str) else cell


def write_xlsx(
    out: BinaryIO, title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write a workbook with one table; what does not fit on a sheet goes on on the next.

    Args:
        out: takes the file.
        title: the sheet's name.
        headers: the first row; it stays in sight when the table is scrolled.
        rows: moments are written as the county's time, without a zone, as Excel has none.
    """
    book = Workbook(write_only=True)
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:25]
    left, number = iter(rows), 1
    first = list(islice(left, 1))
    while first or number == 1:
        sheet = book.create_sheet(name if number == 1 else f"{name} {number}")
        _fill(sheet, headers, islice(chain(first, left), MOST_ROWS))
        first, number = list(islice(left, 1)), number + 1
    book.save(out)


def _fill(sheet: Any, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet.freeze_panes = "A2"
    for index, header in enumerate(headers, start=1):
        width = min(max(_WIDTHS[0], 2 * len(header) + 4), _WIDTHS[1])
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append([_header(sheet, header) for header in headers])
    for row in rows:
        sheet.append([_typed(sheet, cell) for cell in row])
    sheet.close()


def _header(sheet: Any, text: str) -> Any:
    cell: Any = WriteOnlyCell(sheet, clean_text(text))
    cell.data_type = "s"
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _typed(sheet: Any, value: Cell) -> Any:
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, datetime):
        return _day(sheet, value.astimezone(BEIJING).replace(tzinfo=None), "yyyy-mm-dd hh:mm")
    if isinstance(value, date):
        return _day(sheet, value, "yyyy-mm-dd")
    return value


def _day(sheet: Any, value: date, pattern: str) -> Any:
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST_DAY_OF_EXCEL:
        # Excel counts a day in 1900 that never was, and none before that year.
        return _text(sheet, value.isoformat())
    cell: Any = WriteOnlyCell(sheet)
    cell.value = value
    cell.number_format = pattern
    return cell


def _text(sheet: Any, text: str) -> Any:
    text = clean_text(text)
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - 1] + "…"
    if inert(text) == text and not text.startswith("#"):
        return text
    cell: Any = WriteOnlyCell(sheet, text)
    # Neither a formula nor an error, whatever openpyxl would make of it.
    cell.data_type = "s"
    if inert(text) != text:
        # As if typed with an apostrophe, so that editing the cell makes no formula of it either.
        cell.quotePrefix = True
    return cell


def csv_response(
    name: str, local_name: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """A list as a CSV download, sent while it is read.

    Args:
        name: the file's name in ASCII, without ending.
        local_name: its name in the reader's language.
        headers: the first line.
        rows: read lazily; what fails before the first row is an error page, not a cut file.
    """
    pieces = csv_pieces(headers, _begun(rows))
    answer = Response(stream_with_context(pieces), content_type=f"{CSV}; charset=utf-8")
    return _attached(answer, f"{name}.csv", f"{local_name}.csv")


def xlsx_response(
    name: str, local_name: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """A list as an XLSX download; see `csv_response`. It is written to a file before it is sent."""
    pieces: Iterable[bytes] = ()
    if request.method != "HEAD":
        left = _begun(rows)
        with ExitStack() as closing:
            file = closing.enter_context(tempfile.TemporaryFile())
            write_xlsx(file, local_name, headers, left)
            closing.pop_all()
        pieces = _sent(file)
    answer = Response(pieces, content_type=XLSX)
    return _attached(answer, f"{name}.xlsx", f"{local_name}.xlsx")


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_BYTES_OF_A_PIECE):
            yield piece


def _begun(rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    left = iter(rows)
    return chain(list(islice(left, 1)), left)


def _attached(answer: Response, name: str, local_name: str) -> Response:
    """Name the download twice (RFC 6266): in ASCII, and in full for whoever reads RFC 5987."""
    full = quote(local_name, safe="")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{full}"
    )
    return answer
