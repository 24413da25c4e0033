"""Every test of an index runs against every engine."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from search import open_engine
from search.engine import Document, Kind, SearchEngine
from tests.fixtures.services import new_postgres

ENGINES = ("whoosh", "tantivy", "postgres")


@pytest.fixture(scope="session")
def indexes() -> Iterator[str]:
    """The address of a PostgreSQL database for indexes."""
    with new_postgres() as url:
        yield url


def new_address(request: pytest.FixtureRequest, folder: Path) -> str:
    """Where the engine that a fixture asks for may keep an index that does not exist yet."""
    if request.param == "postgres":
        return f"{request.getfixturevalue('indexes')}?schema={uuid.uuid4().hex}"
    return f"{request.param}:{folder}"


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an index that does not exist yet."""
    return new_address(request, tmp_path / "index")


@pytest.fixture
def index(address: str) -> SearchEngine:
    """An index that does not exist yet."""
    return open_engine(address)


@pytest.fixture(params=ENGINES, scope="session")
def fresh(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], SearchEngine]:
    """As many indexes that do not exist yet as a property asks for."""
    return lambda: open_engine(new_address(request, tmp_path_factory.mktemp("index")))


def kept_at(address: str) -> int:
    """How many indexes lie at an address, in use or not."""
    if address.startswith("postgresql"):
        dsn, _, schema = address.replace("+psycopg", "").partition("?schema=")
        with psycopg.connect(dsn) as connection:
            found = connection.execute(
                "SELECT FROM pg_tables WHERE schemaname = %s AND tablename LIKE 'documents%%'",
                [schema],
            )
            return found.rowcount
    folder = Path(address.partition(":")[2])
    return len([path for path in folder.iterdir() if path.is_dir()])


def power(number: int, title: str, body: str = "", **fields: Any) -> Document:
    """A power, the only one of its list unless told otherwise."""
    return Document(
        **{
            "id": f"power:{number}",
            "group": f"powers:{number}",
            "kind": Kind.POWER,
            "title": title,
            "body": body,
            "unit": "U001",
            "unit_name": "云岭县教育局",
            "power_kind": "finance",
            "year": 2026,
            "date": date(2026, 3, 1),
            **fields,
        }
    )


def unit(number: int, title: str, *names: str, **fields: Any) -> Document:
    """A unit."""
    return Document(
        **{
            "id": f"unit:{number}",
            "group": f"units:{number}",
            "kind": Kind.UNIT,
            "title": title,
            "names": names,
            "unit": f"U{number:03}",
            "unit_name": title,
            **fields,
        }
    )


def official(number: int, title: str, body: str = "", **fields: Any) -> Document:
    """An official."""
    return Document(
        **{
            "id": f"official:{number}",
            "group": f"officials:{number}",
            "kind": Kind.OFFICIAL,
            "title": title,
            "body": body,
            "unit": "U001",
            "unit_name": "云岭县教育局",
            **fields,
        }
    )


def fill(index: SearchEngine, *documents: Document) -> None:
    """Put documents into an index as the next change of the log."""
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(document.group, []).append(document)
    cursor = index.cursor()
    index.apply(groups.items(), cursor + 1, after=cursor)
