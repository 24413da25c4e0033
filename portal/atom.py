"""Atom feeds (RFC 4287) with pages (RFC 5005), as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from web.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ATOM = "http://www.w3.org/2005/Atom"
MIMETYPE = "application/atom+xml"
# What a feed says that has no entries: nothing has changed since the beginning.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One publication.

    Attributes:
        id: a tag: address, the same for good on whatever host it is read.
        title: plain text.
        url: where it can be read; absolute.
        updated: the moment it became public as it is now.
        author: who publishes it.
        summary: plain text; may be empty.
        content: HTML that is already clean; may be empty.
        category: a word and its name, or None.
    """

    id: str
    title: str
    url: str
    updated: datetime
    author: str
    summary: str = ""
    content: str = ""
    category: tuple[str, str] | None = None


@dataclass(frozen=True)
class Feed:
    """A page of a feed.

    Attributes:
        links: by relation (self, alternate, next …) absolute addresses; alternate is HTML.
        language: of the texts, such as zh-CN.
    """

    id: str
    title: str
    subtitle: str
    author: str
    language: str
    links: Mapping[str, str]
    entries: Sequence[Entry]


def written(feed: Feed) -> bytes:
    """The document."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(max((e.updated for e in feed.entries), default=_NEVER)))
    _author(root, feed.author)
    for relation, address in feed.links.items():
        _link(root, relation, address)
    for entry in feed.entries:
        _entry(root, entry)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entry(root: ET.Element, entry: Entry) -> None:
    found = ET.SubElement(root, "entry")
    _text(found, "id", entry.id)
    _text(found, "title", entry.title)
    _text(found, "updated", _moment(entry.updated))
    _author(found, entry.author)
    _link(found, "alternate", entry.url)
    if entry.category:
        term, label = entry.category
        ET.SubElement(found, "category", {"term": term, "label": clean_text(label)})
    if entry.summary:
        _text(found, "summary", entry.summary)
    if entry.content:
        _text(found, "content", entry.content).set("type", "html")


def _text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = clean_text(text)
    return element


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", name)


def _link(parent: ET.Element, relation: str, address: str) -> None:
    kind = "text/html" if relation == "alternate" else MIMETYPE
    ET.SubElement(parent, "link", {"rel": relation, "type": kind, "href": address})


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
