"""A page that has not changed costs a statement or two and no rendering; a changed one is never old."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import before_render_template, flash, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from domain import publishing, settings as county_settings
from domain.clock import utc_now
from domain.db import Session
from domain.disclosures import DisclosureEdition
from portal import caching, context
from portal.app import create_app
from portal.caching import FOR_ALL, policy_of, versioned
from portal.rendered import Rendered, RenderedPages
from portal.settings import PortalSettings
from search import open_reader, sync
from search.engine import SearchEngine
from tests.fixtures.county import NOW, County, build_county, draft_disclosure, make_public
from tests.portal.addresses import pages
from web.app import Site
from web.security import open_to_all

# The address of everything else says what it shows. These hold what is a visitor's own.
PRIVATE = {
    "dialogue.track",
    "feedback.ask",
    "feedback.track",
    "preferences.choose",
    "reports.account",
    "reports.check",
    "reports.evidence",
    "reports.matter",
    "reports.reporter",
    "reports.start",
    "reports.subject",
}
# Files with a version of their own; Flask validates them itself.
FILES = {"bootstrap.static", "static", "data.download"}


@pytest.fixture
def rendered(site: Site) -> Iterator[list[str | None]]:
    """The templates rendered since the fixture was made."""
    seen: list[str | None] = []

    def note(_sender: object, template: object, **_: object) -> None:
        seen.append(getattr(template, "name", None))

    with before_render_template.connected_to(note, site):
        yield seen


@pytest.fixture
def addresses(session: Session, county: County, indexed: SearchEngine) -> list[str]:
    return [*pages(session), "/robots.txt", "/feed.atom", "/search/suggestions?q=交通"]


def again(client: FlaskClient, address: str, first: TestResponse) -> TestResponse:
    """The same page, asked for by a browser that has a copy."""
    return client.get(address, headers={"If-None-Match": first.headers["ETag"]})


def test_every_public_page_is_versioned_or_is_known_to_be_private(site: Site) -> None:
    reading = {rule.endpoint for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ())}
    plain = {name for name in reading if policy_of(site.view_functions[name]) is None}
    assert plain - FILES == PRIVATE


def test_what_is_not_modified_is_neither_rendered_nor_asked_for(
    client: FlaskClient, addresses: list[str], statements: list[str], rendered: list[str | None]
) -> None:
    for address in addresses:
        first = client.get(address)
        assert first.status_code == 200, address
        statements.clear()
        rendered.clear()
        second = again(client, address, first)
        assert (second.status_code, second.get_data()) == (304, b""), address
        assert 0 < len(statements) <= 2, (address, statements)
        assert rendered == [], address
        for name in ("ETag", "Cache-Control", "Vary"):
            assert second.headers.get(name) == first.headers.get(name), address


def test_a_page_read_again_is_not_rendered_again(
    client: FlaskClient, addresses: list[str], statements: list[str], rendered: list[str | None]
) -> None:
    for address in addresses:
        first = client.get(address)
        statements.clear()
        rendered.clear()
        second = client.get(address)
        assert second.get_data() == first.get_data(), address
        assert dict(second.headers) == dict(first.headers), address
        if "q=" not in address:
            assert len(statements) <= 2, (address, statements)
            assert rendered == [], address


def test_head_says_what_get_says(client: FlaskClient, addresses: list[str]) -> None:
    for address in addresses:
        head, get = client.head(address), client.get(address)
        assert dict(head.headers) == dict(get.headers), address
        assert head.get_data() == b""
        known = {"If-None-Match": get.headers["ETag"]}
        assert client.head(address, headers=known).status_code == 304


def test_a_page_is_validated_by_the_browser_alone_and_a_file_by_anyone(client: FlaskClient) -> None:
    page = client.get("/units")
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in page.vary
    file = client.get("/robots.txt")
    assert file.headers["Cache-Control"] == FOR_ALL
    assert "Cookie" not in file.vary
    client.set_cookie("lang", "en")
    assert client.get("/robots.txt").headers["ETag"] == file.headers["ETag"]


def test_each_language_and_size_of_type_is_a_version(client: FlaskClient) -> None:
    plain = client.get("/units")
    client.set_cookie("lang", "en")
    english = again(client, "/units", plain)
    client.set_cookie("elder", "on")
    large = again(client, "/units", english)
    assert [english.status_code, large.status_code] == [200, 200]
    assert '<html lang="en">' in english.get_data(as_text=True)
    assert '<html lang="en" class="elder">' in large.get_data(as_text=True)


Change = Callable[[Session, County], None]


def _withdraw(session: Session, county: County) -> None:
    told = session.query(DisclosureEdition).one()
    publishing.withdraw(session, told, "内容有误", county.staff["reviewer"], NOW)


def _publish(session: Session, county: County) -> None:
    make_public(session, county, draft_disclosure(session, county, title="新公开的事项"))


def _rename(session: Session, _county: County) -> None:
    county_settings.choose(session, site_name="新的站名")


@pytest.mark.parametrize(
    ("change", "gone", "come"),
    [
        (_withdraw, "农村公路养护资金使用结果", "首页"),
        (_publish, "没有这句话", "新公开的事项"),
        (_rename, "没有这句话", "新的站名"),
    ],
)
def test_a_change_is_seen_at_once(
    client: FlaskClient, session: Session, county: County, change: Change, gone: str, come: str
) -> None:
    first = client.get("/")
    change(session, county)
    session.commit()
    for page in (again(client, "/", first), client.get("/")):
        assert page.status_code == 200
        assert gone not in page.get_data(as_text=True)
        assert come in page.get_data(as_text=True)


def test_a_page_is_of_its_day(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/officials")
    monkeypatch.setattr(context, "utc_now", lambda: utc_now() - timedelta(days=3650))
    before = again(client, "/officials", first)
    assert before.status_code == 200
    assert "周明远" in first.get_data(as_text=True)
    assert "周明远" not in before.get_data(as_text=True)


def test_another_program_or_setting_is_another_version(tmp_path: Path) -> None:
    template = tmp_path / "templates" / "portal" / "page.html"
    template.parent.mkdir(parents=True)
    template.write_text("one")
    first = caching.program_version(tmp_path, "settings")
    assert caching.program_version(tmp_path, "settings") == first
    assert caching.program_version(tmp_path, "others") != first
    template.write_text("two")
    assert caching.program_version(tmp_path, "settings") != first


def test_the_program_of_a_site_is_in_its_versions(
    site: Site, client: FlaskClient, county: County
) -> None:
    first = client.get("/units")
    site.extensions["mingquan.program"] = "another"
    assert again(client, "/units", first).status_code == 200


def test_what_is_no_page_is_not_kept(client: FlaskClient, session: Session, county: County) -> None:
    _withdraw(session, county)
    session.commit()
    for address, status in (
        ("/nowhere", 404),
        ("/units/nowhere", 404),
        ("/disclosures/1", 410),
        ("/search?q=" + "长" * 101, 400),
        ("/search", 503),
    ):
        for headers in ({}, {"If-None-Match": "*"}):
            response = client.get(address, headers=headers)
            assert response.status_code == status, address
            assert "ETag" not in response.headers, address
            assert "no-store" in response.headers["Cache-Control"], address


def test_pages_of_a_visitors_own_are_not_kept(client: FlaskClient) -> None:
    for address in ("/report", "/track"):
        response = client.get(address)
        assert "ETag" not in response.headers, address
        assert "no-store" in response.headers["Cache-Control"], address


def test_a_message_for_one_visitor_is_shown_to_nobody_else(site: Site, county: County) -> None:
    @site.get("/leave")
    @open_to_all
    def leave() -> str:
        flash("只给您看的话", "ok")
        return "left"

    visitor, other = site.test_client(), site.test_client()
    first = visitor.get("/units")
    visitor.get("/leave")
    shown = again(visitor, "/units", first)
    assert shown.status_code == 200
    assert "只给您看的话" in shown.get_data(as_text=True)
    assert "ETag" not in shown.headers
    for client in (visitor, other):
        assert "只给您看的话" not in client.get("/units").get_data(as_text=True)


@pytest.mark.parametrize(
    "template", ["{{ csrf_token() }}", "{% set _ = session.update(name='x') %}"]
)
def test_what_is_personal_is_not_kept_though_a_view_is_declared_so(
    site: Site, county: County, template: str, caplog: pytest.LogCaptureFixture
) -> None:
    @site.get("/careless")
    @versioned
    @open_to_all
    def careless() -> str:
        return render_template_string(template)

    visitor = site.test_client()
    visitor.get("/report")
    for client in (visitor, site.test_client()):
        response = client.get("/careless")
        assert "ETag" not in response.headers
        assert "no-store" in response.headers["Cache-Control"]
    assert "careless is versioned and shows something personal" in caplog.text
    assert len(site.extensions["mingquan.rendered"]) == 0


def test_what_visitors_type_is_not_kept(
    site: Site, client: FlaskClient, indexed: SearchEngine, settings: PortalSettings
) -> None:
    pages_kept = site.extensions["mingquan.rendered"]
    for address in ("/search?q=公路", "/search/suggestions?q=公路", "/search?q=公路&kind=power"):
        client.get(address)
    assert len(pages_kept) == 0
    client.get("/search")
    client.get(f"/search?q={settings.popular[0]}")
    assert len(pages_kept) == 2


def test_odd_parameters_take_no_room(site: Site, client: FlaskClient, county: County) -> None:
    pages_kept = site.extensions["mingquan.rendered"]
    for address in ("/units", "/disclosures?year=2026", "/api/v1/units?limit=1", "/about"):
        client.get(address)
    assert len(pages_kept) == 4
    for number in range(20):
        odd = f"x{number}={'长' * 100}"
        for address in (
            f"/units?{odd}",
            f"/disclosures?year=2026&{odd}",
            f"/about?utm_source={number}",
            f"/api/v1/units?{odd}",
        ):
            client.get(address)
    assert len(pages_kept) == 4
    # They are validated all the same.
    first = client.get("/units?x=1")
    assert again(client, "/units?x=1", first).status_code == 304


def test_results_follow_the_index(
    client: FlaskClient, session: Session, county: County, indexed: SearchEngine
) -> None:
    first = client.get("/search?q=公路")
    assert again(client, "/search?q=公路", first).status_code == 304
    sync.rebuild(session, indexed)
    assert again(client, "/search?q=公路", first).status_code == 200


@pytest.mark.parametrize("before", ["render", "ask"])
def test_a_publication_while_a_page_is_made_leaves_nothing_old(
    both: Engine, settings: PortalSettings, before: str
) -> None:
    """Another process withdraws something after the version was read: before or after the content."""
    with Session(both) as session:
        county = build_county(session)
        make_public(session, county, draft_disclosure(session, county))
        session.commit()
        site = create_app(settings, open_reader(settings.index_address), engine=both)
        client = site.test_client()
        done: list[bool] = []

        def withdraw(*_: object, **__: object) -> None:
            if not done:
                done.append(True)
                _withdraw(session, county)
                session.commit()

        def after_version(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            if "index_changes" in statement:
                withdraw()

        if before == "render":
            with before_render_template.connected_to(withdraw, site):
                during = client.get("/")
        else:
            event.listen(both, "after_cursor_execute", after_version)
            during = client.get("/")
            event.remove(both, "after_cursor_execute", after_version)
        assert done
        # The page of one state: what it says and its version belong together.
        assert "农村公路养护资金使用结果" in during.get_data(as_text=True)
        for page in (client.get("/"), again(client, "/", during)):
            assert page.status_code == 200
            assert "农村公路养护资金使用结果" not in page.get_data(as_text=True)


def test_rendered_pages_keep_to_their_room() -> None:
    kept = RenderedPages(100_000)
    for number in range(100):
        kept.put(number, Rendered([], b"x" * 8_000))
        kept.get(0)
    assert len(kept) == 100_000 // (8_000 + 2048)
    assert kept.get(0) is not None
    assert kept.get(1) is None
    assert kept.get(99) == Rendered([], b"x" * 8_000)
    kept.put("large", Rendered([], b"x" * 50_000))
    assert kept.get("large") is None
    # An address takes room as well as a page does.
    for number in range(100):
        kept.put(f"{number:08000}", Rendered([], b""))
    assert len(kept) == 100_000 // (8_002 + 2048)
    headers = [("Link", "x" * 8_000)]
    for number in range(100):
        kept.put(-number, Rendered(headers, b""))
    assert len(kept) <= 100_000 // (8_000 + 2048)
    nothing = RenderedPages(0)
    nothing.put(1, Rendered([], b""))
    assert nothing.get(1) is None
