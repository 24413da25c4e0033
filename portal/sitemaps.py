"""What search engines ask for: the index of sitemaps, the sitemaps, and what robots may read.

The protocol is that of sitemaps.org. ``lastmod`` stands only where it is true: the moment at which
an edition became public.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, abort, current_app, url_for

from domain import inventory
from domain.inventory import Part
from portal.addresses import absolute
from portal.caching import versioned_for_all
from web.database import current_session
from web.paging import page_count
from web.security import open_to_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

blueprint = Blueprint("sitemaps", __name__)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# The protocol allows so many addresses in one file.
MOST = 50_000
MIMETYPE = "application/xml"
# Pages with one address each; those that an installation does not have are left out.
COLUMNS = (
    "home.index",
    "units.index",
    "officials.index",
    "powers.index",
    "disclosures.index",
    "notices.index",
    "feedback.index",
    "obligations.index",
    "obligations.tasks",
    "glossary.index",
    "data.index",
    "api.index",
    "pages.sitemap",
    "pages.about",
    "pages.help",
    "pages.accessibility",
)
# Whoever writes to us must not be led there by a search engine's copy; searches have no end.
ROBOTS = """User-agent: *
Disallow: /feedback/ask
Disallow: /feedback/track
Disallow: /report
Disallow: /track
Disallow: /search
Disallow: /preferences/

Sitemap: {sitemap}
"""


def _list(name: str) -> str:
    list_id, _, number = name.partition("/")
    return url_for("powers.edition", list_id=int(list_id), number=int(number))


_ADDRESSES: dict[Part, Callable[[str], str]] = {
    Part.UNITS: lambda name: url_for("units.show", code=name),
    Part.OFFICIALS: lambda name: url_for("officials.show", official_id=int(name)),
    Part.LISTS: _list,
    Part.POWERS: lambda name: url_for("powers.item", item_id=int(name)),
    Part.DISCLOSURES: lambda name: url_for("disclosures.show", disclosure_id=int(name)),
    Part.NOTICES: lambda name: url_for("notices.show", notice_id=int(name)),
}


@blueprint.get("/robots.txt")
@versioned_for_all
@open_to_all
def robots() -> Response:
    """What robots may read, and where everything is listed."""
    text = ROBOTS.format(sitemap=absolute(url_for(".index")))
    return current_app.response_class(text, mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@versioned_for_all
@open_to_all
def index() -> Response:
    """Where the sitemaps are (two statements)."""
    files: list[tuple[str, datetime | None]] = [(url_for(".columns"), None)]
    for part, extent in inventory.extents(current_session()).items():
        pages = page_count(extent.size, MOST) if extent.size else 0
        # Only of a part in one file it is known which file its newest thing is in.
        newest = extent.newest if pages == 1 else None
        files += [
            (url_for(".part", part=part.value, number=n), newest) for n in range(1, pages + 1)
        ]
    return _answer("sitemapindex", "sitemap", files)


@blueprint.get("/sitemaps/columns.xml")
@versioned_for_all
@open_to_all
def columns() -> Response:
    """The pages that are always there."""
    views = current_app.view_functions
    return _answer("urlset", "url", [(url_for(c), None) for c in COLUMNS if c in views])


@blueprint.get(f"/sitemaps/<any({', '.join(Part)}):part>-<id:number>.xml")
@versioned_for_all
@open_to_all
def part(part: str, number: int) -> Response:
    """The addresses of one kind of thing (two statements)."""
    address = _ADDRESSES[Part(part)]
    found = inventory.places(current_session(), Part(part), MOST, (number - 1) * MOST)
    if not found:
        abort(404)
    return _answer("urlset", "url", [(address(place.name), place.at) for place in found])


def _answer(root: str, tag: str, addresses: Iterable[tuple[str, datetime | None]]) -> Response:
    document = ET.Element(root, {"xmlns": SITEMAP})
    for path, moment in addresses:
        element = ET.SubElement(document, tag)
        ET.SubElement(element, "loc").text = absolute(path)
        if moment is not None:
            text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            ET.SubElement(element, "lastmod").text = text
    written = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return current_app.response_class(written, mimetype=MIMETYPE)
