"""What the public site is told from outside."""

from __future__ import annotations

from dataclasses import dataclass

from web.settings import MEGABYTE, Settings, count, setting, words

POPULAR = ("工程招标", "干部任免", "低保审批", "学校伙食费", "征地补偿")


@dataclass(frozen=True, kw_only=True)
class PortalSettings(Settings):
    """Settings of both sites and the public site's own."""

    popular: tuple[str, ...] = setting(POPULAR, parse=words)
    """Queries offered under the search box. Chosen by the county: nobody's searches are counted."""

    page_cache_bytes: int = setting(32 * MEGABYTE, parse=count())
    """Room for rendered pages in each process; 0 renders each anew."""
