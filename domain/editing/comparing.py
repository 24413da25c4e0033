"""What one edition says otherwise than another: item by item, step by step, word by word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from domain.editing.matching import Said, in_another_order, matched
from domain.editing.wording import Piece, body_wording
from domain.labels import N_, Labelled
from domain.powers import NegativeEntry, PowerItem, ProcessStep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from domain.disclosures import DisclosureEdition
    from domain.powers import PowerEdition

FIELDS: tuple[tuple[str, str], ...] = (
    ("kind", N_("类别")),
    ("plain", N_("一句话说明")),
    ("source", N_("权力来源")),
    ("responsibility", N_("权力责任")),
    ("risk", N_("廉政风险")),
    ("controls", N_("防控措施")),
    ("scope", N_("公开范围")),
    ("timing", N_("公开时间")),
)
_EFFECTIVE = N_("施行日期")


class Change(Labelled):
    """What became of a part; of several, the one that says most."""

    ADDED = "added", N_("新增")
    REMOVED = "removed", N_("删去")
    RENAMED = "renamed", N_("改名")
    CHANGED = "changed", N_("修改")
    MOVED = "moved", N_("移动")


@dataclass(frozen=True)
class Difference:
    """One field that says something else: its Chinese label, and what both say."""

    label: str
    before: str | Labelled | date | None
    after: str | Labelled | date | None

    @cached_property
    def pieces(self) -> list[Piece]:
        """Both texts word by word; nothing for what is no text (a word of a dictionary, a day)."""
        before, after = self.before or "", self.after or ""
        if not all(isinstance(v, str) and not isinstance(v, Labelled) for v in (before, after)):
            return []
        return body_wording(str(before), str(after))


@dataclass(frozen=True)
class ItemChange:
    """A power that is in one edition only (None), or says something else, or stands elsewhere."""

    before: PowerItem | None
    after: PowerItem | None
    moved: bool
    differences: Sequence[Difference]
    steps: Sequence[LineChange[ProcessStep]]

    @property
    def change(self) -> Change | None:
        """What became of it; None when nothing did."""
        if self.before is None:
            return Change.ADDED
        if self.after is None:
            return Change.REMOVED
        if self.before.name != self.after.name:
            return Change.RENAMED
        if self.differences or self.steps:
            return Change.CHANGED
        return Change.MOVED if self.moved else None

    @cached_property
    def name(self) -> list[Piece]:
        """Its name, word by word."""
        return _worded(self.before, self.after, lambda item: item.name)


Line = TypeVar("Line", ProcessStep, NegativeEntry)


@dataclass(frozen=True)
class LineChange(Generic[Line]):
    """A step of a process, or a line of the negative list, that is not as it was."""

    before: Line | None
    after: Line | None
    pieces: Sequence[Piece]

    @property
    def change(self) -> Change:
        """What became of it."""
        if self.before is None:
            return Change.ADDED
        return Change.REMOVED if self.after is None else Change.CHANGED


@dataclass(frozen=True)
class Changes:
    """All that differs between two editions of a power list, in the newer one's order."""

    items: Sequence[ItemChange]
    negatives: Sequence[LineChange[NegativeEntry]]
    effective_on: Difference | None

    def __bool__(self) -> bool:
        return bool(self.items or self.negatives or self.effective_on)

    @property
    def counts(self) -> dict[Change, int]:
        """How many powers each thing happened to; what happened to none is left out."""
        counted = Counter(change.change for change in self.items)
        return {change: counted[change] for change in Change if counted[change]}


def changes(before: PowerEdition, after: PowerEdition) -> Changes:
    """Compare two editions; both must be whole (`powers.whole`)."""
    pairs = matched(before.items, after.items, _said_of_item)
    order = in_another_order([old.number for old, new in pairs if old and new])
    compared = [_item(old, new, order) for old, new in pairs]
    effective = Difference(_EFFECTIVE, before.effective_on, after.effective_on)
    return Changes(
        items=[item for item in compared if item.change],
        negatives=[
            LineChange(old, new, _worded(old, new, _whole_entry))
            for old, new in matched(before.negatives, after.negatives, _said_of_entry)
            if not (old and new and _whole_entry(old) == _whole_entry(new))
        ],
        effective_on=effective if before.effective_on != after.effective_on else None,
    )


def successor(former: PowerItem, edition: PowerEdition) -> PowerItem | None:
    """What has become of a power in a later edition, under its name or another; None if gone."""
    pairs = matched(former.edition.items, edition.items, _said_of_item)
    return next((new for old, new in pairs if old is not None and old.id == former.id), None)


def disclosure_differences(before: DisclosureEdition, after: DisclosureEdition) -> list[Difference]:
    """The fields of a disclosure in which two editions differ."""
    pairs = (
        (N_("标题"), before.title, after.title),
        (N_("成文日期"), before.dated_on, after.dated_on),
        (N_("正文"), before.body, after.body),
    )
    return [Difference(label, old, new) for label, old, new in pairs if old != new]


def _item(old: PowerItem | None, new: PowerItem | None, order: set[int]) -> ItemChange:
    moved = bool(old and new and old.number in order)
    return ItemChange(old, new, moved, list(_differences(old, new)), list(_steps(old, new)))


def _differences(old: PowerItem | None, new: PowerItem | None) -> Iterator[Difference]:
    for name, label in FIELDS:
        before, after = getattr(old, name, None), getattr(new, name, None)
        if (before or None) != (after or None):
            yield Difference(label, before, after)


def _steps(old: PowerItem | None, new: PowerItem | None) -> Iterator[LineChange[ProcessStep]]:
    pairs = matched(old.steps if old else (), new.steps if new else (), _said_of_step)
    for before, after in pairs:
        if not (before and after and _line(before) == _line(after)):
            yield LineChange(before, after, _worded(before, after, _line))


def _line(step: ProcessStep) -> str:
    return " · ".join(
        part for part in (step.name, step.who, step.time_limit, step.disclosed) if part
    )


def _said_of_item(item: PowerItem) -> Said:
    # Not its controls and steps: items of one kind often have them to the letter.
    return Said(item.name, item.plain + item.responsibility + item.source)


def _said_of_step(step: ProcessStep) -> Said:
    return Said(step.name, "")


def _said_of_entry(entry: NegativeEntry) -> Said:
    return Said(f"{entry.area.label} {entry.text}", "")


def _whole_entry(entry: NegativeEntry) -> str:
    return "\n".join((entry.text, *(said.text for said in entry.explanations)))


Part = TypeVar("Part")


def _worded(old: Part | None, new: Part | None, text: Callable[[Part], str]) -> list[Piece]:
    return body_wording("" if old is None else text(old), "" if new is None else text(new))
