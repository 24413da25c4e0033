"""Keeping an index up to date: whole commits, in order, by one writer, while others read."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from search import open_engine, open_reader
from search.engine import (
    PAGE_SIZE_MAX,
    Change,
    CursorMoved,
    Document,
    Field,
    Kind,
    Query,
    SearchBusy,
    SearchEngine,
    SearchReader,
    SearchUnavailable,
    Sort,
)
from tests.search.conftest import fill, kept_at, power, unit


def everything(index: SearchReader) -> list[Any]:
    """All that can be seen from outside: what is found, in which order, with which counts."""
    return [
        index.search(Query(text, sort=sort, page_size=PAGE_SIZE_MAX))
        for text in ("", "审批", "资金 使用", "甲", "教育局", "乙丙")
        for sort in Sort
    ] + [index.suggest(text, limit=50) for text in ("审批", "甲", "教")]


def ids(index: SearchReader, text: str = "") -> set[str]:
    return {hit.id for hit in index.search(Query(text, page_size=PAGE_SIZE_MAX)).hits}


def test_a_change_replaces_the_whole_group(index: SearchEngine) -> None:
    fill(index, power(1, "旧", group="powers:1"), power(2, "旧", group="powers:1"), power(3, "旁"))
    fill(index, power(4, "新", group="powers:1"))
    assert ids(index) == {"power:3", "power:4"}
    index.apply([("powers:1", [])], 3, after=2)
    assert ids(index) == {"power:3"}
    assert index.cursor() == index.stats().cursor == 3


def test_the_cursor_must_be_where_the_writer_thinks(index: SearchEngine) -> None:
    index.apply([("powers:1", [power(1, "一")])], 7, after=0)
    for after in (0, 6, 8):
        with pytest.raises(CursorMoved):
            index.apply([("powers:1", [])], 9, after=after)
    assert index.cursor() == 7
    assert ids(index) == {"power:1"}


def test_a_first_change_that_is_not_the_first_is_refused(index: SearchEngine) -> None:
    with pytest.raises(CursorMoved):
        index.apply([], 9, after=5)
    assert index.cursor() == 0


def test_a_failing_change_changes_nothing(index: SearchEngine) -> None:
    fill(index, power(1, "一"))

    def changes() -> Iterator[Change]:
        yield "powers:1", []
        yield "powers:2", [power(2, "二")]
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        index.apply(changes(), 2, after=1)
    assert index.cursor() == 1
    assert ids(index) == {"power:1"}
    fill(index, power(2, "二"))
    assert ids(index) == {"power:1", "power:2"}


def test_a_group_twice_in_one_commit_is_refused(index: SearchEngine) -> None:
    with pytest.raises(ValueError, match="powers:1 twice"):
        index.apply([("powers:1", []), ("powers:1", [])], 1, after=0)


def test_readers_see_every_commit_at_once(index: SearchEngine, address: str) -> None:
    reader = open_reader(address)
    fill(index, power(1, "审批"))
    assert ids(reader, "审批") == {"power:1"}
    fill(index, power(2, "审批"))
    assert ids(reader, "审批") == {"power:1", "power:2"}
    with index.rebuilding() as beside:
        beside.apply([("powers:9", [power(9, "审批")])], 2, after=0)
        assert ids(reader, "审批") == {"power:1", "power:2"}
    assert ids(reader, "审批") == {"power:9"}
    fill(index, power(9, "审核"))
    assert ids(reader, "审批") == set()


def _answer(address: str, pipe: Connection) -> None:
    reader = open_reader(address)
    while text := pipe.recv():
        pipe.send(ids(reader, text))


def test_web_workers_see_a_commit_with_their_next_question(
    index: SearchEngine, address: str
) -> None:
    fill(index, power(1, "审批"))
    context = multiprocessing.get_context("spawn")
    workers = [context.Pipe() for _ in range(2)]
    for _, there in workers:
        context.Process(target=_answer, args=(address, there), daemon=True).start()
        there.close()

    def seen() -> list[set[str]]:
        for here, _ in workers:
            here.send("审批")
        return [here.recv() for here, _ in workers]

    try:
        assert seen() == [{"power:1"}] * 2
        fill(index, power(2, "审批"))
        assert seen() == [{"power:1", "power:2"}] * 2
        index.apply([("powers:1", []), ("powers:2", [power(2, "审核")])], 3, after=2)
        assert seen() == [set()] * 2
        with index.rebuilding() as beside:
            beside.apply([("powers:9", [power(9, "审批")])], 4, after=0)
            assert seen() == [set()] * 2
        assert seen() == [{"power:9"}] * 2
    finally:
        for here, _ in workers:
            here.send("")


def test_a_rebuild_leaves_nothing_behind(index: SearchEngine, address: str) -> None:
    fill(index, power(1, "旧"))
    for number in range(2, 5):
        with index.rebuilding() as beside:
            assert beside.cursor() == 0
            beside.apply([("powers:1", [power(number, "新")])], number, after=0)
            assert beside.cursor() == number
    assert kept_at(address) == 1
    assert (ids(index), index.cursor()) == ({"power:4"}, 4)


def test_a_failed_rebuild_leaves_the_live_index(index: SearchEngine, address: str) -> None:
    fill(index, power(1, "一"))

    def fail() -> None:
        with index.rebuilding() as beside:
            beside.apply([("powers:2", [power(2, "二")])], 5, after=0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (ids(index), index.cursor()) == ({"power:1"}, 1)
    with index.rebuilding():
        pass
    assert (ids(index), index.cursor()) == (set(), 0)


def test_one_rebuild_at_a_time(index: SearchEngine, address: str) -> None:
    with index.rebuilding(), pytest.raises(SearchBusy), open_engine(address).rebuilding():
        pytest.fail("two rebuilds at once")


def test_without_an_index_a_reader_says_so(index: SearchEngine) -> None:
    for ask in (lambda: index.search(Query("审批")), lambda: index.suggest("审"), index.stats):
        with pytest.raises(SearchUnavailable):
            ask()
    assert index.cursor() == 0


GROUPS = st.sampled_from(["powers:1", "powers:2", "powers:3", "units:1"])
TITLES = st.text(st.sampled_from("审批资金使用甲乙丙教育局"), min_size=1, max_size=8)
CHANGES = st.lists(st.tuples(GROUPS, st.lists(TITLES, max_size=3)), max_size=5)


def documents(group: str, titles: list[str]) -> list[Document]:
    noun, number = group.split(":")
    if noun == "units":
        return [unit(1, title, "教育局") for title in titles[:1]]
    return [
        power(int(number) * 10 + n, title, title * n, group=group, unit=f"U{n}")
        for n, title in enumerate(titles)
    ]


@settings(max_examples=12)
@given(commits=st.lists(CHANGES, min_size=1, max_size=7))
def test_an_index_built_from_nothing_equals_one_kept_up_to_date(
    fresh: Callable[[], SearchEngine], commits: list[list[tuple[str, list[str]]]]
) -> None:
    kept = fresh()
    state: dict[str, list[Document]] = {}
    for number, changes in enumerate(commits):
        now = {group: documents(group, titles) for group, titles in changes}
        state |= now
        kept.apply(now.items(), number + 1, after=number)
    built = fresh()
    with built.rebuilding() as beside:
        beside.apply(reversed(state.items()), len(commits), after=0)
    assert everything(kept) == everything(built)
    assert kept.cursor() == built.cursor()
    assert kept.stats().by_kind == built.stats().by_kind


def _write_until_killed(address: str, started: Event) -> None:
    index = open_engine(address)
    while True:
        cursor = index.cursor()
        changes = [
            (f"powers:{n}", [power(n, f"第{cursor + 1}版", "正文" * 200)]) for n in range(40)
        ]
        index.apply(changes, cursor + 1, after=cursor)
        started.set()


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.06, 0.1])
def test_a_writer_killed_at_any_moment_leaves_a_whole_commit(
    index: SearchEngine, address: str, delay: float
) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    writer = context.Process(target=_write_until_killed, args=(address, started))
    writer.start()
    assert started.wait(60)
    writer.join(delay)
    writer.kill()
    writer.join()
    cursor = index.cursor()
    assert cursor >= 1
    hits = index.search(Query("正文", page_size=PAGE_SIZE_MAX)).hits
    assert len(hits) == 40
    assert {hit.title[0].text for hit in hits} == {f"第{cursor}版"}
    fill(index, power(99, "还能写"))
    assert index.cursor() == cursor + 1
    assert "power:99" in ids(index, "还能写")


def test_searches_go_on_while_the_index_changes(index: SearchEngine, address: str) -> None:
    fill(index, *(power(n, "第0版") for n in range(10)))
    failures: list[object] = []
    done = threading.Event()
    reader = open_reader(address)

    def ask() -> None:
        while not done.is_set():
            try:
                hits = reader.search(Query("版")).hits
                titles = {"".join(piece.text for piece in hit.title) for hit in hits}
                if len(hits) != 10 or len(titles) != 1:
                    failures.append(titles)
            except Exception as error:  # noqa: BLE001 - any failure is one too many
                failures.append(error)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for edition in range(1, 13):
            changes = [(f"powers:{n}", [power(n, f"第{edition}版")]) for n in range(10)]
            if edition % 4:
                index.apply(changes, edition + 1, after=edition)
            else:
                with index.rebuilding() as beside:
                    beside.apply(changes, edition + 1, after=0)
    finally:
        done.set()
        for asker in askers:
            asker.join()
    assert failures == []


def test_facets_forget_what_was_removed(index: SearchEngine) -> None:
    fill(index, power(1, "审批", unit="U1"), power(2, "审批", unit="U2"))
    index.apply([("powers:1", [])], 2, after=1)
    results = index.search(Query("审批"))
    assert [(facet.value, facet.count) for facet in results.facets[Field.UNIT]] == [("U2", 1)]
    assert index.stats().by_kind[Kind.POWER] == 1
    assert index.suggest("审批")[0].id == "power:2"


def test_many_small_commits_stay_small(index: SearchEngine) -> None:
    for edition in range(30):
        fill(index, *(power(n, f"第{edition}版审批") for n in range(5)))
    assert index.stats().documents == 5
    assert index.search(Query("审批")).total == 5
    worn = index.stats().size
    with index.rebuilding() as beside:
        beside.apply([(f"powers:{n}", [power(n, "第29版审批")]) for n in range(5)], 30, after=0)
    assert index.stats().documents == 5
    assert worn < 2 * index.stats().size
