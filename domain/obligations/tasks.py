"""Obligations as a page shows them: with what answers them, and how near or how far past the day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain.clock import local_day
from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.labels import N_, Labelled
from domain.obligations.record import published_on
from domain.obligations.tables import Obligation, Status
from domain.periods import within
from domain.powers import PowerEdition, PowerList
from domain.publishing import READABLE, State
from domain.workdays import calendar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from domain.workdays import Calendar

# Three-colour warning, in working days before the day [gen]; the labels name them.
YELLOW_WITHIN, BLUE_WITHIN = 5, 15


class Nearness(Labelled):
    """The three colours of a reminder; the words say the same."""

    RED = "red", N_("已超过期限")
    YELLOW = "yellow", N_("五个工作日内到期")
    BLUE = "blue", N_("十五个工作日内到期")


@dataclass
class Task:
    """An obligation on a day.

    Attributes:
        published_on: since when what it asks for is public; None while it is not.
        left: working days to its day; negative past it.
        answers: editions in force that answer it, alone or together, the earliest first.
        parts: while they do not cover its period: those that cover parts of it.
        taken_off_on: when what answered it was withdrawn, if nothing does now.
    """

    obligation: Obligation
    status: Status
    published_on: date | None
    left: int
    answers: list[DisclosureEdition] | list[PowerEdition] = field(default_factory=list)
    parts: list[DisclosureEdition] = field(default_factory=list)
    taken_off_on: date | None = None

    @property
    def overdue(self) -> int:
        """Working days past the day without publication; 0 if there are none."""
        return -self.left if self.status is Status.OVERDUE else 0

    @property
    def nearness(self) -> Nearness | None:
        """The colour of its reminder; None for what is settled or far off."""
        if self.status is Status.OVERDUE:
            return Nearness.RED
        if self.status is not Status.OPEN or self.left > BLUE_WITHIN:
            return None
        return Nearness.YELLOW if self.left <= YELLOW_WITHIN else Nearness.BLUE


def load(session: Session, numbers: Sequence[int], today: date) -> list[Task]:
    """The obligations of these ids in their order, with unit, post, rule and answers.

    A fixed number of statements.
    """
    query = (
        sa.select(Obligation, published_on())
        .where(Obligation.id.in_(numbers))
        .options(
            sa.orm.joinedload(Obligation.unit),
            sa.orm.joinedload(Obligation.post),
            sa.orm.joinedload(Obligation.rule),
            sa.orm.selectinload(Obligation.extensions),
        )
        .execution_options(populate_existing=True)
    )
    counted = calendar(session)
    found = {
        obligation.id: _task(obligation, day, today, counted)
        for obligation, day in session.execute(query)
    }
    tasks = [found[number] for number in numbers if number in found]
    _answer_by_disclosures(session, [t for t in tasks if t.obligation.post_id is None])
    _answer_by_lists(session, [t for t in tasks if t.obligation.post_id is not None])
    return tasks


def one(session: Session, number: int, today: date) -> Task | None:
    """One obligation, or None."""
    return next(iter(load(session, [number], today)), None)


def _task(obligation: Obligation, day: date | None, today: date, counted: Calendar) -> Task:
    return Task(
        obligation,
        status_of(obligation, day, today),
        day,
        counted.between(today, obligation.due_on),
    )


def status_of(obligation: Obligation, published: date | None, today: date) -> Status:
    """What has become of an obligation by a day, its publication known."""
    if obligation.lifted_on is not None:
        return Status.LIFTED
    if published is not None:
        return Status.ON_TIME if published <= obligation.due_on else Status.LATE
    return Status.OVERDUE if obligation.due_on < today else Status.OPEN


_EVER_PUBLIC = (*READABLE, State.WITHDRAWN)
_NEVER = datetime.max.replace(tzinfo=UTC)


def _answer_by_disclosures(session: Session, tasks: list[Task]) -> None:
    if not tasks:
        return
    query = (
        sa.select(DisclosureEdition)
        .join(DisclosureEdition.disclosure)
        .where(
            Disclosure.unit_id.in_({task.obligation.unit_id for task in tasks}),
            Disclosure.leaf.in_({task.obligation.thing.leaf for task in tasks}),
            Disclosure.period_code.in_({code for task in tasks for code in _codes(task)}),
            DisclosureEdition.state.in_((State.PUBLISHED, State.WITHDRAWN)),
        )
        .options(
            sa.orm.contains_eager(DisclosureEdition.disclosure),
            sa.orm.defer(DisclosureEdition.body),
        )
        .order_by(DisclosureEdition.published_at, DisclosureEdition.id)
    )
    said: dict[tuple[int, Leaf | None, str], list[DisclosureEdition]] = defaultdict(list)
    for edition in session.scalars(query):
        document = edition.disclosure
        said[document.unit_id, document.leaf, document.period_code or ""].append(edition)
    for task in tasks:
        owed = task.obligation
        found = [said[owed.unit_id, owed.thing.leaf, code] for code in _codes(task)]
        editions = sorted(
            chain.from_iterable(found), key=lambda one: (one.published_at or _NEVER, one.id)
        )
        in_force = [one for one in editions if one.state is State.PUBLISHED]
        if task.published_on is not None:
            task.answers = in_force
        else:
            task.parts = in_force
        task.taken_off_on = _taken_off_on(task, editions)


def _codes(task: Task) -> list[str]:
    """The codes of the periods in which documents can answer it, alone or together."""
    period = task.obligation.span_of_time
    return [one.code for one in within(period)] if period else []


def _answer_by_lists(session: Session, tasks: list[Task]) -> None:
    if not tasks:
        return
    query = (
        sa.select(PowerEdition)
        .join(PowerEdition.power_list)
        .where(
            PowerList.post_id.in_({task.obligation.post_id for task in tasks}),
            PowerEdition.state.in_(_EVER_PUBLIC),
        )
        .options(sa.orm.contains_eager(PowerEdition.power_list))
        .order_by(PowerEdition.published_at, PowerEdition.id)
    )
    editions = session.scalars(query).all()
    for task in tasks:
        meant = [
            edition
            for edition in editions
            if edition.power_list.post_id == task.obligation.post_id
            and edition.published_at is not None
            and local_day(edition.published_at) >= task.obligation.since
        ]
        if task.published_on is not None:
            task.answers = [edition for edition in meant if edition.state in READABLE][:1]
        task.taken_off_on = _taken_off_on(task, meant)


def _taken_off_on(
    task: Task, editions: Sequence[DisclosureEdition] | Sequence[PowerEdition]
) -> date | None:
    if task.published_on is not None:
        return None
    moments = [edition.withdrawn_at for edition in editions if edition.withdrawn_at]
    return local_day(max(moments)) if moments else None
