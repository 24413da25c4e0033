"""Two editors wrote the same thing: field by field theirs, mine or another text; nothing is lost."""

from __future__ import annotations

import pytest

from domain import powers
from domain.clock import utc_now
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.editing import powers as writing
from domain.powers import PowerEdition, PowerItem, Risk
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import form_with, read
from tests.fixtures.county import County, draft_disclosure

Fields = dict[str, str]


@pytest.fixture
def editor(as_: SignIn) -> Desk:
    return as_("editor")


@pytest.fixture
def draft(session: Session, county: County) -> PowerEdition:
    person, post = county.staff["editor"], county.posts["transport"]
    edition = writing.start(session, post, person, utc_now(), copying=True)
    session.commit()
    return edition


def first_item(session: Session, edition: PowerEdition) -> PowerItem:
    session.rollback()
    found = powers.whole(session, edition.id)
    assert found
    return found.items[0]


def sent(page: str, **choices: str) -> Fields:
    """The page of choices as a browser sends it: radio buttons only where one is chosen."""
    fields = form_with(page, "base").fields
    kept = {name: value for name, value in fields.items() if not name.startswith("pick-")}
    for tag, said in read(page).tags:
        if tag == "input" and said.get("type") == "radio" and "checked" in said:
            kept[said["name"]] = said["value"]
    kept |= {f"pick-{name}": pick for name, pick in choices.items()}
    return kept | {"merge": "save"}


def shown(page: str, name: str) -> str:
    """What the page says about one field."""
    begin = page.index(f'id="pick-{name}-theirs"')
    return page[begin : page.index("</fieldset>", begin)]


def chosen(page: str) -> dict[str, str]:
    return {k.removeprefix("pick-"): v for k, v in sent(page).items() if k.startswith("pick-")}


def collide(desk: Desk, path: str, theirs: Fields, mine: Fields) -> str:
    """Let another save first; the page that answers the second save."""
    name = "title" if path.startswith("/disclosures") else "base"
    before = form_with(desk.text(path), name).fields
    assert desk.post(path, **before | theirs).status_code == 303
    answer = desk.post(path, **before | mine)
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "同时有人在改" in page
    return page


def item_path(edition: PowerEdition) -> str:
    return f"/powers/{edition.id}/items/{edition.items[0].id}"


def test_each_field_shows_both_with_the_differing_words_marked(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    theirs = {
        "plain": "方案公示 5 天再定。",
        "risk": "low",
        "steps-0-name": "乡镇申报",
        "controls": "",
    }
    mine = {"plain": "方案公示 9 天再定。", "timing": "每年 3 月"}
    page = collide(editor, item_path(draft), theirs, mine)
    assert "editor（测试） 在" in page
    assert "两个人都改了" in page[: page.index('id="pick-plain-theirs"')]
    plain = shown(page, "plain")
    assert "<mark>5</mark>" in plain
    assert "<mark>9</mark>" in plain
    assert "方案公示 " in plain
    assert "低" in shown(page, "risk")
    assert "另写" not in shown(page, "risk")
    assert "乡镇" in shown(page, "steps")
    assert "（空）" in shown(page, "controls")
    # What one of the two changed is proposed; what both changed is not.
    assert chosen(page) == {
        "risk": "theirs",
        "steps": "theirs",
        "controls": "theirs",
        "timing": "mine",
    }
    assert first_item(session, draft).plain.startswith("方案公示 5")


def test_mine_theirs_and_a_third_text_are_put_together(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = item_path(draft)
    theirs = {"plain": "他写的", "risk": "low", "steps-0-name": "他的第一步", "source": "他的来源"}
    mine = {"plain": "我写的", "source": "我的来源", "timing": "每年", "steps-0-name": "我的"}
    page = collide(editor, path, theirs, mine)
    fields = sent(page, plain="typed", source="mine", steps="theirs")
    fields["typed-plain"] = "两人商定的"
    assert editor.post(path, **fields).status_code == 303
    item = first_item(session, draft)
    assert (item.plain, item.source, item.timing) == ("两人商定的", "我的来源", "每年")
    assert (item.risk, item.steps[0].name) == (Risk.LOW, "他的第一步")
    assert len(item.steps) == 2


def test_what_both_changed_must_be_chosen_and_nothing_typed_is_dropped(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = item_path(draft)
    page = collide(editor, path, {"plain": "他写的"}, {"plain": "我写的", "timing": "每年"})
    answer = editor.post(path, **sent(page)).get_data(as_text=True)
    assert ("a", {"href": "#pick-plain-theirs"}) in read(answer).tags
    assert "请选择“群众能看懂的一句话”以哪个为准" in answer
    slip = sent(answer, plain="mine") | {"typed-plain": "又想了一句"}
    answer = editor.post(path, **slip).get_data(as_text=True)
    assert "请选“另写”" in answer
    assert "又想了一句" in answer
    assert first_item(session, draft).plain == "他写的"
    assert editor.post(path, **sent(answer, plain="typed")).status_code == 303
    assert first_item(session, draft).plain == "又想了一句"
    assert first_item(session, draft).timing == "每年"


def test_a_third_save_meanwhile_asks_again(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = item_path(draft)
    page = collide(editor, path, {"plain": "他写的"}, {"plain": "我写的"})
    again = form_with(editor.text(path), "base").fields
    assert editor.post(path, **again | {"plain": "又一人写的"}).status_code == 303
    answer = editor.post(path, **sent(page, plain="mine")).get_data(as_text=True)
    assert "又一人写的" in shown(answer, "plain").replace("<mark>", "").replace("</mark>", "")
    assert chosen(answer) == {}
    assert editor.post(path, **sent(answer, plain="mine")).status_code == 303
    assert first_item(session, draft).plain == "我写的"


def test_the_choices_can_be_taken_back_to_the_form(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = item_path(draft)
    page = collide(editor, path, {"plain": "他写的"}, {"plain": "我写的", "steps-1-who": "我"})
    fields = sent(page, plain="theirs") | {"merge": "edit"}
    form = editor.post(path, **fields).get_data(as_text=True)
    typed = form_with(form, "base").fields
    assert (typed["plain"], typed["steps-1-who"]) == ("他写的", "我")
    assert first_item(session, draft).steps[1].who != "我"
    assert editor.post(path, **typed | {"timing": "随时"}).status_code == 303
    item = first_item(session, draft)
    assert (item.plain, item.steps[1].who, item.timing) == ("他写的", "我", "随时")


def test_terms_are_put_together(editor: Desk, session: Session, draft: PowerEdition) -> None:
    path = f"/powers/{draft.id}/terms"
    theirs = {"effective_on": "2027-05-05", "negatives-0-text": "他的一条"}
    page = collide(editor, path, theirs, {"negatives-0-text": "我的一条"})
    assert "2027-05-05" in shown(page, "effective_on").replace("<mark>", "").replace("</mark>", "")
    assert chosen(page) == {"effective_on": "theirs"}
    assert editor.post(path, **sent(page)).status_code == 200
    assert editor.post(path, **sent(page, negatives="mine")).status_code == 303
    session.rollback()
    assert str(draft.effective_on) == "2027-05-05"
    assert [entry.text for entry in draft.negatives] == ["我的一条"]


def test_disclosures_are_put_together(editor: Desk, session: Session, county: County) -> None:
    paper = draft_disclosure(session, county, "新的一件")
    session.commit()
    path = f"/disclosures/{paper.id}/edit"
    theirs = {"title": "他的标题", "leaf": "goal", "dated_on": ""}
    page = collide(editor, path, theirs, {"title": "我的标题", "body": "<p>我的</p>正文"})
    assert "工作目标" in shown(page, "leaf")
    assert "（空）" in shown(page, "dated_on")
    assert "&lt;p&gt;" in page
    assert chosen(page) == {"leaf": "theirs", "dated_on": "theirs", "body": "mine"}
    assert editor.post(path, **sent(page, title="mine")).status_code == 303
    session.rollback()
    made = session.get_one(DisclosureEdition, paper.id)
    assert (made.title, made.dated_on, made.disclosure.leaf.value) == ("我的标题", None, "goal")
    assert made.body == "<p>我的</p>正文"


@pytest.mark.parametrize("base", ["", "x", "[]", '{"plain": 3}'])
def test_an_odd_base_only_costs_a_choice(
    editor: Desk, session: Session, draft: PowerEdition, base: str
) -> None:
    path = item_path(draft)
    page = collide(editor, path, {"plain": "他写的"}, {"timing": "每年", "base": base})
    assert chosen(page) == {}
    assert editor.post(path, **sent(page, plain="theirs", timing="mine")).status_code == 303
    assert first_item(session, draft).timing == "每年"


def test_who_typed_the_same_has_nothing_to_choose(
    editor: Desk, session: Session, county: County
) -> None:
    paper = draft_disclosure(session, county, "新的一件")
    session.commit()
    path = f"/disclosures/{paper.id}/edit"
    fields = form_with(editor.text(path), "title").fields | {"title": "同一个标题"}
    assert editor.post(path, **fields).status_code == 303
    page = editor.post(path, **fields).get_data(as_text=True)
    assert "别人刚刚改过" in page
    assert not [said for tag, said in read(page).tags if said.get("type") == "radio"]
    assert editor.post(path, **form_with(page, "title").fields).status_code == 303
