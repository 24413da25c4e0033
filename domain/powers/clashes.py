"""Where a list contradicts its own negative list (不得直接分管, 五个不直接分管).

Two things are compared with it: the post's 分工, in which every clause says what the post runs; and
the powers, in which an area is only named where it is dealt with. There a clash is what the head
does alone: a step of approving, buying, choosing that is the head's own, a clause in which the head
runs the area in person. What is decided together (会议, 集体) or is left to a deputy is none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.powers.kinds import NegativeArea, PowerKind
from domain.publishing import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.powers.tables import NegativeEntry, PowerEdition, PowerItem, ProcessStep

# The words by which a text names an area; an area that is not here is named by the entry's text.
_WORDS: dict[NegativeArea, tuple[str, ...]] = {
    NegativeArea.FINANCE: ("财务",),
    NegativeArea.PERSONNEL: ("人事", "干部任免"),
    NegativeArea.TENDER: ("招标", "招投标"),
    NegativeArea.APPROVAL: ("行政审批",),
    NegativeArea.PROCUREMENT: ("采购",),
}
# In a power's own name and steps the area goes by more words.
_WORDS_OF_POWERS: dict[NegativeArea, tuple[str, ...]] = {
    NegativeArea.FINANCE: ("财务", "经费", "报销", "资金拨付", "资金支付"),
    NegativeArea.PERSONNEL: ("人事", "任免", "提拔", "选拔任用"),
    NegativeArea.TENDER: ("招标", "招投标", "评标", "定标", "发包"),
    NegativeArea.APPROVAL: ("行政审批", "行政许可"),
    NegativeArea.PROCUREMENT: ("采购", "供应商"),
}
# A project is more than its tender: only the words say that a step is about the tender.
_KINDS: dict[PowerKind, NegativeArea] = {
    PowerKind.FINANCE: NegativeArea.FINANCE,
    PowerKind.PERSONNEL: NegativeArea.PERSONNEL,
    PowerKind.APPROVAL: NegativeArea.APPROVAL,
    PowerKind.PROCUREMENT: NegativeArea.PROCUREMENT,
}
# “由副职分管”, “不直接分管”: the clause itself says that the head does not run it.
_LEFT_TO_OTHERS = re.compile(
    "副|不(?:再)?(?:直接)?(?:分管|负责|管理|主管|审批|签批|插手)|不得|禁止|严禁"
)
# Watching over an area is not running it: 财务监督, 监督财务收支.
_WATCHED = "(?:监督|检查|审计|督查|公开)"
_TOGETHER = re.compile("集体|会议|会审|研究|讨论|表决|票决|末位|列席|听取|公示")
_ALONE = re.compile(
    "审批|审核|审定|批准|核准|签批|签字|签署|签发|决定|选定|确定|指定|拨付|支付|报销|任免|提名"
    "|采购|招标|评标|定标|发包|发证|许可|一支笔"
)
_IN_PERSON = re.compile("亲自|一支笔|个人决定|个人审批|直接(?:审批|审定|决定|签批|指定|经办)")
_RUNS = re.compile("直接分管|分管|主管|直接负责|直接管理")
_HEADS = frozenset({"主要负责人", "单位主要负责人", "一把手", "主要负责同志", "主要领导"})
_PEOPLE = re.compile("[、，,;；/和及与]")
_STEM = re.compile(
    "^(?:不得|不准|不)?(?:直接)?(?:分管|负责|插手|干预|管理|主管)?(.*?)(?:工作|事项)?[。；]?$"
)


@dataclass(frozen=True)
class Clash:
    """A line of the negative list, and a passage that contradicts it.

    Attributes:
        item: the power in which the passage stands; None: the post's 分工.
        context: the text around the passage, for a reader to see it marked; begins with ``before``.
        explanation: why both stand, in the unit's words; empty: not explained yet.
    """

    entry: NegativeEntry
    passage: str
    context: str
    item: PowerItem | None = None

    @property
    def place(self) -> str:
        """The name of the power; nothing for the 分工."""
        return self.item.name if self.item else ""

    @property
    def explanation(self) -> str:
        """Why both stand, in the unit's words; empty: not explained yet."""
        key = (self.place, self.passage)
        return next((e.text for e in self.entry.explanations if (e.item, e.passage) == key), "")

    @property
    def around(self) -> tuple[str, str]:
        """What stands before the passage and behind it."""
        before, _, after = self.context.partition(self.passage)
        return before, after

    @property
    def fault(self) -> Refused:
        """What is said of it as long as it is not explained."""
        said = {"entry": self.entry.text, "passage": self.passage}
        if self.item is None:
            return Refused("负面清单“%(entry)s”与分工“%(passage)s”相抵触，还没有说明", **said)
        return Refused(
            "负面清单“%(entry)s”与权力事项“%(item)s”的“%(passage)s”相抵触，还没有说明",
            item=self.item.name,
            **said,
        )


def clashes(edition: PowerEdition) -> list[Clash]:
    """Where an edition, or the 分工 of its post, contradicts the edition's negative list.

    A clause that leaves the area to a deputy (“由副职分管”), or says it is not run, is no clash.
    """
    of_powers = (clash for item in edition.items for clash in _of_item(edition, item))
    return [*_with_duties(edition), *of_powers]


def _with_duties(edition: PowerEdition) -> list[Clash]:
    """The clashes with the post's 分工 alone.

    An edition that is over is held against the 分工 of its time: what was explained then.
    """
    if edition.state in {State.SUPERSEDED, State.WITHDRAWN}:
        return [
            Clash(entry, said.passage, said.passage)
            for entry in edition.negatives
            for said in entry.explanations
            if not said.item
        ]
    if not edition.negatives:
        return []
    portfolio = edition.power_list.post.portfolio or ""
    return [
        Clash(entry, clause, portfolio)
        for entry in edition.negatives
        for clause in _clauses(portfolio)
        if not _LEFT_TO_OTHERS.search(clause) and _is_run(clause, _names(entry, _WORDS))
    ]


def _is_run(clause: str, words: Iterable[str]) -> bool:
    """Whether a clause names an area, and not only as what is watched over."""
    folded = unicodedata.normalize("NFKC", clause)
    return any(
        word in folded
        and not re.search(f"{_WATCHED}[^、]{{0,3}}{word}|{word}[^、]{{0,2}}{_WATCHED}", folded)
        for word in words
    )


def _of_item(edition: PowerEdition, item: PowerItem) -> Iterator[Clash]:
    texts = (item.name, item.responsibility or "")
    clauses = [(clause, text) for text in texts for clause in _clauses(text)]
    alone = [step for step in item.steps if _is_decided_alone(step, edition)]
    for entry in edition.negatives:
        words = _names(entry, _WORDS_OF_POWERS)
        about = _KINDS.get(item.kind) is entry.area or any(word in item.name for word in words)
        for clause, text in clauses:
            if _is_run_in_person(clause, words, about=about):
                yield Clash(entry, clause, text, item)
        for step in alone:
            if about or any(word in step.name for word in words):
                yield Clash(entry, step.name, f"{step.name} · {step.who}", item)


def _is_decided_alone(step: ProcessStep, edition: PowerEdition) -> bool:
    said = step.name or ""
    return (
        _ALONE.search(said) is not None
        and not _TOGETHER.search(said)
        and _is_the_heads(step.who or "", edition)
    )


def _is_run_in_person(clause: str, words: Iterable[str], *, about: bool) -> bool:
    if _LEFT_TO_OTHERS.search(clause) or _TOGETHER.search(clause):
        return False
    if _IN_PERSON.search(clause):
        return about or any(word in clause for word in words)
    run = _RUNS.search(clause)
    return run is not None and _is_run(clause[run.end() :], words)


def _is_the_heads(who: str, edition: PowerEdition) -> bool:
    """Whether a step is the head's own: by the post's title or one part of it, or as 主要负责人."""
    heads = {*_PEOPLE.split(edition.power_list.post.title), *_HEADS} - {""}
    return any(
        part.endswith(tuple(heads)) and not re.search("副|分管", part)
        for part in (part.strip() for part in _PEOPLE.split(unicodedata.normalize("NFKC", who)))
    )


def _names(entry: NegativeEntry, words: dict[NegativeArea, tuple[str, ...]]) -> tuple[str, ...]:
    if entry.area in words:
        return words[entry.area]
    stem = _STEM.match(entry.text.strip())
    return (stem[1],) if stem and stem[1] else (entry.text.strip(),)


def _clauses(text: str) -> list[str]:
    """The parts between stops and commas; “…，由副局长分管” stays with what it is said of."""
    parts = re.split("[;；。\n]|[，,](?!(?:均|都)?由)", text)
    return [part.strip() for part in parts if part.strip()]
