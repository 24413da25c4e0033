"""The desk's power lists: writing, steps, terms, two editors at once."""

from __future__ import annotations

import pytest

from domain import powers, publishing
from domain.audit import AuditRow
from domain.db import Session
from domain.editing import powers as writing
from domain.powers import PowerEdition, PowerItem
from domain.publishing import State
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import form_to, form_with, read
from tests.fixtures.county import NOW, County


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


def test_the_list_shows_how_far_every_list_is(
    editor: Desk, as_: SignIn, county: County, draft: PowerEdition
) -> None:
    page = editor.text("/powers")
    assert "第 1 版" in page
    assert "第 2 版" in page
    assert "周明远" in page
    assert "教育局" not in page
    everything = as_("reviewer").text("/powers")
    assert "教育局" in everything
    assert "何清源" in everything
    assert "没有符合条件" in as_("reviewer").text("/powers?q=没有这个单位")
    assert "教育局" not in as_("reviewer").text("/powers?state=draft")
    assert as_("reviewer").get("/powers?state=odd&page=x&q=%25").status_code == 200


def test_a_list_is_written_submitted_published_and_followed_up(
    editor: Desk, as_: SignIn, session: Session, county: County
) -> None:
    post = county.posts["transport"].id
    started = editor.post(f"/powers/posts/{post}/editions", **{"from": "copy"})
    bench = started.headers["Location"]
    assert "农村公路建设项目安排" in editor.text(bench)
    fields = form_with(editor.text(f"{bench}/items/new"), "name").fields
    fields |= {"name": "公路巡查", "kind": "enforcement", "risk": "middle"}
    fields |= {"source": "公路法", "responsibility": "负责", "steps-0-name": "巡查"}
    fields |= {"plain": "定期上路看看哪里坏了。"}
    saved = editor.post(f"{bench}/items/new", **fields, then="new")
    assert saved.headers["Location"] == f"{bench}/items/new"
    page = editor.text(bench)
    submission = form_to(page, "/submit")
    assert editor.post(submission.action, **submission.fields).status_code == 303
    assert "收回修改" in editor.text(bench)
    number = int(bench.rpartition("/")[2])
    reviewer = as_("reviewer")
    assert "交通运输局党组书记、局长权力清单" in reviewer.text("/publishing")
    review = reviewer.text(f"/publishing/powers/{number}")
    assert "新增" in review
    assert "公路巡查" in review
    decision = form_with(review, "reason")
    done = reviewer.post(f"/publishing/powers/{number}", **decision.fields, decision="publish")
    assert done.status_code == 303
    session.rollback()
    edition = powers.in_force(session, post)
    assert edition
    assert (edition.id, [i.name for i in edition.items][-1]) == (number, "公路巡查")
    actions = [row.action for row in session.query(AuditRow).order_by(AuditRow.seq)]
    assert [a for a in actions if a.startswith("publishing.")][-4:] == [
        "publishing.edit",
        "publishing.edit",
        "publishing.submit",
        "publishing.publish",
    ]


def test_a_first_list_begins_empty(editor: Desk, county: County) -> None:
    post = county.posts["deputy"].id
    assert "还没有权力清单" in editor.text(f"/powers/posts/{post}")
    bench = editor.post(f"/powers/posts/{post}/editions").headers["Location"]
    page = editor.text(bench)
    assert "清单里还没有权力事项" in page
    assert not [form for form in read(page).forms if form.action.endswith("/submit")]
    again = editor.post(f"/powers/posts/{post}/editions")
    assert again.headers["Location"] == f"/powers/posts/{post}"
    assert "第 1 版还在起草或审核" in editor.text(f"/powers/posts/{post}")


def test_faults_are_shown_and_stop_a_submission(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    draft.items[0].source = ""
    session.commit()
    page = editor.text(f"/powers/{draft.id}")
    assert "第 1 项“农村公路建设项目安排”缺少权力来源" in page
    assert "未写完" in page
    assert "缺少权力来源" in editor.text(f"/powers/{draft.id}/preview")
    revision = str(draft.revision)
    forced = editor.post(f"/publishing/powers/{draft.id}/submit", revision=revision)
    assert forced.status_code == 303
    assert "还不能提交" in editor.text(f"/powers/{draft.id}")
    session.rollback()
    assert draft.state is State.DRAFT


def test_a_list_without_a_plain_line_is_not_submitted(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    draft.items[1].plain = " "
    session.commit()
    missing = "第 2 项“养护资金分配”缺少群众能看懂的一句话"
    assert missing in editor.text(f"/powers/{draft.id}")
    editor.post(f"/publishing/powers/{draft.id}/submit", revision=str(draft.revision))
    session.rollback()
    assert draft.state is State.DRAFT


def test_an_official_plain_line_is_saved_and_a_plainer_word_proposed(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = f"/powers/{draft.id}/items/{draft.items[0].id}"
    fields = form_with(editor.text(path), "name").fields
    assert "“拨付”" not in editor.text(path)
    editor.post(path, **fields | {"plain": "养护资金的拨付" + "。" * 60})
    assert items(session, draft.id)[0].plain.startswith("养护资金的拨付")
    for page in (editor.text(path), editor.text(f"/powers/{draft.id}")):
        assert "“拨付”像文件里的话，可以说“发钱”" in page
        assert "有 67 个字，最好不超过 60 个" in page
    assert "“提交审核”" not in editor.text(f"/powers/{draft.id}")  # nothing is missing


def test_steps_are_added_moved_and_removed_and_nothing_typed_is_lost(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = f"/powers/{draft.id}/items/{draft.items[0].id}"
    fields = form_with(editor.text(path), "name").fields
    fields |= {"name": "改了名", "plain": "还没保存的一句话\n第二行", "steps-0-who": "改了人"}
    page = press(editor, path, fields, "steps:add")
    assert read(page).focused == ["steps-2-name"]
    fields = form_with(page, "name").fields
    assert (fields["name"], fields["plain"]) == ("改了名", "还没保存的一句话\n第二行")
    fields["steps-2-name"] = "公示"
    page = press(editor, path, fields, "steps:up:2")
    assert read(page).focused == ["steps-1-up"]
    page = press(editor, path, form_with(page, "name").fields, "steps:remove:2")
    fields = form_with(page, "name").fields
    assert [fields[f"steps-{n}-name"] for n in range(2)] == ["村镇申报", "公示"]
    assert "steps-2-name" not in fields
    assert items(session, draft.id)[0].name == "农村公路建设项目安排"
    assert editor.post(path, **fields).status_code == 303
    found = items(session, draft.id)[0]
    assert (found.name, found.plain) == ("改了名", "还没保存的一句话\n第二行")
    assert [(s.number, s.name, s.who) for s in found.steps] == [
        (1, "村镇申报", "改了人"),
        (2, "公示", ""),
    ]


def test_enter_saves_and_presses_no_row_button(editor: Desk, draft: PowerEdition) -> None:
    page = editor.text(f"/powers/{draft.id}/items/new")
    tags = read(page).tags
    writing_form = next(
        n for n, (tag, found) in enumerate(tags) if tag == "form" and "writing" in found["class"]
    )
    first = next(found for tag, found in tags[writing_form:] if tag == "button")
    assert "name" not in first


def test_what_is_wrong_is_said_beside_its_field_and_kept(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = f"/powers/{draft.id}/items/new"
    fields = {"plain": "字" * 501, "steps-0-who": "党组", "kind": "odd", "risk": "", "scope": ""}
    page = press(editor, path, fields)
    assert "请填写权力事项的名称" in page
    assert "最多 500 字" in page
    assert 'href="#steps-0-name"' in page
    assert "这一步还没有写" in page
    kept = form_with(page, "name").fields
    assert (kept["plain"], kept["steps-0-who"]) == ("字" * 501, "党组")
    fields = form_with(editor.text(path), "name").fields
    fields |= {"name": "养护资金分配", "kind": "finance", "risk": "low"}
    page = press(editor, path, fields)
    assert "清单里已经有一项叫“养护资金分配”" in page
    assert len(items(session, draft.id)) == 2


def test_an_item_deleted_meanwhile_can_be_added_again(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = f"/powers/{draft.id}/items/{draft.items[0].id}"
    page = editor.text(path)
    mine = form_with(page, "name").fields
    removal = form_to(page, "/remove")
    assert editor.post(removal.action, **removal.fields).status_code == 303
    assert [i.name for i in items(session, draft.id)] == ["养护资金分配"]
    assert editor.get(path).status_code == 404
    page = press(editor, path, mine | {"plain": "不能丢的话"})
    assert "刚刚被别人删除" in page
    form = form_with(page, "name")
    assert (form.action, form.fields["plain"]) == (f"/powers/{draft.id}/items/new", "不能丢的话")
    assert editor.post(form.action, **form.fields).status_code == 303
    assert [i.name for i in items(session, draft.id)] == ["养护资金分配", "农村公路建设项目安排"]


def test_an_item_changed_meanwhile_is_not_deleted(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = f"/powers/{draft.id}/items/{draft.items[0].id}"
    page = editor.text(path)
    removal = form_to(page, "/remove")
    fields = form_with(page, "name").fields
    editor.post(path, **fields | {"plain": "新写的"})
    editor.post(removal.action, **removal.fields)
    assert "别人刚刚改过" in editor.text(f"/powers/{draft.id}")
    assert len(items(session, draft.id)) == 2


def test_what_was_typed_for_a_draft_that_is_gone_comes_back(
    editor: Desk, session: Session, draft: PowerEdition
) -> None:
    path = f"/powers/{draft.id}/items/new"
    fields = form_with(editor.text(path), "name").fields
    discard = form_to(editor.text(f"/powers/{draft.id}"), "/discard")
    assert editor.post(discard.action, **discard.fields).status_code == 303
    answer = editor.post(
        path, **fields | {"plain": "写了很久的一段话，不能就这样没有了，要还给写的人"}
    )
    assert answer.status_code == 404
    assert "写了很久的一段话" in answer.get_data(as_text=True)


def test_what_is_submitted_is_not_written(
    editor: Desk, session: Session, county: County, draft: PowerEdition
) -> None:
    path = f"/powers/{draft.id}/items/{draft.items[0].id}"
    fields = form_with(editor.text(path), "name").fields
    terms = form_with(editor.text(f"/powers/{draft.id}/terms"), "effective_on").fields
    publishing.submit(session, draft, county.staff["editor"], NOW)
    session.commit()
    for page in (path, f"/powers/{draft.id}/items/new", f"/powers/{draft.id}/terms"):
        assert editor.get(page).headers["Location"] == f"/powers/{draft.id}"
    page = press(editor, path, fields | {"plain": "迟到的话"})
    assert "只有草稿可以修改" in page
    assert form_with(page, "name").fields["plain"] == "迟到的话"
    assert "只有草稿可以修改" in press(editor, f"/powers/{draft.id}/terms", terms)
    editor.post(f"{path}/move", to="down")
    editor.post(f"/publishing/powers/{draft.id}/discard")
    assert "只有草稿可以删除" in editor.text(f"/powers/{draft.id}")
    assert items(session, draft.id)[0].name == "农村公路建设项目安排"
    editor.post(f"/publishing/powers/{draft.id}/take-back")
    assert "已收回" in editor.text(f"/powers/{draft.id}")


def test_items_change_places(editor: Desk, session: Session, draft: PowerEdition) -> None:
    first = draft.items[0].id
    moved = editor.post(f"/powers/{draft.id}/items/{first}/move", to="down")
    assert moved.headers["Location"] == f"/powers/{draft.id}#item-{first}"
    assert [i.id for i in items(session, draft.id)][1] == first
    editor.post(f"/powers/{draft.id}/items/{first}/move", to="up")
    assert items(session, draft.id)[0].id == first
    editor.post(f"/powers/{draft.id}/items/999/move", to="up")
    assert "被别人删除" in editor.text(f"/powers/{draft.id}")


def test_terms_are_written_in_rows(editor: Desk, session: Session, draft: PowerEdition) -> None:
    path = f"/powers/{draft.id}/terms"
    fields = form_with(editor.text(path), "effective_on").fields
    assert fields["negatives-0-text"] == "不得直接分管工程招标"
    fields["effective_on"] = "2027年13月1日"
    page = press(editor, path, fields, "negatives:five")
    assert read(page).focused == ["negatives-1-area"]
    fields = form_with(page, "effective_on").fields
    assert fields["effective_on"] == "2027年13月1日"
    assert [fields[f"negatives-{n}-area"] for n in range(5)] == [
        "tender",
        "finance",
        "personnel",
        "approval",
        "procurement",
    ]
    fields |= {"negatives-4-text": "", "negatives-3-area": ""}
    page = press(editor, path, fields)
    for sentence in ("请填写真实的日期", "还没有写“不得做什么”", "还没有选领域"):
        assert sentence in page
    fields |= {"effective_on": "2027.1.1", "negatives-4-area": "", "negatives-3-area": "approval"}
    assert editor.post(path, **fields).status_code == 303
    session.rollback()
    assert str(draft.effective_on) == "2027-01-01"
    assert [n.text for n in draft.negatives][1:] == [
        "不得直接分管财务",
        "不得直接分管干部人事",
        "不得直接分管行政审批",
    ]


def test_a_clash_with_the_duties_is_shown(
    editor: Desk, as_: SignIn, session: Session, county: County, draft: PowerEdition
) -> None:
    county.posts["transport"].portfolio = "主持全面工作；分管工程招标。"
    session.commit()
    page = editor.text(f"/powers/{draft.id}")
    assert "有 1 处还没有说明" in page
    assert "主持全面工作；<mark>分管工程招标</mark>。" in page
    assert "提交审核</button>" not in page
    path = f"/powers/{draft.id}/terms"
    fields = form_with(editor.text(path), "effective_on").fields
    long = editor.post(path, **fields | {"clashes-0-text": "长" * 501}).get_data(as_text=True)
    assert "长" * 501 in long
    assert not draft.negatives[0].explanations
    reason = "副局长空缺，新任到职前暂由局长分管"
    assert editor.post(path, **fields | {"clashes-0-text": reason}).status_code == 303
    session.rollback()
    assert [said.text for said in draft.negatives[0].explanations] == [reason]
    # The line is reworded: the explanation stays, and is asked about before anything is saved.
    fields = form_with(editor.text(path), "effective_on").fields
    was, now = fields["negatives-0-text"], "不得直接分管、插手工程招标"
    page = press(editor, path, fields | {"negatives-0-text": now})
    assert "请核对对新的条文是否仍然成立" in page
    assert f"说明是为原来的条文写的：“{was}”" in page
    again = form_with(page, "effective_on").fields
    assert (again["negatives-0-text"], again["clashes-0-text"]) == (now, reason)
    session.rollback()
    assert draft.negatives[0].text == was
    assert editor.post(path, **again).status_code == 303
    session.rollback()
    (line,) = draft.negatives
    assert (line.text, [said.text for said in line.explanations]) == (now, [reason])
    assert "每一处都有说明" in editor.text(f"/powers/{draft.id}")
    publishing.submit(session, draft, county.staff["editor"], NOW)
    session.commit()
    page = as_("reviewer").text(f"/publishing/powers/{draft.id}")
    assert "<mark>分管工程招标</mark>" in page
    assert reason in page
