from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from domain import obligations, officials
from domain.audit import AuditRow
from domain.db import Session
from domain.errors import Refused
from domain.indexing import IndexChange
from domain.obligations import (
    Counted,
    Frequency,
    Status,
    Thing,
    rules,
)
from domain.obligations.arising import CORRECTED, LEFT
from domain.officials import Official, Post, Tenure
from domain.units import Unit, UnitKind
from tests.fixtures.county import County, draft_powers, make_public
from tests.fixtures.owing import BEFORE, ask, at, of, status, task, terms


def test_a_quarter_asks_every_unit_once(session: Session, made: County) -> None:
    ask(session, terms())
    for day in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 31)):
        obligations.arise(session, at(day))
    (first,) = of(session, made, "jt")
    assert (first.period, first.since) == ("2026Q1", date(2026, 1, 1))
    # Ten working days after 31 March over 清明节 (4 to 6 April).
    assert first.due_on == date(2026, 4, 15)
    assert not first.provisional
    obligations.arise(session, at(date(2026, 4, 1)))
    assert [each.period for each in of(session, made, "jt")] == ["2026Q1", "2026Q2"]
    assert len(of(session, made, "dh")) == 2


def test_arising_is_written_down_once_and_told(session: Session, made: County) -> None:
    ask(session, terms())
    before = session.scalar(sa.select(sa.func.count(AuditRow.seq)))
    now = at(date(2026, 1, 5))
    assert obligations.is_due(session, now)
    assert len(obligations.arise(session, now).made) == len(made.units)
    assert not obligations.is_due(session, now)
    assert obligations.arise(session, now).subjects == []
    last = session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc())).first()
    assert last is not None
    assert (last.action, last.details) == ("obligations.arise", {"made": 5, "lifted": 0})
    assert last.seq == (before or 0) + 1
    told = session.scalars(sa.select(IndexChange.subject).where(IndexChange.at == now)).all()
    assert sorted(told) == sorted(f"obligations:{unit.id}" for unit in made.units.values())


def test_the_scope_of_a_rule(session: Session, made: County) -> None:
    town = terms(kind=UnitKind.TOWN, thing=Thing.GOAL)
    one = terms(unit_id=made.units["jt"].id, days=5, thing=Thing.RESULT)
    every = terms(thing=Thing.RESULT)
    ask(session, every, town, one)
    obligations.arise(session, at(date(2026, 1, 1)))
    assert [each.thing for each in of(session, made, "jy")] == [Thing.RESULT]
    assert {each.thing for each in of(session, made, "dh")} == {Thing.RESULT, Thing.GOAL}
    # Who is named follows their own rule only.
    (own,) = of(session, made, "jt")
    assert (own.rule.days, own.due_on) == (5, date(2026, 4, 8))


@pytest.mark.parametrize(
    ("frequency", "counted", "due"),
    [
        (Frequency.YEAR, Counted.START, date(2026, 1, 8)),
        (Frequency.HALF, Counted.END, date(2026, 7, 7)),
        (Frequency.QUARTER, Counted.START, date(2026, 1, 8)),
        (Frequency.MONTH, Counted.END, date(2026, 2, 6)),
    ],
)
def test_how_often_and_by_when(
    session: Session, made: County, frequency: Frequency, counted: Counted, due: date
) -> None:
    ask(session, terms(frequency=frequency, counted=counted, days=5))
    obligations.arise(session, at(date(2026, 1, 1)))
    assert of(session, made, "jt")[0].due_on == due


def test_a_new_unit_owes_from_the_next_period_on(session: Session, made: County) -> None:
    ask(session, terms(frequency=Frequency.MONTH))
    obligations.arise(session, at(date(2026, 3, 20)))
    made.units["xj"] = Unit(code="xj", name="新局", short_name="新局", kind=UnitKind.ORGAN)
    session.add(made.units["xj"])
    session.flush()
    obligations.arise(session, at(date(2026, 3, 25)))
    assert of(session, made, "xj") == []
    obligations.arise(session, at(date(2026, 4, 2)))
    assert [each.period for each in of(session, made, "xj")] == ["2026M04"]


def test_changing_a_rule_leaves_what_has_arisen(session: Session, made: County) -> None:
    (rule,) = ask(session, terms())
    obligations.arise(session, at(date(2026, 4, 1)))
    stored = [(each.id, each.due_on) for each in of(session, made, "jt")]
    manager = made.staff["reviewer"]
    shorter = terms(days=3, valid_from=date(2026, 7, 1))
    follower = rules.revise(session, rule, shorter, manager, at(date(2026, 5, 6)))
    obligations.arise(session, at(date(2026, 7, 1)))
    found = of(session, made, "jt")
    assert [(each.id, each.due_on) for each in found[:2]] == stored
    # Three working days after the quarter and 国庆节, the third a Saturday that is worked.
    assert (found[2].rule_id, found[2].due_on) == (follower.id, date(2026, 10, 10))
    assert rule.valid_until == date(2026, 6, 30)
    rules.end(session, follower, date(2026, 8, 1), "不再要求", manager, at(date(2026, 8, 1)))
    obligations.arise(session, at(date(2026, 10, 1)))
    assert of(session, made, "jt") == found


def test_a_rule_never_reaches_back(session: Session, made: County) -> None:
    with pytest.raises(Refused, match="不能早于今天"):
        rules.add(session, terms(), None, at(date(2026, 1, 2)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frequency": Frequency.TENURE}, "只有权力清单"),
        ({"days": 0}, "期限应在"),
        ({"days": 251}, "期限应在"),
        ({"source": " "}, "文件依据"),
        ({"kind": UnitKind.TOWN, "unit_id": 1}, "只能选一种"),
        ({"unit_id": 99}, "没有这个单位"),
    ],
)
def test_terms_that_make_no_sense(
    session: Session, made: County, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        ask(session, terms(**changes))


def test_only_managers_make_rules(session: Session, made: County) -> None:
    for username in ("editor", "intake", "system"):
        with pytest.raises(Refused, match="没有管理公开任务的权限"):
            rules.add(session, terms(), made.staff[username], at(BEFORE))
    rules.add(session, terms(), made.staff["chief"], at(BEFORE))


def test_what_has_ended_cannot_be_changed(session: Session, made: County) -> None:
    (rule,) = ask(session, terms())
    with pytest.raises(Refused, match="不能早于今天"):
        rules.end(session, rule, date(2026, 2, 1), "不再要求", None, at(date(2026, 2, 2)))
    rules.end(session, rule, date(2026, 2, 1), "不再要求", None, at(date(2026, 2, 1)))
    with pytest.raises(Refused, match="已经停止"):
        rules.end(session, rule, date(2026, 3, 1), "不再要求", None, at(date(2026, 3, 1)))
    with pytest.raises(Refused, match="已经停止"):
        rules.revise(session, rule, terms(valid_from=date(2026, 3, 1)), None, at(date(2026, 3, 1)))


def new_head(session: Session, county: County, started_on: date) -> Tenure:
    successor = Official(code="N1", name="新来")
    session.add(successor)
    session.flush()
    return officials.appoint(session, county.posts["transport"], successor, started_on)


def tenure_rule(session: Session) -> None:
    ask(session, terms(thing=Thing.POWERS, frequency=Frequency.TENURE, days=20))


def test_a_new_head_owes_a_list(session: Session, made: County) -> None:
    tenure_rule(session)
    obligations.arise(session, at(date(2026, 2, 2)))
    assert of(session, made, "jt") == []
    make_public(session, made, draft_powers(session, made), at(date(2026, 2, 20)))
    new_head(session, made, date(2026, 3, 2))
    obligations.arise(session, at(date(2026, 3, 3)))
    (owed,) = of(session, made, "jt")
    assert (owed.period, owed.since, owed.due_on) == ("", date(2026, 3, 2), date(2026, 3, 30))
    # The list of the head before does not do.
    assert status(session, owed, date(2026, 3, 30)) is Status.OPEN
    assert status(session, owed, date(2026, 3, 31)) is Status.OVERDUE
    edition = draft_powers(session, made)
    make_public(session, made, edition, at(date(2026, 3, 30), 23))
    done = task(session, owed, date(2026, 4, 30))
    assert (done.status, done.answers) == (Status.ON_TIME, [edition])


def test_nobody_is_late_with_what_the_system_heard_of_too_late(
    session: Session, made: County
) -> None:
    tenure_rule(session)
    obligations.arise(session, at(date(2026, 2, 2)))
    new_head(session, made, date(2026, 1, 5))
    obligations.arise(session, at(date(2026, 6, 1)))
    (owed,) = of(session, made, "jt")
    assert owed.counted_from == date(2026, 6, 1)
    assert status(session, owed, date(2026, 6, 1)) is Status.OPEN


def test_a_head_who_leaves_takes_the_obligation_along(session: Session, made: County) -> None:
    tenure_rule(session)
    tenure = new_head(session, made, date(2026, 3, 2))
    obligations.arise(session, at(date(2026, 3, 3)))
    tenure.ended_on = date(2026, 3, 20)
    assert obligations.arise(session, at(date(2026, 3, 23))).lifted == [made.units["jt"].id]
    (owed,) = of(session, made, "jt")
    assert (owed.lifted_on, owed.lift_reason) == (date(2026, 3, 23), LEFT)
    assert status(session, owed, date(2026, 5, 1)) is Status.LIFTED


def test_a_head_leaves_when_every_rule_has_ended(session: Session, made: County) -> None:
    tenure_rule(session)
    tenure = new_head(session, made, date(2026, 3, 2))
    obligations.arise(session, at(date(2026, 3, 3)))
    for rule in rules.every(session):
        rules.end(session, rule, date(2026, 3, 10), "改用新办法", None, at(date(2026, 3, 10)))
    obligations.arise(session, at(date(2026, 3, 10)))
    assert not obligations.is_due(session, at(date(2026, 3, 11)))
    tenure.ended_on = date(2026, 3, 20)
    session.flush()
    assert not obligations.is_due(session, at(date(2026, 3, 20)))
    assert obligations.is_due(session, at(date(2026, 3, 21)))
    assert obligations.arise(session, at(date(2026, 3, 21))).lifted == [made.units["jt"].id]
    assert not obligations.is_due(session, at(date(2026, 3, 22)))


def test_a_tenure_that_was_recorded_wrongly_is_lifted(session: Session, made: County) -> None:
    tenure_rule(session)
    tenure = new_head(session, made, date(2026, 3, 2))
    obligations.arise(session, at(date(2026, 3, 3)))
    tenure.started_on = date(2026, 3, 9)
    obligations.arise(session, at(date(2026, 3, 10)))
    wrong, right = of(session, made, "jt")
    assert (wrong.lift_reason, right.lifted_on) == (CORRECTED, None)
    assert right.due_on == date(2026, 4, 7)


def test_a_vacant_post_reviews_nothing(session: Session, made: County) -> None:
    ask(session, terms(thing=Thing.POWERS, frequency=Frequency.YEAR, days=40))
    made.posts["education"].tenures[0].ended_on = date(2025, 12, 31)
    session.add(Post(unit=made.units["jt"], title="另一位一把手", is_head=True))
    session.flush()
    obligations.arise(session, at(date(2026, 1, 4)))
    assert of(session, made, "jy") == []
    (review,) = of(session, made, "jt")
    assert (review.post_id, review.period) == (made.posts["transport"].id, "2026")
    make_public(session, made, draft_powers(session, made), at(date(2026, 5, 4)))
    assert status(session, review, date(2026, 6, 1)) is Status.ON_TIME
