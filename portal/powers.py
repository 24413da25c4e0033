"""Power lists 权力清单: what is in force, every edition at its own address, every item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, url_for
from flask_babel import pgettext

from domain import officials, powers, units
from domain.editing import comparing
from domain.powers import PowerKind, Risk
from domain.powers.timeline import stretches
from domain.publishing import READABLE, State, corrected_by
from portal import feedback, feeds
from portal.addresses import with_filters
from portal.caching import versioned, versioned_for_all
from portal.context import today
from portal.editions import asked_pair
from portal.filters import asked_unit, asked_word, chosen
from portal.timelines import Lane, draw
from web.database import current_session
from web.paging import Page, paginate
from web.security import open_to_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from domain.powers import PowerEdition, PowerItem

blueprint = Blueprint("powers", __name__, url_prefix="/powers")

POWERS_ON_A_PAGE = 30


@blueprint.get("")
@versioned
@open_to_all
def index() -> str:
    """Powers in force, narrowed by kind, unit and risk."""
    session = current_session()
    everywhere = units.directory(session)
    kind, unit = asked_word(PowerKind, "kind"), asked_unit(everywhere)
    risk = asked_word(Risk, "risk")
    statement = powers.listing(kind=kind, unit_id=unit.id if unit else None, risk=risk)
    filters = chosen(kind=kind, unit=unit, risk=risk)
    return render_template(
        "portal/powers/index.html",
        page=paginate(session, statement, size=POWERS_ON_A_PAGE),
        counts=powers.counts(session),
        kind=kind,
        unit=unit,
        risk=risk,
        units=everywhere,
        risks=list(Risk),
        filters=filters,
        feed=with_filters(url_for(".feed"), filters),
    )


@blueprint.get("/feed.atom")
@versioned_for_all
@open_to_all
def feed() -> ResponseReturnValue:
    """The same powers to subscribe to, those that became public last first."""
    session = current_session()
    kind, unit = asked_word(PowerKind, "kind"), asked_unit(units.directory(session))
    risk = asked_word(Risk, "risk")
    statement = powers.newest_first(kind=kind, unit_id=unit.id if unit else None, risk=risk)
    found = paginate(session, statement, size=feeds.ENTRIES_ON_A_PAGE)
    page = Page([feeds.of_power(i) for i in found.items], found.number, found.size, found.total)
    title = pgettext("many", "权力事项")
    return feeds.answer(title, url_for(".index"), page, chosen(kind=kind, unit=unit, risk=risk))


@blueprint.get("/<id:list_id>/<id:number>")
@versioned
@open_to_all
def edition(list_id: int, number: int) -> ResponseReturnValue:
    """One edition of a power list, at the address it keeps for good."""
    session = current_session()
    found = powers.readable(session, list_id, number)
    if found is None:
        abort(404)
    post_id = found.power_list.post_id
    history = powers.history(session, post_id)
    in_force = _in_force(history)
    if found.state is State.WITHDRAWN:
        return _tombstone(found, history)
    # What was withdrawn is not shown, not even as something to compare with.
    former = next((e for e in history if e.number < number and e.state in READABLE), None)
    before = powers.whole(session, former.id) if former else None
    day, tenures = today(), officials.tenures_of_post(session, post_id)
    return render_template(
        "portal/powers/edition.html",
        former=former,
        changes=comparing.changes(before, found) if before else None,
        edition=found,
        in_force=in_force,
        history=history,
        corrected_by=corrected_by(found, history),
        answers=feedback.beside(found.subject),
        holders=[t for t in tenures if t.started_on <= day <= (t.ended_on or day)],
        timeline=draw(
            [Lane(found.power_list.post.full_title, stretches(tenures, history, vacant=True))], day
        ),
    )


@blueprint.get("/<id:list_id>/changes")
@versioned
@open_to_all
def compare(list_id: int) -> ResponseReturnValue:
    """What one edition says otherwise than another, any two of a list: ``?from=1&to=3``."""
    session = current_session()
    history = powers.history_of_list(session, list_id)
    asked = asked_pair(history)
    if asked.withdrawn is not None:
        return _tombstone(asked.withdrawn, history)
    wholes = powers.wholes(session, [edition.id for edition in asked.pair])
    pair = [wholes[edition.id] for edition in asked.pair]
    return render_template(
        "portal/powers/compare.html",
        post=history[0].power_list.post,
        history=history,
        pair=pair,
        changes=comparing.changes(*pair) if pair else None,
        filters=asked.filters,
    )


@blueprint.get("/items/<id:item_id>")
@versioned
@open_to_all
def item(item_id: int) -> ResponseReturnValue:
    """One power. In an edition that is over it says so and leads to the power as it is now."""
    session = current_session()
    found = powers.item(session, item_id)
    if found is None:
        abort(404)
    edition = found.edition
    in_force: PowerEdition | None = edition
    history: Sequence[PowerEdition] = ()
    if edition.state is not State.PUBLISHED or edition.correction:
        history = powers.history(session, edition.power_list.post_id)
        in_force = _in_force(history)
        if edition.state is State.WITHDRAWN:
            return _tombstone(edition, history)
    return render_template(
        "portal/powers/item.html",
        item=found,
        edition=edition,
        in_force=in_force,
        history=history,
        corrected_by=corrected_by(edition, history),
        successor=None if in_force is edition else _successor(found, in_force),
        answers=feedback.beside(edition.subject, found.name),
    )


def _successor(former: PowerItem, in_force: PowerEdition | None) -> PowerItem | None:
    """The power as it is now, even under another name."""
    session = current_session()
    same = powers.successor(session, former)
    if same is not None or in_force is None:
        return same
    wholes = powers.wholes(session, [former.edition_id, in_force.id])
    return comparing.successor(former, wholes[in_force.id])


def _in_force(history: Sequence[PowerEdition]) -> PowerEdition | None:
    return next((e for e in history if e.state is State.PUBLISHED), None)


def _tombstone(withdrawn: PowerEdition, history: Sequence[PowerEdition]) -> ResponseReturnValue:
    page = render_template(
        "portal/powers/tombstone.html",
        edition=withdrawn,
        in_force=_in_force(history),
        corrected_by=corrected_by(withdrawn, history),
    )
    return page, 410
