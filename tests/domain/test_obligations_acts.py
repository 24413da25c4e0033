from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from domain import audit, former_codes, obligations
from domain.audit import AuditRow
from domain.db import Session
from domain.errors import Refused
from domain.indexing import IndexChange
from domain.obligations import (
    Frequency,
    Obligation,
    Status,
    Thing,
    YearNotice,
)
from tests.fixtures.county import County
from tests.fixtures.owing import ask, at, of, publish, status, terms


def test_a_day_is_put_off_with_a_reason(session: Session, made: County, owed: Obligation) -> None:
    chief, now = made.staff["chief"], at(date(2026, 4, 20))
    obligations.extend(session, owed, date(2026, 5, 11), "洪灾抢险", chief, now)
    session.refresh(owed)
    (extension,) = owed.extensions
    assert (extension.former_due_on, extension.reason) == (date(2026, 4, 15), "洪灾抢险")
    assert status(session, owed, date(2026, 5, 11)) is Status.OPEN
    row = session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc())).first()
    assert row is not None
    assert (row.action, row.reason) == ("obligations.extend", "洪灾抢险")
    assert row.details == {"former": "2026-04-15", "due": "2026-05-11"}
    last = session.scalars(sa.select(IndexChange).order_by(IndexChange.seq.desc())).first()
    assert last is not None
    assert last.subject == f"obligations:{made.units['jt'].id}"
    assert list(audit.breaks(session)) == []


@pytest.mark.parametrize(
    ("day", "reason", "words"),
    [
        (date(2026, 4, 15), "洪灾", "晚于原来的期限"),
        (date(2026, 4, 17), "洪灾", "不能早于今天"),
        (date(2026, 5, 11), " ", "理由"),
        (date(9999, 12, 30), "洪灾", "年份不对"),
    ],
)
def test_a_day_is_not_put_off_so(
    session: Session, made: County, owed: Obligation, day: date, reason: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        obligations.extend(session, owed, day, reason, made.staff["chief"], at(date(2026, 4, 20)))


def test_what_is_settled_stays(session: Session, made: County, owed: Obligation) -> None:
    chief, now = made.staff["chief"], at(date(2026, 5, 20))
    publish(session, made, date(2026, 5, 6))
    with pytest.raises(Refused, match="已经公开"):
        obligations.extend(session, owed, date(2026, 6, 1), "补办", chief, now)
    other = of(session, made, "jy")[0]
    obligations.lift(session, other, "本季度没有决策会议", chief, now)
    assert status(session, other, date(2026, 6, 1)) is Status.LIFTED
    with pytest.raises(Refused, match="已经免除"):
        obligations.lift(session, other, "再一次", chief, now)
    with pytest.raises(Refused, match="没有管理公开任务的权限"):
        obligations.lift(session, of(session, made, "dh")[0], "本单位", made.staff["editor"], now)


def test_a_unit_that_ends_owes_no_more(session: Session, made: County) -> None:
    ask(session, terms(frequency=Frequency.MONTH))
    obligations.arise(session, at(date(2026, 3, 2)))
    chief, now = made.staff["chief"], at(date(2026, 3, 2))
    publish(session, made, date(2026, 3, 2), period="2026年2月")
    jt = made.units["jt"]
    obligations.release(session, jt, date(2026, 3, 9), "并入住建局", chief, now)
    today = date(2026, 5, 6)
    obligations.arise(session, at(today))
    found = {each.period: status(session, each, today) for each in of(session, made, "jt")}
    assert found == {
        "2026M01": Status.OVERDUE,
        "2026M02": Status.ON_TIME,
        "2026M03": Status.LIFTED,
    }
    with pytest.raises(Refused, match="不再承担"):
        obligations.release(session, jt, date(2026, 6, 1), "再一次", chief, now)
    with pytest.raises(Refused, match="不能早于今天"):
        obligations.release(session, made.units["jy"], date(2026, 3, 1), "早了", chief, now)


def notice(**changes: object) -> YearNotice:
    values: dict[str, object] = {
        "year": 2027,
        "holidays": [date(2027, 1, 1), date(2027, 1, 4)],
        "workdays": [date(2027, 1, 10)],
        "source": "国办发明电〔2026〕9号",
    }
    return YearNotice(**(values | changes))  # type: ignore[arg-type]


def test_a_day_in_a_year_nobody_knows_is_provisional_until_it_is_entered(
    session: Session, made: County
) -> None:
    ask(session, terms())
    obligations.arise(session, at(date(2026, 10, 1)))
    (*settled, last) = of(session, made, "jt")
    assert [each.provisional for each in settled] == [False] * 3
    assert (last.due_on, last.provisional) == (date(2027, 1, 14), True)
    now = at(date(2026, 11, 20))
    assert obligations.set_year(session, notice(), made.staff["chief"], now) == len(made.units)
    # One day off more on Friday and on Monday, one Sunday worked.
    assert (last.due_on, last.provisional) == (date(2027, 1, 15), False)
    assert obligations.set_year(session, notice(), made.staff["chief"], now) == 0


def test_a_day_that_is_over_moves_to_the_units_advantage_only(
    session: Session, made: County
) -> None:
    ask(session, terms())
    obligations.arise(session, at(date(2026, 10, 1)))
    worked = notice(workdays=[date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 9)])
    obligations.set_year(session, worked, None, at(date(2027, 2, 1)))
    assert of(session, made, "jt")[-1].due_on == date(2027, 1, 14)


def test_no_day_moves_to_one_that_is_over(session: Session, made: County) -> None:
    ask(session, terms())
    obligations.arise(session, at(date(2026, 10, 1)))
    worked = notice(workdays=[date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 9)])
    obligations.set_year(session, worked, None, at(date(2027, 1, 14)))
    assert of(session, made, "jt")[-1].due_on == date(2027, 1, 14)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": 999}, "年份不对"),
        ({"workdays": [date(2026, 1, 10)]}, "2027 年以内"),
        ({"workdays": [date(2027, 1, 1)]}, "既写成放假又写成上班"),
        ({"holidays": [], "workdays": []}, "放假的日期"),
        ({"source": ""}, "文件依据"),
    ],
)
def test_a_year_that_makes_no_sense(
    session: Session, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        obligations.set_year(session, notice(**changes), None, datetime(2026, 11, 1, tzinfo=UTC))


def test_a_unit_that_is_merged_leaves_its_obligations_to_its_heir(
    session: Session, made: County
) -> None:
    rule, goal = ask(session, terms(), terms(thing=Thing.GOAL, unit_id=made.units["jy"].id))
    today = date(2026, 4, 1)
    obligations.arise(session, at(today))
    chief, now = made.staff["chief"], at(today)
    shared = of(session, made, "jy", thing=Thing.DECISION)[0]
    own = {each.id for each in of(session, made, "jy", thing=Thing.GOAL)}
    obligations.extend(session, shared, date(2026, 5, 11), "洪灾", chief, now)
    obligations.release(session, made.units["jy"], date(2026, 12, 1), "将并入", chief, now)
    former_codes.merge(session, made.units["jy"], made.units["jt"], None, now)
    found = of(session, made, "jt")
    assert sorted((each.thing, each.period) for each in found) == [
        (thing, code) for thing in (Thing.DECISION, Thing.GOAL) for code in ("2026Q1", "2026Q2")
    ]
    assert {each.id for each in found if each.thing is Thing.GOAL} == own
    session.refresh(goal)
    session.refresh(rule)
    assert goal.valid_until == date(2026, 3, 31)
    assert rule.valid_until is None
