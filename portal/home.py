"""The home page: the question a citizen has, and the doors to its answers."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.security import open_to_all

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@open_to_all
def index() -> str:
    """The home page."""
    return render_template("portal/home/index.html")
