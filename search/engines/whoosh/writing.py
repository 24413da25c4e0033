"""Writing an index: one process at a time, each commit whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from search.embedded import EmbeddedWriter
from search.engine import CursorMoved, SearchUnavailable
from search.engines.whoosh.reading import (
    CACHE_BYTES,
    Cache,
    WhooshReader,
    answering,
    open_commit,
)
from search.engines.whoosh.storage import FACTS, FORMAT, NAME, SCHEMA, Durable, Pool, fields_of
from search.folders import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from search.engine import Change


def _apply(folder: Path, changes: Iterable[Change], cursor: int, after: int) -> int:
    """Write one commit into an index that nobody else writes to."""
    with answering():
        before = open_commit(folder, Cache(0))
        if before.format != FORMAT:
            raise SearchUnavailable(f"the index has format {before.format}, not {FORMAT}")
        if before.cursor != after:
            raise CursorMoved(f"the index is at {before.cursor}, not at {after}")
        for leftover in folder.glob("*.toc.*"):
            leftover.unlink()
        files = Durable(folder)
        writer = SegmentWriter(FileIndex(files, SCHEMA, NAME))
    writer.pool = Pool()  # type: ignore[assignment]  # all that a writer asks of one
    try:
        written = _fill(writer, changes, fresh=not before.segments)
        with answering():
            writer.delete_by_term("id", FACTS)
            writer.add_document(id=FACTS, shown={"cursor": cursor, "format": FORMAT})
            # Small segments lose their deleted documents when they are merged; the large one
            # only loses them here.
            dead = writer.deleted_count() > sum(s.live.bit_count() for s in before.segments) // 2
            writer.commit(optimize=dead)
    finally:
        if not writer.is_closed:
            writer.cancel()
        files.close_all()
    return written


def _fill(writer: SegmentWriter, changes: Iterable[Change], *, fresh: bool) -> int:
    """Replace the groups. What the changes themselves raise is passed on as it is."""
    written = 0
    seen = set()
    for group, documents in changes:
        if group in seen:
            raise ValueError(f"group {group} twice in one commit")
        seen.add(group)
        with answering():
            if not fresh:
                writer.delete_by_term("group", group)
            for document in documents:
                writer.add_document(**fields_of(document))
                written += 1
    return written


class WhooshEngine(WhooshReader, EmbeddedWriter):
    """Reads and writes."""

    def __init__(
        self, root: Path, *, wait: float = WAIT_SECONDS, cache_bytes: int = CACHE_BYTES
    ) -> None:
        """Use the indexes in a folder; wait some seconds for another writer to finish."""
        super().__init__(root, cache_bytes=cache_bytes)
        self.wait = wait

    def cursor(self) -> int:
        """The number of the last change in the index; 0 when there is no index yet."""
        with answering():
            return self._latest().cursor if self.folders.live() else 0

    def cursor_of(self, folder: Path) -> int:
        """The number of the last change in the index of a folder."""
        return open_commit(folder, Cache(0)).cursor

    def create_in(self, folder: Path) -> None:
        """Make an empty index."""
        TOC.create(Durable(folder), SCHEMA, NAME)

    def apply_to(self, folder: Path, changes: Iterable[Change], cursor: int, after: int) -> int:
        """Write one commit into an index that nobody else writes to."""
        return _apply(folder, changes, cursor, after)
