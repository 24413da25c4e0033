"""The negative list of a draft, and what explains its clashes: never left behind unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.labels import N_
from domain.powers import ClashExplanation, NegativeArea, NegativeEntry, PowerEdition

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class ExplanationText:
    """Why a passage that contradicts a line of the negative list stands; see `ClashExplanation`.

    Without a text: somebody was asked for it and has none.
    """

    item: str
    passage: str
    text: str

    @property
    def at(self) -> tuple[str, str]:
        """What it explains."""
        return self.item, self.passage


@dataclass(frozen=True)
class NegativeText:
    """What a line of the negative list says, and what explains the clashes with it."""

    area: NegativeArea
    text: str
    explanations: tuple[ExplanationText, ...] = ()

    @property
    def key(self) -> tuple[NegativeArea, str]:
        """What the line says; its explanations were written for these words."""
        return self.area, self.text


def negative_text(entry: NegativeEntry) -> NegativeText:
    """What a line says now, with its explanations."""
    said = (ExplanationText(e.item, e.passage, e.text) for e in entry.explanations)
    return NegativeText(entry.area, entry.text, tuple(said))


@dataclass(frozen=True)
class Moved:
    """An explanation that was written for a line as it was, and the line as it is now."""

    former: NegativeText
    line: NegativeText
    said: ExplanationText


class Reworded(Refused):
    """Lines of the negative list have other words now than their explanations were written for."""

    def __init__(self, moved: Sequence[Moved]) -> None:
        super().__init__(
            N_("负面清单的条文改过了，原来的说明还在下面：请核对对新的条文是否仍然成立，再保存一次")
        )
        self.moved = moved


def ensure_asked(
    edition: PowerEdition, before: Sequence[NegativeText], now: Sequence[NegativeText]
) -> None:
    """Refuse to leave behind what may still explain a clash with the line's new words."""
    lines = {line.key: line for line in now}
    answered = {(line.key, said.at) for line in now for said in line.explanations}
    clashes = {((c.entry.area, c.entry.text), (c.place, c.passage)) for c in edition.clashes}
    moved = [
        Moved(former, lines[key], said)
        for former in before
        if former.key not in lines
        for said in former.explanations
        for key, at in sorted(clashes - answered)
        if at == said.at
    ]
    if moved:
        raise Reworded(moved)


def gone(before: Sequence[NegativeText], now: Sequence[NegativeText]) -> list[ExplanationText]:
    """The explanations that neither their line has any more nor one that is new."""
    known = {line.key for line in before}

    def stays(former: NegativeText, said: ExplanationText) -> bool:
        return any(
            (line.key == former.key or line.key not in known)
            and said.at in {other.at for other in line.explanations}
            for line in now
        )

    return [s for line in before for s in line.explanations if not stays(line, s)]


def write_negatives(edition: PowerEdition, lines: Sequence[NegativeText]) -> None:
    """Write all lines with their explanations."""
    for number, line in enumerate(lines, 1):
        if number > len(edition.negatives):
            edition.negatives.append(NegativeEntry(number=number))
        entry = edition.negatives[number - 1]
        entry.area, entry.text = line.area, line.text
        entry.explanations = [
            ClashExplanation(item=said.item, passage=said.passage, text=said.text)
            for said in line.explanations
            if said.text
        ]
    del edition.negatives[len(lines) :]


def drop_answered(edition: PowerEdition) -> None:
    """Keep only what still explains something: the 分工 may have changed since."""
    standing = {(c.entry.number, c.place, c.passage) for c in edition.clashes}
    for entry in edition.negatives:
        entry.explanations = [
            said
            for said in entry.explanations
            if (entry.number, said.item, said.passage) in standing
        ]
