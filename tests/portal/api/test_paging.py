"""Walking through a list gives each row once, whatever is published meanwhile."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings as bounded, strategies as st

from domain import publishing
from domain.db import Session
from domain.powers import PowerEdition
from portal.api.all import NOUNS
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public

ROOT = "/api/v1"
POSTS = ("transport", "deputy", "education", "town")


def walk(client: FlaskClient, address: str, between: Any = lambda: None) -> list[dict[str, Any]]:
    """All rows, page after page; something may happen between two pages."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        response = client.get(following)
        answer = response.get_json()
        found += answer["items"]
        following = answer["next"]
        link = response.headers.get("Link")
        assert link == (f'<{following}>; rel="next"' if following else None)
        between()
    return found


def test_pages_of_any_size_give_the_whole_list_in_its_order(
    client: FlaskClient, session: Session, county: County
) -> None:
    for post in POSTS[1:]:
        make_public(session, county, draft_powers(session, county, post))
    for number in range(5):
        make_public(session, county, draft_disclosure(session, county, f"公开{number}"))
    session.commit()
    for noun in NOUNS:
        whole = client.get(f"{ROOT}/{noun.name}?limit={noun.most}").get_json()
        assert whole["next"] is None
        for size in (1, 2, 3):
            assert walk(client, f"{ROOT}/{noun.name}?limit={size}") == whole["items"], noun.name


def test_the_next_part_has_the_same_filters(client: FlaskClient, county: County) -> None:
    found = walk(client, f"{ROOT}/powers?unit=jt&risk=high&limit=1")
    assert [power["name"] for power in found] == ["农村公路建设项目安排", "养护资金分配"]


@bounded(
    max_examples=15,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    acts=st.lists(st.sampled_from(["powers", "told", "again", "withdraw"]), max_size=6),
    size=st.integers(1, 3),
)
def test_a_walk_gives_each_row_once_while_others_publish(
    client: FlaskClient, session: Session, county: County, acts: list[str], size: int
) -> None:
    names = ("power-lists", "powers", "disclosures", "power-editions", "disclosure-editions")
    for name in names:
        before = {_key(name, row) for row in walk(client, f"{ROOT}/{name}")}
        left = list(acts)
        gone: set[Any] = set()

        def meanwhile(left: list[str] = left, gone: set[Any] = gone) -> None:
            if left:
                _act(session, county, left.pop(), gone)

        seen = [_key(name, row) for row in walk(client, f"{ROOT}/{name}?limit={size}", meanwhile)]
        assert len(seen) == len(set(seen)), name
        if not gone:
            assert before <= set(seen), name
        assert seen == sorted(seen), name


def _key(name: str, row: dict[str, Any]) -> tuple[int, ...]:
    if name == "powers":
        return (row["list_id"], row["number"])
    return (row["id"], row["edition"]) if name.endswith("editions") else (row["id"],)


def _act(session: Session, county: County, act: str, gone: set[Any]) -> None:
    if act == "powers":
        number = session.query(PowerEdition).count()
        make_public(session, county, draft_powers(session, county, POSTS[number % len(POSTS)]))
    elif act == "withdraw":
        edition = session.query(PowerEdition).filter_by(state=publishing.State.PUBLISHED).first()
        if edition is not None:
            publishing.withdraw(session, edition, "有误", county.staff["reviewer"], NOW)
            gone.add(edition.list_id)
    else:
        number = session.query(PowerEdition).count()
        title = f"公开{number}" if act == "told" else "农村公路养护资金使用结果"
        make_public(session, county, draft_disclosure(session, county, title))
    session.commit()
