"""Clues: numbering, sealing, who knows of them, recusal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from admin import unsealing
from domain import (
    audit,
    clues,
    integrity,
    readings,
    recusal,
    reports,
    trail,
)
from domain.audit import AuditRow
from domain.categories import Matter
from domain.clues import Clue, ClueState
from domain.db import Session
from domain.errors import Refused
from domain.integrity import Section
from domain.opening import CannotOpen
from domain.recusal import Recusal
from domain.reports import Identity, Report, Submission
from domain.staff import Staff
from domain.subjects import Subject
from tests.fixtures.county import NOW, TODAY, County, password_of


def arrive(session: Session, identity: Identity | None = None) -> Report:
    submission = Submission(
        Subject(unit="某村"), Matter.MONEY, "某事", identity=identity or Identity()
    )
    return reports.submit(session, submission, NOW).report


def open_clue(
    session: Session, county: County, official: str = "transport", when: datetime = NOW
) -> Clue:
    made = clues.open_from_report(
        session,
        arrive(session),
        county.officials[official],
        "integrity",
        " 要点 ",
        county.staff["intake"],
        when,
    )
    session.commit()
    return made


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


def is_oneself(session: Session, county: County, username: str, official: str) -> None:
    county.staff[username].official_id = county.officials[official].id
    session.commit()


def is_of_the_unit(session: Session, county: County, username: str, official: str) -> None:
    county.staff[username].unit_id = county.officials[official].tenures[0].post.unit_id
    session.commit()


def is_between_two_posts(session: Session, county: County, username: str, official: str) -> None:
    is_oneself(session, county, username, official)
    for tenure in county.officials[official].tenures:
        session.delete(tenure)
    session.commit()


Tie = Callable[[Session, County, str, str], None]

TIES: list[Tie] = [tie, is_oneself, is_of_the_unit, is_between_two_posts]


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


def seen(session: Session, actor: Staff) -> list[Clue]:
    return list(session.scalars(clues.listing(actor)))


def test_clues_are_numbered_by_year_in_the_countys_time(session: Session, county: County) -> None:
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    numbers = [
        open_clue(session, county, when=when).number
        for when in (NOW, new_year - timedelta(seconds=1), new_year, new_year)
    ]
    assert numbers == ["〔2026〕1号", "〔2026〕2号", "〔2027〕1号", "〔2027〕2号"]


def test_a_clue_is_sealed_to_the_office_and_linked_to_the_file(
    session: Session, county: County
) -> None:
    clue, officer = open_clue(session, county), county.staff["intake"]
    own = unsealing.unlock(officer, password_of("intake"))
    assert unsealing.open_clue(session, clue, officer, own) == "要点"
    for username in ("manager", "chief", "investigator", "custodian"):
        person = county.staff[username]
        key = unsealing.unlock(person, password_of(username))
        with pytest.raises(CannotOpen):
            unsealing.open_clue(session, clue, person, key)
    official = county.officials["transport"].id
    (entry,) = integrity.entries(session, official)
    assert (entry.section, entry.target) == (Section.CONCLUSIONS, f"clues:{clue.id}")
    assert integrity.sections_with(session, official, entry.target) == [Section.CONCLUSIONS]
    # Whoever has just written it may look at it; that is no act of its own.
    assert readings.current(session, f"clues:{clue.id}", officer, NOW) is not None


def test_an_account_is_needed(session: Session, county: County) -> None:
    report, officer = arrive(session), county.staff["intake"]
    official = county.officials["transport"]
    with pytest.raises(Refused, match="请写明线索的主要内容"):
        clues.open_from_report(session, report, official, "integrity", " \n", officer, NOW)
    assert session.scalar(select(func.count()).select_from(Clue)) == 0


def test_who_knows_of_a_clue(session: Session, county: County) -> None:
    clue = open_clue(session, county)
    knowing = {u for u, person in county.staff.items() if clue in seen(session, person)}
    assert knowing == {"intake", "manager", "chief"}
    for username, person in county.staff.items():
        assert (clues.by_id(session, clue.id, person) is clue) == (username in knowing)


@pytest.mark.parametrize("how", TIES)
@pytest.mark.parametrize("username", ["intake", "manager", "chief"])
def test_the_recused_find_nothing_and_count_nothing(
    session: Session, county: County, how: Tie, username: str
) -> None:
    clue, other = open_clue(session, county), open_clue(session, county, "town")
    official, actor = county.officials["transport"], county.staff[username]
    how(session, county, username, "transport")
    assert seen(session, actor) == [other]
    counted = select(func.count()).select_from(clues.visible(actor).subquery())
    assert session.scalar(counted) == 1
    assert clues.by_id(session, clue.id, actor) is None
    assert integrity.file_of(session, official.id, actor) is None
    assert official not in session.scalars(integrity.files(actor)).all()
    assert official not in clues.candidates(session, actor, "周明远", also=[official.id])
    assert not recusal.allows(session, actor, official.id)
    rows = session.scalars(trail.visible(actor, audit.on_record())).all()
    assert f"clues:{clue.id}" not in {row.subject for row in rows}
    assert f"clues:{other.id}" in {row.subject for row in rows}
    for act in (
        lambda: clues.read(session, clue, actor, NOW),
        lambda: integrity.read(session, official, "工作需要", actor, NOW),
        lambda: integrity.link(session, official, Section.TALKS, "talks:1", actor, NOW),
    ):
        with pytest.raises(Refused):
            act()


@pytest.mark.parametrize("how", TIES)
def test_the_recused_open_no_clue(session: Session, county: County, how: Tie) -> None:
    how(session, county, "intake", "transport")
    report, actor = arrive(session), county.staff["intake"]
    with pytest.raises(Refused, match="应当回避的关系"):
        clues.open_from_report(
            session, report, county.officials["transport"], "integrity", "要点", actor, NOW
        )


def test_both_ways_of_asking_who_is_recused_agree(session: Session, county: County) -> None:
    tie(session, county, "intake", "education")
    is_oneself(session, county, "chief", "commission")
    is_of_the_unit(session, county, "investigator", "town")
    for official in county.officials.values():
        shut_out = set(session.scalars(recusal._barred_staff({official.id})))
        for person in county.staff.values():
            assert recusal.allows(session, person, official.id) == (person.id not in shut_out)


def test_a_clue_from_a_report_shuts_the_report_to_the_recused(
    session: Session, county: County
) -> None:
    tie(session, county, "manager", "transport")
    report = arrive(session)
    clues.open_from_report(
        session,
        report,
        county.officials["transport"],
        "integrity",
        "要点",
        county.staff["intake"],
        NOW,
    )
    shut = session.scalars(select(recusal.ReportBar.staff_id)).all()
    assert set(shut) == {county.staff["manager"].id, county.staff["editor"].id}
    assert f"reports:{report.id}" not in {
        row.subject
        for row in session.scalars(trail.visible(county.staff["manager"], audit.on_record()))
    }


def test_reading_a_clue_is_for_its_office_and_on_record(session: Session, county: County) -> None:
    clue = open_clue(session, county)
    before = recorded(session)
    for username, words in (
        ("manager", "只有承办的信访室可以打开"),
        ("chief", "只有承办的信访室可以打开"),
        ("investigator", "您不能查看这条线索"),
        ("auditor", "您不能查看这条线索"),
    ):
        with pytest.raises(Refused, match=words):
            clues.read(session, clue, county.staff[username], NOW)
    assert recorded(session) == before
    clues.read(session, clue, county.staff["intake"], NOW)
    assert recorded(session) == [*before, "clues.open"]


def test_clues_are_narrowed_newest_first(session: Session, county: County) -> None:
    first, second = open_clue(session, county), open_clue(session, county, "town")
    second.category = "work"
    session.commit()
    manager = county.staff["manager"]

    def listed(**narrowed: object) -> list[Clue]:
        return list(session.scalars(clues.listing(manager, **narrowed)))  # type: ignore[arg-type]

    assert listed() == [second, first]
    assert listed(state=ClueState.REGISTERED) == [second, first]
    assert listed(category="work") == [second]
    assert listed(category="none") == []


def test_candidates_are_found_by_words_and_by_name(session: Session, county: County) -> None:
    actor, town = county.staff["intake"], county.officials["town"]
    found = clues.candidates(session, actor, "交通运输局", also=[town.id])
    assert {o.name for o in found} == {"周明远", "林知秋", "陆之遥"}
    assert found[0] is town
    assert clues.candidates(session, actor, " ") == []
    assert len(clues.candidates(session, actor, "云岭县", most=2)) == 2
