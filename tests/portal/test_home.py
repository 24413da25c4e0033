from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from domain.db import Session
from portal.app import create_app
from portal.settings import POPULAR, PortalSettings
from search import open_reader
from tests.fixtures.county import NOW, County, draft_disclosure, make_public
from web.app import Site


def test_the_figures_are_those_of_the_database(client: FlaskClient) -> None:
    assert "全县 5 个单位、2 项权力、1 条公开事项。" in client.get("/").get_data(as_text=True)


def test_an_empty_site_claims_nothing(site: Site) -> None:
    text = site.test_client().get("/").get_data(as_text=True)
    assert "全县" not in text
    assert text.count("还没有公开的内容。") == 2


def test_doors_lead_where_they_say(client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)
    for address in ("/powers", "/units", "/disclosures", "/track", "/report"):
        assert f'href="{address}"' in text
        assert client.get(address).status_code == 200


def test_the_newest_come_first(client: FlaskClient, session: Session, county: County) -> None:
    for number in range(10):
        later = NOW + timedelta(minutes=number + 1)
        make_public(session, county, draft_disclosure(session, county, f"新事项{number}"), later)
    session.commit()
    text = client.get("/").get_data(as_text=True)
    places = [text.find(f"新事项{number}") for number in range(9, 1, -1)]
    assert places == sorted(places)
    assert -1 not in places
    assert "新事项1" not in text
    assert "交通运输局党组书记、局长（第 1 版）" in text


def test_the_county_chooses_what_is_often_asked(
    settings: PortalSettings, client: FlaskClient, engine: Engine
) -> None:
    text = client.get("/").get_data(as_text=True)
    assert [words for words in POPULAR if f">{words}</a>" not in text] == []
    silent = replace(settings, popular=())
    other = create_app(silent, open_reader(silent.index_address), engine=engine)
    assert "大家常查" not in other.test_client().get("/").get_data(as_text=True)


def test_settings_come_from_the_environment() -> None:
    values = {
        "MINGQUAN_SECRET_KEY": "x",
        "MINGQUAN_POPULAR": "低保，救助,修路",
        "MINGQUAN_VAR": "/v",
    }
    read = PortalSettings.from_environment("portal", values)
    assert read.popular == ("低保，救助", "修路")
    assert read.index_address == "whoosh:/v/index"
    set_ = PortalSettings.from_environment(
        "portal", values | {"MINGQUAN_SEARCH_URL": "whoosh:///srv/i"}
    )
    assert set_.index_address == "whoosh:///srv/i"
    open_reader(set_.index_address)
