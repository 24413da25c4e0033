"""How Chinese characters are read aloud, in letters without tones."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING

# Readings of single characters are all we ask for; the table of phrases takes 40 MB.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, pinyin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_READINGS = 3
_COMBINATIONS = 8
_LONGEST_NAME = 24
# What many speakers do not tell apart.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@lru_cache(maxsize=8192)
def _of(character: str) -> tuple[str, ...]:
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    letters = (reading.replace("ü", "v") for reading in (found[0] if found else ()))
    return tuple(dict.fromkeys(one for one in letters if one.isascii()))[:_READINGS]


def readings(text: str) -> Iterator[tuple[str, ...]]:
    """The ways to read a text aloud, a syllable for each character; none for what is not Chinese."""
    if 0 < len(text) <= _LONGEST_NAME:
        yield from islice(product(*map(_of, text)), _COMBINATIONS)


def loosely(sounds: Iterable[str]) -> str:
    """Syllables without the differences that many speakers do not make."""
    return " ".join(_loose(sound) for sound in sounds)


@lru_cache(maxsize=1024)
def _loose(sound: str) -> str:
    for strict, loose in _ALIKE:
        if strict != "ng":
            sound = loose + sound[2:] if sound.startswith(strict) else sound
        elif sound.endswith(strict):
            sound = sound[:-1]
    return sound
