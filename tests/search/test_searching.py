"""What every engine answers. Written against the protocol; no engine is named here."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from search.answering import answer
from search.engine import (
    DEPTH,
    PAGE_SIZE_MAX,
    Field,
    Kind,
    Query,
    Results,
    SearchEngine,
    SearchReader,
    Sort,
)
from search.keeping import KeepingReader
from search.lexicon import Lexicon
from tests.search.conftest import fill, official, power, unit
from tests.search.test_words import ANY

POWERS = (
    power(
        1,
        "大额资金使用审批",
        "五十万元以上的资金使用，由局党组会议集体研究决定，主要负责人末位表态。",
    ),
    power(2, "物资采购计划审核", "学校课桌椅的采购。资金由财政局拨付。", power_kind="procurement"),
    power(3, "校长选拔任用", "公办学校校长的提名、考察和任用。", power_kind="personnel", year=2025),
    power(
        4,
        "扶贫资金使用审批",
        "２０２４年度扶贫资金，依据〔2023〕18号文件。",
        unit="U002",
        unit_name="云岭县财政局",
        year=2024,
        date=date(2024, 5, 6),
    ),
)
UNITS = (
    unit(1, "云岭县教育局", "县教育局", "教育局"),
    unit(2, "云岭县财政局", "县财政局", "财政局"),
    unit(3, "云岭县教育局教研室", "教研室"),
)
OFFICIALS = (
    official(1, "张建国", "云岭县教育局局长"),
    official(2, "张建", "云岭县财政局局长", unit="U002", unit_name="云岭县财政局"),
)


@pytest.fixture
def reader(index: SearchEngine) -> SearchReader:
    fill(index, *POWERS, *UNITS, *OFFICIALS)
    return index


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def found(reader: SearchReader, text: str, **options: Any) -> list[str]:
    return ids(reader.search(Query(text, **options)))


def test_a_word_is_found_wherever_it_stands(reader: SearchReader) -> None:
    assert set(found(reader, "资金")) == {"power:1", "power:2", "power:4"}


def test_the_title_counts_for_more_than_the_text(reader: SearchReader) -> None:
    assert found(reader, "资金")[-1] == "power:2"


def test_all_words_must_be_there(reader: SearchReader) -> None:
    assert found(reader, "资金 采购") == ["power:2"]


def test_if_nothing_has_all_words_some_do_and_the_answer_says_so(reader: SearchReader) -> None:
    results = reader.search(Query("课桌椅 扶贫"))
    assert results.loosened
    assert set(ids(results)) == {"power:2", "power:4"}
    assert not reader.search(Query("资金 采购")).loosened


def test_nothing_is_found_of_what_is_not_there(reader: SearchReader) -> None:
    results = reader.search(Query("航空母舰"))
    assert (results.hits, results.total, results.pages, results.loosened) == ((), 0, 1, False)
    assert all(values == () for values in results.facets.values())


def test_a_name_comes_first_then_its_beginning(reader: SearchReader) -> None:
    assert found(reader, "教育局")[0] == "unit:1"
    assert found(reader, "云岭县教育局")[:2] == ["unit:1", "unit:3"]
    assert found(reader, "张建")[:2] == ["official:2", "official:1"]
    assert found(reader, "张")[:2] == ["official:2", "official:1"]
    assert found(reader, "大额资金使用 审批")[0] == "power:1"


@pytest.mark.parametrize(
    "text", ["〔2023〕18号", "[2023]18号", "２０２３ 18号", "2024年", "２０２４年度扶贫"]
)
def test_numbers_are_found_in_any_width(reader: SearchReader, text: str) -> None:
    assert found(reader, text) == ["power:4"]


def test_parts_of_words_are_found(reader: SearchReader) -> None:
    # No dictionary has these as words.
    assert found(reader, "桌椅") == ["power:2"]
    assert found(reader, "贫资") == ["power:4"]
    assert found(reader, "椅") == ["power:2"]


def test_filters_narrow(reader: SearchReader) -> None:
    assert found(reader, "资金", filters={Field.UNIT: ["U002"]}) == ["power:4"]
    assert found(reader, "资金", filters={Field.POWER_KIND: ["procurement"]}) == ["power:2"]
    assert found(reader, "张建", filters={Field.KIND: [Kind.OFFICIAL]}) == [
        "official:2",
        "official:1",
    ]
    assert set(found(reader, "", filters={Field.YEAR: ["2024", "2025"]})) == {"power:3", "power:4"}
    assert found(reader, "资金", filters={Field.UNIT: ["U002"], Field.YEAR: ["2026"]}) == []
    assert found(reader, "资金", filters={Field.UNIT: ["no such unit", "'\"*"]}) == []
    assert set(found(reader, "资金", filters={Field.UNIT: []})) == {"power:1", "power:2", "power:4"}


def counts(results: Results, field: Field) -> dict[str, int]:
    return {facet.value: facet.count for facet in results.facets[field]}


def test_facets_count_what_is_found(reader: SearchReader) -> None:
    results = reader.search(Query("资金"))
    assert results.total == 3
    assert counts(results, Field.KIND) == {"power": 3}
    assert counts(results, Field.UNIT) == {"U001": 2, "U002": 1}
    assert counts(results, Field.POWER_KIND) == {"finance": 2, "procurement": 1}
    assert counts(results, Field.YEAR) == {"2026": 2, "2024": 1}
    assert [facet.value for facet in results.facets[Field.UNIT]] == ["U001", "U002"]


def test_a_facet_ignores_its_own_filter_and_no_other(reader: SearchReader) -> None:
    results = reader.search(Query("资金", {Field.UNIT: ["U001"], Field.YEAR: ["2026"]}))
    assert results.total == 2
    assert counts(results, Field.UNIT) == {"U001": 2}
    assert counts(results, Field.YEAR) == {"2026": 2}
    assert counts(results, Field.POWER_KIND) == {"finance": 1, "procurement": 1}
    results = reader.search(Query("资金", {Field.UNIT: ["U002"]}))
    assert counts(results, Field.UNIT) == {"U001": 2, "U002": 1}
    assert counts(results, Field.YEAR) == {"2024": 1}


def test_an_empty_text_browses_newest_first(reader: SearchReader) -> None:
    results = reader.search(Query("  "))
    assert results.total == len(POWERS + UNITS + OFFICIALS)
    assert ids(results)[:4] == ["power:1", "power:2", "power:3", "power:4"]


def test_sort_by_date(reader: SearchReader) -> None:
    assert found(reader, "扶贫资金使用审批")[0] == "power:4"
    assert found(reader, "资金", sort=Sort.DATE) == ["power:1", "power:2", "power:4"]


def test_a_hit_says_what_it_is(reader: SearchReader) -> None:
    (hit,) = reader.search(Query("扶贫")).hits
    assert (hit.kind, hit.unit, hit.unit_name) == (Kind.POWER, "U002", "云岭县财政局")
    assert (hit.power_kind, hit.year, hit.date) == ("finance", 2024, date(2024, 5, 6))
    assert [piece.text for piece in hit.title if piece.is_match] == ["扶贫"]
    assert [piece.text for passage in hit.passages for piece in passage if piece.is_match] == [
        "扶贫"
    ]


def test_pages(index: SearchEngine) -> None:
    fill(index, *(power(n, f"审批事项{n}") for n in range(45)))
    pages = [index.search(Query("审批", page=page, page_size=20)) for page in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [20, 20, 5]
    assert {hit.id for page in pages for hit in page.hits} == {f"power:{n}" for n in range(45)}
    assert {(page.total, page.pages) for page in pages} == {(45, 3)}


def test_a_page_past_the_last_is_the_last(reader: SearchReader) -> None:
    results = reader.search(Query("资金", page=10**9, page_size=2))
    assert (results.page, results.pages, len(results.hits)) == (2, 2, 1)
    assert reader.search(Query("资金", page=-5, page_size=0)).page == 1
    assert Query(page_size=10**9).page_size == PAGE_SIZE_MAX


def test_pages_end_at_a_depth_and_say_so(index: SearchEngine) -> None:
    fill(index, *(power(n, "审批", group=f"powers:{n % 7}") for n in range(DEPTH + 30)))
    results = index.search(Query("审批", page=10**6, page_size=30))
    assert results.truncated
    assert results.total == DEPTH + 30
    assert results.pages == -(-DEPTH // 30)
    assert len(results.hits) == DEPTH % 30
    assert not index.search(Query("审批", {Field.UNIT: ["U9"]}, page=9)).truncated


def test_a_long_query_says_that_it_was_shortened(reader: SearchReader) -> None:
    assert reader.search(Query("资金" * 500)).shortened
    assert not reader.search(Query("资金")).shortened


def test_nothing_in_a_query_is_syntax(reader: SearchReader) -> None:
    for text in (
        "*",
        "资*",
        "title:资金",
        '"资金"',
        "资金 AND NOT 采购",
        "(资金",
        "资金~2",
        "id:facts",
    ):
        assert "power:3" not in found(reader, text)
    assert found(reader, "*") == []
    assert set(found(reader, "“资金”")) == {"power:1", "power:2", "power:4"}


def test_nothing_but_documents_is_found(reader: SearchReader) -> None:
    assert found(reader, "facts") == []
    assert reader.stats().documents == 9


@settings(max_examples=60)
@given(
    text=ANY,
    filters=st.dictionaries(st.sampled_from(Field), st.lists(ANY, max_size=2)),
    page=st.integers(),
    page_size=st.integers(),
    sort=st.sampled_from(Sort),
)
def test_any_query_is_answered(
    standing: SearchReader,
    text: str,
    filters: dict[Field, list[str]],
    page: int,
    page_size: int,
    sort: Sort,
) -> None:
    results = standing.search(Query(text, filters, sort, page, page_size))
    assert results.total >= len(results.hits)
    assert 1 <= results.page <= results.pages
    standing.suggest(text)


@pytest.fixture(scope="module")
def standing(fresh: Callable[[], SearchEngine]) -> SearchReader:
    index = fresh()
    fill(index, *POWERS, *UNITS, *OFFICIALS)
    return index


def test_suggestions_are_names(reader: SearchReader) -> None:
    assert [s.text for s in reader.suggest("教育局")] == ["云岭县教育局", "云岭县教育局教研室"]
    assert [s.text for s in reader.suggest("张")] == ["张建", "张建国"]
    assert [s.text for s in reader.suggest("资金使用")] == ["大额资金使用审批", "扶贫资金使用审批"]
    assert [s.text for s in reader.suggest("云岭县", limit=2)] == ["云岭县教育局", "云岭县财政局"]
    assert reader.suggest("末位表态") == ()


def test_a_suggestion_says_whom_it_means(reader: SearchReader) -> None:
    (suggestion, _) = reader.suggest("张")
    assert suggestion.id == "official:2"
    assert (suggestion.kind, suggestion.unit) == (Kind.OFFICIAL, "U002")
    assert suggestion.unit_name == "云岭县财政局"


def test_suggestions_of_some_kinds_only(reader: SearchReader) -> None:
    suggestions = reader.suggest("云", kinds=[Kind.UNIT, Kind.OFFICIAL])
    assert {s.kind for s in suggestions} == {Kind.UNIT}
    assert reader.suggest("资金", kinds=[Kind.UNIT]) == ()


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b"])
def test_nothing_suggests_nothing(reader: SearchReader, text: str) -> None:
    assert reader.suggest(text) == ()
    assert reader.suggest("张", limit=0) == ()


def test_one_suggestion_for_a_power_that_many_units_have(index: SearchEngine) -> None:
    fill(index, *(power(n, "大额资金使用审批", unit=f"U{n:03}") for n in range(9)))
    fill(index, official(1, "李明"), official(2, "李明", unit="U002"))
    assert len(index.suggest("资金")) == 1
    assert [s.unit for s in index.suggest("李明")] == ["U001", "U002"]


COUNTY = Lexicon(
    names=("云岭县教育局", "教育局", "财政局"),
    people=("张建国", "张建"),
    synonyms=(("课桌", ("物资采购",)), ("扶贫款", ("扶贫资金",)), ("校长", ("园长",))),
)


def known(reader: SearchReader, text: str, **options: Any) -> Results:
    return answer(reader, Query(text, **options), COUNTY)


def test_lay_words_find_the_words_of_the_lists(reader: SearchReader) -> None:
    results = known(reader, "扶贫款")
    assert ids(results) == ["power:4"]
    assert [also.others for also in results.also] == [("扶贫资金",)]
    assert [piece.text for piece in results.hits[0].title if piece.is_match] == ["扶贫资金"]
    switched_off = known(reader, "扶贫款", expand=False)
    assert (switched_off.total, switched_off.also) == (0, ())


def test_a_synonym_takes_nothing_away(reader: SearchReader) -> None:
    assert ids(known(reader, "校长"))[0] == "power:3"
    assert set(ids(known(reader, "校长", expand=False))) <= set(ids(known(reader, "校长")))


def test_letters_find_the_names_that_they_spell(reader: SearchReader) -> None:
    assert ids(known(reader, "jiaoyuju"))[0] == "unit:1"
    assert ids(known(reader, "zhangjianguo")) == ["official:1"]
    assert ids(known(reader, "czj"))[0] == "unit:2"


def test_traditional_characters_and_any_width_find_the_same(reader: SearchReader) -> None:
    assert found(reader, "資金使用審批") == found(reader, "资金使用审批")
    assert found(reader, "２０２４年度") == found(reader, "2024年度")


def test_another_spelling_is_proposed_only_where_it_finds_more(reader: SearchReader) -> None:
    assert known(reader, "教玉局").did_you_mean == "教育局"
    assert known(reader, "教育局").did_you_mean is None
    assert known(reader, "张见国").did_you_mean is None
    # Nothing of the education office is a notice.
    assert known(reader, "教玉局", filters={Field.KIND: [Kind.NOTICE]}).did_you_mean is None


def test_values_are_counted_only_where_asked(reader: SearchReader) -> None:
    assert set(reader.search(Query("资金")).facets) == set(Field)
    assert set(reader.search(Query("资金", counted=(Field.UNIT,))).facets) == {Field.UNIT}


def test_without_time_the_order_is_rough_and_the_answer_says_so(reader: SearchReader) -> None:
    hurried = reader.search(Query("资金 使用", seconds=0.0))
    assert hurried.partial
    assert hurried.hurried
    assert hurried.total == reader.search(Query("资金 使用")).total
    assert not reader.search(Query("资金 使用")).partial


def test_answers_are_kept_while_the_index_is_the_same(index: SearchEngine) -> None:
    fill(index, *POWERS)
    reader = KeepingReader(index, answers=2)
    first = reader.search(Query("资金"))
    assert reader.search(Query("资金")) is first
    assert reader.search(Query("资金"), COUNTY) is not first
    assert reader.search(Query("资金", filters={Field.YEAR: ["2024"]})).total == 1
    # Only the last two are kept.
    assert reader.search(Query("资金")) is not first
    fill(index, power(9, "资金监管"))
    assert reader.search(Query("资金")).total == first.total + 1


def test_what_was_cut_short_is_not_kept(reader: SearchReader) -> None:
    keeping = KeepingReader(reader)
    assert keeping.search(Query("资金", seconds=0.0)).partial
    assert not keeping.search(Query("资金")).partial
