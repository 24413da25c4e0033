"""Rich text: the few tags an editor may use in a body, and the words without them.

A body is plain text unless one of these tags stands in it: “a < b” is no tag. Cleaning is the
business of whoever takes text in or puts it on a page; here it is only read.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"blockquote", "caption", "h3", "h4", "li", "ol", "p", "table", "tr", "ul"})
TAGS = _BLOCKS | {"a", "b", "br", "em", "i", "strong", "tbody", "td", "th", "thead", "u"}
TAG = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def is_rich(text: str) -> bool:
    """Whether a body holds one of the tags."""
    return TAG.search(text) is not None


def is_inline(tag: str) -> bool:
    """Whether a tag stands within a line, so that what is before and behind it reads as one."""
    return tag.strip("</> ").split()[0].lower() not in _BLOCKS | {"br", "td", "th"}


def words(text: str) -> str:
    """A body without its tags: a line for each paragraph, item and row, cells apart."""
    if not is_rich(text):
        return text
    reader = _Words()
    reader.feed(text)
    reader.close()
    lines = "".join(reader.found).split("\n")
    return "\n".join(line for line in (" ".join(one.split()) for one in lines) if line)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append("\n" if tag in _BLOCKS or tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        self.found.append("\n" if tag in _BLOCKS else " " if tag in {"td", "th"} else "")

    def handle_data(self, data: str) -> None:
        # A line break in the source is none on the page.
        self.found.append(data.replace("\n", " "))
