"""What citizens asked and corrected in the last year, in every state, with the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from demo.chance import NOW, chance, later
from demo.data import sections
from domain import feedback
from domain.disclosures import DisclosureEdition
from domain.feedback import DeclineReason, FeedbackKind, answering
from domain.powers import PowerEdition, PowerItem
from domain.publishing import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from sqlalchemy.orm import Session

    from demo.notices import Case
    from demo.staff import People
    from demo.timeline import Timeline
    from domain.feedback import About, Feedback

COUNT, LEAST = 64, 26
_YEAR = 300
_TOLD = {
    DeclineReason.UNRELATED: "这件事不归本单位管，请向县交通运输局或者 12345 热线询问。",
    DeclineReason.OTHER: "会议记录可以依申请公开，请到政务服务大厅填写申请表。",
}


@dataclass
class _Question:
    """A question on its way: made by the first step, found by the others.

    Attributes:
        find: what it is about, as it is public when it is asked.
        unit: the code of whoever answers.
    """

    find: Callable[[], About | None]
    unit: str
    kind: FeedbackKind
    text: str
    said: str = ""
    made: Feedback | None = None


def build(
    session: Session, people: People, timeline: Timeline, scale: float, cases: dict[str, Case]
) -> None:
    """Let citizens ask, and staff answer, each in their time.

    Args:
        cases: the notices, which become public as the timeline runs; by title.
    """
    said, desk = sections("questions.txt"), _Desk(session, people, timeline)
    count = max(LEAST, round(COUNT * scale))
    powers, told = _powers(session, count), _disclosures(session, count)
    for number in range(count):
        name, public = ("power", powers) if number % 2 else ("disclosure", told)
        find = feedback.about_power if number % 2 else feedback.about_disclosure
        about_id, public_at = public[number % len(public)]
        draw, about = chance("feedback", number), find(session, about_id)
        if about is not None:
            question = _question(about, *draw.choice(said[name]))
            asked = max(_ago(number, count, draw), public_at + timedelta(days=1))
            desk.live(question, asked, number, draw)
    for place, (why, text) in enumerate(said["declined"]):
        about = feedback.about_disclosure(session, told[place % len(told)][0])
        if about is not None:
            question, reason = _question(about, "question", text), DeclineReason.parse(why)
            asked, draw = NOW - timedelta(days=30 + place), chance("declined", place)
            desk.decline(question, asked, reason or DeclineReason.OTHER, draw)
    for number, (kind, title, text, answer) in enumerate(said["notice"]):
        _about_notice(desk, cases[title], FeedbackKind(kind), text, answer, number)  # type: ignore[call-arg]


def _about_notice(
    desk: _Desk, case: Case, kind: FeedbackKind, text: str, answer: str, number: int
) -> None:
    """Ask about a case in the days after it was published; without an answer nobody has one yet."""

    def find() -> About | None:
        return feedback.about_notice(desk.session, case.made.id) if case.made else None

    if case.public_at is not None:
        draw = chance("feedback on a notice", number)
        asked = later(case.public_at, 1, 4, draw)
        desk.answer(_Question(find, case.unit.code, kind, text, answer), asked, draw)


def _question(about: About, kind: str, text: str, answer: str = "") -> _Question:
    words = {"title": about.title, "unit": about.unit_name}
    parsed = FeedbackKind.parse(kind) or FeedbackKind.QUESTION
    said = text.format(**words), answer.format(**words)
    return _Question(lambda: about, about.unit_code, parsed, *said)


def _ago(number: int, count: int, draw: Random) -> datetime:
    """The first ones long ago, the last ones these days."""
    day = NOW - timedelta(days=_YEAR * (count - number) // count)
    return later(day, 0, 1, draw)


def _powers(session: Session, count: int) -> Sequence[tuple[int, datetime]]:
    query = (
        sa.select(PowerItem.id, PowerEdition.published_at)
        .join(PowerItem.edition)
        .where(PowerEdition.state == State.PUBLISHED, PowerItem.number <= 2)
        .order_by(PowerItem.number, PowerItem.id)
        .limit(count)
    )
    return [(number, at) for number, at in session.execute(query) if at is not None]


def _disclosures(session: Session, count: int) -> Sequence[tuple[int, datetime]]:
    query = (
        sa.select(DisclosureEdition.id, DisclosureEdition.published_at)
        .where(DisclosureEdition.state == State.PUBLISHED)
        .order_by(DisclosureEdition.published_at.desc(), DisclosureEdition.id)
        .limit(count * 4)
    )
    found = [(number, at) for number, at in session.execute(query) if at is not None]
    return found[::4]


class _Desk:
    """Who deals with the questions, and when."""

    def __init__(self, session: Session, people: People, timeline: Timeline) -> None:
        self.session, self.people, self.timeline = session, people, timeline

    def live(self, question: _Question, asked: datetime, number: int, draw: Random) -> None:
        """Ask, and most of the time answer; some are returned first, some are left waiting."""
        self._ask(question, asked)
        if number % 9 == 0:
            self._twin(question, later(asked, 0, 1, draw), draw)
        if number % 11 == 5:
            # Nobody has got round to it.
            return
        answered = later(asked, 1, 9 if number % 5 else 24, draw)
        self._at(question, answered, self._answer(question))
        if number % 8 == 3:
            answered = later(answered, 1, 2, draw)
            self._at(question, answered, self._send_back)
            answered = later(answered, 1, 2, draw)
            self._at(question, answered, self._answer(question))
        if number % 13 != 7:
            self._at(question, later(answered, 1, 3, draw), self._approve)

    def answer(self, question: _Question, asked: datetime, draw: Random) -> None:
        """Ask, and answer if there is an answer."""
        self._ask(question, asked)
        if question.said:
            answered = later(asked, 1, 6, draw)
            self._at(question, answered, self._answer(question))
            self._at(question, later(answered, 1, 2, draw), self._approve)

    def _twin(self, into: _Question, asked: datetime, draw: Random) -> None:
        """Ask what somebody else has just asked."""
        twin = _Question(into.find, into.unit, into.kind, f"同问：{into.text}")
        self._ask(twin, asked)

        def act(made: Feedback, now: datetime) -> None:
            if into.made is not None:
                reviewer = self.people.reviewer(0)
                answering.merge(self.session, made, into.made, made.revision, reviewer, now)

        self._at(twin, later(asked, 1, 2, draw), act)

    def decline(
        self, question: _Question, asked: datetime, why: DeclineReason, draw: Random
    ) -> None:
        """Ask, and be told why there is no answer."""
        self._ask(question, asked)

        def act(made: Feedback, now: datetime) -> None:
            told, reviewer = _TOLD.get(why, ""), self.people.reviewer(0)
            answering.decline(self.session, made, why, told, made.revision, reviewer, now)

        self._at(question, later(asked, 1, 3, draw), act)

    def _ask(self, question: _Question, moment: datetime) -> None:
        def act() -> None:
            about, reference = question.find(), feedback.new_reference()
            if about is not None:
                question.made = feedback.ask(
                    self.session, about, question.kind, question.text, reference, moment
                )

        self.timeline.at(moment, act)

    def _at(
        self, question: _Question, moment: datetime, act: Callable[[Feedback, datetime], None]
    ) -> None:
        def step() -> None:
            if question.made is not None:
                act(question.made, moment)

        self.timeline.at(moment, step)

    def _answer(self, question: _Question) -> Callable[[Feedback, datetime], None]:
        def act(made: Feedback, now: datetime) -> None:
            editor = self.people.editor_of(question.unit)
            answering.answer(self.session, made, question.said, made.revision, editor, now)

        return act

    def _send_back(self, made: Feedback, now: datetime) -> None:
        reviewer = self.people.reviewer(1)
        answering.send_back(self.session, made, "请写明依据和时间。", made.revision, reviewer, now)

    def _approve(self, made: Feedback, now: datetime) -> None:
        answering.approve(self.session, made, made.revision, self.people.reviewer(0), now)
