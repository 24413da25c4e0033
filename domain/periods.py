"""Periods 时期: a year, half, quarter or month, out of the words that units use and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unicodedata import normalize

from domain.labels import N_, Labelled

if TYPE_CHECKING:
    from collections.abc import Iterator

YEARS = range(1949, 2201)
_HALVES = (N_("%(year)s年上半年"), N_("%(year)s年下半年"))
_QUARTERS = (
    N_("%(year)s年第一季度"),
    N_("%(year)s年第二季度"),
    N_("%(year)s年第三季度"),
    N_("%(year)s年第四季度"),
)
_NUMBERS = {word: n for n, word in enumerate("一二三四五六七八九十", start=1)}
_NUMBERS |= {"十一": 11, "十二": 12, "上": 1, "下": 2}
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_SPELLED = re.compile("[〇○零一二三四五六七八九]{4}(?=年)")
_YEAR = r"(\d{4})年?度?"
_MONTH = r"(\d{1,2}|十[一二]?|[一二三四五六七八九])"


class Span(Labelled):
    """How long a period is."""

    YEAR = "year", N_("年度")
    HALF = "half", N_("半年")
    QUARTER = "quarter", N_("季度")
    MONTH = "month", N_("月")

    @property
    def months(self) -> int:
        """Its length in months."""
        return {Span.YEAR: 12, Span.HALF: 6, Span.QUARTER: 3, Span.MONTH: 1}[self]


# What stands in a `Period.code` between year and number.
LETTERS = {Span.HALF: "H", Span.QUARTER: "Q", Span.MONTH: "M"}
_SPANS = {12: Span.YEAR, 6: Span.HALF, 3: Span.QUARTER, 1: Span.MONTH}
_WORDED: tuple[tuple[re.Pattern[str], Span], ...] = (
    (re.compile(rf"{_YEAR}(?:全年)?"), Span.YEAR),
    (re.compile(rf"{_YEAR}([上下])半年度?"), Span.HALF),
    (re.compile(rf"{_YEAR}第?([一二三四1-4])季度?"), Span.QUARTER),
    (re.compile(rf"{_YEAR}{_MONTH}月份?"), Span.MONTH),
    (re.compile(r"(\d{4})[-./](\d{1,2})"), Span.MONTH),
    (re.compile(r"(\d{4})H([12])"), Span.HALF),
    (re.compile(r"(\d{4})Q([1-4])"), Span.QUARTER),
    (re.compile(r"(\d{4})M(\d{2})"), Span.MONTH),
)
_RANGE = re.compile(rf"{_YEAR}{_MONTH}月?[-—–~至到]{_MONTH}月份?")


@dataclass(frozen=True)
class Period:
    """One period; ``number`` counts from 1 within the year (always 1 for a year).

    Raises:
        ValueError: there is no such period.
    """

    span: Span
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if self.year not in YEARS or not 1 <= self.number <= 12 // self.span.months:
            raise ValueError("no such period")

    @property
    def code(self) -> str:
        """Its canonical name, in columns and addresses: 2026, 2026H1, 2026Q3, 2026M07."""
        if self.span is Span.YEAR:
            return str(self.year)
        number = f"{self.number:02}" if self.span is Span.MONTH else str(self.number)
        return f"{self.year}{LETTERS[self.span]}{number}"

    @property
    def message(self) -> str:
        """Its name for the translation catalogue, to be filled with `values`."""
        match self.span:
            case Span.YEAR:
                return N_("%(year)s年")
            case Span.HALF:
                return _HALVES[self.number - 1]
            case Span.QUARTER:
                return _QUARTERS[self.number - 1]
            case _:
                return N_("%(year)s年%(number)s月")

    @property
    def values(self) -> dict[str, int]:
        """What `message` is filled with."""
        named = {"year": self.year, "number": self.number}
        return {name: value for name, value in named.items() if f"%({name})s" in self.message}

    @property
    def text(self) -> str:
        """As units word it: 2026年, 2026年上半年, 2026年第三季度, 2026年7月."""
        return self.message % self.values

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * self.span.months + 1, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        month = self.number * self.span.months
        following = date(self.year + month // 12, month % 12 + 1, 1)
        return following - timedelta(days=1)


def within(period: Period) -> Iterator[Period]:
    """The period itself and every shorter one that lies in it."""
    for span in Span:
        if span.months <= period.span.months:
            yield from beginning(span, period.start, period.end)


def containing(span: Span, day: date) -> Period:
    """The period of that length that a day belongs to."""
    return Period(span, day.year, (day.month - 1) // span.months + 1)


def beginning(span: Span, first: date, last: date) -> Iterator[Period]:
    """The periods of that length whose first day lies between two days, both counted; in order."""
    for year in range(first.year, last.year + 1):
        for number in range(1, 12 // span.months + 1):
            found = Period(span, year, number)
            if first <= found.start <= last:
                yield found


def parse(text: str) -> Period | None:
    """The period that a unit's words or a `Period.code` name; None when they name none of ours."""
    said = "".join(normalize("NFKC", text).split())
    said = _SPELLED.sub(lambda found: found[0].translate(_DIGITS), said)
    for pattern, span in _WORDED:
        found = pattern.fullmatch(said)
        if found:
            number = found[2] if pattern.groups > 1 else "1"
            return _period(span, int(found[1]), _number(number))
    found = _RANGE.fullmatch(said)
    return _months(int(found[1]), _number(found[2]), _number(found[3])) if found else None


def code_of(text: str) -> str:
    """The code of the period that some words name, or nothing."""
    found = parse(text)
    return found.code if found else ""


def _number(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


def _months(year: int, first: int, last: int) -> Period | None:
    """1-3月 is a quarter, 1-6月 a half; 2-4月 is no period."""
    span = _SPANS.get(last - first + 1)
    if span is None or (first - 1) % span.months:
        return None
    return _period(span, year, (first - 1) // span.months + 1)


def _period(span: Span, year: int, number: int) -> Period | None:
    try:
        return Period(span, year, number)
    except ValueError:
        return None
