"""On the public pages in English, whatever the county wrote in Chinese says that it is Chinese."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from domain import settings as county_settings
from domain.db import Session
from search.engine import SearchEngine
from tests.fixtures.county import County
from tests.fixtures.english import chinese_in, speak_english
from tests.portal.addresses import pages
from web.app import Site


def unmarked(html: str) -> list[str]:
    """Chinese text nodes of the body in no element that says so; attributes have no language."""
    return [found for found in chinese_in(html[html.index("<body") :]) if "=" not in found]


def test_chinese_on_english_pages_is_marked(
    client: FlaskClient,
    site: Site,
    session: Session,
    county: County,
    indexed: SearchEngine,
    tmp_path: Path,
) -> None:
    county_settings.choose(
        session, host="云岭县纪委监委", contact="电话 0991-1234567", address="文昌路1号"
    )
    session.commit()
    speak_english(site, tmp_path / "catalogue")
    client.set_cookie("lang", "en")
    addresses = pages(session)
    seen = {path: client.get(path).get_data(as_text=True) for path in addresses}
    assert {path: unmarked(html) for path, html in seen.items() if unmarked(html)} == {}
    assert '<span lang="zh-CN">周明远</span>' in seen["/officials/3"]
    assert '<option value="jt" lang="zh-CN">交通运输局</option>' in seen["/powers"]


def test_chinese_pages_are_as_they_were(client: FlaskClient) -> None:
    assert '<span lang="zh-CN">' not in client.get("/officials/3").get_data(as_text=True)
