"""Highlights: right places in the original text, whatever was folded, however words overlap."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from search import asking, words
from search.engine import Piece
from search.highlight import PASSAGE, passages, spans, whole
from search.lexicon import Lexicon
from tests.search.test_words import ANY, PAPER


def marked(pieces: Iterable[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("教育局", "云岭县教育局采购", "云岭县[教育局]采购"),
        ("教育局 育局长", "教育局长", "[教育局长]"),
        ("采购", "ＡＢ采购，采购", "ＡＢ[采购]，[采购]"),
        ("m2", "面积５㎡以上", "面积５[㎡]以上"),
        ("1.5", "约１．５万元", "约[１．５]万元"),
        ("教育", "教\u200b育局", "[教\u200b育]局"),
        ("教育督导室", "教育和督导", "[教育]和[督导]"),
        ("的", "我的", "我[的]"),
        ("x<b>", "x<b>c", "[x]<[b]>c"),
        ("教育局局长", "县教育局局长、局长办公会", "县[教育局局长]、[局长]办公会"),
        ("局局局", "教育局局局局长", "教育[局局局局]长"),
        ("養護資金", "公路养护资金", "公路[养护资金]"),
        ("养护资金", "公路養護資金", "公路[養護資金]"),
        ("２０２５年", "2025年、２０２５年", "[2025年]、[２０２５年]"),
        ("没有", "别的", "别的"),
        ("", "别的", "别的"),
    ],
)
def test_marks(query: str, text: str, shown: str) -> None:
    assert marked(whole(text, asking.wanted(query))) == shown


COUNTY = Lexicon(
    names=("教育局",),
    synonyms=(("低保", ("最低生活保障",)), ("3季度", ("第三季度",))),
)


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("低保金", "领取低保金，停发低保", "领取[低保金]，停发[低保]"),
        ("低保", "最低生活保障（低保）", "[最低生活保障]（[低保]）"),
        ("dibao", "最低生活保障（低保）", "[最低生活保障]（[低保]）"),
        ("jiaoyuju", "云岭县教育局", "云岭县[教育局]"),
        ("2025年3季度", "2025年第三季度", "[2025年第三季度]"),
    ],
)
def test_what_else_was_searched_is_marked_too(query: str, text: str, shown: str) -> None:
    assert marked(whole(text, asking.wanted(query, COUNTY))) == shown


@given(ANY, ANY)
def test_pieces_put_together_are_the_text(text: str, query: str) -> None:
    pieces = whole(text, asking.wanted(query))
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    assert all(a.is_match != b.is_match for a, b in pairwise(pieces))


@given(PAPER, st.data())
def test_what_is_marked_is_what_was_asked_for(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    query = text[start : start + data.draw(st.integers(0, 4))]
    asked = asking.wanted(query)
    places = spans(text, asked)
    assert bool(places) == bool(asked.words)
    terms = {term for word in asked.words for term in (word.text, *word.grams)}
    for begin, end in places:
        assert any(term in words.fold(text[begin:end]).text for term in terms)


@given(PAPER.flatmap(lambda text: st.tuples(st.just(text * 9), st.just(text[:3]))))
def test_passages_come_from_the_text_and_are_short(case: tuple[str, str]) -> None:
    text, query = case
    found = passages(text, asking.wanted(query))
    for pieces in found:
        body = "".join(piece.text for piece in pieces if piece != Piece("…", is_match=False))
        assert body in text or "…" in text
        assert len(body) <= 2 * PASSAGE
    assert bool(found) == bool(text)


def test_the_passage_with_most_different_words_is_chosen() -> None:
    filler = "今年以来各项工作有序推进。" * 30
    text = f"采购采购采购。{filler}教育局采购由局务会决定。{filler}"
    found = [marked(pieces) for pieces in passages(text, asking.wanted("教育局 采购"))]
    assert any("[教育局采购]由局务会决定" in passage for passage in found)
    assert found[0].startswith("[采购采购采购]")
    assert found[1].startswith("…[教育局采购]")


def test_without_a_match_the_beginning_is_shown() -> None:
    text = "第一句。" * 100
    (pieces,) = passages(text, asking.wanted("没有"))
    assert marked(pieces).startswith("第一句。")
    assert pieces[-1] == Piece("…", is_match=False)
    assert passages("", asking.wanted("没有")) == ()


def test_one_common_character_in_a_very_long_text() -> None:
    pieces = passages("的的的是" * 50_000, asking.wanted("的"))
    assert pieces[0][0].is_match
