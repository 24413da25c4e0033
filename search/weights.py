"""How much a term counts in a document: BM25F, worked out when the document is indexed.

A weight needs nothing but the document itself: instead of the average length of a field in this
index, which changes with every document, it takes a fixed typical length. So an index rebuilt from
nothing weighs, and orders, exactly as one that was kept up to date.

A weight is one of four levels: few enough for every engine to keep them in its own way. Levels and
what a term is worth are multiples of 1/64, so a score is a multiple of 1/4096 below 4096: adding
gives the same sum in any order, even in single precision. So all engines put the same documents in
the same order, ties included.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING

from search import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search.engine import Document

# An index remembers it, like `search.words.VERSION`.
VERSION = "5"

# High, so that a title word is worth several times one of the text however often that occurs.
_K1 = 3.0
# What a term counts on each level, and the weights at which the upper three begin.
LEVELS = (13 / 64, 24 / 64, 35 / 64, 48 / 64)
_BOUNDS = (0.3, 0.45, 0.62)
_STEPS = 64
# Above what any words can come to, so that names come before whatever only contains the words.
_EXACT_NAME, _NAME_GOES_ON, _REST, _NOT_TYPED = 2000.0, 800.0, 10.0, 200.0
# Names that go on for longer are all alike.
NAME_RESTS = 12
# Field: boost, typical length in terms, how much length matters (BM25's b).
_TITLE = (4.0, 30.0, 0.3)
_NAMES = (3.0, 30.0, 0.3)
_UNIT = (1.0, 20.0, 0.0)
_BODY = (1.0, 200.0, 0.4)


# A few names, each on hundreds of documents.
_count_unit = lru_cache(maxsize=1024)(words.count)


def terms(document: Document) -> Mapping[str, int]:
    """Every term of a document with its level, a place in `LEVELS`."""
    pooled: defaultdict[str, float] = defaultdict(float)
    for counts, (boost, typical, b) in (
        (words.count(document.title), _TITLE),
        (words.count("\n".join(document.names)), _NAMES),
        (_count_unit(document.unit_name), _UNIT),
        (words.count(document.body), _BODY),
    ):
        share = boost / (1 - b + b * sum(counts.values()) / typical)
        for term, times in counts.items():
            pooled[term] += times * share
    return {term: bisect(_BOUNDS, weight / (weight + _K1)) for term, weight in pooled.items()}


def names(document: Document) -> tuple[str, ...]:
    """Under which names a document is found before all others, as `search.words.key` has them."""
    keys = (words.key(name) for name in (document.title, *document.names))
    return tuple(dict.fromkeys(key for key in keys if key))


def named(rest: int, *, typed: bool) -> float:
    """What is added to the score of a document whose name begins with the whole query.

    Args:
        rest: how many characters the name goes on; the fewer the better, none is best.
        typed: whether the query was typed so, or only means it; then only a whole name counts.
    """
    if not typed:
        return 0.0 if rest else _EXACT_NAME - _NOT_TYPED
    return _EXACT_NAME - (_NAME_GOES_ON + _REST * min(rest, NAME_RESTS) if rest else 0.0)


def worth(factor: float, containing: int, documents: int) -> float:
    """What finding a term counts: how much it was asked for, times how rare it is (BM25's idf).

    Args:
        factor: how much the query asks for the term.
        containing: how many of the documents that count contain it.
        documents: how many there are.
    """
    rarity = log(1 + (documents - containing + 0.5) / (containing + 0.5))
    return round(factor * rarity * _STEPS) / _STEPS
