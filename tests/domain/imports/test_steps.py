"""运行流程 in one cell."""

import pytest

from domain.errors import Refused
from domain.imports.steps import Step, parse

TWO = (Step("申报", "各乡镇", "9 月"), Step("研究", "党组", "", "结果"))


@pytest.mark.parametrize(
    "text",
    [
        "申报｜各乡镇｜9 月\n研究｜党组｜｜结果",
        "1. 申报 | 各乡镇 | 9 月\n2. 研究 | 党组 | | 结果",
        "①申报∣各乡镇∣9 月\n②研究丨党组丨-丨结果",
        "第一步：申报｜各乡镇｜9 月｜\n↓\n第二步：研究｜党组｜｜结果",
        "（一）申报｜各乡镇｜9 月→\n（二）研究｜党组｜｜结果",
        "申报｜各乡镇｜9 月；研究｜党组｜｜结果",
    ],
)
def test_one_process_in_many_hands(text: str) -> None:
    assert parse(text) == TWO


def test_arrows_part_steps_in_one_line() -> None:
    assert parse("申报→研究 —> 公示") == (Step("申报"), Step("研究"), Step("公示"))


def test_nothing_is_no_process() -> None:
    assert parse("") == ()


def test_a_number_that_belongs_to_the_name_stays() -> None:
    assert parse("3.15 专项检查\n“三重一大”研究") == (Step("3.15 专项检查"), Step("“三重一大”研究"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("甲｜乙｜丙｜丁｜戊", "第 1 步分成了 5 段"),
        ("甲\n｜乙", "第 2 步没有写步骤名称"),
        (f"甲｜乙｜{'长' * 81}", "第 1 步的“时限”太长"),
    ],
)
def test_what_cannot_be_a_step(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        parse(text)
