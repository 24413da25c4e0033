"""Editors and reviewers at work, in whatever order; the account is kept beside them."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule

from domain import disclosures, notices, publishing
from domain.db import Session, make_engine
from domain.disclosures import DisclosureEdition
from domain.errors import Refused
from domain.notices import NoticeEdition
from domain.permissions import Role
from domain.powers import PowerEdition, PowerKind
from domain.publishing import Edition, State
from search.engine import Field, Kind
from tests.domain.imports.rows import DISCLOSURE, bring
from tests.fixtures import warnings
from tests.fixtures.county import NOW, TODAY, build_county, draft_disclosure, draft_powers
from tests.portal.visibility.account import COMMON, Account, Entry, Found, Key, Sort

POSTS = ("transport", "education")
# A power that stays in its list under one name, whatever else changes about it.
LASTING = f"{COMMON}常设"
TABLES: dict[str, type[Edition]] = {
    "powers": PowerEdition,
    "disclosures": DisclosureEdition,
    "notices": NoticeEdition,
}
WHOLE = {"powers": "list_id", "disclosures": "disclosure_id", "notices": "notice_id"}


class Acts(RuleBasedStateMachine):
    """A county in which drafts are written, reviewed, published, replaced and withdrawn."""

    template: Path
    made = Bundle("made")

    def set_up(self) -> None:
        """A county of its own for each run."""
        self.folder = Path(mkdtemp(prefix="mingquan-public-"))
        self.database = f"sqlite:///{self.folder / 'mingquan.db'}"
        shutil.copy(self.template, self.folder / "mingquan.db")
        self.engine = make_engine(self.database)
        self.session = Session(self.engine)
        self.county = build_county(self.session)
        # Somebody who answers for every unit.
        self.county.staff["chief"].role_names = [Role.EDITOR.value]
        self.session.commit()
        self.account = Account()
        self.now, self.words, self.sound = NOW, 0, False

    def word(self, sort: Sort = Sort.TEXT) -> str:
        """A word that stands nowhere yet."""
        self.words, self.sound = self.words + 1, False
        return f"z{sort}{self.words:04}x"

    def edition(self, key: Key) -> Edition:
        """The row itself."""
        return self.session.get_one(TABLES[key[0]], key[1])

    def keep(self, kind: str, edition: Edition, state: State = State.DRAFT) -> Key:
        """Take down a new edition."""
        self.session.commit()
        key = (kind, edition.id)
        self.account.editions[key] = self.entry(kind, edition, state)
        return key

    def entry(self, kind: str, edition: Edition, state: State) -> Entry:
        """What is written in an edition; the last word is its own."""
        whole, word = getattr(edition, WHOLE[kind]), f"z{Sort.TEXT}{self.words:04}x"
        if isinstance(edition, PowerEdition):
            items = {item.id: item.name for item in edition.items}
            fields = {Field.UNIT: edition.power_list.post.unit.code, Field.KIND: Kind.POWER}
            year = str(edition.effective_on.year) if edition.effective_on else ""
            found = [
                Found(
                    f"/powers/items/{item.id}",
                    fields | {Field.POWER_KIND: item.kind.value, Field.YEAR: year},
                )
                for item in edition.items
            ]
            return Entry(kind, whole, edition.number, word, items, found, state)
        assert isinstance(edition, (DisclosureEdition, NoticeEdition))
        if isinstance(edition, NoticeEdition):
            unit, found_as, day = edition.notice.unit, Kind.NOTICE, edition.dated_on
            year = str(day.year) if day else ""
        else:
            unit, found_as = edition.disclosure.unit, Kind.DISCLOSURE
            year = str(edition.disclosure.year)
        fields = {Field.UNIT: unit.code, Field.KIND: found_as, Field.YEAR: year}
        one = Found(f"/{kind}/{whole}", fields)
        return Entry(kind, whole, edition.number, word, {}, [one], state)

    def write(self, edition: Edition, word: str) -> None:
        """Put the word into every text."""
        year = 2025 + self.words % 2
        if isinstance(edition, (DisclosureEdition, NoticeEdition)):
            edition.title = f"{COMMON}{word}"
            edition.body = f"{COMMON}在此 {word} 已分到各乡镇。"
            if isinstance(edition, NoticeEdition):
                edition.dated_on = date(year, 5, 6)
            return
        assert isinstance(edition, PowerEdition)
        edition.effective_on = date(year, 3, 1)
        for item in edition.items:
            item.name = f"{COMMON}{word}" if item.number == 1 else LASTING
            item.kind = PowerKind.PROJECT if item.number == 1 else PowerKind.FINANCE
            for name in ("plain", "source", "responsibility", "controls", "timing"):
                setattr(item, name, f"{COMMON} {word} {item.number}")
            for step in item.steps:
                step.who = f"{COMMON} {word}"
        for line in edition.negatives:
            line.text = f"{COMMON} {word}"

    @rule(target=made, post=st.sampled_from(POSTS))
    def draft_powers(self, post: str) -> Key:
        """Begin a power list, or its next edition."""
        word = self.word()
        edition = draft_powers(self.session, self.county, post, (f"{COMMON}{word}", LASTING))
        self.write(edition, word)
        return self.keep("powers", edition)

    @rule(target=made, unit=st.sampled_from(["jt", "jy"]))
    def draft_disclosure(self, unit: str) -> Key:
        """Begin a disclosure."""
        word = self.word()
        edition = draft_disclosure(self.session, self.county, f"{COMMON}{word}", unit)
        self.write(edition, word)
        return self.keep("disclosures", edition)

    @rule(target=made)
    def draft_notice(self) -> Key:
        """Begin a notice."""
        word = self.word()
        edition = warnings.draft(self.session, self.county)
        self.write(edition, word)
        return self.keep("notices", edition)

    @rule(target=made, key=made)
    def new_edition(self, key: Key) -> Key:
        """Another edition of the same."""
        return self.next_edition(key)

    def next_edition(self, key: Key) -> Key:
        """A draft of what a key is an edition of."""
        before, word = self.edition(key), self.word()
        if isinstance(before, PowerEdition):
            post = next(p for p in POSTS if self.county.posts[p].id == before.power_list.post_id)
            made: Edition = draft_powers(self.session, self.county, post, (word, LASTING))
        elif isinstance(before, NoticeEdition):
            made = notices.new_edition(
                self.session, before.notice, word, word, before.category, TODAY, before.author
            )
        else:
            assert isinstance(before, DisclosureEdition)
            made = disclosures.new_edition(
                self.session, before.disclosure, word, word, before.author, TODAY
            )
        self.session.flush()
        self.write(made, word)
        return self.keep(key[0], made)

    @rule(target=made)
    def bring_in(self) -> Key:
        """A workbook, whose rows wait for review."""
        word = self.word()
        row = DISCLOSURE | {"title": f"{COMMON}{word}", "body": f"{COMMON} {word}"}
        bring(self.session, disclosures=[row])
        newest = sa.select(DisclosureEdition).order_by(DisclosureEdition.id.desc()).limit(1)
        return self.keep("disclosures", self.session.scalars(newest).one(), State.SUBMITTED)

    @rule(key=made)
    def rewrite(self, key: Key) -> None:
        """What stood in a draft before is nowhere any more."""
        entry = self.account.editions[key]
        if entry.state is State.DRAFT:
            self.write(self.edition(key), self.word())
            self.session.commit()
            anew = self.entry(key[0], self.edition(key), State.DRAFT)
            anew.correction = entry.correction
            self.account.editions[key] = anew

    def act(self, key: Key, verb: str, *given: object) -> bool:
        """Do it if the rules allow; whether they did. When they must, test_publishing_machine says."""
        self.now += timedelta(minutes=1)
        self.sound = False
        edition = self.edition(key)
        writes = verb in {"submit", "correct"}
        actor = edition.author if writes else self.county.staff["reviewer"]
        try:
            getattr(publishing, verb)(self.session, edition, *given, actor, self.now)
        except Refused:
            self.session.rollback()
            return False
        self.session.commit()
        return True

    @rule(key=made)
    def submit(self, key: Key) -> None:
        """Hand it in."""
        if self.act(key, "submit"):
            self.account.editions[key].state = State.SUBMITTED

    @rule(key=made)
    def send_back(self, key: Key) -> None:
        """Return it; why is between author and reviewer."""
        if self.act(key, "send_back", f"请补充 {self.word(Sort.PRIVATE)}"):
            self.account.editions[key].state = State.DRAFT

    @rule(key=made)
    def publish(self, key: Key) -> None:
        """Approve it, written and handed in if it is not yet."""
        self.submit(key)
        if self.act(key, "publish"):
            self.account.come_into_force(key)

    @rule(key=made)
    def replace(self, key: Key) -> None:
        """A newer edition of the same comes into force."""
        self.publish(self.next_edition(key))

    @rule(key=made, at_once=st.booleans())
    def correct(self, key: Key, at_once: bool) -> None:
        """A newer edition of the same puts it right, and says what was wrong."""
        anew = self.next_edition(key)
        word = self.word(Sort.CORRECTION)
        if self.act(anew, "correct", f"{COMMON}写错了 {word}", None):
            self.account.editions[anew].correction = word
        if at_once:
            self.publish(anew)

    @rule(key=made, minutes=st.integers(2, 9))
    def schedule(self, key: Key, minutes: int) -> None:
        """Approve it for a moment to come."""
        self.submit(key)
        self.wait_for(key, "schedule", self.now + timedelta(minutes=minutes))

    @rule(key=made, minutes=st.integers(2, 9))
    def reschedule(self, key: Key, minutes: int) -> None:
        """Let it wait for another moment."""
        self.wait_for(key, "reschedule", self.now + timedelta(minutes=minutes))

    def wait_for(self, key: Key, verb: str, moment: datetime) -> None:
        """Take down what it waits for."""
        if self.act(key, verb, moment):
            entry = self.account.editions[key]
            entry.state, entry.moment = State.SCHEDULED, moment

    @rule(key=made)
    def unschedule(self, key: Key) -> None:
        """Stop it; why is between author and reviewer."""
        if self.act(key, "unschedule", f"再核对 {self.word(Sort.PRIVATE)}"):
            self.account.editions[key].state = State.DRAFT

    @precondition(lambda self: self.account.entries(State.SCHEDULED))
    @rule(minutes=st.integers(0, 9))
    def time_passes(self, minutes: int) -> None:
        """What has come due is public, unless something newer is; then its author has it back."""
        self.now += timedelta(minutes=minutes)
        self.sound = False
        waiting = [e for e in self.account.entries(State.SCHEDULED) if e.moment <= self.now]
        batch = publishing.publish_due(self.session, self.now)
        self.session.commit()
        kinds = {table: kind for kind, table in TABLES.items()}
        done = [(kinds[type(edition)], edition.id) for edition in batch.done]
        assert all(self.account.editions[key] in waiting for key in done)
        assert len(batch.done) + len(batch.refused) == len(waiting)
        for entry in waiting:
            entry.state = State.DRAFT
        for key in done:
            self.account.come_into_force(key)

    @rule(key=made)
    def withdraw(self, key: Key) -> None:
        """Nothing of it is left but the reason, at its address."""
        word = self.word(Sort.WITHDRAWAL)
        if self.act(key, "withdraw", f"有误，{word}"):
            entry = self.account.editions[key]
            entry.state, entry.withdrawal = State.WITHDRAWN, word
