"""What people say, edited in a real browser, on a phone and on a desk, and as axe sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from domain import synonyms
from domain.clock import utc_now
from domain.db import Session
from search import open_engine, sync
from tests.admin.synonym_posts import entry
from tests.admin.test_browser import DESK, PHONE
from tests.fixtures.accessibility import faults, served
from tests.fixtures.county import County, password_of
from web.app import Site

pytestmark = pytest.mark.browser


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """A window in which a reviewer is signed in."""
    with served(site) as url:
        context = browser.new_context(viewport=request.param, bypass_csp=True, base_url=url)
        page = context.new_page()
        page.goto("/synonyms")
        page.fill("#username", "reviewer")
        page.fill("#password", password_of("reviewer"))
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/synonyms")
        yield page
        context.close()


def test_axe_finds_nothing_while_what_people_say_is_edited(
    page: Page, site: Site, session: Session, county: County, tmp_path_factory: Any
) -> None:
    synonyms.load(session, {f"说法{n}": ["公路建设", "村组道路"] for n in range(60)}, utc_now())
    session.commit()
    number = entry(session).id
    found: dict[str, list[str]] = {}

    def look(name: str, sentence: str) -> None:
        page.get_by_text(sentence).first.wait_for()
        found[name] = faults(page)

    def send(button: str, word: str, meanings: str) -> None:
        page.get_by_label("平常的说法").fill(word)
        page.get_by_label("清单里的用语").fill(meanings)
        page.get_by_role("button", name=button, exact=True).click()

    page.goto("/synonyms")
    look("list", "61 条")
    page.goto("/synonyms?q=没有这样的")
    look("nothing", "没有这样的说法")
    page.goto("/synonyms/new")
    look("form", "每行一个")
    send("保存", "", "")
    look("nothing filled in", "请填写平常的说法")
    send("保存", "周明远", "公路建设")
    look("a person's name", "周明远")
    send("试一试", "补路", "养护资金")
    look("no index", "没法试")
    index = open_engine(f"whoosh:{tmp_path_factory.mktemp('index')}")
    sync.rebuild(session, index)
    site.extensions["mingquan.index"] = index
    send("试一试", "补路", "养护资金\n量子纠缠")
    look("tried", "没有内容这样写")
    send("保存", "补路", "养护资金")
    look("saved", "已保存")
    page.goto(f"/synonyms/{number}")
    look("entry", "删除这条说法")
    page.get_by_role("button", name="删除", exact=True).click()
    look("removed", "已保存")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) == 10
