"""Triage: what an office does with a report. Each step is one act with one audit row."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain import (
    audit,
    categories,
    dialogue,
    offices,
    readings,
    recusal,
    sealing,
    subjects,
)
from domain.clock import local_day
from domain.db import see_latest
from domain.errors import Refused
from domain.labels import N_, Labelled
from domain.offices import Membership
from domain.permissions import Permission
from domain.recusal import ReportBar
from domain.reports import (
    ENDED,
    OPEN,
    RECEIPT_LASTS,
    UNDECIDED,
    Report,
    ReportFile,
    ReportKey,
    ReportState,
)
from domain.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.offices import Office
    from domain.subjects import Subject


class MustRecuse(Refused):
    """The opened report turns out to be about somebody the reader is recused from."""

    def __init__(self) -> None:
        super().__init__(N_("这件举报不能由您拆阅，已转由他人办理"))


class DeclineReason(Labelled):
    """Why a report is not accepted 不予受理 (工作规则); each says whom to turn to instead."""

    LITIGATION = "litigation", N_("依法应当通过诉讼、仲裁、行政裁决、行政复议等途径解决")
    OTHER_BODY = "other_body", N_("属于其他机关或者单位职责范围")
    NO_SUBSTANCE = "no_substance", N_("仅列举违纪违法行为名称，没有实质内容")


ACCEPTED_TEXT = N_("您反映的问题已受理。我们会按规定核查处理，处理情况会在这里告诉您。")


class Order(Labelled):
    """How the queue may be sorted."""

    OLDEST = "oldest", N_("收件从早到晚")
    NEWEST = "newest", N_("收件从晚到早")
    STATE = "state", N_("按状态")


def queue(
    actor: Staff,
    *,
    states: Sequence[ReportState] | None = None,
    about_head: bool | None = None,
    named: bool | None = None,
    mine: bool = False,
    number: str = "",
    order: Order = Order.OLDEST,
) -> sa.Select[Report]:
    """The reports the actor's offices hold, narrowed and sorted; a query for a pager.

    Whatever another office holds is not in it: not in the rows and so not in the count.
    """
    query = (
        held_by(actor)
        .options(sa.orm.joinedload(Report.office), sa.orm.joinedload(Report.handler))
        .order_by(*_ORDERS[order], Report.id)
    )
    if states is not None:
        query = query.where(Report.state.in_(states))
    if about_head is not None:
        query = query.where(Report.about_head.is_(about_head))
    if named is not None:
        query = query.where(Report.is_named.is_(named))
    if mine:
        query = query.where(Report.handler_id == actor.id)
    if number:
        query = query.where(Report.id.contains(number.upper(), autoescape=True))
    return query


_ORDERS: dict[Order, tuple[sa.ColumnElement[Any], ...]] = {
    Order.OLDEST: (Report.arrived_on.asc(),),
    Order.NEWEST: (Report.arrived_on.desc(),),
    Order.STATE: (
        sa.case({state: n for n, state in enumerate(ReportState)}, value=Report.state),
        Report.arrived_on.asc(),
    ),
}


def tally(session: Session, narrowed: sa.Select[Report]) -> dict[ReportState, int]:
    """How many reports of a queue are in each state (one statement)."""
    rows = narrowed.order_by(None).subquery()
    query = sa.select(rows.c.state, sa.func.count().label("reports")).group_by(rows.c.state)
    found = {row.state: row.reports for row in session.execute(query)}
    return {state: found.get(state, 0) for state in ReportState}


def held_by(actor: Staff) -> sa.Select[Report]:
    """The reports that the actor's offices hold, less those shut to the actor by recusal."""
    return sa.select(Report).where(
        Report.office_id.in_(offices.ids_of_staff(actor.id)),
        Report.id.not_in(recusal.barred_reports(actor)),
    )


def report_of(session: Session, report_id: str, actor: Staff) -> Report | None:
    """One report if the actor's office holds it; another office's report does not exist for them."""
    return session.scalar(held_by(actor).where(Report.id == report_id))


def holds_open(session: Session, report: Report, actor: Staff, now: datetime) -> bool:
    """Whether the actor has opened the report and may still look at it."""
    return readings.current(session, f"reports:{report.id}", actor, now) is not None


def sealed_key_of(session: Session, report: Report) -> bytes:
    """The report's private key as sealed to the office that holds it."""
    query = sa.select(ReportKey.sealed_key).where(
        ReportKey.report_id == report.id, ReportKey.office_id == report.office_id
    )
    return session.scalars(query).one()


def open_report(
    session: Session,
    report: Report,
    actor: Staff,
    now: datetime,
    *,
    subject: Subject | None = None,
) -> None:
    """Record that the actor opens the report, and take note of what the reporter has added.

    Args:
        subject: whom it is about, as the opened content says; from here on nobody who is recused
            from them sees the report.

    Raises:
        Refused: another office holds it, or the actor may open none.
        MustRecuse: the actor is one of those; call `recuse`.
    """
    _need(session, actor, Permission.REPORT_OPEN, report)
    if subject is not None:
        meant = subjects.officials_meant(session, subject, local_day(now))
        recusal.shut(session, report.id, meant)
        if session.get(ReportBar, (report.id, actor.id)) is not None:
            raise MustRecuse
    if dialogue.mark_read(session, report.id) and report.state is ReportState.WAITING:
        report.state = ReportState.RECEIVED
    if report.handler_id is None:
        report.handler_id = actor.id
    readings.start(session, f"reports:{report.id}", actor, now)


def take_file(session: Session, report: Report, file_id: str, actor: Staff, now: datetime) -> None:
    """Record that the actor takes a copy of one of the report's files out of the house.

    Raises:
        Refused: the report is not open to the actor, or has no such file.
    """
    _need(session, actor, Permission.REPORT_OPEN, report)
    file = session.get(ReportFile, file_id)
    if file is None or file.report_id != report.id or not holds_open(session, report, actor, now):
        raise Refused("请先拆阅举报，再下载附件")
    _record(session, report, "download", actor, now, file=file_id)


def recuse(
    session: Session, report: Report, report_key: bytes, actor: Staff, now: datetime
) -> None:
    """Put on record that the actor must not see a report, and see that somebody else can.

    When nobody in the office may, the report goes to an office where somebody may.

    Args:
        report_key: the report's private key, to be sealed to that office.
    """
    if not _somebody_may(session, report, report.office_id):
        for office in offices.that_take_reports(session):
            if _somebody_may(session, report, office.id):
                sealed_key = sealing.seal_key(office.public_key, report_key)
                _hand_over(session, report, office, sealed_key)
                break
    elif report.handler_id == actor.id:
        report.handler_id = None
    _record(session, report, "recuse", actor, now, office=report.office_id)


def _somebody_may(session: Session, report: Report, office_id: int) -> bool:
    """Whether an office has a member to whom the report is not shut."""
    shut = sa.select(ReportBar.staff_id).where(ReportBar.report_id == report.id)
    query = (
        sa.select(Membership.staff_id)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.office_id == office_id, Staff.active, Staff.id.not_in(shut))
        .limit(1)
    )
    return session.scalar(query) is not None


def accept(session: Session, report: Report, category: str, actor: Staff, now: datetime) -> None:
    """Accept 受理, file it by a category and tell the reporter.

    Args:
        category: a code of `categories.in_use` on the day.

    Raises:
        Refused: it has been decided already or is elsewhere, or the category is not in use.
    """
    _deciding(session, actor, report, UNDECIDED)
    if category not in {c.code for c in categories.in_use(local_day(now))}:
        raise Refused("请选择问题类别")
    report.category = category
    _decide(report, ReportState.ACCEPTED, actor, now)
    dialogue.from_office(session, report, ACCEPTED_TEXT, now)
    _record(session, report, "accept", actor, now, category=category)


def decline(
    session: Session, report: Report, why: DeclineReason, text: str, actor: Staff, now: datetime
) -> None:
    """Do not accept 不予受理. The receipt answers for another `RECEIPT_LASTS`.

    Args:
        why: one of the reasons of the 工作规则.
        text: the officer's letter, which says whom to turn to instead.

    Raises:
        Refused: it has been decided already or is elsewhere, or the letter is empty.
    """
    _deciding(session, actor, report, UNDECIDED)
    letter = _text(text, N_("请告诉举报人理由，以及可以向哪里反映"))
    _decide(report, ReportState.DECLINED, actor, now)
    dialogue.from_office(session, report, f"{why.label}。\n{letter}", now)
    _record(session, report, "decline", actor, now, reason=why.value)


def refer_out(session: Session, report: Report, text: str, actor: Staff, now: datetime) -> None:
    """Refer to another body 转交. The receipt answers for another `RECEIPT_LASTS`.

    Args:
        text: the officer's letter, which says where it went.

    Raises:
        Refused: it is finished or elsewhere, or the letter is empty.
    """
    _deciding(session, actor, report, OPEN)
    letter = _text(text, N_("请写明转交给哪个机关，并告诉举报人"))
    _decide(report, ReportState.REFERRED, actor, now)
    dialogue.from_office(session, report, letter, now)
    _record(session, report, "refer_out", actor, now)


def pass_on(
    session: Session, report: Report, office: Office, sealed_key: bytes, actor: Staff, now: datetime
) -> None:
    """Pass a report to another office: its key sealed to them, ours gone.

    Args:
        sealed_key: the report's private key, sealed to ``office.public_key`` by whoever opened it.

    Raises:
        Refused: it is finished or elsewhere, is there already, or nobody there may take it.
    """
    _deciding(session, actor, report, OPEN)
    if office.id == report.office_id:
        raise Refused("举报已经在%(office)s", office=office.name)
    if office not in offices.that_take_reports(session):
        raise Refused("%(office)s不能接收举报", office=office.name)
    before = report.office_id
    _hand_over(session, report, office, sealed_key)
    _record(session, report, "pass_on", actor, now, office=office.id, before=before)


def _hand_over(session: Session, report: Report, office: Office, sealed_key: bytes) -> None:
    session.execute(sa.delete(ReportKey).where(ReportKey.report_id == report.id))
    session.add(ReportKey(report_id=report.id, office_id=office.id, sealed_key=sealed_key))
    report.office_id = office.id
    report.handler_id = None
    session.flush()
    session.expire(report, ["office"])


def ask(session: Session, report: Report, text: str, actor: Staff, now: datetime) -> None:
    """Ask the reporter something; a report that is not decided yet waits for the answer.

    Raises:
        Refused: it is finished or elsewhere, or nothing is asked.
    """
    _deciding(session, actor, report, OPEN)
    dialogue.from_office(session, report, _text(text, N_("请写下要问举报人的话")), now)
    if report.state in UNDECIDED:
        report.state = ReportState.WAITING
    report.handler_id = actor.id
    _record(session, report, "ask", actor, now)


def moved_to_clue(report: Report, category: str, actor: Staff, now: datetime) -> None:
    """Close the report's own part: it has become a clue (`clues.open_from_report` records that)."""
    report.category = category
    _decide(report, ReportState.IN_CLUE, actor, now)


def _deciding(
    session: Session, actor: Staff, report: Report, allowed: Sequence[ReportState]
) -> None:
    _need(session, actor, Permission.REPORT_DECIDE, report)
    if report.state not in allowed:
        raise Refused("这件举报“%(state)s”，不能再这样办理", state=report.state)


def _need(session: Session, actor: Staff, permission: Permission, report: Report) -> None:
    see_latest(session, report)
    if not actor.may(permission) or report_of(session, report.id, actor) is None:
        raise Refused("您不能办理这件举报")


def _decide(report: Report, state: ReportState, actor: Staff, now: datetime) -> None:
    report.state = state
    report.handler_id = actor.id
    report.decided_on = local_day(now)
    if state in ENDED:
        report.receipt_until = _receipt_end(local_day(now))


def _receipt_end(day: date) -> date:
    return day + RECEIPT_LASTS


def _text(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


def _record(
    session: Session,
    report: Report,
    verb: str,
    actor: Staff,
    now: datetime,
    *,
    reason: str = "",
    **details: object,
) -> None:
    audit.record(
        session, actor, f"reports.{verb}", f"reports:{report.id}", now, reason=reason, **details
    )
