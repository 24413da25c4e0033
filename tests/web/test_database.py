from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.web.sample import things
from web.app import Site
from web.database import current_session, engine_of

TokenOf = Callable[[FlaskClient], str]


def test_what_is_not_committed_is_rolled_back(
    client: FlaskClient, token: TokenOf, rows: Callable[[], list[str]]
) -> None:
    assert client.post("/write-and-forget", data={"csrf_token": token(client)}).status_code == 200
    assert rows() == []


def test_one_session_for_a_request_and_none_unless_asked(site: Site) -> None:
    with site.test_request_context("/"):
        assert current_session() is current_session()
        first = current_session()
    with site.test_request_context("/"):
        assert current_session() is not first


def test_a_page_that_asks_for_no_data_opens_no_connection(site: Site, client: FlaskClient) -> None:
    opened: list[object] = []
    sa.event.listen(engine_of(site), "checkout", lambda *_: opened.append(1))
    client.get("/")
    assert opened == []
    client.get("/list")
    assert opened == [1]


@pytest.mark.parametrize(("method", "begin"), [("GET", "BEGIN"), ("POST", "BEGIN IMMEDIATE")])
def test_who_may_write_starts_as_a_writer(site: Site, method: str, begin: str) -> None:
    statements: list[str] = []

    @sa.event.listens_for(engine_of(site), "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    with site.test_request_context("/", method=method):
        current_session().scalars(sa.select(things.c.id)).all()
    assert statements[0] == begin


def test_errors_of_the_database_do_not_quote_values(site: Site) -> None:
    with site.test_request_context("/"), pytest.raises(sa.exc.StatementError) as caught:
        current_session().execute(sa.text("select no_such_column where :x = 1"), {"x": "canary"})
    assert "canary" not in str(caught.value)
