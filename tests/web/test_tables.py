"""CSV and XLSX: nothing in them is computed, and no length fills the memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import BinaryIO

import openpyxl
import pytest
from flask import Flask
from hypothesis import given, strategies as st

from web import tables
from web.tables import Cell, csv_pieces, csv_response, inert, write_xlsx, xlsx_response

FORMULAS = (
    '=HYPERLINK("http://example.invalid","x")',
    "=cmd|'/c calc'!A0",
    "+1+cmd|'/c calc'!A0",
    "-2+3",
    "@SUM(1;2)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000＝1+1",
    "\ufeff=1+1",
    "\u200b@x",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "﹦1",
    "﹢a",
    "﹣a",
    "﹫a",
    "−a",
    "\x00=1+1",
    "--1",
    "+86 123",
)
NUMBERS = ("-5", "+3.5", "1,000", "-12.5%", "0", "2026")
PLAIN = ("农村公路", "a=b", "1-2", "", "'quoted", "x\ny", "第一，第二；“三”")
ROWS: list[list[Cell]] = [[text, 1] for text in (*FORMULAS, *NUMBERS, *PLAIN)]


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def workbook(rows: Sequence[Sequence[Cell]], headers: Sequence[str] = ("名称", "数")) -> BinaryIO:
    file = io.BytesIO()
    write_xlsx(file, "清单", headers, rows)
    file.seek(0)
    return file


def many(count: int) -> Iterator[list[Cell]]:
    for number in range(count):
        yield [f"第{number}行" + "正文" * 200, number]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert inert(text).startswith("'")


@pytest.mark.parametrize("text", [*NUMBERS, *PLAIN])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@given(st.text())
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    line = read_csv(b"".join(csv_pieces(["a"], [[text]])))[1:]
    cell = line[0][0] if line and line[0] else ""
    assert not cell.strip("\u3000 \ufeff\u200b").startswith(("=", "@", "＝", "＋", "－", "＠"))
    assert not cell.startswith(("\t", "\r", "\n", "\x00"))
    if cell.startswith(("+", "-")):
        assert tables._NUMBER.fullmatch(cell)


def test_a_csv_is_what_excel_and_programs_read() -> None:
    row: list[Cell] = ['说“好”, "对"\n两行', -5, 2.5, True, date(2026, 3, 1), None]
    moment = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    content = b"".join(csv_pieces(["甲", "乙"], [[*row, moment]]))
    assert content.count(b"\r\n") == 2
    assert read_csv(content) == [
        ["甲", "乙"],
        ['说“好”, "对"\n两行', "-5", "2.5", "true", "2026-03-01", "", "2026-11-20T10:00:00+08:00"],
    ]


def test_a_workbook_holds_texts_as_texts_and_no_formula() -> None:
    file = workbook(ROWS)
    with zipfile.ZipFile(file) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<f " not in sheet
    read = openpyxl.load_workbook(file).active
    assert read is not None
    cells = [row[0] for row in read.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    kept = [str(row[0]).replace("\r", "\n").replace("\x00", "") for row in ROWS]
    assert [cell.value or "" for cell in cells] == kept
    quoted = [cell.value for cell in cells if cell.quotePrefix]
    assert quoted == [text for text in kept if text and inert(text) != text]
    assert [row[1].value for row in read.iter_rows(min_row=2)] == [1] * len(ROWS)
    assert read.freeze_panes == "A2"


def test_a_workbook_holds_real_dates() -> None:
    moment = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    rows: list[list[Cell]] = [[date(2026, 3, 1), moment, date(1890, 1, 1), -5, 2.5, False, None]]
    read = openpyxl.load_workbook(workbook(rows, ["x"] * 7)).active
    assert read is not None
    cells = next(read.iter_rows(min_row=2))
    assert [cell.data_type == "d" for cell in cells[:3]] == [True, True, False]
    assert [cell.value for cell in cells] == [
        datetime(2026, 3, 1),  # noqa: DTZ001 - a workbook knows no zones
        datetime(2026, 11, 20, 10, 0),  # noqa: DTZ001
        "1890-01-01",
        -5,
        2.5,
        False,
        None,
    ]


def test_odd_texts_spoil_no_workbook() -> None:
    rows: list[list[Cell]] = [["a\x0b\x1f\ud800\ufffe<b>&"], ["字" * 40_000], ["#N/A"], ["TRUE"]]
    read = openpyxl.load_workbook(workbook(rows, ["x"])).active
    assert read is not None
    found = [row[0].value for row in read.iter_rows(min_row=2)]
    assert found[0] == "a<b>&"
    assert len(str(found[1])) == tables.MOST_CHARACTERS
    assert str(found[1]).endswith("…")
    assert [row[0].data_type for row in read.iter_rows(min_row=4)] == ["s", "s"]


def test_rows_that_fill_a_sheet_go_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    book = openpyxl.load_workbook(workbook([[number] for number in range(5)], ["n"]))
    assert [[cell.value for cell in sheet["A"]] for sheet in book.worksheets] == [
        ["n", 0, 1],
        ["n", 2, 3],
        ["n", 4],
    ]
    assert len(openpyxl.load_workbook(workbook([], ["n"])).worksheets) == 1


def test_thirty_thousand_rows_stay_in_bounded_memory() -> None:
    tracemalloc.start()
    try:
        written = sum(map(len, csv_pieces(["a", "b"], many(30_000))))
        _, csv_peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        with io.BytesIO() as file:
            write_xlsx(file, "清单", ["a", "b"], many(30_000))
            size = file.tell()
        _, xlsx_peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert written > 30_000_000
    assert csv_peak < 3_000_000
    assert xlsx_peak - size < 3_000_000


def test_downloads_are_named_in_both_languages() -> None:
    app = Flask(__name__)
    with app.test_request_context():
        first = csv_response("powers", "权力 事项", ["a"], [["b"]])
        second = xlsx_response("powers", "权力 事项", ["a"], [["b"]])
        named = "%E6%9D%83%E5%8A%9B%20%E4%BA%8B%E9%A1%B9"
        assert first.headers["Content-Disposition"] == (
            f"attachment; filename=\"powers.csv\"; filename*=UTF-8''{named}.csv"
        )
        assert second.headers["Content-Disposition"] == (
            f"attachment; filename=\"powers.xlsx\"; filename*=UTF-8''{named}.xlsx"
        )
        assert first.content_type == "text/csv; charset=utf-8"
        assert read_csv(first.get_data()) == [["a"], ["b"]]
        assert b"".join(second.response).startswith(b"PK")  # type: ignore[arg-type]
        second.close()


def test_a_head_request_makes_no_workbook() -> None:
    app = Flask(__name__)
    with app.test_request_context(method="HEAD"):
        answer = xlsx_response("powers", "权力", ["a"], many(10**9))
        assert b"".join(answer.response) == b""  # type: ignore[arg-type]
        answer.close()


def test_what_fails_before_the_first_row_is_no_cut_file() -> None:
    rows: Iterator[list[Cell]] = ([1 // number] for number in range(3))
    with Flask(__name__).test_request_context(), pytest.raises(ZeroDivisionError):
        csv_response("powers", "权力", ["a"], rows)
