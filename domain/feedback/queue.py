"""The queue of questions: whose they are to answer, how long is left, and what is narrowed down."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import recusal
from domain.feedback.asking import lookup_of, read_reference
from domain.feedback.tables import Feedback, FeedbackDraft, FeedbackKind, FeedbackState
from domain.labels import N_, Labelled
from domain.permissions import Permission
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.staff import Staff
    from domain.workdays import Calendar

# Working days left at which a question turns blue, and yellow.
_SOON, _NEXT = 3, 1


class Urgency(Labelled):
    """How pressing an open question is: three colours, each said in words."""

    BLUE = "blue", N_("三个工作日内到期")
    YELLOW = "yellow", N_("下一个工作日到期")
    RED = "red", N_("已超过期限")


def urgency(asked: Feedback, today: date, calendar: Calendar) -> Urgency | None:
    """How pressing a question is on a day; None when it is settled or there is time."""
    if asked.settled_on is not None:
        return None
    if asked.due_on < today:
        return Urgency.RED
    left = calendar.between(today, asked.due_on)
    if left <= _NEXT:
        return Urgency.YELLOW
    return Urgency.BLUE if left <= _SOON else None


def _within(actor: Staff) -> sa.ColumnElement[bool]:
    """An editor reaches their unit's questions; whoever has no unit all but those they stand back from."""
    if actor.unit_id is not None:
        return Feedback.unit_id == actor.unit_id
    return Feedback.unit_id.not_in(recusal.barred_units(actor))


def queue(
    actor: Staff,
    *,
    states: Sequence[FeedbackState] | None = None,
    kind: FeedbackKind | None = None,
    unit_id: int | None = None,
    words: str = "",
    overdue_on: date | None = None,
) -> sa.Select[Feedback]:
    """Questions in somebody's reach, the first due first; a query for a pager to count and cut.

    Args:
        words: part of the title or of a number.
        overdue_on: only those that are overdue on this day.
    """
    query = (
        sa.select(Feedback)
        .where(_within(actor))
        .options(
            sa.orm.joinedload(Feedback.unit),
            sa.orm.joinedload(Feedback.draft).joinedload(FeedbackDraft.author),
        )
        .order_by(Feedback.settled_on.is_not(None), Feedback.due_on, Feedback.asked_on, Feedback.id)
    )
    if states is not None:
        query = query.where(Feedback.state.in_(states))
    if kind is not None:
        query = query.where(Feedback.kind == kind)
    if unit_id is not None:
        query = query.where(Feedback.unit_id == unit_id)
    if overdue_on is not None:
        query = query.where(Feedback.settled_on.is_(None), Feedback.due_on < overdue_on)
    if words:
        said = [Feedback.title.contains(words, autoescape=True), Feedback.id == words.upper()]
        if reference := read_reference(words):
            said.append(Feedback.lookup == lookup_of(reference))
        query = query.where(sa.or_(*said))
    return query


def waiting(actor: Staff) -> sa.Select[Feedback]:
    """What waits for somebody: for answers, or for their approval."""
    reviews = actor.may(Permission.FEEDBACK_REVIEW)
    return queue(actor, states=[FeedbackState.ANSWERED if reviews else FeedbackState.RECEIVED])


def tally(session: Session, actor: Staff) -> dict[FeedbackState, int]:
    """How many questions in somebody's reach are in each state."""
    query = (
        sa.select(Feedback.state, sa.func.count()).where(_within(actor)).group_by(Feedback.state)
    )
    counted = dict.fromkeys(FeedbackState, 0)
    counted.update((state, n) for state, n in session.execute(query))
    return counted


def by_id(session: Session, number: str, actor: Staff) -> Feedback | None:
    """A question with its words and draft, if somebody may reach it."""
    query = (
        sa.select(Feedback)
        .where(Feedback.id == number, _within(actor))
        .options(
            sa.orm.joinedload(Feedback.unit),
            sa.orm.joinedload(Feedback.words),
            sa.orm.joinedload(Feedback.answer),
            sa.orm.joinedload(Feedback.draft).joinedload(FeedbackDraft.author),
        )
    )
    return session.scalar(query)


def alike(session: Session, asked: Feedback) -> Sequence[Feedback]:
    """Other questions about the same publication, or the same power of a list, that this one can be merged into, newest first."""
    states = (FeedbackState.RECEIVED, FeedbackState.ANSWERED, FeedbackState.PUBLISHED)
    query = (
        sa.select(Feedback)
        .where(
            Feedback.is_about(asked.subject, asked.power),
            Feedback.id != asked.id,
            Feedback.state.in_(states),
        )
        .options(sa.orm.joinedload(Feedback.words))
        .order_by(Feedback.asked_on.desc(), Feedback.id)
        .limit(20)
    )
    return session.scalars(query).all()


def units_asked(session: Session, actor: Staff) -> Sequence[Unit]:
    """The units that have been asked something in somebody's reach, for a filter."""
    asked = sa.select(Feedback.unit_id).where(_within(actor))
    query = sa.select(Unit).where(Unit.id.in_(asked)).order_by(Unit.position, Unit.id)
    return session.scalars(query).all()
