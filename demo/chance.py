"""Chance that is the same every time, and the county's working days.

Keys, receipts and passwords are not drawn from here: those are real and differ with every load.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from domain.clock import BEIJING

SEED = "云岭县"
# The county's life ends here, whatever the clock says, so that every load has the same dates.
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FIRST_YEAR = 2024
_OPENING, _CLOSING = 8 * 60 + 30, 17 * 60 + 30


def chance(*names: object) -> Random:
    """A generator of its own for whatever these names say; others cannot shift its draws."""
    return Random(":".join([SEED, *map(str, names)]))


def workday(day: date) -> date:
    """That day, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def in_office(day: date, draw: Random) -> datetime:
    """A moment in the working hours of a day or of the next working day; UTC, whole minutes."""
    minute = draw.randrange(_OPENING, _CLOSING)
    at = datetime.combine(workday(day), time(minute // 60, minute % 60), BEIJING)
    return at.astimezone(UTC)


def later(moment: datetime, least: int, most: int, draw: Random) -> datetime:
    """A moment in working hours, from ``least`` to ``most`` days after another, never before it."""
    days = draw.randint(least, most)
    found = in_office(moment.astimezone(BEIJING).date() + timedelta(days=days), draw)
    return max(found, moment + timedelta(minutes=draw.randint(5, 50)))


def quarters(*, recent: int | None = None) -> list[tuple[int, int]]:
    """The quarters that had ended or begun by `TODAY`, as year and number; the last ones only."""
    found = [
        (year, number)
        for year in range(FIRST_YEAR, TODAY.year + 1)
        for number in range(1, 5)
        if date(year, number * 3 - 2, 1) <= TODAY
    ]
    return found if recent is None else found[-recent:]
