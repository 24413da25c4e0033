"""What has become of obligations by a day, from the public record: rows, figures and what is due.

An obligation is fulfilled on the first day of the unbroken publicity of a document that answers it:
one of its period, or several of parts of it that cover it together, then on the day of the last one
that was missing. Whoever publishes each month misses no quarter; a year's document is no quarter's.
A correction is another edition of the same document and changes nothing; a withdrawal breaks the
publicity, and counts from then on. Days, not moments: nothing turns overdue but with the day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.db import LocalDay
from domain.disclosures import Disclosure, DisclosureEdition
from domain.labels import N_, Labelled
from domain.obligations.tables import Obligation, Status, Thing
from domain.periods import LETTERS, Span
from domain.powers import PowerEdition, PowerList
from domain.publishing import State
from domain.units import Unit, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

# In the place of a period: what comes with a new head.
NEW_HEAD = "head"
# What a unit had to do by the day: what was lifted is not among it.
OWED = (Status.ON_TIME, Status.LATE, Status.OVERDUE, Status.OPEN)


class By(Labelled):
    """How figures are put together."""

    KIND = "kind", N_("按单位类别")
    UNIT = "unit", N_("按单位")
    PERIOD = "period", N_("按时期")
    THING = "thing", N_("按公开内容")


def _in_year(year: int) -> sa.ColumnElement[bool]:
    return Obligation.since.between(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True)
class Filters:
    """Which obligations; None and an empty ``period`` leave all in.

    Attributes:
        year: those whose period, or whose head's office, began in that year.
        period: a `Period.code`, or `NEW_HEAD`.
    """

    kind: UnitKind | None = None
    unit_id: int | None = None
    thing: Thing | None = None
    year: int | None = None
    period: str = ""
    status: Status | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """As a query asks them, all but the status."""
        asked: list[sa.ColumnElement[bool]] = []
        if self.kind is not None:
            asked.append(Unit.kind == self.kind)
        if self.unit_id is not None:
            asked.append(Obligation.unit_id == self.unit_id)
        if self.thing is not None:
            asked.append(Obligation.thing == self.thing)
        if self.year is not None:
            asked.append(_in_year(self.year))
        if self.period:
            code = "" if self.period == NEW_HEAD else self.period
            asked.append(Obligation.period == code)
        return asked


@dataclass
class Figures:
    """How many obligations stand where, and the oldest day that is overdue."""

    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    oldest: date | None = None

    def __getitem__(self, status: Status) -> int:
        return self.counts[status]

    @property
    def owed(self) -> int:
        """All but what was lifted."""
        return sum(self.counts[status] for status in OWED)

    def add(self, status: Status, number: int, oldest: date | None) -> None:
        """Count so many more, the earliest of them due on a day."""
        self.counts[status] += number
        if status is Status.OVERDUE and oldest is not None:
            self.oldest = min(oldest, self.oldest or oldest)


# Built once: building it takes longer than asking.
@cache
def published_on() -> sa.ColumnElement[Any]:
    """The day on which what an `Obligation` asks for became public and has stayed so, or NULL."""
    listed = Obligation.post_id.is_not(None)
    return sa.case((listed, _listed_on()), (_has_shorter(), _covered_on()), else_=_answered_on())


def _answered_on() -> sa.ScalarSelect[Any]:
    """The day since which a disclosure of an obligation's very period has been public."""
    asked = Disclosure.period_code == Obligation.period
    day = sa.func.min(LocalDay(DisclosureEdition.published_at))
    return _disclosed(sa.select(day), asked).correlate(Obligation).scalar_subquery()


def _covered_on() -> sa.ScalarSelect[Any]:
    """The day since which disclosures cover every month of an obligation's period."""
    asked, said = _Months.of(Obligation.period), _Months.of(Disclosure.period_code)
    # Of each month the first day on which something of it was public, then the last of these.
    covered = sa.func.min(LocalDay(DisclosureEdition.published_at))
    complete = sa.func.count().over() == asked.length
    query = sa.select(sa.case((complete, sa.func.max(covered).over())))
    return (
        _disclosed(query, said.within(asked))
        .join(_MONTH, _MONTH.c.number.between(said.first, said.last))
        .group_by(_MONTH.c.number)
        .limit(1)
        .correlate(Obligation)
        .scalar_subquery()
    )


def _has_shorter() -> sa.ColumnElement[bool]:
    """Whether a unit has disclosures of parts of an obligation's period: else there is less to ask."""
    asked, said = _Months.of(Obligation.period), _Months.of(Disclosure.period_code)
    shorter = sa.and_(said.within(asked), said.length < asked.length)
    return sa.exists().where(_is_the_units(), shorter).correlate(Obligation)


def _disclosed(query: sa.Select[Any], about: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """A query of the editions that an obligation's unit has published of its thing."""
    return (
        query.select_from(DisclosureEdition)
        .join(Disclosure, Disclosure.id == DisclosureEdition.disclosure_id)
        .where(*_stays_public(DisclosureEdition, "disclosure_id"), _is_the_units(), about)
    )


def _is_the_units() -> sa.ColumnElement[bool]:
    leaf, thing = (sa.type_coerce(c, sa.String) for c in (Disclosure.leaf, Obligation.thing))
    return sa.and_(Disclosure.unit_id == Obligation.unit_id, leaf == thing)


_MONTH = sa.union_all(*(sa.select(sa.literal(n).label("number")) for n in range(1, 13))).subquery()
_LENGTHS = {letter: span.months for span, letter in LETTERS.items()}


@dataclass(frozen=True)
class _Months:
    """Which months of which year a column of `Period.code` means, as a query asks it."""

    code: sa.orm.InstrumentedAttribute[Any]
    first: sa.ColumnElement[int]
    last: sa.ColumnElement[int]
    length: sa.ColumnElement[int]

    @classmethod
    def of(cls, code: sa.orm.InstrumentedAttribute[Any]) -> _Months:
        letter = sa.func.substr(code, 5, 1)
        length = sa.case(_LENGTHS, value=letter, else_=Span.YEAR.months)
        number = sa.case((letter == "", 1), else_=sa.cast(sa.func.substr(code, 6), sa.Integer))
        last = number * length
        return cls(code, last - length + 1, last, length)

    def within(self, other: _Months) -> sa.ColumnElement[bool]:
        """Whether all of them are among other ones."""
        year = sa.func.substr(other.code, 1, 4)
        # All codes of a year, by an index: the year itself, and what has a letter behind it.
        same_year = self.code.between(year, year + "Z")
        return sa.and_(same_year, self.first >= other.first, self.last <= other.last)


def _listed_on() -> sa.ScalarSelect[Any]:
    """The day since which the power list has been public that a head owes, or owes a review of."""
    return (
        sa.select(sa.func.min(LocalDay(PowerEdition.published_at)))
        .select_from(PowerEdition)
        .join(PowerList, PowerList.id == PowerEdition.list_id)
        .where(
            *_stays_public(PowerEdition, "list_id"),
            PowerList.post_id == Obligation.post_id,
            LocalDay(PowerEdition.published_at) >= Obligation.since,
        )
        .correlate(Obligation)
        .scalar_subquery()
    )


def _stays_public(table: Any, document: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions for editions whose document has been public ever since and is so now."""
    now, gap = sa.orm.aliased(table), sa.orm.aliased(table)
    same = getattr(table, document)
    in_force = sa.exists().where(getattr(now, document) == same, now.state == State.PUBLISHED)
    # Withdrawn while it was in force, and not after a newer one had taken its place.
    taken_off = sa.exists().where(
        getattr(gap, document) == same,
        gap.withdrawn_at == gap.ended_at,
        gap.withdrawn_at > table.published_at,
    )
    return table.published_at.is_not(None), in_force, ~taken_off


def _standing(
    conditions: Sequence[sa.ColumnElement[bool]], today: date | sa.BindParameter[date]
) -> sa.CTE:
    """Each obligation with its day and its status."""
    found = (
        sa.select(
            Obligation.id,
            Obligation.unit_id,
            Obligation.thing,
            Obligation.period,
            Obligation.since,
            Obligation.due_on,
            Obligation.lifted_on,
            Unit.kind,
            published_on().label("published_on"),
        )
        .join(Obligation.unit)
        .where(*conditions)
        .cte("found")
        # Else the day is looked up anew wherever it is spoken of.
        .prefix_with("MATERIALIZED")
    )
    day = found.c.published_on
    status = sa.case(
        (found.c.lifted_on.is_not(None), Status.LIFTED.value),
        (day <= found.c.due_on, Status.ON_TIME.value),
        (day > found.c.due_on, Status.LATE.value),
        (found.c.due_on < today, Status.OVERDUE.value),
        else_=Status.OPEN.value,
    )
    return sa.select(found, status.label("status")).cte("standing")


def figures(
    session: Session, by: By, filters: Filters, today: date
) -> dict[int | UnitKind | str | Thing, Figures]:
    """How many obligations stand where on a day, by unit id, kind, period or thing (one statement)."""
    return _added_up(session.execute(_counted(by, filters.conditions(), today)))


def _counted(
    by: By, conditions: Sequence[sa.ColumnElement[bool]], today: date | sa.BindParameter[date]
) -> sa.Select[Any]:
    standing = _standing(conditions, today)
    key = {
        By.KIND: standing.c.kind,
        By.UNIT: standing.c.unit_id,
        By.PERIOD: standing.c.period,
        By.THING: standing.c.thing,
    }[by]
    return sa.select(
        key, standing.c.status, sa.func.count(), sa.func.min(standing.c.due_on)
    ).group_by(key, standing.c.status)


def _added_up(
    rows: Iterable[sa.Row[Any, str, int, date | None]],
) -> dict[int | UnitKind | str | Thing, Figures]:
    found: dict[int | UnitKind | str | Thing, Figures] = defaultdict(Figures)
    for name, status, number, oldest in rows:
        found[name].add(Status(status), number, oldest)  # type: ignore[call-arg]
    return dict(found)


def total(found: Mapping[Any, Figures]) -> Figures:
    """All figures of a table added up."""
    whole = Figures()
    for one in found.values():
        for status, number in one.counts.items():
            whole.add(status, number, one.oldest)
    return whole


def ids(filters: Filters, today: date) -> sa.Select[int]:
    """Ids of obligations, newest period first, unit by unit; for a pager to cut, then `load`."""
    query = sa.select(Obligation.id).join(Obligation.unit).where(*filters.conditions())
    if filters.status is not None:
        standing = _standing(filters.conditions(), today)
        query = query.join(standing, standing.c.id == Obligation.id).where(
            standing.c.status == filters.status.value
        )
    return query.order_by(
        Obligation.since.desc(), Unit.position, Unit.id, Obligation.due_on, Obligation.id
    )


def urgent(filters: Filters, today: date, until: date) -> sa.Select[int]:
    """Ids of what is not published and overdue, or due by a day: the earliest first; for `load`."""
    standing = _standing(filters.conditions(), today)
    waiting = standing.c.status.in_((Status.OVERDUE.value, Status.OPEN.value))
    return (
        sa.select(standing.c.id)
        .where(waiting, standing.c.due_on <= until)
        .order_by(standing.c.due_on, standing.c.id)
    )


def years(session: Session) -> list[int]:
    """The years in which something was or is to be published, newest first."""
    year = sa.extract("year", Obligation.since)
    return [
        int(found) for found in session.scalars(sa.select(year).distinct().order_by(year.desc()))
    ]


def periods(session: Session, year: int) -> list[str]:
    """The codes of a year's periods, the year itself first."""
    query = (
        sa.select(Obligation.period)
        .where(_in_year(year), Obligation.period != "")
        .distinct()
        .order_by(Obligation.period)
    )
    return list(session.scalars(query))


def of_unit(session: Session, unit_id: int, today: date) -> Figures:
    """A unit's figures over all years (one statement); nothing owed gives noughts."""
    rows = session.execute(_of_one_unit(), {"unit_id": unit_id, "today": today})
    return total(_added_up(rows))


@cache
def _of_one_unit() -> sa.Select[Any]:
    of = Obligation.unit_id == sa.bindparam("unit_id")
    return _counted(By.UNIT, [of], sa.bindparam("today", type_=sa.Date))
