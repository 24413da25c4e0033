"""Browsers can search the site from their address bar, and are offered names."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

from domain import settings as county_settings
from domain.db import Session
from portal.opensearch import OPENSEARCH
from search.engine import SearchEngine
from tests.portal.test_every_page import Outline


def described(client: FlaskClient) -> tuple[ET.Element, dict[str, str]]:
    """The document that pages link to, and its templates by media type."""
    links = Outline(client.get("/units").get_data(as_text=True)).all("link")
    (link,) = [link for link in links if link["rel"] == "search"]
    response = client.get(link["href"])
    assert response.mimetype == link["type"] == "application/opensearchdescription+xml"
    root = ET.fromstring(response.get_data())  # noqa: S314 - our own
    assert root.tag == f"{{{OPENSEARCH}}}OpenSearchDescription"
    urls = {u.attrib["type"]: u.attrib["template"] for u in root.findall(f"{{{OPENSEARCH}}}Url")}
    return root, urls


def test_every_template_leads_to_what_it_promises(
    client: FlaskClient, indexed: SearchEngine
) -> None:
    _, urls = described(client)
    assert len(urls) == 4
    for kind, template in urls.items():
        assert template.startswith("http://localhost/")
        response = client.get(template.replace("{searchTerms}", "交通"))
        assert (response.status_code, response.mimetype) == (200, kind)


def test_names_are_offered_as_browsers_expect_them(
    client: FlaskClient, indexed: SearchEngine
) -> None:
    _, urls = described(client)
    address = urls["application/x-suggestions+json"].replace("{searchTerms}", "交通")
    text, names, notes, addresses = client.get(address).get_json(force=True)
    assert text == "交通"
    assert names[0] == "云岭县交通运输局"
    assert notes[0] == "单位"
    assert addresses[0] == "http://localhost/units/jt"
    assert len(names) == len(notes) == len(addresses) > 0
    assert client.get(address.partition("?")[0]).get_json(force=True) == ["", [], [], []]


def test_nothing_is_offered_without_an_index(client: FlaskClient) -> None:
    assert client.get("/search/suggestions.json?q=交通").status_code == 503


def test_names_keep_to_the_limits_of_the_format(client: FlaskClient, session: Session) -> None:
    county_settings.choose(session, site_name="<名字>" * 300)
    session.commit()
    root, _ = described(client)
    name, about = root[0].text or "", root[1].text or ""
    assert (name, len(about)) == ("<名字>" * 4, 1024)
