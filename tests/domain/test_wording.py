"""What two texts say differently, word by word: exact, readable, and bounded."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from domain.editing.wording import Piece, body_wording, wording

WORDS = [
    "局长",
    "副局长",
    "财务",
    "审批",
    "的",
    "，",
    "。",
    "\n",
    " ",
    "5",
    "15%",
    "2026年3月1日",
    "GDP",
    "<p>",
    "𠮷",
    "e\u0301",
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=40).map("".join))


def written(pieces: list[Piece]) -> str:
    signs = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in pieces)


def restored(pieces: list[Piece], without: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(TEXTS, TEXTS)
def test_both_texts_come_back_to_the_character(before: str, after: str) -> None:
    pieces = wording(before, after)
    assert restored(pieces, "added") == before
    assert restored(pieces, "removed") == after
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    assert all(one != other for one, other in pairwise(kinds))
    assert (kinds in (["same"], [])) == (before == after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("由局长审批。", "由分管副局长审批。", "由[+分管副+]局长审批。"),
        ("分到各乡镇，由副局长审批", "全部分到各乡镇，由局长审批", "[+全部+]分到各乡镇，由[-副-]局长审批"),
        ("单笔5万元以上的", "单笔15万元以上的", "单笔[-5-][+15+]万元以上的"),
        ("资金12.5万元，比例30%。", "资金125万元，比例35%。", "资金[-12.5-][+125+]万元，比例[-30%-][+35%+]。"),
        ("自2026年1月1日起", "自2026年7月1日起", "自2026年[-1-][+7+]月1日起"),
        # What is put in begins where a clause begins, not at the stop before it.
        ("甲方。乙方。", "甲方。丙方。乙方。", "甲方。[+丙方。+]乙方。"),
        ("讨论，表态。", "讨论，公示，表态。", "讨论，[+公示，+]表态。"),
        ("讨论，公示，表态。", "讨论，表态。", "讨论，[-公示，-]表态。"),
        # A sentence written anew is shown whole, not as a riddle of the few words both have.
        (
            "受理申请，审查材料，作出决定。",
            "决定之前先行公示，群众可以提出意见。",
            "[-受理申请，审查材料，作出决定-][+决定之前先行公示，群众可以提出意见+]。",
        ),
        ("一\n\n二", "一\n\n二\n\n三", "一\n\n二[+\n\n三+]"),
        ("", "新写的", "[+新写的+]"),
        ("删掉的", "", "[-删掉的-]"),
        ("照旧", "照旧", "照旧"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_it_reads_as_a_person_would_mark_it(before: str, after: str, expected: str) -> None:
    assert written(wording(before, after)) == expected


def test_a_rich_body_is_compared_by_its_words() -> None:
    before = "<p>坚持<strong>集体决定</strong>。</p><ul><li>公示</li></ul>"
    after = "<p>坚持<em>集体决定</em>。</p><ul><li>公示七天</li></ul>"
    assert written(body_wording(before, after)) == "坚持集体决定。\n公示[+七天+]"


def _random(seed: int) -> str:
    return "".join(random.Random(seed).choices("的一是在不了有和人这中大为上个国", k=20_000))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_random(1), _random(2)),
        ("甲，" * 10_000, "乙，" * 10_000),
        ("。" * 20_000, "。" * 19_999 + "，"),
        ("a b " * 5_000, "b a " * 5_000),
        ("1，" * 40_000, "，2" * 40_000),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 20_000))), "".join(map(chr, range(0x4E00 + 20_000, 0x4E00, -1)))),
    ],
    ids=["noise", "every other word", "one stop", "turns", "too many", "backwards"],
)  # fmt: skip
def test_the_longest_and_worst_texts_are_compared_too(before: str, after: str) -> None:
    pieces = wording(before, after)
    assert restored(pieces, "added") == before
    assert restored(pieces, "removed") == after


def test_what_is_too_long_for_words_is_compared_by_sentences() -> None:
    shared = "".join(f"第{n}条照旧。" for n in range(9_000))
    before, after = f"甲{shared}乙", f"丙{shared}丁"
    assert [piece.kind for piece in wording(before, after)] == ["removed", "added", "same", "removed", "added"]  # fmt: skip
