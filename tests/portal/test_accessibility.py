"""Every public page in a real browser: axe finds nothing, and nothing has to be scrolled sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from domain.db import Session
from search.engine import SearchEngine
from tests.fixtures.accessibility import served, violations
from tests.fixtures.county import County, draft_powers, make_public
from tests.portal.addresses import NOT_FOUND, pages
from web.app import Site

pytestmark = pytest.mark.browser
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Report form and tracking: their later pages need what was typed before.
OTHERS = ("/report", "/track")


@pytest.fixture
def address(site: Site, county: County) -> Iterator[str]:
    with served(site) as url:
        yield url


@pytest.mark.parametrize(("width", "elder"), [(1280, False), (390, True)])
def test_axe_finds_nothing_on_any_page(
    browser: Browser,
    address: str,
    session: Session,
    county: County,
    indexed: SearchEngine,
    width: int,
    elder: bool,
) -> None:
    make_public(session, county, draft_powers(session, county, names=("养护资金分配", "新的事项")))
    session.commit()
    context = browser.new_context(viewport={"width": width, "height": 900})
    if elder:
        context.add_cookies([{"name": "elder", "value": "on", "url": address}])
    page = context.new_page()
    errors: list[str] = []
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    found = {}
    for path in [*pages(session), *NOT_FOUND[:1], *OTHERS]:
        page.goto(address + path)
        wrong = violations(page)
        if page.evaluate(OVERFLOW) > 0:
            wrong.append("wider than the window")
        if wrong:
            found[path] = wrong
    context.close()
    assert found == {}
    # The one page that is not there says so on the console as well.
    assert [text for text in errors if "404" not in text] == []


def test_names_are_offered_while_one_types(
    browser: Browser, address: str, indexed: SearchEngine
) -> None:
    page = browser.new_page()
    page.goto(address)
    page.get_by_label("搜索").press_sequentially("交通运")
    offer = page.locator("#suggestions option").first
    offer.wait_for(state="attached")
    assert offer.get_attribute("value") == "云岭县交通运输局"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.get_by_role("link", name="云岭县交通运输局").first.is_visible()
    page.close()


def test_a_printing_button_is_there_for_those_with_scripts_only(
    browser: Browser, address: str
) -> None:
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{address}/powers/1/1")
        assert page.get_by_role("button", name="打印这一页").is_visible() is scripts
        context.close()


def test_a_power_list_prints_without_what_is_only_for_the_screen(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}/powers/1/1")
    page.emulate_media(media="print")
    assert page.get_by_role("navigation", name="主导航").is_hidden()
    assert page.get_by_role("navigation", name="页脚").is_hidden()
    assert page.get_by_role("heading", name="农村公路建设项目安排").is_visible()
    page.close()
