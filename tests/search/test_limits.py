"""What bounds a question, and what people write by habit for other search engines."""

from collections.abc import Callable
from itertools import islice

import pytest
from hypothesis import example, given, settings, strategies as st

from search import suggesting
from search.answering import answer
from search.asking import QUERY_CHARACTERS, QUERY_WORDS, wanted
from search.engine import Field, Kind, Query, Results, SearchEngine, SearchReader, Sort
from search.lexicon import ALTERNATIVES, CORRECTIONS, PLAIN
from tests.search.conftest import fill, power
from tests.search.test_searching import COUNTY, OFFICIALS, POWERS, UNITS

# Any text at all, halves of characters and NUL included; much of it Chinese, or longer when folded.
WILD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("资金使用审批教育局张建国课桌扶贫款 2024jiaoyu*?\"'\\%_~^:()[]{}|&!+-/<>"),
        st.sampled_from("\0\ud800\udfff\u200b\ufdfa㍿㋿ﬁ½\U000e0100"),
    ),
    max_size=3 * QUERY_CHARACTERS,
)


@pytest.fixture(scope="module")
def standing(fresh: Callable[[], SearchEngine]) -> SearchReader:
    """An index that every question of this file is put to."""
    index = fresh()
    fill(index, *POWERS, *UNITS, *OFFICIALS)
    return index


def found(results: Results) -> tuple[object, ...]:
    return {hit.id for hit in results.hits}, results.total, results.facets, results.loosened


ONE_WORD = (
    *('"资金"', "“资金”", "「资金」", "'资金'", "《资金》", "（资金", "资金)", "[资金]", "{资金}"),
    *("资金*", "*资金*", "＊资金", "?资金", "资金？", "资金~", "～资金", "资金^", "+资金", "-资金"),
    *(
        "资金%",
        "%资金%",
        "资金_",
        "_资金_",
        "\\资金",
        "资金\\",
        "/资金/",
        "!资金",
        "资金&&",
        "||资金",
    ),
    *("title:资金", "Title：资金", "intitle:资金", "text:资金", "资金 title:", "-title:资金"),
    *(
        "资金 site:example.gov.cn",
        "filetype:pdf 资金",
        "资金 AND",
        "NOT 资金",
        "or 资金",
        "资金;--",
    ),
)
TWO_WORDS = (
    *(
        "资金 AND 采购",
        "资金 OR 采购",
        "资金 and not 采购",
        "资金 NOT 采购",
        "资金 && 采购",
        "资金|采购",
    ),
    *(
        '"资金" "采购"',
        "+资金 +采购",
        "资金 -采购",
        "资金*采购",
        "资金_采购",
        "资金%采购",
        "资金\\采购",
    ),
    *(
        "title:资金 采购",
        "(资金 AND 采购) OR",
        "资金~采购",
        "资金^采购",
        "资金:采购",
        "title:资金 text:采购",
    ),
)


@pytest.mark.parametrize(
    ("meant", "typed"),
    [*(("资金", typed) for typed in ONE_WORD), *(("资金 采购", typed) for typed in TWO_WORDS)],
)
def test_signs_and_operators_find_what_the_words_find(
    standing: SearchReader, meant: str, typed: str
) -> None:
    right = standing.search(Query(meant))
    assert right.total
    assert found(standing.search(Query(typed))) == found(right)
    assert found(answer(standing, Query(typed), COUNTY)) == found(right)


@pytest.mark.parametrize("typed", ["AND", "not", "*", "?!", "_", "%", "title:", '"', "\\", "a:b"])
def test_nothing_but_signs_is_a_question_too(standing: SearchReader, typed: str) -> None:
    results = answer(standing, Query(typed), COUNTY)
    assert results.total == 0
    assert standing.suggest(typed) == ()


def test_a_name_is_first_whatever_stands_around_it(standing: SearchReader) -> None:
    for typed in ("“教育局”", "title:教育局", "教育局*", "教育局_"):
        assert standing.search(Query(typed)).hits[0].id == "unit:1", typed


def test_what_is_beyond_the_limits_is_not_asked_and_said_so(index: SearchEngine) -> None:
    words = [f"{a}{b}" for a in "甲乙丙丁" for b in "子丑寅卯"]
    assert len(words) == QUERY_WORDS
    fill(index, power(1, "。".join(words)), power(2, "以外"))
    for text in (" ".join([*words, "以外"]), "甲子" * (QUERY_CHARACTERS // 2) + "以外"):
        results = index.search(Query(text))
        assert [hit.id for hit in results.hits] == ["power:1"]
        assert results.shortened
        assert not results.loosened
    for text in (" ".join(words), "甲子" * (QUERY_CHARACTERS // 2)):
        assert not index.search(Query(text)).shortened


@given(text=WILD, expand=st.booleans())
@example(text="\ufdfa" * QUERY_CHARACTERS, expand=True)
@example(text="㍿㋿甲1" * QUERY_CHARACTERS, expand=True)
def test_no_text_asks_for_more_than_so_many_terms(text: str, expand: bool) -> None:
    read = wanted(text, PLAIN, expand=expand)
    assert len(read.words) <= QUERY_WORDS
    assert sum(len(word.text) for word in read.words) <= QUERY_CHARACTERS
    assert len(read.factors) <= QUERY_CHARACTERS + 2 * QUERY_WORDS
    assert sum(len(word.grams) for word in read.words) <= QUERY_CHARACTERS
    known = wanted(text, COUNTY, expand=expand)
    assert all(len(word.others) <= ALTERNATIVES for word in known.words)
    assert expand or not any(word.others for word in known.words)
    assert len(suggesting.asked(text)) <= QUERY_CHARACTERS


class Counting:
    """Counts what another reader is asked."""

    def __init__(self, reader: SearchReader) -> None:
        self.asked: list[Query] = []
        self._reader = reader

    def search(self, query: Query, lexicon: object = PLAIN) -> Results:
        self.asked.append(query)
        return self._reader.search(query, COUNTY)


@settings(max_examples=60)
@given(
    text=WILD,
    filters=st.dictionaries(st.sampled_from(Field), st.lists(WILD, max_size=2)),
    page=st.integers(),
    size=st.integers(),
    sort=st.sampled_from(Sort),
)
def test_anything_is_answered_and_without_time_it_says_so(
    standing: SearchReader,
    text: str,
    filters: dict[Field, list[str]],
    page: int,
    size: int,
    sort: Sort,
) -> None:
    counting = Counting(standing)
    whole = answer(counting, Query(text, filters, sort, page, size, seconds=60), COUNTY)  # type: ignore[arg-type]
    assert len(counting.asked) <= 1 + CORRECTIONS
    hurried = standing.search(Query(text, filters, sort, page, size, seconds=0), COUNTY)
    assert (hurried.total, hurried.facets) == (whole.total, whole.facets)
    assert (hurried.page, hurried.pages) == (whole.page, whole.pages)
    assert len(hurried.hits) == len(whole.hits)
    words = wanted(text, COUNTY).words
    assert (
        hurried.partial == hurried.hurried == bool(whole.total and words and sort is Sort.RELEVANCE)
    )
    assert not whole.partial
    assert len(standing.suggest(text)) <= 8


@given(text=WILD)
def test_another_spelling_of_anything_is_found_in_bounds(text: str) -> None:
    for corrected in islice(COUNTY.corrections(text[:QUERY_CHARACTERS]), CORRECTIONS):
        assert corrected != text


def test_filters_that_nothing_can_have_find_nothing(standing: SearchReader) -> None:
    for value in ("", "\0", "\ud800", "'", "\\", "%", "*", "facts", "x" * 100_000, "资" * 10_000):
        for field in Field:
            assert standing.search(Query("资金", {field: [value]})).total == 0, (field, value)
    assert standing.search(Query("", {Field.KIND: [Kind.UNIT, "\udfff"]})).total == len(UNITS)
