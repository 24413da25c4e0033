"""Keeping an index in step with the change log: catching up, and building anew.

An index remembers the number of the last change it has, in the same commit as the change itself.
So it can stop at any moment and go on from there; what was half done is done again, and nothing
twice. Any number of processes may try at once: one of them writes, the others see that it has.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import indexing
from domain.db import Session
from search import documents
from search.engine import CursorMoved, SearchUnavailable

if TYPE_CHECKING:
    from search.engine import SearchEngine, SearchWriter

LIMIT = documents.BATCH


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done: changes of the log read, documents written, and where the index is now."""

    changes: int
    documents: int
    cursor: int


def follow(session: Session, engine: SearchWriter, *, limit: int = LIMIT) -> Outcome:
    """Apply every change that the index has not seen yet, oldest first.

    Reads in transactions of its own, so that it sees what is committed and nothing else; ``session``
    only says which database.

    Args:
        limit: how many changes go into one commit. A subject changed twice is read once.

    Raises:
        SearchUnavailable: the index is damaged, of another version, or ahead of the log, as after
            a backup of the database was brought back; see `catch_up`.
        SearchBusy: another process wrote for too long.
    """
    changes = written = 0
    while True:
        after = engine.cursor()
        with Session(session.get_bind()) as reading:
            batch = indexing.changes_after(reading, after, limit)
            if not batch:
                _ensure_not_ahead(reading, after)
                break
            groups = documents.of_groups(reading, [change.subject for change in batch])
            cursor = batch[-1].seq
        try:
            written += engine.apply(groups.items(), cursor, after=after)
        except CursorMoved:
            # Somebody else was faster; see what is left.
            continue
        changes += len(batch)
    if after == 0:
        # Nothing has ever been published: an empty index, so that a search finds nothing.
        with suppress(CursorMoved):
            engine.apply([], 0, after=0)
    return Outcome(changes, written, after)


def _ensure_not_ahead(reading: Session, cursor: int) -> None:
    last = indexing.last_change(reading)
    if cursor > last:
        raise SearchUnavailable(f"the index is at change {cursor}, the log ends at {last}")


def rebuild(session: Session, engine: SearchEngine) -> Outcome:
    """Build the index anew from the database, beside the live one, and put it in its place.

    Raises:
        SearchBusy: another process is rebuilding.
    """
    with engine.rebuilding() as beside:
        with Session(session.get_bind()) as reading:
            # What changes from here on is read again by `follow`.
            cursor = indexing.last_change(reading)
            written = beside.apply(documents.everything(reading), cursor, after=0)
        follow(session, beside)
    done = follow(session, engine)
    return Outcome(done.changes, written + done.documents, done.cursor)


def catch_up(session: Session, engine: SearchEngine) -> Outcome:
    """Follow the log; build anew what cannot be followed, or has nothing yet: that is faster."""
    try:
        if engine.cursor():
            return follow(session, engine)
    except SearchUnavailable:
        pass
    return rebuild(session, engine)
