"""Offices and their keys."""

import pytest
from sqlalchemy import select

from admin import unsealing
from domain import offices, sealing
from domain.audit import AuditRow
from domain.db import Session
from domain.errors import Refused
from domain.offices import Membership, OfficeKind
from domain.opening import CannotOpen, open_key
from tests.fixtures.county import (
    NOW,
    County,
    password_of,
)


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


def test_joining_an_office_is_getting_its_key(session: Session, county: County) -> None:
    office, manager = county.offices[OfficeKind.INTAKE], county.staff["manager"]
    intake = county.staff["intake"]
    own = unsealing.unlock(intake, password_of("intake"))
    key = unsealing.office_key(session, office.id, intake, own)
    manager_key = unsealing.unlock(manager, password_of("manager"))
    with pytest.raises(CannotOpen):
        unsealing.office_key(session, office.id, manager, manager_key)
    offices.join(session, office, manager, key, intake, NOW)
    assert unsealing.office_key(session, office.id, manager, manager_key) == key
    assert recorded(session)[-1] == "offices.join"
    with pytest.raises(Refused, match="manager（测试）已在信访室"):
        offices.join(session, office, manager, key, intake, NOW)
    assert {o.kind for o in offices.of_staff(session, manager)} == {
        OfficeKind.INTAKE,
        OfficeKind.CASE_MANAGEMENT,
    }
    assert offices.names_by_staff(session)[manager.id] == ["信访室", "案件监督管理室"]


def test_a_key_that_is_not_the_offices_lets_nobody_in(session: Session, county: County) -> None:
    office, manager = county.offices[OfficeKind.INTAKE], county.staff["manager"]
    wrong = sealing.new_key_pair().private
    with pytest.raises(ValueError, match="not the office's"):
        offices.join(session, office, manager, wrong, county.staff["intake"], NOW)
    assert session.get(Membership, (office.id, manager.id)) is None


def test_the_recovery_key_opens_every_office(session: Session, county: County) -> None:
    for office in county.offices.values():
        private = open_key(county.recovery.private, office.recovery_copy)
        assert sealing.public_of(private) == office.public_key


def test_an_office_that_is_not_set_up_takes_nothing(session: Session) -> None:
    with pytest.raises(Refused, match="尚未设立信访室，暂时不能接收"):
        offices.first_of_kind(session, OfficeKind.INTAKE)


def test_offices_with_members_take_reports_but_never_the_custodians(
    session: Session, county: County
) -> None:
    kinds = {office.kind for office in offices.that_take_reports(session)}
    assert kinds == {
        OfficeKind.INTAKE,
        OfficeKind.CASE_MANAGEMENT,
        OfficeKind.INVESTIGATION,
        OfficeKind.CADRE_SUPERVISION,
    }
