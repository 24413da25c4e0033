"""Answers from one commit of an index."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from search import matching, suggesting, weights
from search.asking import wanted as read
from search.engine import DEPTH, Field, Kind, Results, Sort
from search.engines.tantivy import queries
from search.suggesting import Proposal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import tantivy

    from search.asking import Wanted
    from search.engine import Facet, Query, Suggestion
    from search.engines.tantivy.commits import Commit
    from search.lexicon import Lexicon
    from search.segments import Place

# Documents looked at in one step of the suggestions, and how many steps; only where hundreds of
# things share a name, or have all its pairs and not the name, is more than one needed.
_CANDIDATES = 200
# They have other names than the one they are sorted by, so more of them are looked at.
_OTHERWISE_CALLED, _MORE = (Kind.UNIT, Kind.OFFICIAL), 5
_STEPS = 5


def search(commit: Commit, query: Query, lexicon: Lexicon) -> Results:
    """Find documents."""
    until = monotonic() + query.seconds
    wanted = read(query.text, lexicon, expand=query.expand)
    match, loosened = queries.strict(wanted), False
    total, facets, found = _counted(commit, query, match)
    if not total and len(wanted.words) > 1 and not commit.any(match):
        loose = queries.loose(wanted)
        loosened = commit.any(loose)
        total, facets, found = _counted(commit, query, loose)
    shown = matching.window(total, query)
    partial = False
    places: list[Place] = []
    if total and (query.sort is Sort.DATE or wanted.empty):
        places = commit.newest(found, shown.last)
    elif total:
        worths, partial = _worths(commit, wanted, until)
        places = commit.best(queries.scored(found, worths, wanted), shown.last)
    return Results(
        hits=tuple(matching.hit(commit.document(place), wanted) for place in places[shown.first :]),
        total=total,
        facets=facets,
        page=shown.page,
        pages=shown.pages,
        truncated=total > DEPTH,
        loosened=loosened,
        shortened=wanted.cut,
        partial=partial,
        hurried=partial,
        also=wanted.also,
    )


class _Counted(NamedTuple):
    """How many documents there are, the facets, and what finds the documents."""

    total: int
    facets: dict[Field, tuple[Facet, ...]]
    found: tantivy.Query


def _counted(commit: Commit, query: Query, match: tantivy.Query) -> _Counted:
    """Count what a query finds within the filters; of each facet without the filter on its field."""
    found = queries.every([match, *queries.chosen(query.filters)])
    filtered = [field for field in query.counted if query.filters.get(field)]
    plain = [field for field in query.counted if field not in filtered]
    total, counted = commit.counts(found, plain)
    for field in filtered:
        others = queries.every([match, *queries.chosen(query.filters, but=field)])
        counted |= commit.counts(others, [field])[1]
    facets = {field: matching.facets(counted[field]) for field in query.counted}
    return _Counted(total, facets, found)


def _worths(commit: Commit, wanted: Wanted, until: float) -> tuple[dict[str, float], bool]:
    """What each term counts, and whether the time was too short to find out for all of them."""
    worths: dict[str, float] = {}
    for term, factor in wanted.factors.items():
        if monotonic() > until:
            return worths, True
        worths[term] = weights.worth(factor, commit.containing(term), commit.documents)
    return worths, False


def suggest(
    commit: Commit, text: str, kinds: Collection[Kind], limit: int
) -> tuple[Suggestion, ...]:
    """The best documents by name: whole names, then beginnings, then parts; short names first.

    What comes first is looked for first: most texts need to look no further.
    """
    key = suggesting.asked(text)
    if not key or limit < 1:
        return ()
    chosen: list[Proposal] = []
    for named in queries.named(key):
        for kind in Kind:
            if kinds and kind not in kinds:
                continue
            of_kind = queries.every([named, queries.term(Field.KIND, kind)])
            size = _CANDIDATES * (_MORE if kind in _OTHERWISE_CALLED else 1)
            found = _proposals(commit, of_kind, key, limit, size)
            chosen = suggesting.best([*chosen, *found], limit)
            if len(chosen) == limit:
                return _shown(commit, chosen)
    return _shown(commit, chosen)


def _proposals(
    commit: Commit, query: tantivy.Query, key: str, limit: int, size: int
) -> list[Proposal]:
    """What to propose of what a query finds."""
    found: list[Proposal] = []
    for _ in range(_STEPS):
        places = commit.listed(query, size)
        for place in places:
            found += _naming(commit, place, key)
        chosen = suggesting.best(found, limit)
        if len(chosen) == limit or len(places) < size or not found:
            break
        query = queries.without(query, {proposal.name for proposal in found})
    return found


def _naming(commit: Commit, place: Place, key: str) -> Iterator[Proposal]:
    document = commit.document(place)
    for name in weights.names(document):
        at = name.find(key)
        if at >= 0:
            rank = 0 if name == key else 1 if at == 0 else 2
            yield Proposal.of(rank, name, document.id, place)


def _shown(commit: Commit, chosen: Collection[Proposal]) -> tuple[Suggestion, ...]:
    return tuple(suggesting.suggestion(commit.document(proposal.place)) for proposal in chosen)
