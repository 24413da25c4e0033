"""How people write units, titles and names, and when two ways of writing mean the same.

“县委书记顾承远”, “顾书记”, “云岭县县长（代）”, “县委 书记”: a reporter knows whom they mean and not
how the record writes it. Everything here compares squeezed text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# What may follow a unit's name without making another unit of it; 县委宣传部 is not 县委.
_UNIT_TAILS = ("", "政府", "人民政府", "党委", "党组", "党工委", "机关", "领导", "班子", "领导班子")
_COURTESIES = ("同志", "先生", "女士", "本人", "等人", "等")
# After a title there may stand a name (“县长王某”); these begin something else (“县长助理”).
_NO_NAME = re.compile(
    "助|秘|司机|办|热线|专线|信箱|接待|夫人|爱人|妻|老婆|丈夫|老公|儿子|儿媳|女儿|女婿|子女|孙子|孙女"
    "|弟|哥|兄|姐|妹|父亲|母亲|岳父|岳母|亲|侄|外甥|小舅|同学|朋友|的|家|身边|级|期|以|员|科员|医师|顾问"
    "|联席|会议|负责"
)
_LONGEST_NAME = 3
_LONGEST_SURNAME = 2
# A shortened title that says by itself which post of the county is meant: 纪委书记, 县长.
_DISTINCT = re.compile("^(?:.{4,}|[县区市旗]长)$")
# The county's own leaders, whose deputies are managed where they are.
_LEADER = re.compile("[县区市旗](?:长|委书记)$|人大(?:常委会)?主任$|政协主席$")


def squeeze(text: str) -> str:
    """Text as it is compared: full-width forms folded, all white space taken out."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def parts(text: str) -> list[str]:
    """What was typed into one box, whole and piece by piece, without brackets and courtesies."""
    whole = re.sub(r"\([^()]*\)?|\[[^\]]*\]?|【[^】]*】?", "", squeeze(text))
    pieces = [whole, *re.split("[、,;/兼和与及]", whole)]
    return list(dict.fromkeys(bare for piece in pieces if (bare := _without_courtesy(piece))))


def _without_courtesy(words: str) -> str:
    for courtesy in _COURTESIES:
        words = words.removesuffix(courtesy)
    return words


@lru_cache(maxsize=4096)
def titles(title: str) -> tuple[str, ...]:
    """A title with the halves of a double post: “党组书记、局长” is 党组书记 and is 局长.

    Remembered, since the same public titles are compared with every report. What a reporter wrote
    goes through `parts`, which remembers nothing.
    """
    found = parts(title)
    return (*found, *(short for t in found if (short := t.replace("常委会", "")) != t))


def ends_in_title(words: str, title: str) -> bool:
    """“县长”, “云岭县县长”, “王县长” say 县长; “副县长” does not."""
    return words.endswith(title) and not words.removesuffix(title).endswith("副")


def says_title(words: str, title: str) -> bool:
    """`ends_in_title`, or a name stands behind: “县长王某”; “县长助理” says something else."""
    before, found, after = words.rpartition(title)
    return (
        bool(found)
        and not before.endswith("副")
        and len(after) <= _LONGEST_NAME
        and not _NO_NAME.match(after)
    )


def says_short_title(words: str, title: str) -> bool:
    """“书记” where the record has 县委书记; it does not say 县委副书记."""
    return len(words) > 1 and ends_in_title(title, words)


def is_distinct(words: str) -> bool:
    """Whether a shortened title says by itself which post of the county is meant: “纪委书记”."""
    return bool(_DISTINCT.match(words))


def says_surname(words: str, names: Iterable[str], title: str) -> bool:
    """“顾书记”: the surname of somebody who held the post, and the end of its title."""
    return any(
        words[:length] == name[:length] and says_short_title(words[length:], title)
        for name in names
        for length in range(1, _LONGEST_SURNAME + 1)
    )


def says_name(words: str, name: str, held: Iterable[str]) -> bool:
    """“顾承远”, “顾承远书记”, “县委书记顾承远”: the name, with no more than a title beside it."""
    if words.startswith(name):
        rest = words.removeprefix(name)
    elif words.endswith(name):
        rest = words.removesuffix(name)
    else:
        return False
    return not rest or any(ends_in_title(rest, t) or says_short_title(rest, t) for t in held)


def as_leader(words: str, title: str) -> str:
    """“常务副县长” as 县长, “县委副书记” as 县委书记; empty when it is no deputy of a leader."""
    if "副" not in words or not _LEADER.search(title):
        return ""
    return re.sub("(?:常务)?副", "", words)


def says_unit(words: str, names: Iterable[str]) -> int:
    """How plainly words name a unit: the length of the name they say, 0 when they do not.

    “东河镇”, “云岭县东河镇人民政府” say 东河镇; “县委宣传部” does not say 县委.
    """
    said = [len(name) for name in names for tail in _UNIT_TAILS if words.endswith(name + tail)]
    if len(words) > _LONGEST_SURNAME and words not in _UNIT_TAILS:
        said += [len(words) for name in names if name.endswith(words)]
    return max(said, default=0)


def touches_unit(words: str, names: Iterable[str]) -> bool:
    """Whether words and a unit's name hold each other at all: “东河镇财政所” touches 东河镇."""
    return any(name in words or (len(words) > 1 and words in name) for name in names)
