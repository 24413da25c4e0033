"""The protocol every search engine speaks, and the plain data that goes in and comes out.

Nothing here knows how an index is kept. What an engine returns is a proposal: the caller still asks
the database what is public at this moment (`domain.indexing.published`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from search.lexicon import PLAIN, Also, Lexicon

PAGE_SIZE = 20
PAGE_SIZE_MAX = 100
# Beyond this many results nobody reads on; filters lead further than pages.
DEPTH = 1000
SUGGESTIONS = 8
BUDGET_SECONDS = 1.0


class SearchError(Exception):
    """Something is wrong with an index, not with what was asked."""


class SearchUnavailable(SearchError):
    """The index is missing, damaged, or of another format; a rebuild repairs it."""


class SearchBusy(SearchError):
    """Another process is writing to the index; try again later."""


class CursorMoved(SearchError):
    """Somebody else has followed the log meanwhile; read the cursor again and go on from there."""


class Kind(StrEnum):
    """Kinds of document, as they begin a document's id (``power:12``)."""

    UNIT = "unit"
    OFFICIAL = "official"
    POWER = "power"
    DISCLOSURE = "disclosure"
    NOTICE = "notice"


class Sort(StrEnum):
    """Orders of results. Without a text to be relevant to, the newest come first."""

    RELEVANCE = "relevance"
    DATE = "date"


class Field(StrEnum):
    """Fields that results can be narrowed by and are counted by."""

    KIND = "kind"
    UNIT = "unit"
    POWER_KIND = "power_kind"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    Attributes:
        id: its kind and number, such as ``power:12``.
        group: the subject of the change log that it appears and disappears with (``powers:3``).
        names: what else it is called; an exact name or its beginning is found before all others.
        body: everything else that is worth finding, best with line breaks between passages.
        unit: the code of its unit.
    """

    id: str
    group: str
    kind: Kind
    title: str
    body: str = ""
    names: tuple[str, ...] = ()
    unit: str = ""
    unit_name: str = ""
    power_kind: str = ""
    year: int | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What a visitor asks for.

    Any text is fine: it has no syntax. An empty one asks for everything, to browse by filters.
    Several values of one filter mean any of them. A page or page size out of bounds is moved to
    the nearest possible one.

    Attributes:
        expand: whether synonyms and what letters may spell are searched as well.
        counted: the fields to count the values of.
        seconds: how long ranking may take; after that the order rests on the most telling words.
    """

    text: str = ""
    filters: Mapping[Field, Sequence[str]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    expand: bool = True
    counted: tuple[Field, ...] = tuple(Field)
    seconds: float = BUDGET_SECONDS

    def __post_init__(self) -> None:
        object.__setattr__(self, "page_size", max(1, min(self.page_size, PAGE_SIZE_MAX)))
        object.__setattr__(self, "page", max(1, self.page))

    @property
    def key(self) -> Hashable:
        """Equal for queries that have the same answer."""
        filters = tuple(sorted((field, tuple(chosen)) for field, chosen in self.filters.items()))
        return (
            self.text,
            filters,
            self.sort,
            self.page,
            self.page_size,
            self.expand,
            self.counted,
        )


class Piece(NamedTuple):
    """A piece of text, and whether it is what was looked for."""

    text: str
    is_match: bool


Highlight = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found, and why."""

    id: str
    kind: Kind
    title: Highlight
    passages: tuple[Highlight, ...]
    unit: str
    unit_name: str
    power_kind: str
    year: int | None
    date: date | None


@dataclass(frozen=True, slots=True)
class Facet:
    """A value of a field and how many results have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """An answer.

    Attributes:
        total: how many documents match, however many pages can be shown.
        facets: counts for each field; those of a field ignore the filter on that very field, so
            that they say what choosing another value would give.
        page: the page these hits are from; the last one when a later one was asked for.
        truncated: there are more results than pages may show (`DEPTH`).
        loosened: nothing has all the words, so these have only some of them.
        shortened: the text was longer than is read; its end was left out.
        partial: not everything was weighed, so the order is rough; the count is right.
        hurried: that is for want of time, and the same question may be answered better later.
        also: what was searched besides the words as they were typed.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[Field, tuple[Facet, ...]]
    page: int
    pages: int
    truncated: bool = False
    loosened: bool = False
    shortened: bool = False
    partial: bool = False
    hurried: bool = False
    also: tuple[Also, ...] = ()
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that a visitor may mean."""

    id: str
    kind: Kind
    text: str
    unit: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Stats:
    """What an index holds. ``size`` is in bytes on disk."""

    documents: int
    by_kind: Mapping[Kind, int]
    cursor: int
    generation: str
    size: int


# The documents that a group consists of now; none when nothing of it is public any more.
Change = tuple[str, Sequence[Document]]


class SearchReader(Protocol):
    """What a site may do with an index. Safe to share between threads.

    Every method raises `SearchUnavailable` when the index cannot answer.
    """

    def search(self, query: Query, lexicon: Lexicon = PLAIN) -> Results:
        """Find documents, reading the query with what is known of the county's words."""
        ...

    def suggest(
        self, prefix: str, *, kinds: Iterable[Kind] = (), limit: int = SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Names that begin with or contain a text; of some kinds only, if any are given."""
        ...

    def generation(self) -> str:
        """Names the state of the index: while it stays the same, so do all answers."""
        ...

    def stats(self) -> Stats:
        """What the index holds."""
        ...


class SearchWriter(Protocol):
    """What follows the change log into an index."""

    def cursor(self) -> int:
        """The number of the last change in the index; 0 for an index that has seen none."""
        ...

    def apply(self, changes: Iterable[Change], cursor: int, *, after: int) -> int:
        """Replace whole groups and move the cursor, both or neither, in one commit.

        Args:
            changes: each group at most once, with all its documents of now.
            cursor: the number of the last change these groups reflect.
            after: the cursor they were read from.

        Returns:
            How many documents were written.

        Raises:
            CursorMoved: the index is not at ``after`` any more. Nothing was changed.
            SearchBusy: another process wrote for too long. Nothing was changed.
            SearchUnavailable: the index is missing or damaged, or written by another version of
                the analyser. Nothing was changed.
        """
        ...


class SearchEngine(SearchReader, SearchWriter, Protocol):
    """An index that can be read, kept up to date, and built anew."""

    def rebuilding(self) -> AbstractContextManager[SearchWriter]:
        """A new, empty index beside the live one.

        Fill it with `SearchWriter.apply`, the first time after 0. When the block ends without an
        error it takes the live one's place in one step; searches go on all the while.

        Raises:
            SearchBusy: another process is rebuilding.
        """
        ...
