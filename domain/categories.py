"""Dictionaries of problem categories.

`Matter` is what a citizen is asked, in a citizen's words. `CATEGORIES` is what the commission
files by: the six disciplines, crimes of office, and 不作为不担当 as a category of its own, since the
second source report says nobody reports what is left undone. The rules changed in 2018 and 2023,
so each category says since when it is in use and until when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.labels import N_, Labelled


class Matter(Labelled):
    """What kind of problem the reporter sees."""

    INACTION = "inaction", N_("该办的事不办、拖着办")
    MONEY = "money", N_("钱和项目上的问题")
    PERSONNEL = "personnel", N_("用人上的问题")
    BRIBERY = "bribery", N_("吃拿卡要、收受财物")
    BULLYING = "bullying", N_("欺压群众、优亲厚友")
    CONDUCT = "conduct", N_("作风和生活上的问题")
    OTHER = "other", N_("其他，或者说不清")


MATTER_HINTS: dict[Matter, str] = {
    Matter.INACTION: N_("不作为、不担当、推诿扯皮"),
    Matter.MONEY: N_("工程招标、资金分配、物资采购、补助补偿"),
    Matter.PERSONNEL: N_("提拔、招录、编制、照顾亲属"),
    Matter.BRIBERY: N_("红包礼金、宴请、借办事索要好处"),
    Matter.BULLYING: N_("低保、救助、征地中不公道"),
    Matter.CONDUCT: N_("公款吃喝、公车私用、赌博等"),
    Matter.OTHER: "",
}


@dataclass(frozen=True)
class Category:
    """A category the commission files by; ``until`` is the first day it is no longer used."""

    code: str
    label: str
    since: date
    until: date | None = None


_2018 = date(2018, 10, 1)

CATEGORIES: tuple[Category, ...] = (
    Category("political", N_("违反政治纪律"), _2018),
    Category("organisational", N_("违反组织纪律"), _2018),
    Category("integrity", N_("违反廉洁纪律"), _2018),
    Category("masses", N_("违反群众纪律"), _2018),
    Category("work", N_("违反工作纪律"), _2018),
    Category("life", N_("违反生活纪律"), _2018),
    Category("inaction", N_("不作为不担当"), _2018),
    Category("crime_of_office", N_("职务违法犯罪"), _2018),
    Category("other", N_("其他"), _2018),
)


def in_use(on: date) -> list[Category]:
    """The categories that may be chosen on a day."""
    return [c for c in CATEGORIES if c.since <= on and (c.until is None or on < c.until)]


def label_of(code: str) -> str:
    """The Chinese name of a category; an unknown code names itself."""
    return next((c.label for c in CATEGORIES if c.code == code), code)
