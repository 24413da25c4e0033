"""名词解释: a page of its own, and on each page the words it uses."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from domain.db import Session
from tests.fixtures.county import County, draft_disclosure, make_public
from web.terms import TERMS


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_every_term_stands_on_the_page_in_order(client: FlaskClient) -> None:
    page = text_of(client, "/glossary")
    assert re.findall(r'<div id="(\w+)">', page) == [term.key for term in TERMS]
    assert [term.word for term in TERMS if term.meaning not in page] == []
    assert "出处：" in page
    assert 'href="/glossary"' in text_of(client, "/")


def test_the_list_is_narrowed_without_scripts(client: FlaskClient) -> None:
    page = text_of(client, "/glossary?q=末位")
    assert re.findall(r'<div id="(\w+)">', page) == ["moweibiaotai"]
    assert 'value="末位"' in page
    nothing = text_of(client, '/glossary?q="><script>')
    assert "没有找到这个名词。" in nothing
    assert "<script>" not in nothing.partition("<main")[2]


def test_a_power_explains_its_terms_once_at_its_end(client: FlaskClient) -> None:
    for address in ("/powers/items/1", "/powers/1/1", "/officials/3"):
        page = text_of(client, address)
        assert page.count('href="#term-moweibiaotai"') == 1, address
        box = page[page.index("本页名词") :]
        assert '<div id="term-moweibiaotai">' in box
        assert "开会讨论时一把手最后一个说意见" in box
        assert 'href="#use-moweibiaotai"' in box
        # Said in a step, which is drawn and listed: explained, but nothing to come back to.
        assert '<div id="term-jitiyanjiu">' in box
        assert "use-jitiyanjiu" not in page


def test_a_page_without_terms_has_no_box(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = draft_disclosure(session, county, "路灯", "jy")
    edition.body = "路灯都亮了。"
    make_public(session, county, edition)
    session.commit()
    assert "本页名词" not in text_of(client, f"/disclosures/{edition.disclosure_id}")


def test_a_disclosure_explains_its_terms_outside_links_and_headings(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = draft_disclosure(session, county, "公示结果", "jy")
    edition.body = (
        '<h3>公示</h3><p><a href="/x">公示</a>以后<b>公示</b>再公示</p><script>公示</script>'
    )
    make_public(session, county, edition)
    session.commit()
    page = text_of(client, f"/disclosures/{edition.disclosure_id}")
    assert '<h3>公示</h3><p><a href="/x">公示</a>以后<b><a class="term"' in page
    assert page.count('href="#term-gongshi"') == 1
    assert "<script>公示" not in page


def test_help_explains_its_terms_to_chinese_readers_and_none_is_lost_in_english(
    client: FlaskClient,
) -> None:
    assert 'href="#term-quanlilaiyuan"' in text_of(client, "/help")
    client.set_cookie("lang", "en")
    page = text_of(client, "/powers/items/1")
    assert 'href="#term-moweibiaotai"' in page
    assert 'id="term-moweibiaotai"' in page
