"""Writing a disclosure: a new one, a new edition of one, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import disclosures, publishing
from domain.db import queue_up
from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.errors import Refused
from domain.publishing import READABLE, documents
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from domain.staff import Staff


@dataclass(frozen=True)
class DisclosureText:
    """What an edition says. ``body`` is plain text or cleaned HTML."""

    title: str
    body: str
    dated_on: date | None = None


@dataclass(frozen=True)
class Place:
    """Where a disclosure stands; fixed once another edition of it exists.

    Attributes:
        answers: the 索引号 of what a 监督结果 answers, or empty.
    """

    unit_id: int
    leaf: Leaf
    period: str
    year: int
    answers: str = ""


def start(
    session: Session, place: Place, text: DisclosureText, actor: Staff, now: datetime
) -> DisclosureEdition:
    """Begin a disclosure with its first draft.

    Raises:
        Refused: the unit already discloses something under that leaf, period and title.
    """
    queue_up(session)
    publishing.ensure_may_write(actor, place.unit_id)
    unit = session.get(Unit, place.unit_id)
    if unit is None:
        raise Refused("没有这个单位")
    _ensure_free(session, place, text.title, None)
    document = disclosures.document(session, unit, place.leaf, place.period, place.year, text.title)
    document.year = place.year
    document.answers_id = _answered(session, place, document)
    return _new_edition(session, document, text, actor, now)


def _new_edition(
    session: Session,
    document: Disclosure,
    text: DisclosureText,
    actor: Staff,
    now: datetime,
    correction: str = "",
    confirmed: Collection[str] = (),
) -> DisclosureEdition:
    edition = disclosures.new_edition(
        session, document, text.title, text.body, actor, text.dated_on
    )
    publishing.correct(session, edition, correction, None, actor, now, confirmed)
    return edition


def start_edition(
    session: Session,
    document: Disclosure,
    actor: Staff,
    now: datetime,
    *,
    correction: str = "",
    confirmed: Collection[str] = (),
) -> DisclosureEdition:
    """Begin a new edition of a disclosure as a copy of its last one.

    Args:
        correction, confirmed: for a correction, what was wrong; as `publishing.correct`.

    Raises:
        Refused: another edition is being written or reviewed.
    """
    of = DisclosureEdition.disclosure_id == document.id
    last = documents.last_of(session, DisclosureEdition, of)
    text = DisclosureText(
        title=last.title if last else document.title,
        body=last.body if last else "",
        dated_on=last.dated_on if last else None,
    )
    return _new_edition(session, document, text, actor, now, correction, confirmed)


def save(
    session: Session,
    edition: DisclosureEdition,
    text: DisclosureText,
    place: Place | None,
    seen: int | None,
    actor: Staff,
    now: datetime,
) -> None:
    """Write a draft.

    Args:
        place: where the disclosure is to stand; left as it is once another edition exists.
        seen: the revision that the editor's form was filled from.

    Raises:
        Overtaken: somebody else has changed it since.
        Refused: it is no draft, or its place is taken.
    """
    publishing.edit(session, edition, seen, actor, now)
    if edition.author_id is None:
        edition.author_id = actor.id
    edition.title, edition.body, edition.dated_on = text.title, text.body, text.dated_on
    document = edition.disclosure
    if place is not None and documents.is_first(session, edition):
        publishing.ensure_scope(actor, place.unit_id)
        _ensure_free(session, place, text.title, document.id)
        if document.unit_id != place.unit_id:
            # Nobody outside has seen its 索引号 yet: it is the other unit's from the beginning.
            document.unit_id, document.index_code = place.unit_id, None
        document.leaf = place.leaf
        document.period, document.year, document.title = place.period, place.year, text.title
        document.answers_id = _answered(session, place, document)
    session.flush()


def _ensure_free(session: Session, place: Place, title: str, own_id: int | None) -> None:
    query = sa.select(Disclosure.id).where(
        Disclosure.unit_id == place.unit_id,
        Disclosure.leaf == place.leaf,
        Disclosure.period == place.period,
        Disclosure.title == title,
    )
    taken = session.scalar(query)
    if taken is not None and taken != own_id:
        raise Refused("本单位这一时期、这一类别已经有同名的公开事项，请在它下面另起新版本")


def _answered(session: Session, place: Place, document: Disclosure) -> int | None:
    if not place.answers:
        return None
    if place.leaf is not Leaf.RESULT:
        raise Refused("只有“监督结果”才填写所回应的事项")
    number = place.answers.rpartition("-")[2]
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = session.get(Disclosure, int(number)) if known else None
    if (
        found is None
        or found is document
        or found.index_number != place.answers.upper()
        or not (found.id == document.answers_id or _was_public(session, found))
    ):
        raise Refused("没有索引号是“%(number)s”的公开事项", number=place.answers)
    return found.id


def _was_public(session: Session, document: Disclosure) -> bool:
    public = sa.exists().where(
        DisclosureEdition.disclosure_id == document.id, DisclosureEdition.state.in_(READABLE)
    )
    return bool(session.scalar(sa.select(public)))


def discard(session: Session, edition: DisclosureEdition, actor: Staff, now: datetime) -> None:
    """Throw a draft away, and with the only draft of a disclosure the disclosure itself.

    Raises:
        Refused: it is no draft, or the actor may not write for this unit.
    """
    document, last = edition.disclosure, documents.is_first(session, edition)
    publishing.discard(session, edition, actor, now)
    if last:
        session.delete(document)
        session.flush()


def answerable(session: Session, unit_id: int, limit: int) -> Sequence[DisclosureEdition]:
    """What a unit has in force that a 监督结果 can answer, newest first, to be proposed."""
    query = disclosures.listing(unit_id=unit_id).where(Disclosure.leaf != Leaf.RESULT).limit(limit)
    return session.scalars(query).all()
