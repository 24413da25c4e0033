"""Records and their schema say the same, on both databases, to everyone who may read."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from sqlalchemy import Engine

from domain import grants
from domain.db import Session
from domain.tables import metadata
from portal.api.all import NOUNS
from portal.bulk import Bulk, may_be_handed_out
from tests.fixtures import warnings
from tests.fixtures.county import (
    NOW,
    County,
    build_county,
    draft_disclosure,
    draft_powers,
    make_public,
)
from tests.fixtures.owing import owe

ROOT = "/api/v1"


def test_every_field_of_an_answer_is_in_the_schema_and_the_other_way_round(
    client: FlaskClient, session: Session, county: County
) -> None:
    warnings.publish(session, county)
    owe(session, county)
    session.commit()
    document = client.get(f"{ROOT}/openapi.json").get_json()
    for noun in NOUNS:
        response = document["paths"][f"{ROOT}/{noun.name}"]["get"]["responses"]["200"]
        schema = response["content"]["application/json"]["schema"] | {
            "components": document["components"]
        }
        answer = client.get(f"{ROOT}/{noun.name}").get_json()
        assert list(OAS31Validator(schema).iter_errors(answer)) == [], noun.name
        described = document["components"]["schemas"][noun.record.__name__]
        assert described["additionalProperties"] is False
        assert set(described["required"]) == set(described["properties"])
        for row in answer["items"]:
            assert list(row) == list(described["properties"]), noun.name


def test_every_field_has_a_name_for_people(client: FlaskClient) -> None:
    schemas: dict[str, Any] = client.get(f"{ROOT}/openapi.json").get_json()["components"]["schemas"]
    for name, schema in schemas.items():
        if name != "Problem":
            for field, one in schema.get("properties", {}).items():
                assert one["title"], (name, field)


def test_tables_have_a_heading_for_each_column(client: FlaskClient, county: County) -> None:
    for noun in NOUNS:
        headers = noun.record.headers()
        assert len(headers) == len(set(headers)) == len(noun.record.columns()), noun.name
        with Session(client.application.extensions["mingquan.engine"]) as session:
            for record in noun.every(session, noun.filters()):
                assert len(record.cells()) == len(headers)


@pytest.fixture
def filled(both: Engine) -> Engine:
    with Session(both, expire_on_commit=False) as session:
        county = build_county(session)
        for post in ("transport", "deputy"):
            make_public(session, county, draft_powers(session, county, post))
        make_public(session, county, draft_disclosure(session, county))
        warnings.publish(session, county)
        owe(session, county)
        session.commit()
    return both


def test_both_databases_give_the_same_pages(filled: Engine) -> None:
    with Session(filled) as session:
        for noun in NOUNS:
            whole = [record.model_dump() for record in noun.every(session, noun.filters())]
            walked, cursor = [], None
            while True:
                page = noun.rows(session, noun.filters(), 1, cursor)
                walked += [record.model_dump() for record in page.records]
                if (cursor := page.cursor) is None:
                    break
            assert walked == whole, noun.name
            assert whole or noun.name == "feedback"
            # The largest cursor there can be is behind everything.
            last = "f" * 8 * len(noun.key)
            assert noun.rows(session, noun.filters(), 1, last).records == [], noun.name
        assert not may_be_handed_out(session, Bulk(0, NOW, 0))
        assert may_be_handed_out(session, Bulk(10**6, NOW, 0))


def test_the_portals_role_may_read_all_of_it(postgres: Engine) -> None:
    role = f"reader_{postgres.url.database}"
    with postgres.begin() as connection:
        connection.execute(sa.text(f'CREATE ROLE "{role}"'))
        for statement in grants.statements(metadata, role):
            connection.execute(sa.text(statement))
    try:
        with Session(postgres) as session:
            session.execute(sa.text(f'SET ROLE "{role}"'))
            for noun in NOUNS:
                assert noun.rows(session, noun.filters(), 10, None).records == []
            assert may_be_handed_out(session, Bulk(0, NOW, 0))
    finally:
        with postgres.begin() as connection:
            connection.execute(sa.text(f'DROP OWNED BY "{role}"'))
            connection.execute(sa.text(f'DROP ROLE "{role}"'))
