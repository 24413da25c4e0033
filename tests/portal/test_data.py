"""The file of everything that is published, the page about it, and pages' own data."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from domain import former_codes, indexing, publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.notices import NoticeEdition
from domain.powers import PowerEdition
from portal import bulk
from portal.api.all import NOUNS
from portal.bulk import HELD, LONGEST_SECONDS, QUIET_SECONDS, Follower
from portal.settings import PortalSettings
from search.engine import SearchBusy, SearchEngine
from search.folders import Folders
from tests.fixtures import questions, warnings
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public
from tests.portal.addresses import pages
from tests.portal.test_every_page import Outline

FILE = f"/data/{bulk.NAME}"
WHY = "内容有误"


@pytest.fixture
def path(settings: PortalSettings) -> Path:
    return bulk.path_of(settings)


@pytest.fixture
def built(session: Session, county: County, path: Path) -> bulk.Bulk:
    return bulk.build(session, path)


def withdraw(session: Session, county: County, edition: publishing.Edition) -> None:
    publishing.withdraw(session, edition, WHY, county.staff["reviewer"], NOW)
    session.commit()


def publish_one(session: Session, county: County, title: str) -> None:
    make_public(session, county, draft_disclosure(session, county, title))
    session.commit()


def opened(client: FlaskClient) -> zipfile.ZipFile:
    response = client.get(FILE, buffered=True)
    assert (response.status_code, response.mimetype) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(response.get_data()))


def test_the_file_holds_what_the_api_says(client: FlaskClient, built: bulk.Bulk) -> None:
    # What turns with the day has no number of the change log.
    assert [noun.name for noun in NOUNS if noun not in HELD] == ["obligations"]
    with opened(client) as package:
        names = [f"{noun.name}.{ending}" for noun in HELD for ending in ("jsonl", "csv")]
        assert package.namelist() == [*names, "README.txt"]
        for noun in HELD:
            lines = package.read(f"{noun.name}.jsonl").decode().splitlines()
            listed = client.get(f"/api/v1/{noun.name}").get_json()["items"]
            assert [json.loads(line) for line in lines] == listed
            table = client.get(f"/api/v1/{noun.name}.csv").get_data()
            assert package.read(f"{noun.name}.csv") == table
        readme = package.read("README.txt").decode()
    for said in (str(built.change), "2026-11-20T10:00:00+08:00", "注明来源", "openapi.json"):
        assert said in readme


def test_the_same_change_gives_the_same_bytes(
    session: Session, county: County, built: bulk.Bulk, path: Path
) -> None:
    first = path.read_bytes()
    assert bulk.build(session, path) == built == bulk.held(path)
    assert path.read_bytes() == first
    assert sorted(p.name for p in path.parent.iterdir()) == ["bulk.lock", bulk.NAME]


def test_a_copy_that_is_still_good_is_not_sent_again(client: FlaskClient, built: bulk.Bulk) -> None:
    whole = client.get(FILE, buffered=True)
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert bulk.NAME in whole.headers["Content-Disposition"]
    assert whole.headers["Last-Modified"] == "Fri, 20 Nov 2026 02:00:00 GMT"
    again = client.get(FILE, headers={"If-None-Match": whole.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.get_data()) == (304, b"")
    part = client.get(FILE, headers={"Range": "bytes=0-1"}, buffered=True)
    assert (part.status_code, part.get_data()) == (206, b"PK")


def test_what_is_not_built_yet_says_so(client: FlaskClient, path: Path) -> None:
    for content in (None, b"", b"PK nonsense"):
        if content is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        response = client.get(FILE, buffered=True)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
        assert "数据包正在更新" in response.get_data(as_text=True)
        assert "数据包正在更新" in client.get("/data").get_data(as_text=True)
    problem = client.get(FILE, headers={"Accept": "application/json"}, buffered=True)
    assert problem.content_type == "application/problem+json"


def test_what_is_withdrawn_is_not_handed_out_until_it_is_built_anew(
    client: FlaskClient, session: Session, county: County, built: bulk.Bulk, path: Path
) -> None:
    warnings.publish(session, county, body="养护资金案")
    session.commit()
    bulk.build(session, path)
    with opened(client) as package:
        assert "养护资金案" in package.read("notices.jsonl").decode()
    editions: tuple[publishing.Edition, ...] = (
        session.query(PowerEdition).one(),
        session.query(DisclosureEdition).one(),
        session.query(NoticeEdition).one(),
    )
    for edition in editions:
        withdraw(session, county, edition)
        assert client.get(FILE, buffered=True).status_code == 503
        assert client.get(FILE, headers={"Range": "bytes=0-1"}, buffered=True).status_code == 503
        assert client.head(FILE).status_code == 503
        assert "数据包正在更新" in client.get("/data").get_data(as_text=True)
        assert Follower(path).step(session, 0.0) is not None
        with opened(client) as package:
            found = "".join(package.read(name).decode() for name in package.namelist())
            assert WHY in found
    assert "养护资金" not in found


def test_a_publication_leaves_the_old_file_good(
    client: FlaskClient, session: Session, county: County, built: bulk.Bulk
) -> None:
    publish_one(session, county, "又一项")
    make_public(session, county, draft_powers(session, county, names=("新的事项",)))
    warnings.publish(session, county)
    session.commit()
    assert client.get(FILE, buffered=True).status_code == 200


def test_an_answer_that_is_taken_off_is_not_handed_out(
    client: FlaskClient, session: Session, county: County, path: Path
) -> None:
    asked = questions.publish(session, county)
    session.commit()
    bulk.build(session, path)
    (row,) = client.get("/api/v1/feedback").get_json()["items"]
    assert (row["question"], row["answer"]) == (questions.QUESTION, questions.ANSWER)
    with opened(client) as package:
        assert json.loads(package.read("feedback.jsonl")) == row
    questions.decline(session, county, questions.ask(session))  # changes the figures alone
    session.commit()
    assert client.get(FILE, buffered=True).status_code == 200
    questions.decline(session, county, asked)
    session.commit()
    assert client.get("/api/v1/feedback").get_json()["items"] == []
    assert client.get(FILE, buffered=True).status_code == 503


def test_a_noun_that_does_not_say_what_it_withdrew_counts_with_every_change(
    session: Session, county: County, built: bulk.Bulk
) -> None:
    indexing.announce(session, ["something:1"], NOW)
    assert bulk.may_be_handed_out(session, built)
    assert indexing.may_have_withdrawn(session, built.change, ["something"])
    assert not indexing.may_have_withdrawn(session, built.change, ["some"])


def test_a_change_in_the_directory_leaves_the_old_file_good_until_something_is_gone(
    client: FlaskClient, session: Session, county: County, built: bulk.Bulk, path: Path
) -> None:
    unit, official = county.units["dh"], county.officials["transport"]
    unit.phone = "0000-1234567"
    indexing.announce(session, [f"units:{unit.id}", f"officials:{official.id}"], NOW)
    session.commit()
    assert client.get(FILE, buffered=True).status_code == 200
    assert Follower(path).step(session, 0.0) is None  # it may become quiet first
    # A unit that was dissolved is no longer in the directory.
    former_codes.merge(session, unit, county.units["jy"], None, NOW)
    session.commit()
    assert client.get(FILE, buffered=True).status_code == 503
    assert Follower(path).step(session, 0.0) is not None
    assert client.get(FILE, buffered=True).status_code == 200


def test_the_follower_waits_until_it_is_quiet(session: Session, county: County, path: Path) -> None:
    follower = Follower(path)
    assert follower.step(session, 0.0) is not None  # there was none
    assert follower.step(session, 1.0) is None  # nothing has changed
    publish_one(session, county, "第一项")
    assert follower.step(session, 10.0) is None
    assert follower.step(session, 10.0 + QUIET_SECONDS - 1) is None
    publish_one(session, county, "第二项")
    assert follower.step(session, 10.0 + QUIET_SECONDS) is None
    built = follower.step(session, 10.0 + 2 * QUIET_SECONDS)
    assert built is not None
    assert built.change == indexing.last_change(session)
    assert follower.step(session, 100.0) is None


def test_the_follower_waits_no_longer_than_that(
    session: Session, county: County, built: bulk.Bulk, path: Path
) -> None:
    follower, now, steps = Follower(path), 0.0, 0
    while True:
        publish_one(session, county, f"第{steps}项")
        if follower.step(session, now) is not None:
            break
        now, steps = now + QUIET_SECONDS - 1, steps + 1
    assert LONGEST_SECONDS <= now < LONGEST_SECONDS + QUIET_SECONDS


def test_a_log_that_went_back_is_followed(
    session: Session, county: County, built: bulk.Bulk, path: Path
) -> None:
    session.query(indexing.IndexChange).filter(indexing.IndexChange.seq == built.change).delete()
    session.commit()
    again = Follower(path).step(session, 0.0)
    assert again is not None
    assert again.change == built.change - 1


def test_two_builders_do_not_spoil_each_other(
    session: Session, county: County, built: bulk.Bulk, path: Path
) -> None:
    with Folders(path.parent).locked("bulk"), pytest.raises(SearchBusy):
        bulk.build(session, path)
    assert bulk.held(path) == built


def test_a_build_that_fails_leaves_the_old_file(
    session: Session, county: County, built: bulk.Bulk, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "to_disk", lambda _path: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        bulk.build(session, path)
    assert bulk.held(path) == built
    assert not path.with_suffix(".tmp").exists()


def test_an_empty_county_has_an_empty_file(session: Session, path: Path) -> None:
    assert bulk.build(session, path).change == 0


def test_the_page_says_how_new_and_how_large(client: FlaskClient, built: bulk.Bulk) -> None:
    text = client.get("/data").get_data(as_text=True)
    for said in (
        f"<dd>{built.change}</dd>",
        "2026年11月20日 10:00",
        "kB",
        FILE,
        "/api",
        "Atom",
        "注明来源",
    ):
        assert said in text, said


def test_every_page_of_published_things_names_its_data(
    client: FlaskClient, session: Session, county: County, indexed: SearchEngine
) -> None:
    warnings.publish(session, county)
    session.commit()
    kinds = ("/units", "/officials", "/powers", "/disclosures", "/search")
    kinds_too = ("/notices", "/completeness", "/feedback")
    # A comparison or a poster is another look at what has its data elsewhere.
    others = ("/changes", "/compare", "/poster")
    shown = [one for one in pages(session) if one.startswith(kinds + kinds_too)]
    shown = [one for one in shown if not any(other in one for other in others)]
    without = set()
    for address in shown:
        links = Outline(client.get(address).get_data(as_text=True)).all("link")
        data = [one["href"] for one in links if one.get("type") == "application/json"]
        if not data:
            without.add(address)
        for link in data:
            assert client.get(link).status_code == 200, (address, link)
    assert without == set()


def test_the_page_is_made_anew_when_the_file_is(
    client: FlaskClient, session: Session, county: County, path: Path
) -> None:
    before = client.get("/data")
    known = {"If-None-Match": before.headers["ETag"]}
    assert client.get("/data", headers=known).status_code == 304
    bulk.build(session, path)
    after = client.get("/data", headers=known)
    assert after.status_code == 200
    assert bulk.NAME in after.get_data(as_text=True)


def test_lists_offer_their_data_with_their_filters(client: FlaskClient, county: County) -> None:
    for page, said in (
        (
            "/powers?kind=project&unit=jt&risk=high&page=1&x=y",
            "powers{}?kind=project&amp;unit=jt&amp;risk=high",
        ),
        ("/disclosures?group=decision&year=2026", "disclosures{}?group=decision&amp;year=2026"),
        ("/officials?heads=1", "officials{}?current=1&amp;heads=1"),
        ("/units", "units{}"),
        ("/notices?category=nonsense&page=1", "notices{}"),
        ("/feedback?about=notices", "feedback{}?about=notices"),
        ("/completeness?by=unit&kind=organ&thing=goal", "obligations{}?kind=organ&amp;thing=goal"),
        ("/completeness/tasks?status=overdue", "obligations{}?status=overdue"),
    ):
        text = client.get(page).get_data(as_text=True)
        for ending in ("", ".csv", ".xlsx"):
            assert f'href="/api/v1/{said.format(ending)}"' in text, (page, ending)
