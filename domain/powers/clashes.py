"""Where a post's 分工 contradicts its negative list (不得直接分管, 五个不直接分管)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from domain.powers.tables import NegativeArea

if TYPE_CHECKING:
    from domain.powers.tables import NegativeEntry, PowerEdition

# The words by which a 分工 names an area; an area that is not here is named by the entry's text.
_WORDS: dict[NegativeArea, tuple[str, ...]] = {
    NegativeArea.FINANCE: ("财务",),
    NegativeArea.PERSONNEL: ("人事", "干部任免"),
    NegativeArea.TENDER: ("招标", "招投标"),
    NegativeArea.APPROVAL: ("行政审批",),
    NegativeArea.PROCUREMENT: ("采购",),
}
# “由副职分管”, “不直接分管”: the clause itself says that the head does not run it.
_LEFT_TO_OTHERS = re.compile("副|不(?:再)?(?:直接)?(?:分管|负责|管理|主管)|不得")


def clashes(edition: PowerEdition) -> list[tuple[NegativeEntry, str]]:
    """Where the post's 分工 says the head runs what the negative list forbids.

    Returns:
        The negative entry and the clause of the 分工 in which its area is named. A clause that
        leaves the area to a deputy (“由副职分管”), or says it is not run, is no clash.
    """
    run = [
        clause
        for clause in _clauses(edition.power_list.post.portfolio)
        if not _LEFT_TO_OTHERS.search(clause)
    ]
    return [
        (entry, clause)
        for entry in edition.negatives
        for clause in run
        if any(word in clause for word in _WORDS.get(entry.area, (entry.text.strip(),)))
    ]


def _clauses(portfolio: str) -> list[str]:
    """The parts between stops and commas; “…，由副局长分管” stays with what it is said of."""
    text = re.sub("[，,]((?:均|都)?由)", r"\1", unicodedata.normalize("NFKC", portfolio))
    return [part.strip() for part in re.split("[;；。，,\n]", text) if part.strip()]
