"""Typical cases on the public site: listed, searched, followed, and gone when withdrawn."""

from __future__ import annotations

from flask.testing import FlaskClient

from domain import publishing
from domain.db import Session
from domain.editing import notices as writing
from search import sync
from search.engine import SearchEngine
from tests.fixtures import questions, warnings
from tests.fixtures.county import NOW, County, make_public
from tests.fixtures.warnings import BODY, TITLE


def test_a_notice_is_on_its_page_the_list_and_the_home_page(
    client: FlaskClient, session: Session, county: County
) -> None:
    assert "还没有公开通报的案例" in client.get("/notices").text
    warnings.publish(session, county)
    session.commit()
    for page in ("/", "/notices", "/notices?category=integrity", "/notices?category=nonsense"):
        assert f'href="/notices/1">{TITLE}' in client.get(page).text, page
    for page in ("/notices/1", "/notices/1/1"):
        text = client.get(page).text
        assert BODY in text
        assert "违反廉洁纪律" in text
        assert "JT-TB-00001" in text
        assert 'href="/feedback/ask/notices/1"' in text
    assert client.get("/notices/2").status_code == 404


def test_a_notice_is_found_and_followed(
    client: FlaskClient, session: Session, county: County, index: SearchEngine
) -> None:
    warnings.publish(session, county)
    session.commit()
    sync.rebuild(session, index)
    assert 'href="/notices/1"' in client.get("/search?q=收受礼金").text
    assert 'href="/notices/1"' in client.get("/search?kind=notice").text
    for feed in (
        "/feed.atom",
        "/notices/feed.atom",
        "/notices/feed.atom?category=integrity",
        "/search/feed.atom?q=收受礼金",
    ):
        assert TITLE in client.get(feed).text, feed
    other = warnings.publish(session, county, "另一件通报")
    other.category = "life"
    session.commit()
    assert "另一件通报" not in client.get("/notices/feed.atom?category=integrity").text
    assert "另一件通报" in client.get("/notices/feed.atom?category=life").text


def test_a_draft_is_nowhere_and_a_withdrawn_one_leaves_its_reason(
    client: FlaskClient, session: Session, county: County, index: SearchEngine
) -> None:
    edition = warnings.draft(session, county)
    session.commit()
    assert client.get("/notices/1").status_code == 404
    make_public(session, county, edition)
    session.commit()
    sync.rebuild(session, index)
    publishing.withdraw(session, edition, "当事人申诉成立", county.staff["reviewer"], NOW)
    session.commit()
    for page in ("/notices/1", "/notices/1/1"):
        response = client.get(page)
        assert response.status_code == 410
        assert "当事人申诉成立" in response.text
        assert TITLE not in response.text
    for page in ("/", "/notices", "/search?q=收受礼金", "/feed.atom"):
        assert TITLE not in client.get(page).text, page


def test_a_question_about_a_notice_stands_beside_it(
    client: FlaskClient, session: Session, county: County
) -> None:
    first = warnings.publish(session, county)
    asked = questions.publish(session, county, "notices", "处分期多长？", "六个月。")
    assert asked.subject == "notices:1"
    again = writing.start_edition(session, first.notice, county.staff["editor"], NOW)
    make_public(session, county, again)
    session.commit()
    text = client.get("/notices/1").text
    assert "六个月。" in text
    assert "问的是第 1 版" in text
    assert 'href="/notices/1/1"' in client.get("/feedback?about=notices").text
