"""What every page of the public site knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, g, has_app_context

from domain import versions
from domain.clock import local_day, utc_now
from domain.disclosures import Grouping
from portal.settings import PortalSettings
from web.database import current_session

if TYPE_CHECKING:
    from datetime import date

    from domain.settings import County
    from domain.versions import Version


def current_settings() -> PortalSettings:
    """What this site was told from outside."""
    settings: PortalSettings = current_app.extensions["mingquan.settings"]
    return settings


def current_version() -> Version:
    """What everything public was made from; read once for each request (one statement)."""
    version: Version | None = g.get("version")
    if version is None:
        version = g.version = versions.current(current_session())
    return version


def current_county() -> County:
    """Who runs this installation; read once for each request, with the version."""
    return current_version().county


def current_grouping() -> Grouping:
    """How the county counts six leaves as five groups; its default if it says something odd."""
    return Grouping.parse(current_county().grouping) or Grouping.LATER_PAIR


def today() -> date:
    """The day it is in the county; the same one all through a request."""
    if not has_app_context():
        return local_day(utc_now())
    day: date | None = g.get("day")
    if day is None:
        day = g.day = local_day(utc_now())
    return day


def page_values() -> dict[str, Any]:
    """Names that templates may use. The county is a call: the plain error page must not ask for it."""
    return {"county": current_county}
