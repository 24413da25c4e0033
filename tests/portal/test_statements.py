"""Each page asks the database a fixed number of questions, however many rows there are."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from domain import disclosures, obligations, officials, powers
from domain.db import Session
from domain.disclosures import Leaf
from domain.officials import Official, Post
from domain.powers import PowerEdition
from domain.units import Unit, UnitKind
from search import sync
from search.engine import SearchEngine
from tests.fixtures import questions, warnings
from tests.fixtures.county import TODAY, County, draft_disclosure, draft_powers, make_public
from tests.fixtures.owing import at, owe
from tests.portal.addresses import ALWAYS

MOST = 14
ROWS = 25


def pages(county: County) -> list[str]:
    official = county.officials["transport"].id
    return [
        *ALWAYS,
        "/units/jt",
        f"/officials/{official}",
        "/powers/1/1",
        "/powers/1/2",
        "/powers/items/1",
        "/disclosures/1",
        "/disclosures/1/1",
        "/disclosures/2",
        "/search/suggestions?q=交通",
        "/notices/1",
        "/feedback/ask/item/1",
        "/feedback/track",
        "/nowhere",
    ]


def grow(session: Session, county: County) -> None:
    """Many of everything that a page could ask about one by one."""
    for number in range(ROWS):
        unit = Unit(
            code=f"n{number}",
            name=f"云岭县新交通单位{number}",
            short_name=f"新交通单位{number}",
            kind=list(UnitKind)[number % len(UnitKind)],
        )
        session.add(unit)
        for where, holder in ((unit, None), (county.units["jt"], county.officials["transport"])):
            post = Post(unit=where, title=f"局长{number}", is_head=True)
            who = holder or Official(code=f"N{number}", name=f"新人{number}")
            session.add_all([post, who])
            session.flush()
            officials.appoint(session, post, who, date(2025, 1, 1))
            county.posts[f"{where.code}{number}"] = post
            edition = draft_powers(
                session, county, f"{where.code}{number}", tuple(f"公路{n}" for n in range(5))
            )
            make_public(session, county, edition)
        told = draft_disclosure(session, county, title=f"公路的答复{number}")
        told.disclosure.answers_id = 1
        told.disclosure.leaf = list(Leaf)[number % len(Leaf)]
        make_public(session, county, told)
    names = tuple(f"公路事项{n}" for n in range(ROWS))
    for _ in range(5):
        make_public(session, county, draft_powers(session, county, names=names))
    make_public(session, county, draft_disclosure(session, county))
    for number in range(ROWS):
        warnings.publish(session, county, f"第{number}件")
    for what in ("item", "powers", "disclosures", "notices") * ROWS:
        questions.publish(session, county, what)
        questions.ask(session, what)
    obligations.arise(session, at(date(2027, 1, 1)))
    session.commit()


@pytest.fixture
def some(session: Session, county: County) -> None:
    """One more of each, so that every question is asked at least once."""
    make_public(session, county, draft_powers(session, county, names=("公路养护", "新的事项")))
    document = disclosures.document(
        session, county.units["jt"], Leaf.RESULT, "2026年第三季度", 2026, "答复"
    )
    document.answers_id = 1
    answer = disclosures.new_edition(session, document, "公路的答复", "已经办结。", None, TODAY)
    make_public(session, county, answer)
    warnings.publish(session, county)
    for what in ("item", "powers", "disclosures", "notices"):
        questions.publish(session, county, what)
    owe(session, county)
    session.commit()


def test_the_number_of_statements_does_not_grow(
    client: FlaskClient,
    session: Session,
    county: County,
    some: None,
    index: SearchEngine,
    statements: list[str],
) -> None:
    def counted() -> dict[str, int]:
        sync.rebuild(session, index)
        numbers = {}
        for address in pages(county):
            statements.clear()
            assert client.get(address).status_code < 500
            numbers[address] = len(statements)
        return numbers

    few = counted()
    assert session.query(PowerEdition).count() == 2
    grow(session, county)
    many = counted()
    assert {address: n for address, n in many.items() if n > few[address]} == {}
    assert max(few.values()) <= MOST, few


def test_what_the_pages_take_that_are_asked_for_most(
    client: FlaskClient,
    session: Session,
    county: County,
    some: None,
    index: SearchEngine,
    statements: list[str],
) -> None:
    sync.rebuild(session, index)
    in_force = session.scalars(powers.listing().limit(1)).one()
    # These numbers only go down.
    most = {
        "/": 7,
        "/units/jt": 7,
        f"/officials/{county.officials['transport'].id}": 8,
        f"/powers/items/{in_force.id}": 3,
        "/disclosures": 6,
        "/disclosures/1": 5,
        "/notices/1": 4,
        # The first search after a publication reads the county's words again.
        "/search?q=公路": 8,
        "/search?q=资金": 5,
        "/feed.atom": 6,
    }
    found = {}
    for address in most:
        statements.clear()
        assert client.get(address).status_code == 200
        found[address] = len(statements)
    assert {address: n for address, n in found.items() if n > most[address]} == {}
