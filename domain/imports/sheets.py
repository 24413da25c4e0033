"""Which sheet holds which form, and its rows: title rows, merged cells, odd columns and all."""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, cast

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from domain.errors import Refused
from domain.imports import package, words
from domain.imports.forms import FORMS, IGNORED, Form, header_key
from domain.imports.problems import Findings, Place
from domain.imports.rows import Row, Sheet, Written, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from openpyxl.cell import Cell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    from domain.imports.package import SheetFacts

    Cells = dict[int, Written]

# Title rows above the header: more than this nobody has.
_SEARCHED_ROWS = 30


def read(
    file: BinaryIO, findings: Findings, progress: Callable[[int, int], None]
) -> dict[str, list[Row]]:
    """Read all forms of a workbook.

    Args:
        file: the .xlsx, seekable; it is read to the end several times.
        findings: takes up what is wrong.
        progress: is told from time to time how many rows of how many have been read.

    Returns:
        The sound rows by the key of their form.

    Raises:
        Refused: the file as a whole cannot be read.
    """
    facts = package.examine(file)
    file.seek(0)
    found: dict[str, list[Row]] = defaultdict(list)
    ticks = _Ticks(sum(fact.rows for fact in facts.values()), progress)
    with warnings.catch_warnings():
        # About extensions that openpyxl drops; we only read.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            findings.sheets = book.sheetnames
            try:
                for row in _rows_of(book, facts, findings, ticks):
                    found[row.sheet.form.key].append(row)
            finally:
                book.close()
        except Refused:
            raise
        except Exception:  # noqa: BLE001 - a broken file makes openpyxl raise anything at all
            raise package.broken() from None
    ticks.finish()
    return found


@dataclass
class _Ticks:
    total: int
    progress: Callable[[int, int], None]
    done: int = 0

    def tick(self) -> None:
        self.done += 1
        if self.done % 200 == 0:
            self.progress(min(self.done, self.total), self.total)

    def finish(self) -> None:
        self.progress(self.total, self.total)


def _rows_of(
    book: Workbook, facts: dict[str, SheetFacts], findings: Findings, ticks: _Ticks
) -> Iterator[Row]:
    forms_seen = 0
    for worksheet in cast("list[ReadOnlyWorksheet]", book.worksheets):
        if words.FOR_PEOPLE.search(worksheet.title):
            continue
        layout = _Layout(facts[worksheet.title])
        stream = _cells(worksheet, layout, ticks)
        start = list(islice(stream, _SEARCHED_ROWS))
        merged = [(number, layout.carried(number, own) | own) for number, own in start]
        sheet = _recognise(worksheet.title, merged, since_1904=book.epoch.year == 1904)
        hidden = worksheet.sheet_state != "visible"
        if sheet is None or hidden:
            if sheet is not None:
                findings.mention(Place(worksheet.title), Refused("这张工作表是隐藏的，没有读取"))
            elif start and not hidden:
                findings.mention(
                    Place(worksheet.title), Refused("认不出这张工作表的内容，没有读取")
                )
            continue
        forms_seen += 1
        if not _named(worksheet.title, sheet.form):
            findings.mention(
                Place(worksheet.title), Refused("按“%(form)s”的格式读取", form=sheet.form.title)
            )
        if _fit(sheet, dict(merged)[sheet.header_row], findings):
            yield from _parsed(sheet, layout, chain(start, stream), findings)
    if not forms_seen:
        raise Refused(
            "工作簿里没有可以导入的工作表。可以导入的有：%(forms)s。请先下载模板对照",
            forms="、".join(form.title for form in FORMS),
        )


class _Layout:
    """Where cells are merged and where formulas have no result, by row."""

    def __init__(self, facts: SheetFacts) -> None:
        # first row → column → last row; and the widths of merged cells
        self.tall: dict[int, dict[int, int]] = defaultdict(dict)
        self.wide: dict[tuple[int, int], int] = {}
        self.hollow: dict[int, dict[int, str]] = defaultdict(dict)
        for merged in facts.merges:
            left, top, right, bottom = (edge or 1 for edge in range_boundaries(merged))
            if bottom > top:
                self.tall[top][left] = bottom
            self.wide[top, left] = right - left + 1
        for address, formula in facts.hollow.items():
            if address:
                row, column = coordinate_to_tuple(address)
                self.hollow[row][column] = formula
        self.reaching: dict[int, tuple[int, Written]] = {}

    def carried(self, number: int, own: Cells) -> Cells:
        """What merged cells bring into a row from above. Rows must be asked for in order."""
        self.reaching = {c: held for c, held in self.reaching.items() if held[0] >= number}
        brought = {c: cell for c, (_, cell) in self.reaching.items() if c not in own}
        for column, last in self.tall.get(number, {}).items():
            if column in own:
                self.reaching[column] = (last, own[column])
        return brought


def _cells(
    worksheet: ReadOnlyWorksheet, layout: _Layout, ticks: _Ticks
) -> Iterator[tuple[int, Cells]]:
    """The rows that hold anything of their own, with their numbers."""
    # Some programs write a size of A1:A1; only the rows themselves tell the truth.
    worksheet.reset_dimensions()
    for number, row in enumerate(cast("Iterable[tuple[Cell, ...]]", worksheet.rows), start=1):
        own: Cells = {}
        for column, cell in enumerate(row, start=1):
            value = cell.value
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            if isinstance(value, str):
                own[column] = Written(value, cell.data_type)
            else:
                own[column] = Written(value, cell.data_type, cell.number_format)
        if row:
            ticks.tick()
        for column, formula in layout.hollow.get(number, {}).items():
            own.setdefault(column, Written(formula, "hollow"))
        if own:
            yield number, own


@dataclass
class _Guess:
    form: Form
    row: int
    headings: dict[str, tuple[int, str]] = field(default_factory=dict)
    titled: int = 0

    @property
    def complete(self) -> bool:
        return all(column.key in self.headings for column in self.form.required)

    @property
    def believable(self) -> bool:
        # Without a telling name, a list of telephones must not pass for a list of officials.
        return len(self.headings) >= 2 if self.titled else self.complete and len(self.headings) >= 4

    @property
    def rank(self) -> tuple[int, int, int]:
        named = 3 if self.titled else 0
        return (len(self.headings) + named + 2 * self.complete, self.titled, -self.row)


def _recognise(title: str, start: list[tuple[int, Cells]], *, since_1904: bool) -> Sheet | None:
    """The form a sheet holds and its header row, judged by its name and its first rows."""
    best: _Guess | None = None
    for form in FORMS:
        titled = _named(title, form)
        for number, own in start:
            guess = _Guess(form, number, _headings(form, own), titled)
            if guess.believable and (best is None or guess.rank > best.rank):
                best = guess
    if best is None:
        return None
    return Sheet(title, best.form, best.row, best.headings, since_1904)


def _named(title: str, form: Form) -> int:
    """How well a sheet's name names a form: the words at its end count most."""
    name = header_key(title)
    found = [word for word in (form.title, *form.aliases) if word in name]
    return max((len(word) * 100 + name.rindex(word) for word in found), default=0)


def _headings(form: Form, own: Cells) -> dict[str, tuple[int, str]]:
    headings: dict[str, tuple[int, str]] = {}
    for index, cell in own.items():
        key = header_key(cell.value) if isinstance(cell.value, str) else ""
        bare = re.sub(r"\(.*?\)", "", key)
        for column in form.columns:
            if column.key not in headings and not column.names.isdisjoint({key, bare}):
                headings[column.key] = (index, re.sub(r"\s+", "", cell.value))
                break
    return headings


def _fit(sheet: Sheet, header: Cells, findings: Findings) -> bool:
    """Say which columns are missing (then nothing is read) and which are not read."""
    missing = [column for column in sheet.form.required if column.key not in sheet.headings]
    for column in missing:
        findings.refuse(
            sheet.place(sheet.header_row), Refused("缺少“%(header)s”这一列", header=column.header)
        )
    known = {index for index, _ in sheet.headings.values()}
    for index, cell in header.items():
        name = str(cell.value).strip()
        if index not in known and header_key(name) not in IGNORED:
            place = Place(sheet.title, sheet.header_row, get_column_letter(index), name)
            findings.mention(place, Refused("没有用到这一列"))
    return not missing


def _parsed(
    sheet: Sheet, layout: _Layout, stream: Iterable[tuple[int, Cells]], findings: Findings
) -> Iterator[Row]:
    keys = {index: key for key, (index, _) in sheet.headings.items()}
    layout.reaching = {}
    for number, own in stream:
        if number <= sheet.header_row:
            continue
        carried = layout.carried(number, own)
        mine = {keys[index]: cell for index, cell in own.items() if index in keys}
        if not mine or _is_header(sheet, own):
            continue
        whole = {keys[index]: cell for index, cell in carried.items() if index in keys} | mine
        if _is_remark(sheet, layout, number, own, whole):
            findings.mention(sheet.place(number), Refused("按小标题或说明文字处理，没有读取这一行"))
            continue
        row = parse(sheet, number, whole, findings)
        if row is not None:
            yield row


def _is_header(sheet: Sheet, own: Cells) -> bool:
    """Whether a header row comes again, as on each page of a long table."""
    key, (index, _) = next(iter(sheet.headings.items()))
    if index not in own or header_key(str(own[index].value)) not in sheet.form.column(key).names:
        return False
    again = _headings(sheet.form, own)
    return {k: at for k, (at, _) in again.items()} == {
        k: at for k, (at, _) in sheet.headings.items()
    }


def _is_remark(
    sheet: Sheet, layout: _Layout, number: int, own: Cells, whole: dict[str, Any]
) -> bool:
    """Whether a row is a subtitle across the table, or a note below it."""
    if all(column.key in whole for column in sheet.form.required):
        return False
    first = min(own)
    across = len(own) == 1 and layout.wide.get((number, first), 1) >= 3
    return across or (
        len(own) <= 4 and bool(words.FOOTNOTE.fullmatch(str(own[first].value).strip()))
    )
