"""Signing in and out. The password opens the member's private key; that is the whole check."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session as browser,
    url_for,
)
from flask_babel import gettext, lazy_gettext

from admin import unsealing
from admin.access import (
    TOKEN_BYTES,
    cookie_name,
    open_to_all,
    sign_in_of_request,
    write_token,
)
from domain import sealing, staff
from domain.clock import utc_now
from domain.db import begin_writing
from domain.staff import Staff, StaffSession
from web.database import current_session
from web.forms import Form, MaxLength, PasswordField, Required, TextField
from web.navigation import local_path
from web.ratelimit import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from domain.db import Session
    from web.settings import Settings

blueprint = Blueprint("signin", __name__)

# What the password of somebody who is not there is tried on: it costs the same and opens nothing.
_DECOY_SALT = sealing.new_salt()
_DECOY_KEY = sealing.box(secrets.token_bytes(32), secrets.token_bytes(32))


class SignInForm(Form):
    """Username and password."""

    username = TextField(
        lazy_gettext("用户名"), [Required(lazy_gettext("请填写用户名")), MaxLength(40)]
    )
    password = PasswordField(
        lazy_gettext("密码"), [Required(lazy_gettext("请填写密码")), MaxLength(200)]
    )


def _failed(response: Response) -> bool:
    return response.status_code == 401


@blueprint.route("/signin", methods=["GET", "POST"])
@open_to_all
@limited("20 per 10 minutes", deduct_when=_failed)
def form() -> ResponseReturnValue:
    """Ask for username and password."""
    # Asked before anything is written: a former session is looked up by a connection of its own.
    already = sign_in_of_request()
    if request.method == "GET" and already is not None:
        return redirect(url_for("today.index"), 303)
    asked = SignInForm()
    if not asked.validate_on_submit():
        return render_template("admin/signin/form.html", form=asked)
    token = _sign_in(asked.username.data or "", asked.password.data or "")
    if token is None:
        # One sentence for every cause: it must not tell who is here, nor whose account is shut.
        asked.refuse(gettext("用户名或密码不正确。连续输错 5 次，账号锁定 15 分钟"), "password")
        return render_template("admin/signin/form.html", form=asked), 401
    # Nothing of the browser's former session lives on, the token of its forms included.
    browser.clear()
    response = make_response(redirect(local_path(request.args.get("next")), 303))
    settings: Settings = current_app.extensions["mingquan.settings"]
    response.set_cookie(
        cookie_name(),
        write_token(token),
        path="/",
        httponly=True,
        samesite="Strict",
        secure=settings.https,
    )
    return response


def _sign_in(username: str, password: str) -> bytes | None:
    """Start a session and give its token; None, and a failure on record, when it may not be."""
    session, now = current_session(), utc_now()
    found = staff.by_username(session, username)
    person_id, salt, locked = (
        (found.id, found.key_salt, found.locked_key) if found else (0, _DECOY_SALT, _DECOY_KEY)
    )
    # Trying the password is slow on purpose: nobody has to wait for a lock meanwhile.
    session.rollback()
    private_key = _try(password, salt, locked)
    begin_writing(session)
    person = session.get(Staff, person_id, with_for_update=True, populate_existing=True)
    if person is None or private_key is None or not person.active or staff.is_locked(person, now):
        staff.sign_in_failed(session, person, now)
        session.commit()
        return None
    _drop_former(session)
    token = secrets.token_bytes(TOKEN_BYTES)
    session_id, box_key = sealing.session_keys(token)
    staff.sign_in(session, person, session_id, sealing.box(box_key, private_key), now)
    session.commit()
    return token


def _drop_former(session: Session) -> None:
    """Whoever signs in again in the same browser leaves no session behind that nobody can end."""
    former = sign_in_of_request()
    if former is not None:
        session.execute(sa.delete(StaffSession).where(StaffSession.id == former.session_id))


def _try(password: str, salt: bytes, locked: bytes) -> bytes | None:
    try:
        return unsealing.open_box(sealing.password_key(password, salt), locked)
    except unsealing.CannotOpen:
        return None


@blueprint.post("/signout")
@open_to_all
def leave() -> Response:
    """End the session; its key goes with it."""
    found, session = sign_in_of_request(), current_session()
    row = session.get(StaffSession, found.session_id) if found else None
    if row is not None:
        staff.sign_out(session, row, utc_now())
        session.commit()
    browser.clear()
    flash(gettext("已退出"), "ok")
    response = make_response(redirect(url_for(".form"), 303))
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="Strict")
    return response
