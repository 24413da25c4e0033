"""The demonstration county: the same every time, within the rules, and plainly fictional."""

import hashlib
import json
import re
import stat
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

import search
from admin import unsealing
from demo import accounts, chance, county, names, units
from demo.accounts import Accounts
from demo.chance import NOW, TODAY
from demo.timeline import Timeline
from domain import (
    audit,
    former_codes,
    obligations,
    offices,
    powers,
    recusal,
    reports,
    sealing,
    settings,
)
from domain.clues import Clue
from domain.db import Session, make_engine
from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.editing import comparing
from domain.editing.comparing import Change
from domain.errors import Refused
from domain.indexing import IndexChange
from domain.obligations import OWED, By, Filters, Status
from domain.offices import OfficeKind
from domain.officials import ManagedBy, Official, Post, Tenure
from domain.powers import NegativeEntry, PowerEdition, PowerItem
from domain.publishing import State
from domain.reports import Report, ReportIdentity, ReportState
from domain.staff import Staff, by_username
from domain.tables import metadata
from domain.units import Unit, UnitKind
from search import sync
from search.engine import Query
from tests.demo.conftest import SCALE

RANDOM_TEXT = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2,3}\b|\b[0-9a-f]{32}\b")


def digest(session: Session) -> dict[str, str]:
    """What every table holds, but for keys, seals and numbers drawn at random."""
    found = {}
    for table in metadata.sorted_tables:
        columns = [c for c in table.columns if not isinstance(c.type, sa.LargeBinary)]
        rows = sorted(
            RANDOM_TEXT.sub("…", repr(tuple(row))) for row in session.execute(sa.select(*columns))
        )
        found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_two_loads_are_the_same(small: Session, session: Session) -> None:
    county.load(session, scale=SCALE)
    assert digest(session) == digest(small)


def test_postgresql_holds_the_same(small: Session, migrated_postgres_url: str) -> None:
    engine = make_engine(migrated_postgres_url)
    with Session(engine) as session:
        county.load(session, scale=SCALE)
        assert digest(session) == digest(small)
        # What is inserted next gets a number that nobody has.
        session.add(Unit(code="x", name="某县某局", short_name="某局", kind=UnitKind.ORGAN))
        session.flush()
    engine.dispose()


def test_only_an_empty_database_takes_it(session: Session) -> None:
    session.add(Unit(code="x", name="某县某局", short_name="某局", kind=UnitKind.ORGAN))
    session.flush()
    with pytest.raises(Refused, match="空的数据库"):
        county.load(session, scale=SCALE)


def test_it_is_told_what_is_being_loaded(session: Session) -> None:
    said: list[str] = []
    county.load(session, scale=0, progress=said.append)
    assert len(said) == county.STEPS


def test_a_small_county_has_every_kind_of_thing(small: Session) -> None:
    kinds = set(small.scalars(sa.select(Unit.kind)))
    states = set(small.scalars(sa.select(DisclosureEdition.state)))
    leaves = set(small.scalars(sa.select(Disclosure.leaf)))
    assert kinds == set(UnitKind)
    assert states == set(State)
    assert leaves == set(Leaf)
    assert set(small.scalars(sa.select(Report.state))) == set(ReportState)
    assert small.scalar(sa.select(sa.func.count(Clue.id))) > 3  # type: ignore[operator]
    roles = {role for person in small.scalars(sa.select(Staff)) for role in person.role_names}
    assert len(roles) == 11


def test_no_two_tenures_of_a_post_overlap(small: Session) -> None:
    held = small.scalars(sa.select(Tenure).order_by(Tenure.post_id, Tenure.started_on)).all()
    assert [
        (before.id, after.id)
        for before, after in pairwise(held)
        if before.post_id == after.post_id
        and (before.ended_on is None or before.ended_on >= after.started_on)
    ] == []
    assert any(tenure.ended_on for tenure in held)


def test_every_head_has_one_list_in_force_without_faults(small: Session) -> None:
    for post in small.scalars(sa.select(Post).where(Post.is_head)):
        edition = powers.in_force(small, post.id)
        assert edition is not None
        # What a town has not explained came up after it was published.
        unexplained = 2 if post.unit.code == "cgz" else 0
        assert len(edition.faults) == unexplained
        assert 8 <= len(edition.items) <= 20
        assert len({item.name for item in edition.items}) == len(edition.items)
        assert len(edition.negatives) == 5
    numbers = Counter(small.scalars(sa.select(PowerEdition.list_id)))
    assert set(numbers.values()) <= {2, 3, 4, 5}
    states = set(small.scalars(sa.select(PowerEdition.state)))
    assert {State.PUBLISHED, State.SUPERSEDED, State.SUBMITTED, State.WITHDRAWN} <= states


def test_no_text_of_a_power_is_left_unfilled(small: Session) -> None:
    for item in small.scalars(sa.select(PowerItem).options(sa.orm.selectinload(PowerItem.steps))):
        assert item.plain
        assert item.controls
        text = "".join(
            [item.name, item.plain, item.source, item.responsibility, item.controls]
            + [f"{s.name}{s.who}{s.time_limit}{s.disclosed}" for s in item.steps]
        )
        assert not set("{}|") & set(text)


def test_two_heads_run_what_their_negative_list_forbids(small: Session) -> None:
    editions = small.scalars(sa.select(PowerEdition).where(PowerEdition.state == State.PUBLISHED))
    clashing = {
        edition.power_list.post.unit.code for edition in editions if powers.clashes(edition)
    }
    assert clashing == {"cgz", "ctj"}


def test_one_clash_is_explained_and_one_is_not(small: Session) -> None:
    editions = small.scalars(sa.select(PowerEdition).where(PowerEdition.state == State.PUBLISHED))
    explained = {
        edition.power_list.post.unit.code: all(clash.explanation for clash in edition.clashes)
        for edition in editions
        if edition.clashes
    }
    assert explained == {"cgz": False, "ctj": True}


def test_a_unit_has_another_code_and_powers_other_names(small: Session) -> None:
    unit = former_codes.unit_of(small, "wlj")
    assert unit
    assert unit.code == "whly"
    firsts = small.scalars(sa.select(PowerEdition).where(PowerEdition.number == 1)).all()
    renamed = 0
    for first in firsts:
        now = powers.in_force(small, first.power_list.post_id)
        changes = comparing.changes(first, now).items if now else ()
        renamed += sum(change.change is Change.RENAMED for change in changes)
    assert renamed >= len(firsts)


def test_disclosures_say_what_they_answer_and_end_in_time(small: Session) -> None:
    late = sa.or_(DisclosureEdition.published_at > NOW, DisclosureEdition.dated_on > TODAY)
    assert small.scalar(sa.select(sa.func.count(DisclosureEdition.id)).where(late)) == 0
    for result in small.scalars(sa.select(Disclosure).where(Disclosure.leaf == Leaf.RESULT)):
        assert result.answers is not None
        assert result.answers.unit_id == result.unit_id
        assert result.answers.title in result.title
    for body in small.scalars(sa.select(DisclosureEdition.body)):
        assert "虚构" in body
        assert not set("{}¶|") & set(body)
    in_force = (
        sa.select(DisclosureEdition.disclosure_id)
        .where(DisclosureEdition.state == State.PUBLISHED)
        .group_by(DisclosureEdition.disclosure_id)
        .having(sa.func.count() > 1)
    )
    assert small.scalars(in_force).all() == []


def test_the_logs_are_whole_and_in_the_order_of_time(small: Session) -> None:
    assert list(audit.breaks(small)) == []
    moments = small.scalars(sa.select(audit.AuditRow.at).order_by(audit.AuditRow.seq)).all()
    assert list(moments) == sorted(moments)
    assert moments[-1] <= NOW
    changes = small.scalars(sa.select(IndexChange.at).order_by(IndexChange.seq)).all()
    assert list(changes) == sorted(changes)


def test_units_mostly_keep_their_rules(small: Session) -> None:
    found = obligations.figures(small, By.UNIT, Filters(), TODAY)
    whole = obligations.total(found)
    assert len(found) == small.query(Unit).count()
    assert min(whole[status] for status in OWED) > 0
    assert whole[Status.ON_TIME] > 0.8 * whole.owed
    # Nothing more arises on the day the county ends.
    assert obligations.arise(small, NOW).subjects == []


def test_no_report_is_about_somebody_whom_a_higher_level_manages(
    loaded: tuple[sa.Engine, Accounts], small: Session
) -> None:
    """Art. 15: those go straight up. Whom a report is about only its own office can read."""
    passwords = {a["username"]: a["password"] for a in loaded[1].accounts}
    for username in ("xinfang", "ganbu"):
        officer = by_username(small, username)
        assert officer is not None
        key = unsealing.unlock(officer, passwords[username])
        (office,) = offices.of_staff(small, officer)
        held = small.scalars(sa.select(Report).where(Report.office_id == office.id)).all()
        assert held
        for report in held:
            opened = unsealing.open_report(small, report, officer, key)
            assert "虚构" in opened.happened
            if opened.subject.official_id:
                levels = small.scalars(
                    sa.select(Post.managed_by)
                    .join(Tenure, Tenure.post_id == Post.id)
                    .where(Tenure.official_id == opened.subject.official_id)
                )
                assert set(levels) == {ManagedBy.COUNTY}


def test_the_custodian_and_nobody_else_reads_who_reports(
    loaded: tuple[sa.Engine, Accounts], small: Session
) -> None:
    passwords = {a["username"]: a["password"] for a in loaded[1].accounts}
    envelope = small.scalars(sa.select(ReportIdentity)).first()
    assert envelope is not None
    report = small.get_one(Report, envelope.report_id)
    custody = offices.first_of_kind(small, OfficeKind.CUSTODY)
    custodian, officer = by_username(small, "baomi"), by_username(small, "xinfang")
    assert custodian is not None
    assert officer is not None
    key = unsealing.unlock(custodian, passwords["baomi"])
    identity = unsealing.open_identity(small, report, custody.id, custodian, key)
    assert identity.name
    assert identity.contact.startswith("100-0000-")
    with pytest.raises(unsealing.CannotOpen):
        unsealing.open_identity(
            small, report, custody.id, officer, unsealing.unlock(officer, passwords["xinfang"])
        )


def test_receipts_answer_with_what_their_notes_say(
    loaded: tuple[sa.Engine, Accounts], small: Session
) -> None:
    made = loaded[1]
    states = []
    for receipt, note in zip(made.receipts, made.receipt_notes, strict=True):
        report = reports.by_receipt(small, sealing.receipt_keys(receipt), TODAY)
        assert report is not None
        assert reports.PUBLIC_WORDS[report.state] == note
        states.append(report.state)
    assert set(states) == set(ReportState)


def test_some_officers_stand_aside(small: Session) -> None:
    officer = by_username(small, "xinfang2")
    assert officer is not None
    shut = small.scalars(recusal.barred_reports(officer)).all()
    assert shut
    head = small.scalars(
        sa.select(Official.id)
        .join(Tenure)
        .join(Post)
        .join(Unit)
        .where(Unit.code == "dhz", Post.is_head, Tenure.ended_on.is_(None))
    ).one()
    assert not recusal.allows(small, officer, head)


def test_everybody_is_marked_as_invented(small: Session) -> None:
    assert all("（演示）" in name for name in small.scalars(sa.select(Staff.name)))
    assert all("虚构" in brief for brief in small.scalars(sa.select(Official.brief)))
    assert "虚构" in settings.county(small).host
    people = names.people(500, chance.chance("test"))
    assert len(set(people)) == 500
    with pytest.raises(ValueError, match="larger than population"):
        names.people(10**6, chance.chance("test"))


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("修路", "jtj"),
        ("低保", "mzj"),
        ("学校伙食", "jyj"),
        ("营养餐", "jyj"),
        ("征地补偿", "zrj"),
        ("工程招标", "ctj"),
    ],
)
def test_what_citizens_look_for_is_found(
    index: search.engine.SearchReader, words: str, unit: str
) -> None:
    hits = index.search(Query(words, page_size=50)).hits
    assert unit in [hit.unit for hit in hits]


@pytest.fixture(scope="module")
def index(
    loaded: tuple[sa.Engine, Accounts], tmp_path_factory: pytest.TempPathFactory
) -> search.engine.SearchReader:
    """The small county's index, built anew."""
    address = f"whoosh:{tmp_path_factory.mktemp('demo-index')}"
    with Session(loaded[0]) as session:
        sync.rebuild(session, search.open_engine(address))
    return search.open_reader(address)


def test_accounts_are_written_for_their_owner_alone(
    loaded: tuple[sa.Engine, Accounts], tmp_path: Path
) -> None:
    path = tmp_path / "var" / "demo.json"
    assert list(accounts.table(path)) == []
    loaded[1].write(path)
    loaded[1].write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = json.loads(path.read_text(encoding="utf-8"))
    assert {"role", "username", "password"} <= set(content["accounts"][0])
    printed = "\n".join(accounts.table(path))
    for account in content["accounts"]:
        assert account["password"] in printed
    assert all(receipt in printed for receipt in content["receipts"])


def test_the_whole_county_has_about_sixty_units() -> None:
    whole = units.places(1)
    assert 55 <= len(whole) <= 65
    assert len({place.code for place in whole}) == len(whole)
    assert len(units.places(0)) < 25


def test_a_weekend_waits_for_monday() -> None:
    day = TODAY
    assert chance.workday(day) == day
    saturday = day.replace(day=21)
    assert chance.workday(saturday) == chance.workday(day.replace(day=22)) == day.replace(day=23)


def test_nothing_happens_after_the_last_day(session: Session) -> None:
    happened: list[str] = []
    timeline = Timeline()
    timeline.at(NOW, lambda: happened.append("last"))
    timeline.at(NOW.replace(year=2027), lambda: happened.append("never"))
    timeline.at(NOW.replace(year=2025), lambda: happened.append("first"))
    timeline.run(session, [])
    assert happened == ["first", "last"]
    assert session.scalar(sa.select(sa.func.count()).select_from(NegativeEntry)) == 0
