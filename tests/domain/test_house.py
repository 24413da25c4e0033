"""Staff, offices, roles, settings, the clock, what is public, and the database itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from admin import unsealing
from domain import audit, disclosures, indexing, offices, powers, sealing, settings, staff, units
from domain.audit import AuditRow
from domain.clock import BEIJING, day_begins, local_day, utc_now
from domain.db import Session, begin_writing, make_engine
from domain.disclosures import GROUPINGS, Disclosure, Group, Grouping, Leaf
from domain.errors import Refused
from domain.offices import Membership, OfficeKind
from domain.opening import CannotOpen, open_key
from domain.permissions import ADMINISTRATORS, ROLES, Permission, Role, compatible, permissions_of
from domain.settings import Setting
from domain.staff import Staff, StaffSession
from domain.units import Unit
from tests.fixtures.county import (
    NOW,
    TODAY,
    County,
    draft_disclosure,
    draft_powers,
    make_public,
    password_of,
)

SESSION = b"s" * 32


def enrol(session: Session, username: str, *roles: Role) -> Staff:
    key = sealing.lock_key(sealing.new_key_pair(), "password")
    return staff.enrol(session, username, "某人", frozenset(roles), key, actor=None, now=NOW)


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


# Staff


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


# Offices


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


# Settings and the clock


def test_settings_have_defaults_and_can_be_chosen(session: Session) -> None:
    assert settings.county(session).higher_contact == "12388"
    settings.choose(session, site_name="明权", county="云岭县")
    settings.choose(session, county="云岭")
    session.add(Setting(key="of another version", value="x"))
    session.commit()
    found = settings.county(session)
    assert (found.site_name, found.county, found.grouping) == ("明权", "云岭", "later_pair")
    with pytest.raises(KeyError, match="colour"):
        settings.choose(session, colour="red")


def test_days_are_the_countys() -> None:
    before = datetime(2026, 1, 1, 15, 59, 59, tzinfo=UTC)
    assert local_day(before) == date(2026, 1, 1)
    assert local_day(before + timedelta(seconds=1)) == date(2026, 1, 2)
    assert day_begins(date(2026, 1, 2)) == before + timedelta(seconds=1)
    assert local_day(day_begins(TODAY)) == TODAY
    assert utc_now().utcoffset() == timedelta()


# What is public


def test_the_public_ids_of_every_kind(session: Session, county: County) -> None:
    edition = powers.in_force(session, county.posts["transport"].id)
    disclosed = session.scalars(disclosures.listing()).one()
    assert edition is not None
    draft = draft_disclosure(session, county, title="另一件")
    public = {
        *(f"power:{item.id}" for item in edition.items),
        f"disclosure:{disclosed.id}",
        f"unit:{county.units['jt'].id}",
        f"official:{county.officials['transport'].id}",
    }
    odd = {
        f"disclosure:{draft.id}",
        "unit:0",
        "unit:99999",
        "unit:x",
        "unit:",
        "unit",
        "",
        ":1",
        "staff:1",
        "report:1",
        "unit:１",
        "unit:²",
        "unit:-1",
        "unit:01",
        f"unit:{10**30}",
    }
    assert indexing.published(session, public | odd) == public
    assert indexing.published(session, []) == set()


def test_the_log_of_changes_is_read_by_number(session: Session) -> None:
    assert indexing.last_change(session) == 0
    indexing.announce(session, ["units:1", "units:2"], NOW)
    indexing.announce(session, ["powers:1"], NOW)
    last = indexing.last_change(session)
    changes = indexing.changes_after(session, 0, 2)
    assert [change.subject for change in changes] == ["units:1", "units:2"]
    rest = indexing.changes_after(session, changes[-1].seq, 100)
    assert [(change.subject, change.seq) for change in rest] == [("powers:1", last)]


def test_numbers_of_the_log_are_never_used_again(both: Engine) -> None:
    with Session(both) as session:
        indexing.announce(session, ["units:1", "units:2"], NOW)
        session.commit()
        last = indexing.last_change(session)
        session.execute(sa.delete(indexing.IndexChange))
        session.commit()
        indexing.announce(session, ["units:3"], NOW)
        assert indexing.last_change(session) > last


def test_units_in_directory_order(session: Session, county: County) -> None:
    assert [unit.code for unit in units.directory(session)] == ["xw", "jw", "jt", "jy", "dh"]
    assert units.by_code(session, "nothing") is None
    assert units.count(session) == 5
    wanted = [county.units["jt"].id, county.units["dh"].id]
    assert set(units.codes(session, wanted).values()) == {"jt", "dh"}
    assert units.codes(session, []) == {}


# Disclosures


@pytest.mark.parametrize("grouping", Grouping)
def test_six_leaves_in_five_groups(grouping: Grouping) -> None:
    groups = GROUPINGS[grouping]
    assert len(groups) == 5
    assert sorted(leaf for leaves in groups.values() for leaf in leaves) == sorted(Leaf)
    for leaf in Leaf:
        assert leaf in groups[disclosures.group_of(leaf, grouping)]


def test_disclosures_are_listed_counted_and_narrowed(session: Session, county: County) -> None:
    unit = county.units["jt"]
    for leaf, year, title in (
        (Leaf.GOAL, 2025, "目标"),
        (Leaf.HANDLING, 2026, "处理"),
        (Leaf.PUBLIC_INTEREST, 2026, "民生"),
    ):
        document = disclosures.document(session, unit, leaf, f"{year}年", year, title)
        edition = disclosures.new_edition(session, document, title, "正文", county.staff["editor"])
        make_public(session, county, edition)
    session.commit()

    def titles(**narrowed: object) -> set[str]:
        return {e.title for e in session.scalars(disclosures.listing(**narrowed))}  # type: ignore[arg-type]

    decision = "农村公路养护资金使用结果"
    assert titles() == {"目标", "处理", "民生", decision}
    assert titles(leaves=[Leaf.GOAL, Leaf.HANDLING]) == {"目标", "处理"}
    assert titles(leaves=[]) == set()
    assert titles(year=2025) == titles(period="2025年") == {"目标"}
    assert titles(unit_id=county.units["jy"].id) == set()
    assert disclosures.counts(session)[Leaf.GOAL] == 1
    assert sum(disclosures.counts(session, year=2026, unit_id=unit.id).values()) == 3
    assert disclosures.count_public(session) == 4
    assert disclosures.years(session) == [2026, 2025]
    assert disclosures.periods(session, 2025) == ["2025年"]
    latest = disclosures.latest_by_group(session, unit.id, Grouping.LATER_PAIR, 1)
    assert [len(found) for found in latest.values()] == [0, 1, 1, 1, 0]
    both = disclosures.latest_by_group(session, unit.id, Grouping.LATER_PAIR, 5)
    assert {e.title for e in both[Group.INTEREST_AND_HANDLING]} == {"处理", "民生"}


def test_a_result_and_what_it_answers_are_linked(session: Session, county: County) -> None:
    asked = session.scalars(disclosures.listing()).one()
    document = disclosures.document(
        session, county.units["jt"], Leaf.RESULT, "2026年", 2026, "监督结果"
    )
    document.answers_id = asked.disclosure_id
    edition = disclosures.new_edition(session, document, "监督结果", "正文", county.staff["editor"])
    assert disclosures.linked(session, asked.disclosure) == ([], [])
    make_public(session, county, edition)
    session.commit()
    assert disclosures.linked(session, asked.disclosure) == ([], [edition])
    assert disclosures.linked(session, document) == ([asked], [])
    assert disclosures.documents(session, [edition.id]) == {edition.id: document.id}
    assert disclosures.documents(session, []) == {}
    assert document.index_number == f"JT-6-2026-{document.id:05}"


def test_the_address_of_a_disclosure_leads_to_the_newest_that_was_public(
    session: Session, county: County
) -> None:
    first = session.scalars(disclosures.listing()).one()
    number = first.disclosure_id
    second = draft_disclosure(session, county)
    assert second.disclosure_id == number
    assert disclosures.readable(session, number) is first
    make_public(session, county, second)
    session.commit()
    assert disclosures.readable(session, number) is second
    assert disclosures.readable(session, number, 1) is first
    assert disclosures.readable(session, number, 3) is None
    assert disclosures.history(session, number) == [second, first]
    whole = disclosures.whole(session, second.id)
    assert whole is second
    assert session.get(Disclosure, number) is second.disclosure


# Power lists


def test_lists_and_powers_are_counted_and_narrowed(session: Session, county: County) -> None:
    make_public(session, county, draft_powers(session, county, "education", ("招生计划",)))
    session.commit()
    transport, education = county.posts["transport"].id, county.posts["education"].id
    sizes = {post: size for post, (_, size) in powers.lists(session).items()}
    assert sizes == {transport: 2, education: 1}
    assert set(powers.lists(session, unit_id=county.units["jy"].id)) == {education}
    assert len(session.scalars(powers.listing()).all()) == 3
    narrowed = powers.listing(unit_id=county.units["jy"].id, kind=powers.PowerKind.PROJECT)
    (item,) = session.scalars(narrowed)
    assert item.name == "招生计划"
    assert session.scalars(powers.listing(risk=powers.Risk.LOW)).all() == []
    assert [len(e.items) for e in powers.in_force_of(session, [transport, education])] == [2, 1]


def test_an_item_knows_its_successor_and_an_edition_its_time(
    session: Session, county: County
) -> None:
    post = county.posts["transport"].id
    first = powers.in_force(session, post)
    assert first is not None
    later = NOW + timedelta(days=1)
    make_public(session, county, draft_powers(session, county, names=("养护资金分配", "新")), later)
    session.commit()
    former = {item.name: item for item in first.items}
    found = powers.successor(session, former["养护资金分配"])
    assert found is not None
    assert found.edition.number == 2
    assert powers.successor(session, former["农村公路建设项目安排"]) is None


# The database


def test_engines_keep_what_was_acknowledged_and_hide_what_was_typed(engine: Engine) -> None:
    with engine.connect() as connection:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        found = {name: connection.scalar(sa.text(f"PRAGMA {name}")) for name in wanted}
        assert found == wanted
        assert connection.scalar(sa.text("PRAGMA temp_store")) == 2
        with pytest.raises(sa.exc.DBAPIError) as failed:
            connection.execute(sa.text("SELECT :words FROM nothing"), {"words": "秘密"})
    assert "秘密" not in str(failed.value)


def test_postgres_reads_what_was_committed_before(postgres: Engine) -> None:
    with postgres.connect() as connection:
        assert connection.scalar(sa.text("SHOW transaction_isolation")) == "read committed"


def test_moments_come_back_in_utc_and_have_a_zone(both: Engine) -> None:
    moment = datetime(2026, 3, 1, 8, 30, tzinfo=BEIJING)
    with Session(both) as session:
        indexing.announce(session, ["units:1"], moment)
        session.commit()
        (change,) = indexing.changes_after(session, 0, 1)
        assert change.at == moment
        assert change.at.utcoffset() == timedelta()
        with pytest.raises(sa.exc.StatementError, match="naive"):
            indexing.announce(session, ["units:1"], datetime(2026, 3, 1))  # noqa: DTZ001


def test_a_writer_waits_for_the_writer_before(sqlite_url: str) -> None:
    """Without `begin_writing` a reader that turns writer fails once somebody else has written."""
    engine = make_engine(sqlite_url)
    with Session(engine) as reader, Session(engine) as writer:
        reader.scalar(select(func.count()).select_from(Unit))
        begin_writing(writer)
        indexing.announce(writer, ["units:1"], NOW)
        writer.commit()
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            indexing.announce(reader, ["units:2"], NOW)
        reader.rollback()
        begin_writing(reader)
        indexing.announce(reader, ["units:2"], NOW)
        reader.commit()
        assert len(indexing.changes_after(reader, 0, 10)) == 2
    engine.dispose()
