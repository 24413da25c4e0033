"""名词解释: what the words on this site mean."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from portal.caching import versioned
from portal.filters import chosen
from web.glossary import asked_terms
from web.security import open_to_all

blueprint = Blueprint("glossary", __name__, url_prefix="/glossary")


@blueprint.get("")
@versioned
@open_to_all
def index() -> str:
    """Every term in the order of its pinyin, or those that a word is found in."""
    asked = request.args.get("q", "").strip()
    return render_template(
        "portal/glossary/index.html", asked=asked, terms=asked_terms(asked), filters=chosen(q=asked)
    )
