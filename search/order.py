"""The order of equally good documents as one number, for engines that sort by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.engine import Kind

if TYPE_CHECKING:
    from search.engine import Document

# Ids of one kind are told apart by this many digits, enough for any number a database gives.
_DIGITS = 10
_KINDS = sorted(Kind)
_PLACES: int = len(_KINDS) * 11**_DIGITS


def order(document: Document) -> int:
    """The greater, the earlier among equally good ones: by date descending, then by id.

    Every document has another one; it fits into a signed integer of 64 bits.
    """
    kind, _, number = document.id.partition(":")
    place = _KINDS.index(Kind(kind))
    # Numbers are in the order of texts, as in every engine: 1 before 10, and 10 before 9.
    for digit in number[:_DIGITS].ljust(_DIGITS):
        place = place * 11 + (1 + int(digit) if digit.isdecimal() else 0)
    day: int = document.date.toordinal() if document.date else 0
    return (day + 1) * _PLACES - 1 - place
