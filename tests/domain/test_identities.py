"""Three hands to see who reports; and the dictionary of categories."""

from datetime import date

import pytest
from sqlalchemy import select

from domain import (
    audit,
    categories,
    identities,
    readings,
    recusal,
    reports,
    trail,
    triage,
)
from domain.audit import AuditRow
from domain.categories import Category, Matter
from domain.db import Session
from domain.errors import Refused
from domain.identities import IdentityRequest, RequestState
from domain.permissions import Role
from domain.recusal import Recusal
from domain.reports import Identity, Report, Submission
from domain.subjects import Subject
from tests.fixtures.county import NOW, TODAY, County


def arrive(session: Session, identity: Identity | None = None) -> Report:
    submission = Submission(
        Subject(unit="某村"), Matter.MONEY, "某事", identity=identity or Identity()
    )
    return reports.submit(session, submission, NOW).report


def tie(session: Session, county: County, username: str, official: str) -> None:
    session.add(
        Recusal(
            staff_id=county.staff[username].id,
            official_id=county.officials[official].id,
            relation="同胞",
            declared_on=TODAY,
        )
    )
    session.commit()


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


def ask(session: Session, county: County) -> IdentityRequest:
    report = arrive(session, Identity(name="某甲", contact="13900000000"))
    asked = identities.request(session, report, " 核实 ", county.staff["intake"], NOW)
    session.commit()
    return asked


def test_three_hands_to_see_a_name(session: Session, county: County) -> None:
    asked = ask(session, county)
    intake, chief, custodian = (county.staff[u] for u in ("intake", "chief", "custodian"))
    assert asked.reason == "核实"
    assert session.scalars(identities.waiting(chief)).all() == [asked]
    assert session.scalars(identities.waiting(custodian)).all() == []
    assert identities.by_id(session, asked.id, custodian) is None
    identities.approve(session, asked, chief, NOW)
    session.commit()
    assert session.scalars(identities.waiting(custodian)).all() == [asked]
    identities.look(session, asked, custodian, NOW)
    session.commit()
    assert asked.state is RequestState.OPENED
    assert readings.current(session, asked.subject, custodian, NOW) is not None
    assert readings.current(session, asked.subject, intake, NOW) is None
    assert session.scalars(identities.waiting(intake)).all() == []
    assert recorded(session)[-3:] == ["identities.request", "identities.approve", "identities.open"]
    with pytest.raises(Refused, match="申请“保密专员已查看”，不能查看"):
        identities.look(session, asked, custodian, NOW)


def test_nobody_holds_two_of_the_three_hands(session: Session, county: County) -> None:
    asked = ask(session, county)
    intake, chief, custodian = (county.staff[u] for u in ("intake", "chief", "custodian"))
    intake.role_names = [Role.INTAKE_OFFICER, Role.CHIEF, Role.CUSTODIAN]
    chief.role_names = [Role.CHIEF, Role.CUSTODIAN]
    session.commit()
    assert session.scalars(identities.waiting(intake)).all() == []
    with pytest.raises(Refused, match="申请人不能自己批准"):
        identities.approve(session, asked, intake, NOW)
    identities.approve(session, asked, chief, NOW)
    for person in (intake, chief):
        with pytest.raises(Refused, match="申请人、批准人不能自己查看"):
            identities.look(session, asked, person, NOW)
    identities.look(session, asked, custodian, NOW)


def test_what_is_asked_for_must_be_there_once_and_for_a_reason(
    session: Session, county: County
) -> None:
    asked, intake = ask(session, county), county.staff["intake"]
    report = session.get_one(Report, asked.report_id)
    with pytest.raises(Refused, match="已有一份申请：待批准"):
        identities.request(session, report, "再问", intake, NOW)
    with pytest.raises(Refused, match="这是匿名举报"):
        identities.request(session, arrive(session), "核实", intake, NOW)
    named = arrive(session, Identity(name="某乙"))
    with pytest.raises(Refused, match="请写明查看身份的理由"):
        identities.request(session, named, " ", intake, NOW)
    for username in ("manager", "chief", "custodian"):
        with pytest.raises(Refused, match="您不能办理这件举报"):
            identities.request(session, named, "核实", county.staff[username], NOW)
    assert identities.latest(session, report.id) is asked


def test_a_request_turned_down_says_why_and_may_be_made_again(
    session: Session, county: County
) -> None:
    asked, chief = ask(session, county), county.staff["chief"]
    with pytest.raises(Refused, match="请写明不批准的理由"):
        identities.refuse(session, asked, "\n", chief, NOW)
    identities.refuse(session, asked, " 没有必要 ", chief, NOW)
    assert (asked.state, asked.answer) == (RequestState.REFUSED, "没有必要")
    with pytest.raises(Refused, match="这份申请“未批准”，不能再批"):
        identities.approve(session, asked, chief, NOW)
    with pytest.raises(Refused, match="您不能查看举报人身份"):
        identities.look(session, asked, county.staff["custodian"], NOW)
    with pytest.raises(Refused, match="您不能批准"):
        identities.approve(session, asked, county.staff["intake"], NOW)
    report = session.get_one(Report, asked.report_id)
    again = identities.request(session, report, "另有理由", county.staff["intake"], NOW)
    assert session.scalars(identities.visible(chief)).all() == [again, asked]


def test_a_request_about_a_report_shut_to_somebody_is_not_there(
    session: Session, county: County
) -> None:
    asked, chief = ask(session, county), county.staff["chief"]
    tie(session, county, "chief", "transport")
    recusal.shut(session, asked.report_id, {county.officials["transport"].id})
    session.commit()
    assert identities.by_id(session, asked.id, chief) is None
    assert session.scalars(identities.waiting(chief)).all() == []
    with pytest.raises(Refused, match="您不能批准"):
        identities.approve(session, asked, chief, NOW)
    subjects = {row.subject for row in session.scalars(trail.visible(chief, audit.on_record()))}
    assert asked.subject not in subjects


def test_categories_are_in_use_from_a_day_to_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    old = Category("old", "旧类", date(2018, 1, 1), date(2023, 1, 1))
    monkeypatch.setattr(categories, "CATEGORIES", (old, *categories.CATEGORIES))
    assert old not in categories.in_use(date(2017, 12, 31))
    assert old in categories.in_use(date(2022, 12, 31))
    assert old not in categories.in_use(date(2023, 1, 1))
    assert categories.label_of("old") == "旧类"
    assert categories.label_of("inaction") == "不作为不担当"
    assert categories.label_of("x") == "x"
    assert len({c.code for c in categories.CATEGORIES}) == len(categories.CATEGORIES)
    assert set(categories.MATTER_HINTS) == set(Matter)


def test_a_report_is_opened_by_its_officer_after_all_this(session: Session, county: County) -> None:
    report, officer = arrive(session), county.staff["intake"]
    triage.open_report(session, report, officer, NOW)
    assert list(audit.breaks(session)) == []
