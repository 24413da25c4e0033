"""A correction says so on both editions and in the history; what is scheduled is nowhere."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from domain import powers, publishing
from domain.db import Session
from domain.disclosures import Disclosure
from domain.editing import (
    disclosures as writing_disclosures,
    notices as writing_notices,
    powers as writing,
)
from domain.notices import Notice
from domain.powers import PowerEdition
from domain.publishing import Edition
from tests.fixtures import warnings
from tests.fixtures.county import NOW, County, make_public

REASON = "第二项的依据<b>写错</b>了"


def correction(session: Session, county: County, noun: str) -> Edition:
    """A correction of what is in force, not public yet."""
    editor = county.staff["editor"]
    if noun == "powers":
        post = county.posts["transport"]
        return writing.start(session, post, editor, NOW, copying=True, correction=REASON)
    if noun == "notices":
        notice = session.scalars(select(Notice)).one()
        return writing_notices.start_edition(session, notice, editor, NOW, correction=REASON)
    document = session.scalars(select(Disclosure)).one()
    return writing_disclosures.start_edition(session, document, editor, NOW, correction=REASON)


def address(edition: Edition) -> str:
    noun, _, number = edition.subject.partition(":")
    return f"/{noun}/{number}/{edition.number}"


@pytest.mark.parametrize("noun", ["powers", "disclosures"])
def test_both_editions_and_the_history_say_what_was_wrong(
    client: FlaskClient, session: Session, county: County, noun: str
) -> None:
    right = correction(session, county, noun)
    session.commit()
    page = address(right)
    wrong = page.removesuffix("2") + "1"
    assert "更正" not in client.get(wrong).get_data(as_text=True)
    make_public(session, county, right)
    session.commit()
    shown = REASON.replace("<", "&lt;").replace(">", "&gt;")
    after = client.get(page).get_data(as_text=True)
    assert after.count(shown) == 2  # above, and in the table
    assert "被更正的是第 1 版" in after
    before = client.get(wrong).get_data(as_text=True)
    assert before.count(shown) == 2
    assert f'href="{page}">查看更正后的第 2 版' in before
    publishing.withdraw(session, right, "仍有误", county.staff["reviewer"], NOW)
    session.commit()
    for path in (page, wrong):
        assert shown not in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("noun", ["powers", "disclosures", "notices"])
def test_programs_are_told_the_same(
    client: FlaskClient, session: Session, county: County, noun: str
) -> None:
    if noun == "notices":
        warnings.publish(session, county)
    right = correction(session, county, noun)
    make_public(session, county, right)
    session.commit()
    kind = {"powers": "power"}.get(noun, noun.removesuffix("s"))
    lists = {"powers": "power-lists"}.get(noun, noun)
    number = right.subject.partition(":")[2]

    def corrections(path: str) -> list[str]:
        answer = client.get(f"/api/v1/{path}").get_json()
        return [one["correction"] for one in answer.get("items", [answer])]

    if noun == "powers":
        assert set(corrections("powers?unit=jt")) == {REASON}
        answer = client.get(f"/api/v1/{lists}/{number}").get_json()
        assert (answer["correction"], {one["correction"] for one in answer["items"]}) == (
            REASON,
            {REASON},
        )
    else:
        assert corrections(f"{lists}/{number}") == [REASON]
    listed = client.get(f"/api/v1/{kind}-editions?unit=jt").get_json()["items"]
    assert [one["correction"] for one in listed if str(one["id"]) == number] == ["", REASON]
    table = client.get(f"/api/v1/{kind}-editions.csv?unit=jt").get_data(as_text=True)
    assert table.count(REASON) == 1
    assert "更正说明" in table.splitlines()[0]
    feed = client.get(f"/{noun}/feed.atom?unit=jt").get_data(as_text=True)
    shown = REASON.replace("<", "&lt;").replace(">", "&gt;")
    summaries = re.findall(r"<summary[^>]*>(.*?)</summary>", feed, re.DOTALL)
    assert [one.startswith(f"更正：{shown}") for one in summaries] == [True] * feed.count("<entry>")
    publishing.withdraw(session, right, "仍有误", county.staff["reviewer"], NOW)
    session.commit()
    listed = client.get(f"/api/v1/{kind}-editions?unit=jt").get_json()["items"]
    assert {one["correction"] for one in listed} == {""}


def test_the_page_of_a_single_power_says_it_too(
    client: FlaskClient, session: Session, county: County
) -> None:
    right = correction(session, county, "powers")
    assert isinstance(right, PowerEdition)
    wrong = powers.in_force(session, county.posts["transport"].id)
    assert wrong
    old, new = (f"/powers/items/{edition.items[0].id}" for edition in (wrong, right))
    session.commit()
    assert "更正" not in client.get(old).get_data(as_text=True)
    make_public(session, county, right)
    session.commit()
    shown = REASON.replace("<", "&lt;").replace(">", "&gt;")
    after, before = (client.get(page).get_data(as_text=True) for page in (new, old))
    assert after.count(shown) == before.count(shown) == 1
    assert f'href="{address(wrong)}">被更正的是第 1 版' in after
    assert "这不是现行版本" not in after
    assert f'href="{address(right)}">查看更正后的第 2 版' in before
    publishing.withdraw(session, right, "仍有误", county.staff["reviewer"], NOW)
    session.commit()
    for page in (new, old):
        assert shown not in client.get(page).get_data(as_text=True)


def test_an_ordinary_edition_is_no_correction(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = writing.start(
        session, county.posts["transport"], county.staff["editor"], NOW, copying=True
    )
    make_public(session, county, edition)
    session.commit()
    for number in (1, 2):
        assert "更正" not in client.get(f"/powers/1/{number}").get_data(as_text=True)


def test_the_tombstone_leads_to_the_correction(
    client: FlaskClient, session: Session, county: County
) -> None:
    reviewer = county.staff["reviewer"]
    wrong = powers.in_force(session, county.posts["transport"].id)
    assert wrong
    right = correction(session, county, "powers")
    publishing.withdraw(session, wrong, "有误", reviewer, NOW)
    make_public(session, county, right)
    session.commit()
    gone = client.get("/powers/1/1")
    assert gone.status_code == 410
    assert "查看更正后的第 2 版" in gone.get_data(as_text=True)


@pytest.mark.parametrize("noun", ["powers", "disclosures"])
def test_nothing_of_a_scheduled_edition_is_seen_before_its_moment(
    client: FlaskClient, session: Session, county: County, noun: str
) -> None:
    edition = correction(session, county, noun)
    publishing.submit(session, edition, county.staff["editor"], NOW)
    moment = NOW + timedelta(days=1)
    publishing.schedule(session, edition, moment, county.staff["reviewer"], NOW)
    session.commit()
    page = address(edition)
    assert client.get(page).status_code == 404
    first = client.get(page.removesuffix("2") + "1").get_data(as_text=True)
    assert "第 2 版" not in first
    publishing.publish_due(session, moment)
    session.commit()
    assert client.get(page).status_code == 200
