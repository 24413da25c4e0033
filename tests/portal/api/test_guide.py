"""The page that explains the API: what it shows answers as it says."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from domain.db import Session
from portal.api import OPERATIONS
from portal.api.all import NOUNS
from search.engine import SearchEngine
from tests.fixtures import warnings
from tests.fixtures.county import County
from tests.fixtures.owing import owe
from tests.portal.test_every_page import Outline


def links(client: FlaskClient, css: str) -> list[str]:
    page = Outline(client.get("/api").get_data(as_text=True))
    return [a["href"] for a in page.all("a") if a.get("class") == css]


def test_every_example_answers(
    client: FlaskClient, session: Session, county: County, indexed: SearchEngine
) -> None:
    warnings.publish(session, county)
    owe(session, county)
    session.commit()
    examples = links(client, "example")
    assert len(examples) == len(NOUNS) + 1
    for address in examples:
        response = client.get(address)
        assert response.status_code == 200, address
        # Nobody has asked anything in the fixture county.
        assert response.get_json()["items"] or "/feedback" in address, address


def test_every_error_is_one(client: FlaskClient) -> None:
    wrong = re.findall('class="wrong">([^<]+)<', client.get("/api").get_data(as_text=True))
    assert [client.get(address).status_code for address in wrong] == [422, 404]


def test_every_address_parameter_and_field_is_explained(client: FlaskClient) -> None:
    text = client.get("/api").get_data(as_text=True)
    for operation in OPERATIONS:
        assert f"GET {operation.path}<" in text
        for name in operation.query.model_fields if operation.query else ():
            assert f"<code>{name}</code>" in text, (operation.name, name)
    for noun in NOUNS:
        for name in noun.record.model_fields:
            assert f"<code>{name}</code>" in text, (noun.name, name)


def test_english_readers_read_english(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    text = client.get("/api").get_data(as_text=True)
    assert "<td>Unit code</td>" in text
    assert "organ: " in text
