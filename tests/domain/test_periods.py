from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from domain import periods
from domain.periods import Period, Span, beginning, code_of, containing, parse

PERIODS = st.sampled_from(list(Span)).flatmap(
    lambda span: st.builds(
        Period, st.just(span), st.integers(1949, 2200), st.integers(1, 12 // span.months)
    )
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026年第三季度", "2026Q3"),
        ("2026年三季度", "2026Q3"),
        ("2026年第3季度", "2026Q3"),
        ("２０２６年 3 季度", "2026Q3"),
        ("2026年度第四季度", "2026Q4"),
        ("2026年1-3月", "2026Q1"),
        ("2026年上半年", "2026H1"),
        ("2026年度下半年", "2026H2"),
        ("2026年7月至12月", "2026H2"),
        ("2026年7月", "2026M07"),
        ("2026年十一月份", "2026M11"),
        ("2026年07月", "2026M07"),
        ("2026-07", "2026M07"),
        ("2026年", "2026"),
        ("2026年度", "2026"),
        ("2026", "2026"),
        ("2026年全年", "2026"),
        ("二〇二六年第一季度", "2026Q1"),
        ("二○二六年", "2026"),
        ("2026年1—12月", "2026"),
        ("2026年1-9月", ""),
        ("2026年2-4月", ""),
        ("2026年第五季度", ""),
        ("2026年13月", ""),
        ("2026年9月至3月", ""),
        ("0000年", ""),
        ("近期", ""),
        ("", ""),
    ],
)
def test_words_of_units(text: str, code: str) -> None:
    assert code_of(text) == code


@given(PERIODS)
def test_every_period_is_read_back_from_its_words_and_its_code(period: Period) -> None:
    assert parse(period.text) == parse(period.code) == period


@given(st.text(max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    found = parse(text)
    assert found is None or parse(found.text) == found


@given(PERIODS)
def test_a_period_holds_its_days_and_no_others(period: Period) -> None:
    assert containing(period.span, period.start) == period
    assert containing(period.span, period.end) == period
    if period.year < 2200:
        after = containing(period.span, period.end + timedelta(days=1))
        assert after.start == period.end + timedelta(days=1)
    assert period.start.day == 1


def test_periods_that_begin_between_two_days() -> None:
    found = beginning(Span.QUARTER, date(2025, 10, 2), date(2026, 7, 1))
    assert [each.code for each in found] == ["2026Q1", "2026Q2", "2026Q3"]
    assert list(beginning(Span.YEAR, date(2026, 1, 2), date(2026, 12, 31))) == []
    assert [p.code for p in beginning(Span.HALF, date(2026, 1, 1), date(2026, 1, 1))] == ["2026H1"]


def test_there_is_no_fifth_quarter() -> None:
    with pytest.raises(ValueError, match="no such period"):
        Period(Span.QUARTER, 2026, 5)
    assert periods.parse("2026Q5") is None
