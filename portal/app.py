"""The public site: read what is published, hand in a report. It can open no report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

from portal import (
    api,
    data,
    dialogue,
    disclosures,
    feedback,
    feeds,
    glossary,
    home,
    notices,
    obligations,
    officials,
    opensearch,
    pages,
    posters,
    powers,
    reports,
    search,
    sitemaps,
    units,
)
from portal.addresses import canonical
from portal.api.counterparts import counterpart
from portal.caching import init_caching
from portal.context import page_values
from portal.linked import init_linked
from search.vocabulary import Vocabulary
from web.app import create_app as create_site
from web.navigation import NavGroup, NavItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from portal.settings import PortalSettings
    from search.engine import SearchReader
    from web.app import Site

BLUEPRINTS = (
    api.blueprint,
    data.blueprint,
    dialogue.blueprint,
    disclosures.blueprint,
    glossary.blueprint,
    feeds.blueprint,
    feedback.blueprint,
    home.blueprint,
    notices.blueprint,
    obligations.blueprint,
    officials.blueprint,
    opensearch.blueprint,
    pages.blueprint,
    posters.blueprint,
    powers.blueprint,
    reports.blueprint,
    search.blueprint,
    sitemaps.blueprint,
    units.blueprint,
)


def create_app(
    settings: PortalSettings, reader: SearchReader, *, engine: Engine | None = None
) -> Site:
    """Build the public site.

    Args:
        settings: what it was told from outside.
        reader: answers searches. The site is never given anything that writes to an index.
        engine: the database, if the caller already has one.
    """
    site = create_site(
        "portal",
        settings,
        blueprints=BLUEPRINTS,
        navigation=navigation,
        footer=footer,
        engine=engine,
    )
    site.extensions["mingquan.search"] = reader
    site.extensions["mingquan.vocabulary"] = Vocabulary()
    site.context_processor(page_values)
    site.jinja_env.globals["canonical"] = canonical
    site.jinja_env.globals["counterpart"] = counterpart
    init_caching(site)
    init_linked(site)
    return site


def navigation() -> Sequence[NavGroup]:
    """The links at the head of each page."""
    return _NAVIGATION


def footer() -> Sequence[NavGroup]:
    """The links at the foot of each page."""
    return _FOOTER


_NAVIGATION = (
    NavGroup(
        "",
        [
            NavItem("search.index", lazy_gettext("搜索")),
            NavItem("powers.index", lazy_gettext("查权力")),
            NavItem("units.index", lazy_gettext("找单位")),
            NavItem("officials.index", lazy_gettext("找干部")),
            NavItem("disclosures.index", lazy_gettext("五公开")),
            NavItem("notices.index", lazy_gettext("通报曝光")),
            NavItem("obligations.index", lazy_gettext("公开度")),
            NavItem("dialogue.track", lazy_gettext("查进度")),
            NavItem("reports.start", lazy_gettext("我要举报"), strong=True),
        ],
    ),
)
_FOOTER = (
    NavGroup(
        "",
        [
            NavItem("feedback.index", lazy_gettext("提问和答复")),
            NavItem("feedback.track", lazy_gettext("查我的提问"), section="-"),
            NavItem("pages.sitemap", lazy_gettext("网站地图")),
            NavItem("data.index", lazy_gettext("开放数据")),
            NavItem("pages.about", lazy_gettext("关于本站")),
            NavItem("pages.help", lazy_gettext("使用帮助")),
            NavItem("glossary.index", lazy_gettext("名词解释")),
            NavItem("pages.accessibility", lazy_gettext("无障碍")),
            NavItem("feedback.index", lazy_gettext("找错")),
        ],
    ),
)
