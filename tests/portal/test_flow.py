"""A power's process on its page: drawn and listed, read aloud once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from domain.db import Session
from domain.powers import PowerItem, ProcessStep
from tests.fixtures.accessibility import served, violations
from tests.fixtures.county import County
from web.app import Site

LONG = "由各乡镇人民政府会同Pneumonoultramicroscopicsilicovolcanoconiosis" * 4
# Any text of the drawing that sticks out of its rectangle, as the browser measures it.
STICKING_OUT = """() => [...document.querySelectorAll('.flow-drawing g')].flatMap(g => {
  const box = g.querySelector('rect').getBoundingClientRect();
  return [...g.querySelectorAll('text')].filter(t => {
    const r = t.getBoundingClientRect();
    return r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1;
  }).map(t => t.textContent);
})"""


@pytest.fixture
def long_process(session: Session, county: County) -> None:
    """The first power of the county has thirty steps with long names."""
    item = session.scalars(sa.select(PowerItem)).first()
    assert item is not None
    item.steps = []
    session.flush()
    item.steps = [
        ProcessStep(
            number=n, name=LONG[:200], who="各乡镇", time_limit="WWWW 7 mm", disclosed="结果"
        )
        for n in range(1, 31)
    ]
    session.commit()


def test_the_drawing_and_the_list_say_the_same(client: FlaskClient) -> None:
    page = client.get("/powers/items/1").get_data(as_text=True)
    drawing, _, rest = page.partition("</svg>")
    drawing = drawing[drawing.index('<svg class="flow-drawing"') :]
    listed = rest[rest.index('<ol class="flow"') : rest.index("</ol>")]
    for words in ("村镇申报", "每年 9 月", "党组集体研究", "公开：会议结果"):
        assert words in drawing
        assert words in listed
    assert 'aria-hidden="true"' in drawing
    assert "style=" not in drawing
    assert drawing.count("<polyline") == 1


def test_hostile_words_stay_words(client: FlaskClient, session: Session, county: County) -> None:
    step = session.scalars(sa.select(ProcessStep)).first()
    assert step is not None
    step.name, step.who = "<a>", "</text><script>x</script>"
    session.commit()
    page = client.get("/powers/items/1").get_data(as_text=True)
    assert "<script>x" not in page
    assert "&lt;a&gt;" in page


@pytest.mark.browser
@pytest.mark.usefixtures("long_process")
@pytest.mark.parametrize(("width", "elder"), [(1280, False), (1280, True), (390, False)])
def test_thirty_long_steps_stay_in_their_boxes(
    browser: Browser, site: Site, width: int, elder: bool
) -> None:
    with served(site) as address:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=True
        )
        if elder:
            context.add_cookies([{"name": "elder", "value": "on", "url": address}])
        page = context.new_page()
        for path in ("/powers/items/1", "/powers/1/1"):
            page.goto(address + path)
            drawing = page.locator(".flow-drawing").first
            assert drawing.is_visible() is (width > 1000)
            assert page.evaluate(STICKING_OUT) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(page) == []
            # Read aloud once: the list is there for whoever listens, the drawing is not.
            listed = page.get_by_role("list", name="运行流程").first
            assert listed.get_by_role("listitem").count() == 30
            assert page.get_by_role("img").count() == 0
        context.close()
