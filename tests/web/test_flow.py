"""The drawing of a process: nothing overlaps, no text leaves its box, each arrow joins two steps."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings, strategies as st

from web.flow import ELDER_WIDTH, WIDTH, Box, Drawing, Step, draw, measure, wrap

_TEXT = st.one_of(
    st.text(max_size=200).map(lambda text: " ".join(text.split())),
    st.text("集体研究，一把手末位表态。（）《》、；", max_size=200),
    st.sampled_from(["Pneumonoultramicroscopicsilicovolcanoconiosis" * 4, "W" * 200, "会" * 200]),
)
_WHO = st.one_of(st.sampled_from(["投资股", "党组", "各乡镇", "Finance office"]), _TEXT)
_STEP = st.builds(Step, _TEXT.filter(bool), _WHO, _TEXT, _TEXT)
_STEPS = st.lists(_STEP, min_size=1, max_size=30).map(tuple)
_WIDTHS = st.sampled_from([WIDTH, ELDER_WIDTH])


def overlap(a: Box, b: Box) -> bool:
    return (
        min(a.x + a.width, b.x + b.width) - max(a.x, b.x) > 0.2
        and min(a.y + a.height, b.y + b.height) - max(a.y, b.y) > 0.2
    )


def crosses(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Whether a straight line runs through the inside of a box, not along its edge."""
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return (
        right > box.x + 0.2
        and left < box.x + box.width - 0.2
        and bottom > box.y + 0.2
        and top < box.y + box.height - 0.2
    )


def assert_sound(drawn: Drawing, steps: tuple[Step, ...]) -> None:
    assert [box.number for box in drawn.boxes] == list(range(1, len(steps) + 1))
    for a, b in [*combinations(drawn.boxes, 2), *combinations(drawn.lanes, 2)]:
        assert not overlap(a, b)
    for box in [*drawn.boxes, *drawn.lanes]:
        assert box.x >= 0
        assert box.x + box.width <= drawn.width
        assert box.y >= 0
        assert box.y + box.height <= drawn.height
        for line in box.lines:
            assert line.x >= box.x
            assert line.x + measure(line.text) * line.size <= box.x + box.width
            assert line.y - line.size >= box.y
            assert line.y + line.size * 0.25 <= box.y + box.height
    assert_arrows(drawn)


def assert_arrows(drawn: Drawing) -> None:
    assert len(drawn.arrows) == len(drawn.boxes) - 1
    for arrow, (before, after) in zip(drawn.arrows, pairwise(drawn.boxes), strict=True):
        start, tip = arrow.points[0], arrow.head[0]
        assert start == pytest.approx(
            (before.x + before.width, before.y + before.height / 2), abs=0.2
        )
        at_left = tip == pytest.approx((after.x - 1, after.y + after.height / 2), abs=0.2)
        at_top = tip == pytest.approx((after.x + after.width / 2, after.y - 1), abs=0.2)
        assert at_left or at_top
        for a, b in pairwise(arrow.points):
            assert a[0] == b[0] or a[1] == pytest.approx(b[1], abs=0.2)
            assert not [box.number for box in drawn.boxes if crosses(a, b, box)]
        assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in arrow.points)


def words(box: Box, part: str) -> str:
    return "".join("".join(line.text.split()) for line in box.lines if line.part == part)


@settings(deadline=None)
@given(_STEPS, _WIDTHS, st.booleans())
def test_boxes_stand_apart_hold_their_text_and_are_joined_in_order(
    steps: tuple[Step, ...], width: float, lanes: bool
) -> None:
    drawn = draw(steps, width, lanes=lanes)
    assert_sound(drawn, steps)
    for box, step in zip(drawn.boxes, steps, strict=True):
        assert words(box, "name") == "".join(step.name.split())
        assert words(box, "limit") == "".join(step.time_limit.split())
        assert words(box, "open") == "".join(step.disclosed.split())
        heads = [lane for lane in drawn.lanes if lane.y <= box.y < lane.y + lane.height]
        assert "".join(step.who.split()) in [words(box, "who"), *(words(h, "lane") for h in heads)]


@settings(deadline=None)
@given(_TEXT, st.floats(2, 20))
def test_lines_are_no_wider_than_asked_and_nothing_is_lost(text: str, ems: float) -> None:
    rows = wrap(text, ems)
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert [row for row in rows if len(row) > 1 and measure(row) > ems] == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("集体研究，一把手末位表态", ["集体研", "究，一", "把手末", "位表态"]),
        ("报送《监督事项预告表》", ["报送", "《监督", "事项预", "告表》"]),
        ("A road in the county 的修", ["A road", "in the", "county", "的修"]),
        ("", []),
    ],
)
def test_a_mark_stays_with_its_word_and_a_word_in_one_piece(text: str, rows: list[str]) -> None:
    assert wrap(text, 3 if text.isascii() or "A" not in text else 4.5) == rows


def test_actors_who_take_turns_have_lanes_and_others_stand_in_the_box() -> None:
    turns = tuple(Step(f"第{n}步", who) for n, who in enumerate(["村", "镇", "村", "局"]))
    drawn = draw(turns, lanes=True)
    assert [words(lane, "lane") for lane in drawn.lanes] == ["村", "镇", "局"]
    assert drawn.boxes[0].y == drawn.boxes[2].y < drawn.boxes[1].y < drawn.boxes[3].y
    for steps in (
        tuple(Step("做", who) for who in "甲乙丙丁戊"),
        tuple(Step("做", who) for who in ("甲", "甲", "")),
        (Step("做", "甲"), Step("做", "甲")),
        (Step("做", "甲" * 31), Step("做", "乙"), Step("做", "乙")),
    ):
        assert draw(steps, lanes=True).lanes == ()
        assert [words(box, "who") for box in draw(steps, lanes=True).boxes] == [
            s.who for s in steps
        ]
    assert draw(turns).lanes == ()


def test_many_steps_go_on_in_the_next_row() -> None:
    drawn = draw(tuple(Step("做一件事") for _ in range(30)))
    rows = sorted({box.y for box in drawn.boxes})
    assert len(rows) == 5
    assert [sum(box.y == y for box in drawn.boxes) for y in rows] == [6] * 5


def test_nothing_is_drawn_of_no_steps() -> None:
    assert draw(()) == Drawing(WIDTH, 1, (), (), ())
