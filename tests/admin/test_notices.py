"""Writing a notice at the desk, and looking at personal data before it is public."""

from __future__ import annotations

import re

from domain import notices, publishing
from domain.db import Session
from domain.publishing import State
from tests.admin.conftest import SignIn
from tests.admin.desk_posts import revision
from tests.admin.pages import form_to, form_with
from tests.fixtures import warnings
from tests.fixtures.county import NOW, County

TYPED = {"category": "work", "title": "一件通报", "dated_on": "2026-11-02"}
CANARY = "<script>canary()</script>\"'><img src=x onerror=canary()><svg/onload=canary()>{{7*7}}"


def state_of(session: Session, number: int) -> State:
    session.rollback()
    session.expire_all()
    found = notices.whole(session, number)
    assert found
    return found.state


def test_from_the_form_to_the_public(as_: SignIn, session: Session, county: County) -> None:
    editor, reviewer = as_("editor"), as_("reviewer")
    unit = county.units["jt"].id
    response = editor.post("/notices/new", **TYPED, unit=unit, body="电话 13900012345，已处理。")
    page = response.location
    assert page == "/notices/1"
    assert "有 1 处像是个人信息" in editor.text(page)
    assert re.search(r'<b class="tally num">1</b> <span>通报草稿', editor.text("/"))
    editor.post("/publishing/notices/1/submit", revision=revision(editor, page))
    review = "/publishing/notices/1"
    assert "电话<mark>13900012345</mark>，已处理。" in reviewer.text(review)
    fields = {"revision": revision(reviewer, review, "decision"), "decision": "publish"}
    fields["revision"] = form_with(reviewer.text(review), "moment").fields["revision"]
    assert "像是个人信息" in reviewer.post(review, **fields).text
    assert state_of(session, 1) is State.SUBMITTED
    ticked = form_to(reviewer.text(review), "/confirm").fields
    assert reviewer.client.post("/notices/1/confirm", data=ticked).status_code == 303
    fields["revision"] = form_with(reviewer.text(review), "moment").fields["revision"]
    assert reviewer.post(review, **fields).status_code == 303
    assert state_of(session, 1) is State.PUBLISHED
    assert "一件通报" in reviewer.text("/notices?category=work&state=published&q=一件")
    assert "一件通报" not in reviewer.text("/notices?category=life")


def test_many_at_once_leave_out_what_was_not_looked_at(
    as_: SignIn, session: Session, county: County
) -> None:
    made = [
        warnings.draft(session, county, body=body) for body in (warnings.BODY, "电话 13900012345")
    ]
    for edition in made:
        publishing.submit(session, edition, county.staff["editor"], NOW)
    session.commit()
    chosen = [f"notices:{edition.id}:{edition.revision}" for edition in made]
    ids = [edition.id for edition in made]
    text = as_("reviewer").post("/publishing", chosen=chosen, decision="publish", moment="").text
    assert "像是个人信息" in text
    assert [state_of(session, n) for n in ids] == [State.PUBLISHED, State.SUBMITTED]


def test_two_editors_do_not_overwrite_each_other(
    as_: SignIn, session: Session, county: County
) -> None:
    warnings.draft(session, county)
    session.commit()
    desk = as_("editor")
    fields = form_with(desk.text("/notices/1/edit"), "title").fields
    assert desk.client.post("/notices/1/edit", data=fields | {"title": "甲"}).status_code == 303
    response = desk.client.post("/notices/1/edit", data=fields | {"title": "乙"})
    assert "别人刚刚改过" in response.text
    assert 'value="乙"' in response.text
    assert "甲" in response.text


def test_what_is_missing_is_said_and_kept(as_: SignIn, session: Session, county: County) -> None:
    desk = as_("editor")
    text = desk.post("/notices/new", title="写了的标题", unit=county.units["jt"].id).text
    for said in ("请选择违纪类别", "请填写成文日期", "请填写正文", "写了的标题"):
        assert said in text
    assert desk.get("/notices/9").status_code == 404


def test_words_become_no_markup(as_: SignIn, session: Session, county: County) -> None:
    edition = warnings.draft(session, county, CANARY, CANARY)
    publishing.submit(session, edition, county.staff["editor"], NOW)
    session.commit()
    desk = as_("reviewer")
    for path in ("/notices", f"/notices/{edition.id}", f"/publishing/notices/{edition.id}"):
        page = desk.text(path)
        assert "{{7*7}}" in page, path
        assert not re.search(r"<(?:svg|img)|<script>", page), path
