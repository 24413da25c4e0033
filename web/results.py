"""What the search pages of both sites are made of: values to narrow by, and names to go on to.

Drawn by ``templates/shared/search.html``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from web.paging import link_with

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Choice:
    """One value of a facet: its word, its count, and the address that takes or drops it."""

    label: str
    count: int
    link: str
    chosen: bool


def choice(name: str, value: str, label: object, count: int, *, chosen: bool) -> Choice:
    """A value of the filter called ``name``, on the page at hand."""
    return Choice(str(label), count, link_with(**{name: None if chosen else value}), chosen)


@dataclass(frozen=True)
class Offer:
    """A name that a visitor may mean, with its address."""

    text: str
    note: str
    url: str


def as_suggestions(offers: Iterable[Offer]) -> dict[str, Any]:
    """Offers as ``static/shared/suggest.js`` reads them."""
    return {"suggestions": [asdict(offer) for offer in offers]}
