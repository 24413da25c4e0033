"""What is known of a county's words: how they are cut, what else they mean, how they sound."""

import pytest
from hypothesis import given, strategies as st

from search import asking, pinyin
from search.lexicon import PLAIN, Because, Lexicon

COUNTY = Lexicon(
    names=("云岭县教育局", "教育局", "交通运输局", "重庆路街道"),
    people=("周明远", "周敏源", "焦渝菊"),
    synonyms=(
        ("修路", ("工程建设", "交通项目")),
        ("低保", ("最低生活保障",)),
        ("学校伙食", ("营养餐",)),
        ("PPP", ("政府和社会资本合作",)),
    ),
)


def texts(query: str, lexicon: Lexicon = COUNTY) -> list[str]:
    return [word.text for word in asking.wanted(query, lexicon).words]


def others(query: str, lexicon: Lexicon = COUNTY) -> dict[str, list[str]]:
    words = asking.wanted(query, lexicon).words
    return {word.text: [other.text for other in word.others] for word in words if word.others}


def test_known_words_are_cut_in_one_piece() -> None:
    assert texts("重庆路街道学校伙食") == ["重庆路街道", "学校伙食"]
    assert texts("重庆路街道学校伙食", PLAIN) != ["重庆路街道", "学校伙食"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("修路的钱", {"修路": ["工程建设", "交通项目"]}),
        ("谁管學校伙食", {"学校伙食": ["营养餐"]}),
        ("学校 伙食", {"学校伙食": ["营养餐"]}),
        ("ＰＰＰ 项目", {"ppp": ["政府和社会资本合作"]}),
        ("jiaoyuju", {"jiaoyuju": ["教育局", "焦渝菊"]}),
        ("jiao yu ju", {"jiaoyuju": ["教育局", "焦渝菊"]}),
        ("JTYSJ", {"jtysj": ["交通运输局"]}),
        ("chongqinglujiedao", {"chongqinglujiedao": ["重庆路街道"]}),
        ("zhoumingyuan", {"zhoumingyuan": ["周明远"]}),
        ("工程建设", {}),
        ("report", {}),
    ],
)
def test_what_else_is_searched(query: str, found: dict[str, list[str]]) -> None:
    assert others(query) == found


def test_what_is_named_first_counts_most() -> None:
    (word,) = asking.wanted("修路", COUNTY).words
    assert dict(word.scores)["修路"] > word.others[0].scores[0][1] > word.others[1].scores[0][1] > 0


def test_a_lay_word_in_letters_means_what_the_word_does() -> None:
    assert others("dibao") == {"dibao": ["低保", "最低生活保障"]}


def test_letters_that_spell_a_name_stand_for_it() -> None:
    assert asking.wanted("jiaoyuju", COUNTY).names[0] == "教育局"
    assert asking.wanted("jiaoyuju 采购", COUNTY).names == ("jiaoyuju采购",)
    # A lay word is a name itself before it is another.
    assert asking.wanted("低保", COUNTY).names == ("低保", "最低生活保障")


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("我家想办低保该找谁", ["低保"]),
        ("村里的低保怎么定的", ["低保"]),
        ("how much is the PPP", ["much", "ppp"]),
        # Nothing else is left.
        ("孩子", ["孩子"]),
        ("村里", ["村里"]),
    ],
)
def test_what_only_makes_a_question_is_left_out(question: str, read: list[str]) -> None:
    assert texts(question) == read


@pytest.mark.parametrize("typed", ["2025年3季度", "２０２５年第３季度"])
def test_a_quarter_may_be_written_with_a_digit(typed: str) -> None:
    quarters = Lexicon(synonyms=(("3季度", ("第三季度",)),))
    assert others(typed, quarters) == {"3季度": ["第三季度"]}
    (_, quarter) = asking.wanted(typed, quarters).words
    # And as it was typed: by its pairs.
    assert quarter.grams == ("3季", "季度")


def test_what_else_is_searched_is_said_and_can_be_switched_off() -> None:
    asked = asking.wanted("低保 jiaoyuju", COUNTY)
    assert [(also.word, also.because) for also in asked.also] == [
        ("低保", Because.SYNONYM),
        ("jiaoyuju", Because.PINYIN),
    ]
    plain = asking.wanted("低保 jiao yu ju", COUNTY, expand=False)
    assert plain.also == ()
    assert [word.others for word in plain.words] == [()] * 4


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("教玉局", ["教育局"]),
        ("教玉局的钱", ["教育局的钱"]),
        ("云岭县教雨局", ["云岭县教育局"]),
        ("焦通运输局", ["交通运输局"]),
        ("交通晕树局", ["交通运输局"]),
        ("营养惨", ["营养餐"]),
        # Many speakers do not tell these apart.
        ("学校会时", []),
        ("修炉", ["修路"]),
        ("教育局", []),
    ],
)
def test_what_sounds_like_a_known_name_is_taken_for_it(typed: str, meant: list[str]) -> None:
    assert list(COUNTY.corrections(typed))[:1] == meant


@pytest.mark.parametrize(
    "typed", ["周明源", "周敏远", "邹明远", "周明远", "焦渝菊", "焦鱼菊的爱人周明远"]
)
def test_nobodys_name_is_corrected_into_anothers(typed: str) -> None:
    for corrected in COUNTY.corrections(typed):
        assert not any(name in corrected and name not in typed for name in COUNTY.people)
        assert all(name in corrected for name in COUNTY.people if name in typed)


def test_where_words_stand_only_a_lone_character_is_a_slip() -> None:
    # 居 stands alone behind 教育; 公式 is a word like any other.
    assert list(COUNTY.corrections("教育居", slips=True)) == ["教育局"]
    lone = Lexicon(names=("公示期间",))
    assert list(lone.corrections("公式期间")) == ["公示期间"]
    assert list(lone.corrections("公式期间", slips=True)) == []


def test_names_are_found_by_how_their_pinyin_begins() -> None:
    assert COUNTY.beginning("jiaoy") == ["教育局", "焦渝菊"]
    assert COUNTY.beginning("jtys") == ["交通运输局"]
    assert COUNTY.beginning("") == []


def test_a_character_with_many_readings_is_known_by_each() -> None:
    assert ("chong", "qing") in pinyin.readings("重庆")
    assert list(pinyin.readings("a重")) == []
    assert list(pinyin.readings("")) == []


def test_equal_lexicons_have_one_fingerprint() -> None:
    again = Lexicon(COUNTY.names, COUNTY.people, COUNTY.synonyms)
    assert again.fingerprint == COUNTY.fingerprint
    assert Lexicon(COUNTY.names, COUNTY.people).fingerprint != COUNTY.fingerprint


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    asked = asking.wanted(text, COUNTY)
    assert len(asked.words) <= asking.QUERY_WORDS
    assert text not in COUNTY.corrections(text)
