"""OpenSearch: browsers can search this site from their own address bar, with suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, current_app, json, request, url_for
from flask_babel import gettext

from portal.addresses import absolute
from portal.atom import MIMETYPE as ATOM
from portal.caching import versioned_for_all, versioned_search_for_all
from portal.context import current_county
from portal.search import RETRY, offers, say_unavailable
from search.engine import SearchUnavailable
from web.security import open_to_all
from web.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from web.results import Offer

blueprint = Blueprint("opensearch", __name__)

OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
MIMETYPE = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
# The specification's own limits, in characters.
MOST_IN_SHORT_NAME, MOST_IN_DESCRIPTION = 16, 1024


@blueprint.get("/opensearch.xml")
@versioned_for_all
@open_to_all
def description() -> Response:
    """How to search here, for browsers."""
    name = clean_text(current_county().site_name)
    root = ET.Element("OpenSearchDescription", {"xmlns": OPENSEARCH})
    _text(root, "ShortName", name[:MOST_IN_SHORT_NAME])
    about = gettext("搜索单位、干部、权力事项和五公开。")
    _text(root, "Description", f"{name} {about}"[:MOST_IN_DESCRIPTION])
    _url(root, "text/html", "results", url_for("search.index"))
    _url(root, ATOM, "results", url_for("search.feed"))
    _url(root, SUGGESTIONS, "suggestions", url_for(".suggestions"))
    ET.SubElement(
        root,
        "Url",
        {"type": MIMETYPE, "rel": "self", "template": absolute(url_for(".description"))},
    )
    _text(root, "InputEncoding", "UTF-8")
    document = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return current_app.response_class(document, mimetype=MIMETYPE)


@blueprint.get("/search/suggestions.json")
@versioned_search_for_all
@open_to_all
def suggestions() -> ResponseReturnValue:
    """Names that go on from what was typed, as browsers expect them."""
    text = request.args.get("q", "").strip()
    found: Sequence[Offer] = ()
    status, headers = 200, {}
    try:
        found = offers(text)
    except SearchUnavailable:
        say_unavailable()
        status, headers = 503, RETRY
    names = [
        text,
        [o.text for o in found],
        [o.note for o in found],
        [absolute(o.url) for o in found],
    ]
    said = json.dumps(names, ensure_ascii=False)
    return current_app.response_class(said, status, headers, mimetype=SUGGESTIONS)


def _text(root: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(root, tag).text = text


def _url(root: ET.Element, kind: str, relation: str, path: str) -> None:
    template = f"{absolute(path)}?q={{searchTerms}}"
    ET.SubElement(root, "Url", {"type": kind, "rel": relation, "template": template})
