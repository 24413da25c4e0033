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


def insert(
    session: Session, table: type[Base], key: Sequence[str], rows: Sequence[dict[str, Any]]
) -> list[int]:
    """Insert rows and return their ids in the same order.

    Args:
        session: the session.
        table: where they go.
        key: columns that together tell the rows apart. The database may answer in any order, and
            asking for ours would make SQLite insert one row at a time.
        rows: their values.
    """
    if not rows:
        return []
    columns = table.__table__.c
    query = sa.insert(table).returning(columns.id, *(columns[name] for name in key))
    ids = {tuple(values): row_id for row_id, *values in session.execute(query, rows)}
    return [ids[tuple(row[name] for name in key)] for row in rows]


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
