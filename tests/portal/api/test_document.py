"""The OpenAPI document: valid, complete, and kept by what the API answers."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings as bounded
from hypothesis.strategies import SearchStrategy
from openapi_spec_validator import validate
from schemathesis.generation import GenerationMode
from sqlalchemy import Engine

from portal.api import OPERATIONS
from portal.app import create_app
from portal.settings import PortalSettings
from search import open_reader
from search.engine import SearchEngine
from tests.fixtures.county import County

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found = client.get(DOCUMENT)
    assert found.content_type == "application/json"
    document: dict[str, Any] = found.get_json()
    return document


@pytest.fixture
def schema(
    tmp_path: Any, sqlite_url: str, engine: Engine, county: County, indexed: SearchEngine
) -> Any:
    """The API of the fixture county, without rate limits, called in this process."""
    settings = PortalSettings.from_environment(
        "portal", {}, var=tmp_path / "var", database_url=sqlite_url, ratelimit_enabled=False
    )
    site = create_app(settings, open_reader(settings.index_address), engine=engine)
    return schemathesis.openapi.from_wsgi(DOCUMENT, site)


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_finds_a_violation(schema: Any, mode: GenerationMode) -> None:
    """All of schemathesis's checks: statuses, types, headers, bodies, what is taken and refused."""
    operations = [result.ok() for result in schema.get_all_operations()]
    assert [operation.path for operation in operations] == [one.path for one in OPERATIONS]
    for operation in operations:
        _try(operation.as_strategy(mode))


def _try(cases: SearchStrategy[Any]) -> None:
    @bounded(
        max_examples=15,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def hold(case: Any) -> None:
        case.call_and_validate()

    hold()
