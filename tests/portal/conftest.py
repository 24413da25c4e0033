from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from domain.db import Session
from portal.app import create_app
from portal.settings import PortalSettings
from search import open_engine, open_reader, sync
from search.engine import SearchEngine
from tests.fixtures.county import County
from web.app import Site


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> PortalSettings:
    return PortalSettings.from_environment(
        "portal", {}, var=tmp_path / "var", database_url=sqlite_url, demonstration=True
    )


@pytest.fixture
def site(settings: PortalSettings, engine: Engine) -> Site:
    """The public site on the test's database, empty unless `county` is asked for."""
    return create_app(settings, open_reader(settings.index_address), engine=engine)


@pytest.fixture
def index(settings: PortalSettings) -> SearchEngine:
    """The index the site reads: not there until a test writes to it."""
    return open_engine(settings.index_address)


@pytest.fixture
def indexed(index: SearchEngine, county: County, session: Session) -> SearchEngine:
    """The index with what the fixture county has published."""
    sync.follow(session, index)
    return index


@pytest.fixture
def client(site: Site, county: County) -> FlaskClient:
    """A visitor of the fixture county's site."""
    return site.test_client()


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every SQL statement since the fixture was made; clear() it before what is to be counted."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement != "BEGIN":
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


LoggedLines = Callable[[], list[str]]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> LoggedLines:
    """What the site has logged, line by line; each once."""
    return lambda: list(dict.fromkeys(record.getMessage() for record in caplog.records))
