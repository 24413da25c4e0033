"""Power lists in an import, on the database's side: the newest editions read, new ones written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.imports import bulk, editions
from domain.imports.editions import Latest
from domain.imports.powers import Contents, Explained, Item, Negative, Plan, Stored
from domain.imports.steps import Step
from domain.powers import (
    ClashExplanation,
    NegativeEntry,
    PowerEdition,
    PowerItem,
    PowerList,
    ProcessStep,
)
from domain.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

_ITEM = (
    "name", "kind", "plain", "source", "responsibility", "risk", "controls", "scope",
    "timing",
)  # fmt: skip


def read(session: Session, post_ids: Collection[int]) -> dict[int, Stored]:
    """The lists of some posts with what their newest editions say, by post."""
    found: dict[int, Stored] = {}
    for part in bulk.chunks(post_ids):
        lists = sa.select(PowerList.id, PowerList.post_id).where(PowerList.post_id.in_(part))
        stored = dict(session.execute(lists).all())
        found |= {post_id: Stored(list_id) for list_id, post_id in stored.items()}
        by_edition = _editions(session, {i: found[post] for i, post in stored.items()})
        _read_items(session, by_edition)
        _read_negatives(session, by_edition)
    return found


def _editions(session: Session, lists: dict[int, Stored]) -> dict[int, Contents]:
    newest = (
        sa.select(PowerEdition.list_id, sa.func.max(PowerEdition.number).label("number"))
        .where(PowerEdition.list_id.in_(lists))
        .group_by(PowerEdition.list_id)
        .subquery()
    )
    query = (
        sa.select(
            PowerEdition.list_id,
            PowerEdition.effective_on,
            PowerEdition.id,
            PowerEdition.number,
            PowerEdition.state,
            PowerEdition.revision,
            PowerEdition.author_id,
            Staff.name,
        )
        .join(
            newest,
            sa.and_(
                PowerEdition.list_id == newest.c.list_id,
                PowerEdition.number == newest.c.number,
            ),
        )
        .outerjoin(Staff, Staff.id == PowerEdition.author_id)
    )
    found: dict[int, Contents] = {}
    for (
        list_id,
        effective_on,
        edition_id,
        number,
        state,
        revision,
        author_id,
        author,
    ) in session.execute(query):
        lists[list_id].latest = Latest(edition_id, number, state, revision, author_id, author)
        lists[list_id].contents.effective_on = effective_on
        found[edition_id] = lists[list_id].contents
    return found


def _read_items(session: Session, by_edition: dict[int, Contents]) -> None:
    process: dict[int, list[Step]] = defaultdict(list)
    columns = (ProcessStep.item_id, *(getattr(ProcessStep, name) for name in Step._fields))
    query = (
        sa.select(*columns)
        .join(ProcessStep.item)
        .where(PowerItem.edition_id.in_(by_edition))
        .order_by(ProcessStep.number)
    )
    for item_id, *parts in session.execute(query):
        process[item_id].append(Step(*parts))
    columns = (PowerItem.id, PowerItem.edition_id, *(getattr(PowerItem, name) for name in _ITEM))
    query = (
        sa.select(*columns).where(PowerItem.edition_id.in_(by_edition)).order_by(PowerItem.number)
    )
    for item_id, edition_id, *values in session.execute(query):
        items = by_edition[edition_id].items
        said: dict[str, Any] = dict(zip(_ITEM, values, strict=True))
        # Numbers may have gaps; only the order says something.
        items.append(Item(number=len(items) + 1, steps=tuple(process[item_id]), **said))


def _read_negatives(session: Session, by_edition: dict[int, Contents]) -> None:
    explained: dict[int, set[Explained]] = defaultdict(set)
    columns = (
        ClashExplanation.entry_id,
        *(getattr(ClashExplanation, n) for n in Explained._fields),
    )
    said = (
        sa.select(*columns)
        .join(NegativeEntry, NegativeEntry.id == ClashExplanation.entry_id)
        .where(NegativeEntry.edition_id.in_(by_edition))
    )
    for entry_id, *parts in session.execute(said):
        explained[entry_id].add(Explained(*parts))
    query = (
        sa.select(
            NegativeEntry.id,
            NegativeEntry.edition_id,
            NegativeEntry.area,
            NegativeEntry.text,
        )
        .where(NegativeEntry.edition_id.in_(by_edition))
        .order_by(NegativeEntry.number)
    )
    for entry_id, edition_id, area, text in session.execute(query):
        negatives = by_edition[edition_id].negatives
        of_entry = frozenset(explained[entry_id])
        negatives.append(Negative(len(negatives) + 1, area, text, explained=of_entry))


def write(session: Session, plans: list[Plan], actor: Staff | None, now: datetime) -> None:
    """Write the new and rewritten editions; posts must be in the database already."""
    lists = _lists(session, plans)
    new = [plan for plan in plans if plan.step is editions.Step.NEW]
    rows = [_edition(lists[plan.post.id], plan, actor, now) for plan in new]
    written = dict(
        zip(new, bulk.insert(session, PowerEdition, ("list_id", "number"), rows), strict=True)
    )
    written |= _rewrite(session, [p for p in plans if p.step is editions.Step.REWRITE], now)
    items = [
        (
            {"edition_id": edition, "number": item.number}
            | {name: getattr(item, name) for name in _ITEM},
            item.steps,
        )
        for plan, edition in written.items()
        for item in plan.contents.items
    ]
    ids = bulk.insert(session, PowerItem, ("edition_id", "number"), [row for row, _ in items])
    bulk.append(
        session,
        ProcessStep,
        [
            {"item_id": item_id, "number": number} | step._asdict()
            for item_id, (_, process) in zip(ids, items, strict=True)
            for number, step in enumerate(process, start=1)
        ],
    )
    _write_negatives(session, written)


def _write_negatives(session: Session, written: dict[Plan, int]) -> None:
    lines = [
        ({"edition_id": edition, "number": n.number, "area": n.area, "text": n.text}, n.explained)
        for plan, edition in written.items()
        for n in plan.contents.negatives
    ]
    rows = [row for row, _ in lines]
    ids = bulk.insert(session, NegativeEntry, ("edition_id", "number"), rows)
    bulk.append(
        session,
        ClashExplanation,
        [
            {"entry_id": entry_id} | said._asdict()
            for entry_id, (_, explained) in zip(ids, lines, strict=True)
            for said in sorted(explained)
        ],
    )


def _lists(session: Session, plans: list[Plan]) -> dict[int | None, int]:
    """The list of each post, made where there is none."""
    lists = {plan.post.id: plan.stored.list_id for plan in plans if plan.stored}
    missing = [plan.post.id for plan in plans if plan.stored is None]
    made = bulk.insert(session, PowerList, ("post_id",), [{"post_id": p} for p in missing])
    return lists | dict(zip(missing, made, strict=True))


def _edition(list_id: int, plan: Plan, actor: Staff | None, now: datetime) -> dict[str, Any]:
    latest = plan.stored.latest if plan.stored else None
    return {
        "list_id": list_id,
        "number": latest.number + 1 if latest else 1,
        "author_id": actor.id if actor else None,
        "effective_on": plan.contents.effective_on,
        "revision": 1,
    } | editions.standing(complete=plan.complete, now=now)


def _rewrite(session: Session, plans: list[Plan], now: datetime) -> dict[Plan, int]:
    """Empty the drafts that are written anew."""
    drafts = {plan: plan.stored.latest.id for plan in plans if plan.stored and plan.stored.latest}
    for part in bulk.chunks(drafts.values()):
        for table in (PowerItem, NegativeEntry):
            session.execute(
                sa.delete(table).where(table.edition_id.in_(part)),
                execution_options={"synchronize_session": False},
            )
    editions.rewrite(
        session,
        PowerEdition,
        [
            {
                "edition": plan.stored.latest.id,
                "seen": plan.stored.latest.revision,
                "effective_on": plan.contents.effective_on,
            }
            | editions.standing(complete=plan.complete, now=now)
            for plan in drafts
            if plan.stored and plan.stored.latest
        ],
    )
    return drafts
