"""Who must publish what by when, and what has arisen from that since."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from demo.chance import NOW, TODAY, quarters
from demo.staff import BEGINNING
from domain import obligations
from domain.audit import Act
from domain.clock import day_begins
from domain.obligations import (
    Counted,
    Filters,
    Frequency,
    Obligation,
    Status,
    Terms,
    Thing,
    rules,
)
from domain.obligations.arising import write

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from demo.publishing import Press
    from demo.staff import People
    from demo.timeline import Timeline

_SOURCE = "《云岭县“一把手”权力公开办法（试行）》（云岭委办发〔2023〕41号，虚构）第{}条"
_RULES = (
    (Thing.DUTY, Frequency.YEAR, Counted.START, 30, "七"),
    (Thing.GOAL, Frequency.QUARTER, Counted.START, 25, "八"),
    (Thing.DECISION, Frequency.QUARTER, Counted.END, 15, "九"),
    (Thing.PUBLIC_INTEREST, Frequency.QUARTER, Counted.END, 15, "十"),
    (Thing.HANDLING, Frequency.QUARTER, Counted.END, 15, "十"),
    (Thing.RESULT, Frequency.HALF, Counted.END, 15, "十一"),
    (Thing.POWERS, Frequency.TENURE, Counted.START, 20, "五"),
    (Thing.POWERS, Frequency.YEAR, Counted.START, 45, "六"),
)
_FLOOD = "汛期抢险，负责人员在一线值守，准予延期。"
_NOTHING = "本季度没有召开决策会议，经核实免除。"


def make_rules(session: Session, people: People, *, recent: int | None) -> None:
    """The county's rules, made before its first year begins.

    Args:
        recent: only so many last quarters are told of, so the rules begin there.
    """
    year, number = quarters(recent=recent)[0]
    start = date(year, number * 3 - 2, 1)
    for thing, frequency, counted, days, article in _RULES:
        terms = Terms(thing, frequency, counted, days, _SOURCE.format(article), start)
        rules.add(session, terms, people.staff["shenhe"], BEGINNING)


def build(
    session: Session, people: People, press: Press, timeline: Timeline, *, recent: int | None
) -> None:
    """Let arise what the years brought, twice a month; and a few days put off at the end."""
    year, number = quarters(recent=recent)[0]
    day = date(year, number * 3 - 2, 1)
    while day <= TODAY:
        found = write(session, day)
        if found.subjects:
            at = day_begins(day)
            counts = {"made": len(found.made), "lifted": len(found.lifted)}
            press.acts.append(Act(at, None, "obligations.arise", "obligations", details=counts))
            press.changes += [(at, subject) for subject in found.subjects]
        day = day.replace(day=15) if day.day == 1 else _next_month(day)
    timeline.at(NOW, lambda: _decide(session, people))


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _decide(session: Session, people: People) -> None:
    """Put one overdue day off, and let one unit off."""
    open_ones = obligations.ids(Filters(thing=Thing.DECISION, status=Status.OVERDUE), TODAY)
    numbers = session.scalars(open_ones.limit(2)).all()
    chief = people.staff["lingdao"]
    for number, obligation in enumerate(session.get_one(Obligation, one) for one in numbers):
        if number:
            obligations.lift(session, obligation, _NOTHING, chief, NOW)
        else:
            day = TODAY + timedelta(days=20)
            obligations.extend(session, obligation, day, _FLOOD, chief, NOW)
