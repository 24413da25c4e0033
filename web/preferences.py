"""Two choices a visitor can make by a plain link: the language, and large type (长者模式).

Each sets a cookie that holds the choice and nothing else, and comes back to the same page.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, g, redirect, request

from web.navigation import local_path
from web.security import open_to_all
from web.settings import LANGUAGES, Settings

LANGUAGE_COOKIE = "lang"
ELDER_COOKIE = "elder"
_YEAR = 365 * 86_400
_CHOICES = {LANGUAGE_COOKIE: LANGUAGES, ELDER_COOKIE: ("on", "off")}

blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")


@blueprint.get("/<kind>/<choice>")
@open_to_all
def choose(kind: str, choice: str) -> Response:
    """Remember a choice and go back to the page in `next`."""
    if choice not in _CHOICES.get(kind, ()):
        abort(404)
    settings: Settings = current_app.extensions["mingquan.settings"]
    response = current_app.make_response(redirect(local_path(request.args.get("next")), 303))
    response.set_cookie(
        kind, choice, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.https
    )
    return response


def ignore() -> None:
    """Answer this request as if the visitor had chosen nothing: it is the same for everybody."""
    g.preferences_ignored = True


def language() -> str:
    """The language of this page: the visitor's choice, else the site's own. Headers do not count."""
    settings: Settings = current_app.extensions["mingquan.settings"]
    chosen = _chosen(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else settings.default_language


def elder() -> bool:
    """Whether this page is shown in large type."""
    return _chosen(ELDER_COOKIE) == "on"


def _chosen(cookie: str) -> str:
    return "" if g.get("preferences_ignored") else request.cookies.get(cookie, "")
