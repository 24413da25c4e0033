"""Promises 1, 3 and 4 on running servers: what a reporter hands in leaves no plain trace.

Canaries go into every field, the file's name and its bytes, and into what a browser says of
itself; then every byte that the two sites wrote anywhere is searched for them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.fixtures.sites import Sites
from tests.journeys.reporter import Account, follow, report

CANARIES = {
    "happened": "金丝雀经过canary-happened",
    "person": "金丝雀名canary-person",
    "unit": "金丝雀村canary-unit",
    "name": "金丝雀某canary-name",
    "contact": "canary-contact-000",
    "file name": "金丝雀照片canary-file.pdf",
    "file": "金丝雀字节canary-bytes",
    "addition": "金丝雀补充canary-addition",
    "agent": "canary-agent/1.0",
    "referrer": "canary-referrer",
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        java_script_enabled=False,
        user_agent=CANARIES["agent"],
        extra_http_headers={"X-Forwarded-For": "203.0.113.77"},
    )
    yield context.new_page()
    context.close()


def forms_of(text: str) -> dict[str, bytes]:
    """A text as it might stand somewhere: plain, UTF-16, base64 at any offset, hexadecimal."""
    plain = text.encode()
    forms = {"utf-8": plain, "utf-16": text.encode("utf-16-le"), "hex": plain.hex().encode()}
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + plain)
        # The first and last letters depend on the neighbours; what is between does not.
        forms[f"base64+{offset}"] = encoded[4:-4]
    forms["escaped"] = text.encode("unicode_escape")
    return forms


def traces(folder: Path, texts: dict[str, str]) -> list[tuple[str, str, str]]:
    """Where under a folder, and in what form, texts can be read: (name, path, form)."""
    sought = [(name, forms_of(text)) for name, text in texts.items()]
    return [
        (name, str(path.relative_to(folder)), form)
        for path in folder.rglob("*")
        if path.is_file()
        for written in [path.read_bytes()]
        for name, forms in sought
        for form, content in forms.items()
        if content in written
    ]


def test_a_search_for_traces_finds_them(tmp_path: Path) -> None:
    for number, content in enumerate(forms_of("金丝雀canary").values()):
        (tmp_path / str(number)).write_bytes(b"before" + content + b"after")
    found = {form for _name, _path, form in traces(tmp_path, {"it": "金丝雀canary"})}
    assert found == set(forms_of("金丝雀canary"))


def test_nothing_of_a_report_can_be_read_anywhere(sites: Sites, page: Page) -> None:
    # Larger than what Werkzeug would keep in memory, so that it passes through a spool.
    content = CANARIES["file"].encode() * 40_000
    account = Account(
        happened=CANARIES["happened"],
        unit=CANARIES["unit"],
        person=CANARIES["person"],
        name=CANARIES["name"],
        contact=CANARIES["contact"],
        file={
            "name": CANARIES["file name"],
            "mimeType": "application/pdf",
            "buffer": content,
        },
    )
    page.goto(f"{sites.portal.url}/search?q={CANARIES['referrer']}")
    receipt = report(page, f"{sites.portal.url}/report", account)
    follow(page, sites.portal.url, receipt)
    page.get_by_label("要补充的内容").fill(CANARIES["addition"])
    page.get_by_role("button", name="交来补充").click()
    page.get_by_text("已收到您的补充").wait_for()
    page.goto(f"{sites.portal.url}/nowhere-{CANARIES['referrer']}")
    cookies = page.context.cookies()
    written = {path for path in sites.folder.rglob("*") if path.is_file()}
    assert len(written) >= 4, written

    everything = {
        **CANARIES,
        "address": "203.0.113.77",
        "receipt": receipt,
        "bare receipt": receipt.replace("-", ""),
    }
    # While the servers run: journal, temporary files and logs as they are at that moment.
    assert traces(sites.folder, everything) == []
    sites.stop()
    assert traces(sites.folder, everything) == []
    assert all(receipt not in str(cookie) for cookie in cookies)
