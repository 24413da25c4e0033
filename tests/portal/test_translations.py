"""Whoever chose English finds no Chinese on the public site but what the county itself wrote."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain import publishing, settings as county_settings
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.powers import PowerEdition
from domain.settings import County as CountySettings
from portal.caching import policy_of
from portal.settings import PortalSettings
from search import sync
from search.engine import SearchEngine
from tests.fixtures import questions, warnings
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public
from tests.fixtures.english import CHINESE, chinese_in, into_latin, speak_english
from tests.fixtures.owing import owe
from tests.portal.addresses import pages
from tests.portal.test_reports import Reporter, receipt_in, token
from web.app import Site

# What no page of words answers: files, a choice, JSON.
WORDLESS = {
    "bootstrap.static",
    "preferences.choose",
    "search.suggestions",
    "static",
}
FILES = ("/completeness/figures.csv?by=period",)
MORE = (
    "/search?q=road",
    "/search?q=units",
    "/search?q=units&kind=power",
    "/search?q=" + "long" * 30,
    "/disclosures?unit=jt&year=1999",
    "/powers?unit=xw&risk=low",
    "/report?unit=jt",
    "/report?official=3",
    "/report?power=1",
    "/report",
    "/track",
    "/feedback/ask/item/1",
    "/feedback/ask/disclosures/1",
    "/feedback/track",
    "/nowhere",
)


@pytest.fixture
def settings(settings: PortalSettings) -> PortalSettings:
    return replace(settings, site_name="Open Power", popular=("tenders", "roads"))


@pytest.fixture
def reader(site: Site, tmp_path: Path, county: County, session: Session) -> FlaskClient:
    """Somebody who reads English, at a county that writes Latin letters."""
    make_public(session, county, draft_powers(session, county, names=("养护资金分配", "新的事项")))
    make_public(session, county, draft_disclosure(session, county))
    warnings.publish(session, county)
    for what in ("item", "powers", "disclosures", "notices"):
        questions.publish(session, county, what)
    owe(session, county)
    county_settings.choose(
        session, **{name: f"our {name}" for name in vars(CountySettings()) if name != "grouping"}
    )
    session.commit()
    into_latin(session)
    speak_english(site, tmp_path / "catalogue")
    client = site.test_client()
    client.set_cookie("lang", "en")
    return client


def chinese_on(client: FlaskClient, addresses: list[str]) -> dict[str, list[str]]:
    found = {path: chinese_in(client.get(path).get_data(as_text=True)) for path in addresses}
    return {path: texts for path, texts in found.items() if texts}


def test_no_page_has_chinese_of_its_own(
    reader: FlaskClient, site: Site, session: Session, index: SearchEngine
) -> None:
    before = chinese_on(reader, ["/search?q=roads"])  # no index yet: search is not available
    sync.rebuild(session, index)
    addresses = [path for path in (*pages(session), *FILES) if not CHINESE.search(path)]
    everything = [*addresses, *MORE]
    assert before | chinese_on(reader, everything) == {}
    seen = {site.url_map.bind("localhost").match(path.partition("?")[0])[0] for path in addresses}
    seen |= {"reports.start", "dialogue.track", "feedback.ask", "feedback.track"}
    # The questions of the form answer a GET too, but only somebody who has begun.
    asked = {rule.endpoint for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ())}
    walked = {e for e in asked if e.startswith("reports.")} | {"dialogue.show"}
    # Programs read codes and data; the page that explains them is read like all others.
    data = {e for e in asked if e.startswith("api.")} - {"api.index"} | {"data.download"}
    # Feeds and files speak the site's language, whatever a visitor's browser has chosen.
    policies = {endpoint: policy_of(site.view_functions[endpoint]) for endpoint in asked}
    walked |= {endpoint for endpoint, policy in policies.items() if policy and policy.for_all}
    assert asked - walked - WORDLESS - data <= seen


def test_what_is_withdrawn_says_so_in_english(
    reader: FlaskClient, session: Session, county: County
) -> None:
    for edition in [*session.query(PowerEdition), *session.query(DisclosureEdition)]:
        if edition.state in publishing.READABLE:
            publishing.withdraw(session, edition, "a mistake", county.staff["reviewer"], NOW)
    session.commit()
    gone = ["/powers/1/1", "/powers/1/2", "/powers/items/1", "/disclosures/1", "/disclosures/1/1"]
    assert {reader.get(path).status_code for path in gone} == {410}
    assert chinese_on(reader, [*gone, *pages(session)[:4]]) == {}


def said(response: TestResponse) -> list[str]:
    return chinese_in(response.get_data(as_text=True))


def test_a_report_is_made_and_followed_in_english(reader: FlaskClient) -> None:
    reporter = Reporter(reader)
    found = said(reporter.begin())
    answers: dict[str, dict[str, object]] = {
        "subject": {"unit": "A village", "name": "Somebody", "post": "cashier"},
        "matter": {"matter": "money"},
        "account": {"title": "Lamps", "happened": "Dark for half a year"},
        "reporter": {"named": "yes", "name": "Me", "contact": "000", "id_number": "1"},
        "files": {"do": "upload", "files": [(io.BytesIO(b"photo"), "lamp.jpg")]},
    }
    for step, answer in answers.items():
        page = reader.get(f"/report/{step}")
        # Once with nothing filled in: what is wrong is said in English too.
        wrong = {"unit": "x" * 81, "files": [(io.BytesIO(b""), "empty.txt")], "happened": ""}
        found += said(page) + said(reporter.answer(step, **wrong))
        reporter.answer(step, **answer)
    found += said(reader.get("/report/files"))
    reporter.answer("files", do="continue")
    found += said(reader.get("/report/check"))
    done = reporter.hand_in()
    receipt = receipt_in(done)
    found += said(done)
    for typed in ("nonsense", receipt):
        page = reader.get("/track")
        shown = reader.post("/track", data={"csrf_token": token(page), "receipt": typed})
        found += said(page) + said(shown)
    empty = {"csrf_token": token(shown), "receipt": receipt, "text": ""}
    found += said(reader.post("/track/add", data=empty))
    found += said(reader.post("/track/add", data=empty | {"text": "More"}))
    assert found == []


def test_who_goes_straight_up_is_told_so_in_english(
    reader: FlaskClient, session: Session, county: County
) -> None:
    session.expire_all()
    reporter = Reporter(reader)
    reporter.begin()
    leader = county.officials["party"]
    page = reporter.answer(
        "subject", unit=county.units["xw"].name, name=leader.name, post=county.posts["party"].title
    )
    shown = reader.get(page.location) if page.location else page
    assert "Please report this directly to a higher body" in shown.get_data(as_text=True)
    assert said(shown) == []
