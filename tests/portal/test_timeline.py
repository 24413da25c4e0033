"""The timeline on the page of an official and of an edition: who, when, and which list applied."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from domain import officials, publishing
from domain.db import Session
from domain.officials import Official
from domain.powers import PowerEdition
from tests.fixtures.county import NOW, County, draft_powers, make_public

# In the past, whatever day it is: what has not begun is not told.
FIRST, SECOND = datetime(2025, 3, 1, 4, tzinfo=UTC), datetime(2025, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def successor(session: Session, county: County) -> Official:
    """Who follows on the transport bureau's post while its second edition applies."""
    first, second = session.get_one(PowerEdition, 1), draft_powers(session, county)
    make_public(session, county, second)
    first.published_at, first.ended_at, second.published_at = FIRST, SECOND, SECOND
    official = Official(code="P900", name="程以宁")
    session.add(official)
    session.flush()
    officials.appoint(session, county.posts["transport"], official, date(2025, 9, 1))
    session.commit()
    return official


def rows(client: FlaskClient, address: str, section: str) -> list[str]:
    text = client.get(address).get_data(as_text=True)
    table = text[text.index(f'id="{section}"') :]
    table = table[table.index("<tbody>") : table.index("</tbody>")]
    return [" ".join(part.split()) for part in table.split("<tr>")[1:]]


def test_an_official_of_before_has_a_timeline(
    client: FlaskClient, county: County, successor: Official
) -> None:
    former = rows(client, f"/officials/{county.officials['transport'].id}", "timeline")
    assert len(former) == 3
    newest, middle, oldest = former
    assert "2025年6月1日至2025年8月31日" in newest
    assert 'href="/powers/1/2">第 2 版</a>' in newest
    assert "现行有效" in newest
    assert "2025年3月1日至2025年5月31日" in middle
    assert 'href="/powers/1/1">第 1 版</a>' in middle
    assert "2024年3月1日至2025年2月28日" in oldest
    assert "还没有公开权力清单" in oldest
    (now,) = rows(client, f"/officials/{successor.id}", "timeline")
    assert "2025年9月1日至今" in now


def test_an_edition_lists_the_holders(
    client: FlaskClient, county: County, successor: Official
) -> None:
    found = rows(client, "/powers/1/2", "timeline")
    assert [name in row for row, name in zip(found, ["程以宁", "周明远"], strict=False)] == [
        True
    ] * 2
    assert len(found) == 4
    text = client.get("/powers/1/2").get_data(as_text=True)
    assert 'class="timeline no-print"' in text
    assert "style=" not in text


def test_a_withdrawn_edition_is_named_and_shows_nothing(
    client: FlaskClient, session: Session, county: County, successor: Official
) -> None:
    first = session.get_one(PowerEdition, 1)
    publishing.withdraw(session, first, "写错了", county.staff["reviewer"], NOW + timedelta(days=9))
    session.commit()
    page = rows(client, f"/officials/{county.officials['transport'].id}", "timeline")
    assert "已撤回" in page[1]
    assert client.get("/powers/1/1").status_code == 410


def test_a_clash_stands_beside_its_line_until_it_is_explained(
    client: FlaskClient, session: Session, county: County
) -> None:
    county.posts["transport"].portfolio = "主持全面工作；分管工程招标。"
    session.commit()
    for address in ("/powers/1/1", f"/officials/{county.officials['transport'].id}"):
        text = client.get(address).get_data(as_text=True)
        assert "主持全面工作；<mark>分管工程招标</mark>。" in text
        assert "尚未说明" in text
