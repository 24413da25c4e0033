"""Whoever chose English finds no Chinese on the internal site but what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain import publishing, synonyms
from domain.clock import utc_now
from domain.db import Session
from tests.admin.cases import NAMED, STORY, ask_identity, hand_in, open_clue, rows
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import read
from tests.fixtures import questions, warnings
from tests.fixtures.county import County, draft_disclosure, draft_powers, make_public
from tests.fixtures.english import CHINESE, chinese_in, into_latin, speak_english
from tests.fixtures.owing import owe
from web.app import Site

# What lies sealed in a report or a clue and cannot be rewritten, and the site's own name (a setting).
WRITTEN = (STORY, "修路的钱", "涉嫌串标", "某甲", "东河镇", "再补充一点", "现场.jpg", "权力公开")
# Files, a choice, and the pages that show a workbook: that is Chinese.
WORDLESS = {"bootstrap.static", "preferences.choose", "static", "imports.marked_copy"}
WORDLESS |= {"imports.blank", "imports.item", "imports.progress", "search.suggestions"}
NUMBER = re.compile(r"\d+")
# How clues are numbered: 〔2026〕12号; and how units word a period, which a new draft begins with.
OFFICIAL = re.compile(r"〔\d{4}〕\d+号|\d{4}年第.季度")
# Together they reach every page.
READERS = ("auditor", "custodian", "editor", "intake", "manager", "reviewer", "security")


@pytest.fixture
def drafts(site: Site, tmp_path: Path, session: Session, county: County) -> list[str]:
    """A county with something of everything, in Latin letters, and a site that speaks English.

    Gives the addresses of drafts, since links may lead to finished editions first.
    """
    hand_in(session, county, identity=NAMED, attached=[("现场.jpg", b"x")], ago=3)
    open_clue(session, county)
    ask_identity(session, county)
    ask_identity(session, county, approved=True)
    make_public(session, county, draft_powers(session, county, names=("养护资金分配", "新的")))
    make_public(session, county, draft_disclosure(session, county))
    moment, editor = utc_now(), county.staff["editor"]
    publishing.submit(session, draft_powers(session, county), editor, moment)
    publishing.submit(session, draft_disclosure(session, county, "在审的"), editor, moment)
    back = draft_disclosure(session, county, "退回的")
    publishing.submit(session, back, editor, moment)
    remarks = {"title": "请写明", "body": "请写明"}
    reviewer = county.staff["reviewer"]
    publishing.send_back(session, back, "请写明", reviewer, moment, remarks=remarks)
    later = draft_disclosure(session, county, "定时的")
    publishing.submit(session, later, editor, moment)
    publishing.schedule(session, later, moment + timedelta(days=1), reviewer, moment)
    empty = draft_disclosure(session, county, "起草的")
    empty.body = ""
    unfinished = draft_powers(session, county, "deputy")
    unfinished.items[0].source = ""
    questions.answer(session, county)
    case = warnings.draft(session, county, body="13900012345")
    publishing.submit(session, warnings.draft(session, county), editor, moment)
    questions.decline(session, county, questions.ask(session))
    owe(session, county)
    synonyms.load(session, {"word": ["term"]}, utc_now())
    session.commit()
    into_latin(session)
    speak_english(site, tmp_path / "catalogue")
    written = f"/powers/{unfinished.id}"
    pages = ("", "/items/new", f"/items/{unfinished.items[0].id}", "/terms", "/preview")
    return [
        f"/disclosures/{empty.id}/edit",
        f"/notices/{case.id}/edit",
        "/notices/new",
        *(written + page for page in pages),
    ]


def chinese_of(path: str, html: str, session: Session) -> list[str]:
    found = [OFFICIAL.sub("", said) for said in chinese_in(html)]
    for text in ("", *WRITTEN):
        found = [left for said in found if CHINESE.search(left := said.replace(text, ""))]
    if path.startswith("/audit"):
        record = "".join(f"{row.reason}{row.details}" for row in rows(session))
        found = [said for said in found if not all(c in record for c in CHINESE.findall(said))]
    return found


def links(html: str) -> list[str]:
    return [said["href"] for tag, said in read(html).tags if tag == "a" and "href" in said]


def walk(desk: Desk, site: Site, waiting: list[str]) -> Iterator[tuple[str, str, str]]:
    """Every page that can be reached by links, one of each kind: endpoint, address, text."""
    seen = set[tuple[str, ...]]()
    while waiting:
        path = waiting.pop()
        page, _, query = path.partition("?")
        kind = (NUMBER.sub("0", page), *(pair.partition("=")[0] for pair in query.split("&")))
        if kind in seen:
            continue
        seen.add(kind)
        endpoint = site.url_map.bind("localhost").match(page)[0]
        if endpoint in WORDLESS:
            continue
        answer = desk.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), path
        html = answer.get_data(as_text=True)
        yield endpoint, path, html
        waiting += [link.partition("#")[0] for link in links(html) if link.startswith("/")]


def test_no_page_has_chinese_of_its_own(
    drafts: list[str], site: Site, as_: SignIn, session: Session, county: County
) -> None:
    found: dict[str, list[str]] = {}
    seen = {"signin.form"}
    for person in READERS:
        desk = as_(person)
        desk.client.set_cookie("lang", "en")
        opening(desk, person, county)
        unlinked = {
            "editor": drafts,
            "auditor": ["/audit/chain"],
            "manager": ["/search?exact=1&kind=file&q=no+such+thing", "/search?q=2026"],
        }
        starts = ["/", *unlinked.get(person, ())]
        for endpoint, path, html in walk(desk, site, starts):
            seen.add(endpoint)
            if texts := chinese_of(path, html, session):
                found[f"{person} {path}"] = texts
    assert found == {}
    pages = {rule.endpoint for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - WORDLESS - seen == set()


def first_report(desk: Desk) -> str:
    return next(link for link in links(desk.text("/reports")) if link.startswith("/reports/"))


def opening(desk: Desk, person: str, county: County) -> None:
    """Open what has to be opened before it can be read."""
    if person == "intake":
        desk.post(f"{first_report(desk)}/open")
        desk.post("/clues/1/open")
    elif person == "manager":
        desk.post(f"/integrity/{county.officials['transport'].id}/open", reason="to check")
    elif person == "custodian":
        desk.post("/identities/2/open")


def test_what_is_wrong_is_said_in_english(
    drafts: list[str], as_: SignIn, visitor: Desk, session: Session
) -> None:
    visitor.client.set_cookie("lang", "en")
    answers = [visitor.post("/signin"), visitor.post("/signin", username="a", password="b")]
    intake, editor = as_("intake"), as_("editor")
    for desk in (intake, editor):
        desk.client.set_cookie("lang", "en")
    report = first_report(intake)
    answers += [intake.post(f"{report}/accept", **{"accept-category": "work"})]
    intake.post(f"{report}/open")
    steps = ("accept", "decline", "refer", "ask", "pass-on", "clue", "identity")
    answers += [intake.post(f"{report}/{step}") for step in steps]
    half = {"steps-0-who": "us", "negatives-0-text": "none"}
    forms = ("/disclosures/new", "/imports", drafts[0], *drafts[2:5])
    answers += [editor.post(path, **half) for path in forms]
    answers += [editor.get("/reports"), editor.get("/nowhere"), editor.client.post("/imports")]
    found = {
        answer.request.path: texts
        for answer in answers
        if (texts := chinese_of(answer.request.path, answer.text, session))
    }
    assert found == {}
