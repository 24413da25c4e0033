"""Power lists 权力清单: what is in force, every edition at its own address, every item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template

from domain import officials, powers, units
from domain.editing.comparing import changes
from domain.powers import PowerKind, Risk
from domain.publishing import READABLE, State
from portal.context import today
from portal.filters import asked_unit, asked_word
from web.database import current_session
from web.paging import paginate
from web.security import open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from domain.powers import PowerEdition

blueprint = Blueprint("powers", __name__, url_prefix="/powers")

POWERS_ON_A_PAGE = 30


@blueprint.get("")
@open_to_all
def index() -> str:
    """Powers in force, narrowed by kind, unit and risk."""
    session = current_session()
    everywhere = units.directory(session)
    kind, unit = asked_word(PowerKind, "kind"), asked_unit(everywhere)
    risk = asked_word(Risk, "risk")
    statement = powers.listing(kind=kind, unit_id=unit.id if unit else None, risk=risk)
    return render_template(
        "portal/powers/index.html",
        page=paginate(session, statement, size=POWERS_ON_A_PAGE),
        counts=powers.counts(session),
        kind=kind,
        unit=unit,
        risk=risk,
        units=everywhere,
        risks=list(Risk),
    )


@blueprint.get("/<id:list_id>/<id:number>")
@open_to_all
def edition(list_id: int, number: int) -> ResponseReturnValue:
    """One edition of a power list, at the address it keeps for good."""
    session = current_session()
    found = powers.readable(session, list_id, number)
    if found is None:
        abort(404)
    post_id = found.power_list.post_id
    history = powers.history(session, post_id)
    in_force = next((e for e in history if e.state is State.PUBLISHED), None)
    if found.state is State.WITHDRAWN:
        return _tombstone(found, in_force)
    # What was withdrawn is not shown, not even as something to compare with.
    former = next((e for e in history if e.number < number and e.state in READABLE), None)
    before = powers.whole(session, former.id) if former else None
    return render_template(
        "portal/powers/edition.html",
        former=former,
        changes=changes(before, found) if before else None,
        edition=found,
        in_force=in_force,
        history=history,
        holders=[
            tenure
            for tenure in officials.current_tenures(session, today(), unit_id=found.unit_id)
            if tenure.post_id == post_id
        ],
    )


@blueprint.get("/items/<id:item_id>")
@open_to_all
def item(item_id: int) -> ResponseReturnValue:
    """One power. In an edition that is over it says so and leads to the power as it is now."""
    session = current_session()
    found = powers.item(session, item_id)
    if found is None:
        abort(404)
    in_force: PowerEdition | None = found.edition
    if found.edition.state is not State.PUBLISHED:
        history = powers.history(session, found.edition.power_list.post_id)
        in_force = next((e for e in history if e.state is State.PUBLISHED), None)
    if found.edition.state is State.WITHDRAWN:
        return _tombstone(found.edition, in_force)
    return render_template(
        "portal/powers/item.html",
        item=found,
        edition=found.edition,
        in_force=in_force,
        successor=None if in_force is found.edition else powers.successor(session, found),
    )


def _tombstone(withdrawn: PowerEdition, in_force: PowerEdition | None) -> ResponseReturnValue:
    page = render_template("portal/powers/tombstone.html", edition=withdrawn, in_force=in_force)
    return page, 410
