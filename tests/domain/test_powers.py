"""Power lists: what clashes with the negative list, and how editions are found."""

import pytest

from domain import powers
from domain.officials import Post
from domain.powers import NegativeArea, NegativeEntry, PowerEdition, PowerList, clashes
from domain.powers.words import PLAINER

ALL = {
    NegativeArea.FINANCE: "不直接分管财务",
    NegativeArea.PERSONNEL: "不直接分管干部人事",
    NegativeArea.TENDER: "不直接分管工程招标",
    NegativeArea.APPROVAL: "不直接分管行政审批",
    NegativeArea.PROCUREMENT: "不直接分管物资采购",
    NegativeArea.OTHER: "保障房分配",
}


@pytest.mark.parametrize(
    ("portfolio", "areas"),
    [
        ("", set()),
        ("主持全面工作", set()),
        ("主持全面工作；分管财务", {NegativeArea.FINANCE}),
        ("分管财务、人事和政府采购。", {"finance", "personnel", "procurement"}),
        ("主持全面工作，不直接分管财务、干部人事、工程招标", set()),
        ("财务由副职分管，分管干部人事", {"personnel"}),
        ("财务和采购，由副局长林知秋分管；招投标；行政审批", {"tender", "approval"}),
        ("分管办公室\n负责保障房分配", {"other"}),
        ("不得插手工程招标，不再负责财务", set()),
        ("主持全面工作，分管审计，负责财务监督和采购检查", set()),
        ("监督财务收支；分管人事", {"personnel"}),
        ("严禁插手招标；行政审批、财务均由副局长负责", set()),
    ],
)
def test_clash_of_portfolio_and_negative_list(portfolio: str, areas: set[str]) -> None:
    edition = PowerEdition(power_list=PowerList(post=Post(title="局长", portfolio=portfolio)))
    edition.negatives = [
        NegativeEntry(number=n, area=area, text=text)
        for n, (area, text) in enumerate(ALL.items(), start=1)
    ]
    found = clashes(edition)
    assert {clash.entry.area for clash in found} == areas
    assert all(clash.passage and clash.passage in portfolio for clash in found)
    assert all(not clash.explanation and clash.item is None for clash in found)


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ("决定每年先修哪几条村道、各修多少钱。", []),
        ("路" * 60, []),
        (" " + "路" * 61 + "\n", ["有 61 个字，最好不超过 60 个"]),
        ("对资金进行核准", ["“进行”可以不写", "“核准”像文件里的话，可以说“批准”"]),
    ],
)
def test_a_plain_line_that_is_long_or_official_gets_advice(plain: str, said: list[str]) -> None:
    assert [str(one) for one in powers.advice(plain)] == said


def test_the_plainer_word_is_no_official_word_itself() -> None:
    proposed = [plainer for plainer in PLAINER.values() if plainer]
    assert [str(one) for plainer in proposed for one in powers.advice(plainer)] == []
