"""How a reporter walks through the form in a real browser; shared by the journeys."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page


@dataclass
class Account:
    """What a reporter has to say."""

    happened: str
    unit: str = ""
    person: str = ""
    name: str = ""
    contact: str = ""
    file: FilePayload | None = None


def report(page: Page, start: str, account: Account) -> str:
    """Fill in the form from its notice to the receipt; returns the receipt."""
    page.goto(start)
    page.get_by_role("button", name="我知道了，开始填写").click()
    if account.unit:
        page.get_by_label("单位", exact=True).fill(account.unit)
    if account.person:
        page.get_by_label("姓名").fill(account.person)
    go_on(page)
    page.get_by_text("钱和项目上的问题").click()
    go_on(page)
    page.get_by_label("经过").fill(account.happened)
    go_on(page)
    page.locator(f"input[name=named][value={'yes' if account.name else 'no'}]").check()
    if account.name:
        page.get_by_label("您的姓名").fill(account.name)
        page.get_by_label("电话或其他联系方式").fill(account.contact)
    go_on(page)
    if account.file:
        page.locator("input[type=file]").set_input_files(account.file)
    go_on(page)
    page.get_by_role("button", name="确认无误，交来").click()
    return page.locator("#receipt").inner_text()


def go_on(page: Page) -> None:
    """To the next question."""
    page.get_by_role("button", name="继续").click()


def follow(page: Page, portal: str, receipt: str) -> None:
    """Open the page behind a receipt."""
    page.goto(f"{portal}/track")
    page.get_by_label("回执").fill(receipt)
    page.get_by_role("button", name="查看").click()
