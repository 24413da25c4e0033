"""Many editions at once, with the rows that `domain.publishing` would leave, one by one.

Submitting and publishing thousands of editions through their functions takes minutes. What an
edition goes through is written down as a `Life` instead, and turned into its columns, audit acts
and announcements; a test holds every one of them against the domain's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from demo.chance import NOW, TODAY, later, workday
from domain.audit import Act
from domain.clock import BEIJING
from domain.publishing import Note, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Life:
    """What one edition went through; moments that did not come are None."""

    number: int
    author_id: int
    reviewer_id: int
    drafted_at: datetime
    submitted_at: datetime | None = None
    returned_at: datetime | None = None
    # When it was approved for later, and for when.
    scheduled_at: datetime | None = None
    scheduled_for: datetime | None = None
    published_at: datetime | None = None
    superseded_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""
    correction: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def state(self) -> State:
        """Where it stands at the end."""
        if self.withdrawn_at:
            return State.WITHDRAWN
        if self.superseded_at:
            return State.SUPERSEDED
        if self.published_at:
            return State.PUBLISHED
        if self.scheduled_at:
            return State.SCHEDULED
        return State.SUBMITTED if self.submitted_at and not self.returned_at else State.DRAFT

    @property
    def _reviewed(self) -> bool:
        return bool(self.returned_at or self.scheduled_at or self.published_at)

    @property
    def _revision(self) -> int:
        """How often the row was written: made, drafted, then as often as each step flushes."""
        came = [self.submitted_at, self.returned_at, self.superseded_at, self.withdrawn_at]
        came += [self.scheduled_at, *[self.published_at] * 2]
        return 2 + bool(self.correction) + sum(moment is not None for moment in came)

    def columns(self) -> dict[str, Any]:
        """The columns that every table of editions has."""
        return {
            "number": self.number,
            "state": self.state,
            "submitted_at": self.submitted_at,
            "scheduled_for": self.scheduled_for,
            "published_at": self.published_at,
            "ended_at": self.superseded_at or self.withdrawn_at,
            "withdrawn_at": self.withdrawn_at,
            "reason": self.reason,
            "correction": self.correction,
            "notes": list(self.notes) or None,
            "revision": self._revision,
            "author_id": self.author_id,
            "reviewer_id": self.reviewer_id if self._reviewed else None,
        }

    def acts(self, subject: str) -> Iterable[Act]:
        """The audit rows of its steps."""
        name = f"{subject}/{self.number}"
        yield Act(self.drafted_at, self.author_id, "publishing.edit", name)
        if self.submitted_at:
            yield Act(self.submitted_at, self.author_id, "publishing.submit", name)
        if self.returned_at:
            said = {"notes": list(self.notes)} if self.notes else {}
            yield Act(
                self.returned_at,
                self.reviewer_id,
                "publishing.send_back",
                name,
                self.reason,
                said,
            )
        if self.scheduled_at and self.scheduled_for:
            moment = {"moment": self.scheduled_for.isoformat()}
            yield Act(
                self.scheduled_at, self.reviewer_id, "publishing.schedule", name, details=moment
            )
        if self.published_at:
            yield Act(self.published_at, self.reviewer_id, "publishing.publish", name)
        if self.withdrawn_at:
            yield Act(self.withdrawn_at, self.reviewer_id, "publishing.withdraw", name, self.reason)

    def announcements(self) -> Iterable[datetime]:
        """When the search indexes were told."""
        return (moment for moment in (self.published_at, self.withdrawn_at) if moment)


def scheduled(life: Life, draw: Random) -> Life:
    """A submitted edition approved before the county's last moment, for a morning after it."""
    approved = later(life.submitted_at or NOW, 0, 1, draw)
    if approved > NOW:
        return life
    day = workday(TODAY + timedelta(days=draw.randint(5, 30)))
    moment = datetime.combine(day, time(9), BEIJING).astimezone(UTC)
    return replace(life, scheduled_at=approved, scheduled_for=moment)


@dataclass
class Press:
    """Gathers what the lives of many editions leave in the two logs."""

    acts: list[Act] = field(default_factory=list)
    changes: list[tuple[datetime, str]] = field(default_factory=list)

    def take(self, subject: str, life: Life) -> None:
        """Note the steps of one edition."""
        self.acts.extend(life.acts(subject))
        self.changes.extend((moment, subject) for moment in life.announcements())


def insert(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Insert many rows in their order; gives their ids back."""
    if not rows:
        return []
    statement = sa.insert(table).returning(table.id, sort_by_parameter_order=True)
    return session.scalars(statement, rows).all()
