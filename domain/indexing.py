"""What is public at this moment, and the numbered log that says when that changed.

A change appends an `IndexChange` in its own transaction; the log is never emptied. Each search
index, on whatever host, remembers the last number it applied, written together with the index
itself (design §3): a crash repeats nothing, and any index can be rebuilt from nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Base, queue_up
from domain.grants import READ, portal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class IndexChange(Base):
    """What the public can see of ``subject`` has changed."""

    __tablename__ = "index_changes"
    __table_args__ = {"sqlite_autoincrement": True, **portal(READ)}

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    # ``powers:<PowerList.id>``, ``disclosures:<Disclosure.id>``, ``officials:<id>``, ``units:<id>``
    subject: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime]


# Kind of document → a query for the ids of that kind that the public may see now. Each published
# noun adds itself, so that this module need not know them.
_PUBLIC: dict[str, sa.Select[int]] = {}
_ID = re.compile("[1-9][0-9]{0,8}")


def register(kind: str, public_ids: sa.Select[int]) -> None:
    """Say which rows of a kind of document (``power``, ``unit`` …) are public."""
    _PUBLIC[kind] = public_ids


def announce(session: Session, subjects: Iterable[str], now: datetime) -> None:
    """Append to the log that what is public of these subjects has changed."""
    session.flush()
    queue_up(session)
    rows = [{"subject": subject, "at": now} for subject in subjects]
    if rows:
        session.execute(sa.insert(IndexChange), rows)


def changes_after(session: Session, seq: int, limit: int) -> Sequence[IndexChange]:
    """The next entries of the log after a number, oldest first."""
    query = (
        sa.select(IndexChange).where(IndexChange.seq > seq).order_by(IndexChange.seq).limit(limit)
    )
    return session.scalars(query).all()


def last_change(session: Session) -> int:
    """The newest number of the log; 0 when it is empty."""
    return session.scalar(sa.select(sa.func.max(IndexChange.seq))) or 0


def published(session: Session, ids: Iterable[str]) -> set[str]:
    """Those document ids (``power:12`` …) that the public may see now; one statement per kind.

    What an index says is only a proposal: something withdrawn a moment ago may still be in it.
    """
    numbers: dict[str, set[int]] = defaultdict(set)
    for document_id in ids:
        kind, _, number = document_id.partition(":")
        # Written as we write ids, and small enough for a database's own numbers.
        if kind in _PUBLIC and _ID.fullmatch(number):
            numbers[kind].add(int(number))
    found: set[str] = set()
    for kind, wanted in numbers.items():
        allowed = _PUBLIC[kind].subquery()
        query = sa.select(allowed.c.id).where(allowed.c.id.in_(wanted))
        found.update(f"{kind}:{number}" for number in session.scalars(query))
    return found
