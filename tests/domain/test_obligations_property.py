"""Statuses partition obligations, and every figure is what a naive recount of the rows gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine

from domain import obligations
from domain.clock import local_day
from domain.db import Session
from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.obligations import By, Counted, Filters, Frequency, Obligation, Rule, Status, Thing
from domain.periods import Span, beginning, parse
from domain.publishing import State
from domain.units import Unit, UnitKind
from tests.fixtures.owing import at

BEGIN = date(2026, 1, 1)
UNITS, THINGS = (1, 2), (Thing.DECISION, Thing.GOAL)
PERIODS = ("2026", "2026H1", "2026Q1", "2026Q2", "2026M02")
# Which periods the documents of one unit and leaf are about: alone, together, or with one missing.
QUARTER, OTHER_HALF = ["2026M01", "2026M02", "2026M03"], ["2026Q3", "2026M10", "2026M11", "2026M12"]
SERIES = (
    *([code] for code in PERIODS),
    QUARTER,
    QUARTER[:2],
    [*QUARTER, "2026Q1"],
    ["2026Q1", "2026Q2"],
    [*QUARTER, "2026Q2"],
    [*QUARTER, "2026Q2", *OTHER_HALF],
    ["2026H1", *OTHER_HALF],
    ["2026H1", *OTHER_HALF[1:]],
    ["2025Q4", "2026Q2", "2027Q1"],
)
KEYS = st.tuples(st.sampled_from(UNITS), st.sampled_from(THINGS), st.sampled_from(PERIODS))

Key = tuple[int, Thing, str]


def hour(number: int) -> datetime:
    return at(BEGIN) + timedelta(hours=number)


@dataclass(frozen=True)
class Step:
    """An edition: made public so long after the one before, and what became of it."""

    wait: int
    fate: str
    lasts: int


Made = tuple[Key, list[Step]]
STEPS = st.builds(
    Step,
    st.integers(1, 700),
    st.sampled_from(["stays", "withdrawn", "replaced, then withdrawn"]),
    st.integers(1, 300),
)
MADE = st.lists(STEPS, min_size=1, max_size=4)


def of_series(unit_id: int, thing: Thing, codes: list[str]) -> st.SearchStrategy[list[Made]]:
    """A document for each of some periods."""
    keys = [(unit_id, thing, code) for code in codes]
    return st.tuples(*(MADE for _ in keys)).map(lambda steps: list(zip(keys, steps, strict=True)))


DOCUMENTS = st.lists(
    st.tuples(st.sampled_from(UNITS), st.sampled_from(THINGS), st.sampled_from(SERIES)).flatmap(
        lambda chosen: of_series(*chosen)
    ),
    max_size=4,
).map(lambda lists: [one for documents in lists for one in documents])
OWED = st.dictionaries(KEYS, st.tuples(st.integers(0, 120), st.booleans()), min_size=1)


def edition(number: int, start: int, end: int | None, step: Step) -> DisclosureEdition:
    """An edition as publishing leaves it. It ended at ``end`` if another took its place."""
    row = DisclosureEdition(number=number, title="题", published_at=hour(start))
    row.state = State.PUBLISHED if end is None else State.SUPERSEDED
    row.ended_at = None if end is None else hour(end)
    if step.fate == "withdrawn":
        row.state, row.ended_at = State.WITHDRAWN, hour(start + step.lasts)
        row.withdrawn_at = row.ended_at
    elif step.fate != "stays" and end is not None:
        row.state, row.withdrawn_at = State.WITHDRAWN, hour(end + step.lasts)
    return row


def history(steps: list[Step]) -> tuple[list[DisclosureEdition], int | None]:
    """A document's editions, and since which hour it has been public without a break."""
    rows, now, since = [], 0, None
    for number, step in enumerate(steps, start=1):
        now += step.wait
        since = now if since is None else since
        follows = number < len(steps)
        end = now + step.lasts + steps[number].wait if follows else None
        rows.append(edition(number, now, end, step))
        if step.fate == "withdrawn":
            since = None
        now += step.lasts
    return rows, since


def met(since: dict[Key, date], key: Key) -> date | None:
    """The day on which a period's own document was there, or those of all its parts."""
    unit_id, thing, code = key
    period = parse(code)
    assert period is not None
    spans = list(Span)
    shorter = spans[spans.index(period.span) + 1 :][:1]
    parts = [one.code for span in shorter for one in beginning(span, period.start, period.end)]
    days = [met(since, (unit_id, thing, part)) for part in parts]
    together = [max(filter(None, days))] if days and None not in days else []
    return min([*([since[key]] if key in since else []), *together], default=None)


def naive(due: date, lifted: bool, day: date | None, today: date) -> Status:
    if lifted:
        return Status.LIFTED
    if day is not None:
        return Status.ON_TIME if day <= due else Status.LATE
    return Status.OVERDUE if today > due else Status.OPEN


@pytest.fixture
def clean(both: Engine) -> Engine:
    """A database with two units and a rule."""
    with Session(both) as session:
        session.add_all(
            Unit(id=n, code=f"u{n}", name=f"单位{n}", short_name=f"单位{n}", kind=kind)
            for n, kind in zip(UNITS, (UnitKind.ORGAN, UnitKind.TOWN), strict=True)
        )
        session.add(
            Rule(
                id=1,
                thing=Thing.GOAL,
                frequency=Frequency.QUARTER,
                counted=Counted.END,
                days=5,
                source="测试",
                valid_from=BEGIN,
            )
        )
        session.commit()
    return both


def store(session: Session, owed: dict[Key, tuple[int, bool]]) -> None:
    for (unit_id, thing, code), (days, lifted) in owed.items():
        period = parse(code)
        assert period is not None
        session.add(
            Obligation(
                rule_id=1,
                unit_id=unit_id,
                thing=thing,
                period=code,
                since=period.start,
                counted_from=period.end,
                due_on=BEGIN + timedelta(days=days),
                provisional=False,
                lifted_on=BEGIN if lifted else None,
            )
        )
    session.flush()


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(OWED, DOCUMENTS, st.integers(0, 200))
def test_figures_are_what_a_recount_gives(
    clean: Engine,
    owed: dict[Key, tuple[int, bool]],
    documents: list[Made],
    after: int,
) -> None:
    today = BEGIN + timedelta(days=after)
    public: dict[Key, date] = {}
    with Session(clean) as session:
        store(session, owed)
        for number, ((unit_id, thing, code), steps) in enumerate(documents):
            period = parse(code)
            assert period is not None
            rows, since = history(steps)
            leaf = Leaf(thing.value)  # type: ignore[call-arg]
            document = Disclosure(
                unit_id=unit_id, leaf=leaf, period=period.text, year=2026, title=f"事{number}"
            )
            document.editions = rows
            session.add(document)
            if since is not None:
                day, key = local_day(hour(since)), (unit_id, thing, code)
                public[key] = min(day, public.get(key, day))
        session.flush()
        expected = {
            key: naive(BEGIN + timedelta(days=days), lifted, met(public, key), today)
            for key, (days, lifted) in owed.items()
        }
        numbers = session.scalars(sa.select(Obligation.id)).all()
        tasks = obligations.load(session, numbers, today)
        assert {_key(one.obligation): one.status for one in tasks} == expected
        days = {_key(one.obligation): one.published_on for one in tasks}
        assert days == {key: met(public, key) for key in owed}
        for one in tasks:
            assert bool(one.answers) == (one.published_on is not None)
            assert not (one.answers and one.parts)
            assert (one.overdue > 0) <= (one.status is Status.OVERDUE)

        parts = {
            status: set(session.scalars(obligations.ids(Filters(status=status), today)))
            for status in Status
        }
        assert sorted(n for part in parts.values() for n in part) == sorted(numbers)
        for by, place in ((By.UNIT, 0), (By.THING, 1), (By.PERIOD, 2)):
            recount = Counter((key[place], status) for key, status in expected.items())
            found = obligations.figures(session, by, Filters(), today)
            assert {
                (name, status): number
                for name, figures in found.items()
                for status, number in figures.counts.items()
                if number
            } == dict(recount)
        whole = obligations.total(obligations.figures(session, By.KIND, Filters(), today))
        assert whole.counts == {status: len(part) for status, part in parts.items()}
        session.rollback()


def _key(obligation: Obligation) -> Key:
    return obligation.unit_id, obligation.thing, obligation.period
