"""Who held which post when: no two tenures of one post overlap, whatever the order they come in."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from domain import officials
from domain.db import Session
from domain.errors import Refused
from domain.officials import Official, Post, Tenure
from domain.units import Unit, UnitKind
from tests.domain.races import race
from tests.fixtures.county import TODAY, County

START = date(2024, 1, 1)
Days = tuple[int, int | None]


def a_post(session: Session) -> tuple[Post, Official]:
    unit = Unit(code="u", name="某局", short_name="某局", kind=UnitKind.ORGAN)
    post, official = Post(unit=unit, title="局长"), Official(code="o", name="某人")
    session.add_all([unit, post, official])
    session.flush()
    return post, official


def spans(session: Session) -> list[tuple[date, date | None]]:
    query = select(Tenure.started_on, Tenure.ended_on).order_by(Tenure.started_on)
    return [(row.started_on, row.ended_on) for row in session.execute(query)]


def day(number: int | None) -> date | None:
    return None if number is None else START + timedelta(days=number)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=st.lists(
        st.tuples(st.integers(0, 30), st.none() | st.integers(0, 30)), min_size=1, max_size=8
    )
)
def test_tenures_never_overlap(session: Session, wanted: list[Days]) -> None:
    with session.begin_nested() as undone:
        post, official = a_post(session)
        for start, end in wanted:
            first = START + timedelta(days=start)
            before = spans(session)
            try:
                officials.appoint(session, post, official, first, day(end))
            except Refused:
                assert not session.dirty
                assert spans(session) == before
            held = spans(session)
            assert all(e is None or s <= e for s, e in held)
            assert [e for _, e in held[:-1] if e is None] == []
            assert all(e < s for (_, e), (s, _) in itertools.pairwise(held) if e)
        undone.rollback()


@pytest.mark.parametrize(
    ("wanted", "spans_after"),
    [
        ([(0, None), (10, None)], [(0, 9), (10, None)]),
        ([(10, None), (0, 9)], [(0, 9), (10, None)]),
        ([(0, 5), (6, None)], [(0, 5), (6, None)]),
        ([(0, 0), (1, 1)], [(0, 0), (1, 1)]),
    ],
)
def test_tenures_that_follow_one_another(
    session: Session, wanted: list[Days], spans_after: list[Days]
) -> None:
    post, official = a_post(session)
    for start, end in wanted:
        officials.appoint(session, post, official, START + timedelta(days=start), day(end))
    assert spans(session) == [(day(start), day(end)) for start, end in spans_after]


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ((10, None), (5, None)),
        ((10, None), (10, None)),
        ((10, None), (5, 10)),
        ((0, None), (5, 6)),
        ((0, 10), (10, None)),
        ((5, 10), (0, None)),
        ((5, 10), (0, 20)),
    ],
)
def test_tenures_that_would_overlap(session: Session, held: Days, wanted: Days) -> None:
    post, official = a_post(session)
    officials.appoint(session, post, official, START + timedelta(days=held[0]), day(held[1]))
    with pytest.raises(Refused, match="“局长”在这段时间已有任职记录"):
        officials.appoint(
            session, post, official, START + timedelta(days=wanted[0]), day(wanted[1])
        )
    assert spans(session) == [(day(held[0]), day(held[1]))]


def test_an_end_before_the_start(session: Session) -> None:
    post, official = a_post(session)
    with pytest.raises(Refused, match="结束日期早于开始日期"):
        officials.appoint(session, post, official, START, START - timedelta(days=1))
    session.add(
        Tenure(
            post_id=post.id, official_id=official.id, started_on=START, ended_on=date(2023, 1, 1)
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_two_appointed_at_once(both: Engine) -> None:
    with Session(both) as session:
        a_post(session)
        session.commit()

    def appoint(session: Session, wait: object) -> None:
        post, official = session.get_one(Post, 1), session.get_one(Official, 1)
        assert callable(wait)
        wait()
        officials.appoint(session, post, official, START)

    outcomes = race(both, appoint, appoint)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Refused"]


def test_who_holds_a_post_today(session: Session, county: County) -> None:
    gone = county.officials["deputy"].tenures[0]
    gone.ended_on = TODAY - timedelta(days=1)
    session.flush()
    held = officials.current_tenures(session, TODAY)
    assert [t.official.name for t in held] == ["顾承远", "沈砚秋", "周明远", "何清源", "陆之遥"]
    gone.ended_on = TODAY
    session.flush()
    unit = county.units["jt"].id
    assert [t.official.name for t in officials.current_tenures(session, TODAY, unit_id=unit)] == [
        "周明远",
        "林知秋",
    ]


def test_posts_know_their_holders_and_their_full_titles(session: Session, county: County) -> None:
    posts = county.posts
    county.officials["deputy"].tenures[0].ended_on = TODAY - timedelta(days=1)
    session.flush()
    held = officials.holders(session, [posts["transport"].id, posts["deputy"].id], TODAY)
    assert held == {posts["transport"].id: county.officials["transport"]}
    assert posts["transport"].full_title == "交通运输局党组书记、局长"
    assert posts["party"].full_title == "县委书记"
    assert Post(title="东河镇党委书记", unit=county.units["dh"]).full_title == "东河镇党委书记"


def test_an_official_comes_with_posts_and_units(
    session: Session, engine: Engine, county: County
) -> None:
    wanted = [county.officials["transport"].id, county.officials["deputy"].id]
    session.expunge_all()
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    found = officials.with_posts(session, wanted)
    assert {(o.name, o.tenures[0].post.unit.short_name) for o in found} == {
        ("周明远", "交通运输局"),
        ("林知秋", "交通运输局"),
    }
    assert len(statements) == 2
    one = officials.with_tenures(session, wanted[0])
    assert one is not None
    assert one.tenures[0].post.title == "党组书记、局长"
    assert officials.with_tenures(session, 99_999) is None


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("周明", {"周明远"}),
        ("交通运输局", {"周明远", "林知秋"}),
        ("交通运输局 副局长", {"林知秋"}),
        ("%", set()),
        ("_", set()),
        ("查无此人", set()),
    ],
)
def test_officials_are_found_by_words(
    session: Session, county: County, words: str, names: set[str]
) -> None:
    query = select(Official.name).where(*officials.matching(words))
    assert set(session.scalars(query)) == names


def test_no_words_are_no_condition() -> None:
    assert officials.matching(" \n") == []
    assert len(officials.matching("一 二 三 四 五 六")) == 4


def test_the_database_allows_one_holder_at_a_time(session: Session) -> None:
    post, official = a_post(session)
    officials.appoint(session, post, official, START)
    session.add(Tenure(post_id=post.id, official_id=official.id, started_on=date(2025, 1, 1)))
    with pytest.raises(IntegrityError):
        session.flush()
