"""The internal site in a real browser: by keyboard alone, without scripts, and as axe sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.db import Session, make_engine
from domain.reports import Report, ReportState
from tests.admin.cases import NAMED, hand_in, open_clue
from tests.fixtures.accessibility import faults
from tests.fixtures.county import password_of
from tests.fixtures.sites import Sites

pytestmark = pytest.mark.browser
SEARCHES = ("/search", "/search?q=jtysj", "/search?q=交通&kind=clue", "/search?q=无此人 局长")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def report(sites: Sites) -> str:
    engine = make_engine(sites.database_url)
    with Session(engine, expire_on_commit=False) as session:
        for _ in range(2):
            hand_in(session, sites.county, "deputy")
        made = hand_in(
            session, sites.county, identity=NAMED, attached=[("现场.jpg", b"x" * 99)], ago=5
        )
    engine.dispose()
    return made


@pytest.fixture
def clue(sites: Sites) -> str:
    engine = make_engine(sites.database_url)
    with Session(engine, expire_on_commit=False) as session:
        made = open_clue(session, sites.county)
    engine.dispose()
    return f"/clues/{made}"


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with scripts off."""
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    yield context
    context.close()


def focused(page: Page) -> str:
    """The text or value of what has the focus."""
    found = page.locator(":focus")
    return (found.text_content() or found.input_value()).strip() if found.count() else ""


def tab_to(page: Page, text: str, key: str = "Tab") -> None:
    """Press a key until what has the focus says so."""
    for _ in range(80):
        page.keyboard.press(key)
        if focused(page) == text:
            return
    raise AssertionError(f"the keyboard does not reach {text}")


def test_a_report_is_declined_by_keyboard_without_scripts(
    sites: Sites, plain: BrowserContext, report: str
) -> None:
    page = plain.new_page()
    page.goto(f"{sites.admin.url}/reports")
    page.keyboard.type("intake")
    page.keyboard.press("Tab")
    page.keyboard.type(password_of("intake"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("举报队列")
    tab_to(page, report)
    page.keyboard.press("Enter")
    tab_to(page, "拆阅")
    page.keyboard.press("Enter")
    expect(page.get_by_text("招标前就定好了单位")).to_be_visible()
    tab_to(page, "不予受理")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("请向县人民法院提起诉讼")
    tab_to(page, "不予受理并告知")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已决定不予受理")
    engine = make_engine(sites.database_url)
    with Session(engine) as session:
        assert session.get_one(Report, report).state is ReportState.DECLINED
    engine.dispose()


def test_a_clue_is_looked_for_by_keyboard_without_scripts(
    sites: Sites, plain: BrowserContext, clue: str
) -> None:
    page = plain.new_page()
    page.goto(f"{sites.admin.url}/reports")
    page.keyboard.type("intake")
    page.keyboard.press("Tab")
    page.keyboard.type(password_of("intake"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("举报队列")
    tab_to_box(page)
    page.keyboard.type("zmy")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("共 1 条")
    tab_to(page, "〔2026〕1号 周明远")
    page.keyboard.press("Enter")
    expect(page).to_have_url(sites.admin.url + clue)


def tab_to_box(page: Page) -> None:
    """Press a key until the focus is in the search box above the page."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator("#find-top:focus").count():
            return
    raise AssertionError("the keyboard does not reach the box")


def test_names_are_offered_while_one_types(sites: Sites, browser: Browser, clue: str) -> None:
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{sites.admin.url}/reports")
    page.fill("#username", "intake")
    page.fill("#password", password_of("intake"))
    page.get_by_role("button", name="登录").click()
    page.locator("#find-top").press_sequentially("zhou")
    expect(page.locator("#suggestions option")).to_have_attribute("value", "周明远")
    page.locator("#find-top").fill("2026 1号")
    expect(page.locator("#suggestions option")).to_have_attribute("value", "〔2026〕1号")
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_and_nothing_runs_over(
    sites: Sites, browser: Browser, report: str, size: dict[str, int]
) -> None:
    context = browser.new_context(viewport=size, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{sites.admin.url}/signin")
    found = {"signin": faults(page)}
    page.fill("#username", "intake")
    page.fill("#password", password_of("intake"))
    page.get_by_role("button", name="登录").click()
    for path in (
        "/",
        "/reports",
        f"/reports/{report}",
        "/clues",
        "/identities",
        "/nowhere",
        *SEARCHES,
    ):
        page.goto(sites.admin.url + path)
        found[path] = faults(page)
    page.goto(f"{sites.admin.url}/reports/{report}")
    page.get_by_role("button", name="拆阅").click()
    found["opened"] = faults(page)
    page.locator("#step-clue summary").click()
    page.get_by_role("button", name="建立线索").click()
    found["a failed step"] = faults(page)
    page.locator("#clue-category").select_option("work")
    page.locator("#clue-account").fill("涉嫌串标")
    page.get_by_role("button", name="建立线索").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("问题线索")
    found["a clue"] = faults(page)
    context.close()
    assert {where: what for where, what in found.items() if what} == {}


def test_in_a_queue_j_and_k_go_from_row_to_row(sites: Sites, browser: Browser, report: str) -> None:
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{sites.admin.url}/reports")
    page.fill("#username", "intake")
    page.fill("#password", password_of("intake"))
    page.get_by_role("button", name="登录").click()
    links = page.locator("tbody .key a")
    links.first.focus()
    assert focused(page) == report
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    expect(links.last).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    expect(links.first).to_be_focused()
    page.keyboard.press("x")
    expect(links.first).to_be_focused()
    context.close()
