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
    # ``powers:<PowerList.id>``, ``disclosures:<Disclosure.id>``, ``officials:<id>``, ``units:<id>``,
    # ``synonyms:<id>`` …: also what only changes how the public finds something.
    subject: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime]


# Kind of document → a query for the ids of that kind that the public may see now. Each published
# noun adds itself, so that this module need not know them.
_PUBLIC: dict[str, sa.Select[int]] = {}
# Noun of the log (``powers`` …) → a condition on its entries: something of the subject may have gone.
_WITHDRAWN: dict[str, sa.ColumnElement[bool]] = {}
_ID = re.compile("[1-9][0-9]{0,8}")


def register(kind: str, public_ids: sa.Select[int]) -> None:
    """Say which rows of a kind of document (``power``, ``unit`` …) are public."""
    _PUBLIC[kind] = public_ids


def named(noun: str, numbers: sa.Select[int]) -> sa.Select[str]:
    """Numbers of a noun as the log names them: ``powers:12``."""
    return sa.select(sa.literal(f"{noun}:") + sa.cast(numbers.subquery().columns[0], sa.Text))


def register_withdrawn(noun: str, condition: sa.ColumnElement[bool]) -> None:
    """Say which entries of the log about a noun may mean that something of it went.

    Args:
        condition: on `IndexChange`, as the tables are when it is asked.
    """
    _WITHDRAWN[noun] = condition


def register_lasting(noun: str, numbers: sa.Select[int]) -> None:
    """Say that nothing of a noun is withdrawn as long as it stands in the directory.

    Its values are put right, as those of a document are by its next edition.

    Args:
        numbers: which of it there are.
    """
    about = IndexChange.subject.startswith(f"{noun}:", autoescape=True)
    register_withdrawn(noun, sa.and_(about, IndexChange.subject.not_in(named(noun, numbers))))


def may_have_withdrawn(session: Session, after: int, nouns: Iterable[str]) -> bool:
    """Whether a copy that holds the log up to a number may show what has been withdrawn since.

    Errs on the safe side: of a noun that does not say what was withdrawn of it, any change counts.

    Args:
        after: the last number the copy holds.
        nouns: what it holds, as the log names it: ``powers``, ``units`` …
    """
    taken_back = [
        _WITHDRAWN.get(noun, IndexChange.subject.startswith(f"{noun}:", autoescape=True))
        for noun in nouns
    ]
    changed = sa.exists().where(IndexChange.seq > after, sa.or_(sa.false(), *taken_back))
    return bool(session.scalar(sa.select(changed)))


def announce(session: Session, subjects: Iterable[str], now: datetime) -> None:
    """Append to the log that what is public of these subjects has changed."""
    session.flush()
    queue_up(session)
    rows = [{"subject": subject, "at": now} for subject in subjects]
    if rows:
        session.execute(sa.insert(IndexChange), rows)


def log(after: int = 0) -> sa.Select[IndexChange]:
    """The log after a number; a query for a pager to order and cut."""
    return sa.select(IndexChange).where(IndexChange.seq > after)


def changes_after(session: Session, seq: int, limit: int) -> Sequence[IndexChange]:
    """The next entries of the log after a number, oldest first."""
    return session.scalars(log(seq).order_by(IndexChange.seq).limit(limit)).all()


def newest(session: Session) -> IndexChange | None:
    """The last entry of the log; None while it is empty."""
    return session.scalar(sa.select(IndexChange).order_by(IndexChange.seq.desc()).limit(1))


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
