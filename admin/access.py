"""Who is signed in, and what their permissions let them reach.

Every view of this site carries one of `needs`, `signed_in` and `open_to_all`; a view without one
is refused, and the app does not start (`web.security`). Which report, clue or file a person may
reach is not decided here but in the domain's queries.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import abort, current_app, g, redirect, request, url_for
from flask_babel import lazy_gettext

from admin import unsealing
from domain import sealing, staff
from domain.clock import utc_now
from domain.db import Session, begin_writing
from domain.staff import Staff
from web.database import current_session, engine_of
from web.errors import Explanation, error_page, typed_texts
from web.navigation import return_address
from web.security import Access, declare, open_to_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from domain.permissions import Permission
    from web.security import View
    from web.settings import Settings

__all__ = [
    "current_private_key",
    "current_staff",
    "needs",
    "open_to_all",
    "signed_in",
    "signed_in_staff",
]

TOKEN_BYTES = 32
EXPIRED = Explanation(
    lazy_gettext("登录已经过期，没有提交成功"),
    lazy_gettext("30 分钟没有操作，或者登录满 10 小时，需要重新登录。请登录后再提交一次。"),
)


@dataclass(frozen=True)
class SignedIn:
    """A good sign-in: whose, its row, and what opens the private key it keeps."""

    staff_id: int
    session_id: bytes
    boxed_key: bytes = field(repr=False)
    box_key: bytes = field(repr=False)


def cookie_name() -> str:
    """The cookie of the sign-in token; over https the browser itself guards where it is from."""
    settings: Settings = current_app.extensions["mingquan.settings"]
    return "__Host-admin_token" if settings.https else "admin_token"


def write_token(token: bytes) -> str:
    """A token as the cookie's value."""
    return base64.urlsafe_b64encode(token).decode()


def read_token() -> bytes | None:
    """The token in this request's cookie, or None."""
    try:
        token = base64.urlsafe_b64decode(request.cookies.get(cookie_name(), ""))
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == TOKEN_BYTES else None


def sign_in_of_request() -> SignedIn | None:
    """The good sign-in this request comes with, or None. Looked up once for each request."""
    if "signed_in" not in g:
        g.signed_in = _look_up()
    found: SignedIn | None = g.signed_in
    return found


def _look_up() -> SignedIn | None:
    token = read_token()
    if token is None:
        return None
    session_id, box_key = sealing.session_keys(token)
    now = utc_now()
    # A session of its own: that a sign-in is in use is kept even when the view commits nothing.
    with Session(engine_of(current_app._get_current_object())) as session:  # type: ignore[attr-defined]  # noqa: SLF001
        row = staff.live_session(session, session_id, now)
        if row is None:
            return None
        found = SignedIn(row.staff_id, session_id, row.boxed_key, box_key)
        if row.seen_at < now - staff.SEEN_EVERY:
            session.rollback()
            begin_writing(session)
            staff.seen(session, session_id, now)
            session.commit()
    return found


def signed_in_staff() -> Staff | None:
    """Who is signed in, in this request's database session; None when nobody is."""
    found = sign_in_of_request()
    return current_session().get(Staff, found.staff_id) if found else None


def current_staff() -> Staff:
    """Who is signed in. Only for views that `needs` or `signed_in` guards."""
    person = signed_in_staff()
    if person is None:
        abort(403)
    return person


def current_private_key() -> bytes:
    """The signed-in person's private key, for as long as the request lasts."""
    found = sign_in_of_request()
    if found is None:
        abort(403)
    return unsealing.open_box(found.box_key, found.boxed_key)


def _ask_to_sign_in() -> Response | None:
    if sign_in_of_request() is not None:
        return None
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        back = return_address()
        values = {} if back == "/" else {"next": back}
        return current_app.make_response(redirect(url_for("signin.form", **values), 303))  # type: ignore[arg-type]
    # What was typed would be lost by sending the browser elsewhere.
    return error_page(401, EXPIRED, typed=typed_texts())


signed_in = declare(Access("signed in", _ask_to_sign_in))
"""Declare that anybody of the staff may reach this view."""


def needs(*permissions: Permission) -> Callable[[View], View]:
    """Declare that a view is for those who hold one of these permissions."""

    def check() -> ResponseReturnValue | None:
        answer = _ask_to_sign_in()
        if answer is None and not any(current_staff().may(p) for p in permissions):
            abort(403)
        return answer

    return declare(Access("needs " + " or ".join(sorted(permissions)), check))
