"""Finding clues and integrity files among all that an officer may see.

Every statement begins with what the actor may see (`clues.visible`, `integrity.files`): rows, counts
and names to propose are selected from that and from nothing else, and nothing is kept beside the
database (docs/decisions/0019). Words are looked for in what the lists of the internal site show.
What is sealed is in no column that these statements read; what stands in an integrity file is found
while the actor has that file open, since reading it takes a reason.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain import clues, integrity
from domain.clues import Clue, ClueState
from domain.finding import conditions
from domain.finding.asked import Asked, Kind, Word
from domain.finding.conditions import PERMISSIONS, kinds_of
from domain.integrity import Entry, Section
from domain.officials import Official, Post, Tenure
from domain.staff import Staff
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

__all__ = [
    "PERMISSIONS",
    "Asked",
    "Counts",
    "Found",
    "Kind",
    "Line",
    "Named",
    "Word",
    "counts",
    "kinds_of",
    "named",
    "page",
    "total",
]


@dataclass(frozen=True)
class Line:
    """A line of an open integrity file that one of the words is in."""

    section: Section
    clue: Clue | None


@dataclass(frozen=True)
class Found:
    """A clue or an integrity file, and the lines of the file that it was found by."""

    kind: Kind
    official: Official
    clue: Clue | None = None
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class Counts:
    """How much there is of each value. Those of a filter ignore that very filter.

    Attributes:
        units: for each unit that a subject holds or held a post in, its code and short name.
    """

    kinds: Mapping[Kind, int]
    categories: Mapping[str, int]
    states: Mapping[ClueState, int]
    units: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Named:
    """What is called so, or begins with it, or has it in its name; each the best first."""

    clues: Sequence[Clue]
    officials: Sequence[Official]
    units: Sequence[Unit]


def counts(session: Session, actor: Staff, asked: Asked, now: datetime) -> Counts:
    """Count what is there for the actor (four statements)."""
    return Counts(
        _kinds(session, actor, replace(asked, kind=None), now),
        _tally(session, actor, replace(asked, category=""), Clue.category, now),
        _tally(session, actor, replace(asked, state=None), Clue.state, now),
        _units(session, actor, replace(asked, unit=""), now),
    )


def total(session: Session, actor: Staff, asked: Asked, now: datetime) -> int:
    """How much there is for the actor (one statement)."""
    return sum(_kinds(session, actor, asked, now).values())


def _kinds(session: Session, actor: Staff, asked: Asked, now: datetime) -> dict[Kind, int]:
    rows = conditions.together(actor, asked, now)
    if rows is None:
        return {}
    query = sa.select(rows.c.kind, sa.func.count().label("n")).group_by(rows.c.kind)
    found = {row.kind: row.n for row in session.execute(query)}
    return {kind: found.get(kind.value, 0) for kind in kinds_of(actor)}


def _tally(
    session: Session,
    actor: Staff,
    asked: Asked,
    column: sa.orm.InstrumentedAttribute[Any],
    now: datetime,
) -> dict[Any, int]:
    """How many clues have each value of a column, the most frequent first."""
    found = conditions.by_kind(actor, asked, now).get(Kind.CLUE)
    if found is None:
        return {}
    times = sa.func.count().label("n")
    query = found.with_only_columns(column.label("value"), times).group_by(column)
    rows = session.execute(query.order_by(times.desc(), column))
    return {row.value: row.n for row in rows}


def _units(
    session: Session, actor: Staff, asked: Asked, now: datetime
) -> dict[tuple[str, str], int]:
    rows = conditions.together(actor, asked, now)
    if rows is None:
        return {}
    posts = sa.select(Tenure.official_id, Post.unit_id).join(Post, Post.id == Tenure.post_id)
    held = posts.distinct().subquery()
    query = (
        sa.select(Unit.code, Unit.short_name, sa.func.count())
        .join(held, held.c.unit_id == Unit.id)
        .join(rows, rows.c.official_id == held.c.official_id)
        .group_by(Unit.id, Unit.code, Unit.short_name, Unit.position)
        .order_by(sa.func.count().desc(), Unit.position, Unit.id)
    )
    return {(code, name): n for code, name, n in session.execute(query)}


def page(
    session: Session, actor: Staff, asked: Asked, now: datetime, *, limit: int, offset: int
) -> list[Found]:
    """Some of what is there for the actor, the best first (at most six statements)."""
    rows = conditions.together(actor, asked, now)
    if rows is None:
        return []
    has = rows.c
    order = (has.rank, has.year.desc(), has.serial.desc(), has.name, has.id)
    query = sa.select(has.kind, has.id).order_by(*order).limit(limit).offset(offset)
    chosen = session.execute(query).all()
    of_clues = [number for kind, number in chosen if kind == Kind.CLUE]
    of_files = [number for kind, number in chosen if kind == Kind.FILE]
    lines = _lines(session, actor, asked, of_files, now)
    # Selected once more from what the actor may see, never by their numbers alone.
    found = {
        (Kind.CLUE, clue.id): Found(Kind.CLUE, clue.official, clue)
        for clue in _load(session, clues.visible(actor).where(Clue.id.in_(of_clues)))
    } | {
        (Kind.FILE, file.id): Found(Kind.FILE, file, lines=lines[file.id])
        for file in session.scalars(
            integrity.files(actor).where(Official.id.in_(of_files)).options(*_POSTS)
        )
    }
    return [found[one] for one in chosen if one in found]


_WITH_POSTS = sa.orm.joinedload(Tenure.post).joinedload(Post.unit)
_POSTS = (sa.orm.selectinload(Official.tenures).options(_WITH_POSTS),)


def _load(session: Session, query: sa.Select[Clue]) -> Sequence[Clue]:
    """Clues with all that is shown of them, and without what is sealed."""
    shown = query.options(
        sa.orm.defer(Clue.sealed, raiseload=True),
        sa.orm.joinedload(Clue.official).selectinload(Official.tenures).options(_WITH_POSTS),
        sa.orm.joinedload(Clue.office),
        sa.orm.joinedload(Clue.handler),
    )
    return session.scalars(shown).all()


def _lines(
    session: Session, actor: Staff, asked: Asked, official_ids: Collection[int], now: datetime
) -> Mapping[int, Sequence[Line]]:
    """The lines of open files that one of the words is in, by the file's official."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    if not official_ids or not asked.words:
        return lines
    query = (
        sa.select(Entry.official_id, Entry.section, Clue)
        .outerjoin(Clue, conditions.linked(actor))
        .where(
            Entry.official_id.in_(official_ids),
            conditions.is_open(actor, now),
            sa.or_(*(conditions.in_line(word, actor) for word in asked.words)),
        )
        .options(sa.orm.defer(Clue.sealed, raiseload=True))
        .order_by(Entry.entered_on, Entry.id)
    )
    for official_id, section, clue in session.execute(query):
        lines[official_id].append(Line(section, clue))
    return lines


def named(
    session: Session, actor: Staff, name: Word, numbers: Iterable[Word], *, limit: int
) -> Named:
    """Names to propose: of clues, of officials and of their units (five statements).

    Args:
        name: what was typed, as one word, with the names that it may spell.
        numbers: the same cut into words; a clue is proposed if all of them are in its number.
    """
    subjects = conditions.subjects(actor)
    people = (
        sa.select(Official)
        .where(Official.name.regexp_match(name.pattern), Official.id.in_(subjects))
        .options(*_POSTS)
        .order_by(*_best_first(Official.name, name), Official.id)
        .limit(limit)
    )
    seats = (
        sa.select(Post.unit_id)
        .join(Tenure, Tenure.post_id == Post.id)
        .where(Tenure.official_id.in_(subjects))
    )
    units = (
        sa.select(Unit)
        .where(conditions.called(name.pattern), Unit.id.in_(seats))
        .order_by(*_best_first(Unit.short_name, name), Unit.id)
        .limit(limit)
    )
    return Named(
        _quoted(session, actor, list(numbers), limit),
        session.scalars(people).all(),
        session.scalars(units).all(),
    )


def _quoted(session: Session, actor: Staff, words: Sequence[Word], limit: int) -> Sequence[Clue]:
    if not words or not all(word.numbers for word in words) or Kind.CLUE not in kinds_of(actor):
        return ()
    query = clues.visible(actor).where(*map(conditions.numbered, words))
    return _load(session, query.order_by(Clue.year.desc(), Clue.serial.desc()).limit(limit))


def _best_first(
    column: sa.orm.InstrumentedAttribute[str], name: Word
) -> tuple[sa.ColumnElement[Any] | Any, ...]:
    """Whole names, then beginnings, then parts; short names first."""
    rank = sa.case(
        (column.regexp_match(name.whole), 0), (column.regexp_match(name.beginning), 1), else_=2
    )
    return rank, sa.func.length(column), column
