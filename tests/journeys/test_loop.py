"""The whole loop, as people go it: import, publish, find, report, triage, clue, file, follow.

Once with JavaScript and once without, on the two sites as an installation runs them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.domain.imports.workbooks import POWER_HEADER, book
from tests.fixtures.county import password_of
from tests.fixtures.sites import Sites
from tests.journeys.reporter import Account, follow, report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POWER = "村道养护工程招标安排"
HAPPENED = "村道养护工程招标前，施工队已经进场。"


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


class People:
    """Each person has a browser of their own."""

    def __init__(self, browser: Browser, sites: Sites, *, script: bool) -> None:
        self._browser, self._sites, self._script = browser, sites, script
        self._contexts: list[BrowserContext] = []

    def somebody(self) -> Page:
        """A browser nobody has used yet."""
        context = self._browser.new_context(java_script_enabled=self._script, locale="zh-CN")
        self._contexts.append(context)
        return context.new_page()

    def staff(self, username: str) -> Page:
        """Somebody of the staff, signed in."""
        page = self.somebody()
        page.goto(f"{self._sites.admin.url}/signin")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(password_of(username))
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("今日待办")
        return page

    def leave(self) -> None:
        """Close all browsers."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def people(browser: Browser, sites: Sites, script: bool) -> Iterator[People]:
    everybody = People(browser, sites, script=script)
    yield everybody
    everybody.leave()


def workbook() -> bytes:
    """A power list as an office keeps it: a title row above the header, several lines in a cell."""
    row = (
        "交通运输局",
        "党组书记、局长",
        POWER,
        "工程项目",
        "《公路法》；县委任命",
        "对招标的公正负责",
        "村镇申报｜各乡镇｜每年9月｜申报表\n集体研究｜党组｜５个工作日｜会议结果",
        "高",
        "决定哪家施工队来修村里的路。",
    )
    made: io.BytesIO = book(
        {
            "权力清单": [
                ("云岭县交通运输局权力清单（2026年修订）",),
                (*POWER_HEADER, "群众能看懂的一句话"),
                row,
            ]
        }
    )
    return made.getvalue()


def bring_in(editor: Page, admin: str) -> None:
    """The editor imports: first what would happen, then yes."""
    editor.goto(f"{admin}/imports")
    editor.locator("input[type=file]").set_input_files(
        {"name": "交通运输局.xlsx", "mimeType": XLSX, "buffer": workbook()}
    )
    editor.get_by_role("button", name="上传并核对").click()
    wait_for_work(editor)
    expect(editor.locator("#result")).to_contain_text("可以导入")
    editor.get_by_role("button", name="确认导入").click()
    wait_for_work(editor)
    expect(editor.locator("#result")).to_contain_text("已导入")


def wait_for_work(editor: Page) -> None:
    """Look again, by hand, until what is done beside the page is done."""
    look = editor.get_by_role("link", name="看看到了哪里")
    editor.wait_for_load_state()
    while look.count():
        look.click()
        editor.wait_for_load_state()


def approve(reviewer: Page, admin: str) -> None:
    """A second person reads the edition and publishes it."""
    reviewer.goto(f"{admin}/publishing")
    reviewer.locator("tbody a").first.click()
    expect(reviewer.locator("main")).to_contain_text(POWER)
    reviewer.get_by_role("button", name="批准并公开").click()
    expect(reviewer.locator(".notice.ok")).to_be_visible()


def find(citizen: Page, portal: str) -> str:
    """A citizen searches in their own words and opens the power; gives its door to the form."""
    citizen.goto(portal)
    citizen.locator("#q").fill("养护招标")
    citizen.get_by_role("button", name="搜索").click()
    citizen.locator(".results").get_by_role("link", name=POWER).first.click()
    expect(citizen.get_by_role("heading", level=1)).to_have_text(POWER)
    expect(citizen.locator("main")).to_contain_text("集体研究")
    door = citizen.get_by_role("link", name="举报与这一项有关的问题").get_attribute("href")
    return f"{portal}{door}"


def triage(officer: Page, admin: str) -> None:
    """An officer opens the report, accepts it and makes a clue of it."""
    officer.goto(f"{admin}/reports")
    expect(officer.locator("tbody tr")).to_have_count(1)
    expect(officer.locator("tbody")).to_contain_text("一把手")
    officer.locator("tbody a").first.click()
    expect(officer.locator("main")).not_to_contain_text(HAPPENED)
    officer.get_by_role("button", name="拆阅").click()
    expect(officer.locator("main")).to_contain_text(HAPPENED)
    expect(officer.locator("main")).to_contain_text(POWER)
    officer.locator("#step-accept summary").click()
    officer.locator("#step-accept").get_by_label("类别").select_option("integrity")
    officer.locator("#step-accept").get_by_role("button", name="受理").click()
    officer.locator("#step-clue summary").click()
    step = officer.locator("#step-clue")
    step.get_by_text("周明远").click()
    step.get_by_label("主要内容").fill("涉嫌违规插手招标")
    step.get_by_role("button", name="建立线索").click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text("〔")


def consult(manager: Page, admin: str) -> None:
    """Case management reads the official's file, for a reason; the clue is in it, the report not."""
    manager.goto(f"{admin}/integrity")
    manager.get_by_role("link", name="周明远").first.click()
    manager.get_by_label("理由").fill("核对新线索")
    manager.get_by_role("button", name="查阅").click()
    expect(manager.locator("main")).to_contain_text("已登记，待提出处置意见")
    expect(manager.locator("main")).not_to_contain_text(HAPPENED)


def test_the_whole_loop(people: People, sites: Sites) -> None:
    admin, portal = sites.admin.url, sites.portal.url
    citizen = people.somebody()

    bring_in(people.staff("editor"), admin)
    citizen.goto(f"{portal}/search?q={POWER}")
    expect(citizen.locator(".results").get_by_role("link", name=POWER)).to_have_count(0)
    approve(people.staff("reviewer"), admin)

    receipt = report(citizen, find(citizen, portal), Account(HAPPENED))
    follow(citizen, portal, receipt)
    expect(citizen.locator(".state")).to_contain_text("已收到，等待审阅")

    triage(people.staff("intake"), admin)
    consult(people.staff("manager"), admin)

    follow(citizen, portal, receipt)
    expect(citizen.locator(".state")).to_contain_text("已受理，正在核查")
    expect(citizen.locator(".letters")).to_contain_text("您反映的问题已受理")
