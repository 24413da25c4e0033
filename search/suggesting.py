"""Names to propose while a visitor types."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from search import words
from search.asking import QUERY_CHARACTERS
from search.engine import Kind, Suggestion
from search.segments import Place

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

    from search.engine import Document
    from search.segments import Segment

# People look for an office or a person before they look for a paper.
_ORDER = {kind: number for number, kind in enumerate(Kind)}
# Many units have a power of the same name; one proposal stands for all of them.
ALIKE = (Kind.POWER, Kind.DISCLOSURE)


class Proposal(NamedTuple):
    """A name of a document to propose; in the order in which proposals are shown.

    ``rank`` is 0 for the whole name, 1 for its beginning, 2 for a part.
    """

    rank: int
    kind: int
    length: int
    name: str
    id: str
    place: Place

    @staticmethod
    def of(rank: int, name: str, id_: str, place: Place) -> Proposal:
        """Propose a name of the document with an id, which is found at a place of the index."""
        return Proposal(rank, _ORDER[_kind(id_)], len(name), name, id_, place)

    @property
    def same(self) -> Hashable:
        """Equal for proposals of which one is enough."""
        kind = _kind(self.id)
        return (kind, self.name) if kind in ALIKE else self.id


def suggest(
    segments: Sequence[Segment], text: str, kinds: Collection[Kind], limit: int
) -> tuple[Suggestion, ...]:
    """The best documents by name: whole names, then beginnings, then parts; short names first."""
    found = (
        proposal
        for proposal in _all(segments, asked(text))
        if not kinds or _kind(proposal.id) in kinds
    )
    return tuple(
        suggestion(segments[place.segment].document(place.doc)) for *_, place in best(found, limit)
    )


def asked(text: str) -> str:
    """What to look for in names, which are kept as `search.words.key` has them."""
    # Folding makes many characters of some.
    return words.key(text[:QUERY_CHARACTERS])[:QUERY_CHARACTERS]


def best(proposals: Iterable[Proposal], limit: int) -> list[Proposal]:
    """The first proposals, each thing once."""
    chosen: dict[Hashable, Proposal] = {}
    for proposal in proposals:
        known = chosen.setdefault(proposal.same, proposal)
        if proposal < known:
            chosen[proposal.same] = proposal
    return nsmallest(max(0, limit), chosen.values())


def suggestion(document: Document) -> Suggestion:
    """A document as it is proposed."""
    return Suggestion(document.id, document.kind, document.title, document.unit, document.unit_name)


def _kind(document_id: str) -> Kind:
    return Kind(document_id.partition(":")[0])


def _all(segments: Sequence[Segment], key: str) -> Iterator[Proposal]:
    for number, segment in enumerate(segments):
        for rank, name, doc in segment.names.containing(key):
            if segment.live >> doc & 1:
                yield Proposal.of(rank, name, segment.id(doc), Place(number, doc))
