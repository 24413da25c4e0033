"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request, url_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")
PARAMETER = "page"
_AROUND = 2


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list's items, and where they stand in it.

    Attributes:
        items: what is on this page.
        number: this page, from 1.
        size: items on a full page.
        total: items in the whole list.
    """

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return page_count(self.total, self.size)

    @property
    def first(self) -> int:
        """Position of the first item on this page, from 1; 0 on an empty list."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last(self) -> int:
        """Position of the last item on this page."""
        return min(self.total, self.number * self.size)

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers to offer; None stands for a gap."""
        near = range(self.number - _AROUND, self.number + _AROUND + 1)
        wanted = sorted({1, self.pages} | {n for n in near if 1 <= n <= self.pages})
        offered: list[int | None] = []
        for before, number in zip([0, *wanted], wanted, strict=False):
            if number - before == 2:
                offered.append(number - 1)
            elif number - before > 2:
                offered.append(None)
            offered.append(number)
        return offered

    def link(self, number: int) -> str:
        """The address of another page of the same list, with all its filters."""
        return link_with(**{PARAMETER: number if number > 1 else None})


def page_count(total: int, size: int) -> int:
    """How many pages a list of that length fills, at least one."""
    return max(1, -(-total // size))


def asked_page() -> int:
    """The page number in the address: 1 if there is none or it is no number."""
    try:
        return max(1, int(request.args.get(PARAMETER, "1")))
    except ValueError:
        return 1


def link_with(**changes: Any) -> str:
    """The address of this page with some of its filters changed; None takes one out.

    A changed filter starts again at the first page.
    """
    query: dict[str, Any] = request.args.to_dict(flat=False)
    if PARAMETER not in changes:
        query.pop(PARAMETER, None)
    query |= changes
    # Not through url_for: a visitor's own parameter called `endpoint` or `_scheme` would steer it.
    pairs = [
        (key, str(value))
        for key, values in query.items()
        for value in (values if isinstance(values, list) else [values])
        if value is not None
    ]
    path = url_for(request.endpoint or "static", **(request.view_args or {}))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def paginate(
    session: Session, statement: sa.Select[T], *, size: int = 20, total: int | None = None
) -> Page[T]:
    """The page the address asks for, in two statements: a count and the rows.

    A number past the end gives the last page.

    Args:
        session: where to ask.
        statement: selects one entity or column, with a total order.
        size: items on a page.
        total: how many there are, if that is known; else they are counted.
    """
    if total is None:
        counted = sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())
        total = session.scalar(counted) or 0
    number = min(asked_page(), page_count(total, size))
    rows = statement.limit(size).offset((number - 1) * size)
    return Page(session.scalars(rows).unique().all(), number, size, total)
