"""Which part of one edition is which of another: by name, and across a new name by what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rapidfuzz.distance import Indel, LCSseq

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

# Two parts of different names are one when this much of both is the same. Below it a reader would
# rather see one taken out and one put in.
_ALIKE = 0.65
_NAME_COUNTS = 0.25
# Of longer texts the beginning is compared; it says enough to tell which is which.
_MOST_CHARACTERS = 600


class Said(NamedTuple):
    """What is compared: the name, and what stands under it."""

    name: str
    content: str


def matched(
    old: Sequence[T], new: Sequence[T], said: Callable[[T], Said]
) -> list[tuple[T | None, T | None]]:
    """Pairs of what is the same thing in both, in the new order.

    What is only in the old one (and None) stands where it stood, behind what came before it.
    """
    partner = _by_name([said(one).name for one in old], [said(one).name for one in new])
    rest_old = [n for n in range(len(old)) if n not in partner]
    rest_new = [n for n in range(len(new)) if n not in partner.values()]
    partner |= _by_likeness(
        {n: said(old[n]) for n in rest_old}, {n: said(new[n]) for n in rest_new}
    )
    back = {there: here for here, there in partner.items()}
    pairs: list[tuple[T | None, T | None]] = []

    def add_gone(number: int) -> None:
        while number < len(old) and number not in partner:
            pairs.append((old[number], None))
            number += 1

    add_gone(0)
    for number, one in enumerate(new):
        here = back.get(number)
        pairs.append((None if here is None else old[here], one))
        if here is not None:
            add_gone(here + 1)
    return pairs


def in_another_order(places: Sequence[int]) -> set[int]:
    """Which of these numbers were moved: as few as possible, so that the others stand in order."""
    steps = LCSseq.opcodes(sorted(places), places)
    kept = {place for s in steps if s.tag == "equal" for place in places[s.dest_start : s.dest_end]}
    return set(places) - kept


def _by_name(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    waiting: dict[str, list[int]] = {}
    for number, name in enumerate(new):
        waiting.setdefault(name, []).append(number)
    return {number: waiting[name].pop(0) for number, name in enumerate(old) if waiting.get(name)}


def _by_likeness(old: dict[int, Said], new: dict[int, Said]) -> dict[int, int]:
    scores = sorted(
        (
            (-likeness(one, other), here, there)
            for here, one in old.items()
            for there, other in new.items()
        ),
    )
    found: dict[int, int] = {}
    for score, here, there in scores:
        if -score >= _ALIKE and here not in found and there not in found.values():
            found[here] = there
    return found


def likeness(one: Said, other: Said) -> float:
    """How much two parts say the same, from 0 to 1."""
    name = Indel.normalized_similarity(one.name[:_MOST_CHARACTERS], other.name[:_MOST_CHARACTERS])
    if not one.content and not other.content:
        return name
    content = Indel.normalized_similarity(
        one.content[:_MOST_CHARACTERS], other.content[:_MOST_CHARACTERS]
    )
    return _NAME_COUNTS * name + (1 - _NAME_COUNTS) * content
