"""Every answer of the search in a real browser: what it understood, did not find, or cannot do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from domain import synonyms
from domain.db import Session
from portal.app import create_app
from portal.settings import PortalSettings
from search import open_reader, sync
from search.engine import SearchEngine
from tests.fixtures.accessibility import faults, served
from tests.fixtures.county import NOW, County
from tests.portal.test_search_trouble import Hurried

pytestmark = pytest.mark.browser

MANY = "%20".join(chr(0x4E00 + n) for n in range(20))
# What is asked, and a sentence that must be there to be looked at.
ANSWERS = {
    "q=补路": "另外还搜索了",
    "q=修路 jiaotongyunshuju": "按拼音还搜索了",
    "q=补路&exact=1": "只搜索了您写的词",
    "q=教玉局": "您要找的是不是",
    "q=教玉局&year=1999": "在选定的范围里没有找到",
    "q=养护 教育局": "没有内容同时包含",
    "q=量子纠缠": "没有找到",
    f"q={MANY}": "只用了前 16 个",
    "q=" + "修路" * 60: "缩短到 100 个字以内",
}


@pytest.fixture
def said(session: Session, county: County, index: SearchEngine) -> SearchEngine:
    entries = {"补路": ["公路养护", "养护资金"], "修路": ["公路建设"]}
    synonyms.load(session, entries, NOW)
    session.commit()
    sync.rebuild(session, index)
    return index


@pytest.fixture
def addresses(
    settings: PortalSettings, engine: Engine, said: SearchEngine, county: County
) -> Iterator[dict[str, str]]:
    """What is asked of a site that works, of one without time, and of one without an index."""
    readers: Sequence[tuple[Any, dict[str, str]]] = (
        (open_reader(settings.index_address), ANSWERS),
        (Hurried(said), {"q=资金": "先后只是大致的"}),
        (open_reader(f"{settings.index_address}-nowhere"), {"q=资金": "搜索暂时不能用"}),
    )
    found: dict[str, str] = {}
    with ExitStack() as sites:
        for reader, answers in readers:
            site = sites.enter_context(served(create_app(settings, reader, engine=engine)))
            found |= {f"{site}/search?{query}": sentence for query, sentence in answers.items()}
        yield found


@pytest.mark.parametrize(("width", "elder"), [(1280, False), (390, False), (390, True)])
def test_axe_finds_nothing_in_any_answer(
    browser: Browser, addresses: dict[str, str], width: int, elder: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    if elder:
        context.add_cookies([{"name": "elder", "value": "on", "domain": "127.0.0.1", "path": "/"}])
    found = {}
    for address, sentence in addresses.items():
        page.goto(address)
        missing = [] if page.get_by_text(sentence).first.is_visible() else [f"no {sentence}"]
        if wrong := [*missing, *faults(page)]:
            found[address] = wrong
    context.close()
    assert found == {}
