"""The marked copy: the bad cells, why, and nothing that computes."""

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from domain import imports
from domain.db import Session
from domain.errors import Refused
from domain.imports import marked
from tests.domain.imports.workbooks import POWER_CELLS, POWER_HEADER, book, saved
from tests.fixtures.county import County

BAD = "FFFFC7CE"


def mark(session: Session, file: io.BytesIO) -> Workbook:
    outcome = imports.check(session, imports.read(file), None)
    out = io.BytesIO()
    marked.write(file, outcome.problems, out)
    out.seek(0)
    return load_workbook(out)


def colours(copy: Workbook, title: str) -> list[str]:
    return [
        cell.coordinate
        for row in copy[title].iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == BAD
    ]


def listed(copy: Workbook) -> list[Sequence[object]]:
    return [[cell.value for cell in row] for row in copy["错误"].iter_rows(min_row=2)]


def test_bad_cells_are_marked_and_listed(session: Session, county: County) -> None:
    def merge(made: Workbook) -> None:
        sheet = made.worksheets[0]
        sheet.merge_cells("A2:A4")
        sheet["H3"].comment = Comment("别忘了", "某人")

    file = book(
        {
            "权力清单": [
                POWER_HEADER,
                ("教玉局", *POWER_CELLS[1:]),
                (None, "局长", "别的权力", *POWER_CELLS[3:7], "极高"),
                (None, *POWER_CELLS[1:]),
            ]
        },
        merge,
    )
    copy = mark(session, file)
    assert copy.sheetnames == ["错误", "权力清单"]
    assert colours(copy, "权力清单") == ["A2", "H3"]
    sheet = copy["权力清单"]
    assert sheet["A2"].comment.text == "找不到单位“教玉局”，请与“单位”表或系统里的名称对照"
    assert sheet["H3"].comment.text == "别忘了\n\n“极高”不在可选项内，可选：高、中、低"
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A2:A4"]
    unit, risk = listed(copy)[:2]
    assert unit == [
        "权力清单",
        "A2",
        "单位",
        "教玉局",
        "找不到单位“教玉局”，请与“单位”表或系统里的名称对照",
    ]
    assert risk[1:4] == ["H3", "风险等级", "极高"]
    assert copy["错误"]["B3"].hyperlink.location == "'权力清单'!H3"


def test_nothing_in_the_copy_computes(session: Session, county: County) -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)"]

    def change(made: Workbook) -> None:
        sheet = made.worksheets[0]
        for number, text in enumerate(texts, start=2):
            cell = sheet.cell(number, 3)
            cell.value = text
            cell.data_type = "s"
            sheet.cell(number, 8, text).data_type = "s"
        sheet["I2"] = "=A1"
        sheet["A3"] = '=HYPERLINK("http://x")'

    file = book({"权力清单": [POWER_HEADER, *[POWER_CELLS] * 4]}, change)
    copy = mark(session, file)
    cells = [cell for sheet in copy for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    sheet = copy["权力清单"]
    assert [sheet.cell(number, 3).value for number in range(2, 6)] == texts
    # A formula that was never calculated is shown, not lost.
    assert sheet["A3"].value == '=HYPERLINK("http://x")'
    values = [row[3] for row in listed(copy)]
    assert [v for v in values if v in texts] == texts


def test_a_copy_can_be_mended_and_marked_again(session: Session, county: County) -> None:
    copy = mark(session, book({"权力清单": [POWER_HEADER, (*POWER_CELLS[:-1], "极高")]}))
    copy["权力清单"]["A2"] = "乌有局"
    again = mark(session, saved(copy))
    assert [row[1] for row in listed(again)] == ["H2"]
    again["权力清单"]["A2"] = "交通运输局"
    again["权力清单"]["H2"] = "高"
    outcome = imports.check(session, imports.read(saved(again)), None)
    assert outcome.problems == []


def test_a_missing_column_marks_the_header_row(session: Session, county: County) -> None:
    copy = mark(session, book({"权力清单": [["标题"], POWER_HEADER[:-1], POWER_CELLS[:-1]]}))
    assert colours(copy, "权力清单") == ["A2"]


def test_what_cannot_be_read_cannot_be_marked() -> None:
    with pytest.raises(Refused, match="这不是"):
        marked.write(io.BytesIO(b"x"), [], io.BytesIO())
