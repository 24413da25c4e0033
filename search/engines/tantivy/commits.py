"""What can be asked of an index as it is at one commit."""

from __future__ import annotations

import json
from heapq import nlargest
from typing import TYPE_CHECKING, Any, NamedTuple

import tantivy

from search.engine import Field, Kind, SearchUnavailable
from search.engines.tantivy import queries
from search.engines.tantivy.storage import FACTS, document_from
from search.segments import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from search.engine import Document

# Every value of a field is counted; Tantivy wants a number.
_VALUES = 60_000
_REMEMBERED = 10_000


class _Found(NamedTuple):
    """A document that matches; of two the greater one is shown first."""

    score: float
    order: int
    place: Place


class Commit:
    """What a reader sees: one index at one commit."""

    def __init__(self, folder: Path, searcher: tantivy.Searcher) -> None:
        self.folder = folder
        self._searcher = searcher
        facts = json.loads(self._shown(self.newest(queries.term("id", FACTS), 1)[0]))
        self.cursor: int = facts["cursor"]
        self.format: str = facts["format"]
        # Unlike that of any other commit of any index.
        self.name: str = f"{folder.name}/{facts['commit']}"
        self.documents: int = searcher.num_docs - 1
        listed = sum(searcher.doc_freq(Field.KIND, kind) for kind in Kind)
        self._whole = listed == self.documents
        self._parts: int = searcher.num_segments
        self._containing: dict[str, int] = {}

    def containing(self, term: str) -> int:
        """How many documents contain a term; deleted ones do not count."""
        if self._whole:
            return self._searcher.doc_freq("terms", term)
        known = self._containing.get(term)
        if known is None:
            if len(self._containing) >= _REMEMBERED:
                self._containing.clear()
            known = self.counts(queries.term("terms", term), ())[0]
            self._containing[term] = known
        return known

    def counts(
        self, query: tantivy.Query, fields: Iterable[Field]
    ) -> tuple[int, dict[Field, Mapping[str, int]]]:
        """How many documents a query finds, and how many of them have each value of some fields."""
        asked: dict[str, Any] = {
            field.value: {"terms": {"field": field.value, "size": _VALUES}} for field in fields
        }
        asked["total"] = {"value_count": {"field": "order"}}
        counted = self._searcher.aggregate(query, asked)
        total = int(counted.pop("total")["value"])
        return total, {
            Field(name): {bucket["key"]: bucket["doc_count"] for bucket in values["buckets"]}
            for name, values in counted.items()
        }

    def any(self, query: tantivy.Query) -> bool:
        """Whether a query finds anything."""
        return bool(self._searcher.search(query, 1, count=False).hits)

    def newest(self, query: tantivy.Query, limit: int) -> list[Place]:
        """The first documents by date descending, then id."""
        hits = self._searcher.search(query, limit, count=False, order_by_field="order").hits
        return [Place(address.segment_ord, address.doc) for _, address in hits]

    def listed(self, query: tantivy.Query, limit: int) -> list[Place]:
        """The first documents by name, short ones first, then id."""
        ascending = tantivy.Order.Asc
        hits = self._searcher.search(
            query, limit, count=False, order_by_field="listed", order=ascending
        ).hits
        return [Place(address.segment_ord, address.doc) for _, address in hits]

    def best(self, query: tantivy.Query, limit: int) -> list[Place]:
        """The first documents by score, then date, both descending, then id.

        A segment is kept in order, but of equally good documents Tantivy takes those of one segment
        before those of the next. So as long as there is more that is as good as the last place,
        what would come before that is looked for.
        """
        found = self._found(query, limit + 1)
        best = nlargest(limit, found)
        while len(found) > limit and found[-1].score == best[-1].score and self._parts > 1:
            found = self._found(queries.before(query, best[-1].order), 2 * limit)
            best = nlargest(limit, {*best, *found})
        return [hit.place for hit in best]

    def _found(self, query: tantivy.Query, limit: int) -> list[_Found]:
        hits = self._searcher.search(query, limit, count=False).hits
        orders = self._searcher.fast_field_values("order", [address for _, address in hits])
        return [
            _Found(score, int(order or 0), Place(address.segment_ord, address.doc))
            for (score, address), order in zip(hits, orders, strict=True)
        ]

    def document(self, place: Place) -> Document:
        """A document as it is shown, and its names."""
        return document_from(self._shown(place))

    def _shown(self, place: Place) -> bytes:
        shown: bytes | None = self._searcher.doc(tantivy.DocAddress(*place)).get_first("shown")
        if shown is None:
            raise SearchUnavailable(f"document {place} has nothing to show")
        return bytes(shown)


def open_commit(folder: Path) -> Commit:
    """Open the last commit of an index."""
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    index.reload()
    return Commit(folder, index.searcher())
