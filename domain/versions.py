"""What everything that the public sees was made from, as one value that is cheap to ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain.indexing import IndexChange
from domain.settings import County, Setting, county_from

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# No setting is called so.
_CHANGE = ""
_NEWEST = sa.select(sa.func.max(IndexChange.seq)).scalar_subquery()
_ENTRY = sa.cast(IndexChange.seq, sa.Text) + " " + sa.cast(IndexChange.at, sa.Text)
# Built once: it is asked at every request, and building takes as long as asking.
_EVERYTHING = sa.select(Setting.key, Setting.value).union_all(
    sa.select(sa.literal(_CHANGE), _ENTRY).where(IndexChange.seq == _NEWEST)
)


@dataclass(frozen=True)
class Version:
    """The state of all that is published. Two equal ones show the same.

    Attributes:
        change: the last entry of the change log, its number and its moment; empty before the
            first. The moment tells numbers apart that a restored backup gives out again.
        county: the county's settings.
    """

    change: str
    county: County


def current(session: Session) -> Version:
    """The version as this transaction sees it (one statement).

    Asked for before anything that depends on it: then what is read later is at least as new, and
    nothing old is ever taken for the new.
    """
    rows = session.execute(_EVERYTHING)
    values = {row.key: row.value for row in rows}
    return Version(values.get(_CHANGE, ""), county_from(values))
