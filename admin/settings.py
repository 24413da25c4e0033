"""What the internal site is told from outside."""

from __future__ import annotations

from dataclasses import dataclass

from web.settings import Settings, count, setting


@dataclass(frozen=True, kw_only=True)
class AdminSettings(Settings):
    """Settings of the internal site. Read by ``AdminSettings.from_environment("admin")``."""

    rows_per_page: int = setting(30, parse=count(5, 200))
    """Rows of a list that are shown at a time."""
