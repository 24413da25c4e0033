"""Dialogue: messages between the reporter and the office, both ways, sealed to the report."""

from __future__ import annotations

import json
import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain import sealing
from domain.clock import local_day
from domain.db import Base, queue_up_for
from domain.errors import Refused
from domain.grants import Access, portal
from domain.reports import (
    MOST_CHARACTERS,
    MOST_FILES,
    FileKey,
    Found,
    Report,
    ReportFile,
    seal_file_key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class Message(Base):
    """A message; who wrote it and the day, the rest is sealed to the report's key."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("report_id", "number"),
        portal(Access(read=True, append=True)),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    report_id: Mapped[str] = mapped_column(sa.ForeignKey("reports.id"))
    number: Mapped[int]
    from_reporter: Mapped[bool]
    written_on: Mapped[date]
    sealed: Mapped[bytes]
    is_read: Mapped[bool] = mapped_column(default=False)


def from_office(session: Session, report: Report, text: str, now: datetime) -> Message:
    """Write to the reporter; they read it with their receipt."""
    return _write(session, report, text, now, from_reporter=False)


def from_reporter(
    session: Session, report: Report | Found, text: str, files: Sequence[FileKey], now: datetime
) -> Message:
    """Add to a report: words, files, or both.

    Args:
        report: what the receipt has found.
        text: at most `MOST_CHARACTERS` characters.
        files: at most `MOST_FILES`, already stored encrypted.
        now: the moment; only its day is kept.

    Raises:
        Refused: there is neither, or too much.
    """
    if not text.strip() and not files:
        raise Refused("请写下要补充的内容，或者选择文件")
    if len(text) > MOST_CHARACTERS:
        raise Refused(
            "最多 %(most)s 字，现在有 %(length)s 字", most=MOST_CHARACTERS, length=len(text)
        )
    if len(files) > MOST_FILES:
        raise Refused("最多 %(most)s 个文件", most=MOST_FILES)
    message = _write(session, report, text, now, from_reporter=True)
    session.add_all(
        ReportFile(id=f.id, report_id=report.id, sealed=seal_file_key(report.public_key, f))
        for f in files
    )
    session.flush()
    return message


def _write(
    session: Session, report: Report | Found, text: str, now: datetime, *, from_reporter: bool
) -> Message:
    queue_up_for(session, f"reports:{report.id}")
    last = session.scalar(
        sa.select(sa.func.max(Message.number)).where(Message.report_id == report.id)
    )
    message = Message(
        id=secrets.token_hex(16),
        report_id=report.id,
        number=(last or 0) + 1,
        from_reporter=from_reporter,
        written_on=local_day(now),
        sealed=sealing.seal(
            report.public_key, json.dumps({"text": text}, ensure_ascii=False).encode()
        ),
        is_read=not from_reporter,
    )
    session.add(message)
    session.flush()
    return message


def of_report(session: Session, report_id: str) -> Sequence[Message]:
    """The messages of a report in order, sealed."""
    query = sa.select(Message).where(Message.report_id == report_id).order_by(Message.number)
    return session.scalars(query).all()


def unread(session: Session, report_ids: Sequence[str]) -> dict[str, int]:
    """How many messages of the reporter no officer has read yet, by report (one statement)."""
    query = (
        sa.select(Message.report_id, sa.func.count().label("unread"))
        .where(Message.report_id.in_(report_ids), Message.is_read.is_(False))
        .group_by(Message.report_id)
    )
    return {row.report_id: row.unread for row in session.execute(query)}


def with_news(reports: sa.Select[Report]) -> sa.Select[Report]:
    """Of some reports, those to which the reporter has added what no officer has read yet."""
    news = sa.select(Message.report_id).where(Message.is_read.is_(False))
    return reports.where(Report.id.in_(news))


def mark_read(session: Session, report_id: str) -> int:
    """Note that an officer has seen what the reporter added; returns how many were new."""
    result = session.execute(
        sa.update(Message)
        .where(Message.report_id == report_id, Message.is_read.is_(False))
        .values(is_read=True)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def claimed_files() -> sa.Select[str]:
    """The ids of files that belong to a report; all others were left behind by unfinished forms."""
    return sa.select(ReportFile.id)
