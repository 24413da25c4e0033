"""The golden queries over the whole demonstration county, for every engine."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import pytest

from benchmarks import relevance
from domain.db import Session
from search import documents, open_engine, open_reader, sync, words
from search.engine import Document, Query, SearchReader
from tests.search.conftest import ENGINES, new_address

SAMPLE = 150


class Built(NamedTuple):
    """The county in a database, and everything of it that can be found."""

    session: Session
    codes: Mapping[str, str]
    everything: Mapping[str, Document]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    session, codes = relevance.build(tmp_path_factory.mktemp("golden"))
    groups = documents.everything(session)
    everything = {document.id: document for _, group in groups for document in group}
    yield Built(session, codes, everything)
    session.close()


@pytest.fixture(scope="session", params=ENGINES)
def address(
    request: pytest.FixtureRequest, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """An index of the county in each engine."""
    made = new_address(request, tmp_path_factory.mktemp("golden"))
    sync.rebuild(built.session, open_engine(made))
    return made


@pytest.fixture
def reader(address: str) -> SearchReader:
    return open_reader(address)


def test_citizens_find_what_they_look_for(built: Built, reader: SearchReader) -> None:
    report = relevance.measure(reader, built.session, built.codes, built.everything)
    assert len(report.scores) >= 80
    lost = [one.case.query for one in report.scores if not one.success]
    assert report.success >= relevance.SUCCESS, lost
    assert report.ndcg >= relevance.NDCG, report.by_form()


def test_one_or_two_characters_find_all_that_contain_them(
    built: Built, reader: SearchReader
) -> None:
    texts = {
        one.id: "\n".join(
            words.fold(text).text for text in (one.title, one.body, one.unit_name, *one.names)
        )
        for one in built.everything.values()
    }
    titles = "".join(words.key(one.title) for one in built.everything.values())
    characters = sorted(set(titles))
    pairs = sorted({titles[at : at + 2] for at in range(len(titles) - 1)})
    for some in (characters, pairs):
        for asked in islice(some, 0, None, max(1, len(some) // SAMPLE)):
            if asked.isascii():
                # Of numbers the beginning is enough, of Latin words the whole.
                continue
            holding = {number for number, text in texts.items() if asked in text}
            results = reader.search(Query(asked, page_size=1, counted=(), expand=False))
            assert results.total == len(holding), asked


def test_the_golden_queries_name_real_documents(built: Built) -> None:
    for case in relevance.cases(built.codes):
        for told in case.find:
            if told.grade == relevance.BEST:
                assert any(told.meets(one) for one in built.everything.values()), (case, told)
