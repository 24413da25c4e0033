"""How obligations arise: each day, from the rules in force, written down once with their day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain import audit, indexing, workdays
from domain.clock import local_day
from domain.db import queue_up
from domain.labels import N_
from domain.obligations.record import published_on
from domain.obligations.tables import Counted, Frequency, Obligation, Release, Rule, Thing
from domain.officials import Post, Tenure, in_force
from domain.periods import Period, beginning
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.workdays import Calendar

# Written into the record as it stands, in the county's language.
LEFT = N_("一把手在期限届满前离任")
CORRECTED = N_("任职记录已更正")
Row = dict[str, Any]


@dataclass
class Arisen:
    """What a day has brought: ids of units, each as often as something arose or was lifted."""

    made: list[int] = field(default_factory=list)
    lifted: list[int] = field(default_factory=list)

    @property
    def subjects(self) -> list[str]:
        """The units as the change log names what they owe."""
        return [f"obligations:{unit_id}" for unit_id in sorted({*self.made, *self.lifted})]


def is_due(session: Session, now: datetime) -> bool:
    """Whether a rule has not been looked at today yet, or a head has left (one statement).

    Heads leave when every rule has ended, too.
    """
    day = local_day(now)
    waiting, left = sa.exists().where(*_waiting(day)), _of_heads_who_left(day).exists()
    return bool(session.scalar(sa.select(sa.or_(waiting, left))))


def _waiting(day: date) -> tuple[sa.ColumnElement[bool], ...]:
    looked_at = sa.func.coalesce(Rule.arisen_on, date.min)
    ends = sa.func.coalesce(Rule.valid_until, date.max)
    return Rule.valid_from <= day, looked_at < day, looked_at < ends


def arise(session: Session, now: datetime) -> Arisen:
    """Write down what the rules ask for by today, and lift what a head who left no longer owes.

    Called again it does nothing. A unit that is new owes from the next period on.

    Args:
        now: an aware moment in UTC.
    """
    queue_up(session)
    found = write(session, local_day(now))
    if found.subjects:
        indexing.announce(session, found.subjects, now)
        made, lifted = len(found.made), len(found.lifted)
        audit.record(
            session, None, "obligations.arise", "obligations", now, made=made, lifted=lifted
        )
    return found


def write(session: Session, day: date) -> Arisen:
    """`arise` without the logs: for loading a county's past."""
    found = Arisen(lifted=_lift_for_heads_who_left(session, day))
    waiting = session.scalars(
        sa.select(Rule)
        .where(*_waiting(day))
        # Who is named goes before their kind, and the kind before all.
        .order_by(Rule.unit_id.is_(None), Rule.kind.is_(None), Rule.id)
    ).all()
    if not waiting:
        return found
    county = _County.of(session, day)
    rows: dict[tuple[object, ...], Row] = {}
    for rule in waiting:
        for row in county.rows(rule):
            rows.setdefault(_key(row), row)
        rule.arisen_on = day
    stored = _stored(session, rows.values())
    new = [row for key, row in rows.items() if key not in stored]
    if new:
        session.execute(sa.insert(Obligation), new)
    session.flush()
    found.made = [row["unit_id"] for row in new]
    return found


def _key(row: Row) -> tuple[object, ...]:
    if row["post_id"] is None:
        return row["unit_id"], row["thing"], row["period"]
    return row["post_id"], row["period"], row["since"]


def _stored(session: Session, rows: Collection[Row]) -> set[tuple[object, ...]]:
    since = {row["since"] for row in rows}
    columns = (
        Obligation.unit_id,
        Obligation.thing,
        Obligation.period,
        Obligation.since,
        Obligation.post_id,
    )
    found = session.execute(sa.select(*columns).where(Obligation.since.in_(since)))
    return {_key(dict(row)) for row in found.mappings()}


@dataclass(frozen=True)
class _County:
    """What the rules are applied to."""

    day: date
    calendar: Calendar
    units: list[Unit]
    # The heads of today by unit: vacant posts owe nothing new.
    heads: dict[int, list[Tenure]]
    released: dict[int, date]

    @classmethod
    def of(cls, session: Session, day: date) -> _County:
        heads: dict[int, list[Tenure]] = defaultdict(list)
        query = (
            sa.select(Tenure)
            .join(Tenure.post)
            .where(Post.is_head, in_force(day))
            .options(sa.orm.contains_eager(Tenure.post))
            .order_by(Tenure.id)
        )
        for tenure in session.scalars(query):
            heads[tenure.post.unit_id].append(tenure)
        released = session.execute(sa.select(Release.unit_id, Release.from_on))
        return cls(
            day,
            workdays.calendar(session),
            list(session.scalars(sa.select(Unit).order_by(Unit.id))),
            heads,
            {unit_id: from_on for unit_id, from_on in released},  # noqa: C416 - rows
        )

    def rows(self, rule: Rule) -> Iterator[Row]:
        """What a rule asks for since it was last looked at."""
        last = min(self.day, rule.valid_until or self.day)
        for unit in self.units:
            if rule.kind not in {None, unit.kind} or rule.unit_id not in {None, unit.id}:
                continue
            until = min(last, self.released.get(unit.id, date.max) - timedelta(days=1))
            if rule.frequency is Frequency.TENURE:
                yield from self._of_new_heads(rule, unit, until)
            else:
                yield from self._of_periods(rule, unit, until)

    def _of_periods(self, rule: Rule, unit: Unit, until: date) -> Iterator[Row]:
        seen = rule.arisen_on + timedelta(days=1) if rule.arisen_on else rule.valid_from
        span = rule.frequency.span
        if span is None or until < seen:
            return
        for period in beginning(span, max(rule.valid_from, seen), until):
            counted_from = (
                period.end
                if rule.counted is Counted.END
                # The first day of the period counts, if it is a working day.
                else period.start - timedelta(days=1)
            )
            if rule.thing is Thing.POWERS:
                for tenure in self.heads.get(unit.id, []):
                    yield self._row(rule, unit, period, period.start, counted_from, tenure.post_id)
            else:
                yield self._row(rule, unit, period, period.start, counted_from)

    def _of_new_heads(self, rule: Rule, unit: Unit, until: date) -> Iterator[Row]:
        for tenure in self.heads.get(unit.id, []):
            came = tenure.started_on
            if rule.valid_from <= came <= until:
                due = self.calendar.after(came, rule.days)
                # Nobody is late with what the system was told of too late.
                counted_from = came if due >= self.day else self.day
                yield self._row(rule, unit, None, came, counted_from, tenure.post_id)

    def _row(
        self,
        rule: Rule,
        unit: Unit,
        period: Period | None,
        since: date,
        counted_from: date,
        post_id: int | None = None,
    ) -> Row:
        due = self.calendar.after(counted_from, rule.days)
        return {
            "rule_id": rule.id,
            "unit_id": unit.id,
            "thing": rule.thing,
            "period": period.code if period else "",
            "since": since,
            "post_id": post_id,
            "counted_from": counted_from,
            "due_on": due,
            "provisional": self.calendar.is_provisional(counted_from, due),
        }


def _of_heads_who_left(day: date) -> sa.Select[Obligation, bool]:
    """What heads owe no longer, each with whether no such tenure is on record any more.

    A head who leaves before the day takes the obligation along; the next one has their own.
    """
    same = sa.and_(Tenure.post_id == Obligation.post_id, Tenure.started_on == Obligation.since)
    return (
        sa.select(Obligation, Tenure.id.is_(None))
        .outerjoin(Tenure, same)
        .where(
            Obligation.post_id.is_not(None),
            Obligation.period == "",
            Obligation.lifted_on.is_(None),
            sa.or_(
                Tenure.id.is_(None),
                sa.and_(Tenure.ended_on < day, Tenure.ended_on <= Obligation.due_on),
            ),
            published_on().is_(None),
        )
    )


def _lift_for_heads_who_left(session: Session, day: date) -> list[int]:
    lifted = []
    for obligation, is_gone in session.execute(_of_heads_who_left(day)):
        obligation.lifted_on = day
        obligation.lift_reason = CORRECTED if is_gone else LEFT
        lifted.append(obligation.unit_id)
    session.flush()
    return lifted
