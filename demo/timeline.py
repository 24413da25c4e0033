"""Lets things happen in the order of their moments, and the audit chain grow in that order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from demo.chance import NOW
from domain import audit
from domain.indexing import IndexChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.audit import Act


T = TypeVar("T")


class Timeline:
    """What happens when. What would happen after the county's last day does not."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, int, Callable[[], object]]] = []

    def at(self, moment: datetime, step: Callable[[], object]) -> None:
        """Let something happen at a moment."""
        if moment <= NOW:
            self._steps.append((moment, len(self._steps), step))

    def run(
        self, session: Session, acts: Iterable[Act], changes: Iterable[tuple[datetime, str]] = ()
    ) -> None:
        """Let everything happen, and put on record in its time what is given besides.

        Args:
            acts: rows of the audit trail.
            changes: entries of the publication log, each a moment and a subject.
        """
        waiting = deque(sorted(acts, key=lambda act: act.at))
        unsaid = deque(sorted(changes))
        for moment, _, step in sorted(self._steps, key=lambda each: each[:2]):
            audit.record_all(session, _until(moment, waiting, lambda act: act.at))
            _announce(session, _until(moment, unsaid, lambda told: told[0]))
            step()
        audit.record_all(session, waiting)
        _announce(session, unsaid)


def _until(moment: datetime, queue: deque[T], at: Callable[[T], datetime]) -> list[T]:
    due = []
    while queue and at(queue[0]) <= moment:
        due.append(queue.popleft())
    return due


def _announce(session: Session, changes: Iterable[tuple[datetime, str]]) -> None:
    rows = [{"subject": subject, "at": at} for at, subject in changes]
    if rows:
        session.execute(sa.insert(IndexChange), rows)
