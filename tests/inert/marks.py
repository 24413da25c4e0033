"""Marks: elements that no page of ours has, one for each field, typed before the vectors.

A vector that stands raw in a page may look like something of ours, such as a lone ``<b>``; a mark
never does. And a mark that stands escaped in a page tells which field the page shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

NAME = "mq-"
# What a spreadsheet might compute begins so.
LEADS = "=+-@"


@dataclass
class Marks:
    """The marks of those who type in one way.

    Attributes:
        letter: tells them from those of others.
        of: by what was typed into.
    """

    letter: str
    of: dict[str, str] = field(default_factory=dict)

    def mark(self, place: str) -> str:
        """The mark of a field; raw, it leaves a tag that it stands in, and is an element."""
        return self.of.setdefault(place, f"\"'><{NAME}{self.letter}{len(self.of):02x}>")

    def absent(self, pages: Iterable[str]) -> set[str]:
        """The fields whose mark stands escaped on none of the pages."""
        told = "\n".join(pages)
        return {place for place, mark in self.of.items() if escaped(mark) not in told}


def escaped(mark: str) -> str:
    """How a page writes a mark's element."""
    return f"&lt;{mark[4:-1]}&gt;"
