"""What people decide about obligations: a day put off, a thing or a unit let off, a year's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import audit, indexing, personal_data, workdays
from domain.clock import local_day
from domain.db import queue_up, see_latest
from domain.errors import Refused
from domain.obligations.record import published_on
from domain.obligations.rules import ensure_may_manage, reason_of
from domain.obligations.tables import Extension, Obligation, Release, Rule
from domain.periods import YEARS
from domain.publishing import ensure_scope
from domain.workdays import CalendarYear

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from domain.staff import Staff
    from domain.units import Unit


def extend(
    session: Session,
    obligation: Obligation,
    due_on: date,
    reason: str,
    actor: Staff,
    now: datetime,
    confirmed: Collection[str] = (),
) -> Extension:
    """Put an obligation's day off. Former day, new day and reason are public.

    Args:
        due_on: the new day; later than the former one, and not over.
        confirmed: as `personal_data.for_public`.

    Raises:
        Unconfirmed: something in the reason looks like personal data.
        Refused: it is published or lifted already, the day makes no sense, there is no reason, or
            the actor may not.
    """
    _ensure_open(session, obligation, actor)
    if due_on <= obligation.due_on or due_on < local_day(now):
        raise Refused("新的期限应晚于原来的期限，也不能早于今天")
    # Every page that shows it counts the working days up to it.
    if due_on.year not in YEARS:
        raise Refused("年份不对，请写四位年份")
    made = Extension(
        obligation_id=obligation.id,
        former_due_on=obligation.due_on,
        due_on=due_on,
        reason=personal_data.for_public(reason_of(reason), confirmed),
        granted_at=now,
    )
    session.add(made)
    obligation.due_on = due_on
    # Somebody chose this day; it was not counted.
    obligation.provisional = False
    days = {"former": made.former_due_on.isoformat(), "due": due_on.isoformat()}
    _put_on_record(session, obligation, "obligations.extend", made.reason, actor, now, days)
    return made


def lift(
    session: Session,
    obligation: Obligation,
    reason: str,
    actor: Staff,
    now: datetime,
    confirmed: Collection[str] = (),
) -> None:
    """Let a unit off one obligation that is not fulfilled. The reason is public.

    Args:
        confirmed: as `personal_data.for_public`.

    Raises:
        Unconfirmed: something in the reason looks like personal data.
        Refused: it is published or lifted already, there is no reason, or the actor may not.
    """
    _ensure_open(session, obligation, actor)
    obligation.lifted_on, obligation.lift_reason = (
        local_day(now),
        personal_data.for_public(reason_of(reason), confirmed),
    )
    reason = obligation.lift_reason
    _put_on_record(session, obligation, "obligations.lift", reason, actor, now, {})


def _ensure_open(session: Session, obligation: Obligation, actor: Staff) -> None:
    ensure_may_manage(actor)
    ensure_scope(actor, obligation)
    see_latest(session, obligation)
    if obligation.lifted_on is not None:
        raise Refused("这项任务已经免除")
    day = sa.select(published_on()).select_from(Obligation).where(Obligation.id == obligation.id)
    if session.scalar(day) is not None:
        raise Refused("这项任务已经公开，不能再改期限或免除")


def _put_on_record(
    session: Session,
    obligation: Obligation,
    action: str,
    reason: str,
    actor: Staff,
    now: datetime,
    details: dict[str, str],
) -> None:
    indexing.announce(session, [f"obligations:{obligation.unit_id}"], now)
    audit.record(
        session, actor, action, f"obligations:{obligation.id}", now, reason=reason, **details
    )


def release(
    session: Session,
    unit: Unit,
    from_on: date,
    reason: str,
    actor: Staff,
    now: datetime,
    confirmed: Collection[str] = (),
) -> Release:
    """Let a unit owe nothing from a day on: it was dissolved or merged.

    What is due on that day or later and not published is lifted; what was overdue before stays.

    Args:
        confirmed: as `personal_data.for_public`; the reason is public.

    Raises:
        Unconfirmed: something in the reason looks like personal data.
        Refused: the unit is released already, the day is over, there is no reason, or the actor
            may not.
    """
    ensure_may_manage(actor)
    ensure_scope(actor, unit.id)
    queue_up(session)
    if from_on < local_day(now):
        raise Refused("免除任务的日期不能早于今天")
    if session.scalar(sa.select(Release.id).where(Release.unit_id == unit.id)) is not None:
        raise Refused("这个单位已经不再承担公开任务")
    made = Release(
        unit_id=unit.id,
        from_on=from_on,
        reason=personal_data.for_public(reason_of(reason), confirmed),
    )
    session.add(made)
    query = sa.select(Obligation).where(
        Obligation.unit_id == unit.id,
        Obligation.due_on >= from_on,
        Obligation.lifted_on.is_(None),
        published_on().is_(None),
    )
    for obligation in session.scalars(query):
        obligation.lifted_on, obligation.lift_reason = local_day(now), made.reason
    indexing.announce(session, [f"obligations:{unit.id}"], now)
    audit.record(session, actor, "obligations.release", f"units:{unit.id}", now, reason=made.reason)
    return made


def take_over(session: Session, unit_id: int, heir_id: int, day: date) -> None:
    """Prepare that a dissolved unit's obligations become its heir's. Part of `former_codes.merge`.

    What both owed alike stays as the heir owes it; the dissolved unit's own rules end.
    """
    heirs = sa.orm.aliased(Obligation)
    alike = sa.exists().where(
        heirs.unit_id == heir_id,
        heirs.post_id.is_(None),
        heirs.thing == Obligation.thing,
        heirs.period == Obligation.period,
    )
    twice = session.scalars(
        sa.select(Obligation.id).where(
            Obligation.unit_id == unit_id, Obligation.post_id.is_(None), alike
        )
    ).all()
    session.execute(sa.delete(Extension).where(Extension.obligation_id.in_(twice)))
    session.execute(sa.delete(Obligation).where(Obligation.id.in_(twice)))
    session.execute(sa.delete(Release).where(Release.unit_id == unit_id))
    own = sa.update(Rule).where(Rule.unit_id == unit_id, Rule.valid_until.is_(None))
    session.execute(own.values(valid_until=day - timedelta(days=1)))
    session.flush()


@dataclass(frozen=True)
class YearNotice:
    """What a year's notice says.

    Attributes:
        holidays: days off; weekends among them change nothing.
        workdays: weekend days that are worked.
        source: the notice.
    """

    year: int
    holidays: Collection[date]
    workdays: Collection[date]
    source: str


def set_year(session: Session, notice: YearNotice, actor: Staff | None, now: datetime) -> int:
    """Enter a year's days off, or enter them anew; provisional days are counted again.

    A day that is over by then moves only to the unit's advantage, and none moves to a day that is
    over: nobody turns late by a notice.

    Returns:
        How many obligations have got another day.

    Raises:
        Refused: the days are not of that year or contradict each other, no source is given, or
            the actor may not.
    """
    ensure_may_manage(actor)
    _check(notice)
    queue_up(session)
    session.merge(
        CalendarYear(
            year=notice.year,
            holidays=sorted(day.isoformat() for day in notice.holidays),
            workdays=sorted(day.isoformat() for day in notice.workdays),
            source=notice.source.strip(),
        )
    )
    session.flush()
    moved = _count_again(session, local_day(now))
    subjects = {f"obligations:{obligation.unit_id}" for obligation in moved}
    name = f"calendar:{notice.year}"
    indexing.announce(session, [name, *sorted(subjects)], now)
    audit.record(session, actor, "obligations.set_year", name, now, moved=len(moved))
    return len(moved)


def _check(notice: YearNotice) -> None:
    if notice.year not in YEARS:
        raise Refused("年份不对，请写四位年份")
    if any(day.year != notice.year for day in (*notice.holidays, *notice.workdays)):
        raise Refused("放假和上班的日期都应在 %(year)s 年以内", year=notice.year)
    both = sorted({*notice.holidays} & {*notice.workdays})
    if both:
        raise Refused("%(day)s 既写成放假又写成上班", day=both[0].isoformat())
    if not notice.holidays:
        raise Refused("请填写放假的日期")
    if not notice.source.strip():
        raise Refused("请写明文件依据")


def _count_again(session: Session, today: date) -> list[Obligation]:
    calendar = workdays.calendar(session)
    query = (
        sa.select(Obligation)
        .where(Obligation.provisional)
        .options(sa.orm.joinedload(Obligation.rule))
    )
    moved = []
    for obligation in session.scalars(query):
        start = obligation.counted_from
        due = calendar.after(start, obligation.rule.days)
        provisional = calendar.is_provisional(start, due)
        due = max(due, min(obligation.due_on, today))
        if (due, provisional) != (obligation.due_on, obligation.provisional):
            obligation.due_on, obligation.provisional = due, provisional
            moved.append(obligation)
    session.flush()
    return moved
