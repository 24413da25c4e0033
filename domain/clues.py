"""Clues 问题线索: numbered one by one, about an official, sealed to the office that works on them.

The full state table (four disposals, filing, investigation …) grows from `ClueState`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import audit, categories, integrity, offices, readings, recusal, sealing, triage
from domain.clock import local_day
from domain.db import Base, see_latest
from domain.errors import Refused
from domain.integrity import Section
from domain.labels import N_, Labelled
from domain.offices import Office
from domain.officials import Official, Post, Tenure, matching
from domain.permissions import Permission
from domain.reports import OPEN, Report
from domain.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session


class ClueState(Labelled):
    """Where a clue stands. Only what this house can do today; disposals come with their rules."""

    REGISTERED = "registered", N_("已登记，待提出处置意见")


class ClueSource(Labelled):
    """Where a clue comes from."""

    REPORT = "report", N_("信访举报")
    TOUR = "tour", N_("巡察移交")
    AUDIT = "audit", N_("审计移送")
    TRANSFER = "transfer", N_("其他机关移送")


class Clue(Base):
    """A clue. The account of it is sealed to the office's key; the rest is for keeping order."""

    __tablename__ = "clues"
    __table_args__ = (sa.UniqueConstraint("year", "serial"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    serial: Mapped[int]
    state: Mapped[ClueState] = mapped_column(default=ClueState.REGISTERED, index=True)
    source: Mapped[ClueSource]
    category: Mapped[str] = mapped_column(sa.String(20))
    official_id: Mapped[int] = mapped_column(sa.ForeignKey("officials.id"), index=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("offices.id"), index=True)
    handler_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    report_id: Mapped[str | None] = mapped_column(sa.ForeignKey("reports.id"), unique=True)
    opened_on: Mapped[date]
    sealed: Mapped[bytes]

    official: Mapped[Official] = relationship()
    office: Mapped[Office] = relationship()
    handler: Mapped[Staff] = relationship()

    @property
    def number(self) -> str:
        """As files quote it: 〔2026〕12号."""
        return f"〔{self.year}〕{self.serial}号"


def visible(actor: Staff) -> sa.Select[Clue]:
    """The clues the actor may know of: their offices', or all for case management, less recusals."""
    query = sa.select(Clue).where(recusal.may_see(actor, Clue.official_id))
    if not actor.may(Permission.CLUE_READ_ALL):
        query = query.where(Clue.office_id.in_(offices.ids_of_staff(actor.id)))
    return query


def listing(actor: Staff, *, state: ClueState | None = None, category: str = "") -> sa.Select[Clue]:
    """`visible`, narrowed, newest first, with what a list shows."""
    query = (
        visible(actor)
        .options(
            sa.orm.joinedload(Clue.official),
            sa.orm.joinedload(Clue.office),
            sa.orm.joinedload(Clue.handler),
        )
        .order_by(Clue.year.desc(), Clue.serial.desc())
    )
    if state is not None:
        query = query.where(Clue.state == state)
    if category:
        query = query.where(Clue.category == category)
    return query


def by_id(session: Session, clue_id: int, actor: Staff) -> Clue | None:
    """One clue if the actor may know of it."""
    return session.scalar(visible(actor).where(Clue.id == clue_id))


def candidates(
    session: Session, actor: Staff, words: str, *, also: Collection[int] = (), most: int = 12
) -> Sequence[Official]:
    """Officials a clue can be about, with their posts: those in ``also``, then those found by words.

    Args:
        words: part of a name, of a post or of a unit; nothing is found by nothing.
        also: ids of officials to be offered in any case.
        most: how many at the most.
    """
    matches = matching(words)
    wanted = sa.or_(Official.id.in_(also), sa.and_(*matches) if matches else sa.false())
    query = (
        sa.select(Official)
        .where(wanted, recusal.may_see(actor, Official.id))
        .options(
            sa.orm.selectinload(Official.tenures).joinedload(Tenure.post).joinedload(Post.unit)
        )
        .order_by(Official.id.in_(also).desc(), Official.name, Official.id)
        .limit(most)
    )
    return session.scalars(query).all()


def open_from_report(
    session: Session,
    report: Report,
    official: Official,
    category: str,
    account: str,
    actor: Staff,
    now: datetime,
) -> Clue:
    """Turn a report into a clue about an official and link it to their integrity file.

    Args:
        account: what the clue is about, in the officer's words; sealed to the office's key.

    Raises:
        Refused: the report is decided or elsewhere, the officer is recused, or something is missing.
    """
    see_latest(session, report)
    if not actor.may(Permission.CLUE_OPEN) or triage.report_of(session, report.id, actor) is None:
        raise Refused("您不能办理这件举报")
    if report.state not in OPEN:
        raise Refused("这件举报“%(state)s”，不能再这样办理", state=report.state)
    if not recusal.allows(session, actor, official.id):
        raise Refused("您与被反映人有应当回避的关系，请交由他人办理")
    if category not in {c.code for c in categories.in_use(local_day(now))}:
        raise Refused("请选择问题类别")
    if not account.strip():
        raise Refused("请写明线索的主要内容")
    today = local_day(now)
    clue = Clue(
        year=today.year,
        serial=_next_serial(session, today.year),
        source=ClueSource.REPORT,
        category=category,
        official=official,
        office_id=report.office_id,
        handler_id=actor.id,
        report_id=report.id,
        opened_on=today,
        sealed=sealing.seal(report.office.public_key, account.strip().encode()),
    )
    session.add(clue)
    session.flush()
    triage.moved_to_clue(report, category, actor, now)
    recusal.shut(session, report.id, {official.id})
    integrity.enter(session, official, Section.CONCLUSIONS, f"clues:{clue.id}", actor, now)
    readings.of_own_making(session, f"clues:{clue.id}", actor, now)
    audit.record(
        session,
        actor,
        "clues.open_from_report",
        f"clues:{clue.id}",
        now,
        report=report.id,
        official=official.id,
    )
    return clue


def _next_serial(session: Session, year: int) -> int:
    """One past the last of the year; whoever asks has queued up, so that no number is given twice."""
    last = session.scalar(sa.select(sa.func.max(Clue.serial)).where(Clue.year == year))
    return (last or 0) + 1


def read(session: Session, clue: Clue, actor: Staff, now: datetime) -> None:
    """Record that the actor opens the clue's sealed account.

    Raises:
        Refused: only the office that works on it holds the key.
    """
    if not actor.may(Permission.CLUE_READ) or by_id(session, clue.id, actor) is None:
        raise Refused("您不能查看这条线索")
    if clue.office_id not in {office.id for office in offices.of_staff(session, actor)}:
        raise Refused("线索内容只有承办的%(office)s可以打开", office=clue.office.name)
    readings.start(session, f"clues:{clue.id}", actor, now)
