"""The two filled counties, made once for all who look at them; nobody changes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inert.doing import fill
from tests.inert.filling import Filled
from tests.inert.worlds import harmless, make


@pytest.fixture(scope="session")
def filled(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The county of the vectors."""
    with make(empty_database, tmp_path_factory.mktemp("vectors") / "a", str) as world:
        yield fill(world)


@pytest.fixture(scope="session")
def pair(
    filled: Filled, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Filled, Filled]]:
    """The county of the vectors, and its twin."""
    with make(empty_database, tmp_path_factory.mktemp("twin") / "b", harmless) as world:
        yield filled, fill(world)
