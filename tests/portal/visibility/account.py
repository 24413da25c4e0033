"""A plain account of what was written and what became of it, to hold the public site against.

Everything that is written carries a word of its own, so that it is known again wherever it turns up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from re import compile as pattern

from domain.feedback import FeedbackState
from domain.publishing import READABLE, State
from search.engine import Field
from tests.fixtures.county import NOW

COMMON = "金丝雀"
EVER_PUBLIC = {*READABLE, State.WITHDRAWN}
# An edition: its kind and its id.
Key = tuple[str, int]


class Sort(StrEnum):
    """What a word stands in."""

    TEXT = "q"
    ANSWER = "a"
    CORRECTION = "c"
    WITHDRAWAL = "r"
    PRIVATE = "p"


WORD = pattern(f"z[{''.join(Sort)}]\\d{{4}}x")


def words_of(text: str) -> set[str]:
    """The words that stand in a text."""
    return set(WORD.findall(text))


def of_sort(words: set[str], *sorts: Sort) -> set[str]:
    """Those words of some sorts."""
    return {word for word in words if word[1] in sorts}


@dataclass(frozen=True)
class Found:
    """What a search should find: its page, and what it can be narrowed by."""

    url: str
    fields: dict[Field, str]


@dataclass
class Entry:
    """What should be so with an edition.

    Attributes:
        whole: the document it is an edition of.
        items: of a power list, each item's id and name.
    """

    kind: str
    whole: int
    number: int
    word: str
    items: dict[int, str]
    found: list[Found]
    state: State = State.DRAFT
    moment: datetime = NOW
    correction: str = ""
    withdrawal: str = ""

    @property
    def unit(self) -> str:
        """The code of the unit that publishes it."""
        return self.found[0].fields[Field.UNIT]

    @property
    def url(self) -> str:
        """Its permanent address."""
        return f"/{self.kind}/{self.whole}/{self.number}"


@dataclass
class Question:
    """What should be so with a question; ``item`` is the name of the power it is about."""

    about: Key
    item: str | None
    word: str
    state: FeedbackState = FeedbackState.RECEIVED
    answer: int = 0


@dataclass
class Account:
    """All editions and all questions."""

    editions: dict[Key, Entry] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)

    def entries(self, *states: State, kind: str | None = None) -> list[Entry]:
        """The editions in these states."""
        return [
            entry
            for entry in self.editions.values()
            if entry.state in states and kind in {None, entry.kind}
        ]

    def of(self, *states: State, kinds: set[str] | None = None) -> set[str]:
        """The words of the editions in these states."""
        return {e.word for e in self.entries(*states) if kinds is None or e.kind in kinds}

    def siblings(self, key: Key) -> list[Entry]:
        """All editions of the same document."""
        one = self.editions[key]
        return [e for e in self.editions.values() if (e.kind, e.whole) == (one.kind, one.whole)]

    def ever(self, kind: str, whole: int) -> list[Entry]:
        """The editions of a document that ever were public, in their order."""
        found = [e for e in self.entries(*EVER_PUBLIC, kind=kind) if e.whole == whole]
        return sorted(found, key=lambda entry: entry.number)

    def come_into_force(self, key: Key) -> None:
        """An edition takes the place of the one before it."""
        for other in self.siblings(key):
            if other.state is State.PUBLISHED:
                other.state = State.SUPERSEDED
        self.editions[key].state = State.PUBLISHED

    @property
    def shown(self) -> list[Question]:
        """The questions that the public reads: answered, and asked about what can be read still."""
        return [
            question
            for question in self.questions.values()
            if question.state is FeedbackState.PUBLISHED
            and self.editions[question.about].state in READABLE
        ]

    @property
    def answers(self) -> set[str]:
        """The words of those questions and answers."""
        return {question.word for question in self.shown}

    def beside(self, entry: Entry, item: str | None = None) -> set[str]:
        """The words of what stands on the page of an edition, or of one of its items."""
        return {
            question.word
            for question in self.shown
            for about in [self.editions[question.about]]
            if (about.kind, about.whole, question.item) == (entry.kind, entry.whole, item)
        }

    def corrections(self, *states: State, kinds: set[str] | None = None) -> set[str]:
        """What the editions in these states corrected."""
        told = {e.correction for e in self.entries(*states) if kinds is None or e.kind in kinds}
        return told - {""}

    def corrections_on(self, entry: Entry) -> set[str]:
        """What the page of an edition says of corrections: its history has them all."""
        history = self.ever(entry.kind, entry.whole)
        return {e.correction for e in history if e.state in READABLE} - {""}

    def corrections_on_item(self, entry: Entry) -> set[str]:
        """What the page of an item says: what its edition corrects, and what corrects it."""
        later = [e for e in self.ever(entry.kind, entry.whole) if e.number > entry.number]
        told = [entry, *(e for e in later[:1] if e.state in READABLE)]
        return {e.correction for e in told} - {""}

    @property
    def withdrawals(self) -> set[str]:
        """Why what is withdrawn was withdrawn."""
        return {e.withdrawal for e in self.entries(State.WITHDRAWN)}

    @property
    def found(self) -> list[Found]:
        """All that a search for the common word should find."""
        return [found for entry in self.entries(State.PUBLISHED) for found in entry.found]

    def listed(self, noun: str) -> set[str]:
        """What a list of the open data should hold, each by its address or its number."""
        kind = {"power": "powers", "disclosure": "disclosures", "notice": "notices"}.get(
            noun.partition("-")[0], noun
        )
        if noun == "feedback":
            return {str(question.answer) for question in self.shown}
        if noun.endswith("-editions"):
            return {entry.url for entry in self.entries(*EVER_PUBLIC, kind=kind)}
        in_force = self.entries(State.PUBLISHED, kind=kind)
        if noun == "powers":
            return {f"/powers/items/{item}" for entry in in_force for item in entry.items}
        return {entry.url for entry in in_force}
