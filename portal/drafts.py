"""The report form on its way from page to page.

What has been answered is locked under a key that only the browser's cookie holds; the row it is
kept in says nothing (promise 1). The cookie goes with the browser's session, the row after an hour
without an answer, both at once when the reporter leaves or hands in.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import after_this_request, current_app, g, request

from domain import drafts, sealing
from domain.opening import CannotOpen, open_box
from domain.reports import FileKey, Identity

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Response
    from sqlalchemy.orm import Session

COOKIE = "report_draft"
PATH = "/report"
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Draft:
    """The answers so far; ``done`` names the questions that have been answered."""

    done: tuple[str, ...] = ()
    about_power: str = ""
    unit: str = ""
    name: str = ""
    post: str = ""
    matter: str = ""
    title: str = ""
    happened: str = ""
    is_named: bool = False
    identity: Identity = field(default_factory=Identity)
    files: tuple[FileKey, ...] = ()

    def answered(self, step: str, **answers: Any) -> Draft:
        """The draft with one more question answered."""
        done = self.done if step in self.done else (*self.done, step)
        return replace(self, done=done, **answers)


def current(session: Session, now: datetime) -> Draft | None:
    """The draft that this browser's cookie opens, or None: none begun, run out, or handed in."""
    token = _token()
    if token is None:
        return None
    draft_id, key = sealing.session_keys(token)
    boxed = drafts.fetch(session, draft_id, now)
    if boxed is None:
        return None
    try:
        return _read(sealing.unpad(open_box(key, boxed)))
    except CannotOpen:
        return None


def keep(session: Session, draft: Draft, now: datetime) -> None:
    """Store the draft for another hour; a browser without a cookie gets one."""
    token = _token()
    if token is None:
        token = secrets.token_bytes(_TOKEN_BYTES)
        _set_cookie(token)
    draft_id, key = sealing.session_keys(token)
    drafts.keep(session, draft_id, sealing.box(key, sealing.pad(_write(draft))), now)


def drop(session: Session) -> bool:
    """Delete the draft and its cookie. False when there was none: it cannot be handed in twice."""
    token = _token()
    if token is None:
        return False
    draft_id, _key = sealing.session_keys(token)
    _forget_cookie()
    return drafts.drop(session, draft_id)


def _token() -> bytes | None:
    if "draft_token" in g:
        return g.draft_token  # type: ignore[no-any-return]
    try:
        token = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == _TOKEN_BYTES else None


def _set_cookie(token: bytes) -> None:
    g.draft_token = token

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            base64.urlsafe_b64encode(token).decode(),
            path=PATH,
            httponly=True,
            samesite="Strict",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return response


def _forget_cookie() -> None:
    g.draft_token = None

    @after_this_request
    def delete_cookie(response: Response) -> Response:
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Strict")
        return response


def _write(draft: Draft) -> bytes:
    content = asdict(draft)
    content["files"] = [{**asdict(file), "key": file.key.hex()} for file in draft.files]
    return json.dumps(content, ensure_ascii=False).encode()


def _read(content: bytes) -> Draft:
    answers = json.loads(content)
    answers["done"] = tuple(answers["done"])
    answers["identity"] = Identity(**answers["identity"])
    answers["files"] = tuple(
        FileKey(**{**file, "key": bytes.fromhex(file["key"])}) for file in answers["files"]
    )
    return Draft(**answers)
