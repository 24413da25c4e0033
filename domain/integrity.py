"""Integrity files 廉政档案: one per official, made of links to other nouns, never of copies.

Only conclusions of casework are shown, never the complaint or its author: a clue in progress is a
number and a state. Reading a file takes a reason, is refused on recusal, and is on record.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import audit, readings, recusal
from domain.clock import local_day
from domain.db import Base, queue_up
from domain.errors import Refused
from domain.labels import N_, Labelled
from domain.officials import Official, matching
from domain.permissions import Permission
from domain.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.readings import Reading


class Section(Labelled):
    """The sections of a file, in its order (domain.md §2)."""

    BASICS = "basics", N_("基本情况")
    FAMILY = "family", N_("家庭及社会关系")
    POWERS = "powers", N_("权力清单与分工")
    APPRAISALS = "appraisals", N_("述责述廉与民主评议")
    TALKS = "talks", N_("谈话记录")
    DECLARATIONS = "declarations", N_("个人有关事项报告")
    OPINIONS = "opinions", N_("党风廉政意见")
    CONCLUSIONS = "conclusions", N_("信访核查结论与线索处置结论")
    SANCTIONS = "sanctions", N_("处分与问责")
    TOURS = "tours", N_("巡察与审计反馈")
    DECISIONS = "decisions", N_("三重一大参与")
    RECTIFICATION = "rectification", N_("整改")
    OTHER = "other", N_("其他")


class Entry(Base):
    """A link from an official's file to something that stands elsewhere (``clues:12``)."""

    __tablename__ = "integrity_entries"
    __table_args__ = (sa.UniqueConstraint("official_id", "section", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(sa.ForeignKey("officials.id"))
    section: Mapped[Section]
    target: Mapped[str] = mapped_column(sa.String(80), index=True)
    entered_on: Mapped[date]
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))

    official: Mapped[Official] = relationship()


def enter(
    session: Session, official: Official, section: Section, target: str, actor: Staff, now: datetime
) -> Entry:
    """Put a link into a file as part of another act, which writes the audit row."""
    entry = Entry(
        official_id=official.id,
        section=section,
        target=target,
        entered_on=local_day(now),
        entered_by=actor.id,
    )
    session.add(entry)
    session.flush()
    return entry


def link(
    session: Session, official: Official, section: Section, target: str, actor: Staff, now: datetime
) -> Entry:
    """Put a link into a file as an act of its own.

    Raises:
        Refused: it stands there already, or the actor may not.
    """
    if not actor.may(Permission.INTEGRITY_LINK) or not recusal.allows(session, actor, official.id):
        raise Refused("您不能办理这份廉政档案")
    queue_up(session)
    query = sa.select(Entry.id).where(
        Entry.official_id == official.id, Entry.section == section, Entry.target == target
    )
    if session.scalar(query) is not None:
        raise Refused("这一项已经归入%(name)s的廉政档案", name=official.name)
    entry = enter(session, official, section, target, actor, now)
    audit.record(session, actor, "integrity.link", f"integrity:{official.id}", now, target=target)
    return entry


def files(actor: Staff, *, name: str = "") -> sa.Select[Official]:
    """The officials whose files the actor may ask for, by part of a name, unit or post."""
    query = (
        sa.select(Official)
        .where(recusal.may_see(actor, Official.id))
        .order_by(Official.name, Official.id)
    )
    return query.where(*matching(name))


def file_of(session: Session, official_id: int, actor: Staff) -> Official | None:
    """The official of a file, unless the actor is recused from it."""
    return session.scalar(files(actor).where(Official.id == official_id))


def read(session: Session, official: Official, reason: str, actor: Staff, now: datetime) -> Reading:
    """Open a file for half an hour.

    Raises:
        Refused: no reason is given, or the actor may not read it.
    """
    if not actor.may(Permission.INTEGRITY_READ) or not recusal.allows(session, actor, official.id):
        raise Refused("您不能查阅这份廉政档案")
    if not reason.strip():
        raise Refused("请写明查阅理由")
    subject = f"integrity:{official.id}"
    return readings.start(session, subject, actor, now, reason=reason.strip())


def sections_with(session: Session, official_id: int, target: str) -> Sequence[Section]:
    """The sections of an official's file in which something is linked."""
    query = (
        sa.select(Entry.section)
        .where(Entry.official_id == official_id, Entry.target == target)
        .order_by(Entry.id)
    )
    return session.scalars(query).all()


def entries(session: Session, official_id: int) -> Sequence[Entry]:
    """The links in a file, oldest first within each section."""
    query = (
        sa.select(Entry)
        .where(Entry.official_id == official_id)
        .order_by(Entry.entered_on, Entry.id)
    )
    return session.scalars(query).all()
