"""Officials 干部: the directory, and the page of one with the power lists of their posts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext

from domain import officials, powers
from domain.officials import Official, Tenure
from domain.powers import PowerEdition
from domain.powers.timeline import stretches
from domain.units import UnitKind
from portal import feeds
from portal.caching import versioned, versioned_for_all
from portal.context import today
from portal.filters import asked_word, chosen as written
from portal.timelines import Lane, draw
from web.database import current_session
from web.paging import Page
from web.security import open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("officials", __name__, url_prefix="/officials")


@blueprint.get("")
@versioned
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
        filters=written(kind=chosen, heads=int(heads_only)),
    )


@blueprint.get("/<id:official_id>")
@versioned
@open_to_all
def show(official_id: int) -> str:
    """An official's posts now and before, and the power lists in force of the posts held now."""
    session = current_session()
    official = officials.with_tenures(session, official_id)
    if official is None:
        abort(404)
    day = today()
    current = _current(official, day)
    posts = [tenure.post_id for tenure in current]
    histories: dict[int, list[PowerEdition]] = defaultdict(list)
    for edition in powers.history(session, *{tenure.post_id for tenure in official.tenures}):
        histories[edition.power_list.post_id].append(edition)
    return render_template(
        "portal/officials/show.html",
        official=official,
        current=current,
        former=[tenure for tenure in official.tenures if _over(tenure, day)],
        editions={e.power_list.post_id: e for e in powers.in_force_of(session, posts)},
        histories=histories,
        timeline=draw(_lanes(official, histories), day),
        feed=url_for(".feed", official_id=official_id),
    )


@blueprint.get("/<id:official_id>/feed.atom")
@versioned_for_all
@open_to_all
def feed(official_id: int) -> ResponseReturnValue:
    """The power lists in force of an official's posts, to subscribe to."""
    session = current_session()
    official = officials.with_tenures(session, official_id)
    if official is None:
        abort(404)
    posts = [tenure.post_id for tenure in _current(official, today())]
    lists = sorted(powers.in_force_of(session, posts), key=_newest_first)
    entries = [feeds.of_list(edition) for edition in lists]
    page = Page(entries, 1, feeds.ENTRIES_ON_A_PAGE, len(entries))
    title = gettext("%(name)s的权力清单", name=official.name)
    return feeds.answer(title, url_for(".show", official_id=official_id), page)


def _lanes(official: Official, histories: dict[int, list[PowerEdition]]) -> list[Lane]:
    """A lane for each post, the newest tenure's on top."""
    held: dict[int, list[Tenure]] = defaultdict(list)
    for tenure in official.tenures:
        held[tenure.post_id].append(tenure)
    return [
        Lane(tenures[0].post.full_title, stretches(tenures, histories[post_id]))
        for post_id, tenures in held.items()
    ]


def _newest_first(edition: PowerEdition) -> float:
    return -edition.published_at.timestamp() if edition.published_at else 0


def _current(official: Official, day: date) -> list[Tenure]:
    return [t for t in official.tenures if t.started_on <= day and not _over(t, day)]


def _over(tenure: Tenure, day: date) -> bool:
    return tenure.ended_on is not None and tenure.ended_on < day
