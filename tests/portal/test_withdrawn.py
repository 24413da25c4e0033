"""What is withdrawn, or was never published, is on no page, whatever the index still holds."""

from __future__ import annotations

from flask.testing import FlaskClient

from domain import powers, publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.powers import PowerEdition
from search.engine import SearchEngine
from tests.fixtures.county import (
    NOW,
    County,
    draft_disclosure,
    draft_powers,
    make_public,
)
from tests.portal.addresses import pages

WORDS = ("农村公路", "养护资金", "决定每年先修哪几条村道", "村镇申报", "不得直接分管工程招标")


def withdraw(session: Session, county: County, edition: publishing.Edition) -> None:
    publishing.withdraw(session, edition, "内容有误，核对后重新公开", county.staff["reviewer"], NOW)
    session.commit()


def test_what_is_withdrawn_is_gone_from_every_page_at_once(
    client: FlaskClient, session: Session, county: County, indexed: SearchEngine
) -> None:
    before = pages(session)
    shown = "".join(client.get(address).get_data(as_text=True) for address in before)
    assert [word for word in WORDS if word not in shown] == []
    withdraw(session, county, session.query(PowerEdition).one())
    withdraw(session, county, session.query(DisclosureEdition).one())
    assert indexed.stats().documents > 0
    for address in [
        *before,
        "/search?q=养护",
        "/search/suggestions?q=养护",
        "/search?q=村镇申报",
        "/report?power=1",
    ]:
        response = client.get(address)
        text = response.get_json(silent=True) or response.get_data(as_text=True)
        # What was looked for stays in the box.
        assert [w for w in WORDS if w in str(text) and w not in address] == [], address
        assert response.status_code in {200, 410}, address


def test_the_tombstone_says_why_and_when(
    client: FlaskClient, session: Session, county: County
) -> None:
    withdraw(session, county, session.query(PowerEdition).one())
    withdraw(session, county, session.query(DisclosureEdition).one())
    for address in ("/powers/1/1", "/powers/items/1", "/disclosures/1", "/disclosures/1/1"):
        response = client.get(address)
        assert response.status_code == 410, address
        text = response.get_data(as_text=True)
        assert "内容有误，核对后重新公开" in text, address
        assert "2026年11月20日" in text, address
        assert "查看现行的" not in text, address


def test_a_tombstone_leads_to_what_is_in_force(
    client: FlaskClient, session: Session, county: County
) -> None:
    first = session.query(PowerEdition).one()
    told = session.query(DisclosureEdition).one()
    make_public(session, county, draft_powers(session, county))
    again = draft_disclosure(session, county)
    make_public(session, county, again)
    withdraw(session, county, first)
    withdraw(session, county, told)
    for address in ("/powers/1/1", "/powers/items/1"):
        assert 'href="/powers/1/2">查看现行的第 2 版' in client.get(address).get_data(as_text=True)
    assert again.disclosure_id == 1
    text = client.get("/disclosures/1/1").get_data(as_text=True)
    assert 'href="/disclosures/1">查看现行的第 2 版' in text
    assert client.get("/disclosures/1").status_code == 200


def test_a_withdrawn_edition_is_not_compared_with(
    client: FlaskClient, session: Session, county: County
) -> None:
    first = session.query(PowerEdition).one()
    make_public(session, county, draft_powers(session, county, names=("新的事项",)))
    session.commit()
    assert "与第 1 版相比" in client.get("/powers/1/2").get_data(as_text=True)
    withdraw(session, county, first)
    text = client.get("/powers/1/2").get_data(as_text=True)
    assert "与第 1 版相比" not in text
    assert "农村公路建设项目安排" not in text


def test_a_draft_has_no_address_and_is_nowhere(
    client: FlaskClient, session: Session, county: County, indexed: SearchEngine
) -> None:
    draft = draft_powers(session, county, post="education", names=("起草中的权力",))
    told = draft_disclosure(session, county, title="起草中的事项", unit="jy")
    publishing.submit(session, told, told.author, NOW)
    session.commit()
    for address in (
        f"/powers/{draft.list_id}/1",
        f"/powers/items/{draft.items[0].id}",
        f"/disclosures/{told.disclosure_id}",
        f"/disclosures/{told.disclosure_id}/1",
    ):
        assert client.get(address).status_code == 404, address
    for address in pages(session):
        assert "起草中的" not in client.get(address).get_data(as_text=True), address
    assert powers.count_public(session) == 2
