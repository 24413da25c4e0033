"""Today: what waits for the person who has just signed in."""

from __future__ import annotations

from flask import Blueprint, render_template

from admin.access import current_staff, signed_in

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
@signed_in
def index() -> str:
    """The first page after signing in."""
    return render_template("admin/today/index.html", person=current_staff())
