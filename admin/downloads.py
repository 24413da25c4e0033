"""What goes out to be kept and not to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_LONGEST = 120


def safe_name(name: str) -> str:
    """A file name without path, control characters and what some systems refuse."""
    stem, dot, ending = _UNSAFE.sub("_", name).strip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    return f"{stem[:_LONGEST]}{dot}{ending[:16]}" or "file"


def attachment(body: Iterable[bytes], name: str, size: int) -> Response:
    """A download that the browser keeps and never runs: unknown type, no sniffing, sandbox.

    Args:
        body: the bytes, in pieces.
        name: as somebody outside called it.
        size: in bytes.
    """
    name = safe_name(name)
    plain = re.sub(r"[^\x20-\x7e]|[%;]", "_", name)
    response = Response(body, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
