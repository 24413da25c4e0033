"""How much a term counts in a document: BM25F, worked out when the document is indexed.

A weight needs nothing but the document itself: instead of the average length of a field in this
index, which changes with every document, it takes a fixed typical length. So an index rebuilt from
nothing weighs, and orders, exactly as one that was kept up to date.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING

from search import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search.engine import Document

# An index remembers it, like `search.words.VERSION`.
VERSION = "1"

_K1 = 1.2
# Field: boost, typical length in terms, how much length matters (BM25's b).
_TITLE = (4.0, 30.0, 0.3)
_NAMES = (3.0, 30.0, 0.3)
_UNIT = (1.0, 20.0, 0.0)
_BODY = (1.0, 400.0, 0.6)


# A few names, each on hundreds of documents.
_count_unit = lru_cache(maxsize=1024)(words.count)


def terms(document: Document) -> Mapping[str, float]:
    """Every term of a document with its weight, above 0 and below 1."""
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
    return {term: weight / (weight + _K1) for term, weight in pooled.items()}


def names(document: Document) -> tuple[str, ...]:
    """Under which names a document is found before all others, as `search.words.key` has them."""
    keys = (words.key(name) for name in (document.title, *document.names))
    return tuple(dict.fromkeys(key for key in keys if key))


def rarity(containing: int, documents: int) -> float:
    """How much finding a term says, given how many documents contain it (BM25's idf)."""
    return log(1 + (documents - containing + 0.5) / (containing + 0.5))
