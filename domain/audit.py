"""Audit: an append-only, hash-chained record of every change and every sensitive reading.

Each row's hash covers the row and the hash before it, so an edited, deleted or inserted row breaks
the chain; database triggers (in the first migration) refuse UPDATE and DELETE besides.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Base, queue_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from domain.staff import Staff

GENESIS = bytes(32)


class AuditRow(Base):
    """One act: who, what, on what, when, and why where a reason is asked for."""

    __tablename__ = "audit_rows"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    action: Mapped[str] = mapped_column(sa.String(60), index=True)
    subject: Mapped[str] = mapped_column(sa.String(80), index=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)


def _digest(row: AuditRow) -> bytes:
    content = json.dumps(
        [
            row.seq,
            row.at.isoformat(timespec="microseconds"),
            row.actor_id,
            row.action,
            row.subject,
            row.reason,
            row.details,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(row.previous + content.encode()).digest()


def record(
    session: Session,
    actor: Staff | None,
    action: str,
    subject: str,
    now: datetime,
    *,
    reason: str = "",
    **details: Any,
) -> AuditRow:
    """Append one row to the chain.

    Args:
        actor: who did it; None for the command line and the system itself.
        action: ``noun.verb``, such as ``reports.open``.
        subject: what it was done to, as ``noun:id``.
        now: an aware moment in UTC.
        reason: the person's own words, where the act asks for a reason.
        details: further facts as JSON; never content of a report, never a reporter's identity.
    """
    session.flush()
    queue_up(session)
    last = session.execute(
        sa.select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)
    ).first()
    row = AuditRow(
        seq=last.seq + 1 if last else 1,
        at=now,
        actor_id=actor.id if actor else None,
        action=action,
        subject=subject,
        reason=reason,
        details=details,
        previous=last.hash if last else GENESIS,
    )
    row.hash = _digest(row)
    session.add(row)
    session.flush()
    return row


def breaks(session: Session, *, after: int = 0, most: int | None = None) -> Iterator[int]:
    """The numbers at which the chain does not hold; nothing when it is whole.

    Args:
        after: begin behind this row, believing its hash.
        most: look at this many rows at the most; None looks at all that follow.

    A row is wrong when its number is not one more than the last, its link is not the hash before
    it, or its own hash does not match what it says. Rows cut off at the end cannot be seen from
    the table alone: compare `head` with a copy kept elsewhere.
    """
    previous, expected = GENESIS, after + 1
    if after:
        link = sa.select(AuditRow.hash).where(AuditRow.seq == after)
        previous = session.scalar(link) or GENESIS
    query = sa.select(AuditRow).where(AuditRow.seq > after).order_by(AuditRow.seq).limit(most)
    for row in session.scalars(query).yield_per(500):
        if row.seq != expected or row.previous != previous or row.hash != _digest(row):
            yield row.seq
        previous, expected = row.hash, row.seq + 1


def head(session: Session) -> tuple[int, bytes]:
    """Number and hash of the newest row: what a printed or posted checkpoint holds."""
    last = session.execute(
        sa.select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)
    ).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def on_record(
    *,
    action: str = "",
    subject: str = "",
    actor_id: int | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> sa.Select[AuditRow]:
    """Rows, newest first, narrowed by the beginning of the action, subject, actor and time."""
    query = sa.select(AuditRow).order_by(AuditRow.seq.desc())
    if action:
        query = query.where(AuditRow.action.startswith(action, autoescape=True))
    if subject:
        query = query.where(AuditRow.subject == subject)
    if actor_id is not None:
        query = query.where(AuditRow.actor_id == actor_id)
    if since is not None:
        query = query.where(AuditRow.at >= since)
    if before is not None:
        query = query.where(AuditRow.at < before)
    return query
