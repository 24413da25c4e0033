"""What is done about obligations: every POST once, as it succeeds."""

from __future__ import annotations

import sqlalchemy as sa

from domain.clock import local_day, utc_now
from domain.db import Session
from domain.obligations import Obligation, Rule
from tests.admin.conftest import Desk
from tests.admin.post import Post
from tests.fixtures.county import County
from tests.fixtures.owing import ask, owe, terms

RULE = {
    "thing": "decision",
    "scope": "kind:organ",
    "frequency": "quarter",
    "counted": "end",
    "days": "10",
    "source": "云岭委办发〔2025〕3号",
}


def _today() -> str:
    return local_day(utc_now()).isoformat()


def open_one(session: Session, county: County) -> int:
    """The id of something 教育局 owes and has not published."""
    session.rollback()
    owe(session, county)
    session.commit()
    found = session.scalar(
        sa.select(Obligation.id).where(
            Obligation.unit_id == county.units["jy"].id, Obligation.period == "2026Q3"
        )
    )
    assert found is not None
    return found


def _rule(session: Session) -> Rule:
    session.rollback()
    (made,) = ask(session, terms())
    session.commit()
    return made


def _extend(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    fields = {"extend-due_on": "2150-01-04", "extend-reason": "洪灾抢险"}
    return f"/obligations/{open_one(session, county)}/extend", {**fields}


def _lift(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/obligations/{open_one(session, county)}/lift", {"lift-reason": "没有决策会议"}


def _release(_s: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    fields = {"unit": county.units["jy"].id, "from_on": _today(), "reason": "并入别的单位"}
    return "/obligations/releases", fields


def _new_rule(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return "/obligations/rules/new", {**RULE, "valid_from": _today()}


def _revise(session: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/obligations/rules/{_rule(session).id}", {**RULE, "valid_from": _today()}


def _end(session: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    fields = {"end-last": _today(), "end-reason": "不再要求"}
    return f"/obligations/rules/{_rule(session).id}/end", {**fields}


def _calendar(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    holidays = "2027-01-01\n2027年2月6日至2027年2月12日"
    fields = {"year": "2027", "holidays": holidays, "workdays": "2027-01-10", "source": "通知"}
    return "/obligations/calendar", {**fields}


POSTS: dict[str, Post] = {
    "obligations.extend": Post("chief", _extend, ["obligations.extend"]),
    "obligations.lift": Post("reviewer", _lift, ["obligations.lift"]),
    "obligations.release": Post("reviewer", _release, ["obligations.release"]),
    "obligations.new_rule": Post("reviewer", _new_rule, ["obligations.add_rule"]),
    "obligations.rule": Post("reviewer", _revise, ["obligations.revise_rule"]),
    "obligations.end_rule": Post("reviewer", _end, ["obligations.end_rule"]),
    "obligations.calendar": Post("chief", _calendar, ["obligations.set_year"]),
}
