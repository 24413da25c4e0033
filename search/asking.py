"""What a query asks for: its words, and what is searched besides them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from search.lexicon import PLAIN, Because
from search.words import (
    COUNTED,
    COUNTER_WORDS,
    DIGITS,
    LONGEST_TOKEN,
    PIECE,
    PREFIXES,
    RUN,
    fold,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from search.lexicon import Also, Lexicon

QUERY_CHARACTERS = 120
QUERY_WORDS = 16
# A synonym counts for less than the word that was typed, and the less the later it is named.
_OTHER, _LATER = 0.5, 0.8
# What two words side by side add.
_JOINT = 0.25

_COUNTED = COUNTER_WORDS | {"季度"}

# Function words of everyday questions. They are indexed like all others; a query only leaves them
# out when something else is left.
_FUNCTION_WORDS = """
    的 了 和 与 及 或 在 是 有 被 把 对 从 到 由 于 向 之 其 这 那 也 都 就 又 还 很 吗 呢 吧 啊 呀
    我 你 他 她 它 们 我们 你们 他们 谁 什么 怎么 怎样 如何 哪 哪里 哪些 哪个 为什么 多少 几
    请问 一下 可以 能 能不能 有没有 是不是 要 想 找 归 管 归谁管 谁管 咋 咋办 怎么办 the of and or not a an in on to is
    该 应该 到 去 给 让 得 来 领 领取 办 弄 搞 拿 读 定 看 看到 知道 不 没 没有 不到 好久 多久 好 老 难 第 每 几个 多 大
    在哪里 到哪里 哪儿 去哪 哪个管 找谁 谁批 咱 咱们 俺 我家 家里 人家 自己 孩子 小孩 娃 娃儿
    想读 想去 想上 想办 想问 想要 想知道 村里 村上 镇里 镇上 乡里 乡上 县里 县上
    for at by with how what where who which when can do does i my
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())

# What people write by habit for other search engines. It says where to look, not what for.
_WHERE = re.compile(
    r"(?<!\w)(?:(?:all)?in(?:title|text)|title|text|body):|(?<!\w)(?:site|inurl|filetype):\S*"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query.

    ``grams`` are the terms that a document must have, all of them, to contain the word;
    ``scores`` says how much each term counts when it does. A document that has one of ``others``
    has the word as well.
    """

    text: str
    grams: tuple[str, ...]
    scores: tuple[tuple[str, float], ...]
    others: tuple[Word, ...] = ()

    @property
    def forms(self) -> tuple[Word, ...]:
        """The word itself and what is searched besides it."""
        return (self, *self.others)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query asks for."""

    key: str
    words: tuple[Word, ...] = ()
    # Pairs across the border of two words: documents that have the words side by side come first.
    joints: tuple[str, ...] = ()
    # What is searched besides the words as they were typed.
    also: tuple[Also, ...] = ()
    # Whether the query was longer than anybody needs and its end was left out.
    cut: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Whole names that the query may be: first as typed, then what its only word also means."""
        others = self.words[0].others if len(self.words) == 1 else ()
        return tuple(dict.fromkeys((self.key, *(other.text for other in others))))

    @property
    def telling(self) -> tuple[Word, ...]:
        """The words to look for where nothing has all of them.

        One character alone is in half of all documents and says nothing beside longer words.
        """
        return tuple(word for word in self.words if len(word.text) > 1) or self.words

    @property
    def factors(self) -> dict[str, float]:
        """Every term that counts, and how much before it is known how rare it is."""
        factors: dict[str, float] = {}
        for word in self.words:
            for form in word.forms:
                for term, factor in form.scores:
                    factors[term] = max(factors.get(term, 0.0), factor)
        for joint in self.joints:
            factors[joint] = factors.get(joint, 0.0) + _JOINT
        return factors

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for, as opposed to something that cannot be found."""
        return not self.words


def wanted(text: str, lexicon: Lexicon = PLAIN, *, expand: bool = True) -> Wanted:
    """Read a query. Any text will do: there is no syntax in it, and so no way to get it wrong.

    Args:
        lexicon: how the county's words are cut, and what else they mean.
        expand: whether to search anything besides the words as they were typed.
    """
    folded = fold(text[: 2 * QUERY_CHARACTERS]).text.strip()
    cut = len(text) > 2 * QUERY_CHARACTERS or len(folded) > QUERY_CHARACTERS
    folded = _said(folded[:QUERY_CHARACTERS])
    words: dict[str, Word] = {}
    joints: list[str] = []
    for run in _runs(folded, lexicon if expand else PLAIN):
        pieces = _pieces(run, lexicon)
        words.update((piece, _word(piece, short=len(text.strip()) <= 2)) for piece in pieces)
        joints += [a[-1] + b[0] for a, b in pairwise(pieces)]
    if not words:
        words = {symbol: _word(symbol) for symbol in "".join(folded.split())}
    telling = [word for piece, word in words.items() if piece not in STOP_WORDS]
    chosen = (telling or list(words.values()))[:QUERY_WORDS]
    also = [found for word in chosen if expand and (found := lexicon.also(word.text))]
    return Wanted(
        key=_name(key(folded), [word.text for word in chosen], also),
        words=tuple(_expanded(word, also) for word in chosen),
        joints=tuple(dict.fromkeys(joints))[:QUERY_WORDS],
        also=tuple(also),
        cut=cut or len(telling or words) > QUERY_WORDS,
    )


def _name(typed: str, words: Sequence[str], also: Sequence[Also]) -> str:
    """The name that a query may be: letters that spell one stand for it."""
    spelt = len(words) == len(also) == 1 and also[0].because is Because.PINYIN
    return also[0].others[0] if spelt else typed


def _said(folded: str) -> str:
    """A query without what is only habit, such as ``title:``; if nothing else is left, all of it."""
    left = _WHERE.sub(" ", folded).replace("_", " ").strip()
    return left or folded


def _runs(folded: str, lexicon: Lexicon) -> list[str]:
    """What blanks and punctuation leave; letters that only together spell a name are one."""
    runs = RUN.findall(folded)
    together = "".join(runs)
    return [together] if len(runs) > 1 and lexicon.also(together) else runs


def _expanded(word: Word, also: Iterable[Also]) -> Word:
    others = [_word(other) for found in also if found.word == word.text for other in found.others]
    weaker = (
        replace(other, scores=tuple((term, share * factor) for term, factor in other.scores))
        for share, other in zip(_shares(), others, strict=False)
    )
    return replace(word, others=tuple(weaker))


def _shares() -> Iterator[float]:
    share = _OTHER
    while True:
        yield share
        share *= _LATER


def _pieces(run: str, lexicon: Lexicon) -> list[str]:
    """Cut one run of a query into its words, which do not overlap."""
    if len(run) <= 2:
        return [run]
    pieces: list[str] = []
    for match in PIECE.finditer(run):
        if not match["han"]:
            pieces.append(match[0])
            continue
        cut = lexicon.cut(match[0])
        if match.start() and run[match.start() - 1] in DIGITS and cut[0] in _COUNTED:
            # 2024年 and 3季度 are one word; 2024年度 is two.
            pieces[-1] += cut.pop(0)
        pieces += cut
    return pieces


def _word(piece: str, *, short: bool = False) -> Word:
    """How to find a word; in a short query, whose one or two characters are found anywhere."""
    if len(piece) <= 2:
        return Word(piece, (piece,), ((piece, 1.0),))
    if not short and COUNTED.fullmatch(piece):
        number = _number(piece[:-1])
        return Word(piece, (number, piece[-2:]), ((piece, 1.0), (number, 0.5)))
    if not short and piece[0] in DIGITS and piece[-1] in DIGITS:
        # By its pairs 2023 would be found in “2020年的23项”.
        number = _number(piece)
        return Word(piece, (number,), ((number, 1.0),))
    pairs = tuple(dict.fromkeys(piece[n : n + 2] for n in range(len(piece) - 1)))
    part = 0.5 / len(pairs)
    return Word(piece, pairs, ((piece[:LONGEST_TOKEN], 1.0), *((pair, part) for pair in pairs)))


def _number(text: str) -> str:
    """The term that stands for a number: itself, or the longest beginning that is indexed."""
    return text if len(text) <= PREFIXES[-1] else text[: PREFIXES[-1]]
