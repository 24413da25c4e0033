"""Enumerations whose members carry the field's own Chinese word."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a text for the translation catalogue without translating it here."""
    return text


class Labelled(StrEnum):
    """A StrEnum whose members are written ``NAME = "value", N_("中文")``."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Make a member of value and label; calling the finished class takes the value alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def parse(cls, value: str | None) -> Self | None:
        """The member of that value, or None: for filters that arrive in an address."""
        return next((member for member in cls if member.value == value), None)

    @classmethod
    def from_label(cls, label: str) -> Self | None:
        """The member with that Chinese label, or None: for cells of a workbook."""
        return next((member for member in cls if member.label == label), None)
