"""The default engine: Whoosh, embedded, one folder on a local disk.

Whoosh keeps the terms, their weights and the documents, and makes each commit one atomic step;
what matches and in which order is `search.matching`, the same for every index.

Index files are pickles: whoever may write to the folder could run code in every process that reads
it, so it belongs to one account (mode 0700).
"""

from __future__ import annotations

from search.engines.whoosh.reading import WhooshReader
from search.engines.whoosh.writing import WhooshEngine

__all__ = ["WhooshEngine", "WhooshReader"]
