from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.web.sample import things
from web.app import Site
from web.database import engine_of
from web.paging import Page, link_with


@pytest.fixture
def hundred(site: Site) -> None:
    with engine_of(site).begin() as connection:
        connection.execute(sa.insert(things), [{"name": f"第{n}件"} for n in range(1, 96)])


def listed(client: FlaskClient, address: str) -> list[str]:
    text = client.get(address).get_data(as_text=True)
    return [part.split("</li>")[0] for part in text.split("<main")[1].split("<li>第")[1:]]


@pytest.mark.usefixtures("hundred")
@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("", "1件"), ("?page=2", "11件"), ("?page=10", "91件"), ("?page=11", "91件"),
        ("?page=0", "1件"), ("?page=-3", "1件"), ("?page=x", "1件"), ("?page=", "1件"),
        ("?page=1.5", "1件"), ("?page=%00", "1件"), ("?page=" + "9" * 30, "91件"),
        ("?page=" + "9" * 5000, "1件"), ("?page=２", "11件"),
    ],
)  # fmt: skip
def test_any_page_number_gives_a_page(client: FlaskClient, asked: str, first: str) -> None:
    assert listed(client, "/list" + asked)[0] == first


@pytest.mark.usefixtures("hundred")
def test_links_keep_the_other_filters(client: FlaskClient) -> None:
    text = client.get("/list?q=件&kind=a&kind=b&page=2&_external=1&endpoint=x").get_data(
        as_text=True
    )
    links = [part.split('"')[0].replace("&amp;", "&") for part in text.split('href="/list')[1:]]
    following = next(link for link in links if "page=3" in link)
    assert "kind=a&kind=b" in following
    assert "q=%E4%BB%B6" in following
    assert "_external=1&endpoint=x" in following
    assert following.startswith("?")
    assert all("page=1&" not in link for link in links)


@pytest.mark.usefixtures("hundred")
def test_a_list_costs_two_statements(site: Site, client: FlaskClient) -> None:
    statements: list[str] = []

    @sa.event.listens_for(engine_of(site), "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    client.get("/list?page=5")
    assert len([s for s in statements if s.startswith("SELECT")]) == 2


def test_an_empty_list_is_one_page_without_links(client: FlaskClient) -> None:
    response = client.get("/list?page=4")
    assert response.status_code == 200
    assert 'rel="next"' not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("number", "total", "offered"),
    [
        (1, 0, [1]),
        (1, 30, [1, 2, 3]),
        (1, 100, [1, 2, 3, None, 10]),
        (5, 100, [1, 2, 3, 4, 5, 6, 7, None, 10]),
        (10, 100, [1, None, 8, 9, 10]),
        (10, 200, [1, None, 8, 9, 10, 11, 12, None, 20]),
    ],
)
def test_which_numbers_are_offered(number: int, total: int, offered: list[int | None]) -> None:
    assert Page([], number, 10, total).numbers == offered


def test_positions() -> None:
    page = Page(list("abcde"), 3, 10, 25)
    assert (page.pages, page.first, page.last) == (3, 21, 25)
    assert (Page([], 1, 10, 0).first, Page([], 1, 10, 0).last) == (0, 0)


def test_changing_a_filter_starts_at_the_first_page(site: Site) -> None:
    with site.test_request_context("/list?page=4&q=a&year=2025"):
        assert link_with(year="2024", q=None) == "/list?year=2024"


def test_the_routes_own_values_win(site: Site) -> None:
    with site.test_request_context("/units/东河?name=evil&q=1"):
        assert link_with(kind="a").startswith("/units/%E4%B8%9C%E6%B2%B3?")
