"""Typical cases made public for warning, in every state, written by the domain's own functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from demo.chance import TODAY, chance, in_office, later, workday
from demo.data import sections
from demo.prose import AS_DISCLOSED
from domain import publishing
from domain.clock import BEIJING
from domain.editing import notices
from domain.editing.notices import NoticeText
from domain.publishing import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from sqlalchemy.orm import Session

    from demo.staff import People
    from demo.timeline import Timeline
    from domain.notices import NoticeEdition
    from domain.units import Unit

_CORRECTED = "corrected"


@dataclass
class Case:
    """A notice on its way: ``made`` by the first step, followed by the others.

    Attributes:
        public_at: when its first edition becomes public; None: never.
        fate: how far its first edition comes: a `State`, or ``corrected``.
        changed_on: the day of the next edition or of the withdrawal, ``reason`` says why.
    """

    title: str
    unit: Unit
    category: str
    dated_on: date
    fate: str
    changed_on: date
    reason: str
    bodies: list[str] = field(default_factory=list)
    made: NoticeEdition | None = None
    public_at: datetime | None = None

    def text(self, number: int = 0) -> NoticeText:
        """What its first, second… edition says."""
        return NoticeText(self.title, self.bodies[number], self.category, self.dated_on)


def build(
    session: Session, units: dict[str, Unit], people: People, timeline: Timeline
) -> dict[str, Case]:
    """Let every case of notices.txt be written and dealt with, each in its time; by title."""
    desk = _Desk(session, people, timeline)
    cases = {title: _case(title, lines, units) for title, lines in sections("notices.txt").items()}
    for number, case in enumerate(cases.values()):
        desk.live(case, chance("notice", number))
    return cases


def _case(title: str, lines: list[list[str]], units: dict[str, Unit]) -> Case:
    (code, category, dated_on, fate, *more), *paragraphs = lines
    changed_on, reason = (*more, "", "")[:2]
    bodies: list[list[str]] = [[]]
    for (paragraph,) in paragraphs:
        if paragraph == ">":
            bodies.append([])
        else:
            bodies[-1].append(paragraph)
    return Case(
        title,
        units[code],
        category,
        date.fromisoformat(dated_on),
        fate,
        date.fromisoformat(changed_on) if changed_on else TODAY,
        reason,
        ["\n\n".join(body) + AS_DISCLOSED for body in bodies],
    )


class _Desk:
    """Who writes and reviews the notices, and when."""

    def __init__(self, session: Session, people: People, timeline: Timeline) -> None:
        self.session, self.people, self.timeline = session, people, timeline

    def live(self, case: Case, draw: Random) -> None:
        """Take a case as far as it comes."""
        drafted = in_office(case.dated_on, draw)
        self._at(drafted, lambda: self._draft(case, drafted))
        if case.fate == State.DRAFT:
            return
        submitted = later(drafted, 1, 2, draw)
        self._at(submitted, lambda: self._submit(case, submitted))
        if case.fate == State.SUBMITTED:
            return
        approved = later(submitted, 1, 3, draw)
        if case.fate == State.SCHEDULED:
            self._at(approved, lambda: self._schedule(case, approved))
            return
        case.public_at = approved
        self._at(approved, lambda: self._publish(case, approved))
        self._afterwards(case, later(in_office(case.changed_on, draw), 0, 0, draw), draw)

    def _afterwards(self, case: Case, moment: datetime, draw: Random) -> None:
        """What became of it once it was public."""
        if case.fate == State.WITHDRAWN:
            self._at(moment, lambda: self._withdraw(case, moment))
        elif case.fate in {State.SUPERSEDED, _CORRECTED}:
            submitted = later(moment, 0, 0, draw)
            published = later(submitted, 1, 1, draw)
            self._at(moment, lambda: self._follow(case, moment))
            self._at(submitted, lambda: self._submit(case, submitted))
            self._at(published, lambda: self._publish(case, published))

    def _at(self, moment: datetime, step: Callable[[], None]) -> None:
        self.timeline.at(moment, step)

    def _draft(self, case: Case, now: datetime) -> None:
        editor = self.people.editor_of(case.unit.code)
        case.made = notices.start(self.session, case.unit.id, case.text(), editor, now)

    def _follow(self, case: Case, now: datetime) -> None:
        """Begin the next edition: a correction, or how it went on."""
        editor, before = self.people.editor_of(case.unit.code), _made(case)
        edition = notices.start_edition(
            self.session, before.notice, editor, now, correction=case.reason
        )
        notices.save(self.session, edition, case.text(1), None, editor, now)
        case.made = edition

    def _submit(self, case: Case, now: datetime) -> None:
        editor = self.people.editor_of(case.unit.code)
        publishing.submit(self.session, _made(case), editor, now)

    def _look(self, case: Case, now: datetime) -> None:
        """Let through what only looks like personal data: the address of a shop."""
        marks = [one.mark for one in _made(case).findings]
        if marks:
            notices.confirm(self.session, _made(case), marks, self.people.reviewer(0), now)

    def _publish(self, case: Case, now: datetime) -> None:
        self._look(case, now)
        publishing.publish(self.session, _made(case), self.people.reviewer(0), now)

    def _schedule(self, case: Case, now: datetime) -> None:
        day = workday(TODAY + timedelta(days=10))
        moment = datetime.combine(day, time(9), BEIJING).astimezone(UTC)
        publishing.schedule(self.session, _made(case), moment, self.people.reviewer(0), now)

    def _withdraw(self, case: Case, now: datetime) -> None:
        reviewer = self.people.reviewer(0)
        publishing.withdraw(self.session, _made(case), case.reason, reviewer, now)


def _made(case: Case) -> NoticeEdition:
    if case.made is None:
        raise LookupError(case.title)
    return case.made
