"""A noun of the open data: its record, its filters, and where its public rows come from.

Each noun has a file of its own beside this one and a line in `portal.api.all`. From what it says
here follow its list, its item, its tables, its part of the bulk file and its documentation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.publishing import State
from portal.api import cursors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import sqlalchemy as sa
    from sqlalchemy.orm import Session

    from portal.api.records import Filters, Record

# Rows read at once when a whole list is written.
BATCH = 100


class Gone(Exception):
    """What was asked for has been withdrawn; why is public."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unknown(Exception):
    """A filter names something that does not exist."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter)
        self.parameter = parameter


@dataclass(frozen=True, kw_only=True)
class Noun:
    """A kind of open data.

    Attributes:
        name: in addresses and file names.
        title: what a list of it is called, in Chinese.
        about: one sentence on what it holds, in Chinese.
        record: what one of them looks like.
        filters: what the list is narrowed by.
        select: the public rows that the filters leave, through a query of the domain's; raises
            `Unknown`.
        key: the columns of the row's permanent key, whole numbers, by which a list is ordered.
        key_of: the same of one row.
        load: what `build` takes, of some rows; without it the rows themselves.
        build: the record of a row.
        one: the row at an address, None if there is none; raises `Gone`. Without it a noun has
            only a list.
        address: the values of the item's address, as a Flask rule.
        subject: how the change log names it, as in ``powers:12``; empty if it is not its own.
        turns_daily: what it says changes with the day; so it is not in the bulk file, which goes up
            to a number of the change log.
        most: the largest page.
        pages: the endpoints of the pages that list the same.
        page_filters: what these pages always narrow by, without saying so in their address.
        item_page: the endpoint of the page of one; its address has the same values.
        examples: queries and addresses for the documentation; all of them answer in every county.
    """

    name: str
    title: str
    about: str
    record: type[Record]
    filters: type[Filters]
    select: Callable[[Session, Any], sa.Select[Any]]
    key: tuple[Any, ...]
    key_of: Callable[[Any], tuple[int, ...]]
    build: Callable[[Any], Record]
    load: Callable[[Session, Sequence[Any]], Sequence[Any]] | None = None
    one: Callable[..., Any] | None = None
    address: str = ""
    subject: str = ""
    turns_daily: bool = False
    most: int = 100
    pages: tuple[str, ...] = ()
    page_filters: Mapping[str, str] = field(default_factory=dict)
    item_page: str = ""
    examples: tuple[str, ...] = field(default=("?limit=2",))

    def rows(self, session: Session, filters: Filters, limit: int, cursor: str | None) -> Page:
        """Some rows in the order of their keys, and where to go on."""
        query = self.select(session, filters).order_by(None).order_by(*self.key)
        query = query.where(cursors.after(self.key, cursor)).limit(limit + 1)
        rows = session.scalars(query).unique().all()
        last = rows[limit - 1] if len(rows) > limit else None
        found = self.load(session, rows[:limit]) if self.load else rows[:limit]
        return Page(
            [self.build(row) for row in found],
            None if last is None else cursors.write(self.key_of(last)),
        )

    def every(self, session: Session, filters: Filters) -> Iterator[Record]:
        """All rows that the filters leave, read some at a time and forgotten again."""
        cursor: str | None = None
        while True:
            page = self.rows(session, filters, BATCH, cursor)
            yield from page.records
            session.expunge_all()
            if (cursor := page.cursor) is None:
                return

    def item(self, session: Session, values: Mapping[str, Any]) -> Record | None:
        """The record at an address; see `one`."""
        row = self.one(session, **values) if self.one else None
        return None if row is None else self.build(row)


@dataclass(frozen=True)
class Page:
    """Some records, and the cursor behind them; None after the last."""

    records: list[Record]
    cursor: str | None


def in_sight(edition: Any) -> Any:
    """An edition that may be shown; raises `Gone` for a withdrawn one."""
    if edition is not None and edition.state is State.WITHDRAWN:
        raise Gone(edition.reason)
    return edition
