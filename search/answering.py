"""What is done with a query whatever engine answers it: another spelling where it found nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from search.asking import QUERY_CHARACTERS
from search.lexicon import CORRECTIONS

if TYPE_CHECKING:
    from search.engine import Query, Results, SearchReader
    from search.lexicon import Lexicon


def answer(reader: SearchReader, query: Query, lexicon: Lexicon) -> Results:
    """Search; where nothing has all the words, name a spelling that does find something.

    Raises:
        SearchUnavailable: the index cannot answer.
    """
    results = reader.search(query, lexicon)
    if results.total and not results.loosened:
        return results
    return replace(results, did_you_mean=_better(reader, query, lexicon))


def _better(reader: SearchReader, query: Query, lexicon: Lexicon) -> str | None:
    """The first correction under which there is something with all the words."""
    corrections = lexicon.corrections(query.text[:QUERY_CHARACTERS])
    for text in islice(corrections, CORRECTIONS):
        tried = reader.search(replace(query, text=text, page=1, page_size=1, counted=()), lexicon)
        if tried.total and not tried.loosened:
            return text
    return None
