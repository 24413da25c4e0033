"""What a new edition of a power list changes against another one, item by item."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.labels import N_, Labelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.disclosures import DisclosureEdition
    from domain.powers import NegativeEntry, PowerEdition, PowerItem, ProcessStep

FIELDS: tuple[tuple[str, str], ...] = (
    ("kind", N_("类别")),
    ("plain", N_("一句话说明")),
    ("source", N_("权力来源")),
    ("responsibility", N_("权力责任")),
    ("risk", N_("廉政风险")),
    ("controls", N_("防控措施")),
    ("scope", N_("公开范围")),
    ("timing", N_("公开时间")),
    ("steps", N_("运行流程")),
)


@dataclass(frozen=True)
class Difference:
    """One field that says something else: its Chinese label, and both texts."""

    label: str
    before: str | Labelled
    after: str | Labelled


@dataclass(frozen=True)
class ItemChange:
    """An item of the same name in both editions, and in what it differs."""

    before: PowerItem
    after: PowerItem
    differences: Sequence[Difference]


@dataclass(frozen=True)
class Changes:
    """All that differs. An item under a new name counts as removed and added."""

    added: Sequence[PowerItem]
    removed: Sequence[PowerItem]
    changed: Sequence[ItemChange]
    moved: bool
    negatives_added: Sequence[NegativeEntry]
    negatives_removed: Sequence[NegativeEntry]

    def __bool__(self) -> bool:
        return bool(
            self.added
            or self.removed
            or self.changed
            or self.moved
            or self.negatives_added
            or self.negatives_removed
        )


def changes(before: PowerEdition, after: PowerEdition) -> Changes:
    """Compare two editions by the names of their items."""
    waiting: dict[str, list[PowerItem]] = defaultdict(list)
    for item in before.items:
        waiting[item.name].append(item)
    added, pairs = [], []
    for item in after.items:
        same = waiting[item.name]
        if same:
            pairs.append((same.pop(0), item))
        else:
            added.append(item)
    compared = [ItemChange(old, new, list(_differences(old, new))) for old, new in pairs]
    places = [old.number for old, _new in pairs]
    return Changes(
        added=added,
        removed=[item for item in before.items if item in waiting[item.name]],
        changed=[change for change in compared if change.differences],
        moved=places != sorted(places),
        negatives_added=_without(after.negatives, before.negatives),
        negatives_removed=_without(before.negatives, after.negatives),
    )


def disclosure_differences(before: DisclosureEdition, after: DisclosureEdition) -> list[Difference]:
    """The fields of a disclosure in which two editions differ."""
    pairs = (
        (N_("标题"), before.title, after.title),
        (N_("成文日期"), str(before.dated_on or ""), str(after.dated_on or "")),
        (N_("正文"), before.body, after.body),
    )
    return [Difference(label, old, new) for label, old, new in pairs if old != new]


def _differences(old: PowerItem, new: PowerItem) -> Iterator[Difference]:
    for name, label in FIELDS:
        before, after = _shown(old, name), _shown(new, name)
        if before != after:
            yield Difference(label, before, after)


def _shown(item: PowerItem, name: str) -> str | Labelled:
    if name == "steps":
        return "\n".join(f"{number}. {_line(step)}" for number, step in enumerate(item.steps, 1))
    value: str | Labelled = getattr(item, name)
    return value


def _line(step: ProcessStep) -> str:
    return " · ".join(
        part for part in (step.name, step.who, step.time_limit, step.disclosed) if part
    )


def _without(
    entries: Sequence[NegativeEntry], others: Sequence[NegativeEntry]
) -> list[NegativeEntry]:
    said = {(entry.area, entry.text) for entry in others}
    return [entry for entry in entries if (entry.area, entry.text) not in said]
