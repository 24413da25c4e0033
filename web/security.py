"""Who may reach a view, and what every response tells the browser to refuse."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, current_app, g, request

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from web.settings import Settings

logger = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
    "browsing-topics=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
STRICT_TRANSPORT = "max-age=31536000"
NO_STORE = "no-store, max-age=0"
_MARK = "_mingquan_access"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """The rule a view is declared with.

    Attributes:
        name: for the matrix of routes and roles, such as "open" or "needs reports.open".
        check: called before the view; returns None to let the visitor in, a response to send
            instead (say, to the sign-in page), or raises Forbidden.
    """

    name: str
    check: Callable[[], ResponseReturnValue | None]


def declare(access: Access) -> Callable[[View], View]:
    """A decorator that declares who may reach a view. Put it nearest to the function."""

    def mark(view: View) -> View:
        setattr(view, _MARK, access)
        return view

    return mark


def _anyone() -> None:
    return None


OPEN = Access("open", _anyone)
open_to_all = declare(OPEN)
"""Declare that anyone may see this view."""


def access_of(view: Callable[..., Any] | None) -> Access | None:
    """The rule a view was declared with, or None: then nobody gets in."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Access) else None


def undeclared_endpoints(app: Flask) -> list[str]:
    """Endpoints whose view carries no rule."""
    return sorted(
        endpoint for endpoint, view in app.view_functions.items() if access_of(view) is None
    )


def require_declarations(app: Flask) -> None:
    """Refuse to start while a view has no rule.

    Raises:
        RuntimeError: naming the endpoints.
    """
    if missing := undeclared_endpoints(app):
        raise RuntimeError(f"views without an access rule: {', '.join(missing)}")


def _check_access() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such address: Flask answers 404 or 405
    access = access_of(current_app.view_functions.get(request.endpoint))
    if access is None:
        logger.error("endpoint %s has no access rule and was refused", request.endpoint)
        abort(403)
    return access.check()


def no_store() -> None:
    """Keep this response out of every cache and out of the browser's disk.

    Call it in a view, or give it to a blueprint's `before_request`.
    """
    g.no_store = True


def init_security(app: Flask, settings: Settings, *, store: bool) -> None:
    """Default-deny routing and the headers of every response.

    Args:
        app: the site.
        settings: says whether visitors come by https.
        store: False forbids caches to keep any page of this site.
    """
    app.before_request(_check_access)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.https:
            response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
        _set_caching(response, store=store)
        return response


def _set_caching(response: Response, *, store: bool) -> None:
    static = (request.endpoint or "").rpartition(".")[2] == "static"
    if (static or response.cache_control.public) and response.status_code in {200, 206, 304}:
        return  # the same for everybody
    if g.get("no_store", not store) or response.status_code >= 400:
        response.headers["Cache-Control"] = NO_STORE
    else:
        # Language and large type are chosen by cookie, so no shared cache may mix them up.
        response.headers.setdefault("Cache-Control", "private, no-cache")
    response.vary.add("Cookie")
