"""What only the PostgreSQL engine can get wrong: locks, rights, tables that go, words as it quotes."""

import random
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from search import open_engine, open_reader
from search.engine import Field, Query, SearchBusy, SearchUnavailable, Sort
from search.engines.postgres import PostgresEngine, PostgresReader, ranking, reading, writing
from search.engines.postgres.storage import row_of
from search.engines.whoosh import WhooshEngine
from search.keeping import KeepingReader
from tests.search.conftest import fill, power


@pytest.fixture
def address(indexes: str) -> str:
    return f"{indexes}?schema={uuid.uuid4().hex}"


@pytest.fixture
def index(address: str) -> PostgresEngine:
    return PostgresEngine(address, wait=0.05)


@pytest.fixture
def owner(indexes: str) -> Iterator[psycopg.Connection]:
    """The owner of the database."""
    with psycopg.connect(indexes.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def test_whatever_a_text_holds_is_stored_and_found(index: PostgresEngine) -> None:
    odd = "a'b\\c 'd' \\' \0 \ud800 & | ! <-> :A * %_"
    fill(index, power(1, f"审批{odd}", odd * 3, unit=odd, unit_name=odd), power(2, "无关"))
    for text in ("'", "\\", "\\'", "&", "!", "b\\c", "审批 '", "\0审批", "\ud800审批", "%", "_"):
        assert [hit.id for hit in index.search(Query(text)).hits] == ["power:1"], text
    assert index.search(Query("审批", {Field.UNIT: [odd]})).total == 0
    assert index.search(Query("审批", {Field.UNIT: ["\0", "\ud800"]})).total == 0
    for text in ("审批a'b", "审批ab", "批A"):
        assert [s.id for s in index.suggest(text)] == ["power:1"]
    assert index.suggest("审批%") == index.suggest("审批") != ()
    assert index.suggest("审_批") == ()


def test_of_a_text_too_long_to_hold_the_weightiest_words_are_kept() -> None:
    chosen = random.Random(3)
    body = "".join(chr(chosen.randrange(0x4E00, 0x9FFF)) for _ in range(150_000))
    row = row_of(power(1, "长篇审批", body))
    assert "审批" in row.terms
    assert 50_000 < len(row.terms) < 120_000


def test_a_very_long_text_is_found(index: PostgresEngine) -> None:
    chosen = random.Random(3)
    body = "".join(chr(chosen.randrange(0x4E00, 0x9FFF)) for _ in range(150_000))
    fill(index, power(1, "长篇审批", body + "x" * 5000))
    assert index.search(Query("审批")).total == 1


def test_another_writer_is_waited_for_but_not_for_ever(
    index: PostgresEngine, owner: psycopg.Connection
) -> None:
    fill(index, power(1, "审批"))
    lock = [writing._WRITE, index.schema.name]
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", lock)
        with pytest.raises(SearchBusy):
            index.apply([], 2, after=1)
    assert index.apply([], 2, after=1) == 0


def test_an_index_of_another_format_can_be_read_but_not_added_to(
    index: PostgresEngine, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(index, power(1, "审批"))
    monkeypatch.setattr(writing, "FORMAT", "postgres-2")
    with pytest.raises(SearchUnavailable, match="format"):
        index.apply([], 2, after=1)
    assert PostgresReader(address).search(Query("审批")).total == 1


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    index = open_engine("postgresql://nobody@127.0.0.1:1/nothing")
    for ask in (lambda: index.search(Query("审批")), index.cursor, index.stats):
        with pytest.raises(SearchUnavailable):
            ask()
    with pytest.raises(SearchUnavailable):
        index.apply([], 1, after=0)
    with pytest.raises(SearchUnavailable), index.rebuilding():
        pytest.fail("there is nothing to rebuild")


def test_missing_tables_are_unavailable_until_it_is_rebuilt(
    index: PostgresEngine, owner: psycopg.Connection
) -> None:
    fill(index, power(1, "审批"))
    owner.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(index.schema.name, "vectors_1")))
    with pytest.raises(SearchUnavailable):
        index.search(Query("审批"))
    with pytest.raises(SearchUnavailable):
        fill(index, power(1, "审批"))
    with index.rebuilding() as beside:
        beside.apply([("powers:1", [power(1, "审批")])], 2, after=0)
    assert index.search(Query("审批")).total == 1


def test_a_search_that_reads_the_old_tables_ends_well(
    index: PostgresEngine, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_DROP_MS", 50)
    fill(index, power(1, "审批"))
    with index.server.reading() as cursor:
        state = index.schema.state(cursor)
        assert state
        tables = index.schema.tables(state.number)
        count = sql.SQL("SELECT count(*) FROM {documents}").format(**tables)
        assert cursor.execute(count).fetchone() == (1,)
        with index.rebuilding():
            pass
        # They are still there for who reads them, and go with the next rebuild.
        assert cursor.execute(count).fetchone() == (1,)
    assert index.search(Query("审批")).total == 0
    with index.rebuilding():
        pass
    with pytest.raises(psycopg.errors.UndefinedTable):
        owner.execute(count)


@pytest.fixture
def roles(owner: psycopg.Connection) -> Iterator[tuple[str, str]]:
    """A role that follows the log and one that only reads, made as docs/deployment.md says."""
    names = (f"mingquan_follower_{uuid.uuid4().hex}", f"mingquan_portal_{uuid.uuid4().hex}")
    for name in names:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    yield names
    for name in reversed(names):
        owner.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(name)))
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_the_portal_may_read_every_index_and_write_none(
    address: str, owner: psycopg.Connection, roles: tuple[str, str]
) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "deployment.md").read_text()
    statements = [line.strip() for line in guide.splitlines() if "mingquan_search" in line]
    statements = [line for line in statements if line.endswith(";")]
    assert len(statements) == 3
    schema = address.partition("?schema=")[2]
    for statement in statements:
        for noun, name in zip(
            ("mingquan_search", "follower", "portal"), (schema, *roles), strict=True
        ):
            statement = statement.replace(noun, f'"{name}"')  # noqa: PLW2901 - step by step
        owner.execute(statement.encode())
    follower, portal = (open_engine(address.replace("postgres@", f"{role}@")) for role in roles)
    for number in (1, 2):
        with follower.rebuilding() as beside:
            beside.apply([("powers:1", [power(1, "审批")])], number, after=0)
        assert portal.search(Query("审批")).total == 1
        assert portal.suggest("审")[0].id == "power:1"
        assert portal.stats().cursor == portal.cursor() == number
    for write in (lambda: fill(portal, power(2, "审批")), lambda: portal.rebuilding().__enter__()):
        with pytest.raises(SearchUnavailable, match="permission denied"):
            write()


def test_where_many_match_the_likeliest_are_weighed(
    index: PostgresEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 50)
    chosen = random.Random(7)
    documents = [
        power(
            n,
            chosen.choice(["资金审批", "资金", "采购审批", "道路"]) * chosen.randint(1, 2) + str(n),
            chosen.choice(["资金", "审批", "道路养护"]) * chosen.randint(1, 9),
            year=2020 + n % 3,
        )
        for n in range(400)
    ]
    exact = WhooshEngine(tmp_path / "index")
    for engine in (index, exact):
        fill(engine, *documents)
    # The names of many begin with the first of these, those of none with the second.
    for text in ("资金", "审批"):
        one, other = (engine.search(Query(text)) for engine in (index, exact))
        assert one == other
        assert one.total > 200
    two = index.search(Query("资金 审批"))
    assert two.partial
    assert not two.hurried
    keeping = KeepingReader(index)
    assert keeping.search(Query("资金 审批")) is keeping.search(Query("资金 审批"))
    right = exact.search(Query("资金 审批"))
    assert (two.total, two.facets) == (right.total, right.facets)
    assert two.hits[:5] == right.hits[:5]
    chosen_year = Query("资金", {Field.YEAR: ["2021"]}, page=2, page_size=10, sort=Sort.DATE)
    assert index.search(chosen_year) == exact.search(chosen_year)


def test_where_many_names_contain_a_text_the_exact_one_is_proposed_first(
    index: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_NAMES", 3)
    named = [f"资金{n}" for n in range(20)] + [f"专项资金{n}" for n in range(20)] + ["资金"]
    fill(index, *(power(n, name) for n, name in enumerate(named, 1)))
    proposed = [suggestion.text for suggestion in index.suggest("资金")]
    assert proposed[0] == "资金"
    assert len(proposed) == 6
    assert all("资金" in text for text in proposed)
    assert [one.text for one in index.suggest("专项资金7")] == ["专项资金7"]


def test_generations_are_never_alike(index: PostgresEngine, address: str) -> None:
    reader = open_reader(address)
    seen = set()
    for number in range(1, 4):
        fill(index, power(number, "审批"))
        seen.add(reader.generation())
        with index.rebuilding() as beside:
            beside.apply([("powers:1", [power(1, "审批")])], number, after=0)
        seen.add(reader.generation())
    assert len(seen) == 6


def test_more_threads_than_connections_all_get_an_answer(index: PostgresEngine) -> None:
    fill(index, power(1, "审批"))
    totals: list[int] = []
    threads = [
        threading.Thread(target=lambda: totals.append(index.search(Query("审批")).total))
        for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [1] * 40


@pytest.mark.parametrize("url", ["postgresql", "postgresql:", "postgresql:no/address"])
def test_addresses_of_no_database(url: str) -> None:
    for opening in (open_engine, open_reader):
        with pytest.raises(ValueError, match="address of a search index"):
            opening(url)
