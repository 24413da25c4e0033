"""What holds for each public page, looked at as a browser would."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from domain import settings as county_settings
from domain.db import Session
from domain.disclosures import Disclosure, DisclosureEdition
from domain.feedback import Feedback, FeedbackAnswer
from domain.notices import NoticeEdition
from domain.obligations import Extension, Obligation, Rule
from domain.officials import Official, Post
from domain.powers import NegativeEntry, PowerEdition, PowerItem, ProcessStep
from domain.settings import County as CountySettings
from domain.units import Unit
from search import sync
from search.engine import SearchEngine
from tests.fixtures import questions, warnings
from tests.fixtures.county import County, draft_powers, make_public
from tests.fixtures.owing import owe
from tests.portal.addresses import NOT_FOUND, pages
from web.security import SECURITY_HEADERS

CANARY = "<script>canary()</script>\"'><img src=x onerror=canary()>{{7*7}}"
# Every column of text that the public can see; what a row of it holds must be unlike the others.
TEXTS: dict[Any, tuple[str, ...]] = {
    Unit: ("name", "short_name", "duty", "phone", "address", "stationed_group", "liaison_leader"),
    Official: ("name", "brief"),
    Post: ("title", "level", "portfolio"),
    PowerItem: ("name", "plain", "source", "responsibility", "controls", "timing"),
    ProcessStep: ("name", "who", "time_limit", "disclosed"),
    NegativeEntry: ("text",),
    Disclosure: ("period", "title"),
    DisclosureEdition: ("title", "body", "reason"),
    PowerEdition: ("reason",),
    NoticeEdition: ("title", "body", "reason"),
    Feedback: ("title",),
    FeedbackAnswer: ("question", "text"),
    Rule: ("source",),
    Extension: ("reason",),
    Obligation: ("lift_reason",),
}


class Outline(HTMLParser):
    """The parts of a page that the rules are about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag in names]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]

    @property
    def meta(self) -> dict[str, str]:
        return {m["name"]: m["content"] for m in self.all("meta") if "name" in m}


def is_harmless(script: dict[str, str]) -> bool:
    """A script of ours, or a block of data, which no browser runs."""
    if script.get("type") == "application/ld+json":
        return "src" not in script
    return script.get("src", "").startswith("/static/")


@pytest.fixture
def editions(session: Session, county: County) -> None:
    """A second edition of the power list, so that one is superseded."""
    make_public(session, county, draft_powers(session, county, names=("养护资金分配", "新的事项")))
    questions.publish(session, county, "powers")
    warnings.publish(session, county)
    owe(session, county)
    session.commit()


@pytest.fixture
def addresses(session: Session, editions: None, indexed: SearchEngine) -> list[str]:
    return pages(session)


def test_every_page_is_well_built(client: FlaskClient, addresses: list[str]) -> None:
    for address in [*addresses, *NOT_FOUND]:
        page = Outline(client.get(address).get_data(as_text=True))
        headings = page.headings
        assert headings.count(1) == 1, address
        assert headings[0] == 1, address
        steps = pairwise(headings)
        assert [pair for pair in steps if pair[1] - pair[0] > 1] == [], address
        assert len(page.all("table")) == len(page.all("caption")), address
        assert [th for th in page.all("th") if "scope" not in th] == [], address
        ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        assert sorted(set(ids)) == sorted(ids), address
        known = {f"#{name}" for name in ids}
        inside = {a["href"] for a in page.all("a") if a.get("href", "").startswith("#")}
        assert inside <= known, address


def test_every_page_has_its_meta_tags(
    client: FlaskClient, session: Session, addresses: list[str]
) -> None:
    county_settings.choose(session, domain="quanli.example", site_code="5300000001")
    session.commit()
    for address in [*addresses, "/report", "/track"]:
        page = Outline(client.get(address).get_data(as_text=True))
        meta = page.meta
        for name in (
            *("SiteName", "SiteDomain", "SiteIDCode"),
            *("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType", "description"),
        ):
            assert meta[name], (address, name)
        # A name is the same name in any letters.
        names = [m["name"].lower() for m in page.all("meta") if "name" in m]
        assert sorted(set(names)) == sorted(names), address
        article = {"ArticleTitle", "PubDate", "ContentSource"} & meta.keys()
        assert len(article) in {0, 3}, address
        assert bool(article) == is_article(address), address
        if article:
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", meta["PubDate"]), address


def is_article(address: str) -> bool:
    """Whether one thing is published at an address, and not a list of things."""
    one = r"/powers/(items/)?\d+(/\d+)?|/(disclosures|notices)/\d+(/\d+)?|/officials/3"
    return re.fullmatch(one, address) is not None


def test_what_is_published_names_itself_its_day_and_its_source(
    client: FlaskClient, addresses: list[str]
) -> None:
    for kind, title in (
        ("/powers/items/1", "农村公路建设项目安排"),
        ("/powers/1/1", "交通运输局党组书记、局长权力清单"),
        ("/disclosures/1", "农村公路养护资金使用结果"),
    ):
        meta = Outline(client.get(kind).get_data(as_text=True)).meta
        assert meta["ArticleTitle"] == title
        assert meta["PubDate"] == "2026-11-20 10:00"
        assert meta["ContentSource"] == "云岭县交通运输局"


def test_every_page_carries_the_headers(client: FlaskClient, addresses: list[str]) -> None:
    for address in [*addresses, *NOT_FOUND, "/robots.txt", "/search/suggestions?q=交"]:
        headers = client.get(address).headers
        assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS, address
        assert "Set-Cookie" not in headers, address


def test_every_link_of_every_page_leads_somewhere(
    client: FlaskClient, addresses: list[str]
) -> None:
    links = set()
    for address in addresses:
        page = Outline(client.get(address).get_data(as_text=True))
        links |= {a["href"].partition("#")[0] for a in page.all("a") if "href" in a}
    statuses = {link: client.get(link).status_code for link in sorted(links - {""})}
    assert {link: s for link, s in statuses.items() if s not in {200, 303}} == {}


def test_no_text_of_the_database_becomes_markup(
    client: FlaskClient, session: Session, county: County, editions: None, index: SearchEngine
) -> None:
    county_settings.choose(
        session, **{name: CANARY for name in vars(CountySettings()) if name != "grouping"}
    )
    county_settings.choose(session, grouping=CANARY)
    for table, columns in TEXTS.items():
        for row in session.scalars(sa.select(table)):
            for column in columns:
                setattr(row, column, f"{CANARY}{table.__name__}.{column}.{row.id}")
    for unit in session.scalars(sa.select(Unit)):
        unit.code = f'{unit.id}"><img src=x onerror=canary()>'
    session.commit()
    sync.rebuild(session, index)
    seen = ""
    for address in [*pages(session), "/search?q=canary", "/search?q=" + CANARY, "/report?unit=1"]:
        response = client.get(address)
        html = response.get_data(as_text=True)
        assert response.status_code == 200, address
        page = Outline(html)
        assert [s for s in page.all("script") if not is_harmless(s)] == []
        assert page.all("img", "iframe", "object", "style") == [], address
        assert [a for _, a in page.tags if any(n.startswith(("on", "style")) for n in a)] == []
        links = [a["href"] for a in page.all("a") if "href" in a]
        assert [link for link in links if not link.startswith(("/", "#", "?"))] == [], address
        assert "{{7*7}}" in html, address
        seen += html
    absent = [
        f"{table.__name__}.{column}"
        for table, columns in TEXTS.items()
        for column in columns
        if f"{{{{7*7}}}}{table.__name__}.{column}" not in seen
    ]
    # A reason is shown of what is withdrawn only; a disclosure's first title never.
    assert absent == [
        "Disclosure.title",
        "DisclosureEdition.reason",
        "PowerEdition.reason",
        "NoticeEdition.reason",
    ]
    offers = client.get("/search/suggestions?q=canary")
    assert offers.is_json
    assert offers.get_json()["suggestions"]
