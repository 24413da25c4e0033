"""What is there for an officer, as statements that begin with what they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain import clues, integrity, recusal
from domain.categories import CATEGORIES
from domain.clues import Clue, ClueSource, ClueState
from domain.finding.asked import Kind
from domain.integrity import Entry, Section
from domain.offices import Office
from domain.officials import Official, Post, Tenure
from domain.permissions import Permission
from domain.readings import Reading
from domain.staff import Staff
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from domain.finding.asked import Asked, Word

_NEEDED = {Kind.CLUE: Permission.CLUE_READ, Kind.FILE: Permission.INTEGRITY_READ}
# Whoever has one of these may search.
PERMISSIONS = tuple(_NEEDED.values())
# What stands in every clue's number and above every page of a kind.
_ABOUT_CLUES = (Kind.CLUE.label, "第", "号")
_ABOUT_FILES = (Kind.FILE.label,)


def kinds_of(actor: Staff) -> list[Kind]:
    """What the actor may look for at all."""
    return [kind for kind in Kind if actor.may(_NEEDED[kind])]


def by_kind(actor: Staff, asked: Asked, now: datetime) -> dict[Kind, sa.Select[Any]]:
    """For each kind that the actor may look for and the filters leave: what is there for them."""
    selects = {Kind.CLUE: _clues(actor, asked), Kind.FILE: _files(actor, asked, now)}
    only_clues = asked.category or asked.state is not None
    return {
        kind: selects[kind]
        for kind in kinds_of(actor)
        if asked.kind in (None, kind) and not (only_clues and kind is Kind.FILE)
    }


def together(actor: Staff, asked: Asked, now: datetime) -> sa.Subquery | None:
    """What is there of all kinds, with the columns that put it in order; None if it can be nothing.

    Columns: kind, id, official_id, rank (people of that name, numbers, parts of a name, the rest),
    year, serial, name.
    """
    whole, named = _named([word.whole for word in asked.words]), _named(asked.patterns)
    by_number = sa.or_(sa.false(), *map(numbered, asked.words))
    subject = Clue.official_id
    of_clues = sa.case((sa.or_(subject.in_(whole), by_number), 1), (subject.in_(named), 2), else_=4)
    of_files = sa.case((Official.id.in_(whole), 0), (Official.id.in_(named), 3), else_=5)
    nothing = sa.literal(0), sa.literal(0)
    columns: Mapping[Kind, tuple[sa.ColumnElement[Any] | Any, ...]] = {
        Kind.CLUE: (Clue.id, subject, of_clues, Clue.year, Clue.serial, sa.literal("")),
        Kind.FILE: (Official.id, Official.id, of_files, *nothing, Official.name),
    }
    names = ("id", "official_id", "rank", "year", "serial", "name")
    selects = [
        query.with_only_columns(
            sa.literal(kind.value).label("kind"),
            *(column.label(name) for column, name in zip(columns[kind], names, strict=True)),
        )
        for kind, query in by_kind(actor, asked, now).items()
    ]
    return sa.union_all(*selects).subquery() if selects else None


def _clues(actor: Staff, asked: Asked) -> sa.Select[Clue]:
    query = clues.visible(actor).where(*map(_in_clue, asked.words))
    if asked.category:
        query = query.where(Clue.category == asked.category)
    if asked.state is not None:
        query = query.where(Clue.state == asked.state)
    return query.where(Clue.official_id.in_(_of_unit(asked.unit))) if asked.unit else query


def _files(actor: Staff, asked: Asked, now: datetime) -> sa.Select[Official]:
    query = integrity.files(actor).order_by(None)
    query = query.where(*(_in_file(word, actor, now) for word in asked.words))
    return query.where(Official.id.in_(_of_unit(asked.unit))) if asked.unit else query


def _in_clue(word: Word) -> sa.ColumnElement[bool]:
    """A condition: the word is in what the list shows of a clue, or in its subject's posts and units."""
    if word.among(*_ABOUT_CLUES):
        return sa.true()
    categories = [one.code for one in CATEGORIES if word.among(one.label)]
    sources = [one for one in ClueSource if word.among(one.label)]
    offices = sa.select(Office.id).where(Office.name.regexp_match(word.pattern))
    handlers = sa.select(Staff.id).where(Staff.name.regexp_match(word.pattern))
    return sa.or_(
        Clue.official_id.in_(_about(word)),
        _quoted(word),
        Clue.category.in_(categories),
        Clue.source.in_(sources),
        Clue.office_id.in_(offices),
        Clue.handler_id.in_(handlers),
    )


def _in_file(word: Word, actor: Staff, now: datetime) -> sa.ColumnElement[bool]:
    """A condition: the word is in the official's name, posts or units, or in an open file of theirs."""
    if word.among(*_ABOUT_FILES):
        return sa.true()
    lines = sa.select(Entry.official_id).where(is_open(actor, now), in_line(word, actor))
    return sa.or_(Official.id.in_(_about(word)), Official.id.in_(lines))


def in_line(word: Word, actor: Staff) -> sa.ColumnElement[bool]:
    """A condition: the word is in a line of an integrity file: its section, or the clue in it."""
    sections = [section for section in Section if word.among(section.label)]
    targets = sa.select(_target()).where(_quoted(word), recusal.may_see(actor, Clue.official_id))
    return sa.or_(Entry.section.in_(sections), Entry.target.in_(targets))


def linked(actor: Staff) -> sa.ColumnElement[bool]:
    """A condition: the clue is what a line of an integrity file links to."""
    return sa.and_(Entry.target == _target(), recusal.may_see(actor, Clue.official_id))


def _target() -> sa.ColumnElement[str]:
    return sa.literal("clues:") + sa.cast(Clue.id, sa.String)


def _quoted(word: Word) -> sa.ColumnElement[bool]:
    """A condition: the word is in the number or the state of a clue, all that a file shows of it."""
    if word.among(*_ABOUT_CLUES):
        return sa.true()
    states = [state for state in ClueState if word.among(state.label)]
    return sa.or_(numbered(word), Clue.state.in_(states))


def numbered(word: Word) -> sa.ColumnElement[bool]:
    """A condition: the word is a number, and it is the clue's own or its year."""
    columns = {"year": Clue.year, "serial": Clue.serial}
    meant = (columns[name] == number for name, number in word.numbers.items())
    return sa.or_(sa.false(), *meant)


def is_open(actor: Staff, now: datetime) -> sa.ColumnElement[bool]:
    """A condition: the line stands in a file that the actor has given a reason to read, and reads."""
    subject = sa.literal("integrity:") + sa.cast(Entry.official_id, sa.String)
    held = sa.select(Reading.subject).where(Reading.staff_id == actor.id, Reading.expires_at > now)
    return subject.in_(held)


def _about(word: Word) -> sa.CompoundSelect[int]:
    """The officials in whose name, posts, past ones too, or units a word is."""
    posts = sa.or_(called(word.pattern), Post.title.regexp_match(word.pattern))
    return sa.union(_named([word.pattern]), _held().where(posts))


def _of_unit(code: str) -> sa.Select[int]:
    """The officials who hold or held a post in a unit."""
    return _held().where(Unit.code == code)


def _held() -> sa.Select[int]:
    joined = sa.select(Tenure.official_id).join(Post, Post.id == Tenure.post_id)
    return joined.join(Unit, Unit.id == Post.unit_id)


def called(pattern: str) -> sa.ColumnElement[bool]:
    """A condition: the unit's name, or its short name, has a pattern in it."""
    return sa.or_(Unit.name.regexp_match(pattern), Unit.short_name.regexp_match(pattern))


def _named(patterns: Iterable[str]) -> sa.Select[int]:
    """The officials in whose name one of some patterns is."""
    names = (Official.name.regexp_match(pattern) for pattern in patterns)
    return sa.select(Official.id).where(sa.or_(sa.false(), *names))


def subjects(actor: Staff) -> sa.CompoundSelect[int]:
    """The officials of whom there is anything for the actor to find."""
    selects: dict[Kind, sa.Select[Any]] = {
        Kind.CLUE: clues.visible(actor).with_only_columns(Clue.official_id),
        Kind.FILE: integrity.files(actor).order_by(None).with_only_columns(Official.id),
    }
    nobody = sa.select(Official.id).where(sa.false())
    return sa.union(nobody, *(selects[kind] for kind in kinds_of(actor)))
