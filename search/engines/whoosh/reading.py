"""Reading an index: by several threads, while other processes write to it."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from contextlib import contextmanager
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import finalize

from whoosh.index import TOC
from whoosh.reading import SegmentReader, TermNotFound

from search import matching, suggesting
from search.engine import (
    SUGGESTIONS,
    Document,
    Field,
    Kind,
    SearchError,
    SearchUnavailable,
    Stats,
)
from search.engines.whoosh.storage import FACTS, FORMAT, NAME, SCHEMA, Files, generation
from search.folders import Folders
from search.lexicon import PLAIN
from search.names import Names
from search.segments import Postings, bits_of, docs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from search.engine import Query, Results, Suggestion
    from search.lexicon import Lexicon

CACHE_BYTES = 64 * 1024 * 1024
_OPEN_ATTEMPTS = 20
_NOTHING = Postings(array("I"), array("f"), 0)


class Cache:
    """The terms that were looked up last, up to a number of bytes, for all threads."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._kept: OrderedDict[tuple[str, str], tuple[Postings, int]] = OrderedDict()
        self._lock = RLock()

    def get(self, key: tuple[str, str], load: Callable[[str], Postings]) -> Postings:
        """The postings of (segment, term), from memory or from ``load``."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        postings = load(key[1])
        size = 400 + 8 * len(postings.docs) + postings.bits.bit_length() // 8
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (postings, size)
                self._budget -= size
            while self._budget < 0 and self._kept:
                self._budget += self._kept.popitem(last=False)[1][1]
        return postings


class _Core:
    """One segment's files: they never change, so whatever was read once stays true.

    Whoosh's readers are not for several threads at a time, hence the lock.
    """

    def __init__(self, key: str, reader: SegmentReader, cache: Cache) -> None:
        self.key = key
        self.size: int = reader.doc_count_all()
        self._reader = reader
        self._cache = cache
        self._lock = RLock()
        self._values: dict[Field, Mapping[str, int]] = {}
        finalize(self, reader.close)

    def postings(self, term: str) -> Postings:
        return self._cache.get((self.key, term), self._read_postings)

    def _read_postings(self, term: str) -> Postings:
        docs, weights_ = array("I"), array("f")
        with self._lock:
            try:
                matcher = self._reader.postings("terms", term.encode())
            except TermNotFound:
                return _NOTHING
            while matcher.is_active():
                docs.append(matcher.id())
                weights_.append(matcher.weight())
                matcher.next()
        return Postings(docs, weights_, bits_of(docs))

    def values(self, field: Field) -> Mapping[str, int]:
        with self._lock:
            if field not in self._values:
                self._values[field] = {
                    value.decode(): self.having(field.value, value)
                    for value in self._reader.lexicon(field.value)
                }
            return self._values[field]

    def having(self, field: str, value: bytes) -> int:
        with self._lock:
            try:
                return bits_of(list(self._reader.postings(field, value).all_ids()))
            except TermNotFound:
                return 0

    @cached_property
    def ids(self) -> list[str]:
        return self._column("id")

    @cached_property
    def dates(self) -> list[int]:
        return self._column("date")

    @cached_property
    def names(self) -> Names:
        return Names([joined.decode() for joined in self._column("names")])

    def _column(self, field: str) -> list[Any]:
        with self._lock:
            column = self._reader.column_reader(field)
            return [column[doc] for doc in range(self.size)]

    def shown(self, doc: int) -> dict[str, Any]:
        with self._lock:
            shown: dict[str, Any] = self._reader.stored_fields(doc)["shown"]
            return shown


class Segment:
    """A segment as of one commit: its files, and which of its documents still count."""

    def __init__(self, core: _Core, deleted: Iterable[int]) -> None:
        alive = ((1 << core.size) - 1) & ~bits_of(sorted(deleted))
        self.facts = alive & core.having("id", FACTS.encode())
        self.live = alive & ~self.facts
        self.core = core
        self.postings = core.postings
        self.values = core.values

    @property
    def names(self) -> Names:
        """The names of all documents."""
        return self.core.names

    def id(self, doc: int) -> str:
        """A document's id."""
        return self.core.ids[doc]

    def date(self, doc: int) -> int:
        """A document's day as a number; 0 when it has none."""
        return self.core.dates[doc]

    def document(self, doc: int) -> Document:
        """A document as it is shown."""
        shown = self.core.shown(doc)
        return Document(**{**shown, "kind": Kind(shown["kind"])}, group="")


class Commit(NamedTuple):
    """What a reader sees: one index at one commit."""

    folder: Path
    generation: int
    segments: Sequence[Segment]
    cursor: int
    format: str

    @property
    def name(self) -> str:
        """Unlike that of any other commit of any index."""
        return f"{self.folder.name}/{self.generation}"


def open_commit(folder: Path, cache: Cache, known: Commit | None = None) -> Commit:
    """Open the last commit of an index, reusing what is open of an earlier one.

    Raises:
        FileNotFoundError: it is missing, or a writer replaced its files just now.
    """
    files = Files(folder)
    try:
        return _open_commit(files, folder, cache, known)
    finally:
        # What a reader needs is mapped into memory by now.
        files.close_all()


def _open_commit(files: Files, folder: Path, cache: Cache, known: Commit | None) -> Commit:
    number = generation(folder)
    cores = {segment.core.key: segment.core for segment in known.segments} if known else {}
    segments = []
    facts: dict[str, Any] = {"cursor": 0, "format": FORMAT}
    for part in TOC.read(files, NAME, gen=number, schema=SCHEMA).segments:
        core = cores.get(part.segment_id())
        if core is None:
            core = _Core(part.segment_id(), SegmentReader(files, SCHEMA, part), cache)
        segment = Segment(core, part.deleted_docs())
        for doc in docs_of(segment.facts):
            facts = core.shown(doc)
        segments.append(segment)
    return Commit(folder, number, segments, facts["cursor"], facts["format"])


@contextmanager
def answering() -> Iterator[None]:
    """Say in the protocol's words what went wrong inside Whoosh."""
    try:
        yield
    except SearchError:
        raise
    except Exception as error:  # Reading a damaged file can raise anything
        raise SearchUnavailable(f"the index cannot be used: {error!r}") from error


class WhooshReader:
    """Reads the live index; sees every commit at once, its own process's or another's."""

    def __init__(self, root: Path, *, cache_bytes: int = CACHE_BYTES) -> None:
        self.folders = Folders(root)
        self._cache = Cache(cache_bytes)
        self._lock = RLock()
        self._commit: Commit | None = None

    def search(self, query: Query, lexicon: Lexicon = PLAIN) -> Results:
        """Find documents, reading the query with what is known of the county's words."""
        with answering():
            return matching.search(self._latest().segments, query, lexicon)

    def suggest(
        self, prefix: str, *, kinds: Iterable[Kind] = (), limit: int = SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Names that begin with or contain a text; of some kinds only, if any are given."""
        with answering():
            return suggesting.suggest(self._latest().segments, prefix, frozenset(kinds), limit)

    def generation(self) -> str:
        """Names the commit that is searched now."""
        with answering():
            return self._latest().name

    def stats(self) -> Stats:
        """What the index holds."""
        with answering():
            commit = self._latest()
            by_kind = dict.fromkeys(Kind, 0)
            for segment in commit.segments:
                for value, bits in segment.values(Field.KIND).items():
                    by_kind[Kind(value)] += (bits & segment.live).bit_count()
            return Stats(
                documents=sum(by_kind.values()),
                by_kind=by_kind,
                cursor=commit.cursor,
                generation=commit.name,
                size=sum(file.stat().st_size for file in commit.folder.iterdir()),
            )

    def _latest(self) -> Commit:
        for _ in range(_OPEN_ATTEMPTS):
            folder = self.folders.live()
            if folder is None:
                raise SearchUnavailable(f"there is no index in {self.folders.root} yet")
            try:
                return self._open(folder)
            except FileNotFoundError:
                # A writer replaced these files while we were opening them; look again.
                continue
        raise SearchUnavailable(f"files are missing from the index in {folder}")

    def _open(self, folder: Path) -> Commit:
        number = generation(folder)
        with self._lock:
            known = self._commit
            if known is not None and known.folder == folder:
                if known.generation == number:
                    return known
            else:
                known = None
            self._commit = open_commit(folder, self._cache, known)
            return self._commit
