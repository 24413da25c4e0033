"""Timelines as they are drawn: the table beside says the same, in words and with links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.powers.timeline import Stretch

# In the drawing's own units; it is stretched to the width of the page.
WIDTH, LANE, TOP = 1000, 34, 26
# A bar narrower than this has no room for a word.
_ROOM = 56
_MOST_YEARS = 12


@dataclass(frozen=True)
class Bar:
    """A stretch as a bar."""

    x: float
    y: int
    width: float
    stretch: Stretch

    @property
    def has_room(self) -> bool:
        """Whether the edition's number fits in."""
        return self.width >= _ROOM


@dataclass(frozen=True)
class Lane:
    """The stretches of one post, or of one holder, on a line of their own."""

    label: str
    stretches: Sequence[Stretch]


@dataclass
class Drawing:
    """Bars, and where the years begin."""

    lanes: Sequence[Lane]
    bars: list[Bar] = field(default_factory=list)
    years: list[tuple[float, int]] = field(default_factory=list)

    @property
    def height(self) -> int:
        """How high the drawing is."""
        return TOP + LANE * len(self.lanes)

    @property
    def rows(self) -> list[Stretch]:
        """All stretches, newest first, for the table."""
        found = [stretch for lane in self.lanes for stretch in lane.stretches]
        return sorted(found, key=lambda stretch: stretch.first, reverse=True)


def draw(lanes: Sequence[Lane], today: date) -> Drawing:
    """Lay out lanes from the first day that anything is known of until today; later is left out."""
    begun = [Lane(lane.label, [s for s in lane.stretches if s.first <= today]) for lane in lanes]
    lanes = [lane for lane in begun if lane.stretches]
    drawing = Drawing(lanes)
    if not lanes:
        return drawing
    start = min(stretch.first for stretch in drawing.rows)
    days = max((max([today, *(s.last for s in drawing.rows if s.last)]) - start).days, 1)

    def place(day: date) -> float:
        return round(min(max((day - start).days / days, 0), 1) * WIDTH, 1)

    for number, lane in enumerate(lanes):
        for stretch in lane.stretches:
            left = place(stretch.first)
            width = place(stretch.last or today) - left
            drawing.bars.append(Bar(left, TOP + number * LANE, max(width, 2), stretch))
    every = 1 + (days // 365) // _MOST_YEARS
    numbers = range(start.year + 1, start.year + days // 365 + 2, every)
    drawing.years = [
        (place(date(y, 1, 1)), y) for y in numbers if (date(y, 1, 1) - start).days < days
    ]
    return drawing
