"""What two texts say differently, word by word, so that a person can read it.

Words come from the segmenter, numbers and Latin words stay whole. The longest common sequence of
words (rapidfuzz: bit-parallel, at worst n·m/64 steps) is exact, but matches stray words of two
sentences that have nothing to do with each other; such coincidences are taken back, and what was
put in or taken out is moved to where a sentence or clause begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import rjieba
from rapidfuzz.distance import LCSseq

from domain import markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A bit for each pair of words is kept while they are compared: 50 MB. What has more (20,000
# words against 20,000, after what both begin and end with) is compared by sentences.
_MOST_PAIRS = 400_000_000
# An unchanged stretch of more characters than this between two changes is no coincidence.
_COINCIDENCE = 8

_CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
_TOKEN = re.compile(
    r"\d+(?:[.,:：/-]\d+)*[%％‰]?"  # a number, a date, a time
    r"|[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z\u00c0-\u024f]+)*"
    rf"|(?P<chinese>{_CHINESE.pattern})"
    r"|.",
    re.DOTALL,
)
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")
# How well a stretch begins (or ends) behind such a character.
_STOPS = {"\n": 3} | dict.fromkeys("。！？；;", 2) | dict.fromkeys("，、：,:（）()", 1)


Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both say, or only one of them does."""

    kind: Kind
    text: str


@dataclass
class _Run:
    """Words both have (``removed`` equals ``added``), or what stands there instead."""

    same: bool
    removed: list[str]
    added: list[str]

    def __post_init__(self) -> None:
        # In characters; counted once, since runs are joined many times.
        self.lengths = [sum(map(len, words)) for words in (self.removed, self.added)]

    def join(self, other: _Run) -> None:
        self.removed += other.removed
        self.added += other.added
        self.lengths = [a + b for a, b in zip(self.lengths, other.lengths, strict=True)]


def wording(before: str, after: str) -> list[Piece]:
    """Compare two plain texts.

    Returns:
        Pieces in reading order. Without the added ones they are ``before``, without the removed
        ones ``after``, to the character. Nothing for two empty texts.
    """
    if before == after:
        return [Piece("same", before)] if before else []
    for cut in (_words, _sentences):
        old, new = cut(before), cut(after)
        runs = _runs(old, new)
        if runs is not None:
            return _pieces(_settled(_without_coincidences(runs)))
    return _pieces([_Run(False, [before], [after])])


def body_wording(before: str, after: str) -> list[Piece]:
    """Compare two bodies that may be rich text: their words, a line for each paragraph."""
    return wording(markup.words(before), markup.words(after))


def _words(text: str) -> list[str]:
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        found += rjieba.cut(match[0]) if match["chinese"] else [match[0]]
    return found


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.findall(text) if sentence]


def _runs(old: Sequence[str], new: Sequence[str]) -> list[_Run] | None:
    """What is the same and what is not, in turns; None when there is too much to compare."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    if len(inner_old) * len(inner_new) > _MOST_PAIRS:
        return None
    runs: list[_Run] = []
    _append(runs, True, old[:start], new[:start])
    # Numbers for words: the library compares hashes, and those of two words could be the same.
    numbers: dict[str, int] = {}
    coded = [[numbers.setdefault(w, len(numbers)) for w in side] for side in (inner_old, inner_new)]
    for step in LCSseq.opcodes(*coded):
        left = inner_old[step.src_start : step.src_end]
        _append(runs, step.tag == "equal", left, inner_new[step.dest_start : step.dest_end])
    _append(runs, True, old[len(old) - end :], new[len(new) - end :])
    return runs


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    most = min(len(old), len(new))
    return next((n for n in range(most) if old[n] != new[n]), most)


def _append(runs: list[_Run], same: bool, removed: Sequence[str], added: Sequence[str]) -> None:
    run = _Run(same, list(removed), list(added))
    if runs and runs[-1].same == same:
        runs[-1].join(run)
    elif removed or added:
        runs.append(run)


def _without_coincidences(runs: Sequence[_Run]) -> list[_Run]:
    """Take few same words between two larger replacements as replaced along with them."""
    kept: list[_Run] = []
    for run in runs:
        kept.append(run)
        while len(kept) > 2 and _is_coincidence(*kept[-3:]):
            last, middle = kept.pop(), kept.pop()
            kept[-1].join(middle)
            kept[-1].join(last)
    return kept


def _is_coincidence(left: _Run, middle: _Run, right: _Run) -> bool:
    if left.same or not middle.same or middle.lengths[0] > _COINCIDENCE:
        return False
    if any(_STOPS.get(word[-1], 0) > 1 for word in middle.removed):
        return False  # sentence is compared with sentence, paragraph with paragraph
    replaced = [a + b for a, b in zip(left.lengths, right.lengths, strict=True)]
    return middle.lengths[0] <= min(*replaced, max(left.lengths), max(right.lengths))


def _settled(runs: list[_Run]) -> list[_Run]:
    """Move what was only put in, or only taken out, to where a sentence or clause begins.

    “甲。乙。” → “甲。丙。乙。” adds “丙。”, not “。丙”.
    """
    edged = [_Run(True, [], []), *runs, _Run(True, [], [])]
    for before, run, after in zip(edged, edged[1:], edged[2:], strict=False):
        if not run.same and not (run.removed and run.added):
            # Unchanged words between two changes keep at least one, or the changes would meet.
            _settle(before, run, after, int(before is not runs[0]), int(after is not runs[-1]))
    return [run for run in edged if run.removed or run.added]


def _settle(before: _Run, run: _Run, after: _Run, least_before: int, least_after: int) -> None:
    words = run.removed or run.added
    line = before.added + words + after.added
    size, now = len(words), len(before.added)
    last = len(line) - size - least_after
    places = [now, *_leftwards(line, now, size, least_before), *_rightwards(line, now, size, last)]
    best = max(places, key=lambda at: (_fit(line, at, size), -abs(at - now)))
    if best != now:
        words[:] = line[best : best + size]
        before.removed, before.added = line[:best], line[:best]
        after.removed, after.added = line[best + size :], line[best + size :]


def _leftwards(line: Sequence[str], at: int, size: int, first: int) -> Iterator[int]:
    """Where else the stretch can begin so that the line without it stays the same."""
    while at > first and line[at - 1] == line[at + size - 1]:
        at -= 1
        yield at


def _rightwards(line: Sequence[str], at: int, size: int, last: int) -> Iterator[int]:
    while at < last and line[at] == line[at + size]:
        at += 1
        yield at


def _fit(line: Sequence[str], at: int, size: int) -> int:
    begins = _STOPS.get(line[at - 1][-1], 0) if at else 3
    return begins + _STOPS.get(line[at + size - 1][-1], 0)


def _pieces(runs: Sequence[_Run]) -> list[Piece]:
    found: list[Piece] = []
    for piece in (piece for run in runs for piece in _parts(run) if piece.text):
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def _parts(run: _Run) -> list[Piece]:
    removed, added = "".join(run.removed), "".join(run.added)
    if run.same:
        return [Piece("same", added)]
    # 局长 → 副局长 adds 副; 5 → 15 is another number, though.
    changes: tuple[tuple[Kind, str, str], ...]
    changes = (("added", added, removed), ("removed", removed, added))
    for kind, long, short in changes:
        if _CHINESE.fullmatch(short) and long.endswith(short):
            return [Piece(kind, long[: -len(short)]), Piece("same", short)]
        if _CHINESE.fullmatch(short) and long.startswith(short):
            return [Piece("same", short), Piece(kind, long[len(short) :])]
    return [Piece("removed", removed), Piece("added", added)]
