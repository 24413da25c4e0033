from __future__ import annotations

from flask.testing import FlaskClient

from domain import settings as county_settings
from domain.db import Session


def test_pages_of_text_say_whom_to_ask(client: FlaskClient, session: Session) -> None:
    county_settings.choose(
        session,
        host="云岭县纪委监委",
        contact="0000-1234567",
        address="东街 1 号",
        higher_body_city="青岚市纪委监委",
    )
    session.commit()
    about = client.get("/about").get_data(as_text=True)
    assert "本站由云岭县纪委监委主办。" in about
    assert about.count("0000-1234567") == 2
    assert "青岚市纪委监委" in client.get("/help").get_data(as_text=True)
    assert client.get("/accessibility").get_data(as_text=True).count("0000-1234567") == 2


def test_pages_of_text_invent_no_contact(client: FlaskClient) -> None:
    assert "联系我们" not in client.get("/about").get_data(as_text=True)


def test_the_map_names_every_part_and_every_unit(client: FlaskClient) -> None:
    text = client.get("/sitemap").get_data(as_text=True)
    for address in (
        "/search",
        "/report",
        "/track",
        "/about",
        "/powers?kind=finance",
        "/disclosures?group=result",
        "/units/jt",
        "/units/dh",
    ):
        assert f'href="{address}"' in text


def test_robots_keep_out_of_reports_and_searches(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    lines = response.get_data(as_text=True).splitlines()
    assert {"Disallow: /report", "Disallow: /track", "Disallow: /search"} <= set(lines)
    assert '<meta name="robots" content="noindex">' in client.get("/search?q=x").get_data(
        as_text=True
    )


def test_the_same_page_reads_in_english_and_in_large_type(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    client.set_cookie("elder", "on")
    text = client.get("/about").get_data(as_text=True)
    assert '<html lang="en" class="elder">' in text
