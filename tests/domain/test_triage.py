"""Triage: every act in every state, by whoever holds the report."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin import unsealing
from domain import (
    audit,
    clues,
    dialogue,
    offices,
    reports,
    sealing,
    triage,
)
from domain.audit import AuditRow
from domain.categories import Matter
from domain.db import Session
from domain.errors import Refused
from domain.offices import OfficeKind
from domain.opening import CannotOpen
from domain.reports import Identity, Report, ReportKey, ReportState, Submission
from domain.staff import Staff
from domain.subjects import Subject
from domain.triage import DeclineReason, Order
from tests.fixtures.county import NOW, TODAY, County, password_of

S = ReportState

LATER = NOW + timedelta(days=3)


def arrive(session: Session, subject: Subject | None = None, **more: object) -> Report:
    submission = Submission(subject or Subject(unit="某村"), Matter.MONEY, "某事", **more)  # type: ignore[arg-type]
    report = reports.submit(session, submission, NOW).report
    session.commit()
    return report


def key_of(session: Session, report: Report, person: Staff) -> bytes:
    own = unsealing.unlock(person, password_of(person.username))
    return unsealing.report_key(session, report, person, own)


def resealed(session: Session, report: Report, county: County, kind: OfficeKind) -> bytes:
    key = key_of(session, report, county.staff["intake"])
    return sealing.seal_key(county.offices[kind].public_key, key)


Act = Callable[[Session, Report, County], object]

ACTS: dict[str, Act] = {
    "open": lambda s, r, c: triage.open_report(s, r, c.staff["intake"], LATER),
    "accept": lambda s, r, c: triage.accept(s, r, "integrity", c.staff["intake"], LATER),
    "decline": lambda s, r, c: triage.decline(
        s, r, DeclineReason.OTHER_BODY, "请向住建局反映", c.staff["intake"], LATER
    ),
    "refer_out": lambda s, r, c: triage.refer_out(s, r, "已转县住建局", c.staff["intake"], LATER),
    "ask": lambda s, r, c: triage.ask(s, r, "什么时候？", c.staff["intake"], LATER),
    "pass_on": lambda s, r, c: triage.pass_on(
        s,
        r,
        c.offices[OfficeKind.INVESTIGATION],
        resealed(s, r, c, OfficeKind.INVESTIGATION),
        c.staff["intake"],
        LATER,
    ),
    "clue": lambda s, r, c: clues.open_from_report(
        s, r, c.officials["transport"], "integrity", "要点", c.staff["intake"], LATER
    ),
}

UNDECIDED: dict[str, S] = {
    "open": S.RECEIVED,
    "accept": S.ACCEPTED,
    "decline": S.DECLINED,
    "refer_out": S.REFERRED,
    "ask": S.WAITING,
    "pass_on": S.RECEIVED,
    "clue": S.IN_CLUE,
}

# state → act → state after; what is not here is refused
TABLE: dict[S, dict[str, S]] = {
    S.RECEIVED: UNDECIDED,
    S.WAITING: UNDECIDED | {"open": S.WAITING, "pass_on": S.WAITING},
    S.ACCEPTED: {
        "open": S.ACCEPTED,
        "refer_out": S.REFERRED,
        "ask": S.ACCEPTED,
        "pass_on": S.ACCEPTED,
        "clue": S.IN_CLUE,
    },
    S.IN_CLUE: {"open": S.IN_CLUE},
    S.DECLINED: {"open": S.DECLINED},
    S.REFERRED: {"open": S.REFERRED},
}

REACHED_BY = {
    S.WAITING: "ask",
    S.ACCEPTED: "accept",
    S.IN_CLUE: "clue",
    S.DECLINED: "decline",
    S.REFERRED: "refer_out",
}

LETTERS = {"accept", "decline", "refer_out", "ask"}

RECORDED = {act: f"reports.{act}" for act in ACTS} | {"clue": "clues.open_from_report"}


def state_of(report: Report) -> S:
    """The state, asked anew: a type checker believes that what it has seen cannot change."""
    return report.state


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", S)
def test_every_act_in_every_state(session: Session, county: County, state: S, act: str) -> None:
    report = arrive(session)
    if state in REACHED_BY:
        ACTS[REACHED_BY[state]](session, report, county)
        session.commit()
    before, letters = recorded(session), len(dialogue.of_report(session, report.id))
    expected = TABLE[state].get(act)
    if expected is None:
        with pytest.raises(Refused, match=f"这件举报“{state.label}”，不能再这样办理"):
            ACTS[act](session, report, county)
        assert report.state is state
        assert not session.dirty
        assert not session.new
        assert recorded(session) == before
    else:
        ACTS[act](session, report, county)
        session.commit()
        assert report.state is expected
        assert recorded(session) == [*before, RECORDED[act]]
        assert len(dialogue.of_report(session, report.id)) == letters + (act in LETTERS)
    assert list(audit.breaks(session)) == []


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "username", ["investigator", "cadre", "manager", "chief", "custodian", "auditor", "system"]
)
def test_only_the_office_that_holds_it(
    session: Session, county: County, act: str, username: str
) -> None:
    report = arrive(session)
    before = recorded(session)
    officer, county.staff["intake"] = county.staff["intake"], county.staff[username]
    if act == "pass_on":
        with pytest.raises(Refused):
            triage.pass_on(
                session,
                report,
                county.offices[OfficeKind.INVESTIGATION],
                b"",
                county.staff["intake"],
                NOW,
            )
    else:
        with pytest.raises(Refused, match="您不能办理这件举报"):
            ACTS[act](session, report, county)
    assert triage.report_of(session, report.id, county.staff[username]) is None
    assert triage.report_of(session, report.id, officer) is report
    assert recorded(session) == before


@pytest.mark.parametrize("act", ACTS)
def test_membership_without_the_permission_is_not_enough(
    session: Session, county: County, act: str
) -> None:
    report, key = arrive(session), b""
    if act == "pass_on":
        key = resealed(session, report, county, OfficeKind.INVESTIGATION)
    county.staff["intake"].role_names = ["editor"]
    session.commit()
    with pytest.raises(Refused):
        ACTS[act](session, report, county)
    county.staff["intake"].role_names = ["intake_officer"]
    county.staff["intake"].active = False
    with pytest.raises(Refused):
        ACTS[act](session, report, county)
    assert key is not None


@pytest.mark.parametrize("act", ["decline", "refer_out", "ask"])
def test_the_reporter_is_told_something(session: Session, county: County, act: str) -> None:
    report, officer = arrive(session), county.staff["intake"]
    reason = [DeclineReason.LITIGATION] if act == "decline" else []
    with pytest.raises(Refused, match="请"):
        getattr(triage, act)(session, report, *reason, " \u3000\n", officer, NOW)
    assert report.state is S.RECEIVED
    assert dialogue.of_report(session, report.id) == []


@pytest.mark.parametrize("category", ["", "nonsense", "违反廉洁纪律"])
def test_a_category_in_use_is_needed(session: Session, county: County, category: str) -> None:
    report, officer = arrive(session), county.staff["intake"]
    with pytest.raises(Refused, match="请选择问题类别"):
        triage.accept(session, report, category, officer, NOW)
    with pytest.raises(Refused, match="请选择问题类别"):
        clues.open_from_report(
            session, report, county.officials["transport"], category, "要点", officer, NOW
        )
    assert report.state is S.RECEIVED


def test_letters_reach_the_reporter_alone(session: Session, county: County) -> None:
    report, officer = arrive(session), county.staff["intake"]
    triage.decline(session, report, DeclineReason.OTHER_BODY, " 请向住建局反映 ", officer, NOW)
    own = unsealing.unlock(officer, password_of("intake"))
    (letter,) = unsealing.open_report(session, report, officer, own).messages
    assert letter.text == "属于其他机关或者单位职责范围。\n请向住建局反映"
    assert not letter.from_reporter


def test_passing_on_gives_the_new_office_the_key_and_takes_ours(
    session: Session, county: County
) -> None:
    report = arrive(session)
    officer, investigator = county.staff["intake"], county.staff["investigator"]
    triage.open_report(session, report, officer, NOW)
    assert report.handler is officer
    old_key = triage.sealed_key_of(session, report)
    ACTS["pass_on"](session, report, county)
    session.commit()
    assert (report.office.kind, report.handler_id) == (OfficeKind.INVESTIGATION, None)
    assert triage.report_of(session, report.id, officer) is None
    assert triage.report_of(session, report.id, investigator) is report
    mine = unsealing.unlock(investigator, password_of("investigator"))
    assert unsealing.open_report(session, report, investigator, mine).happened == "某事"
    own = unsealing.unlock(officer, password_of("intake"))
    with pytest.raises(CannotOpen):
        unsealing.open_report(session, report, officer, own)
    keys = session.scalars(select(ReportKey.sealed_key)).all()
    assert len(keys) == 1
    assert old_key not in keys


def test_the_new_office_is_the_one_the_clue_is_sealed_to(session: Session, county: County) -> None:
    """Somebody in both offices passes a report on and opens the clue in the same breath."""
    report, officer = arrive(session), county.staff["intake"]
    office = county.offices[OfficeKind.INVESTIGATION]
    investigator = county.staff["investigator"]
    own = unsealing.unlock(investigator, password_of("investigator"))
    key = unsealing.office_key(session, office.id, investigator, own)
    offices.join(session, office, officer, key, investigator, NOW)
    ACTS["pass_on"](session, report, county)
    clue = clues.open_from_report(
        session, report, county.officials["transport"], "integrity", "要点", officer, NOW
    )
    assert clue.office_id == office.id
    assert unsealing.open_clue(session, clue, investigator, own) == "要点"


def test_a_report_is_passed_on_to_where_somebody_can_work_on_it(
    session: Session, county: County
) -> None:
    report, officer = arrive(session), county.staff["intake"]
    for kind in (OfficeKind.CUSTODY, OfficeKind.ADJUDICATION):
        with pytest.raises(Refused, match=f"{kind.label}不能接收举报"):
            triage.pass_on(session, report, county.offices[kind], b"", officer, NOW)
    with pytest.raises(Refused, match="举报已经在信访室"):
        triage.pass_on(session, report, county.offices[OfficeKind.INTAKE], b"", officer, NOW)


def test_a_question_waits_for_its_answer(session: Session, county: County) -> None:
    report, officer = arrive(session), county.staff["intake"]
    triage.ask(session, report, "什么时候？", officer, NOW)
    assert dialogue.unread(session, [report.id]) == {}
    triage.open_report(session, report, officer, NOW)
    assert state_of(report) is S.WAITING
    dialogue.from_reporter(session, report, "去年三月", (), LATER)
    dialogue.from_reporter(session, report, "还有一张照片", (), LATER)
    session.commit()
    assert dialogue.unread(session, [report.id, "other"]) == {report.id: 2}
    assert session.scalars(dialogue.with_news(triage.held_by(officer))).all() == [report]
    triage.open_report(session, report, officer, LATER)
    session.commit()
    assert state_of(report) is S.RECEIVED
    assert dialogue.unread(session, [report.id]) == {}
    assert dialogue.mark_read(session, report.id) == 0


@pytest.mark.parametrize("act", ["accept", "decline", "refer_out", "clue"])
def test_a_receipt_runs_out_a_year_after_the_end_and_not_before(
    session: Session, county: County, act: str
) -> None:
    submission = Submission(Subject(unit="某村"), Matter.MONEY, "某事")
    taken = reports.submit(session, submission, NOW)
    keys = sealing.receipt_keys(taken.receipt)
    ACTS[act](session, taken.report, county)
    session.commit()
    year = TODAY + timedelta(days=3 + 365)
    ended = act in {"decline", "refer_out"}
    assert reports.by_receipt(session, keys, year) is not None
    assert (reports.by_receipt(session, keys, year + timedelta(days=1)) is None) == ended
    other = sealing.receipt_keys(sealing.new_receipt())
    assert reports.by_receipt(session, other, TODAY) is None


def test_the_queue_is_narrowed_and_sorted(session: Session, county: County) -> None:
    officer = county.staff["intake"]
    plain = arrive(session)
    head = arrive(session, Subject(official_id=county.officials["transport"].id))
    named = arrive(session, identity=Identity(name="某甲"))
    arrive(session, Subject(unit="县纪委"))
    head.arrived_on = TODAY + timedelta(days=1)
    named.arrived_on = TODAY + timedelta(days=2)
    triage.accept(session, plain, "work", officer, NOW)
    session.commit()

    def queue(**narrowed: object) -> list[Report]:
        return list(session.scalars(triage.queue(officer, **narrowed)))  # type: ignore[arg-type]

    assert queue() == [plain, head, named]
    assert queue(order=Order.NEWEST) == [named, head, plain]
    assert queue(order=Order.STATE) == [head, named, plain]
    assert queue(states=[S.ACCEPTED]) == [plain]
    assert queue(states=[]) == []
    assert queue(about_head=True) == [head]
    assert queue(about_head=False) == [plain, named]
    assert queue(named=True) == [named]
    assert queue(mine=True) == [plain]
    assert queue(number=named.id[-4:].lower()) == [named]
    assert queue(number="%") == []
    tally = triage.tally(session, triage.queue(officer))
    assert tally == dict.fromkeys(S, 0) | {S.RECEIVED: 2, S.ACCEPTED: 1}


def test_numbers_of_reports_cannot_be_guessed(session: Session, county: County) -> None:
    numbers = {arrive(session).id for _ in range(40)}
    assert len(numbers) == 40
    assert all(
        re.fullmatch(r"2026-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", n) for n in numbers
    )
