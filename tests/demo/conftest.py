"""A small county, loaded once for all tests that only look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from demo import county
from demo.accounts import Accounts
from domain.db import Session, make_engine

SCALE = 0.12


@pytest.fixture(scope="session")
def loaded(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[sa.Engine, Accounts]]:
    """A small county, loaded once; nobody may change it."""
    path = tmp_path_factory.mktemp("demo") / "county.db"
    path.write_bytes(empty_database.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        made = county.load(session, scale=SCALE)
        session.commit()
    yield engine, made
    engine.dispose()


@pytest.fixture
def small(loaded: tuple[sa.Engine, Accounts]) -> Iterator[Session]:
    """A session on the small county."""
    with Session(loaded[0]) as session:
        yield session
