"""What a search makes of the words: what else it looked for, and how to switch that off."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from domain import synonyms
from domain.db import Session
from domain.synonyms import Synonym
from domain.units import Unit, UnitKind
from search import sync
from search.engine import DEPTH, SearchEngine
from tests.fixtures.county import NOW, County, draft_powers, make_public
from tests.portal.test_search import results, text_of

ENTRIES = {"补路": ["公路养护", "养护资金"], "修路": ["公路建设"], "伙食": ["营养餐"]}


@pytest.fixture
def said(session: Session, county: County, index: SearchEngine) -> County:
    synonyms.load(session, ENTRIES, NOW)
    session.commit()
    sync.follow(session, index)
    return county


def link(html: str, text: str) -> str:
    """The address behind a text."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>(?:<b>)?{re.escape(text)}<', html)
    assert found is not None, text
    return unescape(found[1])


def titles(html: str) -> set[str]:
    return {title for _, title in results(html)}


@pytest.mark.usefixtures("said")
def test_what_else_was_searched_is_said_and_can_be_switched_off(client: FlaskClient) -> None:
    html = text_of(client, "/search?q=补路&year=2026&sort=date")
    assert "“补路”另外还搜索了：<b lang" in html
    assert "公路养护、养护资金" in html
    assert "养护资金分配" in titles(html)
    off = link(html, "只搜索我写的词")
    assert {"exact=1", "year=2026", "sort=date"} <= set(off.split("?")[1].split("&"))
    exactly = text_of(client, off)
    assert titles(exactly) == set()
    assert "另外还搜索了" not in exactly
    assert "exact=1" in link(exactly, "取消全部筛选，再找一次")
    on = link(exactly, "也搜索相近的说法")
    assert "exact" not in on
    assert titles(text_of(client, on)) == titles(html)


@pytest.mark.usefixtures("said")
def test_each_word_is_said_by_itself_and_letters_by_their_sound(client: FlaskClient) -> None:
    html = text_of(client, "/search?q=修路 jiaotongyunshuju")
    assert "“修路”另外还搜索了：" in html
    assert "“jiaotongyunshuju”按拼音还搜索了：" in html
    assert '<b lang="zh-CN">交通运输局</b>' in html
    assert "另外还搜索了" not in text_of(client, "/search?q=养护")
    assert "只搜索了您写的词" not in text_of(client, "/search?exact=1")


def test_the_choice_is_kept_in_pages_facets_and_the_feed(
    client: FlaskClient, session: Session, said: County, index: SearchEngine
) -> None:
    names = tuple(f"补路事项{n:02}" for n in range(45))
    make_public(session, said, draft_powers(session, said, names=names))
    session.commit()
    sync.follow(session, index)
    html = text_of(client, "/search?q=补路&exact=1")
    assert "共 45 条" in html
    for found in re.findall(r'href="(/search[^"]*(?:page|kind|sort|year)=[^"]*)"', html):
        assert "exact=1" in found, found
    feed = re.search(r'<link[^>]*application/atom\+xml[^>]*href="([^"]*/search/feed[^"]*)"', html)
    assert feed is not None
    assert "exact=1" in unescape(feed[1])


def test_the_feed_searches_the_same(client: FlaskClient, session: Session, said: County) -> None:
    found = client.get("/search/feed.atom?q=补路").text
    assert "养护资金" in found
    exactly = client.get("/search/feed.atom?q=补路&exact=1").text
    assert "<entry>" not in exactly
    assert "exact=1" in exactly


@pytest.mark.usefixtures("said")
def test_the_data_says_the_same(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=补路").get_json()
    assert found["also"] == [
        {"word": "补路", "others": ["公路养护", "养护资金"], "because": "synonym"}
    ]
    assert found["total"] == 2
    exactly = client.get("/api/v1/search?q=补路&exact=true").get_json()
    assert (exactly["total"], exactly["also"]) == (0, [])
    assert client.get("/api/v1/search?q=教玉局").get_json()["did_you_mean"] == "教育局"


@pytest.mark.usefixtures("said")
def test_another_spelling_is_offered_where_nothing_is_found(client: FlaskClient) -> None:
    html = text_of(client, "/search?q=教玉局&sort=date")
    assert "没有找到。" in html
    offered = text_of(client, link(html, "教育局"))
    assert "云岭县教育局" in titles(offered)
    assert "您要找的是不是" not in offered
    # Nobody's name is taken for somebody else's.
    assert "您要找的是不是" not in text_of(client, "/search?q=周明元")


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize("text", ["jiaotong", "JTYSJ", "ｊｔｙｓｊ"])
def test_letters_lead_to_names_with_and_without_a_script(client: FlaskClient, text: str) -> None:
    html = text_of(client, f"/search?q={text}")
    assert '<a href="/units/jt">云岭县交通运输局</a>' in html
    for address in (f"/search/suggestions?q={text}", f"/search/suggestions.json?q={text}"):
        assert "云岭县交通运输局" in str(client.get(address).get_json())


@pytest.mark.usefixtures("said")
def test_a_person_is_offered_by_initials(client: FlaskClient) -> None:
    offers = client.get("/search/suggestions?q=zmy").get_json()["suggestions"]
    assert [offer["text"] for offer in offers] == ["周明远"]
    assert len(client.get("/search/suggestions?q=j").get_json()["suggestions"]) <= 8


def test_an_edit_changes_the_answer_at_once(
    client: FlaskClient, session: Session, said: County
) -> None:
    address = "/search?q=补路"
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    entry = session.scalars(sa.select(Synonym).where(Synonym.word == "补路")).one()
    actor = said.staff["reviewer"]
    synonyms.change(session, entry, entry.revision, "补路", ["公路建设"], actor, NOW)
    session.commit()
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert titles(again.text) == {"农村公路建设项目安排"}
    synonyms.remove(session, entry, entry.revision, actor, NOW)
    session.commit()
    assert titles(text_of(client, address)) == set()
    synonyms.add(session, "补路", ["养护资金"], actor, NOW)
    session.commit()
    assert "养护资金分配" in titles(text_of(client, address))


@pytest.mark.usefixtures("said")
def test_words_beyond_the_first_are_said_to_be_left_out(client: FlaskClient) -> None:
    many = " ".join(chr(0x4E00 + n) for n in range(20))
    assert "您写的词很多，只用了前 16 个。" in text_of(client, f"/search?q={many}")
    assert "您写的词很多" not in text_of(client, "/search?q=公路")


def test_the_last_page_says_why_there_are_no_more(
    client: FlaskClient, session: Session, county: County, index: SearchEngine
) -> None:
    rows = [
        {"code": f"c{n}", "name": f"重名单位{n}", "short_name": f"重名{n}", "kind": UnitKind.FIRM}
        for n in range(DEPTH + 5)
    ]
    session.execute(sa.insert(Unit), rows)
    session.commit()
    sync.rebuild(session, index)
    assert f"最多能翻到第 {DEPTH} 条" not in text_of(client, "/search?q=重名")
    for page in (DEPTH // 20, 999):
        html = text_of(client, f"/search?q=重名&page={page}")
        assert f"最多能翻到第 {DEPTH} 条" in html


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    "odd",
    ["exact=", "exact=2", "exact=1&exact=0", "exact[]=1", "exact=%00", "exact=%ff", "also=1"],
)
def test_odd_parameters_break_nothing(client: FlaskClient, odd: str) -> None:
    for address in ("/search", "/search/feed.atom", "/search/suggestions"):
        assert client.get(f"{address}?q=补路&{odd}").status_code == 200


@pytest.mark.usefixtures("said")
def test_english_says_it_in_english(client: FlaskClient) -> None:
    client.get("/preferences/lang/en")
    html = text_of(client, "/search?q=补路")
    assert "search only for my words" in html.lower()
    assert "补路</span>” was also searched for as: <b" in html


@pytest.mark.usefixtures("said")
def test_the_words_cost_no_statements_while_nothing_changes(
    client: FlaskClient, session: Session, statements: list[str]
) -> None:
    def counted(address: str) -> int:
        statements.clear()
        text_of(client, address)
        return len(statements)

    first = counted("/search?q=补路")
    then = counted("/search?q=修路 补路")
    assert first == then + 3
    assert then <= 12
    assert not any("synonyms" in statement for statement in statements)
    synonyms.load(session, {f"说法{n}": ["公路"] for n in range(200)}, NOW)
    session.commit()
    assert counted("/search?q=补路") == first
    assert counted("/search?q=jtysj") <= 12
