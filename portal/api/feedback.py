"""Questions and corrections 提问/纠错 with their published answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field

from domain import feedback
from domain.editing.desk import Kind
from domain.feedback import FeedbackAnswer, FeedbackKind
from domain.labels import N_, Labelled
from portal.api.nouns import Noun
from portal.api.records import Filters, OfUnit, UnitCode
from portal.api.units import unit_id

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session


class About(Labelled):
    """What a question can be about: a kind of publication, in the words of `Kind`."""

    POWERS = Kind.POWERS.value, Kind.POWERS.label
    DISCLOSURES = Kind.DISCLOSURES.value, Kind.DISCLOSURES.label
    NOTICES = Kind.NOTICES.value, Kind.NOTICES.label


class FeedbackFilters(Filters):
    """As on the page of questions."""

    unit: UnitCode | None = Field(None, title=N_("单位代码"))
    kind: FeedbackKind | None = Field(None, title=N_("提问或纠错"))
    about: About | None = Field(None, title=N_("针对的内容"))


class FeedbackRecord(OfUnit):
    """A question with its answer; nothing else that was asked is public."""

    id: int = Field(title=N_("编号"))
    kind: FeedbackKind = Field(title=N_("提问或纠错代码"))
    kind_label: str = Field(title=N_("提问或纠错"))
    subject: str = Field(title=N_("针对的内容编号"))
    edition: int = Field(title=N_("版次"))
    title: str = Field(title=N_("针对的内容"))
    asked_on: date = Field(title=N_("提问日期"))
    question: str = Field(title=N_("问题"))
    answer: str = Field(title=N_("答复"))
    published_at: datetime = Field(title=N_("答复公开时间"))
    took: int | None = Field(title=N_("答复用了几个工作日"))


def _select(session: Session, filters: FeedbackFilters) -> sa.Select[Any]:
    return feedback.listing(
        unit_id=unit_id(session, filters.unit),
        kind=filters.kind,
        noun=Kind.parse(filters.about),
    )


def _build(answer: FeedbackAnswer) -> FeedbackRecord:
    asked = answer.feedback
    return FeedbackRecord(
        id=answer.id,
        kind=asked.kind,
        kind_label=asked.kind.label,
        subject=asked.subject,
        edition=asked.edition_number,
        title=asked.title,
        unit_code=asked.unit.code,
        unit_name=asked.unit.name,
        asked_on=asked.asked_on,
        question=answer.question,
        answer=answer.text,
        published_at=answer.published_at,
        took=asked.took,
    )


NOUN = Noun(
    name="feedback",
    title=N_("提问和答复"),
    about=N_("群众对公开内容的提问、纠错和公开的答复。"),
    record=FeedbackRecord,
    filters=FeedbackFilters,
    select=_select,
    key=(FeedbackAnswer.id,),
    key_of=lambda answer: (answer.id,),
    build=_build,
    subject="feedback",
    pages=("feedback.index",),
)
