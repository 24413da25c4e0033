from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from domain.db import Session
from domain.units import Unit, UnitKind
from search import sync
from search.engine import DEPTH, Document, Kind, SearchEngine
from tests.fixtures.county import County, draft_disclosure, draft_powers, make_public
from tests.portal.conftest import LoggedLines


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.get_data(as_text=True)


def results(html: str) -> list[tuple[str, str]]:
    """Address and title of each result, in order."""
    found = re.findall(r'<h3><a href="([^"]*)">(.*?)</a></h3>', html, re.DOTALL)
    return [(unescape(url), re.sub("<[^>]*>", "", title)) for url, title in found]


def facet(html: str, label: str) -> tuple[str, int]:
    """The address behind a value of a facet, and its count."""
    pattern = rf'<a href="([^"]*)" rel="nofollow"[^>]*><span>{label}.*?<span class="num">(\d+)<'
    found = re.search(pattern, html, re.DOTALL)
    assert found is not None, label
    return unescape(found[1]), int(found[2])


def test_what_is_found_is_marked_and_leads_to_its_page(
    client: FlaskClient, indexed: SearchEngine
) -> None:
    html = text_of(client, "/search?q=养护资金")
    assert set(results(html)) == {
        ("/powers/items/2", "养护资金分配"),
        ("/disclosures/1", "农村公路养护资金使用结果"),
    }
    assert re.search("<mark>[^<]*养护", html)
    assert "共 2 条" in html
    assert 'value="养护资金"' in html
    for address, title in results(html):
        assert title in text_of(client, address)


def test_people_and_units_are_found_and_offered_straight_away(
    client: FlaskClient, indexed: SearchEngine, county: County
) -> None:
    html = text_of(client, "/search?q=周明远")
    official = f"/officials/{county.officials['transport'].id}"
    assert results(html)[0] == (official, "周明远")
    assert f'<a href="{official}">周明远</a> <small class="text-secondary">干部 · ' in html
    assert '<a href="/units/jt">云岭县交通运输局</a>' in text_of(client, "/search?q=交通")


def test_facets_count_and_keep_the_other_filters(
    client: FlaskClient, session: Session, county: County, index: SearchEngine
) -> None:
    make_public(session, county, draft_powers(session, county, "education", ("学校伙食资金",)))
    make_public(session, county, draft_disclosure(session, county, "学校资金公开", "jy"))
    session.commit()
    sync.rebuild(session, index)
    html = text_of(client, "/search?q=资金&sort=date")
    assert facet(html, "五公开")[1] == 2
    address, count = facet(html, "教育局")
    assert count == 2
    narrowed = text_of(client, address)
    assert {title for _, title in results(narrowed)} == {"学校伙食资金", "学校资金公开"}
    assert "sort=date" in address
    both, count = facet(narrowed, "权力事项")
    assert count == 1
    assert {"unit=jy", "kind=power", "q=%E8%B5%84%E9%87%91"} <= set(both.split("?")[1].split("&"))
    last = text_of(client, both)
    assert [title for _, title in results(last)] == ["学校伙食资金"]
    # A chosen value takes itself back, and all can be taken back at once.
    assert "kind=" not in facet(last, "权力事项")[0]
    assert '<a href="/search?q=%E8%B5%84%E9%87%91">取消全部筛选</a>' in last
    assert facet(last, "工程项目")[1] == 1
    assert facet(html, "2026")[1] >= 3


def test_a_long_answer_is_shown_a_page_at_a_time_and_can_be_sorted(
    client: FlaskClient, session: Session, county: County, index: SearchEngine
) -> None:
    names = tuple(f"水利资金{n:02}" for n in range(45))
    make_public(session, county, draft_powers(session, county, names=names))
    session.commit()
    sync.rebuild(session, index)
    first = text_of(client, "/search?q=水利")
    assert len(results(first)) == 20
    second = text_of(client, "/search?q=水利&page=2")
    third = text_of(client, "/search?q=水利&page=3")
    titles = [title for page in (first, second, third) for _, title in results(page)]
    assert sorted(titles) == list(names)
    assert results(text_of(client, "/search?q=水利&page=99")) == results(third)
    assert '<a rel="next" href="/search?q=%E6%B0%B4%E5%88%A9&amp;page=2">' in first
    assert re.search(
        r'sort=date"\s*aria-current="true">最新在前', text_of(client, "/search?sort=date")
    )
    assert "另有" not in first


def test_units_beyond_the_first_ten_are_folded_away(
    client: FlaskClient, county: County, session: Session, index: SearchEngine
) -> None:
    for number in range(12):
        session.add(
            Unit(
                code=f"z{number}",
                name=f"云岭县第{number}中学",
                short_name=f"{number}中",
                kind=UnitKind.INSTITUTION,
            )
        )
    session.commit()
    sync.rebuild(session, index)
    html = text_of(client, "/search?q=中学")
    assert "另有 2 个" in html
    assert "<details>" in html
    hidden = re.search(r"<details>.*?</details>", html, re.DOTALL)
    assert hidden is not None
    chosen = re.search(r'href="([^"]*unit=[^"]*)"', hidden[0])
    assert chosen is not None
    assert "<details open>" in text_of(client, unescape(chosen[1]))


def test_nothing_found_says_what_to_try(client: FlaskClient, indexed: SearchEngine) -> None:
    html = text_of(client, "/search?q=量子纠缠")
    assert "没有找到。" in html
    assert "换一种说法" in html
    assert results(html) == []
    narrowed = text_of(client, "/search?q=养护&year=1999")
    assert "在选定的范围里没有找到。" in narrowed
    assert "取消全部筛选，再找一次" in narrowed


def test_too_long_a_question_is_said_and_kept(client: FlaskClient, indexed: SearchEngine) -> None:
    typed = "修路" * 60
    html = text_of(client, f"/search?q={typed}", 400)
    assert "请把要找的内容缩短到 100 个字以内，现在有 120 个字。" in html
    assert f'value="{typed}"' in html
    assert 'aria-describedby="q-error"' in html
    assert client.get(f"/search/suggestions?q={typed}").get_json() == {"suggestions": []}
    assert text_of(client, "/search?q=" + "路" * 100)


def test_without_an_index_the_page_still_comes(
    client: FlaskClient, county: County, log: LoggedLines
) -> None:
    html = text_of(client, "/search?q=公路", 503)
    assert "搜索暂时不能用" in html
    assert 'value="公路"' in html
    assert 'href="/units"' in html
    assert client.get("/search/suggestions?q=公路").status_code == 503
    assert log() == ["the search index cannot answer"]
    assert "公路" not in str(log())


def test_suggestions_name_what_is_public(client: FlaskClient, indexed: SearchEngine) -> None:
    offers = client.get("/search/suggestions?q=交通").get_json()["suggestions"]
    assert offers[0] == {"text": "云岭县交通运输局", "note": "单位", "url": "/units/jt"}
    assert client.get("/search/suggestions").get_json() == {"suggestions": []}
    powers = client.get("/search/suggestions?q=养护").get_json()["suggestions"]
    assert {
        "text": "养护资金分配",
        "note": "权力事项 · 云岭县交通运输局",
        "url": "/powers/items/2",
    } in powers


def test_what_is_in_the_index_alone_is_not_believed(
    client: FlaskClient, index: SearchEngine, county: County
) -> None:
    strays = [
        Document(f"{kind}:99", f"{kind}s:99", kind, f"并不存在的{kind}", unit="gone")
        for kind in Kind
    ]
    index.apply([(stray.group, [stray]) for stray in strays], 1, after=0)
    for address in ("/search?q=并不存在", "/search/suggestions?q=并不存在"):
        html = text_of(client, address).replace('value="并不存在"', "")
        assert "并不存在的" not in html
    assert 'href="/search?q=并不存在&amp;unit=gone"' not in text_of(client, "/search?q=并不存在")


def test_more_than_pages_can_show_is_said(
    client: FlaskClient, session: Session, county: County, index: SearchEngine
) -> None:
    groups = [
        (f"units:{n}", [Document(f"unit:{n}", f"units:{n}", Kind.UNIT, f"重名单位{n}")])
        for n in range(1, DEPTH + 6)
    ]
    index.apply(groups, 1, after=0)
    html = text_of(client, "/search?q=重名")
    assert f"共 {DEPTH + 5} 条，只列出前 {DEPTH} 条" in html


def test_words_that_do_not_come_together_are_said_to_be_loosened(
    client: FlaskClient, indexed: SearchEngine
) -> None:
    html = text_of(client, "/search?q=养护 教育局")
    assert "没有内容同时包含您写的每个词" in html


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%E3%80%80"])
def test_without_words_everything_is_there_to_narrow_down(
    client: FlaskClient, indexed: SearchEngine, query: str
) -> None:
    html = text_of(client, f"/search{query}")
    assert facet(html, "单位")[1] == 5
    assert facet(html, "干部")[1] == 6
    assert "共 14 条" in html
