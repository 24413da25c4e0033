"""Real workbooks: title rows, merged cells, columns in any order, and rows that are no rows."""

import io
import re
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from domain.errors import Refused
from domain.imports import sheets
from domain.imports.problems import Findings
from domain.imports.rows import Row
from tests.domain.imports.packages import changed
from tests.domain.imports.workbooks import POWER_CELLS, POWER_HEADER, book, powers, saved


def read(file: io.BytesIO) -> tuple[dict[str, list[Row]], Findings]:
    findings = Findings()
    return sheets.read(file, findings, lambda _done, _total: None), findings


def said(findings: Findings) -> list[str]:
    return [f"{p.place.sheet}!{p.cell} {p.place.header}：{p.reason}" for p in findings.problems]


def noticed(findings: Findings) -> list[str]:
    return [f"{p.place.sheet}!{p.cell}：{p.reason}" for p in findings.notices]


def test_titles_merged_cells_subtitles_and_footnotes() -> None:
    other = ("", "", "工程验收", "工程", "《公路法》", "对质量负责", "验收", "高风险")

    def merge(made: Workbook) -> None:
        sheet = made.worksheets[0]
        for cells in ("A1:H1", "A2:H2", "A4:H4", "A5:A7", "B5:B7", "A8:H8"):
            sheet.merge_cells(cells)

    file = book(
        {
            "2026年权力清单": [
                ["云岭县交通运输局权力清单"],
                ["（2026 年版）"],
                [
                    " 单 位 ",
                    "职务*",
                    "权力\n名称",
                    "权力类别（选一项）",
                    "职权依据",
                    "权力责任",
                    "运行流程",
                    "风险等级",
                ],
                ["一、执法类"],
                POWER_CELLS,
                other,
                (None, None, None, None, None, None, None, None),
                ["二、其他"],
                POWER_HEADER,
                ("交通运输局", "副局长", *POWER_CELLS[2:]),
                ["填表人：某某", None, "填表日期：2026.3.1"],
                [None, " ", "　"],
            ]
        },
        merge,
    )
    rows, findings = read(file)
    found = rows["powers"]
    assert [
        (row.number, row.text("unit"), row.text("post"), row.text("name")) for row in found
    ] == [
        (5, "交通运输局", "党组书记、局长", "路政处罚"),
        (6, "交通运输局", "党组书记、局长", "工程验收"),
        (10, "交通运输局", "副局长", "路政处罚"),
    ]
    assert said(findings) == []
    assert noticed(findings) == [
        "2026年权力清单!4：按小标题或说明文字处理，没有读取这一行",
        "2026年权力清单!8：按小标题或说明文字处理，没有读取这一行",
        "2026年权力清单!11：按小标题或说明文字处理，没有读取这一行",
    ]


def test_a_header_of_two_rows() -> None:
    def merge(made: Workbook) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"):
            made.worksheets[0].merge_cells(cells)

    file = book(
        {
            "任职": [
                ["单位", "职务", "姓名", "编号", "任职", None],
                [None, None, None, None, "任职日期", "免职日期"],
                ["交通运输局", "局长", "张　三", 12.0, datetime(2024, 3, 1), "至今"],  # noqa: DTZ001
            ]
        },
        merge,
    )
    rows, findings = read(file)
    assert said(findings) == []
    assert rows["officials"][0].values == {
        "unit": "交通运输局",
        "post": "局长",
        "name": "张三",
        "code": "12",
        "started_on": datetime(2024, 3, 1).date(),  # noqa: DTZ001
    }


def test_columns_in_any_order_and_unknown_ones() -> None:
    header = ("序号", "负责科室", *reversed(POWER_HEADER))
    rows, findings = read(powers((1, "法规股", *reversed(POWER_CELLS)), (2,), header=header))
    assert [row.text("name") for row in rows["powers"]] == ["路政处罚"]
    assert noticed(findings) == ["权力清单!B1：没有用到这一列"]


def test_a_missing_column_is_said_once() -> None:
    rows, findings = read(powers(POWER_CELLS[:-1], POWER_CELLS[:-1], header=POWER_HEADER[:-1]))
    assert rows["powers"] == []
    assert said(findings) == ["权力清单!1 ：缺少“风险等级”这一列"]


def test_every_bad_cell_is_named() -> None:
    bad = ("", "局长", "甲" * 201, "杂项", "来源", "责任", "流程", "#N/A")

    def change(made: Workbook) -> None:
        made.worksheets[0]["H2"].data_type = "e"

    file = book({"权力清单": [POWER_HEADER, bad]}, change)
    _, findings = read(file)
    options = "重大决策、干部人事、财务资金、工程项目、物资采购、行政审批、监管执法、其他"
    assert said(findings) == [
        "权力清单!A2 单位：“单位”不能为空；如果与上一行相同，请合并单元格或逐行填写",
        "权力清单!C2 权力名称：太长：最多 200 字，现有 201 字",
        f"权力清单!D2 权力类别：“杂项”不在可选项内，可选：{options}",
        "权力清单!H2 风险等级：单元格是错误值 #N/A",
    ]
    assert findings.problems[1].place.value == "甲" * 59 + "…"


def test_a_formula_without_result_is_an_error() -> None:
    _, findings = read(powers(("=A9", *POWER_CELLS[1:])))
    assert said(findings) == [
        "权力清单!A2 单位：公式还没有算出结果。请用 Excel 打开、保存后再导入，或者把公式粘贴为数值"
    ]
    assert findings.problems[0].place.value == "=A9"


def test_a_formula_counts_by_its_result() -> None:
    file = powers(("=A9", *POWER_CELLS[1:]), ("", "=B2", *POWER_CELLS[2:]))
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(file) as package:
        sheet = package.read(part).decode()
    for formula, kind, value in (("A9", ' t="str"', "交通运输局"), ("B2", ' t="str"', "")):
        sheet = re.sub(
            rf"(<c [^>]*?)(?: t=\"\w+\")?><f>{formula}</f><v ?/?>(</v>)?",
            rf"\1{kind}><f>{formula}</f><v>{value}</v>",
            sheet,
        )
    _, findings = read(changed(file, **{part: sheet.encode()}))
    # The second formula results in no text: an empty cell, not a formula without result.
    assert [problem.cell for problem in findings.problems] == ["A3", "B3"]
    assert "公式" not in str(said(findings))


def test_hidden_and_unknown_sheets_are_named() -> None:
    def hide(made: Workbook) -> None:
        made["权力清单（旧）"].sheet_state = "hidden"
        made["选项表"].sheet_state = "hidden"

    file = book(
        {
            "填写说明": [["随便"]],
            "通讯录": [["电话"]],
            "空白": [],
            "选项表": [["是"]],
            "权力清单（旧）": [POWER_HEADER, POWER_CELLS],
            "权力清单": [POWER_HEADER, POWER_CELLS],
        },
        hide,
    )
    rows, findings = read(file)
    assert [row.sheet.title for row in rows["powers"]] == ["权力清单"]
    assert noticed(findings) == [
        "通讯录!：认不出这张工作表的内容，没有读取",
        "权力清单（旧）!：这张工作表是隐藏的，没有读取",
    ]


def test_a_sheet_without_a_telling_name_is_known_by_its_columns() -> None:
    file = book(
        {
            "Sheet1": [["2026 年"], POWER_HEADER, POWER_CELLS],
            "电话": [["单位", "职务", "姓名"], ["交通运输局", "局长", "某某"]],
        }
    )
    rows, findings = read(file)
    assert [(key, len(found)) for key, found in rows.items()] == [("powers", 1)]
    assert noticed(findings) == [
        "Sheet1!：按“权力清单”的格式读取",
        "电话!：认不出这张工作表的内容，没有读取",
    ]


@pytest.mark.parametrize(
    ("title", "header", "last"),
    [
        ("单位权力清单", POWER_HEADER, "风险等级"),
        ("领导干部权力清单", POWER_HEADER, "风险等级"),
        ("干部权力负面清单", ("单位", "职务", "领域", "内容"), "内容"),
    ],
)
def test_names_that_name_two_forms(title: str, header: tuple[str, ...], last: str) -> None:
    _, findings = read(book({title: [header, ("交通运输局",)]}))
    assert findings.problems[-1].place.header == last


def test_nothing_to_import() -> None:
    with pytest.raises(Refused, match="可以导入的有：单位、职务与干部、权力清单"):
        read(book({"通讯录": [["电话"]]}))


def test_dates_of_the_other_epoch() -> None:
    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    sheet = made.worksheets[0]
    sheet.title = "五公开"
    sheet.append(["单位", "公开类别", "所属时期", "标题", "正文", "成文日期"])
    sheet.append(["交通运输局", "工作职责", "2026年", "标题", "正文", datetime(2026, 3, 1)])  # noqa: DTZ001
    rows, _ = read(saved(made))
    assert str(rows["disclosures"][0].day("dated_on")) == "2026-03-01"


def test_a_far_last_row_is_no_hindrance() -> None:
    def stretch(made: Workbook) -> None:
        made.worksheets[0].cell(900_000, 3).number_format = "0"

    rows, findings = read(book({"权力清单": [POWER_HEADER, POWER_CELLS]}, stretch))
    assert (len(rows["powers"]), findings.problems) == (1, [])


def test_progress_ends_at_the_end() -> None:
    told: list[tuple[int, int]] = []
    rows = [(*POWER_CELLS[:2], f"权力{n}", *POWER_CELLS[3:]) for n in range(450)]
    sheets.read(powers(*rows), Findings(), lambda done, total: told.append((done, total)))
    assert told == [(200, 451), (400, 451), (451, 451)]
