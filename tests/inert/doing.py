"""What is done in a world with the forms, beyond sending each of them once."""

from __future__ import annotations

import sqlalchemy as sa

from admin.feedback import AnswerForm, DeclineForm
from admin.obligations.pages import ExtendForm
from admin.powers.forms import ItemForm, TermsForm
from domain.feedback import FeedbackText
from domain.identities import IdentityRequest
from domain.obligations import Obligation
from domain.reports import Report
from search import sync
from tests.admin.conftest import Desk
from tests.admin.desk_posts import revision
from tests.admin.obligation_posts import open_one
from tests.admin.pages import form_to, form_with
from tests.admin.posts import POSTS
from tests.fixtures.county import draft_disclosure, draft_powers, make_public
from tests.inert import corners, naming, publication
from tests.inert.citizen import Citizen
from tests.inert.fields import Typist, text_fields
from tests.inert.filling import FORMS, REFUSED, Filled, answer
from tests.inert.looking import READERS, WRITERS, look_around, look_at_all, look_at_drafts, stroll
from tests.inert.marks import Marks
from tests.inert.worlds import World


def fill(world: World) -> Filled:
    """Fill all forms of a world, and look at its pages on the way and in the end."""
    named = naming.name(world)
    listed, told = (
        draft_powers(world.session, world.county),
        draft_disclosure(world.session, world.county),
    )
    listed.items[0].name += world.change(named.mark("PowerItem.name"))
    for edition in (listed, told):
        make_public(world.session, world.county, edition)
    world.session.commit()
    spoilt, typist = Typist(world.change, Marks("s")), Typist(world.change, Marks("t"))
    filled = Filled(world, spoilt, typist, Citizen(world, spoilt, typist), named)
    filled.fill_admin()
    meet(filled)
    explain(filled)
    put_off(filled)
    before = reports_of(world)
    filled.citizen.follow(filled.citizen.report())
    (filled.report,) = reports_of(world) - before
    read_report(filled, filled.report)
    filled.citizen.ask()
    settle(filled)
    corners.turn(filled)
    publication.hand_in(filled)
    look_around(filled, WRITERS)
    look_at_drafts(filled)
    publication.approve(filled)
    publication.renew(filled)
    publication.hand_in(filled)
    publication.approve(filled)
    publication.withdraw(filled)
    sync.rebuild(world.session, world.index)
    look_around(filled, READERS)
    look_at_all(filled)
    stroll(filled)
    filled.citizen.track()
    return filled


def meet(filled: Filled) -> None:
    """Write the same text twice from one page: the second writer is shown both."""
    for name in ("disclosures.edit", "powers.item", "powers.terms"):
        (form, prefix), desk = FORMS[name], filled.desk("editor")
        path, fields = POSTS[name].prepare(filled.world.session, filled.world.county, desk)
        fields |= {f"negatives-{n}-area": "other" for n in range(3)} if "terms" in name else {}
        for _ in range(2):
            typed = filled.typist.fill(f"{name}-met", form, prefix, but=REFUSED.get(name, ""))
            met = answer(desk.post(path, **(fields | typed)), typed)
        filled.met[name] = met


def explain(filled: Filled) -> None:
    """Explain a clash of the negative list, and correct what is in force."""
    desk, (session, county) = filled.desk("editor"), (filled.world.session, filled.world.county)
    path, fields = POSTS["powers.item"].prepare(session, county, desk)
    who = {"steps-0-name": "确定招标方式", "steps-0-who": county.posts["transport"].title}
    assert (
        desk.post(path, **(fields | filled.typist.fill("clash", ItemForm) | who)).status_code == 303
    )
    edition = path.split("/")[2]
    # One after the other: an explanation is of what is said.
    for sent in ("negatives-0-text", "clashes-0-text"):
        _say(filled, f"/powers/{edition}/terms", sent)
        filled.visit("editor", f"/powers/{edition}")
    path = f"/publishing/powers/{edition}/correction"
    fields = {"revision": revision(desk, f"/powers/{edition}", path)}
    reason = filled.typist.text("publishing.correct", publication.CORRECTION)
    assert desk.post(path, **fields, correction=reason).status_code == 303
    filled.visit("editor", f"/powers/{edition}", f"/powers/{edition}/preview")
    publication.publish(filled, f"/powers/{edition}")


def _say(filled: Filled, page: str, sent: str) -> None:
    desk = filled.desk("editor")
    fields = dict(form_with(desk.text(page), sent).fields)
    (asked,) = [one for one in text_fields(TermsForm) if one.sent == sent]
    fields[sent] = filled.typist.text("clash", asked)
    assert desk.post(page, **fields).status_code == 303


def put_off(filled: Filled) -> None:
    """Something that nobody has lifted is put off, so that the public reads why."""
    session, county = filled.world.session, filled.world.county
    session.rollback()
    open_one(session, county)
    owed = sa.select(Obligation.id).where(
        Obligation.unit_id == county.units["dh"].id, Obligation.period == "2026Q3"
    )
    number = session.scalars(owed).first()
    session.rollback()
    typed = filled.typist.fill("obligations.extend", ExtendForm, "extend-")
    page, day = f"/obligations/{number}", {"extend-due_on": "2150-01-04"}
    assert filled.desk("chief").post(f"{page}/extend", **day, **typed).status_code == 303
    filled.visit("chief", page)


def reports_of(world: World) -> set[str]:
    """The numbers of the reports of a world."""
    world.session.rollback()
    return set(world.session.scalars(sa.select(Report.id)))


def read_report(filled: Filled, number: str) -> None:
    """The officer opens the report and asks who wrote it; the custodian looks."""
    page, officer = f"/reports/{number}", filled.desk("intake")
    assert officer.post(f"{page}/open").status_code == 303
    assert officer.post(f"{page}/identity", **{"identity-reason": "核实"}).status_code == 303
    filled.world.session.rollback()
    asked = filled.world.session.scalar(sa.select(sa.func.max(IdentityRequest.id)))
    assert filled.desk("chief").post(f"/identities/{asked}/approve").status_code == 303
    looked = filled.desk("custodian").post(f"/identities/{asked}/open")
    filled.kept["identities.open"] = [answer(looked, {})]


def settle(filled: Filled) -> None:
    """Questions are answered with the forms, one passage of each masked; one is declined."""
    session = filled.world.session
    session.rollback()
    newest = sa.select(FeedbackText).order_by(sa.literal_column("rowid").desc()).limit(6)
    asked = [(one.feedback_id, one.text.split()[-1]) for one in session.scalars(newest)]
    session.rollback()
    (number, _), *answered = asked
    told = filled.typist.fill("feedback.decline", DeclineForm) | {"why": "abuse"}
    _take_step(filled.desk("reviewer"), f"/feedback/{number}", "decline", told)
    for number, passage in answered:
        for who, act, typed in (
            ("editor", "mask", {"passages": passage}),
            ("editor", "answer", filled.typist.fill("feedback.answer", AnswerForm)),
            ("reviewer", "approve", {}),
        ):
            _take_step(filled.desk(who), f"/feedback/{number}", act, typed)
        filled.visit("reviewer", f"/feedback/{number}")


def _take_step(desk: Desk, page: str, act: str, typed: dict[str, str]) -> None:
    fields: dict[str, str] = dict(form_to(desk.text(page), f"#step-{act}").fields)
    sent = fields | {f"{act}-{key}": text for key, text in typed.items()}
    sent.pop("csrf_token", None)
    assert desk.post(f"{page}/{act}", **sent).status_code == 303, (page, act)
