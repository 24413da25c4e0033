"""Who takes a report.

《纪检监察机关处理检举控告工作规则》 art. 15: a report about someone a higher body manages goes straight
up and may not be entered here, so `upward` is asked before anything is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.offices import OfficeKind
from domain.officials import ManagedBy
from domain.subjects.meaning import Held, Register, Subject
from domain.subjects.words import squeeze
from domain.units import Unit

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

# Words by which people name the commission and its arms when they type freely.
_DISCIPLINE_WORDS = ("纪委", "监委", "纪检", "监察委", "巡察办", "巡察组")
# Ordered: of two higher levels the higher one takes the report.
_LEVELS = (ManagedBy.PROVINCE, ManagedBy.CITY)


@dataclass(frozen=True)
class Route:
    """Who takes a report.

    Attributes:
        higher: the higher level that must take it, or None if the county may.
        office: the county's office that receives it.
        about_head: whether it is, as far as the public record can tell, about the head of a unit.
    """

    higher: ManagedBy | None
    office: OfficeKind
    about_head: bool


def route(session: Session, subject: Subject, on: date) -> Route:
    """Who takes a report about this subject; the public record is read once.

    Args:
        on: the day on which posts are looked up.
    """
    register = Register(session, on)
    meant = register.meant(subject)
    return Route(
        higher=_higher(meant or register.leaders_by_deputy(subject)),
        office=_office(session, register, subject, meant),
        about_head=any(held.post.is_head for held in meant),
    )


def upward(session: Session, subject: Subject, on: date) -> ManagedBy | None:
    """The higher level that must take a report about this subject, or None if the county may."""
    return route(session, subject, on).higher


def about_head(session: Session, subject: Subject, on: date) -> bool:
    """Whether the subject is, as far as the public record can tell, the head of a unit."""
    return route(session, subject, on).about_head


def office_for(session: Session, subject: Subject, on: date) -> OfficeKind:
    """The office that receives it: discipline staff never receive a report about themselves."""
    return route(session, subject, on).office


def _higher(meant: list[Held]) -> ManagedBy | None:
    levels = {held.post.managed_by for held in meant}
    return next((level for level in _LEVELS if level in levels), None)


def _office(
    session: Session, register: Register, subject: Subject, meant: list[Held]
) -> OfficeKind:
    words = squeeze(f"{subject.unit} {subject.name} {subject.post}")
    if any(word in words for word in _DISCIPLINE_WORDS):
        return OfficeKind.CADRE_SUPERVISION
    units = [held.post.unit for held in meant]
    units += [u for n in register.units_named(subject) if (u := session.get(Unit, n)) is not None]
    if any(unit.is_discipline for unit in units):
        return OfficeKind.CADRE_SUPERVISION
    return OfficeKind.INTAKE
