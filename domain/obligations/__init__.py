"""Obligations 公开任务: who must publish what by when, and from it the completeness board 公开度."""

from domain.obligations.acts import YearNotice, extend, lift, release, set_year, take_over
from domain.obligations.arising import Arisen, arise, is_due
from domain.obligations.record import (
    NEW_HEAD,
    OWED,
    By,
    Figures,
    Filters,
    figures,
    ids,
    of_unit,
    periods,
    total,
    urgent,
    years,
)
from domain.obligations.rules import Terms
from domain.obligations.tables import (
    Counted,
    Extension,
    Frequency,
    Obligation,
    Release,
    Rule,
    Status,
    Thing,
)
from domain.obligations.tasks import BLUE_WITHIN, Nearness, Task, load, one

__all__ = [
    "BLUE_WITHIN",
    "NEW_HEAD",
    "OWED",
    "Arisen",
    "By",
    "Counted",
    "Extension",
    "Figures",
    "Filters",
    "Frequency",
    "Nearness",
    "Obligation",
    "Release",
    "Rule",
    "Status",
    "Task",
    "Terms",
    "Thing",
    "YearNotice",
    "arise",
    "extend",
    "figures",
    "ids",
    "is_due",
    "lift",
    "load",
    "of_unit",
    "one",
    "periods",
    "release",
    "set_year",
    "take_over",
    "total",
    "urgent",
    "years",
]
