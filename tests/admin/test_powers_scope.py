"""The desk's power lists: whose they are, canaries, statements."""

from __future__ import annotations

import re

import pytest

from domain import powers
from domain.db import Session
from domain.editing import powers as writing
from domain.powers import NegativeArea, NegativeEntry, PowerEdition, PowerItem, PowerKind
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import form_to, form_with, read
from tests.admin.statements import statements
from tests.fixtures.county import NOW, County, draft_powers, make_public
from web.app import Site

CANARIES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7*7 }}",
    "'-alert(1)-'",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
)


@pytest.fixture
def editor(as_: SignIn) -> Desk:
    return as_("editor")


@pytest.fixture
def draft(session: Session, county: County) -> PowerEdition:
    """The second edition of the transport bureau's list, as a copy of the first."""
    person = county.staff["editor"]
    edition = writing.start(session, county.posts["transport"], person, NOW, copying=True)
    session.commit()
    return edition


def items(session: Session, edition_id: int) -> list[PowerItem]:
    session.rollback()
    found = powers.whole(session, edition_id)
    assert found
    return found.items


def press(desk: Desk, path: str, fields: dict[str, str], button: str = "") -> str:
    """Send a form as one of its buttons does, and give the page that comes back."""
    answer = desk.post(path, **fields, **({"rows": button} if button else {}))
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def test_an_editor_of_another_unit_finds_nothing(
    editor: Desk, session: Session, county: County
) -> None:
    theirs = draft_powers(session, county, "education")
    session.commit()
    item = theirs.items[0].id
    post = county.posts["education"].id
    for path in (
        f"/powers/posts/{post}",
        f"/powers/{theirs.id}",
        f"/powers/{theirs.id}/preview",
        f"/powers/{theirs.id}/items/new",
        f"/powers/{theirs.id}/items/{item}",
        f"/powers/{theirs.id}/terms",
    ):
        assert editor.get(path).status_code == 404, path
    for path in (
        f"/powers/posts/{post}/editions",
        f"/powers/{theirs.id}/items/new",
        f"/powers/{theirs.id}/items/{item}",
        f"/powers/{theirs.id}/items/{item}/move",
        f"/powers/{theirs.id}/items/{item}/remove",
        f"/powers/{theirs.id}/terms",
        f"/publishing/powers/{theirs.id}/submit",
        f"/publishing/powers/{theirs.id}/take-back",
        f"/publishing/powers/{theirs.id}/discard",
    ):
        assert editor.post(path, name="偷改", kind="finance").status_code == 404, path


def test_anothers_item_is_not_reached_through_ones_own_draft(
    editor: Desk, session: Session, county: County, draft: PowerEdition
) -> None:
    theirs = draft_powers(session, county, "education", ("别人的事项",))
    session.commit()
    path = f"/powers/{draft.id}/items/{theirs.items[0].id}"
    assert editor.get(path).status_code == 404
    fields = form_with(editor.text(f"/powers/{draft.id}/items/new"), "name").fields
    press(editor, path, fields | {"name": "偷改", "kind": "finance", "risk": "low"})
    editor.post(f"{path}/remove", revision="x")
    assert [i.name for i in items(session, theirs.id)] == ["别人的事项"]


@pytest.mark.parametrize("username", ["intake", "system", "auditor", "custodian"])
def test_others_do_not_get_in(as_: SignIn, username: str) -> None:
    desk = as_(username)
    for path in ("/powers", "/powers/1", "/disclosures", "/publishing", "/publishing/public"):
        assert desk.get(path).status_code == 403, path


def test_a_reviewer_reads_and_does_not_write(as_: SignIn, draft: PowerEdition) -> None:
    reviewer = as_("reviewer")
    page = reviewer.text(f"/powers/{draft.id}")
    assert "下面是公开以后公众看到的样子" in page
    assert "返回修改" not in page
    assert reviewer.get(f"/powers/{draft.id}/items/new").status_code == 403
    assert "起草新版本" not in reviewer.text(f"/powers/posts/{draft.power_list.post_id}")


def test_canaries_come_out_inert(
    editor: Desk, as_: SignIn, session: Session, county: County, draft: PowerEdition
) -> None:
    every = " ".join(CANARIES)
    # Columns of limited length take the first of them.
    short = CANARIES[0]
    path = f"/powers/{draft.id}/items/new"
    fields = dict.fromkeys(("plain", "source", "responsibility", "controls"), every)
    fields |= {"name": every, "kind": "other", "risk": "low", "scope": "public", "timing": short}
    fields |= {"steps-0-name": every, "steps-0-who": every, "steps-0-time_limit": short}
    fields |= {"steps-0-disclosed": every}
    shown = press(editor, path, fields, "steps:add")
    assert editor.post(path, **fields).status_code == 303
    terms = form_with(editor.text(f"/powers/{draft.id}/terms"), "effective_on").fields
    terms |= {"negatives-0-area": "other", "negatives-0-text": every}
    assert editor.post(f"/powers/{draft.id}/terms", **terms).status_code == 303
    made = items(session, draft.id)[-1].id
    pages = [shown, editor.text(f"/powers/{draft.id}/items/{made}")]
    pages += [editor.text(f"/powers/{draft.id}{end}") for end in ("", "/preview", "/terms")]
    revision = form_to(pages[2], "/submit").fields["revision"]
    editor.post(f"/publishing/powers/{draft.id}/submit", revision=revision)
    pages.append(as_("reviewer").text(f"/publishing/powers/{draft.id}"))
    for page in pages:
        assert_inert(page)
    assert items(session, draft.id)[-1].source == every


def assert_inert(page: str) -> None:
    """Nothing typed has become an element, an attribute that runs, or an address."""
    for tag, found in read(page).tags:
        assert tag not in {"img", "iframe", "object", "embed"}
        assert tag != "script" or found.get("src", "").startswith("/static/")
        assert not [name for name in found if name.startswith("on")]
        assert not found.get("href", "").startswith("javascript:")
    assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|\b49\b", page)


@pytest.mark.parametrize("where", ["", "/preview", "/items/new", "/terms"])
def test_a_long_list_costs_no_more_statements(
    site: Site, editor: Desk, session: Session, county: County, draft: PowerEdition, where: str
) -> None:
    path = f"/powers/{draft.id}{where}"
    editor.text(path)
    with statements(site) as few:
        editor.text(path)
    _grow(session, draft)
    with statements(site) as many:
        editor.text(path)
    assert len(many) == len(few) < 25


def _grow(session: Session, draft: PowerEdition) -> None:
    session.rollback()
    for number in range(3, 33):
        draft.items.append(
            PowerItem(number=number, name=f"事项{number}", kind=PowerKind.OTHER, source="有")
        )
        draft.negatives.append(
            NegativeEntry(number=number, area=NegativeArea.OTHER, text=f"不得{number}")
        )
    session.commit()


@pytest.mark.parametrize("act", ["save", "move", "remove"])
def test_writing_in_a_long_list_costs_no_more_statements(
    site: Site, editor: Desk, session: Session, draft: PowerEdition, act: str
) -> None:
    def once() -> int:
        path = f"/powers/{draft.id}/items/{items(session, draft.id)[0].id}"
        page = editor.text(path)
        fields = form_with(page, "name").fields | {"plain": "又改"}
        removal = form_to(page, "/remove").fields
        token = editor.token()
        data = {"save": fields, "move": {"to": "down"}, "remove": removal}[act]
        end = "" if act == "save" else f"/{act}"
        with statements(site) as sent:
            answer = editor.client.post(path + end, data={**data, "csrf_token": token})
        assert answer.status_code == 303
        return len(sent)

    few = once()
    _grow(session, draft)
    assert once() <= few + 2


def test_the_list_of_posts_is_paged_in_few_statements(
    site: Site, as_: SignIn, session: Session, county: County
) -> None:
    reviewer = as_("reviewer")
    reviewer.text("/powers")
    with statements(site) as few:
        reviewer.text("/powers")
    for key in ("education", "town", "party", "commission", "deputy"):
        make_public(session, county, draft_powers(session, county, key))
    session.commit()
    with statements(site) as many:
        reviewer.text("/powers")
    assert len(many) == len(few) < 20


def test_a_form_without_its_token_changes_nothing(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    item = draft.items[0].id
    path = f"/powers/{draft.id}/items/{item}/move"
    assert editor.client.post(path, data={"to": "down"}).status_code == 400
    assert items(session, draft.id)[0].id == item
