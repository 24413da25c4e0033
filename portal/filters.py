"""Filters that arrive in an address: what makes no sense counts as not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import request

from domain.labels import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.units import Unit

Word = TypeVar("Word", bound=Labelled)
_YEARS = range(1900, 2200)


def asked_word(words: type[Word], name: str) -> Word | None:
    """The member of an enumeration that the address asks for."""
    return words.parse(request.args.get(name))


def asked_year(name: str = "year") -> int | None:
    """The year that the address asks for."""
    text = request.args.get(name, "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if year in _YEARS else None


def asked_id(name: str) -> int | None:
    """The number of a row that the address or the form asks for, if a row can have it."""
    text = request.values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def asked_unit(units: Iterable[Unit], name: str = "unit") -> Unit | None:
    """The unit that the address asks for by its public code."""
    code = request.args.get(name)
    return next((unit for unit in units if unit.code == code), None)
