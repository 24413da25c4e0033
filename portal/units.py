"""Units 单位: the directory, and the page of one."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, abort, render_template

from domain import disclosures, officials, powers, units
from domain.officials import Tenure
from domain.units import Unit, UnitKind
from portal.context import current_grouping, today
from web.database import current_session
from web.security import open_to_all

blueprint = Blueprint("units", __name__, url_prefix="/units")

DISCLOSURES_OF_A_GROUP = 4


@blueprint.get("")
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
@open_to_all
def show(code: str) -> str:
    """What a unit is for, who leads it, and what it has published."""
    session = current_session()
    unit = units.by_code(session, code)
    if unit is None:
        abort(404)
    return render_template(
        "portal/units/show.html",
        unit=unit,
        tenures=officials.current_tenures(session, today(), unit_id=unit.id),
        lists=powers.lists(session, unit_id=unit.id),
        latest=disclosures.latest_by_group(
            session, unit.id, current_grouping(), DISCLOSURES_OF_A_GROUP
        ),
    )
