"""A workbook between the look at what it would do and the word to do it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.staff import Staff

LASTS = timedelta(hours=2)
# Of one person; a new one takes the place of the oldest.
MOST = 5


class ImportUpload(Base):
    """An uploaded workbook, seen by nobody but who uploaded it. The portal's role knows none."""

    __tablename__ = "import_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[bytes] = mapped_column(deferred=True)
    uploaded_at: Mapped[datetime]


def keep(session: Session, name: str, content: bytes, actor: Staff, now: datetime) -> ImportUpload:
    """Store a workbook for two hours; what has run out, and the person's sixth, goes."""
    forget_old(session, now)
    upload = ImportUpload(staff_id=actor.id, name=name[-200:], content=content, uploaded_at=now)
    session.add(upload)
    session.flush()
    for old in of_person(session, actor, now)[MOST:]:
        session.delete(old)
    session.flush()
    return upload


def of_person(session: Session, actor: Staff, now: datetime) -> Sequence[ImportUpload]:
    """The workbooks that somebody may still import, newest first, without their content."""
    return session.scalars(
        sa.select(ImportUpload)
        .where(ImportUpload.staff_id == actor.id, ImportUpload.uploaded_at > now - LASTS)
        .order_by(ImportUpload.id.desc())
    ).all()


def by_id(session: Session, upload_id: int, actor: Staff, now: datetime) -> ImportUpload | None:
    """A workbook, if it is the actor's own and has not run out; else None."""
    return session.scalar(
        sa.select(ImportUpload).where(
            ImportUpload.id == upload_id,
            ImportUpload.staff_id == actor.id,
            ImportUpload.uploaded_at > now - LASTS,
        )
    )


def forget_old(session: Session, now: datetime) -> int:
    """Delete what has run out; returns how many."""
    result = session.execute(sa.delete(ImportUpload).where(ImportUpload.uploaded_at <= now - LASTS))
    return int(result.rowcount)  # type: ignore[attr-defined]
