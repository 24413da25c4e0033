"""Drafts: a report form on its way from page to page, locked under a key only the browser holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Base
from domain.grants import Access, portal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LASTS = timedelta(minutes=60)


class ReportDraft(Base):
    """A locked draft. The cookie's token finds it by hash and opens it; nothing here can."""

    __tablename__ = "report_drafts"
    __table_args__ = portal(Access(read=True, append=True, change=True, delete=True))

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    boxed: Mapped[bytes]
    expires_at: Mapped[datetime]


def fetch(session: Session, draft_id: bytes, now: datetime) -> bytes | None:
    """The locked bytes of a draft that has not run out by ``now``, or None."""
    query = sa.select(ReportDraft.boxed).where(
        ReportDraft.id == draft_id, ReportDraft.expires_at > now
    )
    return session.scalar(query)


def keep(session: Session, draft_id: bytes, boxed: bytes, now: datetime) -> None:
    """Store a draft's locked bytes for another hour, and drop drafts that have run out.

    Args:
        draft_id: the hash of the cookie's token (`sealing.session_keys`).
        boxed: the draft, boxed under the token's other half.
        now: an aware moment in UTC.
    """
    session.execute(sa.delete(ReportDraft).where(ReportDraft.expires_at <= now))
    values = {"id": draft_id, "boxed": boxed, "expires_at": now + LASTS}
    on_postgres = session.get_bind().dialect.name == "postgresql"
    # One statement: a form sent twice by an impatient finger must not meet a constraint.
    insert = (postgresql if on_postgres else sqlite).insert(ReportDraft).values(values)
    session.execute(insert.on_conflict_do_update(index_elements=["id"], set_=values))


def drop(session: Session, draft_id: bytes) -> bool:
    """Delete a draft; False when it was not there (already handed in, or run out)."""
    result = session.execute(sa.delete(ReportDraft).where(ReportDraft.id == draft_id))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def forget_old(session: Session, now: datetime) -> int:
    """Delete drafts that have run out; returns how many."""
    result = session.execute(sa.delete(ReportDraft).where(ReportDraft.expires_at <= now))
    return int(result.rowcount)  # type: ignore[attr-defined]
