from __future__ import annotations

from datetime import date

import pytest

from domain import disclosures, obligations, publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition, Leaf
from domain.obligations import (
    By,
    Filters,
    Frequency,
    Obligation,
    Status,
    Thing,
)
from domain.units import UnitKind
from tests.fixtures.county import County, make_public
from tests.fixtures.owing import ask, at, of, publish, status, task, terms


@pytest.mark.parametrize(
    ("day", "hour", "found"),
    [
        (date(2026, 2, 3), 10, Status.ON_TIME),
        (date(2026, 4, 15), 23, Status.ON_TIME),
        (date(2026, 4, 16), 0, Status.LATE),
        (date(2026, 6, 1), 10, Status.LATE),
    ],
)
def test_on_time_until_the_day_is_over_in_the_county(
    session: Session, made: County, owed: Obligation, day: date, hour: int, found: Status
) -> None:
    edition = publish(session, made, day)
    edition.published_at = at(day, hour)
    session.flush()
    done = task(session, owed, date(2026, 7, 1))
    assert (done.status, done.published_on, done.answers) == (found, day, [edition])
    assert done.nearness is None


def test_it_is_overdue_only_when_the_day_is_over(session: Session, owed: Obligation) -> None:
    assert status(session, owed, date(2026, 4, 15)) is Status.OPEN
    late = task(session, owed, date(2026, 4, 17))
    assert (late.status, late.overdue) == (Status.OVERDUE, 2)


@pytest.mark.parametrize(
    "other",
    [
        {"period": "2026年第二季度"},
        {"period": "2026年"},
        {"leaf": Leaf.GOAL},
        {"unit": "jy"},
        {"period": "近期"},
    ],
)
def test_what_is_about_something_else_does_not_do(
    session: Session, made: County, owed: Obligation, other: dict[str, object]
) -> None:
    publish(session, made, date(2026, 2, 3), **other)  # type: ignore[arg-type]
    assert status(session, owed, date(2026, 7, 1)) is Status.OVERDUE


@pytest.mark.parametrize(
    ("frequency", "asked", "said", "met"),
    [
        # Each publication with the month of 2026 in which it became public; the first is due first.
        (Frequency.QUARTER, "2026Q1", {"2026年1月": 2, "2026年2月": 3, "2026年3月": 4}, 4),
        (Frequency.QUARTER, "2026Q1", {"2026年1月": 2, "2026年2月": 3}, None),
        (Frequency.QUARTER, "2026Q1", {"2026年1月": 2, "2026年2月": 3, "2026年4月": 5}, None),
        (Frequency.QUARTER, "2026Q1", {"2026年1月": 2, "2026年第一季度": 6}, 6),
        (Frequency.QUARTER, "2026Q1", {"2026年上半年": 7}, None),
        (Frequency.HALF, "2026H1", {"2026年第一季度": 4, "2026年第二季度": 7}, 7),
        (Frequency.HALF, "2026H1", {"2026年第一季度": 4, "4月": 5, "5月": 6, "6月": 7}, 7),
        (Frequency.HALF, "2026H1", {"2026年第一季度": 4, "2026年第三季度": 9}, None),
        (Frequency.YEAR, "2026", {"2026年上半年": 7, "2026年第三季度": 10, "四季度": 12}, 12),
        (Frequency.YEAR, "2026", {"2025年上半年": 7, "2026年下半年": 12}, None),
        (Frequency.MONTH, "2026M02", {"2026年第一季度": 4}, None),
        (Frequency.MONTH, "2026M02", {"2026年2月": 4}, 4),
    ],
)
def test_publications_within_a_period_answer_for_it_together(
    session: Session,
    made: County,
    frequency: Frequency,
    asked: str,
    said: dict[str, int],
    met: int | None,
) -> None:
    ask(session, terms(frequency=frequency))
    for month in range(1, 13):
        obligations.arise(session, at(date(2026, month, 1)))
    (owed,) = of(session, made, "jt", period=asked)
    spelled = {"四季度": "2026年第四季度", **{f"{n}月": f"2026年{n}月" for n in range(1, 13)}}
    editions = [
        publish(session, made, date(2026, month, 9), period=spelled.get(period, period))
        for period, month in said.items()
    ]
    done = task(session, owed, date(2026, 12, 31))
    assert done.published_on == (date(2026, met, 9) if met else None)
    if met is None:
        assert done.status in {Status.OVERDUE, Status.OPEN}
        return
    assert done.answers == editions
    # Without one of them the rest is a part of it.
    publishing.withdraw(
        session, editions[-1], "有误", made.staff["reviewer"], at(date(2026, 12, 30))
    )
    left = task(session, owed, date(2026, 12, 31))
    assert (left.published_on, left.answers, left.parts) == (None, [], editions[:-1])
    assert left.taken_off_on == date(2026, 12, 30)


def test_the_period_is_understood_however_it_is_worded(
    session: Session, made: County, owed: Obligation
) -> None:
    publish(session, made, date(2026, 2, 3), period="2026年1-3月")
    assert status(session, owed, date(2026, 7, 1)) is Status.ON_TIME


def correct(
    session: Session, county: County, edition: DisclosureEdition, day: date
) -> DisclosureEdition:
    again = disclosures.new_edition(session, edition.disclosure, edition.title, "更正", None)
    make_public(session, county, again, at(day))
    return again


def test_a_correction_makes_nothing_late(session: Session, made: County, owed: Obligation) -> None:
    first = publish(session, made, date(2026, 2, 3))
    second = correct(session, made, first, date(2026, 5, 6))
    done = task(session, owed, date(2026, 7, 1))
    assert (done.status, done.answers) == (Status.ON_TIME, [second])
    # Nor does it when the corrected edition is taken off later.
    publishing.withdraw(session, first, "有误", made.staff["reviewer"], at(date(2026, 5, 7)))
    assert status(session, owed, date(2026, 7, 1)) is Status.ON_TIME


def test_what_is_withdrawn_is_not_published_from_then_on(
    session: Session, made: County, owed: Obligation
) -> None:
    first = publish(session, made, date(2026, 2, 3))
    publishing.withdraw(session, first, "有误", made.staff["reviewer"], at(date(2026, 3, 2)))
    gone = task(session, owed, date(2026, 4, 1))
    assert (gone.status, gone.taken_off_on) == (Status.OPEN, date(2026, 3, 2))
    assert status(session, owed, date(2026, 5, 1)) is Status.OVERDUE
    correct(session, made, first, date(2026, 5, 6))
    assert status(session, owed, date(2026, 7, 1)) is Status.LATE


def test_another_document_stands_in_for_one_that_is_withdrawn(
    session: Session, made: County, owed: Obligation
) -> None:
    first = publish(session, made, date(2026, 2, 3))
    publish(session, made, date(2026, 4, 1), title="另一件")
    publishing.withdraw(session, first, "有误", made.staff["reviewer"], at(date(2026, 6, 2)))
    done = task(session, owed, date(2026, 7, 1))
    assert (done.status, done.published_on) == (Status.ON_TIME, date(2026, 4, 1))


def test_drafts_do_not_count(session: Session, made: County, owed: Obligation) -> None:
    document = disclosures.document(
        session, made.units["jt"], Leaf.DECISION, "2026年第一季度", 2026, "稿"
    )
    edition = disclosures.new_edition(session, document, "稿", "内容", None)
    publishing.submit(session, edition, None, at(date(2026, 2, 3)))
    assert status(session, owed, date(2026, 4, 1)) is Status.OPEN


def test_figures_by_each(session: Session, made: County, owed: Obligation) -> None:
    publish(session, made, date(2026, 2, 3))
    publish(session, made, date(2026, 5, 6), unit="jy")
    today = date(2026, 7, 1)
    obligations.arise(session, at(today))
    by_unit = obligations.figures(session, By.UNIT, Filters(), today)
    jt = by_unit[made.units["jt"].id]
    assert (jt[Status.ON_TIME], jt[Status.OPEN], jt[Status.OVERDUE], jt.owed) == (1, 2, 0, 3)
    assert by_unit[made.units["dh"].id].oldest == date(2026, 4, 15)
    by_kind = obligations.figures(session, By.KIND, Filters(period="2026Q1"), today)
    assert by_kind[UnitKind.ORGAN][Status.LATE] == 1
    by_thing = obligations.figures(session, By.THING, Filters(kind=UnitKind.TOWN), today)
    assert {thing: one.owed for thing, one in by_thing.items()} == {Thing.DECISION: 3}
    by_period = obligations.figures(session, By.PERIOD, Filters(year=2026), today)
    assert set(by_period) == {"2026Q1", "2026Q2", "2026Q3"}
    whole = obligations.total(by_period)
    assert sum(whole.counts.values()) == session.query(Obligation).count() == 15
    assert obligations.years(session) == [2026]
    assert obligations.periods(session, 2026) == ["2026Q1", "2026Q2", "2026Q3"]
    assert obligations.of_unit(session, made.units["jt"].id, today).owed == 3
