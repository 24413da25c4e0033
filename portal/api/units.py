"""Units 单位, and the filter that names one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import Field

from domain import former_codes, units
from domain.labels import N_
from domain.units import Unit, UnitKind
from portal.api.nouns import Noun, Unknown
from portal.api.records import Filters, Path, Record
from portal.moved import follow_filter, found_unit

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session


class UnitFilters(Filters):
    """As on the page of units."""

    kind: UnitKind | None = Field(None, title=N_("单位类别"))


class UnitRecord(Record):
    """A unit."""

    code: str = Field(title=N_("单位代码"))
    name: str = Field(title=N_("单位"))
    short_name: str = Field(title=N_("简称"))
    kind: UnitKind = Field(title=N_("单位类别代码"))
    kind_label: str = Field(title=N_("单位类别"))
    duty: str = Field(title=N_("职责"))
    phone: str = Field(title=N_("电话"))
    address: str = Field(title=N_("地址"))
    stationed_group: str = Field(title=N_("派驻纪检监察组"))
    liaison_leader: str = Field(title=N_("联系领导"))
    url: Path = Field(title=N_("网页"))


def unit_id(session: Session, code: str | None) -> int | None:
    """The unit that a filter names; raises `Unknown`."""
    if code is None:
        return None
    unit = units.by_code(session, code)
    if unit is None:
        follow_filter("unit")
        raise Unknown("unit")
    return unit.id


def _one(session: Session, code: str) -> Unit | None:
    unit = units.by_code(session, code)
    return unit or (found_unit(code) if former_codes.unit_of(session, code) else None)


def address(unit: Unit) -> str:
    """The page of a unit."""
    return f"/units/{quote(unit.code, safe='')}"


def _select(_session: Session, filters: UnitFilters) -> sa.Select[Any]:
    return units.listing(kind=filters.kind)


def _build(unit: Unit) -> UnitRecord:
    return UnitRecord(
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.kind,
        kind_label=unit.kind.label,
        duty=unit.duty,
        phone=unit.phone,
        address=unit.address,
        stationed_group=unit.stationed_group,
        liaison_leader=unit.liaison_leader,
        url=address(unit),
    )


NOUN = Noun(
    name="units",
    title=N_("单位名录"),
    about=N_("全部单位：名称、类别、职责、联系方式。"),
    record=UnitRecord,
    filters=UnitFilters,
    select=_select,
    key=(Unit.id,),
    key_of=lambda unit: (unit.id,),
    build=_build,
    one=_one,
    address="<code>",
    subject="units",
    pages=("units.index",),
    item_page="units.show",
    examples=("?kind=town",),
)
