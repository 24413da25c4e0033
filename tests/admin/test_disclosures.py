from __future__ import annotations

import pytest

from domain import disclosures, publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition, Leaf
from domain.publishing import State
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import form_to, form_with, read
from tests.admin.statements import statements
from tests.admin.test_powers_scope import CANARIES, assert_inert
from tests.fixtures.county import NOW, County, draft_disclosure
from web.app import Site


@pytest.fixture
def editor(as_: SignIn) -> Desk:
    return as_("editor")


@pytest.fixture
def draft(session: Session, county: County) -> DisclosureEdition:
    """The first draft of a disclosure of the transport bureau."""
    edition = draft_disclosure(session, county, "还在写的事项")
    session.commit()
    return edition


def fresh(session: Session, number: int) -> DisclosureEdition:
    session.rollback()
    found = disclosures.whole(session, number)
    assert found
    return found


def new_fields(desk: Desk) -> dict[str, str]:
    fields = form_with(desk.text("/disclosures/new"), "title").fields
    return fields | {
        "leaf": "result",
        "period": "2026年第四季度",
        "title": "养护资金监督结果",
        "body": "查了。\n\n没有问题。",
        "answers": "JT-3-2026-00001",
        "dated_on": "2026年11月1日",
    }


def test_a_disclosure_is_written_and_shown_as_the_public_will_see_it(
    editor: Desk, session: Session
) -> None:
    page = editor.text("/disclosures/new")
    assert ("option", {"value": "JT-3-2026-00001"}) in read(page).tags
    made = editor.post("/disclosures/new", **new_fields(editor))
    assert made.status_code == 303
    number = int(made.headers["Location"].rpartition("/")[2])
    edition = fresh(session, number)
    assert (edition.title, str(edition.dated_on)) == ("养护资金监督结果", "2026-11-01")
    assert edition.disclosure.answers_id == 1
    page = editor.text(f"/disclosures/{number}")
    for words in ("<p>没有问题。</p>", "JT-6-2026-", "尚未发布", "JT-3-2026-00001", "第一次公开"):
        assert words in page
    submission = form_to(page, "/submit")
    editor.post(submission.action, **submission.fields)
    assert "收回修改" in editor.text(f"/disclosures/{number}")
    assert fresh(session, number).state is State.SUBMITTED


def test_a_unit_is_chosen_by_who_writes_for_all(
    as_: SignIn, session: Session, county: County
) -> None:
    county.staff["editor"].unit_id = None
    session.commit()
    desk = as_("editor")
    page = desk.text("/disclosures/new")
    fields = form_with(page, "title").fields
    assert fields["unit"] == ""
    assert "云岭县教育局" in page
    fields = new_fields(desk) | {"unit": str(county.units["jy"].id), "leaf": "goal", "answers": ""}
    number = int(desk.post("/disclosures/new", **fields).headers["Location"].rpartition("/")[2])
    assert fresh(session, number).unit_id == county.units["jy"].id


@pytest.mark.parametrize(
    ("changed", "sentence", "at"),
    [
        ({"title": ""}, "请填写标题", "title"),
        ({"leaf": "odd"}, "请从列出的选项中选择", "leaf"),
        ({"leaf": ""}, "请选择公开类别", "leaf"),
        ({"unit": "3999"}, "请从列出的选项中选择", "unit"),
        ({"period": ""}, "请填写所属时期", "period"),
        ({"year": "二〇二六"}, "请填写整数", "year"),
        ({"year": "26"}, "请填写四位数的年度", "year"),
        ({"dated_on": "2026-13-01"}, "请填写真实的日期", "dated_on"),
        ({"body": "字" * 50_001}, "最多 50000 字", "body"),
        ({"leaf": "goal"}, "只有“监督结果”才填写所回应的事项", "answers"),
        ({"answers": "JT-3-2026-00999"}, "没有索引号是“JT-3-2026-00999”", "answers"),
        (
            {"leaf": "decision", "period": "2026年第三季度", "title": "农村公路养护资金使用结果"}
            | {"answers": ""},
            "已经有同名的公开事项",
            "",
        ),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    editor: Desk, changed: dict[str, str], sentence: str, at: str
) -> None:
    fields = new_fields(editor) | changed
    answer = editor.post("/disclosures/new", **fields)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, sentence in page) == (200, True)
    if at:
        assert ("a", {"href": f"#{at}"}) in read(page).tags
    kept = form_with(page, "title").fields
    chosen = {"unit", "leaf"}
    for name, value in fields.items():
        if name not in chosen | {"csrf_token"}:
            assert kept[name] == value, name


def test_rich_text_is_cut_down_when_saved_and_when_shown(
    editor: Desk, session: Session, draft: DisclosureEdition
) -> None:
    path = f"/disclosures/{draft.id}/edit"
    fields = form_with(editor.text(path), "title").fields
    body = (
        "<p onclick='x()'>一</p><script>alert(1)</script><ul><li>二</li></ul>"
        "<a href='javascript:alert(1)'>三</a><table><tr><td colspan=2>四</td></tr></table>"
    )
    assert editor.post(path, **fields | {"body": body}).status_code == 303
    stored = fresh(session, draft.id).body
    assert "<script" not in stored
    assert "onclick" not in stored
    assert "javascript:" not in stored
    assert "<ul><li>二</li></ul>" in stored
    # What came into the table another way is cleaned on its way out.
    edition = fresh(session, draft.id)
    edition.body = f"<p>好</p>{''.join(CANARIES)}"
    session.commit()
    page = editor.text(f"/disclosures/{draft.id}")
    assert "<p>好</p>" in page
    assert_inert(page)


@pytest.mark.parametrize("revision", ["", "x", "99999999999999"])
def test_an_odd_revision_is_an_old_one(
    editor: Desk, session: Session, draft: DisclosureEdition, revision: str
) -> None:
    path = f"/disclosures/{draft.id}/edit"
    fields = form_with(editor.text(path), "title").fields
    answer = editor.post(path, **fields | {"revision": revision, "title": "新"})
    assert "同时有人在改" in answer.get_data(as_text=True)


def test_a_new_edition_keeps_its_place(
    editor: Desk, as_: SignIn, session: Session, county: County
) -> None:
    started = editor.post("/disclosures/1/editions")
    path = started.headers["Location"]
    fields = form_with(editor.text(path), "title").fields
    assert "unit" not in fields
    fields |= {"title": "改了标题", "leaf": "goal", "unit": str(county.units["jy"].id)}
    number = int(path.split("/")[2])
    assert editor.post(path, **fields).status_code == 303
    edition = fresh(session, number)
    assert (edition.number, edition.title) == (2, "改了标题")
    assert edition.disclosure.leaf is Leaf.DECISION
    assert edition.unit_id == county.units["jt"].id
    page = editor.text(f"/disclosures/{number}")
    assert "与现行第 1 版相比" in page
    assert "农村公路养护资金使用结果" in page
    again = editor.post("/disclosures/1/editions")
    assert again.headers["Location"] == "/disclosures/1"
    assert "还在起草或审核" in editor.text("/disclosures/1")
    other = as_("editor")
    old = form_with(other.text(path), "title").fields
    editor.post(path, **form_with(editor.text(path), "title").fields | {"title": "又改"})
    shown = other.post(path, **old).get_data(as_text=True)
    assert "<mark>又改</mark>" in shown[shown.index("现在的内容") :]


def test_a_body_is_looked_at_without_being_saved(
    editor: Desk, session: Session, draft: DisclosureEdition
) -> None:
    path = f"/disclosures/{draft.id}/edit"
    fields = form_with(editor.text(path), "title").fields
    fields |= {"body": "<h3>标题</h3><script>x</script><p onclick=x>段落</p>", "title": ""}
    page = editor.post(path, **fields, look="yes").get_data(as_text=True)
    assert "<h3>标题</h3>x<p>段落</p>" in page
    assert form_with(page, "title").fields["body"] == fields["body"]
    assert fresh(session, draft.id).title == draft.title != ""
    page = editor.post("/disclosures/new", body="一段\n\n两段", look="yes").get_data(as_text=True)
    assert "<p>一段</p>\n<p>两段</p>" in page
    fragment = editor.post("/disclosures/look", body="<b>粗</b><img src=x>").get_data(as_text=True)
    assert fragment == "<b>粗</b>"


def test_a_draft_is_thrown_away(editor: Desk, session: Session, draft: DisclosureEdition) -> None:
    document = draft.disclosure_id
    discard = form_to(editor.text(f"/disclosures/{draft.id}"), "/discard")
    gone = editor.post(discard.action, **discard.fields)
    assert gone.headers["Location"] == "/disclosures"
    assert editor.get(f"/disclosures/{draft.id}").status_code == 404
    session.rollback()
    assert session.get(disclosures.Disclosure, document) is None


def test_what_is_submitted_is_not_written(
    editor: Desk, session: Session, county: County, draft: DisclosureEdition
) -> None:
    path = f"/disclosures/{draft.id}/edit"
    fields = form_with(editor.text(path), "title").fields
    publishing.submit(session, draft, county.staff["editor"], NOW)
    session.commit()
    assert editor.get(path).headers["Location"] == f"/disclosures/{draft.id}"
    page = editor.post(path, **fields | {"body": "迟到的话"}).get_data(as_text=True)
    assert "只有草稿可以修改" in page
    assert form_with(page, "title").fields["body"] == "迟到的话"
    editor.post(f"/publishing/disclosures/{draft.id}/discard")
    assert "只有草稿可以删除" in editor.text(f"/disclosures/{draft.id}")


def test_a_draft_without_text_says_so(
    editor: Desk, session: Session, draft: DisclosureEdition
) -> None:
    path = f"/disclosures/{draft.id}/edit"
    fields = form_with(editor.text(path), "title").fields
    assert "请填写标题" in editor.post(path, **fields | {"title": ""}).get_data(as_text=True)
    editor.post(path, **fields | {"body": " "})
    page = editor.text(f"/disclosures/{draft.id}")
    assert "缺少正文" in page
    assert not [form for form in read(page).forms if form.action.endswith("/submit")]


def test_an_editor_of_another_unit_finds_nothing(
    editor: Desk, session: Session, county: County
) -> None:
    theirs = draft_disclosure(session, county, "教育公开", "jy")
    session.commit()
    assert "教育公开" not in editor.text("/disclosures")
    for path in (f"/disclosures/{theirs.id}", f"/disclosures/{theirs.id}/edit"):
        assert editor.get(path).status_code == 404
    for path in (
        f"/disclosures/{theirs.id}/edit",
        f"/disclosures/{theirs.id}/editions",
        f"/publishing/disclosures/{theirs.id}/submit",
        f"/publishing/disclosures/{theirs.id}/discard",
    ):
        assert editor.post(path, title="偷改").status_code == 404
    fields = new_fields(editor) | {"unit": str(county.units["jy"].id)}
    assert editor.post("/disclosures/new", **fields).status_code == 200
    assert fresh(session, theirs.id).title == "教育公开"


def test_the_list_is_narrowed_by_its_address(
    as_: SignIn, session: Session, county: County, draft: DisclosureEdition
) -> None:
    desk = as_("reviewer")
    every = desk.text("/disclosures")
    assert "还在写的事项" in every
    assert "农村公路养护资金使用结果" in every
    assert "起草新事项" not in every
    shown = desk.text("/disclosures?state=published&leaf=decision&year=2026&q=养护")
    assert "还在写的事项" not in shown
    assert "农村公路养护资金使用结果" in shown
    assert "没有符合条件" in desk.text("/disclosures?year=1999")
    odd = desk.text("/disclosures?year=x&leaf=x&state=x&page=0&q=")
    assert "还在写的事项" in odd


def test_canaries_come_out_inert(editor: Desk, as_: SignIn, session: Session) -> None:
    every = "".join(CANARIES)
    fields = new_fields(editor) | {"period": CANARIES[0], "title": every, "body": every}
    shown = editor.post("/disclosures/new", **fields | {"year": CANARIES[1]}).get_data(as_text=True)
    assert form_with(shown, "title").fields["body"] == every
    made = editor.post("/disclosures/new", **fields)
    path = made.headers["Location"]
    pages = [shown, editor.text(path), editor.text(f"{path}/edit"), editor.text("/disclosures")]
    submission = form_to(pages[1], "/submit")
    editor.post(submission.action, **submission.fields)
    reviewer = as_("reviewer")
    pages.append(reviewer.text("/publishing"))
    pages.append(reviewer.text(f"/publishing{path}"))
    for page in pages:
        assert_inert(page)


def test_many_disclosures_cost_no_more_statements(
    site: Site, as_: SignIn, session: Session, county: County
) -> None:
    desk = as_("reviewer")
    desk.text("/disclosures")
    with statements(site) as few:
        desk.text("/disclosures")
    for number in range(29):
        draft_disclosure(session, county, f"事项{number}", "jt" if number % 2 else "jy")
    session.commit()
    with statements(site) as many:
        page = desk.text("/disclosures")
    assert "事项28" in page
    assert len(many) == len(few) < 20
