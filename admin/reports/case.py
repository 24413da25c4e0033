"""A report as one reader has it before them: shut, or opened in memory for this request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import abort

from admin import unsealing
from admin.access import current_private_key, current_staff
from domain import subjects, triage
from domain.clock import utc_now
from domain.errors import Refused
from web.database import current_session

if TYPE_CHECKING:
    from admin.unsealing import OpenedReport
    from domain.db import Session
    from domain.reports import Report
    from domain.staff import Staff


@dataclass(frozen=True)
class Case:
    """A report, who reads it, and what it says if they hold it open.

    Attributes:
        content: None while the report is shut to this reader.
        meant: ids of the officials it is about, as far as the public record can tell.
    """

    session: Session
    person: Staff
    report: Report
    content: OpenedReport | None = field(default=None, repr=False)
    meant: frozenset[int] = frozenset()


def case_or_404(number: str) -> Case:
    """The report if the reader's office holds it; whatever another office holds does not exist."""
    session, person = current_session(), current_staff()
    report = triage.report_of(session, number, person)
    if report is None:
        abort(404)
    if not triage.holds_open(session, report, person, utc_now()):
        return Case(session, person, report)
    content = open_now(session, report, person)
    meant = subjects.officials_meant(session, content.subject, report.arrived_on)
    return Case(session, person, report, content, frozenset(meant))


def open_now(session: Session, report: Report, person: Staff) -> OpenedReport:
    """What a report says.

    Raises:
        Refused: the keys do not fit; nobody should meet this.
    """
    try:
        return unsealing.open_report(session, report, person, current_private_key())
    except unsealing.CannotOpen:
        raise Refused("这件举报打不开：钥匙不符，请联系安全保密管理员") from None
