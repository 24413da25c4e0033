"""“五公开” by group, unit and period, and the page of one disclosure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext

from domain import disclosures, units
from domain.disclosures import GROUPINGS, Group
from domain.editing.comparing import disclosure_differences
from domain.publishing import READABLE, State, corrected_by
from portal import feedback, feeds
from portal.addresses import with_filters
from portal.caching import versioned, versioned_for_all
from portal.context import current_grouping
from portal.editions import asked_pair
from portal.filters import asked_unit, asked_word, asked_year, chosen
from web.database import current_session
from web.paging import Page, paginate
from web.security import open_to_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from flask.typing import ResponseReturnValue

    from domain.disclosures import DisclosureEdition
    from domain.units import Unit

blueprint = Blueprint("disclosures", __name__, url_prefix="/disclosures")

DISCLOSURES_ON_A_PAGE = 20


@dataclass(frozen=True)
class Asked:
    """What an address narrows the list by; a value that does not exist narrows nothing."""

    units: Sequence[Unit]
    years: Sequence[int]
    periods: Sequence[str]
    group: Group | None
    unit: Unit | None
    year: int | None
    period: str | None

    @property
    def filters(self) -> dict[str, str]:
        """As an address writes them."""
        return chosen(group=self.group, unit=self.unit, year=self.year, period=self.period)

    def listing(self) -> sa.Select[DisclosureEdition]:
        """What they leave, the newest first."""
        leaves = GROUPINGS[current_grouping()][self.group] if self.group else None
        unit_id = self.unit.id if self.unit else None
        return disclosures.listing(
            leaves=leaves, unit_id=unit_id, year=self.year, period=self.period
        )


def _asked() -> Asked:
    session = current_session()
    everywhere, years = units.directory(session), disclosures.years(session)
    group, year = asked_word(Group, "group"), asked_year()
    year = year if year in years else None
    periods = disclosures.periods(session, year) if year else []
    period = request.args.get("period")
    return Asked(
        units=everywhere,
        years=years,
        periods=periods,
        group=group if group in GROUPINGS[current_grouping()] else None,
        unit=asked_unit(everywhere),
        year=year,
        period=period if period in periods else None,
    )


@blueprint.get("")
@versioned
@open_to_all
def index() -> str:
    """What is disclosed, newest first, narrowed by group, unit, year and period."""
    session, asked = current_session(), _asked()
    unit_id = asked.unit.id if asked.unit else None
    counts = disclosures.counts(session, unit_id=unit_id, year=asked.year, period=asked.period)
    groups = GROUPINGS[current_grouping()]
    return render_template(
        "portal/disclosures/index.html",
        page=paginate(session, asked.listing(), size=DISCLOSURES_ON_A_PAGE),
        groups={g: sum(counts[leaf] for leaf in leaves) for g, leaves in groups.items()},
        group=asked.group,
        units=asked.units,
        unit=asked.unit,
        years=asked.years,
        year=asked.year,
        periods=asked.periods,
        period=asked.period,
        filters=asked.filters,
        feed=with_filters(url_for(".feed"), asked.filters),
    )


@blueprint.get("/feed.atom")
@versioned_for_all
@open_to_all
def feed() -> ResponseReturnValue:
    """The same, to subscribe to."""
    asked = _asked()
    found = paginate(current_session(), asked.listing(), size=feeds.ENTRIES_ON_A_PAGE)
    entries = [feeds.of_disclosure(edition) for edition in found.items]
    page = Page(entries, found.number, found.size, found.total)
    return feeds.answer(gettext("五公开"), url_for(".index"), page, asked.filters)


@blueprint.get("/<id:disclosure_id>")
@versioned
@open_to_all
def show(disclosure_id: int) -> ResponseReturnValue:
    """A disclosure as it stands now."""
    return _page(disclosure_id, None)


@blueprint.get("/<id:disclosure_id>/<id:number>")
@versioned
@open_to_all
def edition(disclosure_id: int, number: int) -> ResponseReturnValue:
    """One edition of a disclosure, at the address it keeps for good."""
    return _page(disclosure_id, number)


@blueprint.get("/<id:disclosure_id>/changes")
@versioned
@open_to_all
def compare(disclosure_id: int) -> ResponseReturnValue:
    """What one edition says otherwise than another, any two of a disclosure: ``?from=1&to=3``."""
    history = disclosures.history(current_session(), disclosure_id)
    asked = asked_pair(history)
    if asked.withdrawn is not None:
        return _page(disclosure_id, asked.withdrawn.number)
    return render_template(
        "portal/disclosures/compare.html",
        disclosure=history[0].disclosure,
        title=next(e.title for e in history if e.state in READABLE),
        history=history,
        pair=asked.pair,
        differences=disclosure_differences(*asked.pair) if asked.pair else None,
        filters=asked.filters,
    )


def _page(disclosure_id: int, number: int | None) -> ResponseReturnValue:
    session = current_session()
    history = disclosures.history(session, disclosure_id)
    found = next((e for e in history if number in {None, e.number}), None)
    if found is None:
        abort(404)
    in_force = next((e for e in history if e.state is State.PUBLISHED), None)
    values = {
        "edition": found,
        "in_force": in_force,
        "corrected_by": corrected_by(found, history),
        "group": disclosures.group_of(found.disclosure.leaf, current_grouping()),
    }
    if found.state is State.WITHDRAWN:
        return render_template("portal/disclosures/tombstone.html", **values), 410
    answers, answered_by = disclosures.linked(session, found.disclosure)
    return render_template(
        "portal/disclosures/show.html",
        history=history,
        answers=answers,
        answered_by=answered_by,
        questions=feedback.beside(found.subject),
        # In force, an edition is what the disclosure says now.
        canonical_path=url_for(".show", disclosure_id=disclosure_id) if found is in_force else "",
        **values,
    )
