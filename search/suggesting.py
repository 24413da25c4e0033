"""Names to propose while a visitor types."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from search import words
from search.engine import Kind, Suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from search.engine import Document
    from search.segments import Segment

# People look for an office or a person before they look for a paper.
_ORDER = {kind: number for number, kind in enumerate(Kind)}
# Many units have a power of the same name; one proposal stands for all of them.
_ALIKE = (Kind.POWER, Kind.DISCLOSURE)


class _Proposal(NamedTuple):
    """A document to propose; in the order in which proposals are shown."""

    rank: int
    kind: int
    length: int
    name: str
    id: str
    segment: int
    doc: int


def suggest(
    segments: Sequence[Segment], text: str, kinds: Collection[Kind], limit: int
) -> tuple[Suggestion, ...]:
    """The best documents by name: whole names, then beginnings, then parts; short names first."""
    key = words.key(text[: words.QUERY_CHARACTERS])
    best: dict[object, _Proposal] = {}
    for proposal in _all(segments, key):
        kind = _kind(proposal.id)
        if kinds and kind not in kinds:
            continue
        same = (kind, proposal.name) if kind in _ALIKE else proposal.id
        if same not in best or proposal < best[same]:
            best[same] = proposal
    chosen = nsmallest(max(0, limit), best.values())
    return tuple(_shown(segments[found.segment].document(found.doc)) for found in chosen)


def _shown(document: Document) -> Suggestion:
    return Suggestion(document.id, document.kind, document.title, document.unit, document.unit_name)


def _kind(document_id: str) -> Kind:
    return Kind(document_id.partition(":")[0])


def _all(segments: Sequence[Segment], key: str) -> Iterator[_Proposal]:
    for number, segment in enumerate(segments):
        for rank, name, doc in segment.names.containing(key):
            if segment.live >> doc & 1:
                id_ = segment.id(doc)
                yield _Proposal(rank, _ORDER[_kind(id_)], len(name), name, id_, number, doc)
