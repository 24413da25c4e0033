"""Personal data: none is missed in whatever dress, and our own numbers raise no alarm."""

import random
import string
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from domain import markup, personal_data
from domain.errors import Refused
from domain.personal_data import DataKind, find

_WIDE = str.maketrans(string.digits + "X", "０１２３４５６７８９Ｘ")
_SEPARATORS = ("", " ", "-", "　", "–", "\u200b", "<b>", "</strong>", "<em>", " - ")


def id_card(draw: random.Random) -> str:
    day = date(1930, 1, 1) + timedelta(days=draw.randrange(33_000))
    body = f"{draw.choice(['530102', '110101', '650121', '820000'])}{day:%Y%m%d}{draw.randrange(1000):03}"
    total = sum(int(d) * w for d, w in zip(body, personal_data._WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def old_id_card(draw: random.Random) -> str:
    day = date(1930, 1, 1) + timedelta(days=draw.randrange(20_000))
    return f"530102{day:%y%m%d}{draw.randrange(1000):03}"


def mobile(draw: random.Random) -> str:
    return f"1{draw.randrange(3, 10)}{draw.randrange(10**9):09}"


def card(draw: random.Random) -> str:
    body = "62" + "".join(str(draw.randrange(10)) for _ in range(draw.choice([13, 14, 15, 16])))
    return next(f"{body}{n}" for n in range(10) if personal_data._is_card(f"{body}{n}"))


MAKERS = {
    DataKind.ID_CARD: (id_card, old_id_card),
    DataKind.MOBILE: (mobile,),
    DataKind.BANK_CARD: (card,),
}


def dressed(number: str, draw: random.Random) -> str:
    """A number as somebody may have typed or pasted it."""
    if draw.random() < 0.5:
        number = number.translate(_WIDE)
    if draw.random() < 0.3:
        number = number.lower()
    separator = draw.choice(_SEPARATORS)
    every = draw.choice([1, 3, 4, 6])
    groups = [number[n : n + every] for n in range(0, len(number), every)]
    return separator.join(groups)


@given(
    st.sampled_from([(kind, make) for kind, makers in MAKERS.items() for make in makers]),
    st.randoms(use_true_random=False),
    st.sampled_from(["", "电话", "（", "第 12 号 ", "<p>共 3 人，", "2026年11月20日，", "No."]),
    st.sampled_from(["", "，谢谢", "）", " 12 人", "</p><p>3 万元</p>", "（本人）"]),
)
def test_no_number_is_missed_in_whatever_dress(
    what: tuple[DataKind, object], draw: random.Random, before: str, after: str
) -> None:
    _kind, make = what
    number = make(draw)  # type: ignore[operator]
    text = before + dressed(number, draw) + after
    found = find(text)
    assert found, text
    left = personal_data._bare(markup.TAG.sub("", personal_data.masked(text, found)))
    assert number not in left, text
    assert find(personal_data.masked(text, found)) == [], text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请打 0876-2123456", DataKind.LANDLINE),
        ("电话（010）62345678", DataKind.LANDLINE),
        ("＋８６ １３９ ０００１ ２３４５", DataKind.MOBILE),
        ("写信到 zhang.san@example.com", DataKind.EMAIL),
        ("云A·12D45 违停", DataKind.PLATE),
        ("粤BD12345", DataKind.PLATE),
        ("住在幸福小区3号楼2单元501室", DataKind.ADDRESS),
        ("住幸福家园 12 栋", DataKind.ADDRESS),
        ("3栋1单元", DataKind.ADDRESS),
        ("东河村第三村民小组", DataKind.ADDRESS),
        ("石桥村5组12号", DataKind.ADDRESS),
        ("文昌路1号3单元", DataKind.ADDRESS),
    ],
)
def test_other_kinds_are_found(text: str, kind: DataKind) -> None:
    assert [one.kind for one in find(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "云岭委发〔2026〕12号",
        "索引号 JT-3-2026-00012",
        "2026年11月20日至2026年12月31日",
        "资金1234567.89万元，涉及2600户",
        "统一社会信用代码 91530102MA6K1234XX",
        "文昌路1号",
        "受理 12 件，办结 11 件，平均 15 个工作日",
        "第1组、第2组分头核查",
        "0000-0000000",
        "a@b 不是邮箱，云南省也不是车牌",
        "1 2 3 4 5 6 7 8 9",
    ],
)
def test_numbers_of_the_trade_raise_no_alarm(text: str) -> None:
    assert find(text) == []


def test_what_an_office_says_of_itself_is_no_finding() -> None:
    assert find("电话 0876-2123456", known=["0876 2123456"]) == []
    assert len(find("电话 0876-2123457", known=["0876 2123456"])) == 1


def test_a_finding_is_shown_in_context_and_confirmed_by_its_mark() -> None:
    text = "<p>当事人张某，电话<b>139</b>0001 2345，已处理。</p><p>另有 13900012345。</p>"
    first, second = find(text)
    assert (first.before, first.quote, first.after) == (
        "当事人张某，电话",
        "1390001 2345",
        "，已处理。 另有 13900012345。"[:18],
    )
    assert first.mark == second.mark
    assert "139" not in first.mark
    assert "139" not in repr(first)
    personal_data.ensure_confirmed([first, second], [first.mark])
    with pytest.raises(Refused, match="手机号码"):
        personal_data.ensure_confirmed([first], ["other"])


def test_a_long_text_shows_what_is_near_alone() -> None:
    text = "<p>甲</p>" * 400 + "电话 13900012345，" + "<p>乙</p>" * 400
    (found,) = find(text)
    assert (found.quote, found.before) == ("13900012345", "甲 甲 甲 甲 甲 甲 甲 甲 电话"[-18:])
    assert found.after == "， 乙 乙 乙 乙 乙 乙 乙 乙 乙"[:18]


def test_an_address_in_a_run_without_an_end_is_found() -> None:
    """Not read from each letter to the last: a run of 50,000 letters would take minutes."""
    found = find("a" * 50_000 + "@yunling.example")
    assert [one.kind for one in found] == [DataKind.EMAIL]


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    found = find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
