"""Fixtures of the import's tests."""

import pytest

from domain.db import Session
from domain.staff import Staff
from tests.fixtures.county import County


@pytest.fixture
def commission(session: Session, county: County) -> Staff:
    """An editor of the commission's own: without a unit."""
    editor = county.staff["editor"]
    editor.unit_id = None
    session.commit()
    return editor
