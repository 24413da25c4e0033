"""What a site sends that is no page, read as a program reads it: every text in it, and what is wrong."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.inert import judging
from tests.portal.test_feeds import ATOM, validated
from web.tables import XLSX

# OWASP, CSV injection; a number is none, whatever its sign.
_COMPUTED = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@dataclass
class Read:
    """What was read of one kind.

    Attributes:
        texts: all there is in it.
        faults: what is wrong.
    """

    texts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(kind: str, data: bytes, into: Read) -> None:
    """Read an answer of a media type.

    Raises:
        KeyError: nobody has said how such an answer is read.
        ValueError: it is not what it says it is.
    """
    _READERS[kind](data, into)


def is_guarded(response: TestResponse) -> bool:
    """Whether a browser takes an answer for what it says it is, and for no page."""
    headers = response.headers
    is_download = headers.get("Content-Disposition", "").startswith("attachment")
    is_data = media(response).endswith(("/json", "/xml", "+json", "+xml"))
    return headers["X-Content-Type-Options"] == "nosniff" and (is_download or is_data)


def media(response: TestResponse) -> str:
    """The media type of an answer."""
    return response.mimetype or ""


def _json(data: bytes, into: Read) -> None:
    into.texts += _strings(json.loads(data))


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _strings(one)
        case list():
            for one in value:
                yield from _strings(one)


def _csv(data: bytes, into: Read) -> None:
    text = data.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), strict=True) for cell in row]
    into.texts += cells
    into.faults += [c for c in cells if _COMPUTED.match(c) and not _NUMBER.fullmatch(c)]


def _xlsx(data: bytes, into: Read) -> None:
    for sheet in load_workbook(io.BytesIO(data)):
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            text = cell.value if isinstance(cell.value, str) else ""
            into.texts.append(f"'{text}" if cell.quotePrefix else text)
            is_bare = _COMPUTED.match(text) and not _NUMBER.fullmatch(text) and not cell.quotePrefix
            if cell.data_type == "f" or is_bare:
                into.faults.append(text)


def _atom(data: bytes, into: Read) -> None:
    validated(data)
    for element in ET.fromstring(data).iter():  # noqa: S314 - what we send
        kind, text = element.get("type", "text"), element.text or ""
        into.texts.append(text)
        if element.tag == f"{ATOM}content":
            into.faults += judging.faults(judging.read(text)) if kind == "html" else [kind]
        elif element.tag == f"{ATOM}link":
            into.faults += _elsewhere(element.get("href", ""))
        elif kind != "text" or (len(element) and text.strip()):
            into.faults.append(f"{element.tag} is {kind}")


def _xml(data: bytes, into: Read) -> None:
    for element in ET.fromstring(data).iter():  # noqa: S314 - what we send
        into.texts += [element.text or "", *element.attrib.values()]
        if element.tag == f"{_SITEMAP}loc":
            into.faults += _elsewhere(element.text or "")


def _elsewhere(address: str) -> list[str]:
    parts = urlsplit(address)
    return [] if parts.scheme in {"http", "https"} and parts.netloc == "localhost" else [address]


def _zip(data: bytes, into: Read) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            held, ending = package.read(name), PurePosixPath(name).suffix
            if ending == ".csv":
                _csv(held, into)
            elif ending == ".jsonl":
                for line in held.splitlines():
                    _json(line, into)
            elif ending != ".txt":
                into.faults.append(name)


_READERS = {
    "application/json": _json,
    "application/x-suggestions+json": _json,
    "application/vnd.oai.openapi+json": _json,
    "text/csv": _csv,
    XLSX: _xlsx,
    "application/atom+xml": _atom,
    "application/xml": _xml,
    "application/opensearchdescription+xml": _xml,
    "application/zip": _zip,
}
