"""Whatever is typed into a form, no page that shows it is built otherwise than its template says."""

from __future__ import annotations

import html
from urllib.parse import urlencode

from domain.imports import cells
from tests.inert import vectors
from tests.inert.endpoints import pages
from tests.inert.fields import form_classes, text_fields
from tests.inert.filling import Filled
from tests.inert.marks import Marks
from tests.inert.walking import Walk, strange
from web.text import clean_text

Pair = tuple[Filled, Filled]
# Vectors in them are refused, and said back: days, somebody's name, numbers that find something.
REFUSED = {
    "admin.disclosures.DisclosureForm.answers",
    "admin.feedback.MaskForm.passages",  # words of the question: `doing.settle`
    "admin.obligations.calendar.YearForm.holidays",
    "admin.obligations.calendar.YearForm.workdays",
    "admin.signin.SignInForm.username",
    "admin.synonyms.EntryForm.meanings",
    "portal.dialogue.ReceiptForm.receipt",
    "portal.feedback.ReferenceForm.reference",
}
PUBLIC_LISTS = (
    "/search",
    "/officials",
    "/powers",
    "/disclosures",
    "/notices",
    "/feedback",
    "/completeness",
    "/glossary",
)
# The pages of the report, which show what has been answered: `Citizen.report`.
SENT_TO_CITIZENS = {
    "reports.account": "account",
    "reports.check": "check",
    "reports.evidence": "files",
    "reports.matter": "matter",
    "reports.reporter": "reporter",
    "reports.subject": "subject",
}
ELSEWHERE = {
    "imports.item": "test_import",
    "signin.form": "whoever is signed in is led on; what is typed there wrongly is given back",
}
DESK_LISTS = (
    *(("editor", f"/{noun}") for noun in ("powers", "disclosures", "notices", "feedback")),
    ("editor", "/obligations"),
    ("auditor", "/audit"),
    ("intake", "/reports"),
    ("manager", "/integrity"),
    ("manager", "/search"),
)
FILTERS = (
    *("q", "unit", "kind", "year", "period", "category", "risk", "status", "group", "state"),
    *("who", "action", "subject", "since", "number", "office", "order"),
)
# Rich text may have links; those of bleach's vectors lead nowhere here.
LINKED = {"/foo", "/path"}
NEVER_SHOWN = {
    "disclosures.edit period": "it has had an edition: its period stays as it is",
    "disclosures.edit-met period": "it has had an edition: its period stays as it is",
    "reports.clue find": "looked for, and not kept; `reports.clue-find` shows it",
}


def test_every_text_field_of_every_form_was_filled(pair: Pair) -> None:
    """A field that is new is found here; then its form needs a row in `filling` or `citizen`."""
    every = {one.key for form in form_classes() for one in text_fields(form)}
    assert len(every) > 40
    assert every - pair[0].spoilt.keys == set()
    assert every - pair[0].typist.keys == REFUSED


def test_every_form_was_taken(pair: Pair) -> None:
    for filled in pair:
        refused = {
            name: [answer.status for answer in answers]
            for name, answers in filled.kept.items()
            if any(answer.status != 303 for answer in answers) and name != "identities.open"
        }
        assert refused == {}
        assert [
            r.status_code for r, _ in filled.citizen.kept.values() if r.status_code != 200
        ] == []


def test_what_could_not_be_taken_is_given_back_unharmed(pair: Pair) -> None:
    walked = Walk()
    for name, answer in pair[0].wrong.items():
        walked.judge(name, answer.page, pair[1].wrong[name].page)
        assert answer.status < 500
        held = answer.given_back
        lost = [
            key
            for key, text in answer.typed.items()
            if cells.key(held.get(key, "")) != cells.key(clean_text(text))
        ]
        assert lost == [], name
    for name, (response, _) in pair[0].citizen.wrong.items():
        walked.judge(name, response.text, pair[1].citizen.wrong[name][0].text)
        assert response.status_code < 500
    assert walked.found == {}
    assert pair[0].spoilt.marks.absent(walked.pages.values()) == set()


def test_two_who_write_the_same_are_shown_both_unharmed(pair: Pair) -> None:
    walked = Walk()
    for name, answer in pair[0].met.items():
        assert 'name="merge"' in answer.page, name
        walked.judge(name, answer.page, pair[1].met[name].page)
    assert len(walked.pages) == 3
    assert walked.found == {}


def test_what_answers_a_form_and_keeps_nothing_is_unharmed(pair: Pair) -> None:
    walked = Walk()
    for name, answer in pair[0].shown.items():
        walked.judge(name, answer.page, pair[1].shown[name].page)
        assert answer.status < 500
    assert walked.found == {}


def test_what_the_citizen_is_shown_at_once_is_unharmed(pair: Pair) -> None:
    walked = Walk()
    for name, (response, _) in pair[0].citizen.kept.items():
        walked.judge(name, response.text, pair[1].citizen.kept[name][0].text)
    (looked,), (twin,) = (filled.kept["identities.open"] for filled in pair)
    walked.judge("identities.open", looked.page, twin.page)
    assert walked.found == {}


def _wrong(seen: Walk) -> dict[str, list[str]]:
    return {address: wrong for address, wrong in seen.found.items() if address not in LINKED}


def test_no_public_page_is_changed_by_what_was_typed(pair: Pair) -> None:
    seen, twin = (filled.public for filled in pair)
    assert _wrong(seen) == {}
    assert strange(seen, twin) == {}
    told = seen.told
    _waiting, *answers = pair[0].typist.texts["feedback.answer text"]
    lines = [line for text in answers for line in text.split("\n")]
    assert [line for line in lines if cells.key(clean_text(line)) not in told] == []


def test_no_page_of_the_internal_site_is_changed_by_it(pair: Pair) -> None:
    seen, twin = (filled.internal for filled in pair)
    assert _wrong(seen) == {}
    assert strange(seen, twin) == {}
    told = cells.key(html.unescape(seen.pages[f"/reports/{pair[0].report}"]))
    assert cells.key(pair[0].typist.texts["report.account happened"][0]) in told


def test_every_field_was_seen(pair: Pair) -> None:
    """Its mark is on some page, escaped: it was neither cut out nor never shown."""
    filled = pair[0]
    pages = [*filled.public.pages.values(), *filled.internal.pages.values(), *filled.said]
    assert filled.typist.marks.absent(pages) == set(NEVER_SHOWN)
    assert filled.named.absent(pages) == set()


def test_every_page_was_looked_at(pair: Pair) -> None:
    """A page that is new is found here; then somebody must come by, or a line must say why not."""
    filled = pair[0]
    assert pages(filled.world.portal) - set(filled.public.endpoints) == set(SENT_TO_CITIZENS)
    assert pages(filled.world.admin) - set(filled.internal.endpoints) == set(ELSEWHERE)
    assert {f"report.{name}" for name in SENT_TO_CITIZENS.values()} <= set(filled.citizen.kept)


def test_an_echoed_search_or_filter_changes_nothing(pair: Pair) -> None:
    walks = []
    for filled in pair:
        walked = Walk()
        visitor, marks = filled.world.portal.test_client(), Marks("e")
        asked = [(visitor, path) for path in PUBLIC_LISTS]
        asked += [(filled.desk(who).client, path) for who, path in DESK_LISTS]
        for number, vector in enumerate(vectors.MARKUP):
            client, path = asked[number % len(asked)]
            text = f"{marks.mark(path)}{vector.text}"
            typed = dict.fromkeys(FILTERS, filled.world.change(text))
            address = f"{path}?{urlencode(typed)}"
            page = client.get(address).text
            walked.judge(address, page, page)
        walks.append(walked)
    assert walks[0].found == {}
    assert strange(*walks) == {}
