"""Citizens who ask about what they can read, and staff who answer, decline and put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, multiple, rule

from domain import feedback
from domain.errors import Refused
from domain.feedback import About, DeclineReason, Feedback, FeedbackKind, FeedbackState, answering
from domain.publishing import READABLE
from tests.portal.visibility.account import Key, Question, Sort
from tests.portal.visibility.acts import Acts


class Asking(Acts):
    """The same county, with questions beside what is published."""

    asked = Bundle("asked")

    @rule(target=asked, key=Acts.made, item=st.sampled_from([None, 0, 1]))
    def ask(self, key: Key, item: int | None) -> str | MultipleResults[str]:
        """Ask about an edition or one of its powers, which must be there to be read."""
        entry, word = self.account.editions[key], self.word(Sort.ANSWER)
        of_item = None if item is None or not entry.items else [*entry.items][item]
        about = self.about(key, of_item)
        assert (about is not None) == (entry.state in READABLE)
        if about is None:
            return multiple()
        kind, reference = FeedbackKind.QUESTION, feedback.new_reference()
        made = feedback.ask(self.session, about, kind, f"请问 {word}？", reference, self.now)
        self.session.commit()
        name = entry.items[of_item] if of_item is not None else None
        self.account.questions[made.id] = Question(key, name, word)
        return made.id

    def about(self, key: Key, item: int | None) -> About | None:
        """What the public site would let somebody ask about."""
        if item is not None:
            return feedback.about_power(self.session, item)
        find = {
            "powers": feedback.about_powers,
            "disclosures": feedback.about_disclosure,
            "notices": feedback.about_notice,
        }
        return find[key[0]](self.session, key[1])

    def settle(self, number: str, act: Callable[[Feedback], object], state: FeedbackState) -> None:
        """Do it if the rules allow, and take it down."""
        self.now += timedelta(minutes=1)
        self.sound = False
        asked = self.session.get_one(Feedback, number)
        try:
            act(asked)
        except Refused:
            self.session.rollback()
            return
        self.session.commit()
        question = self.account.questions[number]
        question.state = state
        question.answer = asked.answer.id if asked.answer else 0

    @rule(number=asked)
    def answer(self, number: str) -> None:
        """Write an answer; nobody reads it yet."""
        text, editor = f"答：{self.account.questions[number].word}", self.county.staff["chief"]
        self.settle(
            number,
            lambda asked: answering.answer(
                self.session, asked, text, asked.revision, editor, self.now
            ),
            FeedbackState.ANSWERED,
        )

    @rule(number=asked)
    def return_answer(self, number: str) -> None:
        """Send an answer back; why is between the two."""
        reason, reviewer = f"请补充 {self.word(Sort.PRIVATE)}", self.county.staff["reviewer"]
        self.settle(
            number,
            lambda asked: answering.send_back(
                self.session, asked, reason, asked.revision, reviewer, self.now
            ),
            FeedbackState.RECEIVED,
        )

    @rule(number=asked)
    def approve(self, number: str) -> None:
        """Make question and answer public, answered if it is not yet."""
        self.answer(number)
        reviewer = self.county.staff["reviewer"]
        self.settle(
            number,
            lambda asked: answering.approve(
                self.session, asked, asked.revision, reviewer, self.now
            ),
            FeedbackState.PUBLISHED,
        )

    @rule(target=asked, key=Acts.made, item=st.sampled_from([None, 0, 1]))
    def ask_and_answer(self, key: Key, item: int | None) -> str | MultipleResults[str]:
        """The whole of it at once."""
        made = self.ask(key, item)
        if isinstance(made, str):
            self.approve(made)
        return made

    @rule(number=asked, why=st.sampled_from(DeclineReason))
    def decline(self, number: str, why: DeclineReason) -> None:
        """Answer no question in public, or no longer; why, the asker alone reads."""
        told, reviewer = f"请另问 {self.word(Sort.PRIVATE)}", self.county.staff["reviewer"]
        self.settle(
            number,
            lambda asked: answering.decline(
                self.session, asked, why, told, asked.revision, reviewer, self.now
            ),
            FeedbackState.DECLINED,
        )

    @rule(number=asked, into=asked)
    def merge(self, number: str, into: str) -> None:
        """Let it be answered with another one."""
        other, reviewer = self.session.get_one(Feedback, into), self.county.staff["reviewer"]
        self.settle(
            number,
            lambda asked: answering.merge(
                self.session, asked, other, asked.revision, reviewer, self.now
            ),
            FeedbackState.MERGED,
        )
