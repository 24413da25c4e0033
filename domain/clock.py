"""The county's day. Moments are kept in UTC; days are counted by Beijing time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

# China has had one zone and no summer time since 1991; a fixed offset needs no zone database.
BEIJING = timezone(timedelta(hours=8), "CST")


def utc_now() -> datetime:
    """The present moment, aware and in UTC. Only entry points call it; rules are handed ``now``."""
    return datetime.now(UTC)


def day_begins(day: date) -> datetime:
    """The moment a day begins in the county, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The day a moment falls on in the county."""
    return moment.astimezone(BEIJING).date()
