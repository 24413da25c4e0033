"""A large workbook in a real browser: the bar moves, the work is cancelled, and then done."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benchmarks import workbooks
from domain.db import Session, make_engine
from domain.staff import Staff
from tests.fixtures.accessibility import violations
from tests.fixtures.county import password_of
from tests.fixtures.sites import Sites

pytestmark = pytest.mark.browser
# On a phone the links alone must do: without JavaScript no bar moves by itself.
WAYS = {"desk": (1280, True), "phone": (390, False)}


@pytest.mark.parametrize("way", WAYS)
def test_a_large_workbook_is_watched_cancelled_and_imported(
    sites: Sites, browser: Browser, tmp_path: Path, way: str
) -> None:
    width, scripts = WAYS[way]
    engine = make_engine(sites.database_url)
    with Session(engine) as session:
        session.get_one(Staff, sites.county.staff["editor"].id).unit_id = None
        session.commit()
    engine.dispose()
    book = tmp_path / "全县.xlsx"
    with book.open("wb") as out:
        workbooks.write(out, 10_000)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts, bypass_csp=scripts
    )
    page = context.new_page()
    page.goto(f"{sites.admin.url}/imports")
    page.fill("#username", "editor")
    page.fill("#password", password_of("editor"))
    page.get_by_role("button", name="登录").click()
    page.set_input_files("input[type=file]", book)
    page.get_by_role("button", name="上传并核对").click()
    status = page.get_by_role("status").filter(has_text="行")
    if scripts:
        expect(status).to_contain_text("正在读取")
        assert violations(page) == []
        expect(page.get_by_text("可以导入")).to_be_visible()
    else:
        confirm = page.get_by_role("button", name="确认导入")
        page.wait_for_load_state()
        while not confirm.count():
            page.get_by_role("link", name="看看到了哪里").click()
            page.wait_for_load_state()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("正在导入")
    page.get_by_role("button", name="取消导入").click()
    expect(page.get_by_text("已取消导入，一行也没有导入")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    if scripts:
        expect(page.get_by_text("已导入：新增")).to_be_visible()
        assert violations(page) == []
    context.close()
