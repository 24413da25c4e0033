"""Power lists: what clashes with the negative list, and how editions are found."""

import pytest

from domain.officials import Post
from domain.powers import NegativeArea, NegativeEntry, PowerEdition, PowerList, clashes

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
    ],
)
def test_clash_of_portfolio_and_negative_list(portfolio: str, areas: set[str]) -> None:
    edition = PowerEdition(power_list=PowerList(post=Post(title="局长", portfolio=portfolio)))
    edition.negatives = [
        NegativeEntry(number=n, area=area, text=text)
        for n, (area, text) in enumerate(ALL.items(), start=1)
    ]
    found = clashes(edition)
    assert {entry.area for entry, _ in found} == areas
    assert all(clause and clause in portfolio for _, clause in found)
