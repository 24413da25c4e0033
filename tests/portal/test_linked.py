"""What pages say to programs: JSON-LD in words that schema.org knows, and one canonical address."""

from __future__ import annotations

import json
import re
import warnings
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, SDO, Dataset, URIRef

from domain import settings as county_settings
from domain.db import Session
from domain.officials import Official
from domain.units import Unit
from search.engine import SearchEngine
from tests.fixtures.county import County, draft_disclosure, draft_powers, make_public
from tests.portal.addresses import pages
from tests.portal.test_every_page import CANARY, Outline

SCHEMA = "https://schema.org/"


class Blocks(HTMLParser):
    """The data blocks of a page, as a browser finds where they end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and ("type", "application/ld+json") in attrs
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def things(client: FlaskClient, address: str) -> dict[str, Any]:
    """What a page describes, by type."""
    found = [json.loads(b) for b in Blocks(client.get(address).get_data(as_text=True)).found]
    assert len({thing["@type"] for thing in found}) == len(found), address
    return {thing["@type"]: thing for thing in found}


def unknown_words(*described: dict[str, Any]) -> set[str]:
    """Types and properties, as a JSON-LD processor reads them, that schema.org does not know."""
    assert {thing["@context"] for thing in described} == {"https://schema.org"}
    # The context itself is on the network; this is what it says of words.
    plain = [{key: v for key, v in thing.items() if key != "@context"} for thing in described]
    local = {"@context": {"@vocab": SCHEMA, "url": {"@type": "@id"}}, "@graph": plain}
    graph = Dataset()
    with warnings.catch_warnings():
        # The library warns of what it itself uses.
        warnings.simplefilter("ignore", DeprecationWarning)
        graph.parse(data=json.dumps(local), format="json-ld")
    words = {p for _, p, _, _ in graph.quads() if p != RDF.type}
    words |= {o for _, p, o, _ in graph.quads() if p == RDF.type}
    assert len(words) > 2
    return {str(word) for word in words if not (isinstance(word, URIRef) and word in SDO)}


@pytest.fixture
def addresses(session: Session, county: County, indexed: SearchEngine) -> list[str]:
    make_public(session, county, draft_powers(session, county, names=("养护资金分配", "新的事项")))
    session.commit()
    return pages(session)


def test_every_page_says_where_it_stands(client: FlaskClient, addresses: list[str]) -> None:
    described = {address: things(client, address) for address in addresses}
    assert unknown_words(*(t for found in described.values() for t in found.values())) == set()
    for address, found in described.items():
        if address != "/":
            steps = found["BreadcrumbList"]["itemListElement"]
            assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
            assert steps[0]["item"] == "http://localhost/"
            assert "item" not in steps[-1]
            for step in steps[1:-1]:
                assert client.get(step["item"]).status_code == 200


@pytest.mark.parametrize(
    "spoiled",
    [
        {"@type": "Persom", "name": "x"},
        {"@type": "Person", "nmae": "x"},
        {"@type": "Person", "worksFor": {"@type": "GovernmentOrganisation", "name": "x"}},
    ],
)
def test_a_word_that_schema_org_does_not_know_is_noticed(spoiled: dict[str, Any]) -> None:
    assert unknown_words({"@context": "https://schema.org", "url": "http://x/", **spoiled})


def test_an_official_a_unit_and_a_list_describe_themselves(
    client: FlaskClient, addresses: list[str]
) -> None:
    person = things(client, "/officials/3")["Person"]
    assert (person["name"], person["url"]) == ("周明远", "http://localhost/officials/3")
    assert person["jobTitle"] == ["交通运输局党组书记、局长"]
    assert person["worksFor"][0]["url"] == "http://localhost/units/jt"
    unit = things(client, "/units/jt")["GovernmentOrganization"]
    assert (unit["name"], unit["alternateName"]) == ("云岭县交通运输局", "交通运输局")
    for address in ("/powers", "/disclosures", "/units", "/officials"):
        about = things(client, address)["Dataset"]
        assert about["url"] == f"http://localhost{address}"
        assert about["isAccessibleForFree"] is True
    for address, many in (("/powers?kind=project", 4), ("/officials", 3), ("/data", 2)):
        forms = things(client, address)["Dataset"]["distribution"]
        assert len(forms) == many, address
        for form in forms:
            response = client.get(form["contentUrl"])
            if form["encodingFormat"] != "application/zip":  # built beside the site, not here
                assert response.mimetype == form["encodingFormat"], form


def test_no_text_can_end_the_block(client: FlaskClient, session: Session, county: County) -> None:
    canary = CANARY + "</script><!--<script>&amp;\u2028"
    session.get_one(Unit, county.units["jt"].id).name = canary
    session.get_one(Official, county.officials["transport"].id).name = canary + "2"
    county_settings.choose(session, host=canary, site_name=canary)
    session.commit()
    for address, kind, key in (
        ("/units/jt", "GovernmentOrganization", "name"),
        (f"/officials/{county.officials['transport'].id}", "Person", "name"),
    ):
        assert things(client, address)[kind][key].startswith(canary)
        assert "BreadcrumbList" in things(client, address)
    assert things(client, "/powers")["Dataset"]["creator"]["name"] == canary


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "/powers?utm_source=x&risk=high&kind=project&unit=jt",
            "/powers?kind=project&unit=jt&risk=high",
        ),
        ("/powers?kind=nonsense&page=1", "/powers"),
        ("/units?page=2&ref=mail", "/units"),
        ("/disclosures?year=2026&group=decision&x=1", "/disclosures?group=decision&year=2026"),
        ("/officials?heads=1&kind=organ", "/officials?kind=organ&heads=1"),
        ("/officials?heads=0", "/officials"),
        ("/search?sort=date&q=%E5%85%AC%E8%B7%AF", "/search?q=%E5%85%AC%E8%B7%AF&sort=date"),
        ("/powers/1/1?from=mail", "/powers/1/1"),
        ("/powers/1/2", "/powers/1/2"),
        ("/powers/1/changes?to=2&from=1&x=y", "/powers/1/changes?from=1&to=2"),
        ("/disclosures/1", "/disclosures/1"),
        ("/disclosures/1/1", "/disclosures/1"),
        ("/report?unit=jt", "/report"),
    ],
)
def test_the_canonical_address_is_the_one_of_what_is_shown(
    client: FlaskClient, addresses: list[str], asked: str, said: str
) -> None:
    links = Outline(client.get(asked).get_data(as_text=True)).all("link")
    assert [a["href"] for a in links if a["rel"] == "canonical"] == [f"http://localhost{said}"]
    assert [a for a in links if "hreflang" in a] == []


def test_pages_of_a_list_are_canonical_to_themselves(
    client: FlaskClient, session: Session, county: County
) -> None:
    names = tuple(f"事项{number}" for number in range(40))
    make_public(session, county, draft_powers(session, county, names=names))
    session.commit()
    text = client.get("/powers?x=1&page=2&unit=jt").get_data(as_text=True)
    assert '<link rel="canonical" href="http://localhost/powers?unit=jt&amp;page=2">' in text


def test_a_superseded_disclosure_is_canonical_to_itself(
    client: FlaskClient, session: Session, county: County
) -> None:
    make_public(session, county, draft_disclosure(session, county))
    session.commit()
    for asked, said in (
        ("/disclosures/1/1", "/disclosures/1/1"),
        ("/disclosures/1/2", "/disclosures/1"),
    ):
        assert f'<link rel="canonical" href="http://localhost{said}">' in client.get(
            asked
        ).get_data(as_text=True)


def test_an_error_has_no_canonical_address(client: FlaskClient) -> None:
    for address in ("/nowhere", "/units/nowhere", "/powers/9/9"):
        assert not re.search("rel=.canonical", client.get(address).get_data(as_text=True))


@pytest.mark.parametrize(
    ("domain", "base"),
    [
        ("quanli.example", "http://quanli.example"),
        ("https://quanli.example/", "https://quanli.example"),
        ("", "http://localhost"),
    ],
)
def test_addresses_are_the_countys_own(
    client: FlaskClient, session: Session, domain: str, base: str
) -> None:
    county_settings.choose(session, domain=domain)
    session.commit()
    text = client.get("/units").get_data(as_text=True)
    assert f'<link rel="canonical" href="{base}/units">' in text
