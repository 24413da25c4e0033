"""Whatever is done in whatever order: what is public, what the log says, what stays readable."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from domain import audit, indexing, powers, publishing
from domain.db import Session, make_engine
from domain.errors import Refused
from domain.indexing import IndexChange
from domain.powers import PowerEdition, PowerItem
from domain.publishing import State
from tests.fixtures.county import NOW, build_county, draft_powers

POSTS = ("transport", "education")
# What has never been public: nobody outside may see anything of it.
UNSEEN = {State.DRAFT, State.SUBMITTED, State.SCHEDULED}


class Editions(RuleBasedStateMachine):
    """Two people at work on the lists of two posts; beside them a plain account of what should be."""

    template: Path
    made = Bundle("made")

    @initialize()
    def start(self) -> None:
        """A county of its own for each run."""
        self.folder = Path(mkdtemp(prefix="mingquan-machine-"))
        shutil.copy(self.template, self.folder / "mingquan.db")
        self.engine = make_engine(f"sqlite:///{self.folder / 'mingquan.db'}")
        self.session = Session(self.engine)
        self.county = build_county(self.session)
        self.session.commit()
        self.now = NOW
        self.state: dict[int, State] = {}
        self.moment: dict[int, datetime] = {}
        self.correction: dict[int, str] = {}
        self.changes: list[str] = []
        self.begun = indexing.last_change(self.session)
        self.acts = audit.head(self.session)[0]

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    def edition(self, number: int) -> PowerEdition:
        return self.session.get_one(PowerEdition, number)

    def newest_public(self, edition: PowerEdition) -> int:
        """The highest number of the same list that ever was public."""
        return max(
            (
                other.number
                for other in edition.power_list.editions
                if self.state[other.id] not in UNSEEN
            ),
            default=0,
        )

    def act(self, number: int, verb: str, allowed: bool, *given: object) -> None:
        """Do something; it must be refused exactly when the account says so."""
        self.now += timedelta(minutes=1)
        edition = self.edition(number)
        writes = verb in {"submit", "correct"}
        actor = self.county.staff["editor" if writes else "reviewer"]
        if edition.author_id is None and writes:
            actor = None  # type: ignore[assignment]
        try:
            getattr(publishing, verb)(self.session, edition, *given, actor, self.now)
        except Refused:
            assert not allowed
            self.session.rollback()
        else:
            assert allowed
            self.session.commit()
            self.acts += 1

    @rule(target=made, post=st.sampled_from(POSTS))
    def draft(self, post: str) -> int:
        """Begin a new edition."""
        edition = draft_powers(self.session, self.county, post)
        self.session.commit()
        self.state[edition.id] = State.DRAFT
        self.session.expire_all()
        return edition.id

    @rule(number=made)
    def submit(self, number: int) -> None:
        """Hand it in."""
        allowed = self.state[number] is State.DRAFT
        self.act(number, "submit", allowed)
        if allowed:
            self.state[number] = State.SUBMITTED

    @rule(number=made)
    def send_back(self, number: int) -> None:
        """Return it."""
        allowed = self.state[number] is State.SUBMITTED
        self.act(number, "send_back", allowed, "请补充")
        if allowed:
            self.state[number] = State.DRAFT

    @rule(number=made)
    def publish(self, number: int) -> None:
        """Make it public; the one before it ends."""
        edition = self.edition(number)
        allowed = self.state[number] is State.SUBMITTED and edition.number > self.newest_public(
            edition
        )
        subject, siblings = edition.subject, [e.id for e in edition.power_list.editions]
        self.act(number, "publish", allowed)
        if allowed:
            self.in_force(number, siblings, subject)

    def in_force(self, number: int, siblings: list[int], subject: str) -> None:
        """Take down that an edition is public and the one before it is not in force any more."""
        for other in siblings:
            if self.state[other] is State.PUBLISHED:
                self.state[other] = State.SUPERSEDED
        self.state[number] = State.PUBLISHED
        self.changes.append(subject)

    @rule(number=made, minutes=st.integers(-3, 9))
    def schedule(self, number: int, minutes: int) -> None:
        """Approve it for a moment to come; nothing is public by that."""
        edition = self.edition(number)
        moment = self.now + timedelta(minutes=minutes)
        allowed = (
            self.state[number] is State.SUBMITTED
            and minutes > 1
            and edition.number > self.newest_public(edition)
        )
        self.act(number, "schedule", allowed, moment)
        if allowed:
            self.state[number], self.moment[number] = State.SCHEDULED, moment

    @rule(number=made, minutes=st.integers(-3, 9))
    def reschedule(self, number: int, minutes: int) -> None:
        """Let it wait for another moment."""
        moment = self.now + timedelta(minutes=minutes)
        waits = self.state[number] is State.SCHEDULED
        allowed = waits and minutes > 1 and moment != self.moment[number]
        self.act(number, "reschedule", allowed, moment)
        if allowed:
            self.moment[number] = moment

    @rule(number=made)
    def unschedule(self, number: int) -> None:
        """Stop it."""
        allowed = self.state[number] is State.SCHEDULED
        self.act(number, "unschedule", allowed, "再核对一次")
        if allowed:
            self.state[number] = State.DRAFT

    @rule(minutes=st.integers(0, 6))
    def time_passes(self, minutes: int) -> None:
        """What has come due is public, unless something newer is; then its author has it back."""
        self.now += timedelta(minutes=minutes)
        due = [
            number
            for number, state in self.state.items()
            if state is State.SCHEDULED and self.moment[number] <= self.now
        ]
        due.sort(key=lambda number: (self.moment[number], self.edition(number).number))
        published = []
        for number in due:
            edition = self.edition(number)
            if edition.number > self.newest_public(edition):
                siblings = [other.id for other in edition.power_list.editions]
                self.in_force(number, siblings, edition.subject)
                published.append(number)
            else:
                self.state[number] = State.DRAFT
        assert publishing.is_due(self.session, self.now) == bool(due)
        batch = publishing.publish_due(self.session, self.now)
        assert [edition.id for edition in batch.done] == published
        self.session.commit()
        self.acts += len(due)

    @rule(number=made, reason=st.sampled_from(["", "第二项的依据写错了"]))
    def correct(self, number: int, reason: str) -> None:
        """Mark it as a correction of what was public, or as none."""
        edition = self.edition(number)
        public = [e.id for e in edition.power_list.editions if self.state[e.id] not in UNSEEN]
        allowed = self.state[number] is State.DRAFT and bool(public or not reason)
        self.act(number, "correct", allowed, reason, None)
        if allowed:
            self.correction[number] = reason

    @rule(number=made)
    def withdraw(self, number: int) -> None:
        """Take it off every page."""
        allowed = self.state[number] in {State.PUBLISHED, State.SUPERSEDED}
        subject = self.edition(number).subject
        self.act(number, "withdraw", allowed, "有误")
        if allowed:
            self.state[number] = State.WITHDRAWN
            self.changes.append(subject)

    @invariant()
    def the_database_agrees(self) -> None:
        """States, what is public, the log, and what can be read at the permanent addresses."""
        if not hasattr(self, "session"):
            return
        session = self.session
        rows = session.execute(select(PowerEdition.id, PowerEdition.state)).all()
        assert {row.id: row.state for row in rows} == self.state
        in_force = {n for n, state in self.state.items() if state is State.PUBLISHED}
        items = session.execute(select(PowerItem.id, PowerItem.edition_id)).all()
        public = {f"power:{item.id}" for item in items if item.edition_id in in_force}
        assert indexing.published(session, [f"power:{item.id}" for item in items]) == public
        for post in POSTS:
            edition = powers.in_force(session, self.county.posts[post].id)
            assert edition is None or edition.id in in_force
        assert powers.count_public(session) == len(public)
        later = select(IndexChange.subject).where(IndexChange.seq > self.begun)
        assert list(session.scalars(later.order_by(IndexChange.seq))) == self.changes
        for number, state in self.state.items():
            edition = self.edition(number)
            found = powers.readable(session, edition.list_id, edition.number)
            assert (found is edition) == (state not in UNSEEN)
            assert edition.correction == self.correction.get(number, "")
            waits_for = self.moment[number] if state is State.SCHEDULED else None
            assert edition.scheduled_for == waits_for
            assert (edition.withdrawn_at is not None) == (state is State.WITHDRAWN)
            assert (edition.published_at is None) == (state in UNSEEN)
            ended = state in {State.SUPERSEDED, State.WITHDRAWN}
            assert (edition.ended_at is not None) == ended
        assert audit.head(session)[0] == self.acts
        session.rollback()


def test_whatever_is_done_in_whatever_order(empty_database: Path) -> None:
    Editions.template = empty_database
    run_state_machine_as_test(
        Editions,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
