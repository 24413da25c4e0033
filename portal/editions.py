"""Which two editions of a document an address compares, and what it answers where it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from flask import abort, redirect, request

from domain.publishing import READABLE, Edition, State
from portal.filters import asked_id
from web.paging import link_with

if TYPE_CHECKING:
    from collections.abc import Sequence

E = TypeVar("E", bound=Edition)


@dataclass(frozen=True)
class Asked(Generic[E]):
    """The two editions to compare, older first; none, when there is no second or one is withdrawn."""

    pair: tuple[E, E] | tuple[()] = ()
    withdrawn: E | None = None

    @property
    def filters(self) -> dict[str, str]:
        """As an address writes them."""
        return dict(
            zip(("from", "to"), (str(edition.number) for edition in self.pair), strict=False)
        )


def asked_pair(history: Sequence[E]) -> Asked[E]:
    """The editions that ``?from=1&to=3`` asks for; without them, the newest and the one before it.

    Args:
        history: all editions that ever were public, newest first.

    Aborts with 404 for an edition that never was public, and leads permanently (301) from a pair
    the wrong way round to the pair in its order: each has one address.
    """
    readable = [edition for edition in history if edition.state in READABLE]
    if not history:
        abort(404)
    if not readable:
        return Asked(withdrawn=history[0])
    after = _asked("to", history) or readable[0]
    before = _asked("from", history) or _one_before(after, readable)
    for edition in (before, after):
        if edition is not None and edition.state is State.WITHDRAWN:
            return Asked(withdrawn=edition)
    if before is not None and before.number > after.number:
        abort(redirect(link_with(**{"from": after.number, "to": before.number}), 301))
    if before is None or before is after:
        return Asked()
    return Asked((before, after))


def _asked(name: str, history: Sequence[E]) -> E | None:
    if not request.args.get(name):
        return None
    number = asked_id(name)
    return next((e for e in history if e.number == number), None) or abort(404)


def _one_before(edition: E, readable: Sequence[E]) -> E | None:
    return next((e for e in readable if e.number < edition.number), None)
