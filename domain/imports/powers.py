"""Power lists and negative lists in an import: the rows of a post are its whole new list."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from domain.errors import Refused
from domain.imports import cells, editions, steps
from domain.imports.officials import Officials, PostEntry
from domain.imports.problems import Count, Effect, Findings
from domain.imports.units import in_scope, refuse_repeated
from domain.powers import (
    NegativeArea,
    PowerEdition,
    PowerItem,
    PowerKind,
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


@dataclass(frozen=True, slots=True)
class Negative:
    """One line of the negative list."""

    number: int
    area: NegativeArea
    text: str


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
            {(n.area, n.text): n.text for n in before.negatives},
            {(n.area, n.text): n.text for _, n in plan.negative_rows},
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
        {(negative.area, negative.text) for negative in contents.negatives},
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
    )
    other = plan.negative_texts.setdefault((negative.area, negative.text), row)
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


def _judge(plan: Plan, before: Contents, findings: Findings) -> None:
    """Say what a list loses, and what it lacks to go to the reviewers."""
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
    faults = _faults(plan.contents.items)
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


def _faults(items: list[Item]) -> list[Refused]:
    """What a list lacks, by the rule that publishing itself goes by."""
    edition = PowerEdition(
        items=[
            PowerItem(
                number=item.number,
                name=item.name,
                source=item.source,
                responsibility=item.responsibility,
                steps=[ProcessStep(name=step.name) for step in item.steps],
            )
            for item in items
        ]
    )
    return edition.faults
