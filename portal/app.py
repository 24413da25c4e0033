"""The public site: read what is published, hand in a report. It can open no report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

from portal import dialogue, disclosures, home, officials, pages, powers, reports, search, units
from portal.context import page_values
from web.app import create_app as create_site
from web.navigation import NavGroup, NavItem

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from portal.settings import PortalSettings
    from search.engine import SearchReader
    from web.app import Site

BLUEPRINTS = (
    dialogue.blueprint,
    disclosures.blueprint,
    home.blueprint,
    officials.blueprint,
    pages.blueprint,
    powers.blueprint,
    reports.blueprint,
    search.blueprint,
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
    site.context_processor(page_values)
    return site


def navigation() -> list[NavGroup]:
    """The links at the head of each page."""
    return [
        NavGroup(
            "",
            [
                NavItem("search.index", lazy_gettext("搜索")),
                NavItem("powers.index", lazy_gettext("查权力")),
                NavItem("units.index", lazy_gettext("找单位")),
                NavItem("officials.index", lazy_gettext("找干部")),
                NavItem("disclosures.index", lazy_gettext("五公开")),
                NavItem("dialogue.track", lazy_gettext("查进度")),
                NavItem("reports.start", lazy_gettext("我要举报"), strong=True),
            ],
        )
    ]


def footer() -> list[NavGroup]:
    """The links at the foot of each page."""
    return [
        NavGroup(
            "",
            [
                NavItem("pages.sitemap", lazy_gettext("网站地图")),
                NavItem("pages.about", lazy_gettext("关于本站")),
                NavItem("pages.help", lazy_gettext("使用帮助")),
                NavItem("pages.accessibility", lazy_gettext("无障碍")),
            ],
        )
    ]
