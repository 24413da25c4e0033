"""Pages that say what this site is and how to use it, and what robots may read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template

from domain import units
from domain.disclosures import GROUPINGS
from domain.powers import PowerKind
from portal.context import current_grouping
from web.database import current_session
from web.security import open_to_all

blueprint = Blueprint("pages", __name__)

# Whoever writes to us must not be led there by a search engine's copy; searches have no end.
ROBOTS = """User-agent: *
Disallow: /report
Disallow: /track
Disallow: /search
Disallow: /preferences/
"""


@blueprint.get("/about")
@open_to_all
def about() -> str:
    """What is published here, by whom, and what the words mean."""
    return render_template("portal/pages/about.html")


@blueprint.get("/help", endpoint="help")
@open_to_all
def help_page() -> str:
    """How to find something, and how reporting works."""
    return render_template("portal/pages/help.html")


@blueprint.get("/accessibility")
@open_to_all
def accessibility() -> str:
    """What this site does for people who see, hear or move differently."""
    return render_template("portal/pages/accessibility.html")


@blueprint.get("/sitemap")
@open_to_all
def sitemap() -> str:
    """Every part of the site and every unit."""
    return render_template(
        "portal/pages/sitemap.html",
        units=units.directory(current_session()),
        groups=list(GROUPINGS[current_grouping()]),
        power_kinds=list(PowerKind),
    )


@blueprint.get("/robots.txt")
@open_to_all
def robots() -> Response:
    """What robots may read."""
    return current_app.response_class(ROBOTS, mimetype="text/plain")
