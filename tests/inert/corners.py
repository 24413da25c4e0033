"""What is shown only at odd moments, brought about."""

from __future__ import annotations

from admin.disclosures import DisclosureForm
from admin.integrity import ReasonForm
from admin.notices import NoticeForm
from admin.reports.forms import ClueForm
from portal.feedback import AskForm
from tests.admin.posts import POSTS
from tests.inert.filling import FORMS, Filled, answer

PHONE = "电话 13900012345 "


def turn(filled: Filled) -> None:
    """All of them."""
    ask_carelessly(filled)
    name_somebody(filled)
    look_before_saving(filled)
    write_over_another(filled)
    find_an_official(filled)
    read_a_file(filled)
    come_too_late(filled)


def ask_carelessly(filled: Filled) -> None:
    """A question with a telephone number, and one that is a report, are held up first."""
    for what in (PHONE, "局长收受贿赂，我要举报他。"):
        typed = filled.typist.fill("ask-carelessly", AskForm)
        typed["text"] = what + typed["text"][:900]
        filled.citizen.hold_up(typed)


def name_somebody(filled: Filled) -> None:
    """A case that seems to name a person's number, shown to the reviewer with what is around it."""
    session, county, desk = filled.world.session, filled.world.county, filled.desk("editor")
    path, fields = POSTS["notices.new"].prepare(session, county, desk)
    typed = filled.typist.fill("notices.personal", NoticeForm)
    typed["body"] = filled.typist.marks.mark("notices.personal body")
    typed["body"] = f"{filled.world.change(typed['body'])}{PHONE}{typed['title']}"
    answered = desk.post(path, **(fields | typed))
    assert answered.status_code == 303
    filled.visit("editor", answered.location)


def look_before_saving(filled: Filled) -> None:
    """A body that is being typed, seen as it will look: on the page, and beside it."""
    session, county, desk = filled.world.session, filled.world.county, filled.desk("editor")
    path, fields = POSTS["disclosures.new"].prepare(session, county, desk)
    typed = filled.typist.fill("disclosures.look", DisclosureForm, but="answers")
    for address in (path, "/disclosures/look"):
        shown = desk.post(address, **(fields | typed | {"look": "1"}))
        filled.shown[f"{address} look"] = answer(shown, typed)


def write_over_another(filled: Filled) -> None:
    """A notice that another has written meanwhile."""
    desk, (form, prefix) = filled.desk("editor"), FORMS["notices.edit"]
    path, fields = POSTS["notices.edit"].prepare(filled.world.session, filled.world.county, desk)
    for _ in range(2):
        typed = filled.typist.fill("notices.edit-met", form, prefix)
        met = answer(desk.post(path, **(fields | typed)), typed)
    filled.shown["notices.edit met"] = met


def find_an_official(filled: Filled) -> None:
    """Nobody is called so."""
    desk = filled.desk("intake")
    path, fields = POSTS["reports.clue-find"].prepare(
        filled.world.session, filled.world.county, desk
    )
    typed = filled.typist.fill("reports.clue-find", ClueForm, "clue-")
    filled.shown["reports.clue find"] = answer(desk.post(path, **(fields | typed)), typed)


def read_a_file(filled: Filled) -> None:
    """The file of an official with a list, into which a clue has been entered."""
    session, county = filled.world.session, filled.world.county
    path, fields = POSTS["clues.link"].prepare(session, county, filled.desk("intake"))
    assert filled.desk("intake").post(path, **fields).status_code == 303
    page = f"/integrity/{county.officials['transport'].id}"
    session.rollback()
    typed = filled.typist.fill("integrity.unlock", ReasonForm)
    assert filled.desk("manager").post(f"{page}/open", **typed).status_code == 303
    filled.visit("manager", page)


def come_too_late(filled: Filled) -> None:
    """A form whose time is over: what was written is given back on the page that says so."""
    for client, path in (
        (filled.citizen.client, "/track/add"),
        (filled.desk("editor").client, "/notices/new"),
    ):
        typed = filled.typist.fill(f"late {path}", AskForm)
        filled.shown[f"late {path}"] = answer(client.post(path, data=typed), typed)
