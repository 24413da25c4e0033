"""Disclosures “五公开”, and their editions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from domain import disclosures
from domain.disclosures import GROUPINGS, DisclosureEdition, Group, Leaf
from domain.labels import N_
from domain.markup import words
from domain.publishing import State
from portal.api.nouns import Noun, in_sight
from portal.api.records import CLEANED, Filters, Id, OfUnit, Path, UnitCode, Year
from portal.api.units import unit_id

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session

# A group is the same leaves in every grouping that has it.
LEAVES = {group: leaves for groups in GROUPINGS.values() for group, leaves in groups.items()}


class DisclosureFilters(Filters):
    """As on the page of disclosures; the leaf besides."""

    group: Group | None = Field(None, title=N_("五公开类别"))
    leaf: Leaf | None = Field(None, title=N_("公开内容类别"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))
    year: Year | None = Field(None, title=N_("年份"))
    period: Annotated[str, Field(min_length=1, max_length=40), CLEANED] | None = Field(
        None, title=N_("所属时期")
    )


class EditionFilters(Filters):
    """Editions that ever were public."""

    disclosure: Id | None = Field(None, title=N_("公开事项编号"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))


class DisclosureRecord(OfUnit):
    """An edition of a disclosure; of a withdrawn one only that, when and why."""

    id: int = Field(title=N_("公开事项编号"))
    edition: int = Field(title=N_("版次"))
    state: State = Field(title=N_("状态代码"))
    state_label: str = Field(title=N_("状态"))
    index_number: str = Field(title=N_("索引号"))
    title: str = Field(title=N_("标题"))
    leaf: Leaf = Field(title=N_("公开内容类别代码"))
    leaf_label: str = Field(title=N_("公开内容类别"))
    period: str = Field(title=N_("所属时期"))
    year: int = Field(title=N_("年份"))
    dated_on: date | None = Field(title=N_("成文日期"))
    published_at: datetime | None = Field(title=N_("发布时间"))
    ended_at: datetime | None = Field(title=N_("失效时间"))
    withdrawn_at: datetime | None = Field(title=N_("撤回时间"))
    reason: str = Field(title=N_("撤回原因"))
    correction: str = Field(title=N_("更正说明"))
    body: str = Field(title=N_("正文"))
    answers: int | None = Field(title=N_("所答复事项的编号"))
    url: Path = Field(title=N_("网页"))


def _select(session: Session, filters: DisclosureFilters) -> sa.Select[Any]:
    wanted = [LEAVES[filters.group]] if filters.group else []
    wanted += [(filters.leaf,)] if filters.leaf else []
    leaves = [leaf for leaf in Leaf if all(leaf in some for some in wanted)]
    return disclosures.listing(
        leaves=leaves if wanted else None,
        unit_id=unit_id(session, filters.unit),
        year=filters.year,
        period=filters.period,
    )


def _editions(session: Session, filters: EditionFilters) -> sa.Select[Any]:
    return disclosures.ever_public(
        unit_id=unit_id(session, filters.unit), disclosure_id=filters.disclosure
    )


def _build(edition: DisclosureEdition) -> DisclosureRecord:
    disclosure = edition.disclosure
    shown = edition.state is not State.WITHDRAWN
    return DisclosureRecord(
        id=disclosure.id,
        edition=edition.number,
        state=edition.state,
        state_label=edition.state.label,
        unit_code=disclosure.unit.code,
        unit_name=disclosure.unit.name,
        index_number=disclosure.index_number,
        title=edition.title if shown else "",
        leaf=disclosure.leaf,
        leaf_label=disclosure.leaf.label,
        period=disclosure.period,
        year=disclosure.year,
        dated_on=edition.dated_on if shown else None,
        published_at=edition.published_at,
        ended_at=edition.ended_at,
        withdrawn_at=edition.withdrawn_at,
        reason="" if shown else edition.reason,
        correction=edition.correction if shown else "",
        body=words(edition.body) if shown else "",
        answers=disclosure.answers_id,
        url=f"/disclosures/{disclosure.id}/{edition.number}",
    )


def _one(
    session: Session, disclosure_id: int, number: int | None = None
) -> DisclosureEdition | None:
    found: DisclosureEdition | None = in_sight(disclosures.readable(session, disclosure_id, number))
    return found


DISCLOSURES = Noun(
    name="disclosures",
    title=N_("五公开事项"),
    about=N_("各单位现行的公开事项，全文。"),
    record=DisclosureRecord,
    filters=DisclosureFilters,
    select=_select,
    key=(DisclosureEdition.disclosure_id,),
    key_of=lambda edition: (edition.disclosure_id,),
    build=_build,
    one=_one,
    address="<id:disclosure_id>",
    subject="disclosures",
    pages=("disclosures.index",),
    item_page="disclosures.show",
    examples=("?leaf=decision&year=2026",),
)
EDITIONS = Noun(
    name="disclosure-editions",
    title=N_("五公开历次版本"),
    about=N_("公开过的每一版；撤回的只留撤回原因。"),
    record=DisclosureRecord,
    filters=EditionFilters,
    select=_editions,
    key=(DisclosureEdition.disclosure_id, DisclosureEdition.number),
    key_of=lambda edition: (edition.disclosure_id, edition.number),
    build=_build,
    one=_one,
    address="<id:disclosure_id>/<id:number>",
    item_page="disclosures.edition",
    examples=("?disclosure=1",),
)
