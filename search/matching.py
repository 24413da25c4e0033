"""Which documents match a query, in which order, and how many have each value.

Plain sets and sums over what an index can look up; no engine in particular. The order depends only
on the documents, never on how an index happens to store them.
"""

from __future__ import annotations

from functools import reduce
from heapq import nlargest, nsmallest
from operator import and_, or_
from typing import TYPE_CHECKING, NamedTuple

from search import weights
from search.engine import DEPTH, Facet, Field, Hit, Results, Sort
from search.highlight import passages, whole
from search.segments import docs_of
from search.words import wanted as read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from search.engine import Document, Query
    from search.segments import Segment
    from search.words import Wanted, Word

FACET_VALUES = 200
_JOINT = 0.25
# Added to a score, so that these come before whatever only contains the words.
_EXACT_NAME, _NAME_BEGINS = 2000.0, 1000.0


class Place(NamedTuple):
    """A document of a segment."""

    segment: int
    doc: int


def search(segments: Sequence[Segment], query: Query) -> Results:
    """Answer a query from all parts of an index."""
    wanted = read(query.text)
    found, loosened = _containing(segments, wanted)
    allowed = [_allowed(segment, query.filters) for segment in segments]
    sets = [
        reduce(and_, chosen.values(), bits) for bits, chosen in zip(found, allowed, strict=True)
    ]
    total = sum(bits.bit_count() for bits in sets)
    pages = max(1, -(-min(total, DEPTH) // query.page_size))
    page = min(query.page, pages)
    first = (page - 1) * query.page_size
    last = min(first + query.page_size, DEPTH)
    if query.sort is Sort.DATE or wanted.empty:
        ranks = [_dates(segment, bits) for segment, bits in zip(segments, sets, strict=True)]
    else:
        ranks = _scores(segments, wanted, sets)
    places = _best(segments, ranks, last)[first:]
    return Results(
        hits=tuple(_hit(segments[place.segment].document(place.doc), wanted) for place in places),
        total=total,
        facets={field: _facets(segments, found, allowed, field) for field in Field},
        page=page,
        pages=pages,
        truncated=total > DEPTH,
        loosened=loosened,
        shortened=wanted.cut,
    )


def _hit(document: Document, wanted: Wanted) -> Hit:
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
    # One character alone is in half of all documents and says nothing beside longer words.
    telling = [word for word in wanted.words if len(word.text) > 1] or wanted.words
    loose = [
        segment.live & reduce(or_, (_having(segment, word) for word in telling), 0)
        for segment in segments
    ]
    return loose, any(loose)


def _having(segment: Segment, word: Word) -> int:
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
    ordered = nsmallest(FACET_VALUES, counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Facet(value, count) for value, count in ordered)


# A segment's documents, each with the number it is ordered by.
_Ranks = list[tuple[float, int]]


def _dates(segment: Segment, bits: int) -> _Ranks:
    return [(segment.date(doc), doc) for doc in docs_of(bits)]


def _scores(segments: Sequence[Segment], wanted: Wanted, sets: Sequence[int]) -> list[_Ranks]:
    documents = sum(segment.live.bit_count() for segment in segments)
    factors: dict[str, float] = {}
    for word in wanted.words:
        for term, factor in word.scores:
            factors[term] = factors.get(term, 0.0) + factor
    for joint in wanted.joints:
        factors[joint] = factors.get(joint, 0.0) + _JOINT
    for term in factors:
        having = sum((s.postings(term).bits & s.live).bit_count() for s in segments)
        factors[term] *= weights.rarity(having, documents)
    return [
        _segment_scores(segment, wanted.key, factors, bits)
        for segment, bits in zip(segments, sets, strict=True)
    ]


def _segment_scores(segment: Segment, key: str, factors: Mapping[str, float], bits: int) -> _Ranks:
    if not bits:
        return []
    scores = [0.0] * max(segment.live.bit_length(), 1)
    size = len(scores)
    for term, factor in factors.items():
        postings = segment.postings(term)
        for doc, weight in zip(postings.docs, postings.weights, strict=True):
            if doc < size:
                scores[doc] += factor * weight
    named = {doc: -rank for rank, _name, doc in sorted(segment.names.beginning(key), reverse=True)}
    for doc, rank in named.items():
        if bits >> doc & 1:
            scores[doc] += _NAME_BEGINS if rank else _EXACT_NAME
    return [(scores[doc], doc) for doc in docs_of(bits)]


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
