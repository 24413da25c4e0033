"""The index and the change log: what is published is found, what is withdrawn is gone, always.

Promise 14, and promise 9 as far as searching goes, with the domain's own publications.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy.engine import Engine

import migrations
from domain import disclosures, indexing, powers, publishing
from domain.db import Session, make_engine
from domain.officials import Official
from domain.units import Unit
from search import documents, sync
from search.engine import (
    PAGE_SIZE_MAX,
    Change,
    Kind,
    Query,
    Results,
    SearchEngine,
    SearchReader,
    SearchUnavailable,
)
from tests.fixtures.county import (
    NOW,
    County,
    build_county,
    draft_disclosure,
    draft_powers,
    make_public,
)

on_both_databases = pytest.mark.parametrize(
    "engine", ["sqlite_url", "migrated_postgres_url"], indirect=True
)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """SQLite, unless a test asks for both databases."""
    name = getattr(request, "param", "sqlite_url")
    made = make_engine(request.getfixturevalue(name))
    yield made
    made.dispose()


def ids(reader: SearchReader, text: str = "") -> set[str]:
    return {hit.id for hit in reader.search(Query(text, page_size=PAGE_SIZE_MAX)).hits}


def shown(session: Session, reader: SearchReader, text: str = "") -> set[str]:
    """What the portal shows: what the index proposes and the database confirms."""
    return indexing.published(session, ids(reader, text))


@on_both_databases
def test_following_from_nothing_finds_everything(
    session: Session, county: County, index: SearchEngine
) -> None:
    outcome = sync.follow(session, index)
    assert outcome.cursor == index.cursor() == indexing.last_change(session)
    assert outcome.documents == index.stats().documents
    assert len(ids(index, "养护资金")) == 2
    assert {hit.kind for hit in index.search(Query("周明远")).hits} == {Kind.OFFICIAL}
    assert index.search(Query("交通运输局")).hits[0].kind is Kind.UNIT


def test_where_nothing_is_published_nothing_is_found(session: Session, index: SearchEngine) -> None:
    for _ in range(2):
        assert sync.follow(session, index) == sync.Outcome(0, 0, 0)
        assert ids(index) == set()


def test_published_is_found(session: Session, county: County, index: SearchEngine) -> None:
    sync.follow(session, index)
    edition = draft_disclosure(session, county, "东河镇危桥改造招标结果")
    session.commit()
    assert sync.follow(session, index).changes == 0
    assert ids(index, "危桥") == set()
    make_public(session, county, edition)
    session.commit()
    assert sync.follow(session, index) == sync.Outcome(1, 1, indexing.last_change(session))
    assert ids(index, "危桥") == {f"disclosure:{edition.id}"}


@on_both_databases
def test_withdrawn_is_never_shown_and_soon_gone(
    session: Session, county: County, index: SearchEngine
) -> None:
    edition = draft_disclosure(session, county, "东河镇危桥改造招标结果")
    make_public(session, county, edition)
    session.commit()
    sync.follow(session, index)
    assert shown(session, index, "危桥") == {f"disclosure:{edition.id}"}
    publishing.withdraw(session, edition, "数字有误", county.staff["reviewer"], NOW)
    session.commit()
    assert ids(index, "危桥") == {f"disclosure:{edition.id}"}
    assert shown(session, index, "危桥") == set()
    sync.follow(session, index)
    assert ids(index, "危桥") == set()
    assert index.suggest("危桥") == ()


@on_both_databases
def test_only_the_new_edition_is_found(
    session: Session, county: County, index: SearchEngine
) -> None:
    sync.follow(session, index)
    old = ids(index, "养护资金分配")
    edition = draft_powers(session, county, names=("养护资金分配", "路政执法"))
    make_public(session, county, edition, NOW + timedelta(days=1))
    session.commit()
    assert shown(session, index, "养护资金分配").isdisjoint(old)
    sync.follow(session, index)
    assert ids(index, "农村公路建设项目安排").isdisjoint(old)
    found = {hit.id for hit in index.search(Query("养护资金分配")).hits if hit.kind is Kind.POWER}
    assert found == {f"power:{edition.items[0].id}"}


@on_both_databases
def test_what_is_not_committed_is_not_found(
    session: Session, county: County, index: SearchEngine
) -> None:
    before = sync.follow(session, index).cursor
    make_public(session, county, draft_powers(session, county, names=("未提交的事项",)))
    assert indexing.last_change(session) > before
    assert sync.follow(session, index).cursor == before
    assert ids(index, "未提交") == set()
    session.rollback()
    assert sync.follow(session, index).cursor == before


def test_a_subject_changed_often_is_read_once(
    session: Session, county: County, index: SearchEngine
) -> None:
    subject = f"units:{county.units['jt'].id}"
    sync.follow(session, index)
    indexing.announce(session, [subject] * 7, NOW)
    session.commit()
    assert sync.follow(session, index) == sync.Outcome(7, 1, indexing.last_change(session))
    assert sync.follow(session, index) == sync.Outcome(0, 0, indexing.last_change(session))


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_the_size_of_a_batch_changes_nothing(
    session: Session, county: County, index: SearchEngine, limit: int
) -> None:
    outcome = sync.follow(session, index, limit=limit)
    assert outcome.changes == outcome.cursor == indexing.last_change(session)
    assert ids(index) == shown(session, index)
    assert index.stats().documents == len(county.units) + len(county.officials) + 3


def test_a_faster_follower_is_no_error(
    session: Session, county: County, index: SearchEngine
) -> None:
    class Slow:
        """Another process follows while this one is still reading."""

        overtaken = 0

        def cursor(self) -> int:
            return index.cursor()

        def apply(self, changes: Iterator[Change], cursor: int, *, after: int) -> int:
            if not self.overtaken:
                self.overtaken = sync.follow(session, index, limit=3).changes
            return index.apply(changes, cursor, after=after)

    slow = Slow()
    outcome = sync.follow(session, slow)  # type: ignore[arg-type]  # only what follow needs
    assert slow.overtaken == outcome.cursor == indexing.last_change(session)
    assert outcome.changes == 0


def test_an_interrupted_follower_goes_on_where_it_was(
    session: Session, county: County, index: SearchEngine
) -> None:
    class Interrupted:
        """Dies after its second commit."""

        commits = 0

        def cursor(self) -> int:
            return index.cursor()

        def apply(self, changes: Iterator[Change], cursor: int, *, after: int) -> int:
            self.commits += 1
            if self.commits > 2:
                raise InterruptedError
            return index.apply(changes, cursor, after=after)

    with pytest.raises(InterruptedError):
        sync.follow(session, Interrupted(), limit=4)  # type: ignore[arg-type]
    assert index.cursor() == 8
    last = indexing.last_change(session)
    assert sync.follow(session, index).changes == last - 8
    assert ids(index) == shown(session, index)


def test_a_rebuild_catches_what_changed_meanwhile(
    session: Session, county: County, index: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_meanwhile: list[publishing.Edition] = []
    read_everything = documents.everything

    def everything(reading: Session) -> Iterator[Change]:
        yield from read_everything(reading)
        reading.rollback()
        edition = draft_disclosure(session, county, "重建时公开的事项")
        make_public(session, county, edition)
        session.commit()
        published_meanwhile.append(edition)

    monkeypatch.setattr(documents, "everything", everything)
    outcome = sync.rebuild(session, index)
    assert ids(index, "重建时") == {f"disclosure:{published_meanwhile[0].id}"}
    assert outcome.cursor == index.cursor() == indexing.last_change(session)


def test_an_index_that_is_not_there_is_built_in_one_go(
    session: Session, county: County, index: SearchEngine
) -> None:
    assert sync.catch_up(session, index) == sync.Outcome(
        0, index.stats().documents, indexing.last_change(session)
    )
    assert ids(index) == shown(session, index)
    assert sync.catch_up(session, index).documents == 0


def test_an_index_ahead_of_the_log_is_built_anew(
    session: Session, county: County, index: SearchEngine
) -> None:
    index.apply([], 1000, after=0)
    with pytest.raises(SearchUnavailable, match="the log ends at"):
        sync.follow(session, index)
    outcome = sync.catch_up(session, index)
    assert outcome.cursor == indexing.last_change(session)
    assert ids(index) == shown(session, index)
    assert sync.catch_up(session, index).documents == 0


# A walk through the lives of a few power lists and disclosures.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish power", "publish disclosure", "withdraw", "follow", "rename"]),
        st.integers(0, 3),
    ),
    max_size=10,
)
POSTS = ("transport", "education", "town", "deputy")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Engine]:
    """As many databases with the test county as a property asks for."""

    def build() -> Engine:
        engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('county') / 'county.db'}")
        migrations.upgrade(engine)
        return engine

    return build


def take(session: Session, county: County, step: str, which: int, clock: int) -> None:
    """Take one step as the domain takes it, if it can be taken now."""
    now = NOW + timedelta(hours=clock)
    reviewer = county.staff["reviewer"]
    if step == "publish power":
        names = tuple(f"第{which}类事项{n}号{clock}版" for n in range(which + 1))
        make_public(session, county, draft_powers(session, county, POSTS[which], names), now)
    elif step == "publish disclosure":
        edition = draft_disclosure(session, county, f"第{which}件公开事项")
        edition.body = f"第{clock}次公开的内容"
        make_public(session, county, edition, now)
    elif step == "rename":
        unit = list(county.units.values())[which]
        unit.duty = f"第{clock}次调整职责"
        indexing.announce(session, [f"units:{unit.id}"], now)
    elif step == "withdraw":
        tables: tuple[type[publishing.Edition], ...] = (
            powers.PowerEdition,
            disclosures.DisclosureEdition,
        )
        public = [
            edition
            for table in tables
            for edition in session.query(table)
            .filter(table.state.in_(publishing.READABLE))
            .order_by(table.id)
        ]
        if public:
            publishing.withdraw(session, public[which % len(public)], "有误", reviewer, now)


def answers(reader: SearchReader) -> list[Results]:
    """All that can be seen of an index."""
    texts = ("", "事项", "公开", "养护资金", "2号", "职责", "交通运输局")
    return [reader.search(Query(text, page_size=PAGE_SIZE_MAX)) for text in texts]


@settings(max_examples=10)
@given(steps=STEPS)
def test_a_rebuilt_index_equals_the_one_kept_up_to_date(
    clean: Callable[[], Engine], fresh: Callable[[], SearchEngine], steps: list[tuple[str, int]]
) -> None:
    database = clean()
    kept, rebuilt = fresh(), fresh()
    with Session(database) as session:
        county = build_county(session)
        session.commit()
        for clock, (step, which) in enumerate(steps):
            if step == "follow":
                sync.follow(session, kept, limit=which + 1)
            else:
                take(session, county, step, which, clock)
                session.commit()
            if kept.cursor():
                assert shown(session, kept) <= shown_by_pages(session)
        sync.follow(session, kept)
        sync.rebuild(session, rebuilt)
        assert answers(kept) == answers(rebuilt)
        assert kept.cursor() == rebuilt.cursor() == indexing.last_change(session)
        assert ids(kept) == shown(session, kept) == shown_by_pages(session)
    database.dispose()


def shown_by_pages(session: Session) -> set[str]:
    """What the pages show, straight from the tables."""
    items = (
        session.query(powers.PowerItem.id)
        .join(powers.PowerItem.edition)
        .filter(powers.PowerEdition.state == publishing.State.PUBLISHED)
    )
    editions = session.query(disclosures.DisclosureEdition.id).filter_by(
        state=publishing.State.PUBLISHED
    )
    return {
        *(f"power:{number}" for (number,) in items),
        *(f"disclosure:{number}" for (number,) in editions),
        *(f"unit:{number}" for (number,) in session.query(Unit.id)),
        *(f"official:{number}" for (number,) in session.query(Official.id)),
    }
