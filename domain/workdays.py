"""Working days 工作日 by the calendar of the State Council, with 调休 (domain.md §2).

The package `chinesecalendar` knows the years of `KNOWN`. A later year is entered by the county from
that year's notice; until then its Monday to Friday count, and every day computed through it is
provisional and says so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import chinese_calendar
import sqlalchemy as sa
from chinese_calendar.constants import holidays as _known_days
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Base
from domain.grants import READ, portal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KNOWN = range(min(_known_days).year, max(_known_days).year + 1)
_FRIDAY = 4


class CalendarYear(Base):
    """What the notice 《关于…年部分节假日安排的通知》 says of one year; it goes before the package."""

    __tablename__ = "calendar_years"
    __table_args__ = portal(READ)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Days off and weekend days that are worked, as ISO dates.
    holidays: Mapped[list[str]]
    workdays: Mapped[list[str]]
    source: Mapped[str] = mapped_column(sa.Text)


@dataclass(frozen=True)
class YearPlan:
    """Days off and weekend days that are worked in one year."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Calendar:
    """Counts working days. ``plans`` are the years that the county has entered."""

    plans: Mapping[int, YearPlan] = field(default_factory=dict)

    def knows(self, year: int) -> bool:
        """Whether a year's days off are known; else its Monday to Friday count provisionally."""
        return year in self.plans or year in KNOWN

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day."""
        plan = self.plans.get(day.year)
        if plan is not None:
            return day in plan.workdays or (day.weekday() <= _FRIDAY and day not in plan.holidays)
        if day.year in KNOWN:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() <= _FRIDAY

    def after(self, day: date, count: int) -> date:
        """The working day that comes as the ``count``-th one after a day; the day itself is not counted.

        Raises:
            ValueError: the count is not at least 1.
        """
        if count < 1:
            raise ValueError("counted from 1")
        year = day.year
        worked = self._worked(year)
        place = bisect_right(worked, day) + count
        while place > len(worked):
            place -= len(worked)
            year += 1
            worked = self._worked(year)
        return worked[place - 1]

    def between(self, start: date, end: date) -> int:
        """How many working days come after ``start``, up to and with ``end``; negative backwards."""
        if end < start:
            return -self.between(end, start)
        before = bisect_right(self._worked(start.year), start)
        whole = sum(len(self._worked(year)) for year in range(start.year, end.year))
        return whole + bisect_right(self._worked(end.year), end) - before

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether what was counted between two days went through a year nobody knows yet."""
        return not all(self.knows(year) for year in range(start.year, end.year + 1))

    def _worked(self, year: int) -> tuple[date, ...]:
        return _worked(year, self.plans.get(year))


@lru_cache(maxsize=256)
def _worked(year: int, plan: YearPlan | None) -> tuple[date, ...]:
    calendar = Calendar({} if plan is None else {year: plan})
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    return tuple(day for day in days if calendar.is_workday(day))


def calendar(session: Session) -> Calendar:
    """The county's calendar as it is entered now (one statement)."""
    return Calendar(
        {
            row.year: YearPlan(_dates(row.holidays), _dates(row.workdays))
            for row in session.scalars(sa.select(CalendarYear))
        }
    )


def _dates(texts: list[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
