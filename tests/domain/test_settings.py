"""Settings and the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain import settings
from domain.clock import day_begins, local_day, utc_now
from domain.db import Session
from domain.settings import Setting
from tests.fixtures.county import (
    TODAY,
)


def test_settings_have_defaults_and_can_be_chosen(session: Session) -> None:
    assert settings.county(session).higher_contact == "12388"
    settings.choose(session, site_name="明权", county="云岭县")
    settings.choose(session, county="云岭")
    session.add(Setting(key="of another version", value="x"))
    session.commit()
    found = settings.county(session)
    assert (found.site_name, found.county, found.grouping) == ("明权", "云岭", "later_pair")
    with pytest.raises(KeyError, match="colour"):
        settings.choose(session, colour="red")


def test_days_are_the_countys() -> None:
    before = datetime(2026, 1, 1, 15, 59, 59, tzinfo=UTC)
    assert local_day(before) == date(2026, 1, 1)
    assert local_day(before + timedelta(seconds=1)) == date(2026, 1, 2)
    assert day_begins(date(2026, 1, 2)) == before + timedelta(seconds=1)
    assert local_day(day_begins(TODAY)) == TODAY
    assert utc_now().utcoffset() == timedelta()
