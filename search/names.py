"""Names looked up by their beginning or any part: for suggestions and for exact names first."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Below every character a name can have.
BORDER = "\n"


class Named(NamedTuple):
    """A document that has a name with what was looked for in it.

    ``rank`` is 0 for the whole name, 1 for its beginning, 2 for a part.
    """

    rank: int
    name: str
    doc: int


class Names:
    """The names of numbered documents, as one long text that is searched at once."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the names of each document, those of one joined by `BORDER`."""
        self._text = BORDER + BORDER.join(names) + BORDER
        # Where each document's first name begins in the text.
        self._starts = list(accumulate((len(joined) + 1 for joined in names), initial=1))

    def beginning(self, key: str) -> Iterator[Named]:
        """Names that are, or begin with, a key."""
        return self._find(BORDER + key, 1)

    def containing(self, key: str) -> Iterator[Named]:
        """Names with a key anywhere in them."""
        return self._find(key, 0)

    def _find(self, needle: str, skip: int) -> Iterator[Named]:
        if len(needle) == skip:
            return
        text = self._text
        at = text.find(needle)
        while at >= 0:
            first = text.rfind(BORDER, 0, at + skip) + 1
            last = text.index(BORDER, first)
            whole = last - first == len(needle) - skip
            rank = 0 if whole else 1 if first == at + skip else 2
            yield Named(rank, text[first:last], bisect_right(self._starts, first) - 1)
            at = text.find(needle, last)
