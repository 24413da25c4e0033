"""Answers that were given a moment ago, kept while the index stays the same."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from search.engine import SUGGESTIONS
from search.lexicon import PLAIN

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from search.engine import Kind, Query, Results, SearchReader, Stats, Suggestion
    from search.lexicon import Lexicon

# An answer takes some kilobytes, and never more than a page of passages.
ANSWERS = 500


class KeepingReader:
    """Another reader, asked again only when its index or the lexicon is another one."""

    def __init__(self, reader: SearchReader, *, answers: int = ANSWERS) -> None:
        self._reader = reader
        self._most = answers
        self._kept: OrderedDict[Hashable, Results] = OrderedDict()
        self._lock = Lock()

    def search(self, query: Query, lexicon: Lexicon = PLAIN) -> Results:
        """Find documents, reading the query with what is known of the county's words."""
        key = (self._reader.generation(), lexicon.fingerprint, query.key)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        results = self._reader.search(query, lexicon)
        if not results.hurried:
            with self._lock:
                self._kept[key] = results
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return results

    def suggest(
        self, prefix: str, *, kinds: Iterable[Kind] = (), limit: int = SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Names that begin with or contain a text; of some kinds only, if any are given."""
        return self._reader.suggest(prefix, kinds=kinds, limit=limit)

    def generation(self) -> str:
        """Names the state of the index."""
        return self._reader.generation()

    def stats(self) -> Stats:
        """What the index holds."""
        return self._reader.stats()
