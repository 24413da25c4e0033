"""Handing in a report: what art. 15 sends up leaves nothing behind."""

import pytest
from sqlalchemy import select

from domain import reports
from domain.categories import Matter
from domain.db import Session
from domain.officials import ManagedBy
from domain.reports import Submission, TakenHigher
from domain.subjects import Subject
from tests.fixtures.county import NOW, County


def test_nothing_is_stored_of_what_goes_up(session: Session, county: County) -> None:
    leader = Subject(name=county.officials["party"].name)
    with pytest.raises(TakenHigher, match="市管") as refused:
        reports.submit(session, Submission(leader, Matter.MONEY, "某事"), NOW)
    assert refused.value.level is ManagedBy.CITY
    assert not session.new
    assert session.scalars(select(reports.Report)).all() == []
