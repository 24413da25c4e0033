"""Identities: looking at who reports. One asks, another approves, the custodian looks.

The identity lies in an envelope of its own, sealed to the custodian (design §4). Whoever asks
never gets its key: the custodian reads it, once, and conveys what the work needs.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import audit, readings, recusal, triage
from domain.db import Base, see_latest
from domain.errors import Refused
from domain.labels import N_, Labelled
from domain.permissions import Permission
from domain.reports import Report
from domain.staff import Staff

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class RequestState(Labelled):
    """Where a request to look at an identity stands."""

    PENDING = "pending", N_("待批准")
    APPROVED = "approved", N_("已批准，待保密专员查看")
    REFUSED = "refused", N_("未批准")
    OPENED = "opened", N_("保密专员已查看")


OPEN = (RequestState.PENDING, RequestState.APPROVED)


class IdentityRequest(Base):
    """A request to look at who wrote a report; at most one at a time is open for a report."""

    __tablename__ = "identity_requests"
    __table_args__ = (
        sa.Index(
            "uq_identity_requests_open",
            "report_id",
            unique=True,
            sqlite_where=sa.text("state IN ('pending', 'approved')"),
            postgresql_where=sa.text("state IN ('pending', 'approved')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(sa.ForeignKey("reports.id"), index=True)
    state: Mapped[RequestState] = mapped_column(default=RequestState.PENDING, index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    requested_at: Mapped[datetime]
    decider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    # Why it was not approved.
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    opener_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    opened_at: Mapped[datetime | None]

    report: Mapped[Report] = relationship()
    requester: Mapped[Staff] = relationship(foreign_keys=[requester_id])
    decider: Mapped[Staff | None] = relationship(foreign_keys=[decider_id])
    opener: Mapped[Staff | None] = relationship(foreign_keys=[opener_id])

    @property
    def subject(self) -> str:
        """As readings and audit rows name it."""
        return f"identities:{self.id}"


def visible(actor: Staff) -> sa.Select[IdentityRequest]:
    """The requests the actor has to do with, newest first.

    Their own; every one for whoever approves; those that were approved for the custodian. None of
    a report that is shut to them by recusal.
    """
    concerned: list[sa.ColumnElement[bool]] = [IdentityRequest.requester_id == actor.id]
    if actor.may(Permission.IDENTITY_APPROVE):
        concerned.append(sa.true())
    if actor.may(Permission.IDENTITY_READ):
        concerned.append(IdentityRequest.state.in_((RequestState.APPROVED, RequestState.OPENED)))
    return (
        sa.select(IdentityRequest)
        .where(sa.or_(*concerned), IdentityRequest.report_id.not_in(recusal.barred_reports(actor)))
        .options(
            sa.orm.joinedload(IdentityRequest.requester),
            sa.orm.joinedload(IdentityRequest.decider),
            sa.orm.joinedload(IdentityRequest.opener),
        )
        .order_by(IdentityRequest.id.desc())
    )


def waiting(actor: Staff) -> sa.Select[IdentityRequest]:
    """The requests that wait for the actor: to be approved, or to be looked at."""
    steps: list[sa.ColumnElement[bool]] = [sa.false()]
    if actor.may(Permission.IDENTITY_APPROVE):
        steps.append(
            sa.and_(
                IdentityRequest.state == RequestState.PENDING,
                IdentityRequest.requester_id != actor.id,
            )
        )
    if actor.may(Permission.IDENTITY_READ):
        steps.append(IdentityRequest.state == RequestState.APPROVED)
    return visible(actor).where(sa.or_(*steps))


def by_id(session: Session, request_id: int, actor: Staff) -> IdentityRequest | None:
    """One request if the actor has to do with it."""
    return session.scalar(visible(actor).where(IdentityRequest.id == request_id))


def latest(session: Session, report_id: str) -> IdentityRequest | None:
    """The newest request about a report."""
    query = (
        sa.select(IdentityRequest)
        .where(IdentityRequest.report_id == report_id)
        .options(sa.orm.joinedload(IdentityRequest.requester))
        .order_by(IdentityRequest.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def request(
    session: Session, report: Report, reason: str, actor: Staff, now: datetime
) -> IdentityRequest:
    """Ask for the identity behind a named report.

    Raises:
        Refused: the report is anonymous or elsewhere, a request is open, or no reason is given.
    """
    see_latest(session, report)
    may = actor.may(Permission.IDENTITY_REQUEST)
    if not may or triage.report_of(session, report.id, actor) is None:
        raise Refused("您不能办理这件举报")
    if not report.is_named:
        raise Refused("这是匿名举报，没有身份信息")
    if not reason.strip():
        raise Refused("请写明查看身份的理由")
    before = latest(session, report.id)
    if before is not None and before.state in OPEN:
        raise Refused("已有一份申请：%(state)s", state=before.state)
    made = IdentityRequest(
        report_id=report.id,
        state=RequestState.PENDING,
        reason=reason.strip(),
        requester_id=actor.id,
        requested_at=now,
    )
    session.add(made)
    session.flush()
    _record(session, made, "request", actor, now, made.reason)
    return made


def approve(session: Session, asked: IdentityRequest, actor: Staff, now: datetime) -> None:
    """Let the custodian look.

    Raises:
        Refused: it is decided already, or the actor has asked for it or may not approve.
    """
    _deciding(session, asked, actor)
    _decide(asked, RequestState.APPROVED, actor, now)
    _record(session, asked, "approve", actor, now, asked.reason)


def refuse(session: Session, asked: IdentityRequest, why: str, actor: Staff, now: datetime) -> None:
    """Turn a request down.

    Args:
        why: the reason; whoever asked reads it.

    Raises:
        Refused: it is decided already, no reason is given, or the actor may not decide.
    """
    _deciding(session, asked, actor)
    if not why.strip():
        raise Refused("请写明不批准的理由")
    _decide(asked, RequestState.REFUSED, actor, now)
    asked.answer = why.strip()
    _record(session, asked, "refuse", actor, now, asked.answer)


def look(session: Session, asked: IdentityRequest, actor: Staff, now: datetime) -> None:
    """Use an approval up: the custodian may look for half an hour, and not again.

    Raises:
        Refused: it is not approved, or the custodian asked for or approved it.
    """
    see_latest(session, asked)
    if not actor.may(Permission.IDENTITY_READ) or by_id(session, asked.id, actor) is None:
        raise Refused("您不能查看举报人身份")
    if asked.state is not RequestState.APPROVED:
        raise Refused("申请“%(state)s”，不能查看", state=asked.state)
    if actor.id in (asked.requester_id, asked.decider_id):
        raise Refused("申请人、批准人不能自己查看，请由另一位保密专员查看")
    asked.state = RequestState.OPENED
    asked.opener_id, asked.opened_at = actor.id, now
    readings.of_own_making(session, asked.subject, actor, now)
    _record(session, asked, "open", actor, now, asked.reason)


def _deciding(session: Session, asked: IdentityRequest, actor: Staff) -> None:
    see_latest(session, asked)
    if not actor.may(Permission.IDENTITY_APPROVE) or by_id(session, asked.id, actor) is None:
        raise Refused("您不能批准查看举报人身份")
    if asked.requester_id == actor.id:
        raise Refused("申请人不能自己批准，请由另一人批准")
    if asked.state is not RequestState.PENDING:
        raise Refused("这份申请“%(state)s”，不能再批", state=asked.state)


def _decide(asked: IdentityRequest, state: RequestState, actor: Staff, now: datetime) -> None:
    asked.state = state
    asked.decider_id, asked.decided_at = actor.id, now


def _record(
    session: Session, asked: IdentityRequest, verb: str, actor: Staff, now: datetime, reason: str
) -> None:
    audit.record(
        session,
        actor,
        f"identities.{verb}",
        asked.subject,
        now,
        reason=reason,
        report=asked.report_id,
    )
