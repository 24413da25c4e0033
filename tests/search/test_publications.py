"""Searching while an index follows a thousand publications: each answer whole, none stale at the end.

Somebody publishes, corrects and withdraws; a process of its own follows, is killed now and then and
started again; the threads of two others search all the while.
"""

from __future__ import annotations

import multiprocessing
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from domain import disclosures, indexing, publishing
from domain.db import Session, make_engine
from domain.disclosures import DisclosureEdition
from search import documents, open_engine, open_reader, sync
from search.engine import (
    PAGE_SIZE_MAX,
    Field,
    Kind,
    Query,
    Results,
    SearchEngine,
    SearchReader,
    Sort,
)
from tests.fixtures.county import NOW, TODAY, County, draft_disclosure, draft_powers, make_public
from tests.fixtures.installation import PATIENCE_SECONDS
from tests.search.test_sync import shown_by_pages

PUBLICATIONS = 1000
IN_ONE_COMMIT = 8
# How many threads search in each of two processes.
THREADS = (2, 1)
KILLED_AFTER = (PUBLICATIONS // 3, PUBLICATIONS // 2)
# For each post a word that only its list has.
LISTS = {
    "transport": "桥梁",
    "deputy": "渡口",
    "education": "校舍",
    "town": "路灯",
    "commission": "信箱",
    "party": "会场",
}
ITEMS = 3
_EDITION = re.compile(r"第(\d+)版")
SPAWN = multiprocessing.get_context("spawn")


class Desk:
    """Publishes, corrects and withdraws, and remembers what ever was public, by id."""

    def __init__(self, session: Session, county: County) -> None:
        self._session = session
        self._county = county
        self._steps = count()
        self._told: list[DisclosureEdition] = []
        self.ever = {
            document.id: document.title
            for _group, found in documents.everything(session)
            for document in found
        }

    def publish_one(self) -> None:
        """One publication, correction or withdrawal; beside some of them a draft for nobody."""
        step = next(self._steps)
        (self._list, self._disclosure, self._disclosure, self._correction, self._withdrawal)[
            step % 5
        ](step)
        if step % 9 == 0:
            draft_disclosure(self._session, self._county, f"第{step}件草稿")

    def _list(self, step: int) -> None:
        post, word = list(LISTS.items())[step // 5 % len(LISTS)]
        names = tuple(f"{word}事项第{step}版之{n}" for n in range(ITEMS))
        edition = draft_powers(self._session, self._county, post, names)
        make_public(self._session, self._county, edition)
        self.ever |= {f"power:{item.id}": item.name for item in edition.items}

    def _disclosure(self, step: int) -> None:
        self._tell(draft_disclosure(self._session, self._county, f"第{step}件公示"))

    def _correction(self, step: int) -> None:
        old = self._told.pop(step % len(self._told))
        title, author = f"{old.title}更正", self._county.staff["editor"]
        self._tell(
            disclosures.new_edition(
                self._session, old.disclosure, title, "数字已经改正。", author, TODAY
            )
        )

    def _withdrawal(self, step: int) -> None:
        edition = self._told.pop(step * 7 % len(self._told))
        publishing.withdraw(self._session, edition, "数字有误", self._county.staff["reviewer"], NOW)

    def _tell(self, edition: DisclosureEdition) -> None:
        make_public(self._session, self._county, edition)
        self._told.append(edition)
        self.ever[f"disclosure:{edition.id}"] = edition.title


@dataclass
class Seen:
    """What one who searched has seen: answers that are not whole, and all documents."""

    asked: int = 0
    faults: list[str] = field(default_factory=list)
    documents: set[tuple[str, str]] = field(default_factory=set)
    editions: set[int] = field(default_factory=set)
    last: Any = None


def search_until(stop: Event, reader: SearchReader, seen: Seen) -> None:
    """Search without a pause; once more when it is over."""
    newest = dict.fromkeys(LISTS.values(), 0)
    try:
        while not stop.is_set():
            for word in newest:
                newest[word] = _ask_for_a_list(reader, word, newest[word], seen)
            for sort in Sort:
                _ask_for_the_newest(reader, sort, seen)
        seen.last = everything(reader)
    except Exception as error:  # noqa: BLE001 - any failure is one too many
        seen.faults.append(repr(error))


def _ask_for_a_list(reader: SearchReader, word: str, newest: int, seen: Seen) -> int:
    """A list has all items of one edition, and no edition comes back."""
    results = reader.search(Query(word, {Field.KIND: [Kind.POWER]}))
    found = {hit.id: "".join(piece.text for piece in hit.title) for hit in results.hits}
    editions = {int(match[1]) for title in found.values() if (match := _EDITION.search(title))}
    seen.asked += 1
    seen.documents |= set(found.items())
    seen.editions |= editions
    if len(found) not in {0, ITEMS} or len(editions) > 1 or min(editions, default=newest) < newest:
        seen.faults.append(f"{word}: {found} after edition {newest}")
    seen.faults += [
        f"{word}: {offer.text} is proposed"
        for offer in reader.suggest(word)
        if word not in offer.text
    ]
    return max(editions, default=newest)


def _ask_for_the_newest(reader: SearchReader, sort: Sort, seen: Seen) -> None:
    """Everything adds up."""
    results = reader.search(Query("公示", sort=sort))
    seen.asked += 1
    seen.documents |= {(hit.id, "".join(piece.text for piece in hit.title)) for hit in results.hits}
    counted = sum(facet.count for facet in results.facets[Field.KIND])
    if counted != results.total or len(results.hits) != min(20, results.total):
        seen.faults.append(f"{results.total} in all, {counted} counted, {len(results.hits)} shown")


def everything(reader: SearchReader) -> list[Any]:
    """All that can be found, in order, with counts; and some proposals."""
    pages = reader.search(Query(page_size=PAGE_SIZE_MAX)).pages
    return [
        *(reader.search(Query(page=page, page_size=PAGE_SIZE_MAX)) for page in range(1, pages + 1)),
        *(reader.search(Query(text)) for text in (*LISTS.values(), "公示", "更正", "草稿")),
        *(reader.suggest(text) for text in ("公示", "更正", "事项")),
    ]


def ids(answers: list[Any]) -> set[str]:
    """What is found when nothing in particular is looked for."""
    return {hit.id for answer in answers if isinstance(answer, Results) for hit in answer.hits}


def search_in_threads(address: str, number: int, stop: Event, pipe: Connection) -> None:
    """A web process: threads that share a reader; says what they have seen."""
    reader, seen = open_reader(address), [Seen() for _ in range(number)]
    threads = [threading.Thread(target=search_until, args=(stop, reader, each)) for each in seen]
    for thread in threads:
        thread.start()
    pipe.send("ready")
    for thread in threads:
        thread.join()
    pipe.send(seen)


def follow(database: str, address: str, pipe: Connection) -> None:
    """What `manage.py search follow --forever` does, without its second of rest."""
    engine, index = make_engine(database), open_engine(address)
    with Session(engine) as session:
        while not pipe.poll(0.01):
            sync.follow(session, index)
    engine.dispose()


class Follower:
    """A process that follows. It shares no lock with the others: it may be killed holding one."""

    def __init__(self, database: str, address: str) -> None:
        self._pipe, there = SPAWN.Pipe()
        self._process = started(follow, database, address, there)

    def kill(self) -> None:
        """End it wherever it is."""
        self._process.kill()
        self._process.join()

    def stop(self) -> int | None:
        """Let it end; its exit status."""
        self._pipe.send("stop")
        self._process.join(PATIENCE_SECONDS)
        return self._process.exitcode


def started(target: Callable[..., None], *args: object) -> BaseProcess:
    process = SPAWN.Process(target=target, args=args, daemon=True)
    process.start()
    return process


def received(pipe: Connection) -> Any:
    """What another process sends, sooner or later."""
    assert pipe.poll(PATIENCE_SECONDS), "the other process says nothing"
    return pipe.recv()


def publish_all(session: Session, desk: Desk, new_follower: Callable[[], Follower]) -> None:
    """Publish; kill who follows now and then; the last one may end in its own time."""
    follower = new_follower()
    for number in range(1, PUBLICATIONS + 1):
        desk.publish_one()
        if number % IN_ONE_COMMIT == 0:
            session.commit()
        if number in KILLED_AFTER:
            follower.kill()
            follower = new_follower()
    session.commit()
    assert follower.stop() == 0


def test_searching_while_an_index_follows_a_thousand_publications(
    session: Session,
    county: County,
    index: SearchEngine,
    address: str,
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    sync.rebuild(session, index)
    desk, before = Desk(session, county), indexing.last_change(session)
    over, pipes = SPAWN.Event(), []
    for threads in THREADS:
        here, there = SPAWN.Pipe()
        started(search_in_threads, address, threads, over, there)
        pipes.append(here)
    assert [received(pipe) for pipe in pipes] == ["ready", "ready"]
    try:
        publish_all(session, desk, lambda: Follower(sqlite_url, address))
        sync.follow(session, index)
    finally:
        over.set()
    seen = [each for pipe in pipes for each in received(pipe)]
    assert len(seen) == sum(THREADS)
    assert index.cursor() == indexing.last_change(session) >= before + PUBLICATIONS
    rebuilt = open_engine(f"whoosh:{tmp_path / 'rebuilt'}")
    sync.rebuild(session, rebuilt)
    last = everything(rebuilt)
    assert ids(last) == shown_by_pages(session)
    for each in seen:
        assert each.faults == []
        assert each.documents <= set(desk.ever.items())
        assert each.last == last
        # It has looked often enough to have seen something go wrong.
        assert each.asked > 50
        assert len(each.editions) > 5
