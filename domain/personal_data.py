"""Personal data in what is about to become public: found, shown in context, confirmed or taken out.

What protects a person is a pair of eyes; this only says where to look. It would rather show too
much than too little, but numbers with a check digit are shown only when it is right, so that
amounts, years and document numbers do not bury what matters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from domain import markup
from domain.errors import Refused
from domain.labels import N_, Labelled

# What people put between the digits of a number, at most a few at a time.
_GAP = r"[\s\-‐‑‒–—―_·.]{0,3}"
_AROUND, _NEAR = 18, 200
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十百]{1,4})"
# As long as RFC 5321 and DNS let them be; without an end every letter would be read to the last.
_LOCAL, _NAME = r"[\w.+-]{1,64}", r"[\w-]{1,63}"
# Zero-width letters hide in pasted numbers.
_NOTHING = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
# GB/T 2260: the first two digits of the place of registration.
_REGIONS = frozenset(
    str(number)
    for decade, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
    )
    for number in range(decade, last + 1)
)
# GB 11643, and MOD 11-2 of ISO 7064.
_WEIGHTS, _CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


class DataKind(Labelled):
    """What kind of personal data something looks like."""

    ID_CARD = "id_card", N_("身份证号")
    BANK_CARD = "bank_card", N_("银行卡号")
    MOBILE = "mobile", N_("手机号码")
    LANDLINE = "landline", N_("固定电话")
    EMAIL = "email", N_("电子邮箱")
    PLATE = "plate", N_("车牌号")
    ADDRESS = "address", N_("住址")


@dataclass(frozen=True)
class Finding:
    """A passage that looks like personal data.

    Attributes:
        start, end: where it stands in the text that was looked at.
        before, quote, after: the passage in context, without tags.
        mark: names kind and content, for a form to confirm; says nothing of either.
    """

    kind: DataKind
    start: int
    end: int
    quote: str = field(repr=False)
    before: str = field(repr=False)
    after: str = field(repr=False)
    mark: str = ""


def _digits(count: str) -> str:
    return rf"(?:{_GAP}\d){{{count}}}"


def _number(pattern: str) -> re.Pattern[str]:
    """A number that may begin at any digit, even within what another one would have taken."""
    return re.compile(rf"(?<!\d)(?=({pattern}(?!\d)))")


# Ordered: what has been found to be one thing is not looked at again as another.
_PATTERNS: tuple[tuple[DataKind, re.Pattern[str]], ...] = (
    (DataKind.ID_CARD, _number(rf"[1-8]{_digits('16')}{_GAP}[\dXx]")),
    *((DataKind.BANK_CARD, _number(f"[3-69]{_digits(str(n))}")) for n in (18, 17, 16, 15)),
    (DataKind.ID_CARD, _number(f"[1-8]{_digits('14')}")),
    (DataKind.MOBILE, _number(rf"(?:(?:\+|00)86{_GAP})?1{_GAP}[3-9]{_digits('9')}")),
    (
        DataKind.LANDLINE,
        re.compile(rf"(?<!\d)\(?0(?:10|2\d|[3-9]\d{{2}})\)?{_GAP}[2-8]{_digits('6,7')}(?!\d)"),
    ),
    (DataKind.EMAIL, re.compile(rf"{_LOCAL}@{_NAME}(?:\.{_NAME}){{1,8}}", re.ASCII)),
    (
        DataKind.PLATE,
        re.compile(
            rf"[{_PLACES}]\s?[A-HJ-NP-Z][·.\s\-]?(?=[A-Z]{{0,5}}\d)[A-HJ-NP-Z0-9]{{5,6}}(?![A-Z0-9])"
        ),
    ),
    (
        DataKind.ADDRESS,
        re.compile(
            r"[\u4e00-\u9fff]{1,10}(?:小区|花园|家园|嘉园|公寓|新村|苑|里弄)[^，。；、\n]{0,4}?"
            rf"{_COUNT}\s?(?:号楼|栋|幢|单元|室|号|楼)(?:[\d\-]+(?:单元|室|号)?)*"
            rf"|{_COUNT}\s?(?:号楼|栋|幢)[^，。；、\n]{{0,3}}?{_COUNT}\s?(?:单元|室|号|楼)(?:\s?\d+(?:室|号)?)?"
            rf"|{_COUNT}\s?单元\s?\d{{2,4}}\s?(?:室|号)?"
            rf"|[\u4e00-\u9fff]{{1,8}}[村社](?:委会)?第?{_COUNT}(?:村民小组|小组|组)(?:\s?\d+\s?号)?"
            r"|[\u4e00-\u9fff]{2,10}(?:路|街|巷|弄|胡同)\s?\d{1,5}\s?号(?:附\s?\d+\s?号|院?\s?\d+\s?(?:号楼|栋|幢|单元|室))"
        ),
    ),
)


def find(text: str, *, known: Collection[str] = ()) -> list[Finding]:
    """Passages of a text, plain or rich, that look like personal data, in their order.

    Args:
        known: numbers that the office publishes of itself, such as its telephone.
    """
    folded, places = _folded(text)
    public = {_bare(one) for one in known}
    taken = bytearray(len(folded))
    found = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            span = match.span(pattern.groups)
            said = _bare(folded[slice(*span)])
            if not _holds(kind, said) or said in public or any(taken[slice(*span)]):
                continue
            taken[slice(*span)] = b"\1" * (span[1] - span[0])
            place = places[span[0]], places[span[1] - 1] + 1
            before = _shown(text, folded, places, range(max(span[0] - _NEAR, 0), span[0]))
            after = _shown(text, folded, places, range(span[1], min(span[1] + _NEAR, len(folded))))
            around = before[-_AROUND:], after[:_AROUND]
            found.append(_finding(text, kind, place, around))
    return sorted(found, key=lambda one: one.start)


def masked(text: str, found: Collection[Finding], by: str = "■■") -> str:
    """A text with these findings blotted out."""
    for one in sorted(found, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + by + text[one.end :]
    return text


def ensure_confirmed(found: Collection[Finding], confirmed: Collection[str]) -> None:
    """Refuse a publication while somebody has not looked at every finding.

    Args:
        confirmed: the marks of those that somebody has looked at and says may be public.
    """
    left = [one for one in found if one.mark not in confirmed]
    if left:
        raise Refused(
            "还有 %(count)s 处像是个人信息（%(kinds)s），请逐处核对：可以公开的打钩，不能公开的先去掉",
            count=len(left),
            kinds=list(dict.fromkeys(one.kind for one in left)),
        )


class Unconfirmed(Exception):
    """Words that are about to become public hold what looks like personal data; nobody has looked.

    No `Refused`: nothing is wrong with the act. Whoever does it is shown the findings once, and
    takes them out or confirms them.

    Attributes:
        text: the words, as they were given.
        findings: what has not been confirmed.
    """

    def __init__(self, text: str, findings: list[Finding]) -> None:
        super().__init__()
        self.text, self.findings = text, findings


def for_public(text: str, confirmed: Collection[str]) -> str:
    """Words of staff that the public will read, such as a reason, without blanks around them.

    Args:
        confirmed: the marks of the findings that whoever wrote it has looked at.

    Raises:
        Unconfirmed: something else in it looks like personal data.
    """
    found = find(text)
    if any(one.mark not in confirmed for one in found):
        raise Unconfirmed(text, found)
    return text.strip()


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as patterns read it, and for each of its letters the place it came from.

    Full-width forms are folded, tags taken out: one inside a line joins, any other parts.
    """
    letters: list[str] = []
    places: list[int] = []
    for start, end, shown in _pieces(text):
        for place in range(start, end):
            letter = text[place]
            for folded in "" if letter in _NOTHING else unicodedata.normalize("NFKC", letter):
                letters.append(folded)
                places.append(place)
        if shown:
            letters.append(shown)
            places.append(max(end - 1, 0))
    return "".join(letters), places


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches without tags, each with what the tag behind it is read as."""
    start = 0
    for tag in markup.TAG.finditer(text):
        yield start, tag.start(), "" if markup.is_inline(tag[0]) else "\n"
        start = tag.end()
    yield start, len(text), ""


def _bare(said: str) -> str:
    """A passage without what stands between its letters, to compare and to name it by."""
    return re.sub(r"[\s\-‐‑‒–—―_·.()]", "", unicodedata.normalize("NFKC", said)).upper()


def _holds(kind: DataKind, said: str) -> bool:
    if kind is DataKind.ID_CARD:
        return _is_id_card(said)
    return kind is not DataKind.BANK_CARD or _is_card(said)


def _is_id_card(number: str) -> bool:
    if number[:2] not in _REGIONS:
        return False
    if len(number) == 15:
        return _is_day(f"19{number[6:12]}")
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _is_day(number[6:14]) and _CHECKS[total % 11] == number[17]


def _is_day(text: str) -> bool:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return day.year >= 1880


def _is_card(number: str) -> bool:
    """Luhn's formula, ISO/IEC 7812-1."""
    doubled = (
        int(digit) * 2 - (9 if int(digit) > 4 else 0) if place % 2 else int(digit)
        for place, digit in enumerate(reversed(number))
    )
    return sum(doubled) % 10 == 0 and len(set(number)) > 1


def _finding(text: str, kind: DataKind, place: tuple[int, int], around: tuple[str, str]) -> Finding:
    quote = markup.TAG.sub("", text[slice(*place)])
    mark = hashlib.sha256(f"{kind.value}:{_bare(quote)}".encode()).hexdigest()
    return Finding(kind, *place, quote, *around, mark[:16])


def _shown(text: str, folded: str, places: list[int], near: range) -> str:
    """A stretch of the folded text as it was typed, without tags."""
    letters = (
        " " if folded[n].isspace() else text[places[n]]
        for n in near
        if folded[n].isspace() or n == near.start or places[n] != places[n - 1]
    )
    return " ".join("".join(letters).split())
