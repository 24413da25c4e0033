"""The same as a page shows, as data: each page of a list or an item says where that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request, url_for

from portal.addresses import with_filters
from portal.api.all import NOUNS

if TYPE_CHECKING:
    from collections.abc import Mapping

_LISTS = {page: noun for noun in NOUNS for page in noun.pages}
_ITEMS = {noun.item_page: noun for noun in NOUNS if noun.item_page}


@dataclass(frozen=True)
class Counterpart:
    """Addresses of the same data; an item and a search have no tables."""

    json: str
    csv: str = ""
    xlsx: str = ""


def counterpart(filters: Mapping[str, str]) -> Counterpart | None:
    """The data of the page that is being shown, None if it shows none.

    Args:
        filters: those of the page that were understood (`portal.filters.chosen`).
    """
    endpoint = request.endpoint or ""
    if noun := _LISTS.get(endpoint):
        known = noun.filters.model_fields
        narrowed = {**noun.page_filters, **{k: v for k, v in filters.items() if k in known}}
        return Counterpart(
            *(
                with_filters(url_for(f"api.{_name(noun.name)}{ending}"), narrowed)
                for ending in ("", "_csv", "_xlsx")
            )
        )
    if noun := _ITEMS.get(endpoint):
        return Counterpart(url_for(f"api.{_name(noun.name)}_item", **(request.view_args or {})))
    if endpoint == "search.index":
        return Counterpart(with_filters(url_for("api.search"), filters))
    return None


def _name(noun: str) -> str:
    return noun.replace("-", "_")
