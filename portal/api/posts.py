"""Posts 职务: what each is in charge of, and who held it when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from domain import officials
from domain.labels import N_
from domain.officials import ManagedBy, Post, Tenure
from portal.api import units
from portal.api.nouns import Noun
from portal.api.records import Filters, OfUnit, Part, Path, UnitCode, Yes

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session


class PostFilters(Filters):
    """What posts are narrowed by."""

    heads: Yes | None = Field(None, title=N_("只看一把手"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))


class TenureOfPost(Part):
    """Somebody who holds or held a post."""

    official_id: int = Field(title=N_("干部编号"))
    official_name: str = Field(title=N_("姓名"))
    started_on: date = Field(title=N_("任职日期"))
    ended_on: date | None = Field(title=N_("免职日期"))

    def __str__(self) -> str:
        return f"{self.official_name}（{self.started_on}～{self.ended_on or ''}）"


class PostRecord(OfUnit):
    """A post."""

    id: int = Field(title=N_("编号"))
    title: str = Field(title=N_("职务"))
    full_title: str = Field(title=N_("职务全称"))
    is_head: bool = Field(title=N_("一把手"))
    level: str = Field(title=N_("级别"))
    managed_by: ManagedBy = Field(title=N_("管理层级代码"))
    managed_by_label: str = Field(title=N_("管理层级"))
    portfolio: str = Field(title=N_("分工"))
    tenures: list[TenureOfPost] = Field(title=N_("历任"))
    url: Path = Field(title=N_("网页"))


def _select(session: Session, filters: PostFilters) -> sa.Select[Any]:
    return officials.posts(
        heads_only=filters.heads is not None, unit_id=units.unit_id(session, filters.unit)
    )


def _tenure(tenure: Tenure) -> TenureOfPost:
    return TenureOfPost(
        official_id=tenure.official_id,
        official_name=tenure.official.name,
        started_on=tenure.started_on,
        ended_on=tenure.ended_on,
    )


def _build(post: Post) -> PostRecord:
    return PostRecord(
        id=post.id,
        title=post.title,
        full_title=post.full_title,
        unit_code=post.unit.code,
        unit_name=post.unit.name,
        is_head=post.is_head,
        level=post.level,
        managed_by=post.managed_by,
        managed_by_label=post.managed_by.label,
        portfolio=post.portfolio,
        tenures=[_tenure(tenure) for tenure in post.tenures],
        url=units.address(post.unit),
    )


def _one(session: Session, post_id: int) -> Post | None:
    return session.scalar(officials.posts().where(Post.id == post_id))


NOUN = Noun(
    name="posts",
    title=N_("职务名录"),
    about=N_("各单位的职务、分工和历任。"),
    record=PostRecord,
    filters=PostFilters,
    select=_select,
    key=(Post.id,),
    key_of=lambda post: (post.id,),
    build=_build,
    one=_one,
    address="<id:post_id>",
    examples=("?heads=1&limit=3",),
)
