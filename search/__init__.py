"""Full-text search behind one small protocol; one setting chooses the engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.engine import SearchEngine, SearchReader


def open_reader(url: str) -> SearchReader:
    """An index to search in, from its address: ``whoosh:var/index``, ``tantivy:///srv/index``,
    ``postgresql://role@host/database`` (``?schema=name`` for another than ``mingquan_search``).

    Nothing of the index is opened yet: a missing one is said by the first search. The dictionary is
    read here, so that no visitor waits for it.

    Raises:
        ValueError: no engine has such an address.
    """
    from search.keeping import KeepingReader
    from search.words import read_dictionary

    reader = KeepingReader(open_engine(url))
    read_dictionary()
    return reader


def open_engine(url: str) -> SearchEngine:
    """The same index, to be kept up to date and rebuilt as well."""
    if url.partition(":")[0] in ("postgresql", "postgresql+psycopg"):
        from search.engines.postgres import PostgresEngine

        return PostgresEngine(url)
    scheme, _, path = url.partition(":")
    folder = path.removeprefix("//")
    if scheme == "whoosh" and folder:
        from search.engines.whoosh import WhooshEngine

        return WhooshEngine(Path(folder))
    if scheme == "tantivy" and folder:
        from search.engines.tantivy import TantivyEngine

        return TantivyEngine(Path(folder))
    raise ValueError(f"not the address of a search index: {url!r}; try whoosh:var/index")
