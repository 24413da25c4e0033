"""The import as a whole: read, compare, and, when nothing is wrong, write everything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from domain import audit, indexing
from domain.disclosures import Disclosure, DisclosureEdition
from domain.errors import Refused
from domain.imports import disclosures, forms, officials, powers, powers_stored, sheets, units
from domain.imports.problems import Count, Effect, Findings, Outcome, Problem
from domain.permissions import Permission
from domain.powers import PowerEdition, PowerList
from domain.publishing import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from typing import BinaryIO

    from sqlalchemy.orm import Session

    from domain.imports.rows import Row
    from domain.staff import Staff


def _silent(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@dataclass
class _Plan:
    units: units.Units
    officials: officials.Officials
    powers: powers.Powers
    disclosures: disclosures.Disclosures
    findings: Findings
    noticed: list[Problem]
    sha256: str

    def outcome(self, actor: Staff | None) -> Outcome:
        lists = self.powers.altered()
        ready = sum(plan.complete for plan in lists)
        counts = {
            forms.UNITS.title: self.units.count(actor, self.findings),
            forms.OFFICIALS.title: self.officials.count,
            forms.POWERS.title: self.powers.items,
            forms.NEGATIVES.title: self.powers.negatives,
            forms.DISCLOSURES.title: self.disclosures.count,
        }
        if self.findings.problems:
            # Rows with errors are missing from the comparison, so what it noticed is not so.
            self.findings.notices = [*self.noticed]
        self.findings.sort()
        return Outcome(
            self.sha256,
            {title: count for title, count in counts.items() if count != Count()},
            self.findings,
            submitted=ready + len(self.disclosures.altered()),
            drafts=len(lists) - ready,
        )


@dataclass(frozen=True)
class Reading:
    """What was read of a workbook; comparing it with the database leaves it as it is."""

    rows: dict[str, list[Row]]
    findings: Findings
    sha256: str


def read(file: BinaryIO, progress: Callable[[int, int], None] = _silent) -> Reading:
    """Read a workbook. This takes most of an import's time and needs no database.

    Args:
        file: the .xlsx, seekable.
        progress: told from time to time how many rows of how many are read.

    Raises:
        Refused: the file as a whole cannot be read.
    """
    findings = Findings()
    rows = sheets.read(file, findings, progress)
    return Reading(rows, findings, _sha256(file))


def check(session: Session, reading: Reading, actor: Staff | None) -> Outcome:
    """Say what an import would do, without doing it.

    Args:
        session: only read from.
        reading: the workbook.
        actor: who imports; None for the command line.

    Raises:
        Refused: the actor may not import.
    """
    return _plan(session, reading, actor).outcome(actor)


def apply(session: Session, reading: Reading, actor: Staff | None, now: datetime) -> Outcome:
    """Import a workbook: all of it, or, when anything is wrong with it, nothing.

    Units, posts, officials and tenures change at once and are announced in the change log. Power
    lists and disclosures become editions by the actor, submitted for review where they are
    complete. One audit row covers the whole. A workbook that changes nothing leaves no trace.

    Returns:
        The outcome; ``applied`` says whether the session now holds changes to commit.

    Raises:
        Refused: the actor may not import, or somebody changed the same things at this moment
            (roll back then).
    """
    plan = _plan(session, reading, actor)
    outcome = plan.outcome(actor)
    if outcome.problems or not outcome.alters:
        return outcome
    try:
        _write(session, plan, actor, now)
    except IntegrityError:
        raise Refused("有人刚刚改过同样的内容，请重新导入") from None
    audit.record(
        session,
        actor,
        "imports.apply",
        f"imports:{outcome.sha256[:16]}",
        now,
        sha256=outcome.sha256,
        submitted=outcome.submitted,
        drafts=outcome.drafts,
        counts=dict(outcome.totals()),
    )
    # Rows were written past the session's objects.
    session.expire_all()
    outcome.applied = True
    return outcome


def _plan(session: Session, reading: Reading, actor: Staff | None) -> _Plan:
    if actor is not None and not actor.may(Permission.IMPORT):
        raise Refused("您没有导入工作簿的权限")
    known_units = units.known(session)
    known_officials = officials.known(session, known_units)
    plan = _Plan(
        known_units,
        known_officials,
        powers.Powers(known_officials),
        disclosures.Disclosures(known_units),
        reading.findings.copy(),
        reading.findings.notices,
        reading.sha256,
    )
    _compare(session, plan, reading.rows, actor)
    return plan


def _compare(
    session: Session, plan: _Plan, rows: dict[str, list[Row]], actor: Staff | None
) -> None:
    findings = plan.findings
    plan.units.take(rows.get(forms.UNITS.key, []), findings)
    plan.officials.take(rows.get(forms.OFFICIALS.key, []), actor, findings)
    plan.powers.gather(
        rows.get(forms.POWERS.key, []), rows.get(forms.NEGATIVES.key, []), actor, findings
    )
    post_ids = {post.id for post in plan.powers.plans if post.id is not None}
    plan.powers.compare(powers_stored.read(session, post_ids), actor, findings)
    plan.disclosures.gather(rows.get(forms.DISCLOSURES.key, []), actor, findings)
    unit_ids = {p.unit.id for p in plan.disclosures.plans if p.unit.id is not None}
    plan.disclosures.compare(disclosures.read(session, unit_ids), actor, findings)


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()


def _write(session: Session, plan: _Plan, actor: Staff | None, now: datetime) -> None:
    plan.units.write(session)
    plan.officials.write(session)
    powers_stored.write(session, plan.powers.altered(), actor, now)
    disclosures.write(session, plan.disclosures.altered(), actor, now)
    subjects = _subjects(session, plan)
    if subjects:
        indexing.announce(session, subjects, now)


def _subjects(session: Session, plan: _Plan) -> list[str]:
    """What the public sees differently now: a unit's name also stands on all that is of it."""
    unit_ids = {unit.id for unit in plan.units.altered()}
    people = {p.id for p in plan.officials.people.values() if p.effect is not Effect.UNCHANGED}
    posts = set()
    for post in plan.officials.posts.values():
        whole = post.effect is not Effect.UNCHANGED or post.unit.id in unit_ids
        moved = {t.official.id for t in post.tenures if whole or t.effect is not Effect.UNCHANGED}
        if whole or moved:
            posts.add(post.id)
            people |= moved
    lists = _ids(
        session,
        sa.select(PowerList.id, PowerList.post_id)
        .join(PowerList.editions)
        .where(PowerEdition.state == State.PUBLISHED),
        posts,
    )
    documents = _ids(
        session,
        sa.select(Disclosure.id, Disclosure.unit_id)
        .join(Disclosure.editions)
        .where(DisclosureEdition.state == State.PUBLISHED),
        unit_ids,
    )
    return [
        *(f"units:{number}" for number in sorted(filter(None, unit_ids))),
        *(f"officials:{number}" for number in sorted(filter(None, people))),
        *(f"powers:{number}" for number in lists),
        *(f"disclosures:{number}" for number in documents),
    ]


def _ids(session: Session, query: sa.Select[int, int], owners: Iterable[int | None]) -> list[int]:
    """The ids of a query's rows whose owner is one of these."""
    wanted = set(owners)
    if not wanted:
        return []
    return [row_id for row_id, owner in session.execute(query) if owner in wanted]
