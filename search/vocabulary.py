"""The words of the county as its database has them: the lexicon that queries are read with."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import synonyms
from domain.disclosures import Leaf
from domain.officials import Official
from domain.powers import PowerKind
from domain.units import Unit
from search.documents import unit_names
from search.lexicon import PLAIN, Lexicon
from search.words import key

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from sqlalchemy.orm import Session


def read(session: Session) -> Lexicon:
    """The lexicon as the database has it now: three statements."""
    units = session.scalars(sa.select(Unit).order_by(Unit.id)).all()
    names = [name for unit in units for name in (unit.name, *unit_names(unit))]
    names += [word.label for words in (PowerKind, Leaf) for word in words]
    people = session.scalars(sa.select(Official.name).distinct().order_by(Official.name)).all()
    taken = {key(name) for name in people}
    # Of a word that staff have written down their entry counts: it comes later.
    meant = (*_short(units), *synonyms.in_force(session))
    # Whoever took office after a word was written down is found by that name and nobody else.
    said = tuple(entry for entry in meant if key(entry[0]) not in taken)
    return Lexicon(tuple(dict.fromkeys(names)), tuple(people), said)


def _short(units: Sequence[Unit]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names that are no part of the whole one, 县一中 for 云岭县第一中学: what a unit publishes has that."""
    for unit in units:
        for name in unit_names(unit):
            if key(name) not in key(unit.name):
                yield name, (unit.name,)


class Vocabulary:
    """The lexicon of one site, read again only when something public has changed.

    Building its dictionary takes longer than a search, so an equal one is kept as it is. Safe to
    share between threads.
    """

    def __init__(self) -> None:
        self._lexicon = PLAIN
        self._state: Hashable = None
        self._lock = Lock()

    def lexicon(self, session: Session, state: Hashable) -> Lexicon:
        """The lexicon of now.

        Args:
            state: another one whenever the change log has moved (`domain.indexing.last_change`,
                `domain.versions`), asked for before or in the transaction of ``session``.
        """
        with self._lock:
            if state == self._state:
                return self._lexicon
            found = read(session)
            if found != self._lexicon:
                found.prepare()
                self._lexicon = found
            self._state = state
            return self._lexicon
