"""“五公开” by group, unit and period, and the page of one disclosure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request

from domain import disclosures, units
from domain.disclosures import GROUPINGS, Group
from domain.publishing import State
from portal.context import current_grouping
from portal.filters import asked_unit, asked_word, asked_year
from web.database import current_session
from web.paging import paginate
from web.security import open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("disclosures", __name__, url_prefix="/disclosures")

DISCLOSURES_ON_A_PAGE = 20


@blueprint.get("")
@open_to_all
def index() -> str:
    """What is disclosed, newest first, narrowed by group, unit, year and period."""
    session = current_session()
    groups = GROUPINGS[current_grouping()]
    everywhere, years = units.directory(session), disclosures.years(session)
    group, unit, year = asked_word(Group, "group"), asked_unit(everywhere), asked_year()
    group = group if group in groups else None
    year = year if year in years else None
    periods = disclosures.periods(session, year) if year else []
    period = request.args.get("period")
    period = period if period in periods else None
    unit_id = unit.id if unit else None
    counts = disclosures.counts(session, unit_id=unit_id, year=year, period=period)
    statement = disclosures.listing(
        leaves=groups[group] if group else None, unit_id=unit_id, year=year, period=period
    )
    return render_template(
        "portal/disclosures/index.html",
        page=paginate(session, statement, size=DISCLOSURES_ON_A_PAGE),
        groups={g: sum(counts[leaf] for leaf in leaves) for g, leaves in groups.items()},
        group=group,
        units=everywhere,
        unit=unit,
        years=years,
        year=year,
        periods=periods,
        period=period,
    )


@blueprint.get("/<id:disclosure_id>")
@open_to_all
def show(disclosure_id: int) -> ResponseReturnValue:
    """A disclosure as it stands now."""
    return _page(disclosure_id, None)


@blueprint.get("/<id:disclosure_id>/<id:number>")
@open_to_all
def edition(disclosure_id: int, number: int) -> ResponseReturnValue:
    """One edition of a disclosure, at the address it keeps for good."""
    return _page(disclosure_id, number)


def _page(disclosure_id: int, number: int | None) -> ResponseReturnValue:
    session = current_session()
    found = disclosures.readable(session, disclosure_id, number)
    if found is None:
        abort(404)
    history = disclosures.history(session, disclosure_id)
    in_force = next((e for e in history if e.state is State.PUBLISHED), None)
    values = {
        "edition": found,
        "in_force": in_force,
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
        **values,
    )
