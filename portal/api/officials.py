"""Officials 干部 with the posts they hold and held."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from domain import officials
from domain.clock import local_day, utc_now
from domain.labels import N_
from domain.officials import Official, Tenure
from domain.units import UnitKind
from portal.api.nouns import Noun
from portal.api.records import Filters, Part, Path, Record, UnitCode, Yes
from portal.api.units import unit_id

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session


class OfficialFilters(Filters):
    """As on the page of officials. Whoever asks for a post asks for those who hold it today."""

    kind: UnitKind | None = Field(None, title=N_("单位类别"))
    heads: Yes | None = Field(None, title=N_("只看一把手"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))
    current: Yes | None = Field(None, title=N_("只看现任"))


class TenureOfOfficial(Part):
    """A post that somebody holds or held."""

    post_id: int = Field(title=N_("职务编号"))
    post_title: str = Field(title=N_("职务"))
    is_head: bool = Field(title=N_("一把手"))
    unit_code: str = Field(title=N_("单位代码"))
    unit_name: str = Field(title=N_("单位"))
    started_on: date = Field(title=N_("任职日期"))
    ended_on: date | None = Field(title=N_("免职日期"))

    def __str__(self) -> str:
        return f"{self.unit_name}{self.post_title}（{self.started_on}～{self.ended_on or ''}）"


class OfficialRecord(Record):
    """An official."""

    id: int = Field(title=N_("编号"))
    name: str = Field(title=N_("姓名"))
    brief: str = Field(title=N_("简介"))
    tenures: list[TenureOfOfficial] = Field(title=N_("任职"))
    url: Path = Field(title=N_("网页"))


def _select(session: Session, filters: OfficialFilters) -> sa.Select[Any]:
    return officials.listing(
        local_day(utc_now()),
        current=filters.current is not None,
        heads_only=filters.heads is not None,
        kind=filters.kind,
        unit_id=unit_id(session, filters.unit),
    )


def _tenure(tenure: Tenure) -> TenureOfOfficial:
    post = tenure.post
    return TenureOfOfficial(
        post_id=post.id,
        post_title=post.title,
        is_head=post.is_head,
        unit_code=post.unit.code,
        unit_name=post.unit.name,
        started_on=tenure.started_on,
        ended_on=tenure.ended_on,
    )


def _build(official: Official) -> OfficialRecord:
    return OfficialRecord(
        id=official.id,
        name=official.name,
        brief=official.brief,
        tenures=[_tenure(tenure) for tenure in official.tenures],
        url=f"/officials/{official.id}",
    )


NOUN = Noun(
    name="officials",
    title=N_("干部名录"),
    about=N_("干部现任和曾任的职务。"),
    record=OfficialRecord,
    filters=OfficialFilters,
    select=_select,
    key=(Official.id,),
    key_of=lambda official: (official.id,),
    build=_build,
    one=officials.with_tenures,
    address="<id:official_id>",
    subject="officials",
    pages=("officials.index",),
    page_filters={"current": "1"},
    item_page="officials.show",
    examples=("?heads=1&kind=organ",),
)
