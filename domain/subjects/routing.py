"""Who takes a report.

《纪检监察机关处理检举控告工作规则》 art. 15: a report about someone a higher body manages goes straight
up and may not be entered here, so `upward` is asked before anything is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.offices import OfficeKind
from domain.officials import ManagedBy
from domain.subjects.meaning import Register, Subject, posts_meant
from domain.subjects.words import squeeze
from domain.units import Unit

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

# Words by which people name the commission and its arms when they type freely.
_DISCIPLINE_WORDS = ("纪委", "监委", "纪检", "监察委", "巡察办", "巡察组")
# Ordered: of two higher levels the higher one takes the report.
_LEVELS = (ManagedBy.PROVINCE, ManagedBy.CITY)


def upward(session: Session, subject: Subject, on: date) -> ManagedBy | None:
    """The higher level that must take a report about this subject, or None if the county may.

    Args:
        on: the day on which posts are looked up.
    """
    register = Register(session, on)
    meant = register.meant(subject) or register.leaders_by_deputy(subject)
    levels = {held.post.managed_by for held in meant}
    return next((level for level in _LEVELS if level in levels), None)


def about_head(session: Session, subject: Subject, on: date) -> bool:
    """Whether the subject is, as far as the public record can tell, the head of a unit."""
    return any(post.is_head for post in posts_meant(session, subject, on))


def office_for(session: Session, subject: Subject, on: date) -> OfficeKind:
    """The office that receives it: discipline staff never receive a report about themselves."""
    words = squeeze(f"{subject.unit} {subject.name} {subject.post}")
    if any(word in words for word in _DISCIPLINE_WORDS):
        return OfficeKind.CADRE_SUPERVISION
    register = Register(session, on)
    units = [held.post.unit for held in register.meant(subject)]
    units += [u for n in register.units_named(subject) if (u := session.get(Unit, n)) is not None]
    if any(unit.is_discipline for unit in units):
        return OfficeKind.CADRE_SUPERVISION
    return OfficeKind.INTAKE
