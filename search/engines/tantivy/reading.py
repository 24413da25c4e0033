"""Reading an index: by several threads, while other processes write to it."""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from search.engine import SUGGESTIONS, Field, Kind, SearchError, SearchUnavailable, Stats
from search.engines.tantivy import finding, queries
from search.engines.tantivy.commits import Commit, open_commit
from search.folders import Folders
from search.lexicon import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from search.engine import Query, Results, Suggestion
    from search.lexicon import Lexicon

_OPEN_ATTEMPTS = 20


@contextmanager
def answering() -> Iterator[None]:
    """Say in the protocol's words what went wrong inside Tantivy."""
    try:
        yield
    except SearchError:
        raise
    except Exception as error:  # Reading a damaged file can raise anything
        raise SearchUnavailable(f"the index cannot be used: {error!r}") from error
    except BaseException as error:
        # What Rust code gave up on; its class has no name to import.
        if type(error).__name__ != "PanicException":
            raise
        raise SearchUnavailable(f"the index cannot be used: {error}") from error


class TantivyReader:
    """Reads the live index; sees every commit at once, its own process's or another's."""

    def __init__(self, root: Path) -> None:
        self.folders = Folders(root)
        self._lock = RLock()
        self._opened: tuple[object, Commit] | None = None

    def search(self, query: Query, lexicon: Lexicon = PLAIN) -> Results:
        """Find documents, reading the query with what is known of the county's words."""
        with answering():
            return finding.search(self._latest(), query, lexicon)

    def suggest(
        self, prefix: str, *, kinds: Iterable[Kind] = (), limit: int = SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Names that begin with or contain a text; of some kinds only, if any are given."""
        with answering():
            return finding.suggest(self._latest(), prefix, frozenset(kinds), limit)

    def generation(self) -> str:
        """Names the commit that is searched now."""
        with answering():
            return self._latest().name

    def stats(self) -> Stats:
        """What the index holds."""
        with answering():
            commit = self._latest()
            _, counted = commit.counts(queries.everything(), [Field.KIND])
            by_kind = {kind: counted[Field.KIND].get(kind, 0) for kind in Kind}
            return Stats(
                documents=commit.documents,
                by_kind=by_kind,
                cursor=commit.cursor,
                generation=commit.name,
                size=sum(file.stat().st_size for file in commit.folder.iterdir()),
            )

    def _latest(self) -> Commit:
        folder = self.folders.live()
        for _ in range(_OPEN_ATTEMPTS):
            if folder is None:
                raise SearchUnavailable(f"there is no index in {self.folders.root} yet")
            try:
                return self._open(folder)
            except Exception:
                # Another index may have taken its place while we were opening it.
                before, folder = folder, self.folders.live()
                if folder == before:
                    raise
        raise SearchUnavailable(f"the index in {folder} cannot be opened")

    def _open(self, folder: Path) -> Commit:
        # A commit replaces this file.
        written = (folder / "meta.json").stat()
        state = (folder, written.st_ino, written.st_mtime_ns, written.st_size)
        with self._lock:
            if self._opened is None or self._opened[0] != state:
                self._opened = (state, open_commit(folder))
            return self._opened[1]
