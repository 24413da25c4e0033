"""How units deal with questions, on the completeness board and on a unit's page: as /feedback says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from domain.db import Session
from domain.feedback import answering
from tests.fixtures import questions
from tests.fixtures.county import NOW, County
from tests.fixtures.owing import owe

ROW = re.compile(r'<th scope="row"><a href="/units/(\w+)">.*?</tr>', re.DOTALL)
CELL = re.compile(r'<td class="num" data-label="([^"]+)">(?:<a [^>]*>)?([^<]*)')
TALLY = re.compile(r'<dt>([^<]+)</dt><dd><b class="(?:tally|num)">(?:<a [^>]*>)?([^<]*)')
NAMES = ("收到", "已答复", "答复用时", "按时率")


@pytest.fixture
def asked(session: Session, county: County) -> None:
    """One answered late, one at once, one overdue, one declined."""
    slow = questions.answer(session, county, now=NOW - timedelta(days=24))
    answering.approve(session, slow, slow.revision, county.staff["reviewer"], NOW)
    questions.publish(session, county, "disclosures", "公示在哪里贴？", "在村公开栏。")
    questions.ask(session, now=NOW - timedelta(days=30))
    questions.decline(session, county, questions.ask(session))
    session.commit()


def part(client: FlaskClient, path: str, name: str) -> str:
    """What stands below a heading."""
    return client.get(path).text.partition(f'id="{name}"')[2].partition("</section>")[0]


def rows(text: str) -> dict[str, dict[str, str]]:
    """The cells of a table by unit, by what they are called."""
    return {found[1]: dict(CELL.findall(found[0])) for found in ROW.finditer(text)}


def tallies(text: str) -> dict[str, str]:
    return dict(TALLY.findall(text))


@pytest.mark.usefixtures("asked")
def test_the_board_says_what_the_feedback_page_says(client: FlaskClient) -> None:
    theirs = part(client, "/feedback", "figures")
    ours = part(client, "/completeness", "answering")
    assert set(rows(ours)) == set(rows(theirs)) == {"jt"}
    figures = rows(ours)["jt"]
    assert figures["已答复"] == "2"
    assert figures["按时率"] == "33%"
    assert len(figures) == 8
    assert rows(ours) == rows(theirs)
    assert {name: tallies(ours)[name] for name in NAMES} == {
        name: tallies(theirs)[name] for name in NAMES
    }
    # A figure leads to the answers, and its meaning stands beside it.
    assert 'href="/feedback?unit=jt">2</a>' in ours
    assert "取中位数：一半比它快，一半比它慢" in ours


@pytest.mark.usefixtures("asked")
def test_a_units_page_says_the_same(client: FlaskClient) -> None:
    cells = rows(part(client, "/feedback", "figures"))["jt"]
    found = tallies(part(client, "/units/jt", "completeness"))
    assert [found[name] for name in NAMES] == [
        cells[name] for name in ("收到", "已答复", "用时（工作日，中位数）", "按时率")
    ]
    assert "答复提问" not in part(client, "/units/jy", "completeness")


@pytest.mark.usefixtures("asked")
def test_the_board_is_narrowed_by_unit(client: FlaskClient) -> None:
    one = part(client, "/completeness?unit=jt", "answering")
    assert tallies(one)["收到"] == rows(one)["jt"]["收到"] == "4"
    assert part(client, "/completeness?unit=jy", "answering") == ""
    # The median of several units is nobody's.
    assert tallies(part(client, "/completeness?kind=organ", "answering")) == {}
    assert set(rows(part(client, "/completeness?kind=organ", "answering"))) == {"jt"}


def test_more_units_and_questions_cost_no_more_statements(
    client: FlaskClient, session: Session, county: County, statements: list[str]
) -> None:
    owe(session, county)
    questions.ask(session, now=NOW - timedelta(days=30))
    session.commit()
    counted = []
    for number in range(2):
        statements.clear()
        assert client.get(f"/completeness?by=unit&year={2026 - number}").status_code == 200
        counted.append(len(statements))
        questions.publish(session, county, "disclosures", now=NOW - timedelta(days=2))
        questions.publish(session, county, "powers", now=NOW - timedelta(days=3))
        session.commit()
    assert counted[1] <= counted[0] <= 12
