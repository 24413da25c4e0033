"""Search that cannot do all it should: without time, without an index, without a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from domain.db import Session
from portal.app import create_app
from portal.settings import PortalSettings
from search import open_engine, sync
from search.engine import Query, Results, SearchEngine
from search.keeping import KeepingReader
from search.lexicon import PLAIN, Lexicon
from tests.fixtures.county import County
from tests.portal.conftest import LoggedLines
from tests.search.conftest import ENGINES
from web.app import Site

TEXT = "养护资金"
ROUGH = {"zh": "先后只是大致的", "en": "the number of results is right"}
DOWN = {"zh": "搜索暂时不能用", "en": "Search is not available at present"}
LISTS = ("/powers", "/units", "/officials", "/disclosures")


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the engine that a test asks for may keep an index that does not exist yet."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"{request.param}:{tmp_path / 'elsewhere'}"


class Hurried:
    """Gives another reader no time while it is told so."""

    def __init__(self, reader: SearchEngine) -> None:
        self.hurries = True
        self._reader = reader

    def search(self, query: Query, lexicon: Lexicon = PLAIN) -> Results:
        return self._reader.search(replace(query, seconds=0.0 if self.hurries else 60.0), lexicon)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)


@pytest.mark.parametrize("address", ENGINES, indirect=True)
@pytest.mark.parametrize("language", ROUGH)
def test_an_answer_without_time_says_so_and_is_not_kept(
    settings: PortalSettings,
    engine: Engine,
    session: Session,
    county: County,
    address: str,
    language: str,
) -> None:
    index = open_engine(address)
    sync.rebuild(session, index)
    hurried = Hurried(index)
    reader = KeepingReader(hurried)
    site = create_app(settings, reader, engine=engine)
    client = site.test_client()
    client.set_cookie("lang", language)
    popular = settings.popular[0]
    for path in (f"/search?q={TEXT}", f"/search?q={popular}", f"/api/v1/search?q={TEXT}"):
        rough = client.get(path)
        assert rough.status_code == 200
        assert "ETag" not in rough.headers
        if rough.is_json:
            assert rough.get_json()["partial"]
        else:
            assert ROUGH[language] in rough.text
            assert rough.headers["Cache-Control"] == "private, no-cache"
    assert len(site.extensions["mingquan.rendered"]) == 0
    hurried.hurries = False
    for path in (f"/search?q={TEXT}", f"/search?q={popular}", f"/api/v1/search?q={TEXT}"):
        whole = client.get(path)
        assert ROUGH[language] not in whole.text
        assert "ETag" in whole.headers
    assert not whole.get_json()["partial"]
    # In order of dates nothing has to be weighed.
    hurried.hurries = True
    assert "ETag" in client.get(f"/search?q={TEXT}&sort=date").headers
    assert "ETag" in client.get(f"/search/feed.atom?q={TEXT}").headers


Break = Callable[[str], None]


def remove(address: str) -> None:
    """Somebody clears the disk, or the schema."""
    if address.startswith("postgresql"):
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP SCHEMA mingquan_search CASCADE")
    else:
        shutil.rmtree(address.partition(":")[2])


def refuse(address: str) -> None:
    """The server lets nobody in any more, and sends away who is there."""
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        name = connection.info.dbname
    other = address.replace("+psycopg", "").replace(f"/{name}", "/postgres")
    with psycopg.connect(other, autocommit=True) as connection:
        alter = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0 ALLOW_CONNECTIONS false")
        connection.execute(alter.format(sql.Identifier(name)))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


BROKEN = [
    *((engine, remove) for engine in ENGINES),
    ("postgres", refuse),
]


@pytest.mark.parametrize(("address", "broken"), BROKEN, indirect=["address"])
def test_an_index_that_goes_away_takes_nothing_else_with_it(
    settings: PortalSettings,
    engine: Engine,
    session: Session,
    county: County,
    address: str,
    broken: Break,
    log: LoggedLines,
) -> None:
    index = open_engine(address)
    sync.rebuild(session, index)
    site = create_app(settings, KeepingReader(open_engine(address)), engine=engine)
    known = site.test_client().get(f"/search?q={TEXT}")
    assert known.status_code == 200
    broken(address)
    all_is_said(site, known)
    assert log() == ["the search index cannot answer"]
    if broken is remove:
        # It comes back by itself as soon as there is an index again.
        sync.catch_up(session, index)
        assert site.test_client().get(f"/search?q={TEXT}").status_code == 200


@pytest.mark.parametrize(
    "place", ["whoosh:{}/no", "tantivy:{}/no", "postgresql://nobody@127.0.0.1:1/nothing"]
)
def test_an_index_that_never_was_is_said_everywhere(
    settings: PortalSettings, engine: Engine, county: County, tmp_path: Path, place: str
) -> None:
    reader = KeepingReader(open_engine(place.format(tmp_path)))
    all_is_said(create_app(settings, reader, engine=engine))


def all_is_said(site: Site, known: TestResponse | None = None) -> None:
    """Every way to search says that it cannot be done now, and what can; all else goes on."""
    client = site.test_client()
    headers = {"If-None-Match": known.headers["ETag"]} if known else {}
    for language, sentence in DOWN.items():
        client.set_cookie("lang", language)
        for query in (f"?q={TEXT}", "", "?q=jiaotong&unit=jt&sort=date"):
            page = client.get(f"/search{query}", headers=headers)
            later(page)
            assert sentence in page.text
            assert all(f'class="door" href="{path}"' in page.text for path in LISTS)
            assert f'value="{TEXT if TEXT in query else ""}' in page.text
    feed = client.get(f"/search/feed.atom?q={TEXT}")
    later(feed)
    assert DOWN["zh"] in feed.text
    assert all(f'class="door" href="{path}"' in feed.text for path in LISTS)
    names = client.get(f"/search/suggestions?q={TEXT}")
    later(names)
    assert names.get_json() == {"suggestions": []}
    names = client.get(f"/search/suggestions.json?q={TEXT}")
    later(names)
    assert names.get_json(force=True) == [TEXT, [], [], []]
    data = client.get(f"/api/v1/search?q={TEXT}")
    later(data)
    assert data.mimetype == "application/problem+json"
    assert "搜索" in data.get_json(force=True)["title"]
    for path in ("/", *LISTS):
        assert client.get(path).status_code == 200


def later(response: TestResponse) -> None:
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "no-store" in response.headers["Cache-Control"]
    assert "ETag" not in response.headers
