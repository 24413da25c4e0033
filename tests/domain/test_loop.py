"""The whole loop in the domain's own words; the journeys prove it again in a browser."""

from datetime import timedelta

from sqlalchemy import select

from admin import unsealing
from domain import audit, clues, dialogue, integrity, reports, sealing, triage
from domain.categories import Matter
from domain.clues import Clue
from domain.db import Session
from domain.offices import OfficeKind
from domain.reports import Identity, ReportState, Submission
from domain.subjects import Subject
from tests.fixtures.county import NOW, TODAY, County, password_of


def test_report_becomes_clue_and_reaches_the_integrity_file(
    session: Session, county: County
) -> None:
    subject = Subject(official_id=county.officials["transport"].id)
    taken = reports.submit(
        session,
        Submission(subject, Matter.MONEY, "招标前就定好了单位", identity=Identity(name="某甲")),
        NOW,
    )
    session.commit()
    officer = county.staff["intake"]
    report = triage.report_of(session, taken.report.id, officer)
    assert report is not None
    assert (report.about_head, report.is_named, report.office.kind) == (
        True,
        True,
        OfficeKind.INTAKE,
    )

    triage.open_report(session, report, officer, NOW)
    opened = unsealing.open_report(
        session, report, officer, unsealing.unlock(officer, password_of("intake"))
    )
    assert opened.happened == "招标前就定好了单位"
    triage.accept(session, report, "integrity", officer, NOW)
    clue = clues.open_from_report(
        session, report, county.officials["transport"], "integrity", "涉嫌串标", officer, NOW
    )
    session.commit()

    assert clue.number == "〔2026〕1号"
    entries = integrity.entries(session, county.officials["transport"].id)
    assert [entry.target for entry in entries] == [f"clues:{clue.id}"]
    found = reports.by_receipt(session, sealing.receipt_keys(taken.receipt), TODAY)
    assert found is not None
    assert found.state is ReportState.IN_CLUE
    assert len(dialogue.of_report(session, report.id)) == 1
    assert not list(audit.breaks(session))
    assert session.scalars(select(Clue)).one().sealed != b""


def test_receipt_answers_for_a_year_after_the_end(session: Session, county: County) -> None:
    taken = reports.submit(session, Submission(Subject(unit="某村"), Matter.OTHER, "说不清"), NOW)
    officer = county.staff["intake"]
    triage.decline(
        session, taken.report, triage.DeclineReason.OTHER_BODY, "请向住建局反映", officer, NOW
    )
    keys = sealing.receipt_keys(taken.receipt)
    assert reports.by_receipt(session, keys, TODAY + timedelta(days=365)) is not None
    assert reports.by_receipt(session, keys, TODAY + timedelta(days=366)) is None
