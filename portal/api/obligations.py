"""Obligations 公开任务: who had to publish what by when, and what has become of it by today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from domain import obligations
from domain.labels import N_
from domain.obligations import NEW_HEAD, Frequency, Obligation, Status, Task, Thing
from domain.powers import PowerEdition
from domain.units import UnitKind
from portal.api.nouns import Noun
from portal.api.records import CLEANED, Filters, Id, OfUnit, Path, UnitCode, Year
from portal.api.units import unit_id
from portal.context import today

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from sqlalchemy.orm import Session

    from domain.disclosures import DisclosureEdition


class ObligationFilters(Filters):
    """As on the completeness board."""

    kind: UnitKind | None = Field(None, title=N_("单位类别"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))
    thing: Thing | None = Field(None, title=N_("公开内容"))
    year: Year | None = Field(None, title=N_("年份"))
    period: Annotated[str, Field(min_length=1, max_length=20), CLEANED] | None = Field(
        None, title=N_("时期代码"), examples=["2026Q1", NEW_HEAD]
    )
    status: Status | None = Field(None, title=N_("情况"))


class ObligationRecord(OfUnit):
    """An obligation as it stands today."""

    id: Id = Field(title=N_("编号"))
    unit_kind: UnitKind = Field(title=N_("单位类别代码"))
    unit_kind_label: str = Field(title=N_("单位类别"))
    thing: Thing = Field(title=N_("公开内容代码"))
    thing_label: str = Field(title=N_("公开内容"))
    post_id: int | None = Field(title=N_("职务编号"))
    period: str = Field(title=N_("时期代码"))
    period_label: str = Field(title=N_("时期"))
    since: date = Field(title=N_("起算日期"))
    due_on: date = Field(title=N_("期限"))
    provisional: bool = Field(title=N_("期限暂定"))
    former_due_on: date | None = Field(title=N_("原定期限"))
    status: Status = Field(title=N_("情况代码"))
    status_label: str = Field(title=N_("情况"))
    published_on: date | None = Field(title=N_("公开日期"))
    overdue: int = Field(title=N_("逾期（工作日）"))
    answers: list[Path] = Field(title=N_("公开内容网址"))
    reasons: list[str] = Field(title=N_("说明"))


def _select(session: Session, filters: ObligationFilters) -> sa.Select[Any]:
    asked = obligations.Filters(
        kind=filters.kind,
        unit_id=unit_id(session, filters.unit),
        thing=filters.thing,
        year=filters.year,
        period=filters.period or "",
        status=filters.status,
    )
    return obligations.ids(asked, today())


def _load(session: Session, numbers: Sequence[int]) -> Sequence[Task]:
    return obligations.load(session, numbers, today())


def _build(task: Task) -> ObligationRecord:
    owed = task.obligation
    period, extensions = owed.span_of_time, owed.extensions
    reasons = [*(extension.reason for extension in extensions), owed.lift_reason]
    return ObligationRecord(
        id=owed.id,
        unit_code=owed.unit.code,
        unit_name=owed.unit.name,
        unit_kind=owed.unit.kind,
        unit_kind_label=owed.unit.kind.label,
        thing=owed.thing,
        thing_label=owed.thing.label,
        post_id=owed.post_id,
        period=owed.period or NEW_HEAD,
        period_label=period.text if period else Frequency.TENURE.label,
        since=owed.since,
        due_on=owed.due_on,
        provisional=owed.provisional,
        former_due_on=extensions[0].former_due_on if extensions else None,
        status=task.status,
        status_label=task.status.label,
        published_on=task.published_on,
        overdue=task.overdue,
        answers=[_address_of(answer) for answer in task.answers],
        reasons=[reason for reason in reasons if reason],
    )


def _address_of(answer: DisclosureEdition | PowerEdition) -> str:
    """Where an edition that answers an obligation can be read."""
    if isinstance(answer, PowerEdition):
        return f"/powers/{answer.list_id}/{answer.number}"
    return f"/disclosures/{answer.disclosure_id}"


def _one(session: Session, obligation_id: int) -> Task | None:
    return obligations.one(session, obligation_id, today())


NOUN = Noun(
    name="obligations",
    title=N_("公开任务"),
    about=N_("每个单位每一时期应当公开什么、期限是哪天、到今天公开了没有。"),
    record=ObligationRecord,
    filters=ObligationFilters,
    select=_select,
    key=(Obligation.id,),
    key_of=lambda number: (number,),
    load=_load,
    build=_build,
    one=_one,
    address="<id:obligation_id>",
    turns_daily=True,
    pages=("obligations.index", "obligations.tasks"),
    examples=("?status=overdue&limit=3",),
)
