"""Units 单位: the directory, and the page of one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from domain import disclosures, feedback, obligations, officials, powers, units
from domain.officials import Tenure
from domain.units import Unit, UnitKind
from portal import feeds
from portal.caching import versioned, versioned_for_all
from portal.context import current_grouping, today
from portal.moved import found_unit
from web.database import current_session
from web.security import open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("units", __name__, url_prefix="/units")

DISCLOSURES_OF_A_GROUP = 4


@blueprint.get("")
@versioned
@open_to_all
def index() -> str:
    """Every unit by kind, with its head."""
    session = current_session()
    by_kind: dict[UnitKind, list[Unit]] = {kind: [] for kind in UnitKind}
    for unit in units.directory(session):
        by_kind[unit.kind].append(unit)
    heads: dict[int, list[Tenure]] = defaultdict(list)
    for tenure in officials.current_tenures(session, today()):
        if tenure.post.is_head:
            heads[tenure.post.unit_id].append(tenure)
    return render_template("portal/units/index.html", by_kind=by_kind, heads=heads)


@blueprint.get("/<code>")
@versioned
@open_to_all
def show(code: str) -> str:
    """What a unit is for, who leads it, and what it has published."""
    session = current_session()
    unit = found_unit(code)
    day = today()
    return render_template(
        "portal/units/show.html",
        unit=unit,
        tenures=officials.current_tenures(session, day, unit_id=unit.id),
        owed=obligations.of_unit(session, unit.id, day),
        answering=feedback.figures(session, day, unit_id=unit.id).get(unit.id),
        lists=powers.lists(session, unit_id=unit.id),
        latest=disclosures.latest_by_group(
            session, unit.id, current_grouping(), DISCLOSURES_OF_A_GROUP
        ),
        feed=url_for(".feed", code=unit.code),
    )


@blueprint.get("/<code>/feed.atom")
@versioned_for_all
@open_to_all
def feed(code: str) -> ResponseReturnValue:
    """What a unit has published, to subscribe to."""
    unit = found_unit(code)
    return feeds.latest_feed(unit.name, url_for(".show", code=code), unit_id=unit.id)
