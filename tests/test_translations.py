"""The English catalogue: complete, nothing left over, and true to what it translates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg

from tests.fixtures.english import CHINESE, ENGLISH, ROOT, english

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
QUOTED = re.compile("“([^”]+)”")
# “步骤｜责任人｜…”: the bar that people type between the parts of a step.
BAR = "｜"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return english()


def keywords_of(makefile: Path) -> list[str]:
    """The functions whose arguments `make translations` collects."""
    found = re.search(r"--keywords='([^']+)'", makefile.read_text(encoding="utf-8"))
    assert found
    return found[1].split()


def said() -> Catalog:
    """What the code says now, collected as `make translations` does."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(keywords_of(ROOT / "Makefile"))}
    collected = Catalog()
    for name, line, text, _, context in extract_from_dir(ROOT, methods, options, keywords):
        collected.add(text, None, [(name, line)], context=context)
    return collected


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def known(catalogue: Catalog) -> set[tuple[str | None, str]]:
    return {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in messages(catalogue)}


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each text with its translation."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    forms = message.string
    assert isinstance(forms, tuple), message.id
    assert len(forms) == 2, message.id
    return [(message.id[0], form) for form in forms]


def test_everything_that_is_said_is_in_the_catalogue_and_nothing_else(catalogue: Catalog) -> None:
    collected = known(said())
    assert len(collected) > 500
    # `make translations` collects what is new and drops what is gone.
    assert sorted(collected - known(catalogue), key=str) == []
    assert sorted(known(catalogue) - collected, key=str) == []
    assert list(catalogue.obsolete) == []


def test_everything_is_translated(catalogue: Catalog) -> None:
    assert catalogue.num_plurals == 2
    bare = [text for m in messages(catalogue) for text, meant in pairs(m) if not meant.strip(" ,")]
    # Marks between words: a list's comma is a translation too.
    assert bare == ["、", "，"]
    assert [m.id for m in messages(catalogue) if m.fuzzy] == []
    assert "#, fuzzy" not in ENGLISH.read_text(encoding="utf-8")


def test_placeholders_stay_as_they_are(catalogue: Catalog) -> None:
    wrong = [
        text
        for message in messages(catalogue)
        for text, meant in pairs(message)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(meant))
    ]
    assert wrong == []


def test_a_translation_holds_no_chinese_but_what_a_workbook_says(catalogue: Catalog) -> None:
    wrong = [
        meant
        for message in messages(catalogue)
        for text, meant in pairs(message)
        for chinese in CHINESE.findall(meant)
        if chinese != BAR and chinese not in QUOTED.findall(text)
    ]
    assert wrong == []
