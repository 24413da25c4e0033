"""Addresses of this site as somebody elsewhere must write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import request, url_for

from portal.context import current_county, current_settings
from web.paging import PARAMETER

if TYPE_CHECKING:
    from collections.abc import Mapping


def base() -> str:
    """Scheme and host, without a slash at the end: the county's own name, else the request's."""
    domain = current_county().domain.strip().strip("/")
    if not domain:
        return request.host_url.rstrip("/")
    if "://" in domain:
        return domain
    return f"{'https' if current_settings().https else request.scheme}://{domain}"


def absolute(path: str) -> str:
    """The whole address of a path on this site, as `url_for` gives it."""
    return base() + path


def canonical(filters: Mapping[str, str] | None = None, page: int = 1, path: str = "") -> str:
    """The one address of what this page shows, however somebody came to it.

    Args:
        filters: those that were understood (`portal.filters.chosen`), in the page's own order.
            Whatever else stands in the address, such as marks of trackers, is left out.
        page: of a list; its first page is the list.
        path: of another page that shows the same.
    """
    path = path or url_for(request.endpoint or "home.index", **(request.view_args or {}))
    return absolute(with_filters(path, filters, page))


def with_filters(path: str, filters: Mapping[str, str] | None = None, page: int = 1) -> str:
    """A path with filters behind it, and the number of a page but the first."""
    pairs = dict(filters or {}) | ({PARAMETER: str(page)} if page > 1 else {})
    return f"{path}?{urlencode(pairs)}" if pairs else path
