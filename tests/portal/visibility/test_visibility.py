"""Whatever is done in whatever order: the public finds what is in force, everywhere, and nothing else.

Everything that is written carries a word of its own. After each step every address of the public site
is asked, those of what is not public as well, and the words found there are held against a plain
account; lists, tables, sitemaps and the file of everything are held against it row by row.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    MultipleResults,
    initialize,
    invariant,
    multiple,
    run_state_machine_as_test,
)

from domain.feedback import DeclineReason
from domain.publishing import READABLE, State
from portal import bulk
from portal.app import create_app
from portal.settings import PortalSettings
from search import open_engine, open_reader, sync
from search.engine import Query
from tests.portal.visibility import copies, facets
from tests.portal.visibility.account import (
    COMMON,
    EVER_PUBLIC,
    Entry,
    Key,
    Sort,
    of_sort,
    words_of,
)
from tests.portal.visibility.addresses import (
    ANSWERED,
    BULK,
    COMPLETE,
    CORRECTED,
    CORRECTED_ROWS,
    KEPT,
    PAGES,
    QUESTIONS,
    addresses,
    contents,
    is_history,
    is_of_an_index,
    says_corrections,
    tells_withdrawals,
)
from tests.portal.visibility.asking import Asking
from web.app import Site

# Status and words of a page.
Read = tuple[int, set[str]]


class Public(Asking):
    """Editors, reviewers and citizens at work; the public looks at everything after each step."""

    @initialize(target=Asking.made)
    def start(self) -> MultipleResults[Key]:
        """One of everything in force, and two sites: one that keeps pages, one that keeps none."""
        self.set_up()
        given = PortalSettings.from_environment(
            "portal", {}, var=self.folder, database_url=self.database
        )
        self.settings = given
        self.index = open_engine(given.index_address)
        sync.follow(self.session, self.index)
        self.warm = create_app(given, open_reader(given.index_address), engine=self.engine)
        self.cold = create_app(given, open_reader(given.index_address), engine=self.engine)
        rendered = self.cold.extensions["mingquan.rendered"]
        self.cold.extensions["mingquan.rendered"] = type(rendered)(0)
        self.walks = {noun: copies.Walk(noun) for noun in copies.NOUNS}
        self.draft_powers("transport")
        self.draft_disclosure("jt")
        self.draft_notice()
        for key in self.account.editions:
            self.publish(key)
        return multiple(*self.account.editions)

    def teardown(self) -> None:
        """Once more without any kept page, and with an index from nothing; leave nothing behind."""
        if hasattr(self, "walks") and self.sound:
            self.look(self.cold)
            self.look_at_whole_lists(self.cold)
            self.look_at_the_index()
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    @invariant()
    def the_public_sees_what_is_in_force(self) -> None:
        """At once on pages and in answers; in lists of hits as soon as the index has followed."""
        if not hasattr(self, "walks"):
            return
        self.sound = False
        self.look(self.warm, followed=False)
        self.walk_on()
        sync.follow(self.session, self.index)
        bulk.build(self.session, bulk.path_of(self.settings))
        self.session.rollback()
        self.look(self.warm)
        self.sound = True

    def allowed(self, endpoint: str) -> set[str]:
        """The words that may stand at an address; none that is private is ever among them."""
        account = self.account
        states = READABLE if is_history(endpoint) else (State.PUBLISHED,)
        found = account.of(*states)
        found |= account.corrections(*states) if says_corrections(endpoint) else set()
        found |= account.answers if endpoint in ANSWERED else set()
        found |= account.corrections(*READABLE) if endpoint in CORRECTED else set()
        return found | (account.withdrawals if tells_withdrawals(endpoint) else set())

    def look(self, site: Site, *, followed: bool = True) -> None:
        """Ask every address and hold what it says against the account."""
        listed: dict[str, set[str]] = {}
        pages: dict[str, Read] = {}
        client = site.test_client()
        for endpoint, address in addresses(site, self.session):
            if not (followed or is_of_an_index(endpoint)):
                continue
            response = client.get(address)
            building = response.status_code == 503 and endpoint == BULK and not followed
            assert building or response.status_code in {200, 303, 400, 404, 410}, address
            data = response.get_data()
            response.close()
            found, allowed = words_of(contents(data)), self.allowed(endpoint)
            assert found <= allowed, (address, found - allowed)
            listed.setdefault(endpoint, set()).update(found)
            if endpoint in PAGES:
                pages[address] = response.status_code, found
            if endpoint == BULK and followed:
                copies.ensure_bulk(data, self.account)
        if followed:
            self.the_lists_are_complete(listed)
            self.the_pages_agree(pages)
            # What is counted is what is in the index, whoever filters the hits afterwards.
            assert self.index.search(Query(COMMON)).total == len(self.account.found)
            copies.ensure_sitemap(client, self.session, self.account)
            copies.ensure_feeds(client, self.account)
            facets.ensure_facets(client, self.account)
        self.session.rollback()

    def the_lists_are_complete(self, listed: dict[str, set[str]]) -> None:
        """What lists everything says of everything."""
        account = self.account
        for endpoint, kinds in COMPLETE.items():
            of_text = of_sort(listed[endpoint], Sort.TEXT)
            assert of_text == account.of(State.PUBLISHED, kinds=kinds), endpoint
        for endpoint, kinds in CORRECTED_ROWS.items():
            told = of_sort(listed[endpoint], Sort.CORRECTION)
            assert told == account.corrections(State.PUBLISHED, kinds=kinds), endpoint
        for endpoint, kinds in KEPT.items():
            of_text = of_sort(listed.get(endpoint, set()), Sort.TEXT)
            assert of_text == account.of(*READABLE, kinds=kinds), endpoint
            gone = {e.withdrawal for e in account.entries(State.WITHDRAWN) if e.kind in kinds}
            told = of_sort(listed.get(endpoint, set()), Sort.WITHDRAWAL)
            assert told == gone, endpoint
        for endpoint in QUESTIONS:
            assert of_sort(listed[endpoint], Sort.ANSWER) == account.answers, endpoint

    def the_pages_agree(self, pages: dict[str, Read]) -> None:
        """What stands on the page of each edition and each item, whatever became of it."""
        for entry in self.account.editions.values():
            self.agree(pages[entry.url], entry, self.account.corrections_on(entry), None)
            for number, name in entry.items.items():
                corrections = self.account.corrections_on_item(entry)
                self.agree(pages[f"/powers/items/{number}"], entry, corrections, name)
        for kind, whole in {(e.kind, e.whole) for e in self.account.editions.values()}:
            ever = self.account.ever(kind, whole)
            if kind != "powers":
                last = ever[-1].url if ever else f"/{kind}/{whole}/999"
                assert pages[f"/{kind}/{whole}"] == pages.get(last, (404, set())), (kind, whole)

    def agree(self, read: Read, entry: Entry, corrections: set[str], item: str | None) -> None:
        """A page of an edition: itself, what was corrected and asked; or why it was withdrawn."""
        status, words = read
        if entry.state is State.WITHDRAWN:
            assert (status, words) == (410, {entry.withdrawal}), entry
        elif entry.state not in EVER_PUBLIC:
            assert (status, words) == (404, set()), entry
        else:
            assert status == 200, entry
            assert entry.word in words, entry
            assert of_sort(words, Sort.CORRECTION) == corrections, entry
            assert of_sort(words, Sort.ANSWER) == self.account.beside(entry, item), entry
            assert of_sort(words, Sort.WITHDRAWAL) == set(), entry

    def walk_on(self) -> None:
        """One page of every list that somebody is reading page after page."""
        for noun, walk in self.walks.items():
            walk.step(self.warm.test_client(), self.account)
            if walk.is_over:
                self.walks[noun] = copies.Walk(noun)

    def look_at_whole_lists(self, site: Site) -> None:
        """Page after page from the beginning, as tables, and what was begun before to its end."""
        client = site.test_client()
        copies.ensure_tables(client, self.account)
        copies.ensure_search_walk(client, self.account)
        for noun, begun in self.walks.items():
            begun.finish(client, self.account)
            copies.Walk(noun, limit=2).finish(client, self.account)

    def look_at_the_index(self) -> None:
        """Built from nothing it is the same as the one that was kept up to date."""
        built = open_engine(f"whoosh:{self.folder / 'built'}")
        sync.rebuild(self.session, built)
        words = {entry.word for entry in self.account.editions.values()}
        facets.ensure_same(self.index, built, words)


@pytest.fixture
def public(empty_database: Path) -> Iterator[Public]:
    """The machine, for a test to turn by hand."""
    Public.template = empty_database
    made = Public()
    yield made
    made.teardown()


def test_the_life_of_a_document_with_all_that_is_said_of_it(public: Public) -> None:
    """Asked about, corrected, replaced, withdrawn from the middle and from the end; of each kind."""
    public.start()
    lives = [[key] for key in public.account.editions]
    asked: list[str] = []

    def anew(life: list[Key], act: Callable[[Key], object]) -> None:
        act(life[0])
        life.append([*public.account.editions][-1])

    def ask(key: Key, *items: int | None) -> None:
        for item in items:
            made = public.ask_and_answer(key, item)
            assert isinstance(made, str)
            asked.append(made)

    steps: list[Callable[[list[Key]], object]] = [
        lambda life: ask(life[0], None, 0, 1),
        lambda life: anew(life, lambda key: public.correct(key, at_once=True)),
        lambda life: ask(life[1], None, 1),
        lambda life: anew(life, public.replace),
        lambda life: public.withdraw(life[1]),
        lambda life: anew(life, lambda key: public.correct(key, at_once=False)),
        lambda life: (public.schedule(life[3], 5), public.reschedule(life[3], 60)),
        lambda _life: public.decline(asked.pop(0), DeclineReason.ABUSE),
        lambda _life: public.time_passes(90),
        lambda life: public.withdraw(life[0]),
        lambda life: public.withdraw(life[3]),
        lambda life: anew(life, public.replace),
    ]
    for step in steps:
        for life in lives:
            step(life)
        public.the_public_sees_what_is_in_force()
    states = [[public.account.editions[key].state for key in life] for life in lives]
    gone, over = State.WITHDRAWN, State.SUPERSEDED
    assert states == [[gone, gone, over, gone, State.PUBLISHED]] * 3
    assert public.sound


def test_the_public_sees_exactly_what_is_in_force(empty_database: Path) -> None:
    Public.template = empty_database
    run_state_machine_as_test(
        Public,
        settings=settings(
            max_examples=4,
            stateful_step_count=9,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
