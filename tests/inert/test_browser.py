"""Even without the content security policy no vector runs in a browser that is shown our pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.inert import vectors
from tests.inert.endpoints import pages
from tests.inert.filling import Filled
from tests.inert.marks import NAME
from tests.inert.prodding import watched
from tests.inert.walking import Walk, endpoint_of
from web.app import Site

# Of each address of each site, the pages that show the most fields.
FULLEST = 1
# By itself, when something comes from elsewhere or does not, under the pointer, clicked, and focused.
RUNNING = (
    "<script>probe()</script>",
    "<script src=//x.invalid/a.js></script>",
    "<img src=x onerror=probe()>",
    "<svg/onload=probe()>",
    "<iframe src=javascript:probe()></iframe>",
    "<details open ontoggle=probe()>",
    "<a onmouseover=probe()>a</a>",
    "<a onclick=probe()>a</a>",
    "<a href=javascript:probe()>a</a>",
    '<a href="jav\tascript:probe()">a</a>',
    "<input autofocus onfocus=probe()>",
    '"><script>probe()</script>',
    '" autofocus onfocus=probe() x="',
)


def fullest(site: Site, walked: Walk) -> Iterator[tuple[str, str]]:
    """The pages of each endpoint with the most marks in them."""
    found = defaultdict(list)
    for address, page in walked.pages.items():
        found[endpoint_of(site, address.partition(" #")[0])].append((address, page))
    for one in found.values():
        yield from sorted(one, key=lambda pair: -pair[1].count(f";{NAME}"))[:FULLEST]


def shown(filled: Filled) -> dict[str, str]:
    """Pages of every template that shows what was typed: each endpoint's, and the answers to forms."""
    found = dict(fullest(filled.world.portal, filled.public))
    found |= {a: page for a, page in filled.public.pages.items() if 'class="tombstone' in page}
    found |= {f"desk {a}": page for a, page in fullest(filled.world.admin, filled.internal)}
    answers = {**filled.wrong, **filled.met, **filled.shown}
    found |= {f"answer {name}": one.page for name, one in answers.items()}
    said = {**filled.citizen.wrong, **filled.citizen.kept}
    return found | {f"citizen {name}": response.text for name, (response, _) in said.items()}


def test_no_vector_runs(filled: Filled, browser: Browser) -> None:
    sites = {"portal": filled.world.portal, "admin": filled.world.admin}
    found, count = {}, 0
    with (
        watched(browser, sites["portal"].test_client()) as public,
        watched(browser, sites["admin"].test_client()) as internal,
    ):
        for name, page in shown(filled).items():
            is_internal = name.startswith(("desk ", "answer "))
            if happened := (internal if is_internal else public).show(page):
                found[name] = happened
            count += 1
    assert found == {}
    assert count > len(pages(sites["portal"])) + len(pages(sites["admin"]))


@pytest.mark.parametrize("raw", RUNNING)
def test_a_vector_that_stands_raw_is_seen_to_run(
    filled: Filled, browser: Browser, raw: str
) -> None:
    """The control: the same page, the same prodding, and one text that nobody has escaped."""
    page = next(page for page in filled.public.pages.values() if "</main>" in page)
    place = '<input value="{}">' if raw.startswith('"') else "<p>{}</p>"
    assert raw in {vector.text for vector in vectors.MARKUP}
    with watched(browser, filled.world.portal.test_client()) as public:
        assert public.show(page) == []
        assert public.show(page.replace("</main>", f"{place.replace('{}', raw)}</main>"))
