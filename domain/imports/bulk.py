"""Many rows in few statements: an import of ten thousand rows must not send ten thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy.orm import Session

    from domain.db import Base

# Well below what either database takes as parameters of one statement.
CHUNK = 1_000


def insert(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Insert rows and return their ids in the same order."""
    if not rows:
        return []
    key = table.__table__.c.id
    query = sa.insert(table).returning(key, sort_by_parameter_order=True)
    return session.scalars(query, rows).all()


def append(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows whose ids nobody needs."""
    if rows:
        session.execute(sa.insert(table), rows)


def update(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Write new values to rows that each name their id and all the same columns."""
    if rows:
        session.execute(sa.update(table), rows)


def chunks(ids: Collection[int]) -> Iterator[list[int]]:
    """The ids in portions that fit one statement."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
