"""“五公开” in an import: a row is a disclosure of a unit, and its body a new edition of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.errors import Refused
from domain.imports import bulk, editions
from domain.imports.editions import Latest
from domain.imports.problems import Count, Effect, Findings
from domain.imports.units import UnitEntry, Units, in_scope, refuse_repeated
from domain.staff import Staff

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from domain.imports.rows import Row

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
# What makes two disclosures the same one: unit, leaf, period, title.
Key = tuple[int | None, Leaf, str, str]


@dataclass(slots=True)
class Stored:
    """A disclosure of the database, with its newest edition."""

    id: int
    latest: Latest | None = None
    body: str = ""
    dated_on: date | None = None


@dataclass(eq=False, slots=True)
class Plan:
    """What the workbook says of one disclosure, and what becomes of it."""

    unit: UnitEntry
    row: Row
    year: int
    stored: Stored | None = None
    step: editions.Step = editions.Step.NOTHING

    def key(self) -> Key:
        """Its natural key; a unit that is new has no id before it is written."""
        return (
            self.unit.id,
            self.row.member("leaf", Leaf.DUTY),
            self.row.text("period"),
            self.row.text("title"),
        )


@dataclass
class Disclosures:
    """All disclosures the workbook speaks of."""

    units: Units
    plans: list[Plan] = field(default_factory=list)
    count: Count = field(default_factory=Count)

    def gather(self, rows: Iterable[Row], actor: Staff | None, findings: Findings) -> None:
        """Take up the rows, refusing what is repeated or out of the actor's reach."""
        seen: dict[tuple[UnitEntry, Key], Row] = {}
        for row in rows:
            unit = self.units.of_row(row, findings)
            if unit is None or not in_scope(actor, unit, row, findings):
                continue
            year = _year(row, findings)
            plan = Plan(unit, row, year or 0)
            other = seen.setdefault((unit, plan.key()), row)
            if other is not row:
                refuse_repeated(findings, row, other, "title")
            elif year is not None:
                self.plans.append(plan)

    def compare(self, stored: dict[Key, Stored], actor: Staff | None, findings: Findings) -> None:
        """Decide for each disclosure what happens, and count."""
        for plan in self.plans:
            plan.stored = stored.get(plan.key()) if plan.unit.id is not None else None
            found = plan.stored
            same = found is not None and (found.body, found.dated_on) == (
                plan.row.text("body"),
                plan.row.day("dated_on"),
            )
            latest = found.latest if found else None
            plan.step = editions.decide(latest, plan.row, "title", actor, findings, same=same)
            if found is None:
                self.count.add(Effect.ADDED)
            else:
                changes = plan.step is not editions.Step.NOTHING
                self.count.add(Effect.CHANGED if changes else Effect.UNCHANGED)

    def altered(self) -> list[Plan]:
        """The disclosures that get a new or rewritten edition."""
        return [plan for plan in self.plans if plan.step is not editions.Step.NOTHING]


def _year(row: Row, findings: Findings) -> int | None:
    year = row.number_of("year")
    if year is None:
        found = _YEAR.search(row.text("period"))
        dated_on = row.day("dated_on")
        if found:
            return int(found[0])
        if dated_on:
            return dated_on.year
        findings.refuse(row.place("period"), Refused("看不出是哪一年，请在“所属时期”里写明年份"))
    elif not 1949 <= year <= 2100:
        findings.refuse(row.place("year"), Refused("年度不对，请写四位年份"))
        return None
    return year


def read(session: Session, unit_ids: Iterable[int]) -> dict[Key, Stored]:
    """The disclosures of some units with what their newest editions say."""
    found: dict[Key, Stored] = {}
    for part in bulk.chunks(set(unit_ids)):
        newest = (
            sa.select(
                DisclosureEdition.disclosure_id,
                sa.func.max(DisclosureEdition.number).label("number"),
            )
            .join(DisclosureEdition.disclosure)
            .where(Disclosure.unit_id.in_(part))
            .group_by(DisclosureEdition.disclosure_id)
            .subquery()
        )
        query = (
            sa.select(
                Disclosure.unit_id,
                Disclosure.leaf,
                Disclosure.period,
                Disclosure.title,
                Disclosure.id,
                DisclosureEdition.body,
                DisclosureEdition.dated_on,
                DisclosureEdition.id,
                DisclosureEdition.number,
                DisclosureEdition.state,
                DisclosureEdition.revision,
                DisclosureEdition.author_id,
                Staff.name,
            )
            .outerjoin(newest, newest.c.disclosure_id == Disclosure.id)
            .outerjoin(
                DisclosureEdition,
                sa.and_(
                    DisclosureEdition.disclosure_id == Disclosure.id,
                    DisclosureEdition.number == newest.c.number,
                ),
            )
            .outerjoin(Staff, Staff.id == DisclosureEdition.author_id)
            .where(Disclosure.unit_id.in_(part))
        )
        for unit_id, leaf, period, title, row_id, body, day, *latest in session.execute(query):
            edition = Latest(*latest) if latest[0] is not None else None
            found[unit_id, leaf, period, title] = Stored(row_id, edition, body or "", day)
    return found


def write(session: Session, plans: list[Plan], actor: Staff | None, now: datetime) -> None:
    """Write the new and rewritten editions; units must be in the database already."""
    new = [plan for plan in plans if plan.stored is None]
    key = ("unit_id", "leaf", "period", "title")
    rows = [dict(zip(key, plan.key(), strict=True)) | {"year": plan.year} for plan in new]
    for plan, row_id in zip(new, bulk.insert(session, Disclosure, key, rows), strict=True):
        plan.stored = Stored(row_id)
    bulk.append(
        session,
        DisclosureEdition,
        [_edition(p, actor, now) for p in plans if p.step is editions.Step.NEW],
    )
    editions.rewrite(
        session,
        DisclosureEdition,
        [
            {"edition": plan.stored.latest.id, "seen": plan.stored.latest.revision}
            | _said(plan, now)
            for plan in plans
            if plan.step is editions.Step.REWRITE and plan.stored and plan.stored.latest
        ],
    )


def _said(plan: Plan, now: datetime) -> dict[str, Any]:
    # Title and body are columns no row can do without, so the edition is complete.
    return {
        "title": plan.row.text("title"),
        "body": plan.row.text("body"),
        "dated_on": plan.row.day("dated_on"),
    } | editions.standing(complete=True, now=now)


def _edition(plan: Plan, actor: Staff | None, now: datetime) -> dict[str, Any]:
    stored = plan.stored
    latest = stored.latest if stored else None
    return {
        "disclosure_id": stored.id if stored else None,
        "number": latest.number + 1 if latest else 1,
        "author_id": actor.id if actor else None,
        "revision": 1,
    } | _said(plan, now)
