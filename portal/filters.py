"""Filters that arrive in an address: what makes no sense counts as not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import request

from domain.labels import Labelled
from domain.units import Unit
from portal.moved import follow_filter

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """The unit that the address asks for by its public code; leads on from a former one."""
    code = request.args.get(name)
    found = next((unit for unit in units if unit.code == code), None)
    if found is None:
        follow_filter(name)
    return found


def chosen(**filters: Labelled | Unit | int | str | None) -> dict[str, str]:
    """Filters that were understood, as an address writes them; those not asked for are left out."""
    return {name: _written(value) for name, value in filters.items() if value}


def _written(value: Labelled | Unit | int | str) -> str:
    if isinstance(value, Labelled):
        return str(value.value)
    return value.code if isinstance(value, Unit) else str(value)
