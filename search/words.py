"""The one analyser: every index and every query reads text through this file.

Text is folded (width, case, compatibility forms) and cut into terms of three sorts:

* single characters and adjacent pairs, so that whatever one or two characters a citizen types,
  everything that contains them is found, wherever a dictionary would have cut;
* dictionary words (jieba in search mode) and whole numbers and Latin words, so that real words
  count for more than accidental neighbours;
* the beginnings of long numbers.

Traditional characters, synonyms and pinyin belong here too when they come.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING

import rjieba

if TYPE_CHECKING:
    from collections.abc import Mapping

# An index remembers it. Change it whenever the same text gives other terms than before.
VERSION = "1"

QUERY_CHARACTERS = 120
QUERY_WORDS = 16
_LONGEST_TOKEN = 40
_PREFIXES = range(3, 20)
_DIGITS = frozenset("0123456789")

# Function words of everyday questions. They are indexed like all others; a query only leaves them
# out when something else is left.
_FUNCTION_WORDS = """
    的 了 和 与 及 或 在 是 有 被 把 对 从 到 由 于 向 之 其 这 那 也 都 就 又 还 很 吗 呢 吧 啊 呀
    我 你 他 她 它 们 我们 你们 他们 谁 什么 怎么 怎样 如何 哪 哪里 哪些 哪个 为什么 多少 几
    请问 一下 可以 能 能不能 有没有 是不是 the of and a an in on to is
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())

_IDEOGRAPHIC = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u30ff\u3105-\u312f\u3400-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_MARKS = "".join(
    chr(code) for code in range(0x300, 0xFE00) if unicodedata.category(chr(code))[0] == "M"
)
_NUMBER = r"[0-9]+(?:\.[0-9]+)*"
_LETTERS = rf"(?:[^\W\d_{_IDEOGRAPHIC}]|[{_MARKS}])+"
_COUNTER_WORDS = frozenset("年月日号元万亿条项个人次届期岁米吨")

_WORDS = rf"[\w{_MARKS}]+"
# What lies between two blanks or marks of punctuation; the point of a number is none.
_RUN = re.compile(rf"({_WORDS}(?:(?<=[0-9])\.(?=[0-9]){_WORDS})*)")
_PIECE = re.compile(rf"{_NUMBER}|{_LETTERS}|\d+|(?P<han>[{_IDEOGRAPHIC}]+)|.", re.DOTALL)
_HAN = re.compile(rf"[{_IDEOGRAPHIC}]{{2,}}")
_FOREIGN = re.compile(rf"(?:[^\W{_IDEOGRAPHIC}]|[{_MARKS}.])+")
_TOKEN = re.compile(rf"{_NUMBER}|{_LETTERS}|\d+")
_COUNTED = re.compile(rf"{_NUMBER}[{''.join(sorted(_COUNTER_WORDS))}]")

# One character for one character, so that most texts keep their offsets.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x1680, 0x2028, 0x2029], 0x20)
_SIMPLE = str.maketrans({chr(code): chr(to) for code, to in (_WIDE | _CONTROL).items()})
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
    simple = text.translate(_SIMPLE)
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


def key(text: str) -> str:
    """A name as names are compared: folded, without blanks and punctuation."""
    folded = fold(text).text
    return "".join(_RUN.findall(folded)) or "".join(folded.split())


def count(text: str) -> Mapping[str, int]:
    """How often each term occurs. A word counts twice, a mere character or pair once."""
    parts = _RUN.split(fold(text).text)
    runs = " ".join(parts[1::2])
    terms = [*runs, *map(add, runs, runs[1:]), *"".join(parts[::2])]
    for word in rjieba.cut_for_search(runs):
        if len(word) == 2:
            terms.append(word)
        elif len(word) > 2:
            terms += (word, word)
    for foreign in _FOREIGN.findall(runs):
        terms += _tokens(foreign)
    terms += _COUNTED.findall(runs)
    return {term: times for term, times in Counter(terms).items() if " " not in term}


def _tokens(text: str) -> list[str]:
    """Latin words and numbers; of numbers also their dotted parts and how long ones begin."""
    found: list[str] = []
    for token in _TOKEN.findall(text):
        found.append(token[:_LONGEST_TOKEN])
        if token[0] in _DIGITS:
            parts = {token, *token.split(".")}
            found += parts - {token}
            found += [part[:size] for part in parts for size in _PREFIXES if size < len(part)]
    return found


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query.

    ``grams`` are the terms that a document must have, all of them, to contain the word;
    ``scores`` says how much each term counts when it does.
    """

    text: str
    grams: tuple[str, ...]
    scores: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query asks for."""

    key: str
    words: tuple[Word, ...] = ()
    # Pairs across the border of two words: documents that have the words side by side come first.
    joints: tuple[str, ...] = ()
    # Whether the query was longer than anybody needs and its end was left out.
    cut: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for, as opposed to something that cannot be found."""
        return not self.words


def wanted(text: str) -> Wanted:
    """Read a query. Any text will do: there is no syntax in it, and so no way to get it wrong."""
    folded = fold(text[: 2 * QUERY_CHARACTERS]).text.strip()
    cut = len(text) > 2 * QUERY_CHARACTERS or len(folded) > QUERY_CHARACTERS
    folded = folded[:QUERY_CHARACTERS]
    words: dict[str, Word] = {}
    joints: list[str] = []
    for run in _RUN.findall(folded):
        pieces = _pieces(run)
        words.update((piece, _word(piece, short=len(text.strip()) <= 2)) for piece in pieces)
        joints += [a[-1] + b[0] for a, b in pairwise(pieces)]
    if not words:
        words = {symbol: _word(symbol) for symbol in "".join(folded.split())}
    telling = [word for piece, word in words.items() if piece not in STOP_WORDS]
    chosen = telling or list(words.values())
    return Wanted(
        key=key(folded),
        words=tuple(chosen[:QUERY_WORDS]),
        joints=tuple(dict.fromkeys(joints))[:QUERY_WORDS],
        cut=cut or len(chosen) > QUERY_WORDS,
    )


def _pieces(run: str) -> list[str]:
    """Cut one run of a query into its words, which do not overlap."""
    if len(run) <= 2:
        return [run]
    pieces: list[str] = []
    for match in _PIECE.finditer(run):
        if not match["han"]:
            pieces.append(match[0])
            continue
        cut = rjieba.cut(match[0])
        if match.start() and run[match.start() - 1] in _DIGITS and cut[0] in _COUNTER_WORDS:
            # 2024年 is one word; 2024年度 is two.
            pieces[-1] += cut.pop(0)
        pieces += cut
    return pieces


def _word(piece: str, *, short: bool = False) -> Word:
    """How to find a word; in a short query, whose one or two characters are found anywhere."""
    if len(piece) <= 2:
        return Word(piece, (piece,), ((piece, 1.0),))
    if not short and _COUNTED.fullmatch(piece):
        number = _number(piece[:-1])
        return Word(piece, (number, piece[-2:]), ((piece, 1.0), (number, 0.5)))
    if not short and piece[0] in _DIGITS:
        # By its pairs 2023 would be found in “2020年的23项”.
        number = _number(piece)
        return Word(piece, (number,), ((number, 1.0),))
    pairs = tuple(dict.fromkeys(piece[n : n + 2] for n in range(len(piece) - 1)))
    part = 0.5 / len(pairs)
    return Word(piece, pairs, ((piece[:_LONGEST_TOKEN], 1.0), *((pair, part) for pair in pairs)))


def _number(text: str) -> str:
    """The term that stands for a number: itself, or the longest beginning that is indexed."""
    return text if len(text) <= _PREFIXES[-1] else text[: _PREFIXES[-1]]
