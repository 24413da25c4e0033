"""The change log: what became public, changed or went, by number, so that others can follow."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from domain import indexing
from domain.indexing import IndexChange
from domain.labels import N_
from portal.api.nouns import Noun
from portal.api.records import LARGEST_ID, WHOLE, Filters, Record

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session


class ChangeFilters(Filters):
    """From where to follow."""

    after: Annotated[int, Field(ge=0, le=LARGEST_ID), WHOLE] = Field(0, title=N_("此编号之后"))


class ChangeRecord(Record):
    """Something public has changed; what it is now is to be read anew."""

    number: int = Field(title=N_("变化编号"))
    subject: str = Field(title=N_("变化的内容"))
    at: datetime = Field(title=N_("变化时间"))


def _select(_session: Session, filters: ChangeFilters) -> sa.Select[Any]:
    return indexing.log(filters.after)


def _build(change: IndexChange) -> ChangeRecord:
    return ChangeRecord(number=change.seq, subject=change.subject, at=change.at)


NOUN = Noun(
    name="changes",
    title=N_("公开内容的变化"),
    about=N_("每次公开、更新和撤回按编号排列；记住读到的编号，下次从那里接着读。"),
    record=ChangeRecord,
    filters=ChangeFilters,
    select=_select,
    key=(IndexChange.seq,),
    key_of=lambda change: (change.seq,),
    build=_build,
    most=1000,
    examples=("?after=0&limit=3",),
)
