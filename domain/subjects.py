"""About whom a report is, and what follows from that: who takes it, or that we may not.

《纪检监察机关处理检举控告工作规则》 art. 15: a report about someone a higher body manages goes straight
up and may not be entered here, so `upward` is asked before anything is stored.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain.offices import OfficeKind
from domain.officials import ManagedBy, Official, Post, Tenure, in_force
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

# Words by which people name the commission and its arms when they type freely.
_DISCIPLINE_WORDS = ("纪委", "监委", "纪检", "监察委", "巡察办", "巡察组")
# Ordered: of two higher levels the higher one takes the report.
_LEVELS = (ManagedBy.PROVINCE, ManagedBy.CITY)


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


def posts_meant(session: Session, subject: Subject, on: date) -> Sequence[Post]:
    """The posts, as held on a day, that the subject can mean; with their units.

    By the chosen official; by name, in the named unit when a known one is named; by the title of
    a post in the named unit, or one that only one unit has.
    """
    return [post for post, _ in _meant(session, subject, on)]


def officials_meant(session: Session, subject: Subject, on: date) -> set[int]:
    """The ids of the officials the subject can mean: whoever is recused from one stays out."""
    chosen = {subject.official_id} if subject.official_id is not None else set()
    return chosen | {official.id for _, official in _meant(session, subject, on)}


def upward(session: Session, subject: Subject, on: date) -> ManagedBy | None:
    """The higher level that must take a report about this subject, or None if the county may."""
    levels = {post.managed_by for post in posts_meant(session, subject, on)}
    return next((level for level in _LEVELS if level in levels), None)


def about_head(session: Session, subject: Subject, on: date) -> bool:
    """Whether the subject is, as far as the public record can tell, the head of a unit."""
    return any(post.is_head for post in posts_meant(session, subject, on))


def office_for(session: Session, subject: Subject, on: date) -> OfficeKind:
    """The office that receives it: discipline staff never receive a report about themselves."""
    words = squeeze(subject.unit + subject.post)
    if any(word in words for word in _DISCIPLINE_WORDS):
        return OfficeKind.CADRE_SUPERVISION
    unit = session.get(Unit, subject.unit_id) if subject.unit_id else None
    units = [post.unit for post in posts_meant(session, subject, on)]
    if any(u.is_discipline for u in [*units, *([unit] if unit else [])]):
        return OfficeKind.CADRE_SUPERVISION
    return OfficeKind.INTAKE


def squeeze(text: str) -> str:
    """Text as it is compared: full-width forms folded, all white space taken out."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _meant(session: Session, subject: Subject, on: date) -> list[tuple[Post, Official]]:
    query = (
        sa.select(Post, Official)
        .join(Tenure, Tenure.post_id == Post.id)
        .join(Official, Official.id == Tenure.official_id)
        .options(sa.orm.joinedload(Post.unit))
        .where(in_force(on))
        .order_by(Post.id)
    )
    if subject.official_id is not None:
        query = query.where(Official.id == subject.official_id)
        return [(post, official) for post, official in session.execute(query)]
    name, title, unit = squeeze(subject.name), squeeze(subject.post), squeeze(subject.unit)
    if not (name or title):
        return []
    # A county has some hundred posts: comparing squeezed words here is simpler than in SQL.
    return [
        (post, official)
        for post, official in session.execute(query)
        if (_same_unit(post.unit, subject, unit) and _is_named(official, name, title))
        or (
            (_same_unit(post.unit, subject, unit) or post.managed_by is not ManagedBy.COUNTY)
            and (_is_titled(post, title) or _is_titled(post, name) or _opens(post, official, name))
        )
    ]


def _is_named(official: Official, name: str, title: str) -> bool:
    """“王建国”, or “王建国局长” when the post was typed too."""
    known = squeeze(official.name)
    return bool(name) and name in (known, known + title)


def _is_titled(post: Post, words: str) -> bool:
    """“县长”, “云岭县县长”; of a double post “党组书记、局长” either half will do."""
    title = squeeze(post.title)
    return bool(words) and any(words.endswith(part) for part in (title, *title.split("、")) if part)


def _opens(post: Post, official: Official, words: str) -> bool:
    """“县长王某”: people write the title before the name where a name is asked."""
    title = squeeze(post.title)
    return words.startswith(title) and words[len(title) :][:1] == official.name[:1]


def _same_unit(unit: Unit, subject: Subject, words: str) -> bool:
    if subject.unit_id is not None:
        return unit.id == subject.unit_id
    if not words:
        return True
    return any(
        known and (known in words or words in known)
        for known in (squeeze(unit.name), squeeze(unit.short_name))
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
