"""Staff edit what people say: found, tried, saved, refused with what was typed still there."""

from __future__ import annotations

import pytest

from domain import synonyms
from domain.clock import utc_now
from domain.db import Session
from search import open_engine, sync
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import form_to, read
from tests.admin.synonym_posts import ENTRY, entry
from tests.fixtures.county import County
from web.app import Site


def in_force(session: Session) -> dict[str, tuple[str, ...]]:
    session.rollback()
    return dict(synonyms.in_force(session))


@pytest.fixture
def desk(as_: SignIn, county: County) -> Desk:
    return as_("reviewer")


@pytest.fixture
def indexed(
    site: Site, session: Session, county: County, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An index on this host, with what the county has published."""
    index = open_engine(f"whoosh:{tmp_path_factory.mktemp('index')}")
    sync.rebuild(session, index)
    site.extensions["mingquan.index"] = index


def test_entries_are_listed_found_and_a_page_at_a_time(desk: Desk, session: Session) -> None:
    synonyms.load(session, {f"说法{n}": ["公路"] for n in range(60)}, utc_now())
    session.commit()
    entry(session)
    first = desk.text("/synonyms")
    assert "61 条" in first
    assert first.count("随程序带来") == 50
    found = desk.text("/synonyms?q=公路建设")
    assert "修路" in found
    assert "说法1" not in found
    assert "没有这样的说法" in desk.text("/synonyms?q=%25")


def test_an_entry_is_added_changed_and_removed(desk: Desk, session: Session) -> None:
    assert desk.post("/synonyms/new", word="修路", meanings="公路建设、村组道路").status_code == 303
    assert in_force(session) == {"修路": ("公路建设", "村组道路")}
    number = entry(session).id
    assert "reviewer（测试）" in desk.text("/synonyms")
    form = form_to(desk.text(f"/synonyms/{number}"), f"/synonyms/{number}")
    assert form.fields["meanings"] == "公路建设\n村组道路"
    sent = {**form.fields, "meanings": "道路建设"}
    assert desk.post(f"/synonyms/{number}", **sent).status_code == 303
    assert in_force(session) == {"修路": ("道路建设",)}
    form = form_to(desk.text(f"/synonyms/{number}"), f"/synonyms/{number}/remove")
    assert desk.post(f"/synonyms/{number}/remove", **form.fields).status_code == 303
    assert in_force(session) == {}
    assert desk.get(f"/synonyms/{number}").status_code == 404
    assert desk.get("/synonyms/999").status_code == 404


@pytest.mark.parametrize(
    ("word", "meanings", "why"),
    [
        ("", "公路建设", "请填写平常的说法"),
        ("铺路", "", "请至少填写一个清单里的用语"),
        ("铺路", "，、\n", "请至少填写一个清单里的用语"),
        ("铺" * 21, "公路建设", "最多 20 字，请删减"),
        ("铺路", "路" * 21, "太长，最多 20 个字"),
        ("修路", "道路", "“修路”已经有了"),
        ("周明远", "道路", "“周明远”是干部的姓名"),
        ("铺路", "铺路", "用语不能和说法一样"),
        ("铺路", "、".join(f"路{n}" for n in range(9)), "用语最多 8 个"),
    ],
)
def test_what_is_refused_says_why_and_loses_nothing(
    desk: Desk, session: Session, word: str, meanings: str, why: str
) -> None:
    entry(session)
    for extra in ({}, {"try": "1"}) if word != "修路" else ({},):
        response = desk.post("/synonyms/new", word=word, meanings=meanings, **extra)
        text = response.get_data(as_text=True)
        assert response.status_code == 200
        assert why in text
        form = form_to(text, "/synonyms/new")
        assert (form.fields["word"], form.fields["meanings"]) == (word, meanings.strip())
    assert in_force(session) == {"修路": ("公路建设",)}


def test_whoever_was_slower_is_told_and_may_insist(
    desk: Desk, session: Session, county: County
) -> None:
    made = entry(session)
    path, seen = f"/synonyms/{made.id}", made.revision
    synonyms.change(session, made, seen, "修路", ["道路建设"], county.staff["chief"], utc_now())
    session.commit()
    mine = {"word": "修路", "meanings": "危桥改造", "revision": seen}
    text = desk.post(path, **mine).get_data(as_text=True)
    assert "刚刚被别人改成了“修路：道路建设”" in text
    form = form_to(text, path)
    assert form.fields["meanings"] == "危桥改造"
    assert "刚刚被别人" in desk.post(f"{path}/remove", revision=seen).get_data(as_text=True)
    for odd in ("", "x", "-1", "9" * 30):
        assert desk.post(path, **{**mine, "revision": odd}).status_code == 200
    assert desk.post(path, **form.fields).status_code == 303
    assert in_force(session) == {"修路": ("危桥改造",)}


@pytest.mark.usefixtures("indexed")
def test_an_entry_is_tried_before_it_is_saved(desk: Desk, session: Session) -> None:
    typed = {"word": "补路", "meanings": "养护资金\n量子", "try": "1"}
    text = desk.post("/synonyms/new", **typed).get_data(as_text=True)
    tried = text.partition('id="trial"')[2]
    now, _, then = tried.partition("保存以后")
    assert "0 条" in now
    assert "2 条" in then
    assert "养护资金分配" in then
    assert "没有内容这样写" in then.partition("量子")[2]
    assert form_to(text, "/synonyms/new").fields["meanings"] == "养护资金\n量子"
    assert in_force(session) == {}
    # What an entry does now, and what it would do with other words.
    made = entry(session, "补路")
    path = f"/synonyms/{made.id}"
    again = desk.post(path, word="补路", meanings="养护资金", revision=1, **{"try": "1"})
    now, _, then = again.get_data(as_text=True).partition('id="trial"')[2].partition("保存以后")
    assert "1 条" in now
    assert "2 条" in then


def test_without_an_index_nothing_is_tried_and_all_can_be_saved(
    desk: Desk, session: Session
) -> None:
    text = desk.post("/synonyms/new", **ENTRY, **{"try": "1"}).get_data(as_text=True)
    assert "没法试；不影响保存" in text
    assert desk.post("/synonyms/new", **ENTRY).status_code == 303


@pytest.mark.parametrize("who", ["editor", "intake", "system"])
def test_others_do_not_see_it(as_: SignIn, county: County, who: str) -> None:
    desk = as_(who)
    assert desk.get("/synonyms").status_code == 403
    tags = read(desk.text("/")).tags
    assert not [1 for tag, found in tags if tag == "a" and found.get("href") == "/synonyms"]
    assert desk.post("/synonyms/new", **ENTRY).status_code == 403
