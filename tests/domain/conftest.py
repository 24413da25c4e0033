"""A county that owes something."""

from __future__ import annotations

from datetime import date

import pytest

from domain import obligations
from domain.db import Session
from domain.obligations import Obligation
from tests.fixtures.county import County, build_county
from tests.fixtures.owing import ask, at, of, terms


@pytest.fixture
def made(session: Session) -> County:
    """The small county, nothing published in it."""
    return build_county(session)


@pytest.fixture
def owed(session: Session, made: County) -> Obligation:
    """The first quarter's decisions of 交通运输局, due on 15 April 2026."""
    ask(session, terms())
    obligations.arise(session, at(date(2026, 1, 1)))
    return of(session, made, "jt")[0]
