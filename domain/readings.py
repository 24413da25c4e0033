"""Readings: somebody opened something sensitive, said why where a reason is asked, and may look
at it for half an hour. Opening is one act and writes one audit row; looking again does not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain import audit
from domain.db import Base

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.staff import Staff

LASTS = timedelta(minutes=30)


class Reading(Base):
    """One opening by one person of one thing (``reports:…``, ``clues:…``, ``integrity:…``)."""

    __tablename__ = "readings"
    __table_args__ = (sa.Index("ix_readings_who_what", "staff_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    subject: Mapped[str] = mapped_column(sa.String(80))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]


def start(
    session: Session, subject: str, actor: Staff, now: datetime, *, reason: str = ""
) -> Reading:
    """Open something: remember it for half an hour and write the audit row."""
    reading = _remember(session, subject, actor, now)
    noun = subject.partition(":")[0]
    audit.record(session, actor, f"{noun}.open", subject, now, reason=reason)
    return reading


def of_own_making(session: Session, subject: str, actor: Staff, now: datetime) -> Reading:
    """Let somebody look at what they have just written; the act of writing has its audit row."""
    return _remember(session, subject, actor, now)


def _remember(session: Session, subject: str, actor: Staff, now: datetime) -> Reading:
    reading = Reading(staff_id=actor.id, subject=subject, opened_at=now, expires_at=now + LASTS)
    session.add(reading)
    session.flush()
    return reading


def current(session: Session, subject: str, actor: Staff, now: datetime) -> Reading | None:
    """The person's reading of the thing that still holds, or None."""
    query = (
        sa.select(Reading)
        .where(Reading.staff_id == actor.id, Reading.subject == subject, Reading.expires_at > now)
        .order_by(Reading.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def ever(session: Session, subject: str, actor: Staff) -> bool:
    """Whether the person has opened the thing before, however long ago."""
    query = sa.select(Reading.id).where(Reading.staff_id == actor.id, Reading.subject == subject)
    return session.scalar(query.limit(1)) is not None
