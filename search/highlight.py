"""Where the words of a query stand in a text, and which passages of it to show."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import partial
from typing import TYPE_CHECKING

from search.engine import Piece
from search.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.asking import Wanted
    from search.engine import Highlight
    from search.words import Folded

PASSAGE = 110
PASSAGES = 2
_LEAD = 24
_CONSIDERED = 300
_SENTENCE_END = re.compile(r"[。！？；\n]")
_GAP = "…"

Span = tuple[int, int]


def spans(text: str, wanted: Wanted) -> list[Span]:
    """The places of a query's words in a text: in order, joined where they overlap or touch.

    A word of several characters that does not occur as a whole is marked by its parts.
    """
    return _spans(fold(text), wanted)


def _spans(folded: Folded, wanted: Wanted) -> list[Span]:
    found: list[Span] = []
    for word in wanted.words:
        places = [place for form in word.forms for place in _places(folded, form.text)]
        if not places:
            places = [place for gram in word.grams for place in _places(folded, gram)]
        found += places
    return _joined(found) if len(found) > 1 else found


def _places(folded: Folded, needle: str) -> Iterator[Span]:
    start = folded.text.find(needle)
    while start >= 0:
        yield folded.span(start, start + len(needle))
        start = folded.text.find(needle, start + 1)


def _joined(found: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def whole(text: str, wanted: Wanted) -> Highlight:
    """All of a text; its pieces put together give the text again."""
    return tuple(_pieces(text, spans(text, wanted), 0, len(text)))


def passages(text: str, wanted: Wanted) -> tuple[Highlight, ...]:
    """The passages of a text that say most about a query, in the order of the text.

    Without a match, its beginning. “…” stands where something was left out.
    """
    folded = fold(text)
    marked = _spans(folded, wanted)
    if not marked:
        return (tuple(_passage(text, [], (0, min(len(text), PASSAGE)))),) if text else ()
    if len(marked) == 1:
        return (tuple(_passage(text, marked, _window(text, marked[0][0]))),)
    # However often a common character occurs, its first places are enough to choose from.
    left = [(span, _word(text, folded, span)) for span in marked[:_CONSIDERED]]
    chosen: list[Span] = []
    while left and len(chosen) < PASSAGES:
        windows = dict.fromkeys(_window(text, span[0]) for span, _ in left)
        starts, ends = zip(*(span for span, _ in left), strict=True)
        best = max(windows, key=partial(_value, left, starts, ends))
        chosen.append(best)
        left = [(span, word) for span, word in left if span[1] <= best[0] or span[0] >= best[1]]
    return tuple(tuple(_passage(text, marked, window)) for window in _joined(chosen))


def _word(text: str, folded: Folded, span: Span) -> str:
    """What stands at a place of a text, folded."""
    start, end = span
    return folded.text[start:end] if folded.origin is None else fold(text[start:end]).text


def _window(text: str, match: int) -> Span:
    """What to show of a match: from the beginning of its sentence, or a little before it."""
    begin = max(0, match - _LEAD)
    for sentence in _SENTENCE_END.finditer(text, begin, match):
        begin = sentence.end()
    return begin, min(len(text), begin + PASSAGE)


def _value(
    marked: Sequence[tuple[Span, str]], starts: Sequence[int], ends: Sequence[int], window: Span
) -> tuple[int, int, int]:
    """Different words first, then how many characters match, then what stands earlier."""
    inside = marked[bisect_left(starts, window[0]) : bisect_right(ends, window[1])]
    size = sum(end - start for (start, end), _ in inside)
    return len({word for _, word in inside}), size, -window[0]


def _passage(text: str, marked: Sequence[Span], window: Span) -> Iterator[Piece]:
    start, end = window
    start += len(text[start:end]) - len(text[start:end].lstrip())
    if start > 0:
        yield Piece(_GAP, is_match=False)
    yield from _pieces(text, marked, start, end)
    if end < len(text):
        yield Piece(_GAP, is_match=False)


def _pieces(text: str, marked: Sequence[Span], start: int, end: int) -> Iterator[Piece]:
    at = start
    for first, last in marked:
        if last <= start or first >= end:
            continue
        begin, stop = max(first, start), min(last, end)
        if begin > at:
            yield Piece(text[at:begin], is_match=False)
        yield Piece(text[begin:stop], is_match=True)
        at = stop
    if at < end:
        yield Piece(text[at:end], is_match=False)
