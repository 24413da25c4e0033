"""What is typed stays text in whatever else is sent: JSON, JSON-LD, feeds, tables, sitemaps, the whole file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from selectolax.lexbor import LexborHTMLParser

from domain.disclosures import Disclosure
from domain.notices import Notice
from domain.obligations import Obligation
from domain.officials import Official, Post
from domain.powers import PowerEdition, PowerItem, PowerList
from domain.units import Unit
from portal import bulk
from tests.inert.endpoints import files
from tests.inert.filling import Filled
from tests.inert.marks import LEADS
from tests.inert.reading import Read, is_guarded, media, read
from web.tables import XLSX

# In each of these stands what was typed into many fields.
TELLING = {
    "application/json": 40,
    "application/atom+xml": 10,
    "text/csv": 40,
    XLSX: 40,
    "application/zip": 30,
}
COLUMNS: dict[str, Any] = {
    "code": Unit.code,
    "official_id": Official.id,
    "post_id": Post.id,
    "list_id": PowerList.id,
    "item_id": PowerItem.id,
    "disclosure_id": Disclosure.id,
    "notice_id": Notice.id,
    "obligation_id": Obligation.id,
}
CHOICES: dict[str, list[Any]] = {
    "ending": ["csv", "xlsx"],
    "part": ["units", "officials", "lists", "powers", "disclosures", "notices"],
}
SEARCHED = ("?q=正文照登", "?q=mq", "?q=云岭")


def addresses(filled: Filled) -> Iterator[tuple[str, str]]:
    """Endpoint and address of everything that is no page, of a few rows each."""
    site = filled.world.portal
    ids = {
        name: [one for (one,) in filled.rows(sa.select(column).order_by(column.desc()).limit(12))]
        for name, column in COLUMNS.items()
    }
    ((most,),) = filled.rows(sa.select(sa.func.max(PowerEdition.number)))
    offered = ids | CHOICES | {"number": [*range(1, most + 1)]}
    for rule in site.url_map.iter_rules():
        if rule.endpoint in files(site):
            names = sorted(rule.arguments)
            for values in product(*(offered[name] for name in names)):
                chosen = dict(zip(names, values, strict=True))
                address = site.url_map.bind("localhost").build(rule.endpoint, chosen)
                for query in SEARCHED if "search" in rule.endpoint else ("",):
                    yield rule.endpoint, address + query


@pytest.fixture(scope="module")
def answers(filled: Filled) -> dict[str, Read]:
    """Everything there is, by its media type."""
    site, seen = filled.world.portal, set()
    found: dict[str, Read] = defaultdict(Read)
    filled.world.session.rollback()
    bulk.build(
        filled.world.session, bulk.path_of(filled.world.portal.extensions["mingquan.settings"])
    )
    for endpoint, address in addresses(filled):
        response = site.test_client().get(address)
        assert response.status_code in {200, 404, 410}, address
        if response.status_code == 200:
            seen.add(endpoint)
            assert is_guarded(response), address
            read(media(response), response.get_data(), found[media(response)])
        response.close()
    assert files(site) - seen == set()
    return found


def test_nothing_in_them_runs_or_is_computed(answers: dict[str, Read]) -> None:
    assert {kind: held.faults for kind, held in answers.items() if held.faults} == {}


def test_they_hold_what_was_typed(filled: Filled, answers: dict[str, Read]) -> None:
    marks = {*filled.typist.marks.of.values(), *filled.named.of.values()}
    for kind, most in TELLING.items():
        told = "\n".join(answers[kind].texts)
        assert len([mark for mark in marks if mark in told]) >= most, kind


@pytest.mark.parametrize("kind", ["text/csv", XLSX, "application/zip"])
def test_what_begins_like_a_formula_has_an_apostrophe(answers: dict[str, Read], kind: str) -> None:
    begun = {text[:2] for text in answers[kind].texts}
    assert {f"'{lead}" for lead in (*LEADS, "\t", "\n")} - begun == set()


def test_no_data_block_can_end_its_script(filled: Filled) -> None:
    """Every block is JSON to its end, and has no bracket that HTML could read."""
    told, marks = "", [*filled.typist.marks.of.values(), *filled.named.of.values()]
    for address, page in filled.public.pages.items():
        for block in LexborHTMLParser(page).css('script[type="application/ld+json"]'):
            text = block.text()
            assert not set("<>&") & set(text), address
            told += json.dumps(json.loads(text), ensure_ascii=False).replace('\\"', '"')
    assert len([mark for mark in marks if mark in told]) > 5
