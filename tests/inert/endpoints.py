"""The addresses of a site that can be asked for: those that answer with a page, and the others."""

from __future__ import annotations

from web.app import Site

# What is ours and has no text of anybody's in it, or only leads on.
_PLAIN = {
    "bootstrap.static",
    "imports.blank",
    "imports.progress",
    "preferences.choose",
    "sitemaps.robots",
    "static",
}
# They answer with a file, a feed, or an answer for a program: `test_formats`; a workbook: `test_import`.
_ENDINGS = ("feed", "_csv", "_xlsx", ".suggestions", ".figures", "_copy")
_FILES = {"feeds.everything", "opensearch.description", "data.download"}


def asked(site: Site) -> set[str]:
    """Every endpoint that can be asked for and may show a text."""
    rules = site.url_map.iter_rules()
    return {one.endpoint for one in rules if "GET" in (one.methods or ())} - _PLAIN


def pages(site: Site) -> set[str]:
    """Those that answer with a page."""
    return asked(site) - files(site)


def files(site: Site) -> set[str]:
    """Those that answer with something else."""
    return {one for one in asked(site) if _is_file(one)}


def _is_file(endpoint: str) -> bool:
    is_api = endpoint.startswith(("api.", "sitemaps.")) and endpoint != "api.index"
    return is_api or endpoint.endswith(_ENDINGS) or endpoint in _FILES
