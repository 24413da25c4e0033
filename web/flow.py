"""运行流程 drawn: where the boxes, lanes, arrows and lines of text of a process stand.

`draw` is pure sums; `templates/shared/flow.html` sets the SVG beside the list of steps. Lengths are in
the drawing's own units, about a pixel each on a wide screen.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from flask_babel import gettext
from markupsafe import Markup, escape

from web.preferences import elder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask import Flask

    from domain.powers import ProcessStep

WIDTH = 960.0
# Large type: fewer columns in the same place, so everything in them is larger.
ELDER_WIDTH = 768.0
NAME_SIZE, NOTE_SIZE = 14.0, 12.5
_LEADING = 1.45
_PAD = 10.0
_GAP = 26.0
_LABEL = 104.0
_LANE_PAD = 9.0
_BAND_GAP = 30.0
_MIN_PITCH, _MAX_BOX = 140.0, 210.0
# More actors than this make a staircase, longer names a column of characters: then no lanes.
_MOST_LANES, _LONGEST_LABEL = 4, 30
_HEAD = 5.0


class Step(NamedTuple):
    """What a box says."""

    name: str
    who: str = ""
    time_limit: str = ""
    disclosed: str = ""


@dataclass(frozen=True)
class Line:
    """A line of text: where its left end stands on the baseline, and what it says."""

    x: float
    y: float
    text: str
    size: float
    part: str


@dataclass(frozen=True)
class Box:
    """A rectangle with text in it: a step, or (`number` 0) the head of a lane."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...]
    number: int = 0


@dataclass(frozen=True)
class Arrow:
    """A line of right angles from one box to the next, and the three corners of its head."""

    points: tuple[tuple[float, float], ...]
    head: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Drawing:
    """All of it."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lanes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def flow_drawing(steps: Iterable[ProcessStep], *, lanes: bool = False) -> Markup:
    """The drawing of a power's process as SVG, in the reader's language and size.

    The list of the same steps stands beside it and is what is read aloud; this is kept from screen
    readers.

    Args:
        lanes: a lane for each actor, where that helps; without, who acts is said in the box.
    """
    said = tuple(Step(s.name, s.who or "", s.time_limit or "", disclosed(s)) for s in steps)
    return _svg(said, ELDER_WIDTH if elder() else WIDTH, lanes)


@lru_cache(maxsize=1024)
def _svg(steps: tuple[Step, ...], width: float, lanes: bool) -> Markup:
    # Written here and kept: a list has a thousand such lines, and a template asks about each.
    drawn = draw(steps, width, lanes=lanes)
    parts = [_group(lane, "lane", "ground") for lane in drawn.lanes]
    for arrow in drawn.arrows:
        parts.append(f'<polyline class="way" points="{_corners(arrow.points)}"/>')
        parts.append(f'<polygon class="head" points="{_corners(arrow.head)}"/>')
    parts += [_group(box, "step", "box") for box in drawn.boxes]
    return Markup(  # noqa: S704 - figures of ours, and text that `_group` escapes
        f'<svg class="flow-drawing" viewBox="0 0 {drawn.width:.0f} {drawn.height:.0f}" lang="zh-CN"'
        f' aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def _group(box: Box, kind: str, ground: str) -> str:
    lines = (
        f'<text class="{line.part}" x="{line.x}" y="{line.y}" font-size="{line.size}">'
        f"{escape(line.text)}</text>"
        for line in box.lines
    )
    size = f'width="{box.width}" height="{box.height}"'
    rectangle = f'<rect class="{ground}" x="{box.x}" y="{box.y}" {size}/>'
    return f'<g class="{kind}">{rectangle}{"".join(lines)}</g>'


def _corners(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def disclosed(step: ProcessStep) -> str:
    """What of a step becomes public, as a sentence of its own."""
    what = step.disclosed or ""
    if not what or what.startswith("不公开"):
        return what
    return str(gettext("公开：%(what)s", what=what))


def draw(steps: tuple[Step, ...], width: float = WIDTH, *, lanes: bool = False) -> Drawing:
    """Lay a process out in one or more bands of columns.

    One step stands in each column, so an arrow runs in the gap between two columns and crosses no
    box. With lanes, a band has one for each actor in the order they come in; they are left out
    where only one acts, or so many that each would have a lane of their own.
    """
    left = _LABEL if lanes and _helps(steps) else 0.0
    most = int((width - left) // _MIN_PITCH)
    bands = -(-len(steps) // most) or 1
    columns = -(-len(steps) // bands)
    # The gap behind the last column is where an arrow leaves for the next band.
    pitch = (width - left) / max(columns, 1)
    box = min(pitch - _GAP, _MAX_BOX)
    boxes: list[Box] = []
    grounds: list[Box] = []
    top = 0.0
    for first in range(0, len(steps), max(columns, 1)):
        if first:
            top += _BAND_GAP
        band = steps[first : first + columns]
        made = _band(band, first + 1, left, top, box)
        boxes += made[0]
        grounds += made[1]
        top = made[2]
    arrows = tuple(_arrow(a, b) for a, b in pairwise(boxes))
    return Drawing(width, top + 1, tuple(boxes), tuple(grounds), arrows)


def _helps(steps: Sequence[Step]) -> bool:
    actors = {step.who for step in steps}
    return (
        1 < len(actors) <= _MOST_LANES
        and len(actors) < len(steps)
        and all(0 < len(who) <= _LONGEST_LABEL for who in actors)
    )


def _band(
    steps: Sequence[Step], number: int, left: float, top: float, width: float
) -> tuple[list[Box], list[Box], float]:
    """The boxes and lanes of one band, and where it ends."""
    if not left:
        texts = [_lines(step, width, who=True) for step in steps]
        height = max(map(_height, texts))
        # Room for the border, which stands half outside.
        return (
            _row(texts, range(len(steps)), number, 0.5, top + 0.5, (width, height)),
            [],
            top + height,
        )
    boxes: dict[int, Box] = {}
    lanes = []
    right = left + len(steps) * (width + _GAP)
    for who in dict.fromkeys(step.who for step in steps):
        columns = [n for n, step in enumerate(steps) if step.who == who]
        texts = [_lines(steps[n], width, who=False) for n in columns]
        label = _wrapped(who, "lane", NAME_SIZE, _LABEL)
        height = max(map(_height, [*texts, label]))
        row = _row(texts, columns, number, left + _GAP / 2, top + _LANE_PAD, (width, height))
        boxes |= dict(zip(columns, row, strict=True))
        whole = height + 2 * _LANE_PAD
        lanes.append(_placed(label, 0.5, top + 0.5, right - 1, whole, middle=True))
        top += whole
    return [boxes[n] for n in range(len(steps))], lanes, top


def _row(
    texts: list[list[Line]],
    columns: Iterable[int],
    number: int,
    left: float,
    top: float,
    size: tuple[float, float],
) -> list[Box]:
    width, height = size
    return [
        _placed(
            [Line(_PAD, _PAD + 15, str(number + column), 15, "no"), *lines],
            left + column * (width + _GAP),
            top,
            width,
            height,
            number + column,
        )
        for lines, column in zip(texts, columns, strict=True)
    ]


def _tenth(length: float) -> float:
    return round(length, 1)


def _placed(
    lines: list[Line],
    x: float,
    y: float,
    width: float,
    height: float,
    number: int = 0,
    *,
    middle: bool = False,
) -> Box:
    down = y + ((height - _height(lines)) / 2 if middle else 0)
    moved = tuple(replace(line, x=_tenth(x + line.x), y=_tenth(down + line.y)) for line in lines)
    return Box(_tenth(x), _tenth(y), _tenth(width), _tenth(height), moved, number)


def _lines(step: Step, width: float, *, who: bool) -> list[Line]:
    """The text of a step under its number, from the corner of its box."""
    parts = [(step.name, "name", NAME_SIZE)]
    parts += [(step.who, "who", NOTE_SIZE)] if who else []
    parts += [(step.time_limit, "limit", NOTE_SIZE), (step.disclosed, "open", NOTE_SIZE)]
    found: list[Line] = []
    down = _PAD + NAME_SIZE * _LEADING
    for text, part, size in parts:
        if text:
            made = _wrapped(text, part, size, width, down)
            down = made[-1].y - size * 1.05 + size * _LEADING + 2
            found += made
    return found


def _wrapped(text: str, part: str, size: float, width: float, top: float = _PAD) -> list[Line]:
    rows = wrap(text, (width - 2 * _PAD) / size)
    return [
        Line(_PAD, top + size * (1.05 + _LEADING * n), row, size, part)
        for n, row in enumerate(rows)
    ]


def _height(lines: list[Line]) -> float:
    return max((line.y + line.size * 0.3 for line in lines), default=0.0) + _PAD


def _arrow(before: Box, after: Box) -> Arrow:
    x, y = before.x + before.width, before.y + before.height / 2
    if after.x > before.x:
        turn = x + _GAP / 2
        end, dx, dy = (after.x - 1, after.y + after.height / 2), 1, 0
        way = [(x, y), (turn, y), (turn, end[1]), (end[0] - _HEAD, end[1])]
        if y == end[1]:
            way = [way[0], way[-1]]
    else:
        # Down to the next band, through the gap above it.
        end, dx, dy = (after.x + after.width / 2, after.y - 1), 0, 1
        turn, above = x + _GAP / 4, after.y - _BAND_GAP / 2
        way = [(x, y), (turn, y), (turn, above), (end[0], above), (end[0], end[1] - _HEAD)]
    back = (end[0] - _HEAD * 1.4 * dx, end[1] - _HEAD * 1.4 * dy)
    wings = [(back[0] + s * _HEAD * 0.8 * dy, back[1] + s * _HEAD * 0.8 * dx) for s in (1, -1)]
    return Arrow(_points(way), _points([end, *wings]))


def _points(found: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return tuple((_tenth(x), _tenth(y)) for x, y in found)


# A run of letters and figures is kept whole; 禁则: what may not begin a line stays with what is
# before it, what may not end one with what follows.
_CLOSING = "，。、；：！？）》」』】〕”’…—,.;:!?)]%％"
_OPENING = "（《「『【〔“‘(["
_PIECES = re.compile(
    rf"\s+|[{re.escape(_OPENING)}]*(?:[A-Za-z0-9\-./&'@_]+|.)[{re.escape(_CLOSING)}]*", re.DOTALL
)


def wrap(text: str, ems: float) -> list[str]:
    """Break a text into lines of at most so many ems (the width of a Chinese character)."""
    rows, row = [], ""
    for piece in _PIECES.findall(" ".join(text.split())):
        if not row and piece.isspace():
            continue
        if measure(row + piece.rstrip()) <= ems:
            row += piece
            continue
        if row:
            rows.append(row.rstrip())
        # A word longer than a line is cut where the line is full.
        *full, row = _cut(piece.lstrip(), ems)
        rows += full
    return [*rows, row.rstrip()] if row.strip() else rows


def _cut(piece: str, ems: float) -> list[str]:
    parts = [""]
    for character in piece:
        if parts[-1] and measure(parts[-1] + character) > ems:
            parts.append("")
        parts[-1] += character
    return parts


_NARROW, _BROAD = frozenset(" .,:;'|!ijlIft()[]"), frozenset("mwMW@%&—…")


def measure(text: str) -> float:
    """How wide a text is at most, in ems; whoever reads it has fonts of their own."""
    return sum(map(_advance, text))


@lru_cache(maxsize=8192)
def _advance(character: str) -> float:
    if character in _NARROW:
        return 0.42
    if character in _BROAD:
        return 1.0
    if character.isascii():
        return 0.75 if character.isupper() else 0.64
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0.0
    # Emoji are wider than a character; what no font of ours has is drawn as it comes.
    return 1.4 if ord(character) > 0xFFFF and unicodedata.category(character) == "So" else 1.0


def install_flow(app: Flask) -> None:
    """Make the drawing known to the templates."""
    app.jinja_env.globals["flow_drawing"] = flow_drawing
    app.jinja_env.filters["disclosed"] = disclosed
