"""`manage.py import` and `manage.py template`."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from admin.imports import commands
from domain.powers import PowerEdition
from domain.units import Unit
from tests.domain.imports.rows import DISCLOSURE, FILLED
from tests.domain.imports.workbooks import filled
from tests.fixtures.installation import Installation


@pytest.fixture
def made(here: Installation) -> Installation:
    """An installation with an empty database."""
    here.ok("migrate")
    return here


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "good.xlsx"
    path.write_bytes(filled(**FILLED).getvalue())
    return str(path)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.xlsx"
    rows = FILLED | {"disclosures": [DISCLOSURE | {"unit": "没有的局"}]}
    path.write_bytes(filled(**rows).getvalue())
    return str(path)


def units(here: Installation) -> list[str]:
    with here.session() as session:
        return sorted(session.scalars(sa.select(Unit.code)))


def test_the_template_is_written_once(here: Installation, tmp_path: Path) -> None:
    out = tmp_path / "模板.xlsx"
    here.ok("template", str(out))
    assert load_workbook(out).sheetnames[0] == "说明"
    assert "已存在" in here.refused("template", str(out))


def test_a_workbook_is_checked_and_imported(made: Installation, good: str) -> None:
    said = made.ok("import", good, "--dry-run")
    assert "可以导入" in said
    assert "权力清单    2     0     0     0" in said
    assert units(made) == []
    assert "已导入 / imported：提交审核 2 份，存为草稿 0 份" in made.ok("import", good)
    assert units(made) == ["NJ", "NY"]
    assert "没有变化" in made.ok("import", good)


def test_errors_end_with_one_and_a_marked_copy(
    made: Installation, bad: str, tmp_path: Path
) -> None:
    copy = tmp_path / "marked.xlsx"
    result = made.run("import", bad, "--marked", str(copy))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "五公开!A2  单位  没有的局  找不到单位“没有的局”" in result.output
    assert "有 1 处错误，没有导入" in result.output
    assert load_workbook(copy)["错误"]["B2"].value == "A2"
    assert units(made) == []
    assert "原文件" in made.refused("import", bad, "--marked", bad)


def test_notices_are_said(made: Installation, tmp_path: Path) -> None:
    path = tmp_path / "some.xlsx"
    rows = FILLED | {"powers": [row | {"steps": ""} for row in FILLED["powers"]]}
    path.write_bytes(filled(**rows).getvalue())
    said = made.ok("import", str(path))
    assert "提示 / note  权力清单!B2  “党组书记、局长”的清单还不完整，先存为草稿" in said
    assert "存为草稿 1 份" in said


def test_in_whose_name(made: Installation, good: str) -> None:
    assert "没有用户“nobody”" in made.refused("import", good, "--as", "nobody")
    password = "long enough a password"
    made.ok(
        "staff",
        "add",
        "ed",
        "--name",
        "某编辑",
        "--role",
        "editor",
        typed=f"{password}\n{password}\n",
    )
    made.ok("import", good, "--as", "ed")
    with made.session() as session:
        author = session.scalars(sa.select(PowerEdition)).one().author
        assert author is not None
        assert author.username == "ed"


def test_bad_files_and_a_missing_database(here: Installation, good: str, tmp_path: Path) -> None:
    text = tmp_path / "a.xlsx"
    text.write_text("单位")
    assert "这不是 .xlsx 工作簿" in here.refused("import", str(text))
    assert "migrate" in here.refused("import", good)


def test_widths_count_chinese_twice() -> None:
    assert commands._width("单位A1") == 6
