"""Pages that say what this site is and how to use it."""

from __future__ import annotations

from flask import Blueprint, render_template

from domain import units
from domain.disclosures import GROUPINGS
from domain.powers import PowerKind
from portal.caching import versioned
from portal.context import current_grouping
from web.database import current_session
from web.security import open_to_all

blueprint = Blueprint("pages", __name__)


@blueprint.get("/about")
@versioned
@open_to_all
def about() -> str:
    """What is published here, by whom, and what the words mean."""
    return render_template("portal/pages/about.html")


@blueprint.get("/help", endpoint="help")
@versioned
@open_to_all
def help_page() -> str:
    """How to find something, and how reporting works."""
    return render_template("portal/pages/help.html")


@blueprint.get("/accessibility")
@versioned
@open_to_all
def accessibility() -> str:
    """What this site does for people who see, hear or move differently."""
    return render_template("portal/pages/accessibility.html")


@blueprint.get("/sitemap")
@versioned
@open_to_all
def sitemap() -> str:
    """Every part of the site and every unit."""
    return render_template(
        "portal/pages/sitemap.html",
        units=units.directory(current_session()),
        groups=list(GROUPINGS[current_grouping()]),
        power_kinds=list(PowerKind),
    )
