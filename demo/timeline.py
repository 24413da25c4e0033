"""Lets things happen in the order of their moments, and the audit chain grow in that order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from demo.chance import NOW
from domain import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.audit import Act


class Timeline:
    """What happens when. What would happen after the county's last day does not."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, int, Callable[[], object]]] = []

    def at(self, moment: datetime, step: Callable[[], object]) -> None:
        """Let something happen at a moment."""
        if moment <= NOW:
            self._steps.append((moment, len(self._steps), step))

    def run(self, session: Session, acts: Iterable[Act]) -> None:
        """Let everything happen, and put ``acts`` on record between the steps, each in its time."""
        waiting = deque(sorted(acts, key=lambda act: act.at))
        for moment, _, step in sorted(self._steps, key=lambda each: each[:2]):
            due = []
            while waiting and waiting[0].at <= moment:
                due.append(waiting.popleft())
            if due:
                audit.record_all(session, due)
            step()
        audit.record_all(session, waiting)
