from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from domain import disclosures, powers
from domain.db import Session
from domain.officials import Tenure
from domain.units import Unit
from portal.app import create_app
from portal.settings import PortalSettings
from search import open_engine, open_reader
from search.engine import Document, Kind, SearchEngine
from tests.fixtures.county import County
from web.app import Site


def documents(session: Session) -> list[Document]:
    """Something of each kind that is public in a county, as an index would hold it."""
    found = [
        Document(
            f"unit:{unit.id}",
            f"units:{unit.id}",
            Kind.UNIT,
            unit.name,
            unit.duty,
            (unit.short_name,),
            unit=unit.code,
            unit_name=unit.short_name,
        )
        for unit in session.scalars(sa.select(Unit))
    ]
    for tenure in session.scalars(sa.select(Tenure)):
        who, unit = tenure.official, tenure.post.unit
        title = f"{who.name} {unit.short_name}{tenure.post.title}"
        found.append(
            Document(
                f"official:{who.id}",
                f"officials:{who.id}",
                Kind.OFFICIAL,
                title,
                names=(who.name,),
                unit=unit.code,
                unit_name=unit.short_name,
            )
        )
    for item in session.scalars(powers.listing()).unique():
        list_, unit = item.edition.power_list, item.edition.power_list.post.unit
        found.append(
            Document(
                f"power:{item.id}",
                f"powers:{list_.id}",
                Kind.POWER,
                item.name,
                f"{item.plain}\n{item.source}",
                unit=unit.code,
                unit_name=unit.short_name,
                power_kind=item.kind.value,
                year=2026,
            )
        )
    for edition in session.scalars(disclosures.listing()).unique():
        unit = edition.disclosure.unit
        found.append(
            Document(
                f"disclosure:{edition.id}",
                edition.subject,
                Kind.DISCLOSURE,
                edition.title,
                edition.body,
                unit=unit.code,
                unit_name=unit.short_name,
                year=edition.disclosure.year,
                date=edition.dated_on,
            )
        )
    return found


def fill(index: SearchEngine, *written: Document) -> None:
    """Put documents into an index as the next change of the log."""
    groups: dict[str, list[Document]] = {}
    for document in written:
        groups.setdefault(document.group, []).append(document)
    cursor = index.cursor()
    index.apply(groups.items(), cursor + 1, after=cursor)


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
    fill(index, *documents(session))
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
