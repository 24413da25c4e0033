"""What is known of the words of one county: its names, what lay words mean, and how they sound.

It says how a query is cut and what is searched besides what was typed. Documents are indexed without
it: it changes whenever a unit, an official or a synonym does, and no index needs to be rebuilt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import rjieba

from search import pinyin
from search.words import fold, key

if TYPE_CHECKING:
    from collections.abc import Iterator

# More readings of one sound than this help nobody.
ALTERNATIVES = 5
CORRECTIONS = 3
# So common a word that no cut avoids it.
_FREQUENT = 1_000_000
_SHORTEST_INITIALS = 2


class Because(StrEnum):
    """Why something else is searched besides a word."""

    SYNONYM = "synonym"
    PINYIN = "pinyin"


@dataclass(frozen=True, slots=True)
class Also:
    """What is searched besides a word of the query."""

    word: str
    others: tuple[str, ...]
    because: Because


@dataclass(frozen=True)
class Lexicon:
    """The words of a county. Equal ones answer alike.

    Attributes:
        names: what units, towns, kinds of power and other things are called.
        people: the names of officials. Nobody's name is ever taken for a misspelling of another.
        synonyms: lay word → the words of the lists that it means.
    """

    names: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @cached_property
    def fingerprint(self) -> int:
        """The same for equal ones in this process."""
        return hash((self.names, self.people, self.synonyms))

    def prepare(self) -> None:
        """Build what queries look things up in now, instead of at the first query."""
        self.cut("")
        self.also("a")

    def cut(self, text: str) -> list[str]:
        """Cut folded Chinese text into words, known ones in one piece."""
        return self._jieba.cut(text)

    def also(self, word: str) -> Also | None:
        """What else to search for a folded word: its synonyms, or what its letters may spell."""
        if others := self._synonyms.get(word):
            return Also(word, others, Because.SYNONYM)
        if word.isascii() and word.isalpha():
            spelt = self._sounds.spelt(word)
            # Whoever spells a lay word means by it what everybody does.
            meant = (other for name in spelt for other in self._synonyms.get(name, ()))
            found = tuple(dict.fromkeys((*spelt, *meant)))[:ALTERNATIVES]
            return Also(word, found, Because.PINYIN) if found else None
        return None

    def corrections(self, text: str, *, slips: bool = False) -> Iterator[str]:
        """Folded text with what sounds like a known name written as that name, longest names first.

        Only names of things are put in, and no character of a known person's name is changed.

        Args:
            slips: change only characters that stand alone between the words of the text.
        """
        folded = fold(text).text
        taken = {at for name in self._people if name in folded for at in _places(folded, name)}
        seen = {folded}
        kept = self._in_words(folded) if slips else set()
        for start, end, name in self._sounds.like(folded):
            changed = {at for at in range(start, end) if folded[at] != name[at - start]}
            if taken.isdisjoint(range(start, end)) and kept.isdisjoint(changed):
                corrected = folded[:start] + name + folded[end:]
                if corrected not in seen:
                    seen.add(corrected)
                    yield corrected

    def _in_words(self, text: str) -> set[int]:
        """The places of characters that are part of a longer word."""
        ends = list(accumulate(map(len, self.cut(text)), initial=0))
        return {at for a, b in pairwise(ends) if b - a > 1 for at in range(a, b)}

    def beginning(self, letters: str) -> list[str]:
        """Names and people whose pinyin, or its initials, begin with some letters."""
        return self._sounds.beginning(key(letters))

    @cached_property
    def _synonyms(self) -> Mapping[str, tuple[str, ...]]:
        return {
            key(lay): tuple(dict.fromkeys(key(word) for word in listed if key(word)))
            for lay, listed in self.synonyms
            if key(lay)
        }

    @cached_property
    def _people(self) -> frozenset[str]:
        return frozenset(key(name) for name in self.people)

    @cached_property
    def _jieba(self) -> rjieba.Jieba:
        jieba = rjieba.Jieba()
        listed = (word for words in self._synonyms.values() for word in words)
        for word in (*map(key, self.names), *self._people, *self._synonyms, *listed):
            if len(word) > 1:
                jieba.add_word(word, _FREQUENT, None)
        return jieba

    @cached_property
    def _sounds(self) -> Sounds:
        listed = (word for words in self._synonyms.values() for word in words)
        things = dict.fromkeys((*map(key, self.names), *self._synonyms, *listed))
        return Sounds([name for name in things if name], sorted(self._people))


class Sounds:
    """Names by how they are pronounced."""

    def __init__(self, things: Sequence[str], people: Sequence[str]) -> None:
        self._full: defaultdict[str, list[str]] = defaultdict(list)
        self._initials: defaultdict[str, list[str]] = defaultdict(list)
        self._alike: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for name in (*things, *people):
            for sounds in pinyin.readings(name):
                self._full["".join(sounds)].append(name)
                if len(sounds) >= _SHORTEST_INITIALS:
                    self._initials["".join(sound[0] for sound in sounds)].append(name)
        for name in things:
            for sounds in pinyin.readings(name):
                self._alike[len(name), pinyin.loosely(sounds)].append(name)
        self._lengths = sorted({size for size, _ in self._alike if size > 1}, reverse=True)

    def spelt(self, letters: str) -> list[str]:
        """Names that some letters spell in full, or else the initials of."""
        found = self._full.get(letters) or self._initials.get(letters) or ()
        return list(dict.fromkeys(found))

    def beginning(self, letters: str) -> list[str]:
        """Names whose pinyin, or its initials, begin with some letters; short names first."""
        found = {
            name
            for table in (self._full, self._initials)
            for spelt, names in table.items()
            if letters and spelt.startswith(letters)
            for name in names
        }
        return sorted(found, key=lambda name: (len(name), name))

    def like(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Places of a text that sound like the name of a thing and are written in another way."""
        for size in self._lengths:
            for start in range(len(text) - size + 1):
                piece = text[start : start + size]
                alike = (
                    name
                    for sounds in pinyin.readings(piece)
                    for name in self._alike.get((size, pinyin.loosely(sounds)), ())
                )
                for name in dict.fromkeys(alike):
                    if name != piece:
                        yield start, start + size, name


def _places(text: str, name: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield from range(at, at + len(name))
        at = text.find(name, at + 1)


# Nothing is known of any county.
PLAIN = Lexicon()
