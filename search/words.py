"""The one analyser: every index and every query reads text through this file.

Text is folded (width, case, compatibility forms) and cut into terms of three sorts:

* single characters and adjacent pairs, so that whatever one or two characters a citizen types,
  everything that contains them is found, wherever a dictionary would have cut;
* dictionary words (jieba in search mode) and whole numbers and Latin words, so that real words
  count for more than accidental neighbours;
* the beginnings of long numbers.

What a query's words are, and what is searched besides them, is `search.asking`: nothing a document
is indexed by depends on a dictionary that changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import add
from typing import TYPE_CHECKING

import rjieba
from opencc import OpenCC

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# An index remembers it. Change it whenever the same text gives other terms than before.
VERSION = "2"

LONGEST_TOKEN = 40
PREFIXES = range(3, 20)
DIGITS = frozenset("0123456789")

_IDEOGRAPHIC = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u30ff\u3105-\u312f\u3400-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_MARKS = "".join(
    chr(code) for code in range(0x300, 0xFE00) if unicodedata.category(chr(code))[0] == "M"
)
_NUMBER = r"[0-9]+(?:\.[0-9]+)*"
_LETTERS = rf"(?:[^\W\d_{_IDEOGRAPHIC}]|[{_MARKS}])+"
COUNTER_WORDS = frozenset("年月日号元万亿条项个人次届期岁米吨")

_WORDS = rf"[\w{_MARKS}]+"
# What lies between two blanks or marks of punctuation; the point of a number is none.
RUN = re.compile(rf"({_WORDS}(?:(?<=[0-9])\.(?=[0-9]){_WORDS})*)")
PIECE = re.compile(rf"{_NUMBER}|{_LETTERS}|\d+|(?P<han>[{_IDEOGRAPHIC}]+)|.", re.DOTALL)
_HAN = re.compile(rf"[{_IDEOGRAPHIC}]{{2,}}")
_FOREIGN = re.compile(rf"(?:[^\W{_IDEOGRAPHIC}]|[{_MARKS}.])+")
_TOKEN = re.compile(rf"{_NUMBER}|{_LETTERS}|\d+")
COUNTED = re.compile(rf"{_NUMBER}[{''.join(sorted(COUNTER_WORDS))}]")

# One character for one character, so that most texts keep their offsets.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x1680, 0x2028, 0x2029], 0x20)


def _simplified() -> dict[int, int]:
    """Traditional characters to simplified ones, each by itself: a phrase never changes another."""
    characters = [chr(code) for code in (*range(0x3400, 0xA000), *range(0x20000, 0x2EBE1))]
    once = OpenCC("t2s").convert("\n".join(characters))
    simple = OpenCC("t2s").convert(once).split("\n")
    return {ord(a): ord(b) for a, b in zip(characters, simple, strict=True) if a != b}


_SIMPLE = {**_WIDE, **_CONTROL, **_simplified()}
# Looking every character up takes longer than all else that folding does. Most texts need it for
# nothing but a few marks, each of which is quicker to replace by itself.
_USUAL = [(mark, chr(_SIMPLE[ord(mark)])) for mark in "，：；（）\n"]
_BASIC = "".join(re.escape(chr(code)) for code in sorted(_SIMPLE) if code < 0x10000)
_LEFT = re.compile(f"[{_BASIC}\U00010000-\U0010ffff]")
# Nobody sees these, and they come along with text copied from web pages and phones.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e0fff"
)
_IGNORED = re.compile(rf"[{_INVISIBLE}]")
_CLUSTER = re.compile(rf"[^{_MARKS}\uff9e\uff9f][{_MARKS}\uff9e\uff9f]*|.", re.DOTALL)


def read_dictionary() -> None:
    """Read jieba's dictionary now, a tenth of a second, instead of at the first use."""
    rjieba.cut("权力公开")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text that remembers where each of its characters came from."""

    text: str
    # For each folded character the span of the original that it stands for; None: its own place.
    origin: tuple[tuple[int, int], ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's span for a non-empty span of the folded text."""
        if self.origin is None:
            return start, end
        return self.origin[start][0], self.origin[end - 1][1]


def fold(text: str) -> Folded:
    """Make text comparable: NFKC, case, width; control characters are blanks, invisible ones go.

    Folding more than once changes nothing more.
    """
    simple = text
    for mark, plain in _USUAL:
        simple = simple.replace(mark, plain)
    if _LEFT.search(simple):
        simple = simple.translate(_SIMPLE)
    folded = simple.casefold()
    if (
        len(folded) == len(text)
        and unicodedata.is_normalized("NFKC", folded)
        and not _IGNORED.search(folded)
    ):
        return Folded(folded)
    pieces: list[str] = []
    origin: list[tuple[int, int]] = []
    for match in _CLUSTER.finditer(simple):
        piece = _fold_cluster(match[0])
        pieces.append(piece)
        origin += [match.span()] * len(piece)
    return Folded("".join(pieces), tuple(origin))


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    cluster = _IGNORED.sub("", cluster)
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return _IGNORED.sub("", unicodedata.normalize("NFKC", once.casefold()).translate(_SIMPLE))


def as_written(texts: Iterable[str]) -> str:
    """A regular expression for any of some folded texts as people write them: 陈 and 陳, a and Ａ.

    For what is stored as it was written; blanks and the dot of names may stand between characters
    (周　明). Python and PostgreSQL read it alike. Each character stands in it by its number, so that
    no text can mean anything else. Letters whose accent is a character of its own are not found.
    """
    return "|".join(_WITHIN_NAMES.join(map(_spelt, text)) for text in texts)


@lru_cache(maxsize=4096)
def _spelt(character: str) -> str:
    """The characters that fold to one, as a class of a regular expression."""
    cases = {character} | ({character.upper()} if len(character.upper()) == 1 else set())
    alike = cases.union(*(_spellings().get(case, ()) for case in cases))
    return _class_of(sorted(alike))


def _class_of(characters: Iterable[str]) -> str:
    numbers = "".join(rf"\U{ord(character):08x}" for character in characters)
    return f"[{numbers}]"


_WITHIN_NAMES = _class_of(" \xa0\u3000·•‧・") + "*"


@cache
def _spellings() -> Mapping[str, list[str]]:
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for written, simple in _SIMPLE.items():
        spellings[chr(simple)].append(chr(written))
    return spellings


def key(text: str) -> str:
    """A name as names are compared: folded, without blanks and punctuation."""
    folded = fold(text).text
    return "".join(RUN.findall(folded)) or "".join(folded.split())


def count(text: str) -> Mapping[str, int]:
    """How often each term occurs. A word counts twice, a mere character or pair once."""
    parts = RUN.split(fold(text).text)
    runs = " ".join(parts[1::2])
    terms = [*runs, *map(add, runs, runs[1:]), *"".join(parts[::2])]
    for word in rjieba.cut_for_search(runs):
        if len(word) == 2:
            terms.append(word)
        elif len(word) > 2:
            terms += (word, word)
    for foreign in _FOREIGN.findall(runs):
        terms += _tokens(foreign)
    terms += COUNTED.findall(runs)
    return {term: times for term, times in Counter(terms).items() if " " not in term}


def _tokens(text: str) -> list[str]:
    """Latin words and numbers; of numbers also their dotted parts and how long ones begin."""
    found: list[str] = []
    for token in _TOKEN.findall(text):
        found.append(token[:LONGEST_TOKEN])
        if token[0] in DIGITS:
            parts = {token, *token.split(".")}
            found += parts - {token}
            found += [part[:size] for part in parts for size in PREFIXES if size < len(part)]
    return found
