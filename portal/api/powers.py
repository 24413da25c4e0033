"""Power items 权力事项, and the lists and editions they stand in."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from pydantic import Field

from domain import powers
from domain.labels import N_
from domain.markup import words
from domain.powers import (
    NegativeArea,
    NegativeEntry,
    PowerEdition,
    PowerItem,
    PowerKind,
    ProcessStep,
    Risk,
    Scope,
)
from domain.publishing import State
from portal.api.nouns import Noun, in_sight
from portal.api.records import Filters, Id, OfUnit, Part, Path, UnitCode
from portal.api.units import unit_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class PowerFilters(Filters):
    """As on the page of powers."""

    kind: PowerKind | None = Field(None, title=N_("权力类别"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))
    risk: Risk | None = Field(None, title=N_("廉政风险"))


class ListFilters(Filters):
    """Power lists in force."""

    unit: UnitCode | None = Field(None, title=N_("单位代码"))


class EditionFilters(ListFilters):
    """Editions that ever were public."""

    list: Id | None = Field(None, title=N_("清单编号"))


class Step(Part):
    """A step of 运行流程."""

    number: int = Field(title=N_("序号"))
    name: str = Field(title=N_("步骤"))
    who: str = Field(title=N_("办理人"))
    time_limit: str = Field(title=N_("时限"))
    disclosed: str = Field(title=N_("公开内容"))

    def __str__(self) -> str:
        more = "，".join(filter(None, (self.who, self.time_limit, self.disclosed)))
        return f"{self.number}. {self.name}" + (f"（{more}）" if more else "")


class Explanation(Part):
    """Why a line of the negative list and a passage that contradicts it both stand."""

    item: str = Field(title=N_("相抵触的权力事项，分工则为空"))
    passage: str = Field(title=N_("相抵触的文字"))
    text: str = Field(title=N_("说明"))


class Negative(Part):
    """A line of the negative list."""

    number: int = Field(title=N_("序号"))
    area: NegativeArea = Field(title=N_("领域代码"))
    area_label: str = Field(title=N_("领域"))
    text: str = Field(title=N_("内容"))
    explanations: list[Explanation] = Field(title=N_("对抵触的说明"))

    def __str__(self) -> str:
        return self.text


class PowerRecord(OfUnit):
    """A power."""

    id: int = Field(title=N_("编号"))
    list_id: int = Field(title=N_("清单编号"))
    edition: int = Field(title=N_("版次"))
    state: State = Field(title=N_("状态代码"))
    state_label: str = Field(title=N_("状态"))
    post_id: int = Field(title=N_("职务编号"))
    post_title: str = Field(title=N_("职务全称"))
    number: int = Field(title=N_("序号"))
    name: str = Field(title=N_("权力事项"))
    kind: PowerKind = Field(title=N_("权力类别代码"))
    kind_label: str = Field(title=N_("权力类别"))
    plain: str = Field(title=N_("通俗说明"))
    source: str = Field(title=N_("权力来源"))
    responsibility: str = Field(title=N_("权力责任"))
    steps: list[Step] = Field(title=N_("运行流程"))
    risk: Risk = Field(title=N_("廉政风险代码"))
    risk_label: str = Field(title=N_("廉政风险"))
    controls: str = Field(title=N_("防控措施"))
    scope: Scope = Field(title=N_("公开范围代码"))
    scope_label: str = Field(title=N_("公开范围"))
    timing: str = Field(title=N_("公开时间"))
    correction: str = Field(title=N_("所在版本的更正说明"))
    url: Path = Field(title=N_("网页"))


class PowerListRecord(OfUnit):
    """An edition of a power list; of a withdrawn one only that, when and why."""

    own_tables: ClassVar[frozenset[str]] = frozenset({"items"})

    id: int = Field(title=N_("清单编号"))
    edition: int = Field(title=N_("版次"))
    state: State = Field(title=N_("状态代码"))
    state_label: str = Field(title=N_("状态"))
    post_id: int = Field(title=N_("职务编号"))
    post_title: str = Field(title=N_("职务全称"))
    effective_on: date | None = Field(title=N_("生效日期"))
    published_at: datetime | None = Field(title=N_("发布时间"))
    ended_at: datetime | None = Field(title=N_("失效时间"))
    withdrawn_at: datetime | None = Field(title=N_("撤回时间"))
    reason: str = Field(title=N_("撤回原因"))
    correction: str = Field(title=N_("更正说明"))
    items: list[PowerRecord] = Field(title=N_("权力事项"))
    negatives: list[Negative] = Field(title=N_("负面清单"))
    url: Path = Field(title=N_("网页"))


def _powers(session: Session, filters: PowerFilters) -> sa.Select[Any]:
    query = powers.listing(
        kind=filters.kind, unit_id=unit_id(session, filters.unit), risk=filters.risk
    )
    return query.options(sa.orm.selectinload(PowerItem.steps))


def _lists(session: Session, filters: ListFilters) -> sa.Select[Any]:
    return powers.ever_public(in_force=True, unit_id=unit_id(session, filters.unit))


def _editions(session: Session, filters: EditionFilters) -> sa.Select[Any]:
    return powers.ever_public(list_id=filters.list, unit_id=unit_id(session, filters.unit))


def _step(step: ProcessStep) -> Step:
    return Step(
        number=step.number,
        name=step.name,
        who=step.who,
        time_limit=step.time_limit,
        disclosed=step.disclosed,
    )


def _negative(entry: NegativeEntry) -> Negative:
    return Negative(
        number=entry.number,
        area=entry.area,
        area_label=entry.area.label,
        text=words(entry.text),
        explanations=[
            Explanation(item=said.item, passage=said.passage, text=said.text)
            for said in entry.explanations
        ],
    )


def _power(item: PowerItem) -> PowerRecord:
    edition = item.edition
    post = edition.power_list.post
    return PowerRecord(
        id=item.id,
        list_id=edition.list_id,
        edition=edition.number,
        state=edition.state,
        state_label=edition.state.label,
        unit_code=post.unit.code,
        unit_name=post.unit.name,
        post_id=post.id,
        post_title=post.full_title,
        number=item.number,
        name=item.name,
        kind=item.kind,
        kind_label=item.kind.label,
        plain=words(item.plain),
        source=words(item.source),
        responsibility=words(item.responsibility),
        steps=[_step(step) for step in item.steps],
        risk=item.risk,
        risk_label=item.risk.label,
        controls=words(item.controls),
        scope=item.scope,
        scope_label=item.scope.label,
        timing=item.timing,
        correction=edition.correction,
        url=f"/powers/items/{item.id}",
    )


def _list(edition: PowerEdition) -> PowerListRecord:
    post = edition.power_list.post
    shown = edition.state is not State.WITHDRAWN
    return PowerListRecord(
        id=edition.list_id,
        edition=edition.number,
        state=edition.state,
        state_label=edition.state.label,
        unit_code=post.unit.code,
        unit_name=post.unit.name,
        post_id=post.id,
        post_title=post.full_title,
        effective_on=edition.effective_on if shown else None,
        published_at=edition.published_at,
        ended_at=edition.ended_at,
        withdrawn_at=edition.withdrawn_at,
        reason="" if shown else edition.reason,
        correction=edition.correction if shown else "",
        items=[_power(item) for item in edition.items] if shown else [],
        negatives=[_negative(entry) for entry in edition.negatives] if shown else [],
        url=f"/powers/{edition.list_id}/{edition.number}",
    )


def _one_power(session: Session, item_id: int) -> PowerItem | None:
    found = powers.item(session, item_id)
    if found is not None:
        in_sight(found.edition)
    return found


def _one_list(session: Session, list_id: int) -> PowerEdition | None:
    newest = powers.ever_public(list_id=list_id).order_by(PowerEdition.number.desc()).limit(1)
    found: PowerEdition | None = session.scalar(powers.ever_public(in_force=True, list_id=list_id))
    return found or in_sight(session.scalar(newest))


def _one_edition(session: Session, list_id: int, number: int) -> PowerEdition | None:
    found: PowerEdition | None = in_sight(powers.readable(session, list_id, number))
    return found


POWERS = Noun(
    name="powers",
    title=N_("权力事项"),
    about=N_("现行清单里的每一项权力：来源、责任、流程、风险。"),
    record=PowerRecord,
    filters=PowerFilters,
    select=_powers,
    key=(PowerEdition.list_id, PowerItem.number),
    key_of=lambda item: (item.edition.list_id, item.number),
    build=_power,
    one=_one_power,
    address="<id:item_id>",
    pages=("powers.index",),
    item_page="powers.item",
    examples=("?risk=high&kind=project",),
)
LISTS = Noun(
    name="power-lists",
    title=N_("现行权力清单"),
    about=N_("每个职务现行的权力清单和负面清单，全文。"),
    record=PowerListRecord,
    filters=ListFilters,
    select=_lists,
    key=(PowerEdition.list_id,),
    key_of=lambda edition: (edition.list_id,),
    build=_list,
    one=_one_list,
    address="<id:list_id>",
    subject="powers",
    most=20,
    examples=("?limit=1",),
)
EDITIONS = Noun(
    name="power-editions",
    title=N_("权力清单历次版本"),
    about=N_("公开过的每一版权力清单；撤回的只留撤回原因。"),
    record=PowerListRecord,
    filters=EditionFilters,
    select=_editions,
    key=(PowerEdition.list_id, PowerEdition.number),
    key_of=lambda edition: (edition.list_id, edition.number),
    build=_list,
    one=_one_edition,
    address="<id:list_id>/<id:number>",
    item_page="powers.edition",
    most=20,
    examples=("?list=1",),
)
