"""Which documents match a query, in which order, and how many have each value.

Plain sets and sums over what an index can look up; no engine in particular. The order depends only
on the documents, never on how an index happens to store them.
"""

from __future__ import annotations

from functools import reduce
from heapq import nlargest, nsmallest
from operator import and_, itemgetter, or_
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from search import weights
from search.asking import wanted as read
from search.engine import DEPTH, Facet, Field, Hit, Results, Sort
from search.highlight import passages, whole
from search.segments import Place, docs_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from search.asking import Wanted, Word
    from search.engine import Document, Query
    from search.lexicon import Lexicon
    from search.segments import Segment

FACET_VALUES = 200


class Window(NamedTuple):
    """The results on one page: from ``first`` up to, not including, ``last``."""

    page: int
    pages: int
    first: int
    last: int


def search(segments: Sequence[Segment], query: Query, lexicon: Lexicon) -> Results:
    """Answer a query from all parts of an index."""
    wanted = read(query.text, lexicon, expand=query.expand)
    found, loosened = _containing(segments, wanted)
    allowed = [_allowed(segment, query.filters) for segment in segments]
    sets = [
        reduce(and_, chosen.values(), bits) for bits, chosen in zip(found, allowed, strict=True)
    ]
    total = sum(bits.bit_count() for bits in sets)
    shown = window(total, query)
    partial = False
    if query.sort is Sort.DATE or wanted.empty or not total:
        ranks = [_dates(segment, bits) for segment, bits in zip(segments, sets, strict=True)]
    else:
        ranks, partial = _scores(segments, wanted, sets, monotonic() + query.seconds)
    places = _best(segments, ranks, shown.last)[shown.first :]
    return Results(
        hits=tuple(hit(segments[place.segment].document(place.doc), wanted) for place in places),
        total=total,
        facets={field: _facets(segments, found, allowed, field) for field in query.counted},
        page=shown.page,
        pages=shown.pages,
        truncated=total > DEPTH,
        loosened=loosened,
        shortened=wanted.cut,
        partial=partial,
        hurried=partial,
        also=wanted.also,
    )


def window(total: int, query: Query) -> Window:
    """Which of so many results to show, on the page that was asked for or the last one."""
    pages = max(1, -(-min(total, DEPTH) // query.page_size))
    page = min(query.page, pages)
    first = (page - 1) * query.page_size
    return Window(page, pages, first, min(first + query.page_size, DEPTH))


def hit(document: Document, wanted: Wanted) -> Hit:
    """A document as an answer shows it."""
    return Hit(
        id=document.id,
        kind=document.kind,
        title=whole(document.title, wanted),
        passages=passages(document.body, wanted),
        unit=document.unit,
        unit_name=document.unit_name,
        power_kind=document.power_kind,
        year=document.year,
        date=document.date,
    )


def _containing(segments: Sequence[Segment], wanted: Wanted) -> tuple[list[int], bool]:
    """The live documents with all the words, or else, if there are none, with one of them."""
    if wanted.empty:
        return [segment.live for segment in segments], False
    strict = [
        reduce(and_, (_having(segment, word) for word in wanted.words), segment.live)
        for segment in segments
    ]
    if any(strict) or len(wanted.words) == 1:
        return strict, False
    loose = [
        segment.live & reduce(or_, (_having(segment, word) for word in wanted.telling), 0)
        for segment in segments
    ]
    return loose, any(loose)


def _having(segment: Segment, word: Word) -> int:
    return reduce(or_, (_spelt(segment, form) for form in word.forms))


def _spelt(segment: Segment, word: Word) -> int:
    return reduce(and_, (segment.postings(gram).bits for gram in word.grams))


def _allowed(segment: Segment, filters: Mapping[Field, Sequence[str]]) -> dict[Field, int]:
    """For each field that is filtered the documents its filter lets through."""
    return {
        field: reduce(or_, (segment.values(field).get(value, 0) for value in chosen), 0)
        for field, chosen in filters.items()
        if chosen
    }


def _facets(
    segments: Sequence[Segment],
    found: Sequence[int],
    allowed: Sequence[Mapping[Field, int]],
    field: Field,
) -> tuple[Facet, ...]:
    counts: dict[str, int] = {}
    for segment, bits, chosen in zip(segments, found, allowed, strict=True):
        others = reduce(and_, (b for other, b in chosen.items() if other is not field), bits)
        if not others:
            continue
        for value, having in segment.values(field).items():
            if count := (others & having).bit_count():
                counts[value] = counts.get(value, 0) + count
    return facets(counts)


def facets(counts: Mapping[str, int]) -> tuple[Facet, ...]:
    """The values of a field, the most frequent first."""
    ordered = nsmallest(FACET_VALUES, counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Facet(value, count) for value, count in ordered)


# A segment's documents, each with the number it is ordered by.
_Ranks = list[tuple[float, int]]


def _dates(segment: Segment, bits: int) -> _Ranks:
    return [(segment.date(doc), doc) for doc in docs_of(bits)]


def _scores(
    segments: Sequence[Segment], wanted: Wanted, sets: Sequence[int], until: float
) -> tuple[list[_Ranks], bool]:
    """The documents of each segment with their scores, and whether the time was too short."""
    documents = sum(segment.live.bit_count() for segment in segments)
    worths: dict[str, float] = {}
    for term, factor in wanted.factors.items():
        having = sum((s.postings(term).bits & s.live).bit_count() for s in segments)
        worths[term] = weights.worth(factor, having, documents)
    # The most telling first: if the time is up, it was spent on these.
    telling = sorted(worths.items(), key=itemgetter(1), reverse=True)
    scores = [
        [0.0] * (segment.live.bit_length() if bits else 0)
        for segment, bits in zip(segments, sets, strict=True)
    ]
    partial = False
    for term, worth in telling:
        if partial := monotonic() > until:
            break
        for segment, row in zip(segments, scores, strict=True):
            _add(segment, term, worth, row)
    ranks = [_named(*each, wanted) for each in zip(segments, scores, sets, strict=True)]
    return ranks, partial


def _add(segment: Segment, term: str, worth: float, scores: list[float]) -> None:
    """Add what a term counts to the scores of the documents that have it."""
    if not scores:
        return
    size = len(scores)
    postings = segment.postings(term)
    for doc, weight in zip(postings.docs, postings.weights, strict=True):
        if doc < size:
            scores[doc] += worth * weight


def _named(segment: Segment, scores: list[float], bits: int, wanted: Wanted) -> _Ranks:
    """The scores of a set, names before all others."""
    named: dict[int, float] = {}
    for number, key in enumerate(wanted.names if bits else ()):
        for _rank, name, doc in segment.names.beginning(key):
            bonus = weights.named(len(name) - len(key), typed=number == 0)
            named[doc] = max(named.get(doc, 0.0), bonus)
    return [(scores[doc] + named.get(doc, 0.0), doc) for doc in docs_of(bits)]


def _best(segments: Sequence[Segment], ranks: Sequence[_Ranks], limit: int) -> list[Place]:
    """The first documents in order: rank, then date, both descending, then id."""
    everything = [rank for segment_ranks in ranks for rank, _ in segment_ranks]
    # Only what is as good as the last place needs the whole comparison.
    bar = min(nlargest(limit, everything), default=0.0)
    places = [
        (-rank, -segments[number].date(doc), segments[number].id(doc), Place(number, doc))
        for number, segment_ranks in enumerate(ranks)
        for rank, doc in segment_ranks
        if rank >= bar
    ]
    return [place for *_, place in nsmallest(limit, places)]
