"""Officials 干部: the directory, and the page of one with the power lists of their posts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from flask import Blueprint, abort, render_template, request

from domain import officials, powers
from domain.officials import Tenure
from domain.powers import PowerEdition
from domain.units import UnitKind
from portal.context import today
from portal.filters import asked_word
from web.database import current_session
from web.security import open_to_all

blueprint = Blueprint("officials", __name__, url_prefix="/officials")


@blueprint.get("")
@open_to_all
def index() -> str:
    """Who holds which post, by kind of unit; heads only, or everybody."""
    session = current_session()
    chosen = asked_word(UnitKind, "kind")
    heads_only = request.args.get("heads") == "1"
    by_kind: dict[UnitKind, list[Tenure]] = {kind: [] for kind in UnitKind}
    for tenure in officials.current_tenures(session, today()):
        if (tenure.post.is_head or not heads_only) and chosen in {None, tenure.post.unit.kind}:
            by_kind[tenure.post.unit.kind].append(tenure)
    return render_template(
        "portal/officials/index.html",
        by_kind=by_kind,
        lists=powers.lists(session),
        chosen=chosen,
        heads_only=heads_only,
    )


@blueprint.get("/<id:official_id>")
@open_to_all
def show(official_id: int) -> str:
    """An official's posts now and before, and the power lists in force of the posts held now."""
    session = current_session()
    official = officials.with_tenures(session, official_id)
    if official is None:
        abort(404)
    day = today()
    current = [t for t in official.tenures if t.started_on <= day and not _over(t, day)]
    posts = [tenure.post_id for tenure in current]
    histories: dict[int, list[PowerEdition]] = defaultdict(list)
    for edition in powers.history(session, *posts):
        histories[edition.power_list.post_id].append(edition)
    return render_template(
        "portal/officials/show.html",
        official=official,
        current=current,
        former=[tenure for tenure in official.tenures if _over(tenure, day)],
        editions={e.power_list.post_id: e for e in powers.in_force_of(session, posts)},
        histories=histories,
    )


def _over(tenure: Tenure, day: date) -> bool:
    return tenure.ended_on is not None and tenure.ended_on < day
