"""Two people at the same moment: one succeeds, the other meets a rule in words."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from domain import (
    audit,
    clues,
    dialogue,
    disclosures,
    drafts,
    indexing,
    integrity,
    powers,
    publishing,
    reports,
    sealing,
    staff,
    triage,
)
from domain.audit import AuditRow
from domain.categories import Matter
from domain.clues import Clue
from domain.db import Session
from domain.dialogue import Message
from domain.disclosures import Leaf
from domain.errors import Refused
from domain.indexing import IndexChange
from domain.integrity import Section
from domain.officials import Official, Post
from domain.powers import PowerEdition
from domain.publishing import State
from domain.reports import Report, Submission
from domain.staff import Staff
from domain.subjects import Subject
from domain.units import Unit
from tests.domain.races import race
from tests.fixtures.county import NOW, TODAY, build_county, draft_powers, make_public

Wait = Callable[[], object]
MANY = 6


def person(session: Session, username: str) -> Staff:
    found = staff.by_username(session, username)
    assert found is not None
    return found


def waiting_editions(engine: Engine, count: int) -> list[int]:
    """A county with a list in force and more editions of it waiting for review."""
    with Session(engine) as session:
        county = build_county(session)
        make_public(session, county, draft_powers(session, county))
        made = [draft_powers(session, county) for _ in range(count)]
        for edition in made:
            publishing.submit(session, edition, county.staff["editor"], NOW)
        session.commit()
        return [edition.id for edition in made]


def report_in(engine: Engine) -> str:
    """A county with one report in the intake office."""
    with Session(engine) as session:
        build_county(session)
        session.flush()
        submission = Submission(Subject(unit="某村"), Matter.MONEY, "账目不公开")
        report = reports.submit(session, submission, NOW).report
        session.commit()
        return report.id


def refusals(outcomes: list[object]) -> list[str]:
    """The sentences of those who lost; whatever else went wrong fails the test."""
    failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [error for error in failed if not isinstance(error, Refused)] == []
    return [str(error) for error in failed]


def chain_is_whole(engine: Engine) -> bool:
    with Session(engine) as session:
        return not list(audit.breaks(session))


def test_two_reviewers_publish_the_same_edition(both: Engine) -> None:
    (edition_id,) = waiting_editions(both, 1)

    def publish(session: Session, wait: Wait) -> None:
        edition = session.get_one(PowerEdition, edition_id)
        reviewer = person(session, "reviewer")
        wait()
        publishing.publish(session, edition, reviewer, NOW)

    outcomes = race(both, publish, publish)
    assert refusals(outcomes) == ["只能审核待审核的版本，当前状态是“已公开”"]
    assert chain_is_whole(both)


def test_two_reviewers_publish_two_editions_of_one_list(both: Engine) -> None:
    first, second = waiting_editions(both, 2)

    def publishing_of(edition_id: int) -> Callable[[Session, Wait], None]:
        def publish(session: Session, wait: Wait) -> None:
            edition = session.get_one(PowerEdition, edition_id)
            reviewer = person(session, "reviewer")
            wait()
            publishing.publish(session, edition, reviewer, NOW)

        return publish

    lost = refusals(race(both, publishing_of(first), publishing_of(second)))
    assert lost in ([], ["第 3 版已经公开过，不能再公开较早的第 2 版"])
    with Session(both) as session:
        in_force = session.scalars(
            select(PowerEdition.id).where(PowerEdition.state == State.PUBLISHED)
        ).all()
        assert in_force == [second]
        states = {
            row.id: row.state
            for row in session.execute(select(PowerEdition.id, PowerEdition.state))
        }
    assert states[first] is (State.SUBMITTED if lost else State.SUPERSEDED)


def test_published_and_sent_back_at_once(both: Engine) -> None:
    (edition_id,) = waiting_editions(both, 1)

    def publish(session: Session, wait: Wait) -> None:
        edition, actor = session.get_one(PowerEdition, edition_id), person(session, "reviewer")
        wait()
        publishing.publish(session, edition, actor, NOW)

    def send_back(session: Session, wait: Wait) -> None:
        edition, actor = session.get_one(PowerEdition, edition_id), person(session, "reviewer")
        wait()
        publishing.send_back(session, edition, "请补充", actor, NOW)

    assert len(refusals(race(both, publish, send_back))) == 1


def test_new_editions_get_numbers_of_their_own(both: Engine) -> None:
    waiting_editions(both, 1)

    def draft(session: Session, wait: Wait) -> int:
        power_list = session.scalars(select(powers.PowerList)).one()
        editor = person(session, "editor")
        wait()
        return powers.new_edition(session, power_list, editor).number

    assert sorted(race(both, *[draft] * 4)) == [3, 4, 5, 6]  # type: ignore[type-var]


def test_one_document_is_made_however_many_ask(both: Engine) -> None:
    waiting_editions(both, 0)

    def document(session: Session, wait: Wait) -> int:
        unit = session.scalars(select(Unit).where(Unit.code == "jt")).one()
        wait()
        return disclosures.document(session, unit, Leaf.GOAL, "2026年", 2026, "目标").id

    def power_list(session: Session, wait: Wait) -> int:
        post = session.scalars(select(Post).where(Post.title == "党委书记")).one()
        wait()
        return powers.of_post(session, post).id

    assert len(set(race(both, *[document] * 3))) == 1
    assert len(set(race(both, *[power_list] * 3))) == 1


def test_two_officers_decide_the_same_report(both: Engine) -> None:
    report_id = report_in(both)

    def accept(session: Session, wait: Wait) -> None:
        report, actor = session.get_one(Report, report_id), person(session, "intake")
        wait()
        triage.accept(session, report, "integrity", actor, NOW)

    def decline(session: Session, wait: Wait) -> None:
        report, actor = session.get_one(Report, report_id), person(session, "intake")
        wait()
        triage.decline(session, report, triage.DeclineReason.OTHER_BODY, "请找住建局", actor, NOW)

    def open_clue(session: Session, wait: Wait) -> None:
        report, actor = session.get_one(Report, report_id), person(session, "intake")
        official = session.scalars(select(Official).where(Official.name == "周明远")).one()
        wait()
        clues.open_from_report(session, report, official, "integrity", "要点", actor, NOW)

    lost = refusals(race(both, accept, decline, open_clue))
    assert all("不能再这样办理" in sentence for sentence in lost)
    # A clue may follow an acceptance; nothing else follows anything.
    assert len(lost) in {1, 2}
    with Session(both) as session:
        letters = session.scalar(select(func.count()).select_from(Message))
        assert letters == len(
            session.scalars(
                select(AuditRow).where(AuditRow.action.in_(["reports.accept", "reports.decline"]))
            ).all()
        )
    assert chain_is_whole(both)


def test_clues_are_numbered_one_by_one(both: Engine) -> None:
    with Session(both) as session:
        build_county(session)
        submission = Submission(Subject(unit="某村"), Matter.MONEY, "账目不公开")
        made = [reports.submit(session, submission, NOW).report.id for _ in range(MANY)]
        session.commit()

    def opening_of(report_id: str) -> Callable[[Session, Wait], int]:
        def open_clue(session: Session, wait: Wait) -> int:
            report, actor = session.get_one(Report, report_id), person(session, "intake")
            official = session.scalars(select(Official).where(Official.name == "周明远")).one()
            wait()
            return clues.open_from_report(
                session, report, official, "integrity", "要点", actor, NOW
            ).serial

        return open_clue

    serials = race(both, *[opening_of(report_id) for report_id in made])
    assert sorted(serials) == list(range(1, MANY + 1))  # type: ignore[type-var]
    with Session(both) as session:
        assert session.scalar(select(func.count()).select_from(Clue)) == MANY
    assert chain_is_whole(both)


def test_a_file_is_entered_once(both: Engine) -> None:
    report_in(both)

    def link(session: Session, wait: Wait) -> None:
        official = session.scalars(select(Official).where(Official.name == "周明远")).one()
        actor = person(session, "manager")
        wait()
        integrity.link(session, official, Section.TALKS, "talks:1", actor, NOW)

    assert refusals(race(both, link, link)) == ["这一项已经归入周明远的廉政档案"]


def test_messages_of_both_sides_keep_an_order(both: Engine) -> None:
    report_id = report_in(both)

    def from_reporter(session: Session, wait: Wait) -> int:
        report = session.get_one(Report, report_id)
        wait()
        return dialogue.from_reporter(session, report, "补充", (), NOW).number

    def ask(session: Session, wait: Wait) -> None:
        report, actor = session.get_one(Report, report_id), person(session, "intake")
        wait()
        triage.ask(session, report, "什么时候？", actor, NOW)

    outcomes = race(both, from_reporter, ask, from_reporter, ask)
    assert refusals(outcomes) == []
    with Session(both) as session:
        assert [m.number for m in dialogue.of_report(session, report_id)] == [1, 2, 3, 4]


def test_guesses_made_side_by_side_all_count(both: Engine) -> None:
    report_in(both)

    def guess(session: Session, wait: Wait) -> None:
        victim = person(session, "intake")
        wait()
        staff.sign_in_failed(session, victim, NOW)

    assert refusals(race(both, *[guess] * staff.LOCK_AFTER)) == []
    with Session(both) as session:
        victim = person(session, "intake")
        assert staff.is_locked(victim, NOW + staff.LOCK_FOR - timedelta(seconds=1))
        assert not staff.is_locked(victim, NOW + staff.LOCK_FOR)


def test_a_draft_kept_twice_at_once_is_one_draft(both: Engine) -> None:
    def keep(session: Session, wait: Wait) -> None:
        drafts.fetch(session, b"i" * 32, NOW)
        wait()
        drafts.keep(session, b"i" * 32, b"boxed", NOW)

    assert race(both, keep, keep, keep) == [None] * 3

    def drop(session: Session, wait: Wait) -> bool:
        wait()
        return drafts.drop(session, b"i" * 32)

    assert Counter(race(both, drop, drop)) == {True: 1, False: 1}


def test_the_logs_are_in_the_order_of_their_commits(both: Engine) -> None:
    """Whoever reads up to a number has seen every smaller one: none appears behind them later."""
    report_in(both)

    def write(session: Session, wait: Wait) -> tuple[int, int]:
        actor = person(session, "reviewer")
        wait()
        indexing.announce(session, ["units:1"], NOW)
        seq = audit.record(session, actor, "test.act", "test:1", NOW).seq
        return indexing.last_change(session), seq

    done = [outcome for outcome in race(both, *[write] * MANY) if isinstance(outcome, tuple)]
    assert len(done) == MANY
    # Sorted by one log they are sorted by the other: nobody overtook anybody.
    assert sorted(done) == sorted(done, key=lambda pair: pair[1])
    assert chain_is_whole(both)
    with Session(both) as session:
        seqs = session.scalars(select(IndexChange.seq).order_by(IndexChange.seq)).all()
        assert len(seqs) == len(set(seqs))


def test_a_receipt_is_found_while_its_report_is_being_decided(both: Engine) -> None:
    with Session(both) as session:
        build_county(session)
        submission = Submission(Subject(unit="某村"), Matter.MONEY, "账目不公开")
        taken = reports.submit(session, submission, NOW)
        report_id, receipt = taken.report.id, taken.receipt
        session.commit()

    def decide(session: Session, wait: Wait) -> None:
        report, actor = session.get_one(Report, report_id), person(session, "intake")
        wait()
        triage.accept(session, report, "integrity", actor, NOW)

    def track(session: Session, wait: Wait) -> bool:
        wait()
        return reports.by_receipt(session, sealing.receipt_keys(receipt), TODAY) is not None

    assert race(both, decide, track) == [None, True]
