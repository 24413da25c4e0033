"""Audit: an append-only, hash-chained record of every change and every sensitive reading.

Each row's hash covers the row and the hash before it, so an edited, deleted or inserted row breaks
the chain; database triggers (in the first migration) refuse UPDATE and DELETE besides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
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


@dataclass(frozen=True)
class Act:
    """What a row will say; `record` explains the fields."""

    at: datetime
    actor_id: int | None
    action: str
    subject: str
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def _digest(row: AuditRow) -> bytes:
    content = json.dumps(
        [
            row.seq,
            row.at.astimezone(UTC).isoformat(timespec="microseconds"),
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
    seq, previous = _end_of_chain(session)
    act = Act(now, actor.id if actor else None, action, subject, reason, details)
    row = _link(act, seq + 1, previous)
    session.add(row)
    session.flush()
    return row


def record_all(session: Session, acts: Iterable[Act]) -> None:
    """Append one row for each of many acts, in their order: what a bulk load needs."""
    seq, previous = _end_of_chain(session)
    rows = []
    for number, act in enumerate(acts, start=seq + 1):
        row = _link(act, number, previous)
        previous = row.hash
        rows.append({name: getattr(row, name) for name in AuditRow.__table__.columns.keys()})  # noqa: SIM118 - a column collection is no dict
    if rows:
        session.execute(sa.insert(AuditRow), rows)


def _end_of_chain(session: Session) -> tuple[int, bytes]:
    session.flush()
    queue_up(session)
    return head(session)


def _link(act: Act, seq: int, previous: bytes) -> AuditRow:
    row = AuditRow(
        seq=seq,
        at=act.at,
        actor_id=act.actor_id,
        action=act.action,
        subject=act.subject,
        reason=act.reason,
        details=act.details,
        previous=previous,
    )
    row.hash = _digest(row)
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
    # As the table has it now, not as this session remembers it.
    now = query.execution_options(populate_existing=True)
    # Closed even when a reader has seen enough.
    with session.scalars(now.execution_options(yield_per=500)) as found:
        for row in found:
            if row.seq != expected or row.previous != previous or row.hash != _digest(row):
                yield row.seq
            previous, expected = row.hash, row.seq + 1


def head(session: Session) -> tuple[int, bytes]:
    """Number and hash of the newest row: what a printed or posted checkpoint holds."""
    last = session.execute(
        sa.select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)
    ).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def has_done(session: Session, actor: Staff, action: str, subject: str) -> bool:
    """Whether somebody is on record with an act on a thing."""
    done = sa.exists().where(
        AuditRow.subject == subject, AuditRow.actor_id == actor.id, AuditRow.action == action
    )
    return bool(session.scalar(sa.select(done)))


def on_record(
    *,
    action: str = "",
    subject: str = "",
    actor_id: int | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> sa.Select[AuditRow]:
    """Rows, newest first, narrowed by one act or all of a noun, subject, actor and time.

    Args:
        action: ``noun.verb``, or a ``noun`` for whatever was done of that kind.
        subject: what it was done to, as ``noun:id``.
        actor_id: who did it.
        since: this moment or later.
        before: earlier than this moment.
    """
    query = sa.select(AuditRow).order_by(AuditRow.seq.desc())
    if action:
        of_noun = AuditRow.action.startswith(f"{action}.", autoescape=True)
        query = query.where(sa.or_(AuditRow.action == action, of_noun))
    if subject:
        query = query.where(AuditRow.subject == subject)
    if actor_id is not None:
        query = query.where(AuditRow.actor_id == actor_id)
    if since is not None:
        query = query.where(AuditRow.at >= since)
    if before is not None:
        query = query.where(AuditRow.at < before)
    return query
