from __future__ import annotations

import pytest
import sqlalchemy as sa

from admin import unsealing
from domain import identities, triage
from domain.clock import utc_now
from domain.db import Session
from domain.errors import Refused
from domain.identities import IdentityRequest, RequestState
from domain.permissions import Role
from domain.recusal import shut
from domain.reports import ReportIdentity
from tests.admin.cases import NAMED, ask_identity, end_readings, hand_in, one, rows
from tests.admin.conftest import SignIn
from tests.fixtures.county import County, password_of


def request(session: Session, number: int) -> IdentityRequest:
    session.rollback()
    return session.get_one(IdentityRequest, number)


def test_three_hands(as_: SignIn, session: Session, county: County) -> None:
    report = hand_in(session, county, identity=NAMED)
    officer, chief, custodian = as_("intake"), as_("chief"), as_("custodian")
    officer.post(f"/reports/{report}/open")
    before = len(rows(session))
    officer.post(f"/reports/{report}/identity", **{"identity-reason": "需要当面核实"})
    assert "待批准" in officer.text(f"/reports/{report}")
    assert 'id="step-identity"' not in officer.text(f"/reports/{report}")
    session.rollback()
    number = session.scalars(sa.select(IdentityRequest.id)).one()
    page = f"/identities/{number}"
    assert custodian.get(page).status_code == 404, "not before it is approved"
    assert "等待我办" in chief.text("/")
    assert "需要当面核实" in chief.text(page)
    chief.post(f"{page}/approve")
    assert "查看举报人身份" in custodian.text(page)
    assert NAMED.name not in custodian.text(page)
    custodian.post(f"{page}/open")
    shown = custodian.text(page)
    for words in (NAMED.name, NAMED.contact, NAMED.address):
        assert words in shown
    assert "身份证号" not in shown, "what was not given is not shown"
    for desk in (officer, chief):
        assert NAMED.name not in desk.text(page)
    made = rows(session)[before:]
    assert [(r.action, r.subject, r.reason) for r in made] == [
        (f"identities.{verb}", f"identities:{number}", "需要当面核实")
        for verb in ("request", "approve", "open")
    ]
    assert {r.details["report"] for r in made} == {report}
    assert len({r.actor_id for r in made}) == 3


def test_an_approval_is_used_up_by_looking(as_: SignIn, session: Session, county: County) -> None:
    page = f"/identities/{ask_identity(session, county, approved=True)}"
    custodian = as_("custodian")
    custodian.post(f"{page}/open")
    assert NAMED.name in custodian.text(page)
    end_readings(session)
    assert NAMED.name not in custodian.text(page)
    before = len(rows(session))
    again = custodian.post(f"{page}/open")
    assert "不能查看" in custodian.text(again.headers["Location"])
    assert NAMED.name not in custodian.text(page)
    assert len(rows(session)) == before


def test_turning_down_takes_a_reason(as_: SignIn, session: Session, county: County) -> None:
    number = ask_identity(session, county)
    chief = as_("chief")
    page = chief.post(f"/identities/{number}/refuse", why="").get_data(as_text=True)
    assert "请写明不批准的理由" in page
    before = len(rows(session))
    chief.post(f"/identities/{number}/refuse", why="先核对书面材料")
    assert [r.action for r in rows(session)[before:]] == ["identities.refuse"]
    assert request(session, number).state is RequestState.REFUSED
    officer = as_("intake")
    assert "先核对书面材料" in officer.text(f"/identities/{number}")
    assert "未批准" in officer.text("/identities")
    late = chief.post(f"/identities/{number}/refuse", why="再想想").get_data(as_text=True)
    assert "不能再批" in late
    assert "再想想" in late
    response = chief.post(f"/identities/{number}/approve")
    assert "不能再批" in chief.text(response.headers["Location"])
    assert as_("custodian").get(f"/identities/{number}").status_code == 404


def test_nobody_approves_their_own_request(as_: SignIn, session: Session, county: County) -> None:
    county.staff["intake"].role_names = [Role.INTAKE_OFFICER, Role.CHIEF, Role.CUSTODIAN]
    session.commit()
    number = ask_identity(session, county)
    desk = as_("intake")
    assert f'action="/identities/{number}/approve"' not in desk.text(f"/identities/{number}")
    response = desk.post(f"/identities/{number}/approve")
    assert "申请人不能自己批准" in desk.text(response.headers["Location"])
    identities.approve(session, request(session, number), county.staff["chief"], utc_now())
    session.commit()
    response = desk.post(f"/identities/{number}/open")
    assert "请由另一位保密专员查看" in desk.text(response.headers["Location"])


def test_a_custodian_without_the_offices_key_opens_nothing(
    as_: SignIn, session: Session, county: County
) -> None:
    county.staff["reviewer"].role_names = [Role.CUSTODIAN]
    session.commit()
    number = ask_identity(session, county, approved=True)
    desk = as_("reviewer")
    response = desk.post(f"/identities/{number}/open")
    assert "钥匙不符" in desk.text(response.headers["Location"])
    assert request(session, number).state is RequestState.APPROVED


def test_an_anonymous_report_has_no_identity(as_: SignIn, session: Session, county: County) -> None:
    report = hand_in(session, county)
    desk = as_("intake")
    desk.post(f"/reports/{report}/open")
    assert 'id="step-identity"' not in desk.text(f"/reports/{report}")
    page = desk.post(f"/reports/{report}/identity", **{"identity-reason": "想知道是谁"})
    assert "这是匿名举报" in page.get_data(as_text=True)


def test_one_open_request_at_a_time(as_: SignIn, session: Session, county: County) -> None:
    number = ask_identity(session, county)
    report = request(session, number).report_id
    desk = as_("intake")
    desk.post(f"/reports/{report}/open")
    page = desk.post(f"/reports/{report}/identity", **{"identity-reason": "再问一次"})
    assert "已有一份申请：待批准" in page.get_data(as_text=True)
    assert "再问一次" in page.get_data(as_text=True)


def test_requests_show_to_whom_they_concern_only(
    as_: SignIn, session: Session, county: County
) -> None:
    number = ask_identity(session, county)
    for username in ("manager", "investigator", "custodian"):
        assert "没有与您有关的申请" in as_(username).text("/identities")
        assert as_(username).get(f"/identities/{number}").status_code == 404
    assert f"/identities/{number}" in as_("intake").text("/identities")
    assert f"/reports/{request(session, number).report_id}" in as_("intake").text(
        f"/identities/{number}"
    )


def test_whoever_is_recused_from_the_report_sees_no_request(
    as_: SignIn, session: Session, county: County
) -> None:
    number = ask_identity(session, county)
    county.staff["chief"].official_id = county.officials["transport"].id
    session.commit()
    shut(session, request(session, number).report_id, {county.officials["transport"].id})
    session.commit()
    chief = as_("chief")
    assert "没有与您有关的申请" in chief.text("/identities")
    assert chief.post(f"/identities/{number}/approve").status_code == 404
    assert 'tally num">0<' in chief.text("/")


def test_the_rules_hold_without_the_pages(session: Session, county: County) -> None:
    number = ask_identity(session, county, approved=True)
    asked = request(session, number)
    report = asked.report
    with pytest.raises(Refused, match="不能查看举报人身份"):
        identities.look(session, asked, county.staff["chief"], utc_now())
    with pytest.raises(Refused, match="不能批准"):
        identities.approve(session, asked, county.staff["intake"], utc_now())
    with pytest.raises(Refused, match="不能办理"):
        identities.request(session, report, "x", county.staff["manager"], utc_now())
    other = one(session, hand_in(session, county, identity=NAMED))
    with pytest.raises(Refused, match="请写明查看身份的理由"):
        identities.request(session, other, "  ", county.staff["intake"], utc_now())
    asked = identities.request(session, other, "x", county.staff["intake"], utc_now())
    with pytest.raises(Refused, match="请写明不批准的理由"):
        identities.refuse(session, asked, " ", county.staff["chief"], utc_now())


def test_the_reports_key_does_not_open_the_identity(session: Session, county: County) -> None:
    """Promise 7: neither the report's key, nor its office's, nor any officer's."""
    report = one(session, hand_in(session, county, identity=NAMED))
    officer = county.staff["intake"]
    private = unsealing.unlock(officer, password_of("intake"))
    keys = {
        "officer": private,
        "office": unsealing.office_key(session, report.office_id, officer, private),
        "report": unsealing.report_key(session, report, officer, private),
    }
    envelope = session.get_one(ReportIdentity, report.id)
    assert report.public_key != envelope.public_key
    for key in keys.values():
        for sealed in (envelope.sealed, envelope.sealed_key):
            with pytest.raises(unsealing.CannotOpen):
                unsealing.open_key(key, sealed)
    custodian = county.staff["custodian"]
    theirs = unsealing.unlock(custodian, password_of("custodian"))
    custody = next(o for o in county.offices.values() if o.kind.value == "custody")
    identity = unsealing.open_identity(session, report, custody.id, custodian, theirs)
    assert identity.name == NAMED.name
    anonymous = one(session, hand_in(session, county))
    with pytest.raises(unsealing.CannotOpen):
        unsealing.open_identity(session, anonymous, custody.id, custodian, theirs)
    # And the other way round: the custodian's key does not open the report.
    with pytest.raises(unsealing.CannotOpen):
        unsealing.open_report(session, report, custodian, theirs)
    assert triage.report_of(session, report.id, custodian) is None
