"""The internal site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from admin import (
    audit,
    clues,
    disclosures,
    feedback,
    identities,
    indexing,
    integrity,
    notices,
    obligations,
    powers,
    publishing,
    reports,
    search,
    signin,
    staff,
    synonyms,
    today,
)
from admin.access import signed_in_staff
from admin.imports import pages as imports, work
from admin.navigation import navigation
from admin.personal_data import init_asking
from search.vocabulary import Vocabulary
from web import app as web_app

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from admin.settings import AdminSettings
    from search.engine import SearchEngine
    from web.app import Site

BLUEPRINTS = (
    audit.blueprint,
    clues.blueprint,
    disclosures.blueprint,
    feedback.blueprint,
    identities.blueprint,
    imports.blueprint,
    integrity.blueprint,
    notices.blueprint,
    obligations.blueprint,
    powers.blueprint,
    publishing.blueprint,
    reports.blueprint,
    search.blueprint,
    signin.blueprint,
    staff.blueprint,
    synonyms.blueprint,
    today.blueprint,
)


def create_app(
    settings: AdminSettings, engine: Engine | None = None, index: SearchEngine | None = None
) -> Site:
    """Build the internal site; no page of it is kept by any cache.

    Args:
        settings: what it was told from outside.
        engine: the database, if the caller already has one.
        index: the search index on this host, which follows each publication at once.
    """
    app = web_app.create_app(
        "admin",
        settings,
        blueprints=BLUEPRINTS,
        navigation=navigation,
        store=False,
        engine=engine,
    )
    app.extensions[indexing.EXTENSION] = index
    app.extensions[synonyms.VOCABULARY] = Vocabulary()
    app.extensions[work.EXTENSION] = work.Workshop()
    app.jinja_env.globals["may_search"] = search.may_search
    app.jinja_env.globals["signed_in_staff"] = signed_in_staff
    init_asking(app)
    return app
