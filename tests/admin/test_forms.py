"""Every form of every page: its token, its labels, and nothing that leads elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from domain.db import Session
from tests.admin.cases import NAMED, ask_identity, hand_in, open_clue
from tests.admin.conftest import Desk, SignIn
from tests.fixtures.county import County


class Forms(HTMLParser):
    """The forms of a page: method, action, names of their fields; and which controls lack a label."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, list[str]]] = []
        self.labelled: set[str] = set()
        self.controls: list[str] = []
        self.ids: list[str] = []
        self._label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "form":
            self.forms.append((given.get("method", "get"), given.get("action", ""), []))
        elif tag == "label":
            self._label += 1
            self.labelled.add(given.get("for", ""))
        elif tag in {"input", "select", "textarea"}:
            self._control(given)

    def _control(self, given: dict[str, str]) -> None:
        if given.get("type") != "hidden" and not self._label:
            self.controls.append(given.get("id", "?"))
        if self.forms:
            self.forms[-1][2].append(given.get("name", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._label -= 1


@pytest.fixture
def pages(as_: SignIn, session: Session, county: County) -> list[tuple[str, str]]:
    """Every kind of page, in every way it can look, with its name."""
    officer, manager, chief, custodian = (
        as_(name) for name in ("intake", "manager", "chief", "custodian")
    )
    report = hand_in(session, county, identity=NAMED, attached=[("a.txt", b"a")])
    shut = hand_in(session, county)
    clue = open_clue(session, county)
    asked, approved = ask_identity(session, county), ask_identity(session, county, approved=True)
    file = county.officials["transport"].id
    officer.post(f"/reports/{report}/open")
    manager.post(f"/integrity/{file}/open", reason="核对")
    custodian.post(f"/identities/{approved}/open")
    looked: list[tuple[Desk, str]] = [
        (officer, "/"),
        (officer, "/reports"),
        (officer, f"/reports/{shut}"),
        (officer, f"/reports/{report}"),
        (officer, "/clues"),
        (officer, f"/clues/{clue}"),
        (chief, f"/clues/{clue}"),
        (manager, "/integrity"),
        (manager, f"/integrity/{file}"),
        (chief, f"/integrity/{file}"),
        (chief, "/identities"),
        (chief, f"/identities/{asked}"),
        (custodian, f"/identities/{approved}"),
        (as_("security"), "/staff"),
        (as_("auditor"), "/audit"),
        (as_("auditor"), "/audit/chain"),
    ]
    found = [(path, desk.text(path)) for desk, path in looked]
    steps = officer.post(f"/reports/{report}/decline").get_data(as_text=True)
    return [*found, ("a failed step", steps)]


def test_every_form_carries_its_token_and_stays_here(pages: list[tuple[str, str]]) -> None:
    posts = 0
    for name, page in pages:
        read = Forms()
        read.feed(page)
        for method, action, fields in read.forms:
            assert not action or action.startswith("/"), name
            assert ("csrf_token" in fields) is (method == "post"), (name, action)
            posts += method == "post"
    assert posts > 30


def test_every_control_has_a_label_and_every_id_is_one(pages: list[tuple[str, str]]) -> None:
    for name, page in pages:
        read = Forms()
        read.feed(page)
        assert set(read.controls) <= read.labelled, name
        assert len(read.ids) == len(set(read.ids)), name


def test_no_page_names_the_reporter_but_the_custodians(pages: list[tuple[str, str]]) -> None:
    naming = [name for name, page in pages if NAMED.name in page or NAMED.contact in page]
    assert len(naming) == 1
    assert naming[0].startswith("/identities/")
