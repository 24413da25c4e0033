"""A search engine that starts at robots.txt finds every public page, and the day it became public."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from usp.objects.sitemap import AbstractSitemap, InvalidSitemap
from usp.tree import sitemap_from_str, sitemap_tree_for_homepage
from usp.web_client.abstract_client import (
    AbstractWebClient,
    AbstractWebClientResponse,
    AbstractWebClientSuccessResponse,
)
from werkzeug.test import TestResponse

from domain import publishing, settings as county_settings
from domain.db import Session
from domain.disclosures import DisclosureEdition
from portal import sitemaps
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public
from tests.portal.addresses import pages

BASE = "http://localhost"


class Answered(AbstractWebClientSuccessResponse):
    """An answer of the site as the library wants it."""

    def __init__(self, address: str, response: TestResponse) -> None:
        self._address, self._response = address, response

    def status_code(self) -> int:
        return self._response.status_code

    def status_message(self) -> str:
        return HTTPStatus(self._response.status_code).phrase

    def header(self, case_insensitive_name: str) -> str | None:
        return self._response.headers.get(case_insensitive_name)

    def raw_data(self) -> bytes:
        return self._response.get_data()

    def url(self) -> str:
        return self._address


class Robot(AbstractWebClient):
    """Asks the site, not the network."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def set_max_response_data_length(self, max_response_data_length: int | None) -> None:
        """Nothing of ours is too long."""

    def get(self, url: str) -> AbstractWebClientResponse:
        response = self.client.get(url)
        assert response.status_code == 200, url
        return Answered(url, response)


def walk(client: FlaskClient) -> AbstractSitemap:
    """Everything from robots.txt on; whatever is not valid is an error."""
    tree = sitemap_tree_for_homepage(BASE + "/", Robot(client), use_known_paths=False)
    broken = [site for site in tree.all_sitemaps() if isinstance(site, InvalidSitemap)]
    assert broken == []
    return tree


def found(client: FlaskClient) -> dict[str, datetime | None]:
    """Path → lastmod of every page that the sitemaps name."""
    named = list(walk(client).all_pages())
    assert all(page.url.startswith(BASE + "/") for page in named)
    listed = [(page.url.removeprefix(BASE), page.last_modified) for page in named]
    assert len(dict(listed)) == len(listed)
    return dict(listed)


def test_every_page_is_found_once(client: FlaskClient, session: Session, county: County) -> None:
    make_public(session, county, draft_powers(session, county, names=("新的事项",)))
    session.commit()
    addresses = found(client)
    # A list with filters is the list; what a search finds is no page of ours; a poster is to be
    # printed; of a superseded edition the edition is listed, not each power; and a disclosure is
    # found at its own address.
    wanted = {
        address
        for address in pages(session)
        if not re.search(r"[?]|/poster$|^/search$|^/(disclosures|notices)/\d+/", address)
    } - {"/powers/items/1", "/powers/items/2"}
    assert set(addresses) == wanted
    assert [path for path in addresses if client.get(path).status_code != 200] == []


def test_the_day_is_that_of_the_publication(
    client: FlaskClient, session: Session, county: County
) -> None:
    make_public(session, county, draft_disclosure(session, county), NOW + timedelta(days=2))
    session.commit()
    listed = found(client)
    assert listed["/disclosures/1"] == NOW + timedelta(days=2)
    assert listed["/powers/1/1"] == listed["/powers/items/1"] == NOW
    # Nobody knows since when these are as they are.
    assert [listed[path] for path in ("/", "/units/jt", "/officials/1")] == [None] * 3
    index = client.get("/sitemap.xml").get_data(as_text=True)
    assert index.count((NOW + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")) == 1


def test_what_is_withdrawn_is_listed_no_more(
    client: FlaskClient, session: Session, county: County
) -> None:
    told = session.query(DisclosureEdition).one()
    publishing.withdraw(session, told, "内容有误", county.staff["reviewer"], NOW)
    session.commit()
    assert [path for path in found(client) if path.startswith("/disclosures/")] == []
    assert client.get("/sitemaps/disclosures-1.xml").status_code == 404


def test_long_parts_are_split(
    client: FlaskClient,
    session: Session,
    county: County,
    monkeypatch: pytest.MonkeyPatch,
    statements: list[str],
) -> None:
    before = found(client)
    monkeypatch.setattr(sitemaps, "MOST", 2)
    # A change, so that the pages are not those kept from before.
    county_settings.choose(session, motto="新的口号")
    session.commit()
    assert found(client) == before
    index = client.get("/sitemap.xml").get_data(as_text=True)
    assert "/sitemaps/units-3.xml" in index
    assert "/sitemaps/units-4.xml" not in index
    assert client.get("/sitemaps/units-4.xml").status_code == 404
    statements.clear()
    county_settings.choose(session, motto="又一个口号")
    session.commit()
    statements.clear()
    client.get("/sitemap.xml")
    assert len(statements) == 2
    statements.clear()
    client.get("/sitemaps/powers-1.xml")
    assert len(statements) == 2


def test_addresses_are_of_the_countys_own_domain(
    client: FlaskClient, session: Session, county: County
) -> None:
    county_settings.choose(session, domain="quanli.example")
    session.commit()
    robots = client.get("/robots.txt").get_data(as_text=True)
    assert "Sitemap: http://quanli.example/sitemap.xml" in robots.splitlines()
    assert "<loc>http://quanli.example/units</loc>" in client.get("/sitemaps/columns.xml").get_data(
        as_text=True
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("urlset", "urls"),
        lambda text: text.replace("loc>", "location>"),
    ],
)
def test_a_broken_sitemap_would_be_noticed(
    client: FlaskClient, spoil: Callable[[str], str]
) -> None:
    whole = client.get("/sitemaps/units-1.xml").get_data(as_text=True)
    assert len(list(sitemap_from_str(whole).all_pages())) == 5
    broken = sitemap_from_str(spoil(whole))
    assert isinstance(broken, InvalidSitemap) or list(broken.all_pages()) == []
