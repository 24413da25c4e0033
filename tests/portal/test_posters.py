"""The poster of an official: one sheet, what it says, and a code that leads to the official's page."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from flask.testing import FlaskClient
from hypothesis import given, settings as hypothesis, strategies as st
from playwright.sync_api import Browser

from domain import publishing, settings as county_settings
from domain.db import Session
from domain.powers import NegativeArea, NegativeEntry, PowerEdition, PowerItem, Risk
from portal.posters import arrange, qr_code
from tests.fixtures.accessibility import served, violations
from tests.fixtures.county import NOW, County, draft_powers, make_public
from web.app import Site

POSTER = "/officials/3/poster"
MODULE = 4
# Whatever of the sheet is cut off or lies on something else, as the browser lays it out for print.
CUT = """() => ['.poster', '.poster-list', '.poster-columns', '.poster-not', '.poster-foot'].filter(name => {
  const box = document.querySelector(name);
  return box && (box.scrollHeight > box.clientHeight + 2 || box.scrollWidth > box.clientWidth + 2);
})"""


def read(svg: str) -> str:
    """What a decoder that knows nothing of ours reads from the drawn code."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])  # type: ignore[index]
    rows = [[255] * size for _ in range(size)]
    path = re.search(r' d="M([\d.]+) ([\d.]+)([^"]*)"', svg)
    assert path
    x, y = int(float(path[1])), int(float(path[2]))
    for act, numbers in re.findall(r"([hm])([-\d. ]+)", path[3]):
        first, *second = numbers.split()
        if act == "h":
            rows[y][x : x + int(first)] = [0] * int(first)
            x += int(first)
        else:
            x, y = x + int(first), y + int(second[0])
    large = b"".join(bytes(value for value in row for _ in range(MODULE)) * MODULE for row in rows)
    found = zxingcpp.read_barcodes(memoryview(large).cast("B", (size * MODULE, size * MODULE)))
    assert [code.format for code in found] == [zxingcpp.BarcodeFormat.QRCode]
    return str(found[0].text)


def text_of(client: FlaskClient, address: str = POSTER) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def many(
    session: Session, county: County, count: int, plain: str, forbidden: int = 1
) -> PowerEdition:
    """A list in force of so many powers, each with the same plain line."""
    edition = draft_powers(
        session, county, names=tuple(f"第{n}项权力" for n in range(1, count + 1))
    )
    for item in edition.items:
        item.plain = plain
    edition.negatives = []
    session.flush()
    edition.negatives = [
        NegativeEntry(number=n, area=area, text="不得直接分管" + "这一类的事情" * forbidden)
        for n, area in enumerate(NegativeArea, 1)
    ]
    make_public(session, county, edition)
    session.commit()
    return edition


def test_the_poster_says_who_what_and_how_to_check(
    client: FlaskClient, session: Session, county: County
) -> None:
    county_settings.choose(session, contact="0991-1234567", host="县纪委", domain="open.example")
    session.commit()
    page = text_of(client)
    for words in (
        "周明远",
        "交通运输局党组书记、局长",
        "决定每年先修哪几条村道、各修多少钱。",
        "养护资金分配",
        "不得直接分管工程招标",
        "0991-1234567",
        "12388",
        "http://open.example/officials/3",
        "第 1 版，2026年11月20日公开",
    ):
        assert words in page, words
    assert f'href="{POSTER}"' in text_of(client, "/officials/3")


def test_the_code_leads_to_the_officials_page(
    client: FlaskClient, session: Session, county: County
) -> None:
    assert read(text_of(client)) == "http://localhost/officials/3"
    county_settings.choose(session, domain="open.example")
    session.commit()
    page = text_of(client)
    assert read(page) == "http://open.example/officials/3"
    assert client.get(read(page).removeprefix("http://open.example")).status_code == 200


@pytest.mark.parametrize(
    "address", ["https://x.cn/officials/1", "https://" + "a" * 200 + ".cn/officials/99"]
)
def test_a_code_has_its_quiet_zone_and_is_read_at_any_length(address: str) -> None:
    svg = str(qr_code(address))
    assert read(svg) == address
    assert 'd="M4 4.5h7' in svg  # four modules of nothing before the first corner
    assert "style" not in svg


def test_a_withdrawn_list_is_said_to_be_and_leaves_no_frame(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = session.query(PowerEdition).one()
    publishing.withdraw(session, edition, "有误", county.staff["reviewer"], NOW)
    session.commit()
    page = text_of(client)
    assert "权力清单第 1 版已于 2026年11月20日 撤回" in page
    assert 'class="poster' not in page.partition("<main")[2]
    assert "<svg" not in page.partition("<main")[2]
    assert POSTER not in text_of(client, "/officials/3")


def test_a_missing_list_a_missing_post_and_nobody(
    client: FlaskClient, session: Session, county: County
) -> None:
    assert "还没有公开" in text_of(client, f"/officials/{county.officials['education'].id}/poster")
    session.delete(session.merge(county.posts["transport"].tenures[0]))
    session.commit()
    assert "现在没有担任职务。" in text_of(client)
    assert client.get("/officials/999/poster").status_code == 404


_ITEM = st.builds(
    lambda name, plain: PowerItem(number=1, name=name, plain=plain, risk=Risk.LOW),
    st.text(min_size=1, max_size=200),
    st.text(max_size=500),
)


@hypothesis(deadline=None)
@given(st.lists(_ITEM, max_size=40))
def test_every_item_is_on_the_sheet_or_counted(items: list[PowerItem]) -> None:
    made = arrange(items)
    shown = [item for column in made.columns for item in column]
    assert shown == items[: len(items) - made.rest]
    assert len(made.columns) <= made.density.columns


def test_few_items_are_set_large_and_many_small() -> None:
    def of(count: int) -> list[PowerItem]:
        return [PowerItem(number=n, name="某某审批", plain="路" * 26) for n in range(count)]

    assert [arrange(of(n)).density.name for n in (1, 8, 11, 16, 20)] == [
        "wide",
        "wide",
        "open",
        "close",
        "closest",
    ]
    assert (arrange(of(20)).rest, arrange(of(60)).rest > 30) == (0, True)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("count", "plain", "forbidden", "rest"),
    [
        (1, "修路。", 20, 0),
        (20, "路" * 26, 1, 0),
        (20, "路" * 26, 20, 1),
        (60, "路" * 26, 1, 1),
        (12, "修a路W" * 100, 20, 1),
    ],
)
def test_it_prints_on_one_page_and_nothing_is_cut_off(
    browser: Browser,
    site: Site,
    session: Session,
    county: County,
    count: int,
    plain: str,
    forbidden: int,
    rest: int,
) -> None:
    many(session, county, count, plain, forbidden)
    with served(site) as address:
        context = browser.new_context(viewport={"width": 718, "height": 1000})
        for elder in ("off", "on"):
            page = context.new_page()
            context.add_cookies([{"name": "elder", "value": elder, "url": address}])
            page.goto(address + POSTER)
            pdf = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
            page.emulate_media(media="print")
            assert page.evaluate(CUT) == []
            assert page.get_by_text("项请扫码查看").count() == rest
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, True), (390, False)])
def test_it_reads_well_on_every_screen(
    browser: Browser, site: Site, session: Session, county: County, width: int, scripts: bool
) -> None:
    many(session, county, 20, "决定每年先修哪几条村道、各修多少钱。")
    with served(site) as address:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        page = context.new_page()
        for path in (POSTER, "/glossary?q=审", "/powers/items/1"):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if scripts:
                assert violations(page) == []
        page.get_by_role("link", name="末位表态").first.click()
        assert page.locator("#term-moweibiaotai").is_visible()
        page.get_by_role("link", name="回到原处 末位表态").click()
        assert page.url.endswith("#use-moweibiaotai")
        context.close()
