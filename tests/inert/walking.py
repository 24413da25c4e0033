"""Walking two sites in step: whatever one links to, the other links to at the same place."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from domain.imports import cells
from tests.inert import judging
from tests.inert.vectors import COMPUTED
from tests.inert.worlds import harmless
from web.app import Site

# Filters combine without end; of each endpoint so many addresses with a query are looked at.
_WITH_QUERY = 12
# And so many without one: what stands on the pages of more rows stands in their lists as well.
_OF_ROWS = 70
# It says no more of an item than its name, which the item's own page says too.
_FEW = {"feedback.ask": 12}


_TAGS = re.compile("<[^>]*>")
_ELSEWHERE = {301, 303, 308}
_NO_PAGES = ("static", "preferences.choose", "feed", "feeds.everything", "figures")
# What is withdrawn says so at its address.
_ANSWERS = {200, 410, *_ELSEWHERE}


@dataclass
class Walk:
    """What was seen on the way.

    Attributes:
        pages: by address, the page with the vectors in it.
        endpoints: what answered with a page, how often.
        found: what is wrong, by address.
    """

    pages: dict[str, str] = field(default_factory=dict)
    endpoints: Counter[str] = field(default_factory=Counter)
    found: dict[str, list[str]] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """All that the pages say, as `cells.key` sees it; words are not parted by marks and links."""
        pages = " ".join(self.pages.values())
        return cells.key(html.unescape(_TAGS.sub("", pages)))

    def judge(self, address: str, page: str, twin: str) -> tuple[judging.Page, judging.Page]:
        """Hold a page against its twin and note what is wrong."""
        here, there = judging.read(page), judging.read(twin)
        wrong = judging.faults(here) + judging.differences(here, there)
        if COMPUTED in page:
            wrong.append("a formula was computed")
        if wrong:
            self.found[address] = wrong
        self.keep(address, page)
        return here, there

    def keep(self, address: str, page: str) -> None:
        """Remember a page; who looks at another time, or is somebody else, may see another."""
        if self.pages.get(address, page) != page:
            address = f"{address} #{len(self.pages)}"
        self.pages[address] = page

    def visit(self, site: Site, client: FlaskClient, address: str) -> None:
        """Look at one page; it may say that what it had is gone."""
        response = client.get(address)
        if response.mimetype == "text/html" and response.status_code not in _ELSEWHERE:
            self.endpoints[endpoint_of(site, address)] += response.status_code == 200
            page = response.get_data(as_text=True)
            self.judge(address, page, page)


def results(
    clients: tuple[FlaskClient, FlaskClient], path: str, texts: Iterable[str], seen: Walk
) -> int:
    """Search for texts; what comes is ordered by its words, so no page has a twin of its own.

    All elements of the results must be among those that harmless results have. Returns how many
    pages had hits.
    """
    usual: set[judging.Element] = set()
    pages = {}
    for text in texts:
        asked = f"{path}?q={quote(text)}"
        pages[asked] = clients[0].get(asked).get_data(as_text=True)
        for query in (text, harmless(text)):
            twin = clients[1].get(f"{path}?q={quote(query)}").get_data(as_text=True)
            usual |= set(judging.outline(judging.read(twin)))
    for asked, page in pages.items():
        here = judging.read(page)
        strange = set(judging.outline(here)) - usual
        if wrong := judging.faults(here) + sorted(map(str, strange)):
            seen.found[asked] = wrong
    seen.pages |= pages
    return sum("<mark>" in page for page in pages.values())


def walk(
    sites: tuple[Site, Site],
    clients: tuple[FlaskClient, FlaskClient],
    starts: Iterable[tuple[str, str]],
    seen: Walk | None = None,
    most: int = _OF_ROWS,
) -> Walk:
    """Look at every page that can be reached, and judge it; `most` of an endpoint.

    Where rows stand in an order of their own in each world, pages have no twins: then each world is
    walked beside itself, and what is on its pages is held against the other's by `strange`.
    """
    seen = seen or Walk()
    waiting = deque(starts)
    known = {address for address, _ in waiting}
    kinds: Counter[str] = Counter()
    while waiting:
        address, twin_address = waiting.popleft()
        here = clients[0].get(address)
        here.get_data()  # a table comes row by row: to its end before anything else is asked
        there = here if clients[0] is clients[1] else clients[1].get(twin_address)
        there.get_data()
        if here.status_code != there.status_code or here.status_code not in _ANSWERS:
            seen.found[address] = [f"answers {here.status}, its twin {there.status}"]
            continue
        if here.status_code in _ELSEWHERE or here.mimetype != "text/html":
            continue
        assert here.mimetype_params["charset"] == "utf-8"
        seen.endpoints[endpoint_of(sites[0], address)] += 1
        pages = seen.judge(address, here.get_data(as_text=True), there.get_data(as_text=True))
        for link, twin_link in _links(address, *pages):
            if link not in known and _is_wanted(sites[0], link, kinds, most):
                known.add(link)
                waiting.append((link, twin_link))
    return seen


def strange(seen: Walk, twin: Walk) -> dict[judging.Element, str]:
    """Elements that pages have and no page of the twins has, each with a page that has it."""
    usual = _elements(twin)
    return {one: address for one, address in _elements(seen).items() if one not in usual}


def _elements(seen: Walk) -> dict[judging.Element, str]:
    found = {}
    for address, text in seen.pages.items():
        page = judging.read(text)
        lenient = judging.leniency(page)
        found.update(dict.fromkeys(judging.outline(page, lenient=lenient), address))
    return found


def _links(address: str, page: judging.Page, twin: judging.Page) -> Iterator[tuple[str, str]]:
    here, there = page.links, twin.links
    if len(here) == len(there):
        path = urlsplit(address).path
        for link, twin_link in zip(here, there, strict=True):
            yield _whole(link, path), _whole(twin_link, path)


def _whole(link: str, path: str) -> str:
    link = link.partition("#")[0]
    return path + link if link.startswith("?") else link


def endpoint_of(site: Site, address: str) -> str:
    """The endpoint that an address leads to; empty: none."""
    try:
        return str(site.url_map.bind("localhost").match(urlsplit(address).path)[0])
    except HTTPException:
        return ""


def _is_wanted(site: Site, link: str, kinds: Counter[str], most: int) -> bool:
    endpoint = endpoint_of(site, link)
    if endpoint.endswith(_NO_PAGES) or (endpoint.startswith("api.") and endpoint != "api.index"):
        return False
    asked = {name for name, _ in parse_qsl(urlsplit(link).query)}
    kind = f"{endpoint}?" if asked - {"page"} else endpoint
    kinds[kind] += 1
    if kind != endpoint:
        return kinds[kind] <= min(_WITH_QUERY, most)
    return kinds[kind] <= min(_FEW.get(endpoint, most), most)
