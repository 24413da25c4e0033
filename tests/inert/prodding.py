"""A browser without our content security policy that is shown pages, and prods whatever may be in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Dialog, Page, Request, Route

ORIGIN = "http://pages.test"
# What handlers of vectors wait for, at every element; and a click wherever one would run something.
_PROD = """() => {
  const events = ["animationend", "animationstart", "beforeinput", "beforetoggle", "begin",
    "contentvisibilityautostatechange", "error", "focus", "focusin", "hashchange", "load",
    "mouseenter", "mouseover", "pageshow", "pointerenter", "pointerover", "start", "toggle"];
  for (const one of document.querySelectorAll("*")) {
    for (const name of events) one.dispatchEvent(new Event(name));
    const leads = [...one.attributes].some((a) =>
      /^on(click|mousedown)$/i.test(a.name) ||
      /^(data|feed|javascript|vbscript):/i.test(a.value.replace(/[\\s\\x00-\\x20]/g, "")));
    if (leads) one.dispatchEvent(new MouseEvent("click", {cancelable: true}));
  }
}"""


@dataclass
class Watched:
    """A page, and what has happened in it.

    Attributes:
        probed: how often a vector ran.
        asked: what it wanted from elsewhere.
        spoke: dialogs and windows that were opened, and whether it was left.
        html: what is shown.
        files: what belongs to our pages, by address.
    """

    page: Page
    probed: int = 0
    asked: list[str] = field(default_factory=list)
    spoke: list[str] = field(default_factory=list)
    html: str = ""
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def heard(self, dialog: Dialog) -> None:
        """Shut what has opened before the page."""
        self.spoke.append(dialog.message)
        dialog.dismiss()

    def show(self, html: str) -> list[str]:
        """Show a page, prod it, and say what happened."""
        self.html, self.probed, self.asked, self.spoke = html, 0, [], []
        self.page.goto(f"{ORIGIN}/shown", wait_until="load")
        for _ in range(3):
            self.page.keyboard.press("Tab")
        try:
            self.page.evaluate(_PROD)
            # What it called has been delivered once this has.
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        except Error as left:  # by itself, for another page
            self.spoke.append(left.message)
        return ["the probe"] * self.probed + self.asked + self.spoke


@contextmanager
def watched(browser: Browser, client: FlaskClient) -> Iterator[Watched]:
    """A page of its own, with what belongs to our pages from `client`, and nothing from elsewhere."""
    context = browser.new_context(bypass_csp=True, service_workers="block")
    page = context.new_page()
    held = Watched(page)
    context.expose_function("probe", _count(held))
    context.route("**/*", lambda route, request: _answer(held, client, route, request))
    page.on("dialog", held.heard)
    page.on("popup", lambda popup: held.spoke.append(popup.url))
    try:
        yield held
    finally:
        context.close()


def _count(held: Watched) -> Callable[..., None]:
    def probe(*_given: object) -> None:
        held.probed += 1

    return probe


def _answer(held: Watched, client: FlaskClient, route: Route, request: Request) -> None:
    parts = urlsplit(request.url)
    if f"{parts.scheme}://{parts.netloc}" != ORIGIN:
        held.asked.append(request.url)
        route.abort()
    elif parts.path == "/shown":
        route.fulfill(body=held.html, content_type="text/html; charset=utf-8")
    else:
        if request.url not in held.files:
            found = client.get(request.url.removeprefix(ORIGIN))
            held.files[request.url] = found.data, found.content_type or ""
            found.close()
        body, content_type = held.files[request.url]
        route.fulfill(body=body, content_type=content_type)
