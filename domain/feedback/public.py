"""What of the feedback is public: approved answers beside what they are about, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import indexing
from domain.disclosures import DisclosureEdition
from domain.editing.desk import Kind
from domain.feedback.tables import OPEN, Feedback, FeedbackAnswer, FeedbackKind, FeedbackState
from domain.notices import NoticeEdition
from domain.powers import PowerEdition
from domain.publishing import READABLE, Edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

EDITIONS: dict[Kind, type[Edition]] = {
    Kind.POWERS: PowerEdition,
    Kind.DISCLOSURES: DisclosureEdition,
    Kind.NOTICES: NoticeEdition,
}


def is_shown() -> sa.ColumnElement[bool]:
    """A condition on `Feedback`: published, and the edition it was asked about can be read still.

    A question goes with its edition into the next one; when the edition is withdrawn, what was
    asked about it goes too, for it may repeat what had to go.
    """
    readable = (
        sa.and_(
            Feedback.noun == noun,
            Feedback.edition_id.in_(sa.select(table.id).where(table.state.in_(READABLE))),
        )
        for noun, table in EDITIONS.items()
    )
    return sa.and_(Feedback.state == FeedbackState.PUBLISHED, sa.or_(*readable))


def listing(
    *,
    unit_id: int | None = None,
    kind: FeedbackKind | None = None,
    noun: Kind | None = None,
) -> sa.Select[FeedbackAnswer]:
    """Answered questions, newest answer first, narrowed; a query for a pager to count and cut."""
    query = _shown()
    if unit_id is not None:
        query = query.where(Feedback.unit_id == unit_id)
    if kind is not None:
        query = query.where(Feedback.kind == kind)
    return query if noun is None else query.where(Feedback.noun == noun)


# Built once: building it takes longer than asking.
@cache
def _shown() -> sa.Select[FeedbackAnswer]:
    return (
        sa.select(FeedbackAnswer)
        .join(FeedbackAnswer.feedback)
        .where(is_shown())
        .options(sa.orm.contains_eager(FeedbackAnswer.feedback).joinedload(Feedback.unit))
        .order_by(FeedbackAnswer.published_at.desc(), FeedbackAnswer.id.desc())
    )


def beside(
    session: Session, subject: str, *, power: str | None = None, limit: int
) -> Sequence[FeedbackAnswer]:
    """The answered questions that stand on a publication's page, newest first (one statement).

    Args:
        subject: the document, as the change log names it; in whichever edition it was asked about.
        power: the name of one power of a list, which carries its questions from edition to
            edition; None for what was asked about the document as a whole.
    """
    query = listing().where(Feedback.is_about(subject, power)).limit(limit)
    return session.scalars(query).all()


@dataclass
class Figures:
    """How questions were dealt with: of one unit, or of all.

    Attributes:
        asked: all that came in, whatever became of them.
        answered: with an approved, published answer.
        open: waiting for an answer or for its approval; ``overdue`` of these past their day.
        declined: not answered in public; the asker was told why.
        merged: put together with another question that asks the same.
        punctual: answered on the day they were due or before.
        median: the middle one of the working days that published answers took; None without any.
    """

    asked: int = 0
    answered: int = 0
    open: int = 0
    overdue: int = 0
    declined: int = 0
    merged: int = 0
    punctual: int = 0
    median: float | None = None

    @property
    def share(self) -> float | None:
        """The share answered on time of all that were answered or are overdue; None without any."""
        due = self.answered + self.overdue
        return self.punctual / due if due else None


def figures(
    session: Session, today: date, *, unit_id: int | None = None
) -> dict[int | None, Figures]:
    """The figures by unit id, and of all units together under None; one statement.

    What came in today counts from tomorrow on: so the figures change only with the day and with
    what staff do, and nobody can watch them to see when somebody asks.

    Args:
        today: the day by which an open question is overdue.
        unit_id: only of what that unit was asked.
    """
    late = sa.case(
        (Feedback.state.in_(OPEN), Feedback.due_on < today),
        else_=Feedback.settled_on > Feedback.due_on,
    )
    columns = (Feedback.unit_id, Feedback.state, Feedback.took, late)
    query = sa.select(*columns, sa.func.count()).where(Feedback.asked_on < today).group_by(*columns)
    if unit_id is not None:
        query = query.where(Feedback.unit_id == unit_id)
    found: dict[int | None, Figures] = {None: Figures()}
    days: dict[int | None, list[int]] = {None: []}
    for asked_of, state, took, is_late, count in session.execute(query):
        for key in (asked_of, None):
            _count(found.setdefault(key, Figures()), state, bool(is_late), count)
            if state is FeedbackState.PUBLISHED:
                days.setdefault(key, []).extend([took or 0] * count)
    for key, taken in days.items():
        found[key].median = median(taken) if taken else None
    return found


def _count(figures: Figures, state: FeedbackState, late: bool, count: int) -> None:
    figures.asked += count
    match state:
        case FeedbackState.PUBLISHED:
            figures.answered += count
            figures.punctual += 0 if late else count
        case FeedbackState.DECLINED:
            figures.declined += count
        case FeedbackState.MERGED:
            figures.merged += count
        case _:
            figures.open += count
            figures.overdue += count if late else 0


def said_about(session: Session, subjects: Iterable[str]) -> dict[str, list[FeedbackAnswer]]:
    """The answered questions of several documents, for an index (one statement)."""
    found: dict[str, list[FeedbackAnswer]] = {subject: [] for subject in subjects}
    query = listing().where(Feedback.subject.in_(found))
    for answer in session.scalars(query):
        found[answer.feedback.subject].append(answer)
    return found


# An answer that was taken off leaves no row. With its edition it goes without an entry of its own:
# the edition has one.
indexing.register_withdrawn(
    "feedback",
    sa.and_(
        indexing.IndexChange.subject.startswith("feedback:"),
        indexing.IndexChange.subject != "feedback:figures",
        indexing.IndexChange.subject.not_in(
            indexing.named("feedback", sa.select(FeedbackAnswer.id))
        ),
    ),
)
