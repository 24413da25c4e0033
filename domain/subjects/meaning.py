"""Whom a subject means, as far as the public record can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from domain.officials import ManagedBy, Official, Post, Tenure, in_force
from domain.subjects.words import (
    as_leader,
    ends_in_title,
    is_distinct,
    parts,
    says_name,
    says_short_title,
    says_surname,
    says_title,
    says_unit,
    squeeze,
    titles,
    touches_unit,
)
from domain.units import Unit

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Subject:
    """About whom. Ids when chosen from what is public, the reporter's words otherwise."""

    unit_id: int | None = None
    official_id: int | None = None
    unit: str = ""
    name: str = ""
    post: str = ""

    def __bool__(self) -> bool:
        return any((self.unit_id, self.official_id, self.unit, self.name, self.post))


@dataclass(frozen=True)
class Held:
    """A post and whoever holds it; nobody when it is vacant."""

    post: Post
    official: Official | None

    @property
    def is_higher(self) -> bool:
        """Whether a higher body manages whoever holds it."""
        return self.post.managed_by is not ManagedBy.COUNTY


@dataclass(frozen=True)
class _Said:
    """A subject's words, taken apart. People write the title into any of the boxes."""

    # From the boxes for name and post, where a name may stand behind a title.
    persons: Sequence[str]
    # From the box for the unit, alone and with the others joined on (“县委” and “书记”).
    units: Sequence[str]
    # Units that are plainly named, and those the words touch at all.
    named: frozenset[int]
    touched: frozenset[int]


def posts_meant(session: Session, subject: Subject, on: date) -> Sequence[Post]:
    """The posts, as held on a day, that the subject can mean; with their units.

    By the chosen official, who without a post is still judged by the last one; by a name, in the
    named unit when a known one is named; by a title, in the named unit, or one that only one unit
    has. A vacant post is meant by its title too.
    """
    return [held.post for held in Register(session, on).meant(subject)]


def officials_meant(session: Session, subject: Subject, on: date) -> set[int]:
    """The ids of the officials the subject can mean: whoever is recused from one stays out."""
    chosen = {subject.official_id} if subject.official_id is not None else set()
    meant = Register(session, on).meant(subject)
    return chosen | {held.official.id for held in meant if held.official is not None}


class Register:
    """Who holds which post on a day, read once (two statements) and then asked.

    A county has some hundred posts: comparing words here is simpler than in SQL.
    """

    def __init__(self, session: Session, on: date) -> None:
        units = {unit.id: unit for unit in session.scalars(sa.select(Unit))}
        self.units = {number: _names_of(unit) for number, unit in units.items()}
        self.held: list[Held] = []
        # Who ever held a post: people go on calling somebody by it.
        self._holders: dict[int, set[str]] = defaultdict(set)
        self._read(session, on, units)
        # Titles that somebody whom the county manages has too say nothing without their unit.
        self._common = {t for h in self.held if not h.is_higher for t in titles(h.post.title)}

    def _read(self, session: Session, on: date, units: Mapping[int, Unit]) -> None:
        query = (
            sa.select(Post, Official, Tenure.ended_on)
            .outerjoin(Tenure, sa.and_(Tenure.post_id == Post.id, Tenure.started_on <= on))
            .outerjoin(Official, Official.id == Tenure.official_id)
            .order_by(Post.id, Tenure.started_on)
        )
        vacant: dict[int, Post] = {}
        former: dict[int, tuple[date, Held]] = {}
        rows: Iterable[tuple[Post, Official | None, date | None]] = session.execute(query)
        for post, official, ended_on in rows:
            if post.id not in vacant:
                vacant[post.id] = post
                # The units are here already; joining them to every row is what takes long.
                set_committed_value(post, "unit", units[post.unit_id])
            if official is None:
                continue
            self._holders[post.id].add(squeeze(official.name))
            if ended_on is None or ended_on >= on:
                self.held.append(Held(post, official))
            elif official.id not in former or former[official.id][0] < ended_on:
                former[official.id] = ended_on, Held(post, official)
        busy = {held.official.id for held in self.held if held.official}
        taken = {held.post.id for held in self.held}
        self.held += [held for who, (_, held) in former.items() if who not in busy]
        self.held += [Held(post, None) for number, post in vacant.items() if number not in taken]

    def meant(self, subject: Subject) -> list[Held]:
        """The posts, with their holders, that the subject can mean."""
        by_words = self._by_words(self._said(subject))
        if subject.official_id is None:
            return by_words
        chosen = [h for h in self.held if h.official and h.official.id == subject.official_id]
        # Words beside the choice count when they say somebody of a higher body (art. 15).
        return chosen + [held for held in by_words if held.is_higher and held not in chosen]

    def leaders_by_deputy(self, subject: Subject) -> list[Held]:
        """The county's leaders a deputy of whom is named whom the record does not have.

        Such deputies are managed where the leader is.
        """
        said = self._said(subject)
        return [
            held
            for held in self.held
            if held.is_higher
            for title in titles(held.post.title)
            if any(says_title(as_leader(w, title), title) for w in said.persons)
            or any(ends_in_title(as_leader(w, title), title) for w in said.units)
        ]

    def units_named(self, subject: Subject) -> frozenset[int]:
        """The units that are plainly named; of several those with the longest name said."""
        if subject.unit_id is not None:
            return frozenset({subject.unit_id})
        words = parts(subject.unit)
        said = {
            u: max((says_unit(w, ns) for w in words), default=0) for u, ns in self.units.items()
        }
        longest = max(said.values(), default=0)
        return frozenset(u for u, length in said.items() if length == longest > 0)

    def _said(self, subject: Subject) -> _Said:
        units = parts(subject.unit)
        persons = list(dict.fromkeys([*parts(subject.post), *parts(subject.name)]))
        named = self.units_named(subject)
        touched = {
            u for u, names in self.units.items() if any(touches_unit(w, names) for w in units)
        }
        where = units[:1] + [f"{w}委" for w in units[:1] if w.endswith(tuple("县市区旗"))]
        return _Said(
            persons=persons,
            units=[*units, *(w + person for w in where for person in persons)],
            named=named,
            touched=named or frozenset(touched),
        )

    def _by_words(self, said: _Said) -> list[Held]:
        if not (said.persons or said.units):
            return []
        sole = frozenset() if said.touched else self._in_one_unit(said)
        return [
            held
            for held in self.held
            if self._is_named(held, said) or self._is_titled(held, said) or held.post.id in sole
        ]

    def _is_named(self, held: Held, said: _Said) -> bool:
        """By name, in the unit that is named; by name and title together also without it."""
        if held.official is None:
            return False
        name, own = squeeze(held.official.name), titles(held.post.title)
        if not said.touched or held.post.unit_id in said.touched:
            return any(says_name(words, name, own) for words in (*said.persons, *said.units))
        return held.is_higher and any(
            words != name and says_name(words, name, own) for words in (*said.persons, *said.units)
        )

    def _is_titled(self, held: Held, said: _Said) -> bool:
        own, holders = titles(held.post.title), self._holders[held.post.id]
        if held.post.unit_id in said.named:
            return _says_any(said, own) or any(
                says_short_title(words, title) or says_surname(words, holders, title)
                for words in said.persons
                for title in own
            )
        if not held.is_higher:
            return False
        if _says_any(said, [title for title in own if title not in self._common]):
            return True
        return not said.named and any(
            (is_distinct(words) and says_short_title(words, title))
            or (not said.units and says_surname(words, holders, title))
            for words in said.persons
            for title in own
        )

    def _in_one_unit(self, said: _Said) -> frozenset[int]:
        """The posts of a title that, without a unit, only one unit has."""
        found = {
            held.post.id: held.post.unit_id
            for held in self.held
            if _says_any(said, titles(held.post.title))
        }
        return frozenset(found) if len(set(found.values())) == 1 else frozenset()


def _says_any(said: _Said, own: Sequence[str]) -> bool:
    return any(says_title(words, title) for words in said.persons for title in own) or any(
        ends_in_title(words, title) for words in said.units for title in own
    )


def recognise(session: Session, unit: str, name: str, post: str, on: date) -> Subject:
    """A subject from what was typed, with the ids of what is plainly meant.

    A unit is meant by its full or short name, an official by name within that unit when only one
    current holder of a post there bears it. Anything less plain stays in the reporter's words.
    """
    typed_unit, typed_name = squeeze(unit), squeeze(name)
    known = next((u for u in session.scalars(sa.select(Unit)) if typed_unit in _names_of(u)), None)
    official_id = None
    if known is not None and typed_name:
        query = (
            sa.select(Official.id, Official.name)
            .join(Tenure, Tenure.official_id == Official.id)
            .join(Post, Post.id == Tenure.post_id)
            .where(in_force(on), Post.unit_id == known.id)
            .distinct()
        )
        found = [row.id for row in session.execute(query) if squeeze(row.name) == typed_name]
        official_id = found[0] if len(found) == 1 else None
    return Subject(
        unit_id=known.id if known else None,
        official_id=official_id,
        unit=unit.strip(),
        name=name.strip(),
        post=post.strip(),
    )


def _names_of(unit: Unit) -> set[str]:
    return {squeeze(unit.name), squeeze(unit.short_name)} - {""}
