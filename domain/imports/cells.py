"""What people type into cells, turned into values: full-width digits, dates of all kinds, 是 and √."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.imports import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.labels import Labelled

# Full-width digits and letters become half-width; Chinese punctuation stays as it is written.
_NARROW = {
    wide: wide - 0xFEE0
    for first, last in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
    for wide in range(ord(first), ord(last) + 1)
}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_BLANKS = {ord(blank): " " for blank in "\u00a0\u2002\u2003\u2009\u3000\t\v\f"}
_FOLD = _NARROW | _INVISIBLE | _BLANKS
# Excel writes control characters as _x000D_.
_ESCAPED = re.compile(r"_x00[01][0-9A-Fa-f]_")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_CJK = r"[\u2e80-\u9fff\uf900-\ufaff]"
_BETWEEN_CJK = re.compile(rf"(?<={_CJK}) +(?={_CJK})")
_BLANKS_AND_COMMAS = re.compile("[\\s、，,\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_SERIALS = range(20_000, 80_000)  # 1954 to 2119
_YEARS = range(1900, 2101)
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


def shown(value: object, number_format: str = "General") -> str:
    """A cell's value as the person sees it, near enough: for texts and for messages."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.TRUE if value else words.FALSE
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    if isinstance(value, datetime):
        return _moment(value, number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= 1e15:
            return repr(value)
        value = int(value)
    # 000123, typed as 123 into cells formatted to show six digits.
    return str(value).zfill(len(number_format) if set(number_format) == {"0"} else 0)


def _moment(value: datetime, number_format: str) -> str:
    if value.time() != time():
        return f"{value:%Y-%m-%d %H:%M}"
    # “2024年3月” typed into a cell becomes the first of March, shown without its day.
    letters = re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format.lower())
    if "d" not in letters and "y" in letters:
        return (words.MONTH if "m" in letters else words.YEAR).format(value)
    return words.DAY.format(value)


def lines(value: object, number_format: str = "General") -> str:
    """Text of several lines: each line without blanks around it, no empty lines at the ends."""
    text = _ESCAPED.sub("", shown(value, number_format)).replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text.translate(_FOLD).replace("\u2028", "\n"))
    return "\n".join(line.strip() for line in text.split("\n")).strip("\n")


def text(value: object, number_format: str = "General") -> str:
    """Text of one line. A line break inside Chinese words (a narrow column) vanishes."""
    flat = re.sub(r"\s+", " ", lines(value, number_format))
    return _BETWEEN_CJK.sub("", flat)


def is_nothing(value: str) -> bool:
    """Whether a text is what people write to say that there is nothing to write."""
    return value in words.NOTHING


def key(value: object) -> str:
    """What is compared where people write one thing in several ways: width, blanks, case."""
    folded = unicodedata.normalize("NFKC", value if isinstance(value, str) else shown(value))
    return _BLANKS_AND_COMMAS.sub("", folded).casefold()


def day(value: object, *, since_1904: bool = False) -> date | None:
    """A day, from a date cell, a serial number or one of the usual ways to write it.

    A month without a day is refused: what is published as a fact must not be invented.

    Raises:
        Refused: it is no day.
    """
    if isinstance(value, datetime):
        return _within(value.date(), value)
    if isinstance(value, date):
        return _within(value, value)
    if isinstance(value, (time, timedelta, bool)):
        raise _no_day(value)
    written = unicodedata.normalize("NFKC", shown(value)).translate(_INVISIBLE).strip()
    written = re.sub(r"\s+", "", words.TIME_OF_DAY.sub("", written))
    if is_nothing(written) or written in words.OPEN_END:
        return None
    if found := words.FULL_DAY.fullmatch(written) or words.EIGHT_DIGITS.fullmatch(written):
        return _real_day(*(int(part) for part in found.groups()), value=value)
    if written.isdecimal() and int(written) in _SERIALS:
        return _EPOCHS[since_1904] + timedelta(days=int(written))
    if words.WITHOUT_DAY.fullmatch(written):
        raise Refused("“%(value)s”没有写到“日”，请写全，例如 2024年3月1日", value=shown(value))
    raise _no_day(value)


def _real_day(year: int, month: int, number: int, *, value: object) -> date:
    try:
        return _within(date(year, month, number), value)
    except ValueError:
        raise Refused("没有“%(value)s”这一天", value=shown(value)) from None


def _within(found: date, value: object) -> date:
    if found.year not in _YEARS:
        raise Refused("“%(value)s”的年份不对", value=shown(value))
    return found


def _no_day(value: object) -> Refused:
    return Refused(
        "“%(value)s”不是日期，请写成 2024-03-01 或 2024年3月1日的样子", value=shown(value)
    )


def flag(value: object) -> bool | None:
    """是 or 否 in its many signs; None when nothing is written.

    Raises:
        Refused: it is neither.
    """
    written = unicodedata.normalize("NFKC", shown(value)).strip().upper()
    if written in words.YES:
        return True
    if written in words.NO:
        return False
    if is_nothing(written):
        return None
    raise Refused("“%(value)s”看不出是还是否，请填“是”或“否”", value=shown(value))


def whole_number(value: object) -> int | None:
    """A whole number of at most nine digits, or None when nothing is written.

    Raises:
        Refused: it is none.
    """
    written = unicodedata.normalize("NFKC", shown(value)).strip()
    if is_nothing(written):
        return None
    if re.fullmatch(r"[0-9]{1,9}", written):
        return int(written)
    raise Refused("“%(value)s”不是整数", value=shown(value))


def choice(
    value: object, members: Mapping[str, Labelled], options: Iterable[str]
) -> Labelled | None:
    """A member by one of the words for it, as `key` writes them; None when nothing is written.

    Raises:
        Refused: it is none of them; the sentence lists the options.
    """
    written = key(value)
    if is_nothing(written):
        return None
    if written not in members:
        raise Refused(
            "“%(value)s”不在可选项内，可选：%(options)s",
            value=text(value),
            options="、".join(options),
        )
    return members[written]
