"""The counts beside the results of a search, and an index that is built from nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

from search.engine import PAGE_SIZE_MAX, Field, Query, Results, SearchEngine
from tests.portal.visibility.account import COMMON, Account

FIELDS = (Field.KIND, Field.POWER_KIND, Field.YEAR, Field.UNIT)
Counts = dict[Field, dict[str, int]]
Filters = Mapping[Field, str]


def ensure_facets(client: FlaskClient, account: Account) -> None:
    """Each count is how many are found once it is chosen, for every choice of one."""
    everything = counted(account, {})
    ensure_page(client, account, {})
    for field in FIELDS:
        for value in everything[field]:
            ensure_page(client, account, {field: value})


def counted(account: Account, filters: Filters) -> Counts:
    """How many there are of each value if it is chosen beside the other filters."""
    return {
        field: dict(
            Counter(
                one.fields[field]
                for one in account.found
                if field in one.fields
                and all(one.fields.get(by) == filters[by] for by in filters if by is not field)
            )
        )
        for field in FIELDS
    }


def ensure_page(client: FlaskClient, account: Account, filters: Filters) -> None:
    """A page of results: what it lists, and what it counts."""
    page = client.get("/search", query_string={"q": COMMON, **filters}).get_data(as_text=True)
    read = LexborHTMLParser(page)
    matching = [
        one.url for one in account.found if all(one.fields.get(by) == filters[by] for by in filters)
    ]
    links = [node.attributes.get("href") for node in read.css("ol.results h3 a")]
    assert sorted(map(str, links)) == sorted(matching), filters
    assert shown(read, filters) == counted(account, filters), filters


def shown(page: LexborHTMLParser, filters: Filters) -> Counts:
    """The counts of a page, by the value that its link chooses."""
    found: Counts = {field: {} for field in FIELDS}
    for field in FIELDS:
        for link in page.css(f"section[aria-labelledby='facet-{field.value}'] li a"):
            found[field][_value(link, field, filters)] = int(link.css(".num")[0].text())
    return found


def _value(link: LexborNode, field: Field, filters: Filters) -> str:
    """What a link chooses; the one that is chosen already takes its value away."""
    if link.attributes.get("aria-current"):
        return filters[field]
    return parse_qs(urlsplit(str(link.attributes["href"])).query)[field.value][0]


def ensure_same(kept: SearchEngine, built: SearchEngine, words: set[str]) -> None:
    """Whatever is asked, both indexes give the same answer."""
    assert kept.cursor() == built.cursor()
    assert kept.stats().by_kind == built.stats().by_kind
    for text in ("", COMMON, "交通运输局", *sorted(words)):
        assert _answer(kept, text) == _answer(built, text), text


def _answer(index: SearchEngine, text: str) -> Results:
    return index.search(Query(text, page_size=PAGE_SIZE_MAX))
