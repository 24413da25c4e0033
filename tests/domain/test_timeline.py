"""Who held a post when and which list applied: right on every day, at every boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from domain.clock import local_day
from domain.officials import Tenure
from domain.powers import PowerEdition
from domain.powers.timeline import Stretch, applied_on, stretches
from domain.publishing import State

START = date(2024, 1, 1)
DAYS = 40
MOMENT = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = st.integers(0, DAYS * 24)


def day(number: int) -> date:
    return START + timedelta(days=number)


@st.composite
def tenures(draw: st.DrawFn) -> list[Tenure]:
    """Tenures of a post that do not overlap, some following each other at once."""
    cuts = sorted(draw(st.sets(st.integers(0, DAYS), max_size=6)))
    kept: list[bool] = draw(st.lists(st.booleans(), min_size=6, max_size=6))
    found = [
        Tenure(started_on=day(first), ended_on=day(end - 1))
        for (first, end), keep in zip(pairwise(cuts), kept, strict=False)
        if keep
    ]
    if draw(st.booleans()) and cuts:
        found.append(Tenure(started_on=day(cuts[-1]), ended_on=None))
    return found


@st.composite
def editions(draw: st.DrawFn) -> list[PowerEdition]:
    """Editions one after the other; several on one day, some ended before the next began."""
    moments = sorted(draw(st.lists(HOURS, max_size=7, unique=True)))
    found = []
    for number, hour in enumerate(moments, 1):
        following = moments[number] if number < len(moments) else None
        gap = draw(st.booleans())
        until = following if following is None or not gap else draw(st.integers(hour, following))
        found.append(
            PowerEdition(
                number=number,
                state=State.PUBLISHED if until is None else State.SUPERSEDED,
                published_at=MOMENT + timedelta(hours=hour),
                ended_at=None if until is None else MOMENT + timedelta(hours=until),
            )
        )
    return found


def naive_edition(found: list[PowerEdition], on: date) -> PowerEdition | None:
    """What was public when the county's day ended, if it was public at that moment."""
    end = datetime(on.year, on.month, on.day, 15, 59, 59, 999999, tzinfo=UTC)
    public = [
        edition
        for edition in found
        if edition.published_at is not None
        and edition.published_at <= end
        and (edition.ended_at is None or end < edition.ended_at)
    ]
    assert len(public) <= 1
    return public[0] if public else None


def naive_tenure(found: list[Tenure], on: date) -> Tenure | None:
    return next(
        (t for t in found if t.started_on <= on and (t.ended_on is None or on <= t.ended_on)), None
    )


@given(tenures(), editions(), st.booleans())
def test_each_day_is_told_once_and_rightly(
    held: list[Tenure], listed: list[PowerEdition], vacant: bool
) -> None:
    found = stretches(held, listed, vacant=vacant)
    assert found == sorted(found, key=lambda stretch: stretch.first, reverse=True)
    for number in range(-2, DAYS + 3):
        on = day(number)
        tenure, edition = naive_tenure(held, on), naive_edition(listed, on)
        assert applied_on(listed, on) is edition
        of_day = [s for s in found if s.first <= on and (s.last is None or on <= s.last)]
        if tenure or (vacant and edition):
            (stretch,) = of_day
            assert (stretch.tenure, stretch.edition) == (tenure, edition)
        else:
            assert of_day == []
    for later, earlier in pairwise(found):
        assert earlier.last is not None
        assert earlier.last < later.first
        joined = earlier.last + timedelta(days=1) == later.first
        assert not (joined and (earlier.tenure, earlier.edition) == (later.tenure, later.edition))


@pytest.mark.parametrize(("hour", "applies_from"), [(15, date(2024, 3, 1)), (16, date(2024, 3, 2))])
def test_a_day_begins_at_midnight_in_the_county(hour: int, applies_from: date) -> None:
    moment = datetime(2024, 3, 1, hour, tzinfo=UTC)
    assert local_day(moment) == applies_from
    edition = PowerEdition(number=1, state=State.PUBLISHED, published_at=moment, ended_at=None)
    assert applied_on([edition], applies_from - timedelta(days=1)) is None
    assert applied_on([edition], applies_from) is edition
    held = Tenure(started_on=date(2024, 1, 1), ended_on=applies_from)
    assert stretches([held], [edition]) == [
        Stretch(applies_from, applies_from, held, edition),
        Stretch(date(2024, 1, 1), applies_from - timedelta(days=1), held, None),
    ]


def test_what_was_never_public_applies_on_no_day() -> None:
    draft = PowerEdition(number=1, state=State.DRAFT, published_at=None, ended_at=None)
    assert applied_on([draft], START) is None
    assert stretches([], [draft], vacant=True) == []
