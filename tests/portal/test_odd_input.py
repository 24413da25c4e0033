"""Nothing that stands in an address makes a page fail."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from search.engine import SearchEngine

LISTS = ("/units", "/officials", "/powers", "/disclosures", "/search")
ODD = (
    "?year=abc&page=-1&unit=%00",
    "?page=0",
    "?page=99999999999999999999999999",
    "?page=１",
    "?page=1e9&page=2",
    "?year=²⁰²⁶",
    "?year=٢٠٢٦",
    "?year=99999999999999999999",
    "?year=-2026",
    "?year=2026&period=%27%20OR%201=1--",
    "?period=2026年第三季度",
    "?unit=nowhere&kind=nothing&risk=none&power_kind=x&group=y&sort=z&heads=2",
    "?unit[]=jt&kind[x]=y",
    "?unit=jt&unit=jy",
    "?q=%ff%fe%00%c3%28",
    "?q=%ED%A0%80",
    "?q=*&q=?",
    "?q=" + "%F0%9F%90%89" * 40,
    "?q=AND%20OR%20NOT%20(%22",
    "?q=title:x%20kind:%5Bpower%20TO",
    "?_external=1&_anchor=x&_scheme=javascript&endpoint=x&lang=xx",
    "?kind=power&kind=unit",
    "?" + "&".join(f"a{n}=b" for n in range(500)),
)
MISSING = (
    "/units/nobody",
    "/units/" + "x" * 3000,
    "/units/%00",
    "/units/%F0%9F%90%89",
    "/units/jt/",
    "/officials/0",
    "/officials/9999",
    "/officials/99999999999999999999999999",
    "/officials/-1",
    "/officials/abc",
    "/powers/1",
    "/powers/1/0",
    "/powers/1/99",
    "/powers/99/1",
    "/powers/1/99999999999999999999999999",
    "/powers/items/9999",
    "/powers/items/99999999999999999999999999",
    "/disclosures/9999",
    "/disclosures/1/9",
    "/disclosures/99999999999999999999999999",
    "/nowhere",
)


@pytest.mark.parametrize("query", ODD)
def test_odd_filters_change_nothing_or_narrow_to_nothing(
    client: FlaskClient, indexed: SearchEngine, query: str
) -> None:
    for address in LISTS:
        assert client.get(address + query).status_code == 200, address
    assert client.get("/search/suggestions" + query).status_code == 200


@pytest.mark.parametrize("number", ["9" * 30, "-1", "0", "abc", "1e3", "１", "²", "%00", ""])
@pytest.mark.parametrize("name", ["power", "official", "unit"])
def test_a_report_form_opened_from_nowhere_asks_about_nobody(
    client: FlaskClient, name: str, number: str
) -> None:
    response = client.get(f"/report?{name}={number}")
    assert response.status_code == 200
    assert "周明远" not in response.get_data(as_text=True)


@pytest.mark.parametrize("address", MISSING)
def test_an_address_that_was_never_there_is_not_found(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "没有找到这一页" in response.get_data(as_text=True)
