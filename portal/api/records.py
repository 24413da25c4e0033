"""What a noun looks like to a program: one frozen record, shared by JSON, tables and the bulk file.

A field's title is its Chinese name; it heads the column of a table and stands in the OpenAPI
document. Addresses are paths on this site, so that a record is the same wherever it is read.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from domain.labels import N_
from web.text import clean_text

if TYPE_CHECKING:
    from web.tables import Cell

# The number of a row, as addresses carry it (web.requests.IdConverter).
LARGEST_ID = 2**31 - 1
_WHOLE = re.compile("-?[0-9]+")


def _whole(value: Any) -> Any:
    """Only plain digits, where pydantic would also read “ 1.0 ”."""
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError(value)
    return value


# Stands behind the bounds: `Annotated[int, Field(ge=1), WHOLE]`.
WHOLE = BeforeValidator(_whole)
Id = Annotated[int, Field(ge=1, le=LARGEST_ID), WHOLE]
Year = Annotated[int, Field(ge=1900, le=2199), WHOLE]
UnitCode = Annotated[str, Field(min_length=1, max_length=20, examples=["jt"])]
# What somebody typed, without characters that no text of ours has.
CLEANED = AfterValidator(clean_text)
Path = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]


class Yes(StrEnum):
    """A box that is ticked, or left out."""

    YES = "1"


class Filters(BaseModel):
    """What a list can be narrowed by; each parameter at most once, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(BaseModel):
    """Something that stands inside a record; as text, it is one line of a table's cell."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Record(BaseModel):
    """One row of a noun."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Fields that are tables of their own and so stand in no cell.
    own_tables: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def columns(cls) -> list[str]:
        """The fields that tables show."""
        return [name for name in cls.model_fields if name not in cls.own_tables]

    @classmethod
    def headers(cls) -> list[str]:
        """What these fields are called, in Chinese; for gettext."""
        return [str(cls.model_fields[name].title) for name in cls.columns()]

    def cells(self) -> list[Cell]:
        """The record as a row of a table."""
        return [_cell(getattr(self, name)) for name in self.columns()]


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return "\n".join(str(part) for part in value)
    return str(value) if isinstance(value, StrEnum) else value


class OfUnit(Record):
    """A record that belongs to a unit."""

    unit_code: str = Field(title=N_("单位代码"))
    unit_name: str = Field(title=N_("单位"))
