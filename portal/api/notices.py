"""Notices 通报曝光, and their editions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import Field

from domain import categories, notices
from domain.labels import N_
from domain.markup import words
from domain.notices import NoticeEdition
from domain.publishing import State
from portal.api.nouns import Noun, in_sight
from portal.api.records import Filters, Id, OfUnit, Path, UnitCode
from portal.api.units import unit_id

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session

# Also of categories no longer in use: their notices stay.
Category = StrEnum("Category", {one.code.upper(): one.code for one in categories.CATEGORIES})  # type: ignore[misc]


class NoticeFilters(Filters):
    """As on the page of notices; the issuing body besides."""

    category: Category | None = Field(None, title=N_("违纪类别"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))


class NoticeEditionFilters(Filters):
    """Editions that ever were public."""

    notice: Id | None = Field(None, title=N_("通报编号"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))


class NoticeRecord(OfUnit):
    """An edition of a notice; of a withdrawn one only that, when and why."""

    id: int = Field(title=N_("通报编号"))
    edition: int = Field(title=N_("版次"))
    state: State = Field(title=N_("状态代码"))
    state_label: str = Field(title=N_("状态"))
    index_number: str = Field(title=N_("索引号"))
    title: str = Field(title=N_("标题"))
    category: str = Field(title=N_("违纪类别代码"))
    category_label: str = Field(title=N_("违纪类别"))
    dated_on: date | None = Field(title=N_("成文日期"))
    published_at: datetime | None = Field(title=N_("发布时间"))
    ended_at: datetime | None = Field(title=N_("失效时间"))
    withdrawn_at: datetime | None = Field(title=N_("撤回时间"))
    reason: str = Field(title=N_("撤回原因"))
    correction: str = Field(title=N_("更正说明"))
    body: str = Field(title=N_("正文"))
    url: Path = Field(title=N_("网页"))


def _select(session: Session, filters: NoticeFilters) -> sa.Select[Any]:
    return notices.listing(category=filters.category or "", unit_id=unit_id(session, filters.unit))


def _editions(session: Session, filters: NoticeEditionFilters) -> sa.Select[Any]:
    return notices.ever_public(unit_id=unit_id(session, filters.unit), notice_id=filters.notice)


def _build(edition: NoticeEdition) -> NoticeRecord:
    notice = edition.notice
    shown = edition.state is not State.WITHDRAWN
    return NoticeRecord(
        id=notice.id,
        edition=edition.number,
        state=edition.state,
        state_label=edition.state.label,
        unit_code=notice.unit.code,
        unit_name=notice.unit.name,
        index_number=notice.index_number,
        title=edition.title if shown else "",
        # Which discipline was broken is part of what went.
        category=edition.category if shown else "",
        category_label=categories.label_of(edition.category) if shown else "",
        dated_on=edition.dated_on if shown else None,
        published_at=edition.published_at,
        ended_at=edition.ended_at,
        withdrawn_at=edition.withdrawn_at,
        reason="" if shown else edition.reason,
        correction=edition.correction if shown else "",
        body=words(edition.body) if shown else "",
        url=f"/notices/{notice.id}/{edition.number}",
    )


def _one(session: Session, notice_id: int, number: int | None = None) -> NoticeEdition | None:
    found: NoticeEdition | None = in_sight(notices.readable(session, notice_id, number))
    return found


NOTICES = Noun(
    name="notices",
    title=N_("通报曝光"),
    about=N_("已经公开通报、现行的典型案例，全文。"),
    record=NoticeRecord,
    filters=NoticeFilters,
    select=_select,
    key=(NoticeEdition.notice_id,),
    key_of=lambda edition: (edition.notice_id,),
    build=_build,
    one=_one,
    address="<id:notice_id>",
    subject="notices",
    pages=("notices.index",),
    item_page="notices.show",
    examples=("?limit=2",),
)
EDITIONS = Noun(
    name="notice-editions",
    title=N_("通报曝光历次版本"),
    about=N_("公开过的每一版；撤回的只留撤回原因。"),
    record=NoticeRecord,
    filters=NoticeEditionFilters,
    select=_editions,
    key=(NoticeEdition.notice_id, NoticeEdition.number),
    key_of=lambda edition: (edition.notice_id, edition.number),
    build=_build,
    one=_one,
    address="<id:notice_id>/<id:number>",
    item_page="notices.edition",
    examples=("?limit=1",),
)
