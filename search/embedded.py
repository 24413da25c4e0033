"""Writing for an engine whose index is a folder: which folder, by whom, and when it goes live."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from search.engine import Change, SearchWriter
    from search.folders import Folders


class EmbeddedWriter(ABC):
    """One writer at a time; rebuilding beside the live index.

    Attributes:
        folders: where the indexes are.
        wait: for how many seconds another writer is waited for.
    """

    folders: Folders
    wait: float

    @abstractmethod
    def cursor_of(self, folder: Path) -> int:
        """The number of the last change in the index of a folder."""

    @abstractmethod
    def create_in(self, folder: Path) -> None:
        """Make an empty index."""

    @abstractmethod
    def apply_to(self, folder: Path, changes: Iterable[Change], cursor: int, after: int) -> int:
        """Write one commit into an index that nobody else writes to meanwhile."""

    def apply(self, changes: Iterable[Change], cursor: int, *, after: int) -> int:
        """Replace whole groups and move the cursor, both or neither, in one commit."""
        with self.folders.locked("write", self.wait):
            folder = self.folders.live()
            if folder is not None:
                return self.apply_to(folder, changes, cursor, after)
            folder = self.folders.create()
            self.create_in(folder)
            written = self.apply_to(folder, changes, cursor, after)
            self.folders.promote(folder)
            return written

    @contextmanager
    def rebuilding(self) -> Iterator[SearchWriter]:
        """A new, empty index beside the live one, which it replaces when the block ends well."""
        with self.folders.locked("rebuild", 0):
            folder = self.folders.create()
            try:
                self.create_in(folder)
                yield _Beside(self, folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            with self.folders.locked("write", self.wait):
                self.folders.promote(folder)
                self.folders.sweep()


class _Beside:
    """An index that is being filled beside the live one, by whoever holds the rebuild lock."""

    def __init__(self, writer: EmbeddedWriter, folder: Path) -> None:
        self._writer = writer
        self._folder = folder

    def cursor(self) -> int:
        return self._writer.cursor_of(self._folder)

    def apply(self, changes: Iterable[Change], cursor: int, *, after: int) -> int:
        return self._writer.apply_to(self._folder, changes, cursor, after)
