"""Power lists and negative lists in an import: the rows of a post are its whole new list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.errors import Refused
from domain.imports import cells, editions, steps
from domain.imports.officials import Officials, PostEntry
from domain.imports.problems import Count, Effect, Findings
from domain.imports.units import in_scope, refuse_repeated
from domain.officials import Post
from domain.powers import (
    ClashExplanation,
    NegativeArea,
    NegativeEntry,
    PowerEdition,
    PowerItem,
    PowerKind,
    PowerList,
    ProcessStep,
    Risk,
    Scope,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from domain.imports.editions import Latest
    from domain.imports.rows import Row
    from domain.imports.steps import Step
    from domain.staff import Staff


@dataclass(frozen=True, slots=True)
class Item:
    """One power, as the workbook or the database describes it."""

    number: int
    name: str
    kind: PowerKind
    plain: str
    source: str
    responsibility: str
    risk: Risk
    controls: str
    scope: Scope
    timing: str
    steps: tuple[Step, ...] = ()


class Explained(NamedTuple):
    """Why a clash stands; see `ClashExplanation`."""

    item: str
    passage: str
    text: str


@dataclass(frozen=True, slots=True)
class Negative:
    """One line of the negative list."""

    number: int
    area: NegativeArea
    text: str
    # What the workbook says to every clash with this line, and what is said to each.
    explanation: str = field(default="", compare=False)
    explained: frozenset[Explained] = frozenset()

    @property
    def key(self) -> tuple[NegativeArea, str]:
        """What it says, wherever it stands."""
        return self.area, self.text


@dataclass(slots=True)
class Contents:
    """What an edition says."""

    items: list[Item] = field(default_factory=list)
    negatives: list[Negative] = field(default_factory=list)
    effective_on: date | None = None


@dataclass(slots=True)
class Stored:
    """A power list of the database, with its newest edition."""

    list_id: int
    latest: Latest | None = None
    contents: Contents = field(default_factory=Contents)


@dataclass(eq=False)
class Plan:
    """What the workbook says of one post's list, and what becomes of it."""

    post: PostEntry
    item_rows: list[tuple[Row, Item]] = field(default_factory=list)
    negative_rows: list[tuple[Row, Negative]] = field(default_factory=list)
    names: dict[str, Row] = field(default_factory=dict)
    negative_texts: dict[tuple[NegativeArea, str], Row] = field(default_factory=dict)
    effective: tuple[Row, date] | None = None
    stored: Stored | None = None
    contents: Contents = field(default_factory=Contents)
    step: editions.Step = editions.Step.NOTHING
    complete: bool = True

    @property
    def first(self) -> Row:
        """Where the workbook first speaks of the list."""
        return (self.item_rows or self.negative_rows)[0][0]


@dataclass
class Powers:
    """All lists the workbook speaks of."""

    officials: Officials
    plans: dict[PostEntry, Plan] = field(default_factory=dict)
    items: Count = field(default_factory=Count)
    negatives: Count = field(default_factory=Count)

    def gather(
        self,
        rows: Iterable[Row],
        negatives: Iterable[Row],
        actor: Staff | None,
        findings: Findings,
    ) -> None:
        """Sort the rows by post, refusing what is repeated or out of the actor's reach."""
        for row in rows:
            plan = self._plan(row, actor, findings)
            if plan is not None:
                _gather_item(plan, row, findings)
        for row in negatives:
            plan = self._plan(row, actor, findings)
            if plan is not None:
                _gather_negative(plan, row, findings)
        # A row that was refused leaves its plan without a place to point at.
        self.plans = {
            p: plan for p, plan in self.plans.items() if plan.item_rows or plan.negative_rows
        }

    def _plan(self, row: Row, actor: Staff | None, findings: Findings) -> Plan | None:
        post = self.officials.post_of_row(row, findings)
        if post is None or not in_scope(actor, post.unit, row, findings):
            return None
        return self.plans.setdefault(post, Plan(post))

    def compare(self, stored: dict[int, Stored], actor: Staff | None, findings: Findings) -> None:
        """Decide for each list what happens, and count."""
        for post, plan in self.plans.items():
            plan.stored = stored.get(post.id) if post.id is not None else None
            before = plan.stored.contents if plan.stored else Contents()
            plan.contents = _contents(plan, before)
            latest = plan.stored.latest if plan.stored else None
            before = _explain(plan, before)
            same = plan.contents == before
            plan.step = editions.decide(latest, plan.first, "post", actor, findings, same=same)
            self._count(plan, before)
            if plan.step is not editions.Step.NOTHING:
                _judge(plan, before, findings)

    def _count(self, plan: Plan, before: Contents) -> None:
        # A new date, or a new order, alters every row of the list.
        whole = plan.step is not editions.Step.NOTHING and (
            before.effective_on != plan.contents.effective_on
            or _unordered(before) == _unordered(plan.contents)
        )
        _count(
            self.items,
            {item.name: replace(item, number=0) for item in before.items},
            {item.name: replace(item, number=0) for _, item in plan.item_rows},
            whole=whole,
        )
        _count(
            self.negatives,
            {n.key: n.explained for n in before.negatives},
            {n.key: n.explained for n in plan.contents.negatives} if plan.negative_rows else {},
            whole=whole,
        )

    def altered(self) -> list[Plan]:
        """The lists that get a new or rewritten edition."""
        return [p for p in self.plans.values() if p.step is not editions.Step.NOTHING]


def _count(count: Count, before: dict[Any, Any], after: dict[Any, Any], *, whole: bool) -> None:
    if not after:
        return
    for key, value in after.items():
        if key not in before:
            count.add(Effect.ADDED)
        elif whole or before[key] != value:
            count.add(Effect.CHANGED)
        else:
            count.add(Effect.UNCHANGED)
    count.removed += len(before.keys() - after.keys())


def _unordered(contents: Contents) -> tuple[set[Item], set[tuple[NegativeArea, str]]]:
    return (
        {replace(item, number=0) for item in contents.items},
        {negative.key for negative in contents.negatives},
    )


def _gather_item(plan: Plan, row: Row, findings: Findings) -> None:
    other = plan.names.setdefault(cells.key(row.text("name")), row)
    if other is not row:
        refuse_repeated(findings, row, other, "name")
        return
    try:
        process = steps.parse(row.text("steps"))
    except Refused as refused:
        findings.refuse(row.place("steps"), refused)
        process = ()
    effective = row.day("effective_on")
    if effective is not None:
        first, day = plan.effective = plan.effective or (row, effective)
        if day != effective:
            findings.refuse(
                row.place("effective_on"),
                Refused(
                    "与“%(sheet)s”第 %(row)s 行写的不一致",
                    sheet=first.sheet.title,
                    row=first.number,
                ),
            )
    item = Item(
        number=len(plan.item_rows) + 1,
        name=row.text("name"),
        kind=row.member("kind", PowerKind.OTHER),
        plain=row.text("plain"),
        source=row.text("source"),
        responsibility=row.text("responsibility"),
        risk=row.member("risk", Risk.LOW),
        controls=row.text("controls"),
        scope=row.member("scope", Scope.PUBLIC),
        timing=row.text("timing"),
        steps=process,
    )
    plan.item_rows.append((row, item))


def _gather_negative(plan: Plan, row: Row, findings: Findings) -> None:
    negative = Negative(
        len(plan.negative_rows) + 1,
        row.member("area", NegativeArea.OTHER),
        row.text("text"),
        row.text("explanation"),
    )
    other = plan.negative_texts.setdefault(negative.key, row)
    if other is not row:
        refuse_repeated(findings, row, other, "text")
        return
    plan.negative_rows.append((row, negative))


def _contents(plan: Plan, before: Contents) -> Contents:
    """What the new edition says; a half the workbook is silent about stays as it was."""
    items = [item for _, item in plan.item_rows]
    negatives = [negative for _, negative in plan.negative_rows]
    effective = plan.effective[1] if plan.effective else None
    return Contents(
        items or before.items,
        negatives or before.negatives,
        effective if items else before.effective_on,
    )


def _explain(plan: Plan, before: Contents) -> Contents:
    """Give every clash of the new edition what is said to it, in the workbook or until now.

    Returns:
        What the edition before says, without explanations of what clashes no more.
    """
    clashing: dict[tuple[NegativeArea, str], set[tuple[str, str]]] = defaultdict(set)
    for clash in _edition(plan).clashes:
        clashing[clash.entry.area, clash.entry.text].add((clash.place, clash.passage))
    kept = {
        n.key: frozenset(said for said in n.explained if said[:2] in clashing[n.key])
        for n in before.negatives
    }

    def explained(negative: Negative) -> Negative:
        said = kept.get(negative.key, frozenset())
        if negative.explanation:
            said = frozenset(Explained(*at, negative.explanation) for at in clashing[negative.key])
        return replace(negative, explained=said)

    plan.contents.negatives = [explained(negative) for negative in plan.contents.negatives]
    return replace(before, negatives=[replace(n, explained=kept[n.key]) for n in before.negatives])


def _judge(plan: Plan, before: Contents, findings: Findings) -> None:
    """Say what a list loses, and what it lacks to go to the reviewers."""
    _mention_unanswered(plan, findings)
    names = {item.name for item in plan.contents.items}
    lost = [item.name for item in before.items if item.name not in names]
    if lost:
        findings.mention(
            plan.first.place("post"),
            Refused(
                "“%(post)s”的清单比上一版少了 %(number)s 项：%(names)s",
                post=plan.post.title,
                number=len(lost),
                names="、".join(lost[:10]),
            ),
        )
    faults = _edition(plan).faults
    plan.complete = not faults
    if faults:
        findings.mention(
            plan.first.place("post"),
            Refused(
                "“%(post)s”的清单还不完整，先存为草稿：%(faults)s",
                post=plan.post.title,
                faults=faults[:5],
            ),
        )


def _mention_unanswered(plan: Plan, findings: Findings) -> None:
    """Say which explanations do not go along: the line says something else, or nothing clashes."""
    had = [
        said
        for n in (plan.stored.contents.negatives if plan.stored else ())
        for said in n.explained
    ]
    answered = {said[:2] for n in plan.contents.negatives for said in n.explained}
    for said in sorted(set(had)):
        if said[:2] not in answered:
            findings.mention(
                plan.first.place("post"),
                Refused(
                    "对“%(passage)s”的说明没有带到新版：条文改过，或者不再抵触。原来写的是：%(text)s",
                    passage=said.passage,
                    text=said.text,
                ),
            )


def _edition(plan: Plan) -> PowerEdition:
    """The new edition as publishing sees it, for its rules to judge; it goes into no session."""
    values = plan.post.values
    post = Post(title=plan.post.title, portfolio=values["portfolio"] or "")
    return PowerEdition(
        power_list=PowerList(post=post),
        items=[_power(item) for item in plan.contents.items],
        negatives=[
            NegativeEntry(
                number=n.number,
                area=n.area,
                text=n.text,
                explanations=[ClashExplanation(**said._asdict()) for said in n.explained],
            )
            for n in plan.contents.negatives
        ],
    )


def _power(item: Item) -> PowerItem:
    return PowerItem(
        number=item.number,
        name=item.name,
        kind=item.kind,
        plain=item.plain,
        source=item.source,
        responsibility=item.responsibility,
        steps=[ProcessStep(name=step.name, who=step.who) for step in item.steps],
    )
