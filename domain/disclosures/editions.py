"""Editions of disclosures: made, and found by their permanent addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain.db import queue_up
from domain.disclosures.tables import Disclosure, DisclosureEdition, Leaf
from domain.publishing import State, documents, ensure_may_write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from domain.staff import Staff
    from domain.units import Unit

_WITH_UNIT = sa.orm.joinedload(DisclosureEdition.disclosure).joinedload(Disclosure.unit)


def document(
    session: Session, unit: Unit, leaf: Leaf, period: str, year: int, title: str
) -> Disclosure:
    """The disclosure with that natural key, made when there is none yet.

    Args:
        period: 所属时期 as the unit words it.
        year: the year it counts to; not part of the key.
        title: the first edition's title.
    """
    query = sa.select(Disclosure).where(
        Disclosure.unit_id == unit.id,
        Disclosure.leaf == leaf,
        Disclosure.period == period,
        Disclosure.title == title,
    )
    found = session.scalar(query)
    if found is None:
        queue_up(session)
        # Somebody else may have made it while we waited.
        found = session.scalar(query)
    if found is None:
        found = Disclosure(unit=unit, leaf=leaf, period=period, year=year, title=title)
        session.add(found)
        session.flush()
    return found


def new_edition(
    session: Session,
    disclosure: Disclosure,
    title: str,
    body: str,
    actor: Staff | None,
    dated_on: date | None = None,
) -> DisclosureEdition:
    """A draft, numbered one past the last edition of the disclosure.

    Part of another act, which puts it on record: `publishing.edit`, an import.

    Args:
        actor: its author; None for the command line.
        dated_on: 成文日期.

    Raises:
        Refused: the actor may not write for this unit.
    """
    ensure_may_write(actor, disclosure.unit_id)
    of = DisclosureEdition.disclosure_id == disclosure.id
    edition = DisclosureEdition(
        disclosure=disclosure,
        number=documents.next_number(session, DisclosureEdition, of),
        state=State.DRAFT,
        author_id=actor.id if actor else None,
        title=title,
        body=body,
        dated_on=dated_on,
    )
    session.add(edition)
    session.flush()
    return edition


def whole(
    session: Session, edition_id: int, actor: Staff | None = None
) -> DisclosureEdition | None:
    """An edition in any state, with disclosure and unit.

    Args:
        actor: somebody who may only reach their own unit's; None for all units'.
    """
    return documents.whole(session, DisclosureEdition, edition_id, actor, _WITH_UNIT)


def readable(
    session: Session, disclosure_id: int, number: int | None = None
) -> DisclosureEdition | None:
    """An edition by its permanent address; without a number the newest that ever was public.

    A withdrawn edition comes back as it is; the page shows only its reason.
    """
    of = DisclosureEdition.disclosure_id == disclosure_id
    return documents.readable(session, DisclosureEdition, of, number, _WITH_UNIT)


def history(session: Session, disclosure_id: int) -> Sequence[DisclosureEdition]:
    """All editions of a disclosure that ever were public, newest first, with disclosure and unit."""
    of = DisclosureEdition.disclosure_id == disclosure_id
    return documents.history(session, DisclosureEdition, of, _WITH_UNIT)
