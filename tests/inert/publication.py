"""Handing in, returning, approving, correcting and withdrawing, with the forms of those who do it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from admin.disclosures import DisclosureForm
from admin.notices import NoticeForm
from admin.publishing.forms import DecisionForm, ReasonForm
from domain.disclosures import Disclosure, DisclosureEdition
from domain.notices import NoticeEdition
from domain.powers import PowerEdition
from domain.publishing import State
from search import sync
from tests.admin.desk_posts import BOX, revision
from tests.admin.pages import form_with
from tests.admin.posts import POSTS
from tests.inert.fields import TextField
from tests.inert.filling import ABOUT, Filled, answer

# Its box is no form's, but stands beside every draft of a new edition.
CORRECTION = TextField("correction", "correction", 500)


def hand_in(filled: Filled) -> None:
    """The editor hands in every draft."""
    desk = filled.desk("editor")
    for page in ("/powers", "/disclosures", "/notices"):
        desk.post(page, chosen=BOX.findall(desk.text(page)))


def approve(filled: Filled) -> None:
    """The reviewer approves all that can be approved."""
    desk, before = filled.desk("reviewer"), [""]
    while (boxes := BOX.findall(desk.text("/publishing"))) and boxes != before:
        done = desk.post("/publishing", chosen=boxes, decision="publish")
        filled.internal.judge("publishing.index done", done.text, done.text)
        before = boxes
    filled.world.session.rollback()
    sync.rebuild(filled.world.session, filled.world.index)


def publish(filled: Filled, page: str) -> None:
    """One draft goes its way alone."""
    _submit(filled, page)
    desk, review = filled.desk("reviewer"), f"/publishing{page}"
    filled.visit("reviewer", review)
    seen = revision(desk, review)
    assert desk.post(review, revision=seen, decision="publish").status_code == 303
    filled.visit("editor", page)


def _submit(filled: Filled, page: str) -> None:
    desk, act = filled.desk("editor"), f"/publishing{page}/submit"
    assert desk.post(act, revision=revision(desk, page, act)).status_code == 303


def renew(filled: Filled) -> None:
    """What is in force is corrected; the new edition comes back once, with remarks."""
    _correct(filled, "disclosures", DisclosureEdition, DisclosureEdition.disclosure_id)
    _correct(filled, "notices", NoticeEdition, NoticeEdition.notice_id)
    _respond(filled)


def _correct(filled: Filled, kind: str, table: Any, parent: Any) -> None:
    # With an open edition there can be no further one.
    alone = sa.select(parent).group_by(parent).having(sa.func.count() == 1)
    shown = sa.select(table.id).where(table.state == State.PUBLISHED, parent.in_(alone))
    (number,) = filled.rows(shown.order_by(table.id.desc()))[0]
    wrong = filled.typist.text(f"{kind}.start", CORRECTION)
    desk = filled.desk("editor")
    page = desk.post(f"/{kind}/{number}/editions", correction=wrong, **{"from": "correct"}).location
    form = DisclosureForm if kind == "disclosures" else NoticeForm
    fields = dict(form_with(desk.text(page), "revision").fields)
    fields.pop("csrf_token")
    typed = filled.typist.fill(f"{kind}.corrected", form, but="period answers")
    assert desk.post(page, **(fields | typed)).status_code == 303
    shown_at = page.removesuffix("/edit")
    filled.visit("editor", shown_at)
    _submit(filled, shown_at)
    _return(filled, kind, f"/publishing{shown_at}")
    filled.visit("editor", shown_at, page)


def _return(filled: Filled, kind: str, page: str) -> None:
    desk = filled.desk("reviewer")
    fields: dict[str, str] = dict(ABOUT.findall(desk.text(page)))
    fields |= {"revision": revision(desk, page), "decision": "return"}
    typed = filled.typist.fill(f"{kind}.returned", DecisionForm)
    assert desk.post(page, **(fields | typed)).status_code == 303
    filled.visit("reviewer", page)


def _respond(filled: Filled) -> None:
    """A result of supervision answers what is in force."""
    session, desk = filled.world.session, filled.desk("editor")
    path, fields = POSTS["disclosures.new"].prepare(session, filled.world.county, desk)
    shown = sa.select(DisclosureEdition.disclosure_id).where(
        DisclosureEdition.state == State.PUBLISHED
    )
    (number,) = filled.rows(shown.order_by(DisclosureEdition.id.desc()))[0]
    about = session.get_one(Disclosure, number).index_number
    session.rollback()
    typed = filled.typist.fill("disclosures.answering", DisclosureForm, but="answers")
    said = fields | typed | {"leaf": "result", "answers": about}
    answered = desk.post(path, **said)
    assert answered.status_code == 303, answered.text
    filled.visit("editor", answered.location)


def withdraw(filled: Filled) -> None:
    """One of each kind is withdrawn; its address says why."""
    desk = filled.desk("reviewer")
    kinds: dict[str, Any] = {
        "powers": PowerEdition,
        "disclosures": DisclosureEdition,
        "notices": NoticeEdition,
    }
    for kind, table in kinds.items():
        old = State.PUBLISHED if kind == "disclosures" else State.SUPERSEDED
        # Questions and answers about what is in force would go with it.
        shown = sa.select(table.id).where(table.state == old).order_by(table.id.desc())
        (number,) = filled.rows(shown)[0]
        page = f"/publishing/{kind}/{number}/withdraw"
        typed = filled.typist.fill(f"publishing.withdraw {kind}", ReasonForm)
        answered = desk.post(page, revision=revision(desk, page), **typed)
        filled.kept.setdefault("publishing.withdraw", []).append(answer(answered, typed))
