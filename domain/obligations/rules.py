"""The rules 公开要求: who must publish what, how often, by when, and by which document."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import audit, indexing
from domain.clock import local_day
from domain.db import see_latest
from domain.errors import Refused
from domain.obligations.tables import Counted, Frequency, Rule, Thing
from domain.permissions import Permission
from domain.units import Unit, UnitKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from domain.staff import Staff

MOST_DAYS = 250


@dataclass(frozen=True)
class Terms:
    """What a rule says.

    Attributes:
        days: working days after the period's start or end, or after the head took office.
        kind, unit_id: whom it binds: the units of a kind, one unit, or with neither all.
        source: 文件依据.
        valid_from: periods that begin, and heads who take office, on this day or later.
    """

    thing: Thing
    frequency: Frequency
    counted: Counted
    days: int
    source: str
    valid_from: date
    kind: UnitKind | None = None
    unit_id: int | None = None


def ensure_may_manage(actor: Staff | None) -> None:
    """Refuse whoever may not make rules or put off days; None is the command line."""
    if actor is not None and not actor.may(Permission.OBLIGATION_MANAGE):
        raise Refused("您没有管理公开任务的权限")


def add(session: Session, terms: Terms, actor: Staff | None, now: datetime) -> Rule:
    """Make a rule. What it asks for arises by itself (`arise`).

    Raises:
        Refused: the terms make no sense, or the rule would reach back: what was not asked for at
            its time cannot be overdue.
    """
    rule = _made(session, terms, actor, now)
    audit.record(session, actor, "obligations.add_rule", _name(rule), now, terms=_said(terms))
    return rule


def revise(session: Session, rule: Rule, terms: Terms, actor: Staff | None, now: datetime) -> Rule:
    """Put another rule in the place of one, from the day the new one is valid.

    What has arisen from the former keeps its day.

    Raises:
        Refused: as `add`; or the former rule ends before that day anyway.
    """
    see_latest(session, rule)
    if rule.is_over(terms.valid_from):
        raise Refused("这条要求到那时已经停止，请另立一条")
    follower = _made(session, terms, actor, now)
    rule.valid_until = terms.valid_from - timedelta(days=1)
    audit.record(
        session,
        actor,
        "obligations.revise_rule",
        _name(follower),
        now,
        terms=_said(terms),
        former=rule.id,
    )
    return follower


def end(
    session: Session, rule: Rule, last: date, reason: str, actor: Staff | None, now: datetime
) -> None:
    """Let a rule end; what has arisen from it stays.

    Args:
        last: the last day on which a period may begin to be meant; today or later.

    Raises:
        Refused: it has ended, the day is over, or no reason is given.
    """
    ensure_may_manage(actor)
    see_latest(session, rule)
    if rule.is_over(local_day(now)):
        raise Refused("这条要求已经停止")
    if last < local_day(now):
        raise Refused("停止的日期不能早于今天")
    rule.valid_until = last
    indexing.announce(session, [_name(rule)], now)
    audit.record(session, actor, "obligations.end_rule", _name(rule), now, reason=reason_of(reason))


def reason_of(text: str) -> str:
    """The reason somebody gives, which is public. Refused when there is none."""
    if not text.strip():
        raise Refused("请写明理由")
    return text.strip()


def every(session: Session) -> Sequence[Rule]:
    """All rules, those in force or to come first, by what they ask for."""
    rank = sa.case({thing: n for n, thing in enumerate(Thing)}, value=Rule.thing)
    query = (
        sa.select(Rule)
        .options(sa.orm.joinedload(Rule.unit))
        .order_by(Rule.valid_until.is_not(None), rank, Rule.valid_from, Rule.id)
    )
    return session.scalars(query).all()


def _made(session: Session, terms: Terms, actor: Staff | None, now: datetime) -> Rule:
    ensure_may_manage(actor)
    _check(session, terms)
    if terms.valid_from < local_day(now):
        raise Refused("开始适用的日期不能早于今天，不能倒过来要求已经过去的时期")
    rule = Rule(**{field.name: getattr(terms, field.name) for field in fields(terms)})
    rule.source = terms.source.strip()
    session.add(rule)
    session.flush()
    indexing.announce(session, [_name(rule)], now)
    return rule


def _check(session: Session, terms: Terms) -> None:
    if terms.frequency is Frequency.TENURE and terms.thing is not Thing.POWERS:
        raise Refused("只有权力清单能要求在一把手到任后公开")
    if not 1 <= terms.days <= MOST_DAYS:
        raise Refused("期限应在 1 到 %(most)s 个工作日之间", most=MOST_DAYS)
    if not terms.source.strip():
        raise Refused("请写明文件依据")
    if terms.kind is not None and terms.unit_id is not None:
        raise Refused("适用范围只能选一种：一类单位，或者一个单位")
    if terms.unit_id is not None and session.get(Unit, terms.unit_id) is None:
        raise Refused("没有这个单位")


def _name(rule: Rule) -> str:
    return f"obligation_rules:{rule.id}"


def _said(terms: Terms) -> dict[str, object]:
    values = {field.name: getattr(terms, field.name) for field in fields(terms)}
    return {name: value if value is None else str(value) for name, value in values.items()}
