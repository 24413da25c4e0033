"""Addresses with a unit's former code lead permanently to the present one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from domain import former_codes
from domain.db import Session
from search.engine import SearchEngine
from tests.fixtures import warnings
from tests.fixtures.county import NOW, County


@pytest.fixture(autouse=True)
def renamed(session: Session, county: County, indexed: SearchEngine) -> None:
    warnings.publish(session, county)
    session.commit()
    former_codes.rename(session, county.units["jt"], "jtys", None, NOW)
    former_codes.merge(session, county.units["dh"], county.units["jt"], None, NOW)
    session.commit()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/units/jt", "/units/jtys"),
        ("/units/dh", "/units/jtys"),
        ("/units/jt?from=qr", "/units/jtys?from=qr"),
        ("/units/jt/feed.atom", "/units/jtys/feed.atom"),
        ("/powers?kind=project&unit=jt", "/powers?kind=project&unit=jtys"),
        ("/powers/feed.atom?unit=jt", "/powers/feed.atom?unit=jtys"),
        ("/disclosures?unit=dh&year=2026", "/disclosures?unit=jtys&year=2026"),
        ("/search?q=%E5%85%AC%E8%B7%AF&unit=jt", "/search?q=%E5%85%AC%E8%B7%AF&unit=jtys"),
        ("/report?unit=jt", "/report?unit=jtys"),
        ("/api/v1/units/jt", "/api/v1/units/jtys"),
        ("/api/v1/powers?unit=jt", "/api/v1/powers?unit=jtys"),
        ("/api/v1/notices?unit=jt", "/api/v1/notices?unit=jtys"),
    ],
)
def test_a_former_code_leads_on(client: FlaskClient, old: str, new: str) -> None:
    response = client.get(old)
    assert (response.status_code, response.headers["Location"]) == (301, new)
    assert client.get(new).status_code == 200


@pytest.mark.parametrize("address", ["/notices/1", "/notices/1/1", "/disclosures/1"])
def test_an_address_by_number_stays_and_says_the_same_index_number(
    client: FlaskClient, address: str
) -> None:
    response = client.get(address)
    number = "JT-TB-00001" if "notices" in address else "JT-3-2026-00001"
    assert (response.status_code, number in response.text) == (200, True)
    assert "JTYS-" not in response.text


def test_open_data_says_the_same_index_number(client: FlaskClient) -> None:
    for address in ("/api/v1/notices/1", "/api/v1/notice-editions/1/1"):
        answer = client.get(address).get_json()
        assert (answer["index_number"], answer["unit_code"]) == ("JT-TB-00001", "jtys")


def test_a_code_nobody_ever_had_is_as_before(client: FlaskClient) -> None:
    assert client.get("/units/nie").status_code == 404
    assert client.get("/powers?unit=nie").status_code == 200
