"""How a program is told what went wrong: one shape for all errors, RFC 9457."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROBLEM = "application/problem+json"
# Under this, whoever asks is a program, whatever it accepts.
PROGRAMS = "/api/"


def wants_problem() -> bool:
    """Whether whoever asks reads JSON rather than a page."""
    accepted = request.accept_mimetypes
    return request.path.startswith(PROGRAMS) or (
        accepted.quality("application/json") > accepted.quality("text/html")
    )


def problem(
    status: int,
    title: object,
    detail: object = "",
    *,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response:
    """An error for a program; give it to `flask.abort`, or return it.

    Args:
        status: the HTTP status.
        title: what kind of error it is, already in the reader's language.
        detail: what is wrong with this very request.
        errors: for each parameter that is wrong its name and the reason.
    """
    body: dict[str, Any] = {"type": "about:blank", "title": str(title), "status": status}
    if detail:
        body["detail"] = str(detail)
    if errors:
        body["errors"] = list(errors)
    text = json.dumps(body, ensure_ascii=False) + "\n"
    return Response(text, status, content_type=PROBLEM)
