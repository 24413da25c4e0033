"""A workbook on its way: handed in, checked, and at somebody's word imported.

Checking and importing take seconds, so they happen beside the pages (`admin.imports.work`). What
is under way has a number, its ``run``: whoever does it may write down how far it has come, and may
conclude it, only while that number is still the workbook's. Cancelling takes the next number.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Base
from domain.errors import Refused
from domain.imports import kept
from domain.labels import N_, Labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.imports.problems import Outcome
    from domain.staff import Staff

LASTS = timedelta(hours=2)
# Of one person; a new one takes the place of the oldest.
MOST = 5
# Longer than a worker is ever silent, or a workbook stands in line behind others.
SILENCE = timedelta(minutes=10)


class Stage(Labelled):
    """How far a workbook has come."""

    CHECKING = "checking", N_("正在核对")
    CHECKED = "checked", N_("已核对")
    IMPORTING = "importing", N_("正在导入")
    IMPORTED = "imported", N_("已导入")
    # The system's content had changed since the check.
    STOPPED = "stopped", N_("没有导入")


_RUNNING = (Stage.CHECKING, Stage.IMPORTING)


class ImportUpload(Base):
    """An uploaded workbook, seen by nobody but who uploaded it. The portal's role knows none."""

    __tablename__ = "import_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[bytes] = mapped_column(deferred=True)
    uploaded_at: Mapped[datetime]
    stage: Mapped[Stage] = mapped_column(default=Stage.CHECKING)
    run: Mapped[int] = mapped_column(default=0)
    # Rows read so far, of how many; and when whoever is at work last said so.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    heard_at: Mapped[datetime]
    # What the last check or import found; why the file as a whole cannot be read.
    found: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True), deferred=True)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    @property
    def outcome(self) -> Outcome | None:
        """What the last check or import found; None before that."""
        return kept.load(self.found) if self.found is not None else None

    @property
    def refused(self) -> Refused | None:
        """Why the file as a whole cannot be taken."""
        return kept.load_refusal(self.refusal) if self.refusal is not None else None

    def is_running(self, now: datetime) -> bool:
        """Whether somebody is at work on it and has been heard of lately."""
        return self.stage in _RUNNING and self.heard_at > now - SILENCE

    def is_broken_off(self, now: datetime) -> bool:
        """Whether the work on it ended without a result, as when the server was restarted."""
        return self.stage in _RUNNING and not self.is_running(now)


def keep(session: Session, name: str, content: bytes, actor: Staff, now: datetime) -> ImportUpload:
    """Store a workbook for two hours; what has run out, and the person's sixth, goes."""
    forget_old(session, now)
    upload = ImportUpload(
        staff_id=actor.id, name=name[-200:], content=content, uploaded_at=now, heard_at=now
    )
    session.add(upload)
    session.flush()
    for old in of_person(session, actor, now)[MOST:]:
        session.delete(old)
    session.flush()
    return upload


def of_person(session: Session, actor: Staff, now: datetime) -> Sequence[ImportUpload]:
    """Somebody's workbooks that are not imported yet, newest first, without their content."""
    return session.scalars(
        sa.select(ImportUpload)
        .where(
            ImportUpload.staff_id == actor.id,
            ImportUpload.uploaded_at > now - LASTS,
            ImportUpload.stage != Stage.IMPORTED,
        )
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


def begin(session: Session, upload: ImportUpload, stage: Stage, now: datetime) -> int:
    """Note that a workbook is being checked or imported from now on.

    Returns:
        The number of this run.

    Raises:
        Refused: somebody is at work on it, it is imported already, or an import is asked for
            before the check has found that it may be.
    """
    if upload.is_running(now) and upload.run:
        raise Refused("这份工作簿正在处理，请稍候")
    if upload.stage is Stage.IMPORTED:
        raise Refused("这份工作簿已经导入了")
    if stage is Stage.IMPORTING:
        _ensure_checked(upload)
    run = upload.run + 1
    if not _write(session, upload.id, upload.run, run=run, stage=stage, done=0, total=0, now=now):
        raise Refused("这份工作簿正在处理，请稍候")
    session.refresh(upload)
    return run


def _ensure_checked(upload: ImportUpload) -> None:
    if upload.stage is not Stage.CHECKED:
        raise Refused("请先核对这份工作簿，再导入")
    if upload.outcome is None or upload.outcome.problems:
        raise Refused("工作簿有错误，没有导入")


def advance(
    session: Session, upload_id: int, run: int, done: int, total: int, now: datetime
) -> bool:
    """Write down how many rows of how many are read; False when the run has been cancelled."""
    return _write(session, upload_id, run, done=done, total=total, now=now)


def conclude(
    session: Session,
    upload_id: int,
    run: int,
    result: Outcome | Refused,
    now: datetime,
    *,
    importing: bool,
) -> bool:
    """Write down what a run has found. In the same transaction as an import's own changes.

    Args:
        importing: whether it was to import, and not only to check.

    Returns:
        False when the run has been cancelled: then nothing of it may be kept.
    """
    if isinstance(result, Refused):
        values: dict[str, Any] = {"found": None, "refusal": kept.dump_refusal(result)}
        stage = Stage.STOPPED if importing else Stage.CHECKED
    else:
        values = {"found": kept.dump(result), "refusal": None}
        stage = Stage.STOPPED if importing and result.problems else Stage.CHECKED
        if result.applied:
            # What is imported stands in its own tables now.
            stage, values["content"] = Stage.IMPORTED, b""
    return _write(session, upload_id, run, stage=stage, now=now, **values)


def cancel(session: Session, upload: ImportUpload, now: datetime) -> bool:
    """Stop an import before anything of it is kept; what the check found stays.

    Returns:
        False when it was too late: everything is imported.
    """
    return _write(session, upload.id, upload.run, run=upload.run + 1, stage=Stage.CHECKED, now=now)


def _write(session: Session, upload_id: int, of: int, *, now: datetime, **values: Any) -> bool:
    """Change a workbook's row while a run is still its own and not concluded."""
    # Of two who come at once the database lets one through.
    result = session.execute(
        sa.update(ImportUpload)
        .where(
            ImportUpload.id == upload_id,
            ImportUpload.run == of,
            ImportUpload.stage != Stage.IMPORTED,
        )
        .values(heard_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def forget_old(session: Session, now: datetime) -> int:
    """Delete what has run out; returns how many."""
    result = session.execute(sa.delete(ImportUpload).where(ImportUpload.uploaded_at <= now - LASTS))
    return int(result.rowcount)  # type: ignore[attr-defined]
