"""The home page: the question a citizen has, and the doors to its answers."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from domain import disclosures, notices, powers, units
from portal.caching import versioned
from portal.context import current_settings
from web.database import current_session
from web.security import open_to_all

blueprint = Blueprint("home", __name__)

NEWEST, NEWEST_NOTICES = 8, 4


@blueprint.get("/")
@versioned
@open_to_all
def index() -> str:
    """The search box, the doors, and what was published last."""
    session = current_session()
    return render_template(
        "portal/home/index.html",
        disclosed=session.scalars(disclosures.listing().limit(NEWEST)).all(),
        editions=powers.newest(session, NEWEST),
        notices=notices.newest(session, NEWEST_NOTICES),
        units_total=units.count(session),
        powers_total=powers.count_public(session),
        disclosures_total=disclosures.count_public(session),
        popular=current_settings().popular,
        feed=url_for("feeds.everything"),
    )
