"""The internal site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from admin import audit, clues, identities, integrity, reports, signin, staff, today
from admin.access import signed_in_staff
from admin.navigation import navigation
from web import app as web_app

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from admin.settings import AdminSettings
    from web.app import Site

BLUEPRINTS = (
    audit.blueprint,
    clues.blueprint,
    identities.blueprint,
    integrity.blueprint,
    reports.blueprint,
    signin.blueprint,
    staff.blueprint,
    today.blueprint,
)


def create_app(settings: AdminSettings, engine: Engine | None = None) -> Site:
    """Build the internal site; no page of it is kept by any cache.

    Args:
        settings: what it was told from outside.
        engine: the database, if the caller already has one.
    """
    app = web_app.create_app(
        "admin",
        settings,
        blueprints=BLUEPRINTS,
        navigation=navigation,
        store=False,
        engine=engine,
    )
    app.jinja_env.globals["signed_in_staff"] = signed_in_staff
    return app
