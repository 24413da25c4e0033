"""Text as it was written is found by the folded words of a query, by Python and both databases alike."""

from __future__ import annotations

import re
from string import printable

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from search import words

TEXTS = (
    "陳乾",
    "陈乾",
    "王　明",
    "阿不都·热合曼",
    "Ａb Ｃ",
    "ÉCOLE",
    "a.b",
    "a\\b",
    "[^x]",
    "a|b",
    "$(",
    "",
)


@pytest.mark.parametrize(
    ("folded", "text"),
    [
        *(("陈干", "陳乾"), ("陈", "陳"), ("王明", "县委王　明"), ("热合曼", "阿不都·热合曼")),
        *(("阿不都热合曼", "阿不都·热合曼"), ("abc", "Ａb Ｃ"), ("école", "ÉCOLE"), ("ß", "ß")),
    ],
)
def test_a_folded_word_finds_what_was_written(folded: str, text: str) -> None:
    assert re.search(words.as_written(["没有", folded]), text)


@pytest.mark.parametrize(
    ("folded", "text"),
    [("陈干", "干陈"), ("王明", "王大明"), ("a.b", "axb"), ("a|b", "a"), ("^", "a")],
)
def test_nothing_else_is_found(folded: str, text: str) -> None:
    assert not re.search(words.as_written([folded]), text)


def test_every_traditional_and_wide_character_is_found() -> None:
    lost = [
        written
        for code in words._SIMPLE
        if len(folded := words.fold(written := chr(code)).text.strip()) == 1
        and not re.search(words.as_written([folded]), written)
    ]
    assert lost == []


def test_databases_read_the_pattern_as_python_does(both: Engine) -> None:
    """Every printable character and every text, in every text: none has a meaning of its own."""
    patterns = [words.as_written([words.fold(one).text]) for one in (*TEXTS, *printable) if one]
    pairs = [(pattern, text) for pattern in patterns for text in (*TEXTS, printable)]
    with both.connect() as connection:
        for start in range(0, len(pairs), 50):
            some = pairs[start : start + 50]
            found = [sa.literal(text).regexp_match(pattern) for pattern, text in some]
            row = connection.execute(
                sa.select(*(f.label(f"c{n}") for n, f in enumerate(found)))
            ).one()
            assert [bool(one) for one in row] == [bool(re.search(*pair)) for pair in some]
