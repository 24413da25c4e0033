"""Reads the county's text files: lines of fields between bars, in sections headed by ``=``."""

from __future__ import annotations

from pathlib import Path

# Fields of lines of sections.
Sections = dict[str, list[list[str]]]
FOLDER = Path(__file__).parent / "data"


def lines(name: str) -> list[list[str]]:
    """The lines of a file as lists of fields; comments and empty lines left out."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line.split("|") for line in text.splitlines() if line and not line.startswith("#")]


def sections(name: str) -> Sections:
    """The lines of a file by section; what stands in a heading after its name leads the section."""
    found: Sections = {}
    current: list[list[str]] = []
    for fields in lines(name):
        if fields[0].startswith("= "):
            current = found[fields[0][2:]] = [fields[1:]] if fields[1:] else []
        else:
            current.append(fields)
    return found
