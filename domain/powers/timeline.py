"""Who held a post when, and which edition of its list applied then; counted in days of the county.

An edition applies from the day it becomes public; on the day another takes its place, or it is
withdrawn, it applies no more. What was public for part of a day only never applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from domain.clock import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.officials import Tenure
    from domain.powers.tables import PowerEdition

T = TypeVar("T")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Days, ``last`` included, in which the same person held the post and the same list applied.

    Attributes:
        last: the last day; None: it goes on.
        tenure: who held the post; None: nobody.
        edition: what applied, be it withdrawn since; None: nothing was public.
    """

    first: date
    last: date | None
    tenure: Tenure | None
    edition: PowerEdition | None


def stretches(
    tenures: Iterable[Tenure], editions: Iterable[PowerEdition], *, vacant: bool = False
) -> list[Stretch]:
    """The timeline of one post, newest stretch first.

    Args:
        tenures: who held the post, or those of one person; no two overlap.
        editions: all editions of its list that ever were public.
        vacant: whether days without a holder are told, too, as far as a list applied.
    """
    held = [(t.started_on, _after(t.ended_on), t) for t in tenures]
    applied = [(first, end, e) for e in editions for first, end in [_days(e)] if first < end]
    cuts = sorted({day for first, end, _ in (*held, *applied) for day in (first, end)})
    found: list[Stretch] = []
    for first, end in pairwise(cuts):
        tenure, edition = _at(held, first), _at(applied, first)
        if tenure or (vacant and edition):
            found.append(Stretch(first, None if end == date.max else end - _DAY, tenure, edition))
    return found[::-1]


def applied_on(editions: Iterable[PowerEdition], day: date) -> PowerEdition | None:
    """The edition of a list that applied on a day; None when nothing was public."""
    return _at([(*_days(edition), edition) for edition in editions], day)


def _days(edition: PowerEdition) -> tuple[date, date]:
    """The first day of an edition, and the first on which it applies no more."""
    if edition.published_at is None:
        return date.max, date.max
    ended = edition.ended_at
    return local_day(edition.published_at), local_day(ended) if ended else date.max


def _after(last: date | None) -> date:
    return last + _DAY if last else date.max


def _at(spans: Sequence[tuple[date, date, T]], day: date) -> T | None:
    return next((what for first, end, what in spans if first <= day < end), None)
