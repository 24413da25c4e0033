"""Cells: whatever people type, it becomes the value they mean, or a sentence."""

import contextlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from domain.errors import Refused
from domain.imports import cells
from domain.imports.forms import POWERS

WIDE = str.maketrans("0123456789./-", "０１２３４５６７８９．／－")
DAYS = st.dates(date(1955, 1, 1), date(2100, 12, 31))
PATTERNS = [
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}-{0.month:02}-{0.day:02}",
    "{0.year}-{0.month:02}-{0.day:02} 18:30:00",
    "{0:%Y%m%d}",
    " {0.year} 年 {0.month} 月 {0.day} 日\u3000",
]


@given(DAYS, st.sampled_from(PATTERNS), st.booleans())
def test_a_day_is_read_however_it_is_written(day: date, pattern: str, wide: bool) -> None:
    written = pattern.format(day)
    assert cells.day(written.translate(WIDE) if wide else written) == day


@given(DAYS)
def test_a_day_is_read_from_what_excel_holds(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert cells.day(datetime(day.year, day.month, day.day)) == day  # noqa: DTZ001 - as Excel has it
    assert cells.day(day) == day
    assert [cells.day(value) for value in (serial, float(serial), str(serial))] == [day] * 3


def test_the_other_epoch_is_known() -> None:
    assert cells.day(40000, since_1904=True) == date(1904, 1, 1) + timedelta(days=40000)


@pytest.mark.parametrize(
    "value", ["2024年3月", "２０２４年３月", "2024.3", 2024.3, "202403", "2024"]
)
def test_a_day_without_its_day_is_not_invented(value: object) -> None:
    with pytest.raises(Refused, match="没有写到“日”"):
        cells.day(value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2024年2月30日", "没有“2024年2月30日”这一天"),
        ("24.3.1", "不是日期"),
        ("去年", "不是日期"),
        (True, "不是日期"),
        (time(8), "不是日期"),
        (12.5, "不是日期"),
        (date(1700, 1, 1), "年份"),
    ],
)
def test_what_is_no_day_is_refused(value: object, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        cells.day(value)
    assert reason in str(refused.value)


@pytest.mark.parametrize("value", ["", "至今", "/", "——", "　", "现任", None])
def test_an_open_end_is_no_day(value: object) -> None:
    assert cells.day(value) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.datetimes()))
def test_nothing_that_can_be_typed_fails_otherwise_than_with_a_sentence(value: Any) -> None:
    readers: list[Callable[[Any], object]] = [
        cells.day,
        cells.flag,
        cells.whole_number,
        cells.lines,
        lambda v: cells.choice(v, POWERS.column("kind").members, ()),
    ]
    for read in readers:
        # Only a refusal may come out; anything else fails the test by itself.
        with contextlib.suppress(Refused):
            read(value)


@given(st.integers(0, 10**9 - 1), st.booleans())
def test_whole_numbers_of_either_width(number: int, wide: bool) -> None:
    written = str(number)
    assert cells.whole_number(written.translate(WIDE) if wide else written) == number
    assert cells.whole_number(float(number)) == number


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1.0, "General", "1"),
        (13800000000.0, "General", "13800000000"),
        (0.5, "General", "0.5"),
        (12, "00000", "00012"),
        (True, "General", "是"),
        (datetime(2024, 3, 1), 'yyyy"年"m"月"', "2024年3月"),  # noqa: DTZ001
        (datetime(2024, 1, 1), "yyyy", "2024年"),  # noqa: DTZ001
        (datetime(2024, 3, 1), "yyyy/m/d", "2024年3月1日"),  # noqa: DTZ001
        (datetime(2024, 3, 1, 8, 5), "General", "2024-03-01 08:05"),  # noqa: DTZ001
        ("　云岭县\n交通局\xa0", "General", "云岭县交通局"),
        ("ＡＢ１２，（三）", "General", "AB12，（三）"),
        ("a\r\nb_x000D_\u200b", "General", "a b"),
    ],
)
def test_texts(value: object, number_format: str, text: str) -> None:
    assert cells.text(value, number_format) == text


def test_lines_stay_lines() -> None:
    assert cells.lines("\n　　第一段。 \r\n\r\n第二段。\n\n") == "第一段。\n\n第二段。"


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        ("是", True),
        ("√", True),
        (True, True),
        (1, True),
        ("ｙ", True),
        ("否", False),
        ("×", False),
        ("无", False),
        (0.0, False),
        ("/", None),
        ("", None),
        (None, None),
    ],
)
def test_flags(value: object, flag: bool | None) -> None:
    assert cells.flag(value) is flag


def test_what_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(Refused, match="看不出"):
        cells.flag("大概")


def test_choices_list_what_there_is() -> None:
    column = POWERS.column("risk")
    assert cells.choice("高 风险", column.members, column.options) == "high"
    assert cells.choice("——", column.members, column.options) is None
    with pytest.raises(Refused) as refused:
        cells.choice("极高", column.members, column.options)
    assert str(refused.value) == "“极高”不在可选项内，可选：高、中、低"
