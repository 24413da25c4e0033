"""The internal site on a small county, and a browser for each of its people."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin.app import create_app
from admin.imports import work
from admin.settings import AdminSettings
from tests.fixtures.county import County, password_of
from web.app import Site
from web.database import engine_of

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Desk:
    """Somebody's browser at the internal site."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, **options)

    def text(self, path: str) -> str:
        """The text of a page that must be there."""
        response = self.get(path)
        assert response.status_code == 200, (path, response.status_code)
        return response.get_data(as_text=True)

    def token(self) -> str:
        """The token that this browser's forms carry."""
        page = self.client.get("/", follow_redirects=True).get_data(as_text=True)
        found = TOKEN.search(page)
        assert found
        return found[1]

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form as the browser would, with its token; what it set going beside is done."""
        response = self.send(path, **fields)
        self.client.application.extensions[work.EXTENSION].finish()
        return response

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Send a form, and do not wait for what goes on beside."""
        response = self.client.post(path, data={"csrf_token": self.token(), **fields})
        # A large upload is a file, which the client leaves open.
        response.request.environ["wsgi.input"].close()
        return response

    def sign_in(
        self, username: str, password: str | None = None, path: str = "/signin"
    ) -> TestResponse:
        """Send the sign-in form."""
        return self.post(path, username=username, password=password or password_of(username))


SignIn = Callable[[str], Desk]


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> AdminSettings:
    return AdminSettings.from_environment(
        "admin", {}, var=tmp_path / "var", database_url=sqlite_url, demonstration=True
    )


@pytest.fixture
def site(settings: AdminSettings, county: County) -> Iterator[Site]:
    app = create_app(settings)
    yield app
    engine_of(app).dispose()


@pytest.fixture
def visitor(site: Site) -> Desk:
    """Nobody in particular."""
    return Desk(site.test_client())


@pytest.fixture
def as_(site: Site) -> SignIn:
    """Sign in as somebody of the test county: ``as_("intake")``."""

    def sign_in(username: str) -> Desk:
        desk = Desk(site.test_client())
        assert desk.sign_in(username).status_code == 303
        return desk

    return sign_in


@pytest.fixture(autouse=True)
def loud_log() -> Iterator[None]:
    before = logging.getLogger().level
    yield
    logging.getLogger().setLevel(before)
