"""What an engine of ours must be able to look up in a part of an index, and sets of documents.

The documents of a segment are numbered from 0. A set of them is an integer with one bit for each,
so that filters and counts are single operations however many documents there are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple, Protocol

from search.engine import Document, Field
from search.names import Names

_BITS = bytes.maketrans(b"01", b"\0\1")


def bits_of(docs: Sequence[int]) -> int:
    """A set from the numbers of its documents, ascending."""
    if not docs:
        return 0
    digits = bytearray(b"0" * (docs[-1] + 1))
    for doc in docs:
        digits[doc] = 0x31
    digits.reverse()
    return int(digits, 2)


def docs_of(bits: int) -> Iterator[int]:
    """The numbers of a set's documents, ascending."""
    digits = f"{bits:b}".encode().translate(_BITS)[::-1]
    return compress(range(len(digits)), digits)


class Place(NamedTuple):
    """A document of a segment, both by their numbers."""

    segment: int
    doc: int


@dataclass(frozen=True, slots=True)
class Postings:
    """Where one term is: documents in ascending order, its weight in each, and their set."""

    docs: array[int]
    weights: array[float]
    bits: int


class Segment(Protocol):
    """A part of an index. What it looks up may or may not include deleted documents."""

    @property
    def live(self) -> int:
        """The documents that count: all but the deleted ones."""
        ...

    @property
    def names(self) -> Names:
        """The names of all documents."""
        ...

    def postings(self, term: str) -> Postings:
        """Where a term is."""
        ...

    def values(self, field: Field) -> Mapping[str, int]:
        """The documents with each value of a field."""
        ...

    def id(self, doc: int) -> str:
        """A document's id."""
        ...

    def date(self, doc: int) -> int:
        """A document's day as a number; 0 when it has none."""
        ...

    def document(self, doc: int) -> Document:
        """A document as it is shown: perhaps without its group and names."""
        ...
