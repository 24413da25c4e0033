"""The editorial desk in a real browser, on a phone and on a desk, and as axe sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from domain import publishing
from domain.clock import utc_now
from domain.db import Session, make_engine
from domain.disclosures import DisclosureEdition
from domain.obligations import Obligation, Rule
from domain.publishing import State
from tests.admin.test_browser import DESK, PHONE
from tests.fixtures import questions, warnings
from tests.fixtures.accessibility import faults
from tests.fixtures.county import draft_disclosure, password_of
from tests.fixtures.owing import owe
from tests.fixtures.sites import Sites

pytestmark = pytest.mark.browser


@pytest.fixture
def session(sites: Sites) -> Iterator[Session]:
    engine = make_engine(sites.database_url)
    with Session(engine) as made:
        yield made
    engine.dispose()


@pytest.fixture
def papers(sites: Sites, session: Session) -> list[int]:
    """A draft, and two that wait for review."""
    made = [draft_disclosure(session, sites.county, f"事项{number}") for number in range(3)]
    for edition in made[1:]:
        publishing.submit(session, edition, sites.county.staff["editor"], utc_now())
    session.commit()
    return [edition.id for edition in made]


def page_of(sites: Sites, browser: Browser, username: str, size: dict[str, int]) -> Page:
    """A browser window in which somebody is signed in."""
    context = browser.new_context(viewport=size, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{sites.admin.url}/signin")
    page.fill("#username", username)
    page.fill("#password", password_of(username))
    page.get_by_role("button", name="登录").click()
    return page


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_two_texts_are_put_together(
    sites: Sites, browser: Browser, session: Session, papers: list[int], size: dict[str, int]
) -> None:
    path = f"{sites.admin.url}/disclosures/{papers[0]}/edit"
    mine, theirs = (page_of(sites, browser, "editor", size) for _ in range(2))
    for page in (mine, theirs):
        page.goto(path)
    theirs.fill("#title", "养护资金公示 5 天")
    theirs.fill("#body", "他的正文。")
    theirs.get_by_role("button", name="保存草稿").click()
    mine.fill("#title", "养护资金公示 9 天")
    mine.fill("#period", "2026年第四季度")
    mine.get_by_role("button", name="保存草稿").click()
    expect(mine.get_by_role("alert")).to_contain_text("同时有人在改")
    found = {"merge": faults(mine)}
    expect(mine.locator("#pick-period-mine")).to_be_checked()
    expect(mine.locator("#pick-body-theirs")).to_be_checked()
    mine.get_by_role("button", name="保存合并的内容").click()
    expect(mine.get_by_role("alert")).to_contain_text("请选择“标题”以哪个为准")
    found["not chosen"] = faults(mine)
    mine.locator("#pick-title-typed").check()
    mine.get_by_label("另写：标题").fill("养护资金公示 7 天")
    mine.get_by_role("button", name="保存合并的内容").click()
    expect(mine.get_by_role("heading", level=1)).to_contain_text("公示 7 天")
    for page in (mine, theirs):
        page.context.close()
    session.rollback()
    edition = session.get_one(DisclosureEdition, papers[0])
    assert edition.body == "他的正文。"
    assert (edition.title, edition.disclosure.period) == ("养护资金公示 7 天", "2026年第四季度")
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_many_are_handed_in_and_approved(
    sites: Sites, browser: Browser, session: Session, papers: list[int], size: dict[str, int]
) -> None:
    page = page_of(sites, browser, "editor", size)
    page.goto(f"{sites.admin.url}/disclosures")
    found = {"disclosures": faults(page)}
    page.get_by_label("选中事项0").check()
    page.get_by_role("button", name="提交选中的草稿").click()
    expect(page.get_by_role("status")).to_contain_text("1 件已经办成")
    page.context.close()
    page = page_of(sites, browser, "reviewer", size)
    page.goto(f"{sites.admin.url}/publishing")
    found["queue"] = faults(page)
    page.get_by_role("button", name="全选本页").click()
    page.get_by_label("选中事项2").uncheck()
    page.get_by_role("button", name="批准选中的，到时公开").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写公开的日期和时间")
    expect(page.get_by_label("选中事项1")).to_be_checked()
    page.get_by_role("button", name="批准并公开选中的").click()
    expect(page.get_by_role("status").first).to_contain_text("2 件已经办成")
    found["result"] = faults(page)
    page.get_by_role("link", name="返回列表").click()
    page.get_by_label("选中事项2").check()
    page.locator("#moment").fill("2126-01-01T09:00")
    page.get_by_role("button", name="批准选中的，到时公开").click()
    expect(page.get_by_role("alert")).to_contain_text("1 件没有办成")
    for path in ("/publishing/scheduled", f"/publishing/disclosures/{papers[2]}", "/powers"):
        page.goto(sites.admin.url + path)
        found[path] = faults(page)
    page.context.close()
    session.rollback()
    states = [session.get_one(DisclosureEdition, number).state for number in papers]
    assert states == [State.PUBLISHED, State.PUBLISHED, State.SUBMITTED]
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_question_is_answered_masked_and_approved(
    sites: Sites, browser: Browser, session: Session, size: dict[str, int]
) -> None:
    asked = questions.ask(session, text="名单贴在哪里？请打 13912345678 告诉我。")
    session.commit()
    path, found = f"{sites.admin.url}/feedback/{asked.id}", {}
    page = page_of(sites, browser, "editor", size)
    page.goto(f"{sites.admin.url}/feedback")
    found["queue"] = faults(page)
    page.goto(path)
    found["asked"] = faults(page)
    page.get_by_role("button", name="提交审核").click()
    found["no answer"] = faults(page)
    page.locator("#step-answer textarea").fill("贴在村公开栏。")
    page.get_by_role("button", name="提交审核").click()
    page.context.close()
    page = page_of(sites, browser, "reviewer", size)
    page.goto(path)
    found["answered"] = faults(page)
    page.get_by_role("button", name="批准并公开").click()
    found["not looked at"] = faults(page)
    page.locator("#step-mask summary").click()
    page.locator("#step-mask textarea").fill("13912345678")
    page.locator("#step-mask button[type=submit]").click()
    expect(page.locator(".as-public")).to_contain_text("请打 ■■ 告诉我")
    found["masked"] = faults(page)
    page.get_by_role("button", name="批准并公开").click()
    expect(page.locator(".as-public")).to_contain_text("公众看到的")
    found["published"] = faults(page)
    page.context.close()
    assert {where: what for where, what in found.items() if what} == {}
    assert len(found) == 7


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_notices_and_obligations_as_axe_sees_them(
    sites: Sites, browser: Browser, session: Session, size: dict[str, int]
) -> None:
    owe(session, sites.county)
    draft = warnings.draft(session, sites.county)
    waiting = warnings.draft(session, sites.county, "另一起", "他住在桂花小区3号楼2单元。")
    publishing.submit(session, waiting, sites.county.staff["editor"], utc_now())
    session.commit()
    owed = session.scalars(sa.select(Obligation.id)).first()
    rule = session.scalars(sa.select(Rule.id)).first()
    found = {}
    for username, paths in (
        ("editor", ("/notices", "/notices/new", f"/notices/{draft.id}/edit")),
        (
            "reviewer",
            (
                f"/notices/{draft.id}",
                f"/publishing/notices/{waiting.id}",
                "/obligations",
                f"/obligations/{owed}",
                "/obligations/rules",
                "/obligations/rules/new",
                f"/obligations/rules/{rule}",
                "/obligations/calendar",
            ),
        ),
    ):
        page = page_of(sites, browser, username, size)
        for path in paths:
            response = page.goto(sites.admin.url + path)
            assert response, path
            assert response.status == 200, path
            found[path] = faults(page)
        page.context.close()
    assert {where: what for where, what in found.items() if what} == {}


def test_a_body_is_laid_out_by_buttons_and_seen_at_once(
    sites: Sites, browser: Browser, session: Session, papers: list[int]
) -> None:
    page = page_of(sites, browser, "editor", DESK)
    page.on("dialog", lambda dialog: dialog.accept("https://www.example.cn/a?b=1&c=2"))
    page.goto(f"{sites.admin.url}/disclosures/{papers[0]}/edit")
    page.fill("#body", "资金 < 上年\n\n甲镇\n乙镇\n\n详见公告")

    def choose(words: str) -> None:
        page.locator("#body").evaluate(
            "(area, words) => { const at = area.value.indexOf(words);"
            " area.setSelectionRange(at, at + words.length); area.focus(); }",
            words,
        )

    choose("甲镇\n乙镇")
    page.get_by_role("button", name="列表").click()
    choose("公告")
    page.get_by_role("button", name="链接").click()
    choose("资金")
    page.get_by_role("button", name="加粗").click()
    shown = page.locator("#look [data-shown]")
    expect(shown.locator("li")).to_have_text(["甲镇", "乙镇"])
    expect(shown.locator("strong")).to_have_text("资金")
    expect(shown.locator("p").first).to_have_text("资金 < 上年")
    expect(shown.locator("a")).to_have_attribute("href", "https://www.example.cn/a?b=1&c=2")
    page.locator("#body").press("End")
    page.get_by_role("button", name="表格").click()
    expect(shown.locator("th").first).to_be_visible()
    assert faults(page) == []
    page.locator("#body").fill("<img src=x onerror=alert(1)><b>粗</b>")
    expect(shown).to_have_text("粗")
    assert shown.locator("img").count() == 0
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("事项0")
    page.context.close()
    session.rollback()
    assert session.get_one(DisclosureEdition, papers[0]).body == "<b>粗</b>"
