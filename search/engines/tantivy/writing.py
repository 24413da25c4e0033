"""Writing an index: one process at a time, each commit whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import tantivy

from search.embedded import EmbeddedWriter
from search.engine import CursorMoved, SearchUnavailable
from search.engines.tantivy.commits import open_commit
from search.engines.tantivy.reading import TantivyReader, answering
from search.engines.tantivy.storage import FACTS, FORMAT, create, document_of, facts_of
from search.folders import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from search.engine import Change

# What a writer keeps in memory before it writes a segment. One thread fills it: reading the
# documents and their words takes longer than keeping them.
HEAP_BYTES = 128 * 1024 * 1024


@contextmanager
def _writing(folder: Path) -> Iterator[tantivy.IndexWriter]:
    """A writer whose lock and threads end with the block, and what it did not commit."""
    with answering():
        writer = tantivy.Index.open(str(folder)).writer(HEAP_BYTES, 1)
    try:
        yield writer
    except BaseException:
        writer.rollback()
        raise
    finally:
        # Also puts segments together where there are many; a process killed meanwhile loses nothing.
        writer.wait_merging_threads()


def _commit(writer: tantivy.IndexWriter, cursor: int) -> None:
    """Move the cursor and make everything visible. Tantivy flushes its files to the disk first."""
    writer.delete_documents_by_term("id", FACTS)
    writer.add_document(facts_of({"cursor": cursor, "format": FORMAT, "commit": uuid4().hex}))
    writer.commit()


def _fill(writer: tantivy.IndexWriter, changes: Iterable[Change], *, fresh: bool) -> int:
    """Replace the groups. What the changes themselves raise is passed on as it is."""
    written = 0
    seen = set()
    for group, documents in changes:
        if group in seen:
            raise ValueError(f"group {group} twice in one commit")
        seen.add(group)
        with answering():
            if not fresh:
                writer.delete_documents_by_term("group", group)
            for document in documents:
                writer.add_document(document_of(document))
                written += 1
    return written


class TantivyEngine(TantivyReader, EmbeddedWriter):
    """Reads and writes."""

    def __init__(self, root: Path, *, wait: float = WAIT_SECONDS) -> None:
        """Use the indexes in a folder; wait some seconds for another writer to finish."""
        super().__init__(root)
        self.wait = wait

    def cursor(self) -> int:
        """The number of the last change in the index; 0 when there is no index yet."""
        with answering():
            return self._latest().cursor if self.folders.live() else 0

    def cursor_of(self, folder: Path) -> int:
        """The number of the last change in the index of a folder."""
        return open_commit(folder).cursor

    def create_in(self, folder: Path) -> None:
        """Make an empty index."""
        create(folder)
        with _writing(folder) as writer:
            _commit(writer, 0)

    def apply_to(self, folder: Path, changes: Iterable[Change], cursor: int, after: int) -> int:
        """Write one commit into an index that nobody else writes to."""
        with answering():
            before = open_commit(folder)
        if before.format != FORMAT:
            raise SearchUnavailable(f"the index has format {before.format}, not {FORMAT}")
        if before.cursor != after:
            raise CursorMoved(f"the index is at {before.cursor}, not at {after}")
        with _writing(folder) as writer:
            written = _fill(writer, changes, fresh=not before.documents)
            with answering():
                _commit(writer, cursor)
        return written
