"""Every feed is valid Atom, follows its page's filters, and forgets what is withdrawn."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import atoma
import pytest
from atoma.atom import AtomFeed
from atoma.exceptions import FeedParseError, FeedXMLError
from flask.testing import FlaskClient

from domain import publishing, settings as county_settings
from domain.db import Session
from domain.disclosures import DisclosureEdition, Leaf
from domain.powers import PowerEdition
from portal import feeds
from search import sync
from search.engine import SearchEngine
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public
from tests.portal.test_disclosures import disclose
from tests.portal.test_every_page import CANARY, Outline

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = (
    "/feed.atom",
    "/units/jt/feed.atom",
    "/units/dh/feed.atom",
    "/officials/3/feed.atom",
    "/officials/1/feed.atom",
    "/powers/feed.atom",
    "/powers/feed.atom?kind=project&unit=jt",
    "/disclosures/feed.atom",
    "/notices/feed.atom",
    "/notices/feed.atom?category=integrity",
    "/feedback/feed.atom",
    "/feedback/feed.atom?kind=question&about=notices",
    "/disclosures/feed.atom?group=result",
    "/search/feed.atom?q=养护",
    "/search/feed.atom?q=量子纠缠",
    "/search/feed.atom?kind=unit",
)


def validated(document: bytes) -> AtomFeed:
    """The feed as a strict parser reads it, and what of RFC 4287 that parser leaves out.

    Raises:
        FeedParseError: something that must be there is not.
        FeedXMLError: it is no XML.
    """
    feed = atoma.parse_atom_bytes(document)
    ids = [entry.id_ for entry in feed.entries]
    if len(set(ids)) != len(ids):
        raise FeedParseError("two entries of one id")
    for part in (feed, *feed.entries):
        if part.updated is None or part.updated.tzinfo is None:
            raise FeedParseError("no moment of update")
        if not urlsplit(part.id_).scheme:
            raise FeedParseError("an id that is no address")
        if part.title is None or not part.authors:
            raise FeedParseError("no title or no author")
        relations = [link.rel for link in part.links]
        if "alternate" not in relations or len(set(relations)) != len(relations):
            raise FeedParseError("no page, or two")
        if any(not urlsplit(link.href).netloc for link in part.links):
            raise FeedParseError("a link that leads nowhere from outside")
    if "self" not in [link.rel for link in feed.links]:
        raise FeedParseError("does not say where it is")
    return feed


def read(client: FlaskClient, address: str) -> AtomFeed:
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.mimetype == "application/atom+xml"
    return validated(response.get_data())


def titles(client: FlaskClient, address: str) -> list[str]:
    return [entry.title.value for entry in read(client, address).entries]


@pytest.mark.parametrize("address", FEEDS)
def test_every_feed_is_valid(
    client: FlaskClient, indexed: SearchEngine, address: str, statements: list[str]
) -> None:
    feed = read(client, address)
    assert len(statements) <= 8, address
    links = {link.rel: link.href for link in feed.links}
    assert links["self"].startswith("http://localhost/")
    page = client.get(links["alternate"]).get_data(as_text=True)
    offered = [
        a["href"] for a in Outline(page).all("link") if a.get("type") == "application/atom+xml"
    ]
    assert offered == [links["self"].removeprefix("http://localhost")]
    assert f'href="{offered[0].replace("&", "&amp;")}" type="application/atom+xml"' in page
    for entry in feed.entries:
        assert client.get(entry.links[0].href).status_code == 200


@pytest.mark.parametrize("missing", ["id", "title", "updated", "link"])
@pytest.mark.parametrize("within", ["feed", "entry"])
def test_a_broken_feed_would_be_noticed(client: FlaskClient, missing: str, within: str) -> None:
    root = ET.fromstring(client.get("/feed.atom").get_data())  # noqa: S314 - our own
    part = root if within == "feed" else root.findall(f"{ATOM}entry")[0]
    for element in part.findall(ATOM + missing):
        part.remove(element)
    with pytest.raises(FeedParseError):
        validated(ET.tostring(root))
    with pytest.raises(FeedXMLError):
        validated(b"<feed>")


def test_what_is_published_last_comes_first(
    client: FlaskClient, session: Session, county: County
) -> None:
    later = draft_disclosure(session, county, title="后来公开的事项")
    make_public(session, county, later, NOW + timedelta(hours=1))
    session.commit()
    feed = read(client, "/feed.atom")
    assert [entry.title.value for entry in feed.entries] == [
        "后来公开的事项",
        "农村公路养护资金使用结果",
        "交通运输局党组书记、局长权力清单",
    ]
    first = feed.entries[0]
    assert first.updated == NOW + timedelta(hours=1) == feed.updated
    assert first.authors[0].name == "云岭县交通运输局"
    assert first.content is not None
    assert first.content.value == "<p>养护资金分到各乡镇。</p>"


def test_ids_stay_when_the_host_changes(
    client: FlaskClient, session: Session, county: County
) -> None:
    before = read(client, "/feed.atom")
    county_settings.choose(session, domain="quanli.example")
    session.commit()
    after = read(client, "/feed.atom")
    assert after.id_ == before.id_
    assert [e.id_ for e in after.entries] == [e.id_ for e in before.entries]
    assert after.entries[0].links[0].href.startswith("http://quanli.example/")
    assert after.entries[0].id_ == "tag:mingquan.invalid,2026:disclosures/1"
    county_settings.choose(session, site_code="5300000001")
    session.commit()
    other = read(client, "/feed.atom")
    assert other.entries[0].id_ == "tag:s5300000001.mingquan.invalid,2026:disclosures/1"


def test_a_new_edition_is_the_same_entry_updated(
    client: FlaskClient, session: Session, county: County
) -> None:
    (before,) = read(client, "/disclosures/feed.atom").entries
    make_public(session, county, draft_disclosure(session, county), NOW + timedelta(days=1))
    session.commit()
    (after,) = read(client, "/disclosures/feed.atom").entries
    assert after.id_ == before.id_
    assert before.updated is not None
    assert after.updated == before.updated + timedelta(days=1)


def test_what_is_withdrawn_is_gone_from_every_feed(
    client: FlaskClient, session: Session, county: County, indexed: SearchEngine
) -> None:
    full = [address for address in FEEDS if titles(client, address)]
    assert len(full) == 7
    editions: list[publishing.Edition] = [
        session.query(PowerEdition).one(),
        session.query(DisclosureEdition).one(),
    ]
    for edition in editions:
        publishing.withdraw(session, edition, "内容有误", county.staff["reviewer"], NOW)
    session.commit()
    assert [address for address in full if titles(client, address)] == []


def test_the_pages_filters_are_the_feeds(
    client: FlaskClient, session: Session, county: County, index: SearchEngine
) -> None:
    disclose(session, county, "公路监督结果", leaf=Leaf.RESULT, unit="dh", year=2025)
    sync.follow(session, index)
    assert titles(client, "/disclosures/feed.atom?group=result") == ["公路监督结果"]
    assert titles(client, "/disclosures/feed.atom?unit=jt") == ["农村公路养护资金使用结果"]
    assert titles(client, "/units/dh/feed.atom") == ["公路监督结果"]
    assert titles(client, "/powers/feed.atom?risk=low") == []
    assert titles(client, "/search/feed.atom?q=公路&unit=dh") == ["公路监督结果"]
    assert len(titles(client, "/search/feed.atom?q=公路")) == 3
    assert titles(client, "/search/feed.atom?q=公路&kind=official") == []


def test_long_feeds_have_pages(
    client: FlaskClient, session: Session, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "ENTRIES_ON_A_PAGE", 2)
    names = tuple(f"事项{number}" for number in range(5))
    make_public(session, county, draft_powers(session, county, names=names))
    session.commit()
    address, seen, walked = "/powers/feed.atom?unit=jt&utm_source=x", list[str](), list[str]()
    while address:
        feed = read(client, address)
        seen += [entry.title.value.partition("：")[2] for entry in feed.entries]
        links = {link.rel: link.href for link in feed.links}
        walked.append(links["self"].partition("?")[2])
        address = links.get("next", "")
    assert seen == list(names)
    assert walked == ["unit=jt", "unit=jt&page=2", "unit=jt&page=3"]
    assert links["first"].endswith("unit=jt")
    assert links["previous"].endswith("unit=jt&page=2")
    assert links["last"] == links["self"]


def test_nothing_in_a_text_becomes_markup(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = session.query(DisclosureEdition).one()
    edition.title = CANARY
    edition.body = f"<p>{CANARY}</p><a href='javascript:canary()'>x</a>"
    session.query(PowerEdition).one().items[0].plain = "\x0b\uffff" + CANARY
    county_settings.choose(session, site_name=CANARY, host=CANARY)
    session.commit()
    entry = next(e for e in read(client, "/feed.atom").entries if e.content)
    assert entry.title.value == CANARY
    assert entry.content is not None
    html = Outline(entry.content.value)
    assert {tag for tag, _ in html.tags} <= {"p", "a"}
    assert [attrs for _, attrs in html.tags if attrs] == []


def test_a_feed_of_nobody_is_not_found(client: FlaskClient, indexed: SearchEngine) -> None:
    for address, status in (
        ("/units/nowhere/feed.atom", 404),
        ("/officials/999/feed.atom", 404),
        ("/search/feed.atom?q=" + "长" * 101, 400),
    ):
        assert client.get(address).status_code == status


def test_a_search_feed_says_when_there_is_no_index(client: FlaskClient) -> None:
    assert client.get("/search/feed.atom?q=公路").status_code == 503
