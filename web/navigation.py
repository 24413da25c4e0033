"""Links within a site: its navigation, and where a visitor may be sent back to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import current_app, request, url_for

from web.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class NavItem:
    """One link of a navigation.

    Attributes:
        endpoint: the view; the item is left out while the app has no such view.
        label: a lazy_gettext string.
        section: the blueprint it stands for; by default the endpoint's own.
        count: a number beside the label, such as cases waiting.
        strong: to be set off from the others.
        values: for url_for.
    """

    endpoint: str
    label: object
    section: str = ""
    count: int | None = None
    strong: bool = False
    values: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint, **self.values)  # type: ignore[arg-type]

    @property
    def current(self) -> bool:
        """Whether the page being shown belongs to it."""
        if not self.section and "." in self.endpoint:
            return request.endpoint == self.endpoint or (
                request.blueprint == self.endpoint.rpartition(".")[0]
            )
        return request.endpoint == self.endpoint or request.blueprint == self.section

    @property
    def exists(self) -> bool:
        """Whether the app has that view."""
        return self.endpoint in current_app.view_functions


@dataclass(frozen=True)
class NavGroup:
    """Links under one heading; the heading may be empty."""

    title: object
    items: Sequence[NavItem]


def local_path(address: str | None) -> str:
    """The address if it is a path on this very site, else the home page.

    Browsers read a backslash as a slash and drop tabs and newlines, so none of them passes.
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return "/"
    if "\\" in address or clean_text(address) != address or any(c in address for c in "\t\r\n"):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path.startswith("//"):
        return "/"
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return f"{path}?{query}" if query else path


def return_address() -> str:
    """The page's own path and query, for links that come back to it; home where GET cannot."""
    rule = request.url_rule
    if rule is not None and "GET" not in (rule.methods or ()):
        return "/"
    return local_path(request.full_path.rstrip("?"))
