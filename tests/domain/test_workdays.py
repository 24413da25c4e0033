"""Working days against a model that walks day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from domain.db import Session
from domain.workdays import KNOWN, Calendar, CalendarYear, YearPlan, calendar

DAYS = st.dates(date(2002, 1, 1), date(2030, 12, 31))
PLANS = st.builds(
    lambda year, off, on: {
        year: YearPlan(
            frozenset(date(year, 1, 1) + timedelta(days=n) for n in off),
            frozenset(date(year, 1, 1) + timedelta(days=n) for n in on - off),
        )
    },
    st.integers(2026, 2029),
    st.frozensets(st.integers(0, 364), max_size=30),
    st.frozensets(st.integers(0, 364), max_size=10),
)
CALENDARS = st.builds(Calendar, st.just({}) | PLANS)
ONE = timedelta(days=1)


def walked(calendar: Calendar, day: date, count: int) -> date:
    while count:
        day += ONE
        count -= calendar.is_workday(day)
    return day


@given(CALENDARS, DAYS, st.integers(1, 300))
def test_the_nth_working_day_is_where_a_walk_ends(
    calendar: Calendar, day: date, count: int
) -> None:
    assert calendar.after(day, count) == walked(calendar, day, count)


@given(CALENDARS, DAYS, st.integers(0, 900))
def test_working_days_between_are_those_a_walk_counts(
    calendar: Calendar, start: date, length: int
) -> None:
    end = start + timedelta(days=length)
    days = [start + timedelta(days=n) for n in range(1, length + 1)]
    assert calendar.between(start, end) == sum(map(calendar.is_workday, days))
    assert calendar.between(end, start) == -calendar.between(start, end)


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_counting_back_gives_what_was_counted(calendar: Calendar, day: date, count: int) -> None:
    due = calendar.after(day, count)
    assert calendar.between(day, due) == count
    assert calendar.is_workday(due)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),  # 国庆节
        (date(2026, 10, 10), True),  # 调休: a Saturday that is worked
        (date(2026, 10, 8), True),
        (date(2026, 2, 17), False),  # 春节
        (date(2026, 2, 14), True),  # 调休
        (date(2025, 1, 1), False),
        (date(2003, 10, 1), True),  # before the package knows: a Wednesday
        (date(2003, 10, 4), False),  # and a Saturday
        (date(2027, 1, 1), True),  # not announced yet: a Friday
    ],
)
def test_days_off_and_days_worked_instead(day: date, works: bool) -> None:
    assert Calendar().is_workday(day) is works


def test_a_count_goes_over_holidays_and_the_year() -> None:
    assert Calendar().after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert Calendar().after(date(2025, 12, 31), 1) == date(2026, 1, 4)  # a Sunday, worked
    assert Calendar().between(date(2026, 9, 30), date(2026, 10, 10)) == 3


def test_what_no_notice_has_settled_is_provisional() -> None:
    none, entered = Calendar(), Calendar({2027: YearPlan()})
    assert (KNOWN.start, KNOWN.stop > 2026) == (2004, True)
    assert not none.is_provisional(date(2026, 12, 1), date(2026, 12, 31))
    assert none.is_provisional(date(2026, 12, 1), date(2027, 1, 4))
    assert none.is_provisional(date(2003, 12, 31), date(2004, 1, 5))
    assert not entered.is_provisional(date(2026, 12, 1), date(2027, 1, 4))


def test_counting_starts_at_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        Calendar().after(date(2026, 1, 1), 0)


def test_an_entered_year_goes_before_the_package(session: Session) -> None:
    session.add(
        CalendarYear(
            year=2026,
            holidays=["2026-11-20"],
            workdays=["2026-11-21"],
            source="国办发明电〔2025〕7号",
        )
    )
    session.flush()
    entered = calendar(session)
    assert not entered.is_workday(date(2026, 11, 20))
    assert entered.is_workday(date(2026, 11, 21))
    assert entered.is_workday(date(2026, 10, 1))
    assert not entered.is_workday(date(2025, 10, 1))
