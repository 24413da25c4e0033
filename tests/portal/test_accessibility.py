"""Every public page in a real browser: axe finds nothing, and nothing has to be scrolled sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from domain.db import Session
from domain.publishing import withdraw
from search.engine import SearchEngine
from tests.fixtures import questions, warnings
from tests.fixtures.accessibility import faults, served
from tests.fixtures.county import NOW, County, draft_powers, make_public
from tests.fixtures.owing import owe
from tests.portal.addresses import NOT_FOUND, pages
from web.app import Site

pytestmark = pytest.mark.browser
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
    owe(session, county)
    questions.publish(session, county)
    warnings.publish(session, county)
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
        if wrong := faults(page):
            found[path] = wrong
    context.close()
    assert found == {}
    # The one page that is not there says so on the console as well.
    assert [text for text in errors if "404" not in text] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_while_one_asks(
    browser: Browser, address: str, session: Session, county: County, width: int
) -> None:
    case = warnings.publish(session, county)
    gone = warnings.publish(session, county, "另一起案例")
    withdraw(session, gone, "含有个人信息", county.staff["reviewer"], NOW)
    session.commit()
    page = browser.new_page(viewport={"width": width, "height": 900})
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found[name] = faults(page)

    def send(text: str, name: str) -> None:
        page.get_by_label("您的问题").fill(text)
        page.locator("main form[method=post] button[type=submit]").last.click()
        look(name)

    page.goto(f"{address}/notices/{gone.notice_id}")
    assert page.get_by_text("含有个人信息").is_visible()
    look("tombstone")
    page.goto(f"{address}/feedback/ask/notices/{case.id}")
    look("form")
    send("什么时候处理的？", "nothing chosen")
    page.get_by_role("radio", name="提问").check()
    send("他收了施工队的红包，局长贪污受贿。", "an accusation")
    assert page.get_by_role("link", name="改用举报表单").is_visible()
    # Whoever sends it again is not stopped a second time; so from the start.
    page.goto(f"{address}/feedback/ask/notices/{case.id}")
    page.get_by_role("radio", name="提问").check()
    send("我的电话是13912345678，请回电。", "personal data")
    assert page.get_by_text("手机号码").first.is_visible()
    send("处分决定是哪一天作出的？", "done")
    page.get_by_role("button", name="查看办到哪一步了").click()
    look("state")
    page.goto(f"{address}/feedback/track")
    page.get_by_label("提问编号").fill("AAAA")
    page.locator("main form button[type=submit]").click()
    look("no such number")
    page.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) == 8


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


WATCH = """
window.refused = [];
document.addEventListener('securitypolicyviolation', e => window.refused.push(e.violatedDirective));
"""
RUN = "document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"


def test_a_data_block_is_no_script_to_the_policy(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{address}/units/jt")
    assert page.locator('script[type="application/ld+json"]').count() == 2
    assert page.evaluate("window.refused") == []
    # A script would be refused, and this test would see it.
    page.evaluate(RUN)
    page.wait_for_function("window.refused.length")
    assert page.evaluate("window.refused") == ["script-src-elem"]
    assert page.evaluate("window.ran") is None
    page.close()
