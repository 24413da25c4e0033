"""All forms of both sites, filled by their people as browsers send them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import wtforms
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from admin import identities, integrity, notices, signin
from admin.disclosures import DisclosureForm
from admin.feedback import AnswerForm, DeclineForm as FeedbackDeclineForm, MaskForm, ReturnForm
from admin.obligations.calendar import YearForm
from admin.obligations.pages import ExtendForm, LiftForm
from admin.obligations.rules import EndForm, ReleaseForm, RuleForm
from admin.powers.forms import ItemForm, TermsForm
from admin.publishing.forms import DecisionForm, ReasonForm
from admin.reports import forms as steps
from admin.synonyms import EntryForm
from tests.admin.conftest import Desk
from tests.admin.posts import POSTS
from tests.inert.citizen import Citizen
from tests.inert.fields import Typist
from tests.inert.marks import Marks
from tests.inert.walking import Walk, walk
from tests.inert.worlds import World

FormClass = type[wtforms.Form]
# By the post of the table of all posts: its form and the prefix of its fields.
FORMS: dict[str, tuple[FormClass, str]] = {
    # First: it asks for the only disclosure there is.
    "publishing.withdraw": (ReasonForm, ""),
    "signin.form": (signin.SignInForm, ""),
    "reports.decline": (steps.DeclineForm, "decline-"),
    "reports.refer": (steps.ReferForm, "refer-"),
    "reports.ask": (steps.AskForm, "ask-"),
    "reports.clue": (steps.ClueForm, "clue-"),
    "reports.identity": (steps.IdentityForm, "identity-"),
    "integrity.unlock": (integrity.ReasonForm, ""),
    "identities.refuse": (identities.RefuseForm, ""),
    "obligations.extend": (ExtendForm, "extend-"),
    "obligations.lift": (LiftForm, "lift-"),
    "obligations.release": (ReleaseForm, ""),
    "obligations.new_rule": (RuleForm, ""),
    "obligations.rule": (RuleForm, ""),
    "obligations.end_rule": (EndForm, "end-"),
    "obligations.calendar": (YearForm, ""),
    "notices.new": (notices.NoticeForm, ""),
    "notices.edit": (notices.NoticeForm, ""),
    "feedback.answer": (AnswerForm, "answer-"),
    "feedback.mask": (MaskForm, "mask-"),
    "feedback.send_back": (ReturnForm, "return-"),
    "feedback.decline": (FeedbackDeclineForm, "decline-"),
    "powers.new_item": (ItemForm, ""),
    "powers.item": (ItemForm, ""),
    "powers.terms": (TermsForm, ""),
    "disclosures.new": (DisclosureForm, ""),
    "disclosures.edit": (DisclosureForm, ""),
    "publishing.review-back": (DecisionForm, ""),
    "publishing.unschedule": (ReasonForm, ""),
    "synonyms.new": (EntryForm, ""),
    "synonyms.item": (EntryForm, ""),
}
# A vector in these is refused; everything else is kept and shown.
REFUSED = {
    "obligations.calendar": "holidays workdays",  # days
    "disclosures.new": "answers",  # the number of a disclosure
    "disclosures.edit": "answers",
    "synonyms.new": "meanings",  # a few short words
    "synonyms.item": "meanings",
}
# Kept in the steps below, or nowhere.
NEVER_KEPT = {"signin.form", "publishing.withdraw", "feedback.mask"}
OFTEN = {
    "notices.new": 10,
    "disclosures.new": 10,
    "disclosures.edit": 2,
    "notices.edit": 2,
    "powers.new_item": 3,
    "reports.ask": 3,
}
ABOUT = re.compile(r'name="(remarks-\d+-about)"[^>]*value="([^"]*)"')


@dataclass
class Answer:
    """How a site answered a form, and what it had been sent."""

    status: int
    page: str
    location: str
    typed: dict[str, str]

    @property
    def given_back(self) -> dict[str, str]:
        """What stands in the fields of the page."""
        fields = LexborHTMLParser(self.page).css("input[name], textarea[name]")
        return {
            str(one.attributes["name"]): one.text()
            if one.tag == "textarea"
            else one.attributes.get("value") or ""
            for one in fields
        }


@dataclass
class Filled:
    """A world whose forms have been filled.

    Attributes:
        named: the marks of the county's own names.
        report: the number of what the citizen handed in.
        public: the pages of the public site that were looked at, each beside itself.
        internal: those of the internal site.
        wrong: by post, the answer to a form that could not be taken.
        kept: by post, the answers to what was taken.
        met: by post, what the slower of two writers is shown.
        shown: pages that answer a form without keeping anything.
    """

    world: World
    spoilt: Typist
    typist: Typist
    citizen: Citizen
    named: Marks
    report: str = ""
    public: Walk = field(default_factory=Walk)
    internal: Walk = field(default_factory=Walk)
    wrong: dict[str, Answer] = field(default_factory=dict)
    kept: dict[str, list[Answer]] = field(default_factory=dict)
    met: dict[str, Answer] = field(default_factory=dict)
    shown: dict[str, Answer] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)

    @property
    def said(self) -> list[str]:
        """What the forms were answered with, once they were taken."""
        kept = [one.page for answers in self.kept.values() for one in answers]
        met = [one.page for one in (*self.met.values(), *self.shown.values())]
        return kept + met + [response.text for response, _ in self.citizen.kept.values()]

    def desk(self, who: str) -> Desk:
        """Somebody's browser."""
        if who not in self.desks:
            world = self.world
            self.desks[who] = world.desk(who) if who else Desk(world.admin.test_client())
        return self.desks[who]

    def send(self, name: str, typist: Typist, *, spoilt: bool) -> Answer:
        """Fill the form of a post, and send it."""
        post, (form, prefix) = POSTS[name], FORMS[name]
        desk = self.desk(post.who)
        path, fields = post.prepare(self.world.session, self.world.county, desk)
        if form is DecisionForm:
            fields |= ABOUT.findall(desk.text(path))
        if form is TermsForm:
            fields |= {f"negatives-{n}-area": "other" for n in range(3)}
        if spoilt:
            typed = typist.spoil(name, form, prefix)
        else:
            typed = typist.fill(name, form, prefix, but=REFUSED.get(name, ""))
        answered = answer(desk.post(path, **(fields | typed)), typed)
        if answered.status == 303:  # what it leads to may say later something else
            self.visit(post.who, answered.location)
        return answered

    def rows(self, query: sa.Select[Any]) -> list[Any]:
        """What stands in the database; it is not held while the sites are at work."""
        self.world.session.rollback()
        found = [*self.world.session.execute(query)]
        self.world.session.rollback()
        return found

    def visit(self, who: str, *addresses: str) -> None:
        """Somebody looks at pages of the internal site."""
        for address in addresses:
            self.internal.visit(self.world.admin, self.desk(who).client, address)

    def look_up(self, address: str) -> None:
        """A visitor looks at a page of the public site."""
        self.public.visit(self.world.portal, self.world.portal.test_client(), address)

    def wander(self, who: str, most: int, *starts: str) -> None:
        """Somebody looks at all that the pages lead to, at most so many of an endpoint."""
        client, site = self.desk(who).client, self.world.admin
        pairs = [(start, start) for start in starts]
        walk((site, site), (client, client), pairs, self.internal, most=most)

    def stroll(self, most: int) -> None:
        """A visitor looks at the public site."""
        client, site = self.world.portal.test_client(), self.world.portal
        walk((site, site), (client, client), [("/", "/")], self.public, most=most)

    def fill_admin(self) -> None:
        """Send every form of the internal site: wrong once, then as it is taken."""
        for name in FORMS:
            self.wrong[name] = self.send(name, self.spoilt, spoilt=True)
        for name in FORMS:
            if name not in NEVER_KEPT:
                self.kept[name] = [
                    self.send(name, self.typist, spoilt=False) for _ in range(OFTEN.get(name, 1))
                ]


def answer(response: TestResponse, typed: dict[str, Any]) -> Answer:
    """What to remember of a response."""
    return Answer(
        response.status_code, response.get_data(as_text=True), response.location or "", typed
    )
