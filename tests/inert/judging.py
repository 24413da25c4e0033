"""Whether a page is still the page its template makes, whatever stands in its texts.

A page is read as browsers read it (lexbor follows the HTML standard) and held against its twin: the same
page of a county whose texts are as long and harmless. Both must have the same elements with the same
attributes, in the same order. Some things no page of ours has, twin or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from domain import markup
from tests.inert import marks
from web.text import ALLOWED_ATTRIBUTES

Element = tuple[str, tuple[str, ...]]

# In the same order as what they stand for, so that lists are sorted alike; no parser minds them.
HARMLESS = str.maketrans({'"': "#", "&": ".", "'": "(", "<": "=", ">": "?", "`": "_"})
# It stands in every rich text, with tags and without: a page that says it may have their tags.
RICH = "正文照登"
_MARKED = {"del", "ins", "mark"}
_NEVER = frozenset(
    [
        "applet",
        "audio",
        "base",
        "bgsound",
        "blink",
        "embed",
        "frame",
        "frameset",
        "iframe",
        "image",
        "isindex",
        "layer",
        "listing",
        "marquee",
        "math",
        "noembed",
        "noframes",
        "object",
        "param",
        "plaintext",
        "portal",
        "style",
        "video",
        "xml",
        "xmp",
        "-comment",
    ]
)
_ADDRESSES = frozenset(
    [
        "action",
        "background",
        "cite",
        "code",
        "data",
        "dynsrc",
        "formaction",
        "href",
        "longdesc",
        "lowsrc",
        "manifest",
        "ping",
        "poster",
        "src",
        "srcset",
        "xlink:href",
    ]
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_SCHEMES = {"http", "https", "mailto", "tel"}
_OUR_SCRIPTS = ("/static/", "/bootstrap/static/")
# Its bracket, or one of the quotes before it.
_RAW = re.compile(rf"(?:<|[\"'](?:>|&gt;)(?:<|&lt;)){marks.NAME}\w*", re.IGNORECASE)
_IGNORED_IN_ADDRESSES = re.compile("[\t\r\n]")
_BEFORE_ADDRESSES = "".join(map(chr, range(0x21)))


@dataclass(frozen=True)
class Page:
    """A page, read."""

    nodes: list[tuple[str, dict[str, str | None]]]
    text: str

    @property
    def links(self) -> list[str]:
        """Where its links on the same site lead, in order."""
        found = (attributes.get("href") for tag, attributes in self.nodes if tag == "a")
        return [link for link in found if link and re.match(r"(/(?!/)|\?)", link)]

    @property
    def tags(self) -> set[str]:
        """The names of its elements."""
        return {tag for tag, _ in self.nodes}


def read(html: str) -> Page:
    """Read a page."""
    root = LexborHTMLParser(html).root
    assert root is not None
    nodes = list(_nodes(root))
    return Page(nodes, html)


def _nodes(root: LexborNode) -> Iterator[tuple[str, dict[str, str | None]]]:
    for node in root.traverse(include_text=True):
        if node.tag != "-text":
            yield str(node.tag), {} if node.tag == "-comment" else dict(node.attributes)


def faults(page: Page) -> list[str]:
    """What no page of ours has. A mark is escaped wherever it stands, and cut out of rich text."""
    raw = [f"raw: {found}" for found in sorted(set(_RAW.findall(page.text)))]
    return raw + [fault for tag, attributes in page.nodes for fault in _faults(tag, attributes)]


def _faults(tag: str, attributes: dict[str, str | None]) -> Iterator[str]:
    if tag in _NEVER:
        yield f"<{tag}>"
    if tag == "script" and not _is_ours(attributes):
        yield f"<script> {attributes}"
    for name, value in attributes.items():
        if name.startswith("on") or name in {"style", "srcdoc"} or marks.NAME in name:
            yield f"<{tag}> has {name}={value}"
        elif name in _ADDRESSES and not _leads_somewhere(value or ""):
            yield f"<{tag}> leads to {value!r}"


def _is_ours(attributes: dict[str, str | None]) -> bool:
    source = attributes.get("src") or ""
    return source.startswith(_OUR_SCRIPTS) or attributes.get("type") == "application/ld+json"


def _leads_somewhere(address: str) -> bool:
    """Whether an address, read as browsers read one, has no scheme or one of the usual."""
    plain = _IGNORED_IN_ADDRESSES.sub("", address.strip(_BEFORE_ADDRESSES))
    scheme = _SCHEME.match(plain)
    return scheme is None or scheme[1].lower() in _SCHEMES


def outline(page: Page, *, lenient: frozenset[str] = frozenset()) -> list[Element]:
    """Its elements with the names of their attributes, but for those that its texts may bring along."""
    found = [
        (tag, tuple(sorted(attributes)))
        for tag, attributes in page.nodes
        if tag not in lenient or not set(attributes) <= set(ALLOWED_ATTRIBUTES.get(tag, ()))
    ]
    # Lines of words in a drawing: texts break differently at different signs.
    return [
        one for one, before in zip(found, [None, *found], strict=False) if not _goes_on(one, before)
    ]


def _goes_on(element: Element, before: Element | None) -> bool:
    return element == before and element[0] == "text"


def leniency(twin: Page) -> frozenset[str]:
    """The tags of which a page may have more or fewer than its twin, with allowed attributes only."""
    marked = frozenset(_MARKED) if twin.tags & _MARKED else frozenset()
    return marked | (markup.TAGS if RICH in twin.text else frozenset())


def differences(page: Page, twin: Page) -> list[str]:
    """Where a page and its twin are first built unlike."""
    lenient = leniency(twin)
    here, there = outline(page, lenient=lenient), outline(twin, lenient=lenient)
    if here == there:
        return []
    pairs = zip([*here, None], [*there, None], strict=False)
    at = next(n for n, (one, other) in enumerate(pairs) if one != other)
    return [f"after {here[max(0, at - 3) : at]}: {here[at : at + 2]}, not {there[at : at + 2]}"]
