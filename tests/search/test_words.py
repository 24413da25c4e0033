"""The analyser: what every index and every query depend on."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from search import asking, words

# What stands in the papers of a county: Chinese, full-width forms, numbers, Latin, punctuation,
# and compatibility characters that fold into several.
PAPER = st.text(
    st.one_of(
        st.sampled_from("云岭县教育局财政审批监督的了一二三局长张建国乡镇龘〇々"),
        st.sampled_from("０１２３ＡＢｃ（）：；，。、《》〔〕—…％＋"),
        st.sampled_from("0123456789.abcXYZ -_/\n\t\u3000"),
        st.sampled_from("①⑩㎡℃㈠Ⅷﬁ㏒½"),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    ),
    max_size=40,
)
ANY = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ－１２３", "abc-123"),
        ("〔２０２３〕１８号", "〔2023〕18号"),
        ("５㎡", "5m2"),
        ("Straße", "strasse"),
        ("教\u200b育\ufeff局", "教育局"),
        ("一\t二\n三\x00四", "一 二 三 四"),
        ("e\u0301", "é"),
        ("ｶﾞ", "ガ"),
        ("葛\U000e0100", "葛"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert words.fold(text).text == folded


@given(ANY)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = words.fold(text).text
    assert words.fold(once).text == once


@given(ANY)
def test_folded_characters_know_their_origin(text: str) -> None:
    folded = words.fold(text)
    ends = 0
    for place, character in enumerate(folded.text):
        start, end = folded.span(place, place + 1)
        assert 0 <= start < end <= len(text)
        assert start >= ends or folded.span(place - 1, place) == (start, end)
        assert character in words.fold(text[start:end]).text
        ends = end


@given(PAPER)
def test_a_short_way_and_a_long_way_to_fold_agree(text: str) -> None:
    shortly = words.fold(text).text
    # A ligature in front forces the way that keeps track of every character.
    assert words.fold("ﬁ" + text).text == "fi" + shortly or unicodedata.combining(text[0])


@given(PAPER)
def test_every_one_or_two_characters_of_a_text_are_among_its_terms(text: str) -> None:
    terms = words.count(text)
    for size in (1, 2):
        for start in range(len(text) - size + 1):
            asked = asking.wanted(text[start : start + size])
            missing = {gram for word in asked.words for gram in word.grams} - terms.keys()
            assert not missing, text[start : start + size]


@given(PAPER)
def test_a_text_has_every_word_that_a_query_of_the_same_text_asks_for(text: str) -> None:
    terms = words.count(text)
    for word in asking.wanted(text).words:
        assert set(word.grams) <= terms.keys(), word


@given(ANY)
def test_any_text_is_a_query(text: str) -> None:
    asked = asking.wanted(text)
    assert len(asked.words) <= asking.QUERY_WORDS
    assert asked.empty == (not words.fold(text).text.strip())
    assert all(word.grams and word.text for word in asked.words)


def texts(query: str) -> list[str]:
    return [word.text for word in asking.wanted(query).words]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("教育局 采购", ["教育局", "采购"]),
        ("的", ["的"]),
        ("我的", ["我的"]),
        ("是 的", ["是", "的"]),
        ("修路的钱谁管", ["修路", "钱"]),
        ("2024年", ["2024年"]),
        ("〔2023〕18号", ["2023", "18号"]),
        ("1.5万元", ["1.5", "万元"]),
        ("《", ["《"]),
        ("Email地址", ["email", "地址"]),
        ("*?:()\"' AND", ["and"]),
    ],
)
def test_words_of_a_query(query: str, found: list[str]) -> None:
    assert texts(query) == found


def test_stop_words_never_empty_a_query() -> None:
    for stop in asking.STOP_WORDS:
        assert not asking.wanted(stop).empty
    assert not asking.wanted(" ".join(sorted(asking.STOP_WORDS))).empty


def test_only_blank_text_asks_for_nothing() -> None:
    assert asking.wanted(" \t\u3000\n\u200b").empty
    assert not asking.wanted("。").empty


def test_a_year_is_not_found_in_other_numbers() -> None:
    asked = asking.wanted("2023").words[0]
    assert not set(asked.grams) <= words.count("2020年的23项").keys()
    assert set(asked.grams) <= words.count("２０２３年度").keys()
    assert set(asked.grams) <= words.count("编号20230018").keys()


def test_a_latin_word_is_found_by_any_part() -> None:
    asked = asking.wanted("mail").words[0]
    assert set(asked.grams) <= words.count("E-Mail").keys()
    assert set(asked.grams) <= words.count("webmaiL").keys()


def test_real_words_count_for_more_than_neighbours() -> None:
    counts = words.count("教育局长")
    assert counts["教育"] > counts["育局"]
    assert counts["教育局"] == 2


def test_long_queries_are_cut_and_say_so() -> None:
    assert asking.wanted("预算" * 1000).cut
    assert asking.wanted(
        "甲乙丙丁戊己庚辛壬癸" * 5 + " ".join("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未")
    ).cut
    assert not asking.wanted("预算执行情况").cut
    assert len(asking.wanted("审批" * 1000).key) <= asking.QUERY_CHARACTERS


@pytest.mark.parametrize(
    "name", ["云岭县 教育局", "云岭县·教育局", "「云岭县教育局」", "云岭县教育局\u3000"]
)
def test_names_compare_without_blanks_and_punctuation(name: str) -> None:
    assert words.key(name) == "云岭县教育局"


def test_a_name_of_symbols_alone_keeps_them() -> None:
    assert words.key("《 》") == "《》"
