from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from domain.settings import County
from tests.web import sample
from web.app import Site, create_app
from web.database import engine_of
from web.settings import Settings

COUNTY = County(
    site_name="云岭县权力公开",
    host="云岭县纪委监委",
    contact="0000-0000000",
    site_code="0000000000",
)
MakeSite = Callable[..., Site]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment("portal", {}, var=tmp_path / "var", demonstration=True)


@pytest.fixture
def make_site(settings: Settings) -> Iterator[MakeSite]:
    made: list[Site] = []

    def make(*, store: bool = True, **changes: Any) -> Site:
        app = create_app(
            "tests.web",
            replace(settings, **changes),
            blueprints=sample.BLUEPRINTS,
            navigation=sample.navigation,
            footer=sample.navigation,
            store=store,
        )
        sample.dress(app, COUNTY)
        engine = engine_of(app)
        sample.metadata.create_all(engine)
        made.append(app)
        return app

    yield make
    for app in made:
        engine_of(app).dispose()


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site()


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def rows(site: Site) -> Callable[[], list[str]]:
    def read() -> list[str]:
        with engine_of(site).connect() as connection:
            return list(connection.scalars(sa.select(sample.things.c.name)))

    return read


@pytest.fixture
def token(site: Site) -> Callable[[FlaskClient], str]:
    """The CSRF token of a client's session."""

    def read(client: FlaskClient) -> str:
        html = client.get("/form").get_data(as_text=True)
        return html.split('name="csrf_token" value="')[1].split('"')[0]

    return read


@pytest.fixture(autouse=True)
def loud_log() -> Iterator[None]:
    before = logging.getLogger().level
    yield
    logging.getLogger().setLevel(before)
