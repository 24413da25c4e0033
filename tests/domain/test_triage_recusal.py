"""Recusal once a report is opened, and how long it stays open."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from admin import unsealing
from domain import (
    files,
    offices,
    readings,
    recusal,
    reports,
    triage,
)
from domain.audit import AuditRow
from domain.categories import Matter
from domain.db import Session
from domain.errors import Refused
from domain.offices import OfficeKind
from domain.recusal import Recusal, ReportBar
from domain.reports import Report, Submission
from domain.staff import Staff
from domain.subjects import Subject
from domain.triage import MustRecuse
from tests.fixtures.county import NOW, TODAY, County, password_of

LATER = NOW + timedelta(days=3)


def arrive(session: Session, subject: Subject | None = None, **more: object) -> Report:
    submission = Submission(subject or Subject(unit="某村"), Matter.MONEY, "某事", **more)  # type: ignore[arg-type]
    report = reports.submit(session, submission, NOW).report
    session.commit()
    return report


def key_of(session: Session, report: Report, person: Staff) -> bytes:
    own = unsealing.unlock(person, password_of(person.username))
    return unsealing.report_key(session, report, person, own)


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


def barred(session: Session, county: County, username: str, official: str) -> None:
    session.add(
        Recusal(
            staff_id=county.staff[username].id,
            official_id=county.officials[official].id,
            relation="夫妻",
            declared_on=TODAY,
        )
    )
    session.commit()


def test_whoever_is_recused_is_shut_out_once_the_report_is_opened(
    session: Session, county: County
) -> None:
    officer = county.staff["intake"]
    report = arrive(session, Subject(unit="交通运输局", name="周明远"))
    barred(session, county, "intake", "transport")
    subject = Subject(unit="交通运输局", name="周明远")
    key = key_of(session, report, officer)
    with pytest.raises(MustRecuse, match="不能由您拆阅"):
        triage.open_report(session, report, officer, NOW, subject=subject)
    triage.recuse(session, report, key, officer, NOW)
    session.commit()
    # Nobody else is in the intake office: another office has it now, and can open it.
    assert report.office.kind is not OfficeKind.INTAKE
    assert report.office.kind is not OfficeKind.CUSTODY
    assert triage.report_of(session, report.id, officer) is None
    assert readings.current(session, f"reports:{report.id}", officer, NOW) is None
    holder = next(
        person
        for person in county.staff.values()
        if triage.report_of(session, report.id, person) is not None
    )
    own = unsealing.unlock(holder, password_of(holder.username))
    assert unsealing.open_report(session, report, holder, own).happened == "某事"
    assert recorded(session)[-1] == "reports.recuse"


def test_a_colleague_takes_over_from_whoever_is_recused(session: Session, county: County) -> None:
    officer, colleague = county.staff["intake"], county.staff["manager"]
    office = county.offices[OfficeKind.INTAKE]
    own = unsealing.unlock(officer, password_of("intake"))
    key = unsealing.office_key(session, office.id, officer, own)
    offices.join(session, office, colleague, key, officer, NOW)
    report = arrive(session, Subject(name="周明远"))
    session.execute(update(Report).values(handler_id=officer.id))
    barred(session, county, "intake", "transport")
    report_key = key_of(session, report, officer)
    with pytest.raises(MustRecuse):
        triage.open_report(session, report, officer, NOW, subject=Subject(name="周明远"))
    triage.recuse(session, report, report_key, officer, NOW)
    session.commit()
    assert (report.office_id, report.handler_id) == (office.id, None)
    assert triage.report_of(session, report.id, officer) is None
    triage.open_report(session, report, colleague, NOW, subject=Subject(name="周明远"))
    assert report.handler is colleague
    # A second opening shuts nobody out twice.
    triage.open_report(session, report, colleague, LATER, subject=Subject(name="周明远"))
    shut_to = set(session.scalars(select(ReportBar.staff_id)))
    # The editor works in the unit of the accused.
    assert shut_to == {officer.id, county.staff["editor"].id}


def test_where_everybody_is_recused_the_report_stays_shut(session: Session, county: County) -> None:
    report = arrive(session, Subject(name="周明远"))
    for person in county.staff.values():
        barred(session, county, person.username, "transport")
    officer = county.staff["intake"]
    key = key_of(session, report, officer)
    with pytest.raises(MustRecuse):
        triage.open_report(session, report, officer, NOW, subject=Subject(name="周明远"))
    triage.recuse(session, report, key, officer, NOW)
    session.commit()
    assert report.office.kind is OfficeKind.INTAKE
    assert [p for p in county.staff.values() if triage.report_of(session, report.id, p)] == []


def test_opening_lasts_half_an_hour(session: Session, county: County) -> None:
    report, officer = arrive(session), county.staff["intake"]
    assert not triage.holds_open(session, report, officer, NOW)
    triage.open_report(session, report, officer, NOW)
    assert triage.holds_open(session, report, officer, NOW + readings.LASTS - timedelta(seconds=1))
    assert not triage.holds_open(session, report, officer, NOW + readings.LASTS)
    assert not triage.holds_open(session, report, county.staff["manager"], NOW)
    assert readings.ever(session, f"reports:{report.id}", officer)
    assert not readings.ever(session, f"reports:{report.id}", county.staff["manager"])


def test_a_file_is_taken_only_from_an_open_report(session: Session, county: County) -> None:
    file_id, key, size = files.store(session, [b"x"], limit=10, today=TODAY)
    report = arrive(session, files=(reports.FileKey(file_id, "a.txt", size, key),))
    other, officer = arrive(session), county.staff["intake"]
    with pytest.raises(Refused, match="请先拆阅举报"):
        triage.take_file(session, report, file_id, officer, NOW)
    triage.open_report(session, report, officer, NOW)
    triage.open_report(session, other, officer, NOW)
    with pytest.raises(Refused, match="请先拆阅举报"):
        triage.take_file(session, other, file_id, officer, NOW)
    with pytest.raises(Refused, match="请先拆阅举报"):
        triage.take_file(session, report, "nothing", officer, NOW)
    triage.take_file(session, report, file_id, officer, NOW)
    assert recorded(session)[-1] == "reports.download"
    with pytest.raises(Refused, match="您不能办理这件举报"):
        triage.take_file(session, report, file_id, county.staff["manager"], NOW)


def test_nobody_is_barred_by_nobody(session: Session, county: County) -> None:
    report = arrive(session)
    recusal.shut(session, report.id, set())
    assert session.scalars(select(ReportBar)).all() == []
