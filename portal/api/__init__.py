"""Open data for programs: `/api/v1`, its document, and the page that explains it.

A noun is one small file beside this one and its name in `portal.api.all`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from portal.api.all import NOUNS
from portal.api.document import document
from portal.api.guide import chapters
from portal.api.operations import JSON, ROOT, of_noun, served
from portal.api.search import OPERATION as SEARCH
from portal.caching import versioned
from portal.context import current_county
from web.problems import PROGRAMS
from web.security import open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("api", __name__)

OPERATIONS = (*(operation for noun in NOUNS for operation in of_noun(noun)), SEARCH)
# What any page on the web may do with open data: read it. Never with a visitor's cookies.
_OPEN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-Modified-Since, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}


def _openapi() -> Response:
    found = document(OPERATIONS, gettext("%(name)s开放数据", name=current_county().site_name))
    return Response(json.dumps(found, ensure_ascii=False, indent=1) + "\n", content_type=JSON)


for _one in OPERATIONS:
    blueprint.add_url_rule(_one.rule, _one.name.replace("-", "_"), _one.endpoint)
blueprint.add_url_rule(f"{ROOT}/openapi.json", "openapi", served(_openapi, JSON))


@blueprint.get("/api")
@versioned
@open_to_all
def index() -> ResponseReturnValue:
    """How a program reads what is published, for whoever writes the program."""
    about = {noun.name: (gettext(noun.title), gettext(noun.about), noun.examples) for noun in NOUNS}
    about["search"] = (gettext("搜索"), gettext("与搜索页一样的词语和筛选。"), ("?limit=3",))
    return render_template(
        "portal/data/api.html",
        chapters=chapters(document(OPERATIONS, ""), about),
        root=ROOT,
        examples_of_errors=[f"{ROOT}/units?colour=red", f"{ROOT}/units/nowhere"],
    )


@blueprint.after_app_request
def _open(response: Response) -> Response:
    """Let pages of others read open data; nothing else of this site."""
    if request.path.startswith(PROGRAMS) or request.endpoint == "data.download":
        response.headers.update(_OPEN_HEADERS)
        if request.method == "OPTIONS":
            response.headers.update(_PREFLIGHT_HEADERS)
    return response
