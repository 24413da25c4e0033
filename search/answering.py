"""What is done with a query whatever engine answers it: another spelling where it found nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from search.asking import QUERY_CHARACTERS
from search.lexicon import CORRECTIONS
from search.words import fold

if TYPE_CHECKING:
    from search.engine import Query, Results, SearchReader
    from search.lexicon import Lexicon


def answer(reader: SearchReader, query: Query, lexicon: Lexicon) -> Results:
    """Search; name a spelling that finds more, where nothing has all the words or one seems a slip.

    Raises:
        SearchUnavailable: the index cannot answer.
    """
    results = reader.search(query, lexicon)
    return replace(results, did_you_mean=_better(reader, query, lexicon, results))


def _better(reader: SearchReader, query: Query, lexicon: Lexicon, found: Results) -> str | None:
    """The first correction under which more has all the words; instead of nothing, some of them.

    Where something has them already, only a character that stands alone may be a slip: 教育居.
    """
    whole = 0 if found.loosened else found.total
    # Folding makes many characters of some.
    text = fold(query.text[:QUERY_CHARACTERS]).text[:QUERY_CHARACTERS]
    corrections = lexicon.corrections(text, slips=whole > 0)
    rough = None
    for text in islice(corrections, CORRECTIONS):
        tried = reader.search(replace(query, text=text, page=1, page_size=1, counted=()), lexicon)
        if tried.total > whole and not tried.loosened:
            return text
        if tried.total and not found.total:
            rough = rough or text
    return rough
