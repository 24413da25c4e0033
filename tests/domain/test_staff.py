"""Staff, their roles and their sign-ins."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain import audit, sealing, staff
from domain.audit import AuditRow
from domain.db import Session
from domain.errors import Refused
from domain.permissions import ADMINISTRATORS, ROLES, Permission, Role, compatible, permissions_of
from domain.staff import Staff, StaffSession
from tests.fixtures.county import (
    NOW,
    County,
)

SESSION = b"s" * 32


def enrol(session: Session, username: str, *roles: Role) -> Staff:
    key = sealing.lock_key(sealing.new_key_pair(), "password")
    return staff.enrol(session, username, "某人", frozenset(roles), key, actor=None, now=NOW)


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


def test_a_username_is_taken_once(session: Session) -> None:
    person = enrol(session, "a", Role.EDITOR)
    assert staff.by_username(session, "a") is person
    assert staff.by_username(session, "b") is None
    with pytest.raises(Refused, match="用户名“a”已被使用"):
        enrol(session, "a")
    assert recorded(session) == ["staff.enrol"]


@pytest.mark.parametrize("one", Role)
@pytest.mark.parametrize("other", Role)
def test_administrators_hold_no_second_post(one: Role, other: Role) -> None:
    allowed = one is other or not {one, other} & ADMINISTRATORS
    assert compatible(frozenset({one, other})) == allowed


def test_roles_that_do_not_go_together_are_refused(session: Session) -> None:
    with pytest.raises(Refused, match="三员必须分设"):
        enrol(session, "a", Role.AUDITOR, Role.EDITOR)
    assert recorded(session) == []


def test_administrators_see_no_case_and_nobody_else_the_audit_trail() -> None:
    casework = {p for p in Permission if p.value.startswith(("report", "clue", "ident", "integ"))}
    for role in ADMINISTRATORS:
        assert not ROLES[role] & casework
    assert [r for r in Role if Permission.AUDIT_READ in ROLES[r]] == [Role.AUDITOR]
    assert set(ROLES) == set(Role)
    assert list(Permission) == sorted(Permission)
    assert list(Role) == sorted(Role)
    assert permissions_of(frozenset()) == frozenset()


def test_nobody_approves_what_their_own_role_asks_for() -> None:
    for role, held in ROLES.items():
        hands = {Permission.IDENTITY_REQUEST, Permission.IDENTITY_APPROVE, Permission.IDENTITY_READ}
        assert len(held & hands) <= 1, role
        assert not {Permission.EDITION_WRITE, Permission.EDITION_REVIEW} <= held, role


def test_unknown_roles_of_an_older_day_allow_nothing(session: Session) -> None:
    person = enrol(session, "a", Role.EDITOR)
    person.role_names = ["editor", "king"]
    assert person.roles == {Role.EDITOR}
    person.active = False
    assert not person.may(Permission.EDITION_WRITE)


def test_five_wrong_passwords_shut_the_account_for_a_while(session: Session) -> None:
    person = enrol(session, "a")
    for _ in range(staff.LOCK_AFTER - 1):
        staff.sign_in_failed(session, person, NOW)
    assert not staff.is_locked(person, NOW)
    staff.sign_in_failed(session, person, NOW)
    assert staff.is_locked(person, NOW)
    with pytest.raises(Refused, match="现在不能登录"):
        staff.sign_in(session, person, SESSION, b"k", NOW)
    # More guesses do not make it longer.
    staff.sign_in_failed(session, person, NOW + timedelta(minutes=10))
    after = NOW + staff.LOCK_FOR
    assert not staff.is_locked(person, after)
    staff.sign_in(session, person, SESSION, b"k", after)
    assert (person.failures, person.locked_until) == (0, None)


def test_a_good_password_forgets_the_wrong_ones(session: Session) -> None:
    person = enrol(session, "a")
    for _ in range(staff.LOCK_AFTER - 1):
        staff.sign_in_failed(session, person, NOW)
    staff.sign_in(session, person, SESSION, b"k", NOW)
    staff.sign_in_failed(session, person, NOW)
    assert not staff.is_locked(person, NOW)


def test_an_unknown_name_is_on_record_without_the_name(session: Session) -> None:
    staff.sign_in_failed(session, None, NOW)
    (row,) = session.scalars(audit.on_record())
    assert (row.action, row.subject, row.actor_id) == (
        "staff.sign_in_failed",
        "staff:unknown",
        None,
    )


def test_a_session_ends_by_idling_by_age_and_with_the_account(session: Session) -> None:
    person = enrol(session, "a")
    staff.sign_in(session, person, SESSION, b"k", NOW)

    def alive(after: timedelta) -> bool:
        return staff.live_session(session, SESSION, NOW + after) is not None

    second = timedelta(seconds=1)
    assert alive(staff.SESSION_IDLE)
    assert not alive(staff.SESSION_IDLE + second)
    staff.seen(session, SESSION, NOW + staff.SESSION_MAX)
    session.expire_all()
    assert alive(staff.SESSION_MAX)
    assert not alive(staff.SESSION_MAX + second)
    assert staff.live_session(session, b"other" * 6, NOW) is None
    person.active = False
    assert not alive(timedelta())
    with pytest.raises(Refused, match="现在不能登录"):
        staff.sign_in(session, person, b"t" * 32, b"k", NOW)


def test_signing_out_takes_the_boxed_key_along(session: Session) -> None:
    person = enrol(session, "a")
    signed_in = staff.sign_in(session, person, SESSION, b"k", NOW)
    session.commit()
    staff.sign_out(session, signed_in, NOW)
    session.commit()
    assert session.scalar(select(func.count()).select_from(StaffSession)) == 0
    assert recorded(session) == ["staff.enrol", "staff.sign_in", "staff.sign_out"]


def test_old_sessions_are_forgotten(session: Session) -> None:
    person = enrol(session, "a")
    staff.sign_in(session, person, SESSION, b"k", NOW)
    later = NOW + staff.SESSION_IDLE + timedelta(seconds=1)
    staff.sign_in(session, person, b"t" * 32, b"k", later)
    assert session.scalars(select(StaffSession.id)).all() == [b"t" * 32]


def test_everyone_by_username(session: Session, county: County) -> None:
    assert [p.username for p in staff.everyone(session)] == sorted(county.staff)
