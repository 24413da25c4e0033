"""Two reviewers, and one form sent twice, at the same moment, on both databases."""

from collections.abc import Callable

from sqlalchemy.engine import Engine

from domain import audit, feedback, sealing, staff
from domain.db import Session
from domain.feedback import DeclineReason, Feedback, FeedbackState, answering
from tests.domain.races import race
from tests.fixtures import questions
from tests.fixtures.county import NOW, build_county, draft_powers, make_public
from tests.fixtures.questions import QUESTION


def seeded(engine: Engine) -> tuple[str, int]:
    with Session(engine) as session:
        county = build_county(session)
        make_public(session, county, draft_powers(session, county))
        staff.enrol(
            session,
            "reviewer2",
            "另一位审核人",
            county.staff["reviewer"].roles,
            _key(),
            actor=None,
            now=NOW,
        )
        made = questions.answer(session, county)
        session.commit()
        return made.id, made.revision


def _key() -> sealing.LockedKey:
    return sealing.lock_key(sealing.new_key_pair(), "reviewer2-password")


def test_two_reviewers_decide_once(both: Engine) -> None:
    number, seen = seeded(both)

    def decide(who: str, approves: bool) -> Callable[[Session, Callable[[], object]], object]:
        def act(session: Session, wait: Callable[[], object]) -> object:
            person = staff.by_username(session, who)
            asked = session.get_one(Feedback, number)
            assert person
            wait()
            if approves:
                answering.approve(session, asked, seen, person, NOW)
            else:
                why = DeclineReason.ABUSE
                answering.decline(session, asked, why, "", seen, person, NOW)
            return asked.state

        return act

    outcomes = race(both, decide("reviewer", True), decide("reviewer2", False))
    assert sorted(type(one).__name__ for one in outcomes) == ["FeedbackState", "Refused"]
    with Session(both) as session:
        asked = session.get_one(Feedback, number)
        assert (asked.answer is not None) == (asked.state is FeedbackState.PUBLISHED)
        assert list(audit.breaks(session)) == []


def test_one_form_sent_twice_at_once_is_one_question(both: Engine) -> None:
    seeded(both)
    reference = feedback.new_reference()

    def act(session: Session, wait: Callable[[], object]) -> object:
        about = questions.about(session)
        wait()
        kind = feedback.FeedbackKind.QUESTION
        return feedback.ask(session, about, kind, QUESTION, reference, NOW).id

    outcomes = race(both, act, act)
    assert len(set(outcomes)) == 1
    assert all(isinstance(one, str) for one in outcomes), outcomes
