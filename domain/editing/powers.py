"""Writing a power list: a new edition, its items one by one, its negative list."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import powers, publishing
from domain.db import queue_up
from domain.editing import fingerprint
from domain.editing.negatives import (
    ExplanationText,
    NegativeText,
    drop_answered,
    ensure_asked,
    gone,
    negative_text,
    write_negatives,
)
from domain.errors import Refused
from domain.labels import N_
from domain.powers import (
    PowerEdition,
    PowerItem,
    PowerKind,
    PowerList,
    ProcessStep,
    Risk,
    Scope,
)
from domain.publishing import OPEN, Overtaken

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from domain.officials import Post
    from domain.staff import Staff

# More than any list that is meant to be read; a page must stay a page.
MAX_ITEMS = 200
MAX_STEPS = 30
MAX_NEGATIVES = 30


@dataclass(frozen=True)
class StepText:
    """What a step says."""

    name: str
    who: str = ""
    time_limit: str = ""
    disclosed: str = ""


@dataclass(frozen=True)
class ItemText:
    """What an item says, apart from its place in the list."""

    name: str
    kind: PowerKind
    plain: str = ""
    source: str = ""
    responsibility: str = ""
    risk: Risk = Risk.LOW
    controls: str = ""
    scope: Scope = Scope.PUBLIC
    timing: str = ""
    steps: tuple[StepText, ...] = ()


@dataclass(frozen=True)
class TermsText:
    """What stands around the items: from when the list is in effect, and the negative list."""

    effective_on: date | None
    negatives: tuple[NegativeText, ...] = ()


_STEP = tuple(field.name for field in fields(StepText))
_ITEM = tuple(field.name for field in fields(ItemText) if field.name != "steps")


def item_text(item: PowerItem) -> ItemText:
    """What an item says now."""
    steps = tuple(StepText(**{name: getattr(s, name) for name in _STEP}) for s in item.steps)
    return ItemText(**{name: getattr(item, name) for name in _ITEM}, steps=steps)


def terms_text(edition: PowerEdition) -> TermsText:
    """What stands around the items now."""
    return TermsText(edition.effective_on, tuple(map(negative_text, edition.negatives)))


def start(
    session: Session,
    post: Post,
    actor: Staff,
    now: datetime,
    *,
    copying: bool,
    correction: str = "",
    confirmed: Collection[str] = (),
) -> PowerEdition:
    """Begin a new edition of a post's list, empty or as a copy of the edition in force.

    Args:
        correction, confirmed: for a correction, what was wrong; as `publishing.correct`.

    Raises:
        Refused: another edition is being written or reviewed: two would publish over each other.
    """
    # Two editors who begin at once: the second waits here, and then sees the first one's draft.
    queue_up(session)
    power_list = powers.of_post(session, post)
    _ensure_none_open(session, power_list)
    former = powers.in_force(session, post.id) if copying else None
    edition = powers.new_edition(session, power_list, actor)
    publishing.correct(session, edition, correction, None, actor, now, confirmed)
    if former is not None:
        edition.items = [_made(number, item_text(i)) for number, i in enumerate(former.items, 1)]
        write_negatives(edition, [negative_text(entry) for entry in former.negatives])
        drop_answered(edition)
    session.flush()
    return edition


def _ensure_none_open(session: Session, power_list: PowerList) -> None:
    query = sa.select(PowerEdition.number).where(
        PowerEdition.list_id == power_list.id,
        PowerEdition.state.in_(OPEN),
    )
    number = session.scalar(query.limit(1))
    if number is not None:
        raise Refused(
            "这份清单的第 %(number)s 版还在起草或审核，或者等待定时公开，不能同时再起一版",
            number=number,
        )


def _made(number: int, text: ItemText) -> PowerItem:
    item = PowerItem(number=number)
    _write(item, text)
    return item


def _write(item: PowerItem, text: ItemText) -> None:
    for name in _ITEM:
        setattr(item, name, getattr(text, name))
    # Rows are reused in their order, so that two of them never hold one number on the way.
    for number, step in enumerate(text.steps, 1):
        if number > len(item.steps):
            item.steps.append(ProcessStep(number=number))
        for name in _STEP:
            setattr(item.steps[number - 1], name, getattr(step, name))
    del item.steps[len(text.steps) :]


def _edit(session: Session, edition: PowerEdition, actor: Staff, now: datetime) -> PowerEdition:
    """Count and record a change, and give the draft as it is after all changes before this one."""
    publishing.edit(session, edition, None, actor, now)
    if edition.author_id is None:
        edition.author_id = actor.id
    found = powers.whole(session, edition.id)
    assert found is not None  # noqa: S101 - `publishing.edit` has just read it
    return found


def _item(edition: PowerEdition, item_id: int) -> PowerItem:
    for item in edition.items:
        if item.id == item_id:
            return item
    raise Gone


class Gone(Refused):
    """The item has been taken out of the draft meanwhile."""

    def __init__(self) -> None:
        super().__init__(N_("这一项刚刚被别人删除了"))


def save_item(
    session: Session,
    edition: PowerEdition,
    item_id: int | None,
    text: ItemText,
    seen: str,
    actor: Staff,
    now: datetime,
) -> PowerItem:
    """Write an item of a draft, or add one at the end.

    Args:
        item_id: which one; None adds.
        seen: `fingerprint` of what the item said when it was read.

    Raises:
        Gone: the item is not there any more.
        Overtaken: the item says something else by now.
        Refused: no draft, another item of that name, or too many.
    """
    edition = _edit(session, edition, actor, now)
    item = None if item_id is None else _item(edition, item_id)
    if item is not None and fingerprint(item_text(item)) != seen:
        raise Overtaken
    if any(other.name == text.name and other is not item for other in edition.items):
        raise Refused("清单里已经有一项叫“%(name)s”", name=text.name)
    if len(text.steps) > MAX_STEPS:
        raise Refused("一项权力最多写 %(number)s 个步骤", number=MAX_STEPS)
    if item is not None:
        _write(item, text)
    elif len(edition.items) >= MAX_ITEMS:
        raise Refused("一份清单最多写 %(number)s 项权力", number=MAX_ITEMS)
    else:
        item = _made(max((other.number for other in edition.items), default=0) + 1, text)
        edition.items.append(item)
    session.flush()
    return item


def move_item(
    session: Session, edition: PowerEdition, item_id: int, by: int, actor: Staff, now: datetime
) -> None:
    """Exchange an item of a draft with its neighbour: ``by`` -1 towards the top, 1 downwards.

    At the end of the list nothing moves.
    """
    edition = _edit(session, edition, actor, now)
    item = _item(edition, item_id)
    place = edition.items.index(item) + by
    if not 0 <= place < len(edition.items):
        return
    other = edition.items[place]
    mine, theirs = item.number, other.number
    # Both numbers are taken; step aside first.
    item.number = -1
    session.flush()
    other.number = mine
    session.flush()
    item.number = theirs
    session.flush()
    session.expire(edition, ["items"])


def remove_item(
    session: Session, edition: PowerEdition, item_id: int, seen: str, actor: Staff, now: datetime
) -> None:
    """Take an item out of a draft; those behind it move up.

    Raises:
        Gone: it is out already.
        Overtaken: the item says something else than what was decided on.
    """
    edition = _edit(session, edition, actor, now)
    item = _item(edition, item_id)
    if fingerprint(item_text(item)) != seen:
        raise Overtaken
    edition.items.remove(item)
    session.flush()
    behind = [other for other in edition.items if other.number > item.number]
    # By way of negative numbers: a table checks its numbers row by row.
    for other in behind:
        other.number = -other.number
    session.flush()
    for other in behind:
        other.number = -other.number - 1
    session.flush()


def save_terms(
    session: Session,
    edition: PowerEdition,
    terms: TermsText,
    seen: str,
    actor: Staff,
    now: datetime,
) -> list[ExplanationText]:
    """Write the day a draft takes effect and its negative list.

    Returns:
        The explanations that are gone: what they explained clashes no more.

    Raises:
        Overtaken: they say something else by now.
        Reworded: a line that has explanations says something else, and nobody has said whether
            they hold for it.
        Refused: no draft, or too many lines.
    """
    edition = _edit(session, edition, actor, now)
    before = terms_text(edition)
    if fingerprint(before) != seen:
        raise Overtaken
    if len(terms.negatives) > MAX_NEGATIVES:
        raise Refused("负面清单最多写 %(number)s 条", number=MAX_NEGATIVES)
    edition.effective_on = terms.effective_on
    write_negatives(edition, terms.negatives)
    session.flush()
    ensure_asked(edition, before.negatives, terms.negatives)
    return gone(before.negatives, terms.negatives)
