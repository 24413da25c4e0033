"""The golden queries over the whole demonstration county, for every engine."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import pytest

from benchmarks import relevance
from domain import synonyms
from domain.db import Session
from search import documents, open_engine, open_reader, sync, vocabulary, words
from search.answering import answer
from search.engine import Document, Kind, Query, SearchReader
from search.lexicon import Lexicon
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


@pytest.fixture(scope="session")
def lexicon(built: Built) -> Lexicon:
    found = vocabulary.read(built.session)
    found.prepare()
    return found


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
    built: Built, lexicon: Lexicon, reader: SearchReader
) -> None:
    texts = {
        one.id: "\n".join(
            words.fold(text).text for text in (one.title, one.body, one.unit_name, *one.names)
        )
        for one in built.everything.values()
    }
    every = "".join(words.key(text) for text in texts.values())
    characters = sorted(set(every))
    pairs = sorted({every[at : at + 2] for at in range(len(every) - 1)})
    for some in (characters, pairs):
        for asked in islice(some, 0, None, max(1, len(some) // SAMPLE)):
            if asked.isascii():
                # Of numbers the beginning is enough, of Latin words the whole.
                continue
            holding = {number for number, text in texts.items() if asked in text}
            results = reader.search(Query(asked, page_size=1, counted=(), expand=False))
            assert results.total == len(holding), asked
            # What else is searched takes nothing away.
            widened = reader.search(Query(asked, page_size=1, counted=()), lexicon)
            assert widened.total >= len(holding), asked


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("交同运输局", "交通运输局"),
        ("住房和城乡建社局", "住房和城乡建设局"),
        ("黄泥浦镇", "黄泥铺镇"),
        ("县意中", "县一中"),
        ("政务服物局", "政务服务局"),
        ("最低生活保漳", "最低生活保障"),
        ("征地补尝", "征地补偿"),
        ("危方改造", "危房改造"),
        ("廉阻房", "廉租房"),
        ("高令津贴", "高龄津贴"),
        ("低宝怎么申请", "低保怎么申请"),
        ("东何镇低保", "东河镇低保"),
        # Something has all these words, by accident.
        ("教育居", "教育局"),
        ("学区划份", "学区划分"),
        # Beside a person's name, which stays as it is, known or not.
        ("教玉局段空青", "教育局段空青"),
        ("教玉局段空清", "教育局段空清"),
        ("荀慕川 东和镇", "荀慕川 东河镇"),
        ("段空清", None),
        ("段空清教育局", None),
        ("桑上义", None),
        ("叶云周县委书记", None),
        ("许知鱼", None),
        ("葛年安", None),
        ("王建国", None),
        # Nothing is wrong.
        ("修路的钱谁管", None),
        ("教育局长", None),
        ("段", None),
    ],
)
def test_a_spelling_is_proposed_of_things_and_never_of_persons(
    lexicon: Lexicon, reader: SearchReader, typed: str, meant: str | None
) -> None:
    results = answer(reader, Query(typed, page_size=1), lexicon)
    assert results.did_you_mean == meant


def test_nothing_that_is_written_right_is_taken_for_a_slip(
    built: Built, lexicon: Lexicon, reader: SearchReader
) -> None:
    titles = sorted({one.title for one in built.everything.values()})
    for title in islice(titles, 0, None, len(titles) // SAMPLE):
        assert answer(reader, Query(title, page_size=1), lexicon).did_you_mean is None, title


def test_the_golden_queries_name_real_documents(built: Built) -> None:
    for case in relevance.cases(built.codes):
        for told in case.find:
            if told.grade == relevance.BEST:
                assert any(told.meets(one) for one in built.everything.values()), (case, told)


def test_every_synonym_leads_to_something(built: Built) -> None:
    entries = synonyms.read(synonyms.FILE.read_text(encoding="utf-8"))
    assert len(entries) >= 200
    every = "\n".join(
        "\n".join((one.title, one.body, *one.names)) for one in built.everything.values()
    )
    assert [word for word, listed in entries.items() if not any(w in every for w in listed)] == []
    idle = [word for listed in entries.values() for word in listed if word not in every]
    # Terms of the field that the demonstration happens not to use.
    assert idle == ["个人有关事项"]


def test_no_synonym_takes_the_name_of_somebody_or_something(built: Built) -> None:
    entries = synonyms.read(synonyms.FILE.read_text(encoding="utf-8"))
    taken = {
        name
        for one in built.everything.values()
        for name in (one.title, *one.names)
        if one.kind in (Kind.UNIT, Kind.OFFICIAL)
    }
    assert taken.isdisjoint(entries)
