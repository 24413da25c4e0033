"""What the API answers: lists, items, tombstones, errors, and who may read it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient

from domain import publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.notices import NoticeEdition
from domain.powers import ClashExplanation, PowerEdition
from portal.api import OPERATIONS
from portal.api.all import NOUNS
from portal.api.operations import Operation
from search.engine import SearchEngine
from tests.fixtures import warnings
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public
from tests.fixtures.owing import owe
from web.tables import XLSX

ROOT = "/api/v1"
WHY = "内容有误，核对后重新公开"
# More than any address of the API needs, however much there is.
MOST_STATEMENTS = 8


def problem_of(client: FlaskClient, address: str, status: int, **options: Any) -> dict[str, Any]:
    """The problem that an address answers with."""
    response = client.open(address, **options)
    assert response.status_code == status, address
    assert response.content_type == "application/problem+json", address
    found: dict[str, Any] = response.get_json()
    assert (found["type"], found["status"]) == ("about:blank", status)
    assert found["title"]
    return found


def text_of(client: FlaskClient, operation: Operation) -> str:
    """All that an address says, in a workbook too."""
    content = client.get(operation.rule).get_data()
    if operation.media != XLSX:
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("xl/worksheets/sheet1.xml").decode()


def items(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{ROOT}/{address}").get_json()["items"]
    return found


def test_lists_say_what_the_pages_say(client: FlaskClient, county: County) -> None:
    assert [unit["code"] for unit in items(client, "units")] == ["xw", "jw", "jt", "jy", "dh"]
    assert [unit["code"] for unit in items(client, "units?kind=town")] == ["dh"]
    heads = items(client, "officials?heads=1&kind=organ")
    assert [official["name"] for official in heads] == ["顾承远", "周明远", "何清源"]
    posts = items(client, "posts?unit=jt&heads=1")
    assert [(post["full_title"], post["tenures"][0]["official_name"]) for post in posts] == [
        ("交通运输局党组书记、局长", "周明远")
    ]
    powers = items(client, "powers?unit=jt&risk=high&kind=project")
    assert [power["name"] for power in powers] == ["农村公路建设项目安排", "养护资金分配"]
    assert powers[0]["steps"][0]["name"] == "村镇申报"
    assert items(client, "powers?risk=low") == []
    told = items(client, "disclosures?group=decision&unit=jt&year=2026&period=2026年第三季度")
    assert [one["title"] for one in told] == ["农村公路养护资金使用结果"]
    assert told[0]["body"] == "养护资金分到各乡镇。"
    assert items(client, "disclosures?group=decision&leaf=goal") == []
    lists = items(client, "power-lists?unit=jt")
    assert [item["name"] for item in lists[0]["items"]] == [power["name"] for power in powers]
    assert lists[0]["negatives"][0]["text"] == "不得直接分管工程招标"


def test_the_negative_list_tells_why_a_clash_stands(
    client: FlaskClient, session: Session, county: County
) -> None:
    (entry,) = session.query(PowerEdition).one().negatives
    entry.explanations.append(ClashExplanation(passage="招标", text="局里只有一名领导"))
    session.commit()
    for name in ("power-lists", "power-editions"):
        (found,) = items(client, name)[0]["negatives"]
        assert found["explanations"] == [
            {"item": "", "passage": "招标", "text": "局里只有一名领导"}
        ]


def test_items_are_the_rows_of_lists(client: FlaskClient, session: Session, county: County) -> None:
    warnings.publish(session, county)
    owe(session, county)
    session.commit()
    for noun in NOUNS:
        if not noun.one:
            continue
        for row in items(client, noun.name):
            values = {"code": row.get("code"), "number": row.get("edition")}
            found = noun.address
            for part in noun.address.split("/"):
                name = part.strip("<>").rpartition(":")[2]
                found = found.replace(part, str(values.get(name) or row["id"]))
            response = client.get(f"{ROOT}/{noun.name}/{found}")
            if row.get("state") == "withdrawn":
                assert response.status_code == 410
            else:
                assert response.get_json() == row


def test_every_address_in_a_record_leads_to_a_page(client: FlaskClient, county: County) -> None:
    links = {row["url"] for noun in NOUNS for row in items(client, noun.name) if "url" in row}
    assert len(links) >= 15
    assert {link for link in links if client.get(link).status_code != 200} == set()


def test_the_change_log_can_be_followed(client: FlaskClient, county: County) -> None:
    everything = items(client, "changes")
    assert [row["number"] for row in everything] == list(range(1, len(everything) + 1))
    assert everything[-1]["subject"] == "disclosures:1"
    after = len(everything) - 1
    assert items(client, f"changes?after={after}") == everything[-1:]


def test_search_has_the_filters_of_its_page(client: FlaskClient, indexed: SearchEngine) -> None:
    found = client.get(f"{ROOT}/search?q=公路&kind=power&unit=jt&power_kind=project&year=2026")
    answer = found.get_json()
    assert [hit["title"] for hit in answer["items"]] == ["农村公路建设项目安排"]
    assert answer["items"][0]["url"] == "/powers/items/1"
    first = client.get(f"{ROOT}/search?limit=2").get_json()
    second = client.get(first["next"]).get_json()
    assert len(first["items"]) == len(second["items"]) == 2
    assert first["items"] != second["items"]
    problem_of(client, f"{ROOT}/search?unit=zz", 404)


def test_search_says_when_it_cannot_answer(client: FlaskClient) -> None:
    assert "搜索" in problem_of(client, f"{ROOT}/search?q=公路", 503)["title"]


@pytest.fixture
def withdrawn(session: Session, county: County) -> None:
    warnings.publish(session, county, body="养护资金案")
    editions: tuple[publishing.Edition, ...] = (
        session.query(PowerEdition).one(),
        session.query(DisclosureEdition).one(),
        session.query(NoticeEdition).one(),
    )
    for edition in editions:
        publishing.withdraw(session, edition, WHY, county.staff["reviewer"], NOW)
    session.commit()


def test_what_is_withdrawn_leaves_only_its_reason(
    client: FlaskClient, withdrawn: None, indexed: SearchEngine
) -> None:
    for name in ("powers", "power-lists", "disclosures", "notices"):
        assert items(client, name) == []
    for name, item in (
        ("powers", "1"),
        ("power-lists", "1"),
        ("disclosures", "1"),
        ("notices", "1"),
    ):
        assert problem_of(client, f"{ROOT}/{name}/{item}", 410)["detail"] == WHY
    for name in ("power-editions", "disclosure-editions", "notice-editions"):
        (tombstone,) = items(client, name)
        assert (tombstone["state"], tombstone["reason"]) == ("withdrawn", WHY)
        assert tombstone["withdrawn_at"]
        assert [tombstone.get(k) for k in ("title", "body", "dated_on")] in [
            ["", "", None],
            [None, None, None],
        ]
        assert tombstone.get("items", []) == tombstone.get("negatives", []) == []
        assert problem_of(client, f"{ROOT}/{name}/1/1", 410)["detail"] == WHY
    for operation in OPERATIONS:
        if "<" not in operation.rule:
            assert "养护资金" not in text_of(client, operation), operation.rule


def test_drafts_are_nowhere(client: FlaskClient, session: Session, county: County) -> None:
    draft_powers(session, county, names=("秘密草稿",))
    draft_disclosure(session, county, title="秘密草稿")
    warnings.draft(session, county, title="秘密草稿")
    session.commit()
    for operation in OPERATIONS:
        if "<" not in operation.rule:
            assert "秘密草稿" not in text_of(client, operation), operation.rule
    assert client.get(f"{ROOT}/power-editions/1/2").status_code == 404
    assert client.get(f"{ROOT}/disclosures/2").status_code == 404


def test_what_is_superseded_keeps_its_address(
    client: FlaskClient, session: Session, county: County
) -> None:
    make_public(session, county, draft_powers(session, county, names=("新的事项",)))
    session.commit()
    editions = items(client, "power-editions?list=1")
    assert [(one["edition"], one["state"]) for one in editions] == [
        (1, "superseded"),
        (2, "published"),
    ]
    assert [power["name"] for power in items(client, "powers")] == ["新的事项"]
    assert client.get(f"{ROOT}/powers/1").get_json()["state"] == "superseded"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("nonsense=1", ["nonsense"]),
        ("kind=nonsense", ["kind"]),
        ("kind=", ["kind"]),
        ("limit=0", ["limit"]),
        ("limit=101", ["limit"]),
        ("limit= 1", ["limit"]),
        ("limit=1.0", ["limit"]),
        ("cursor=zz", ["cursor"]),
        ("cursor=00000001%0A", ["cursor"]),
        ("kind=project%00", ["kind"]),
        ("kind=project&kind=project", ["kind"]),
        ("a=1&risk=x&limit=no", ["risk", "limit", "a"]),
    ],
)
def test_wrong_parameters_are_named(client: FlaskClient, query: str, named: list[str]) -> None:
    found = problem_of(client, f"{ROOT}/powers?{query}", 422)
    assert [error["parameter"] for error in found["errors"]] == named
    assert all(error["reason"] for error in found["errors"])


def test_items_and_tables_take_no_odd_parameters(client: FlaskClient) -> None:
    for address in ("units/jt?x=1", "units.csv?limit=1", "openapi.json?x=1"):
        if "openapi" not in address:
            problem_of(client, f"{ROOT}/{address}", 422)
    assert problem_of(client, f"{ROOT}/powers?unit=zz", 404)["errors"][0]["parameter"] == "unit"
    assert problem_of(client, f"{ROOT}/powers.csv?unit=zz", 404)["detail"] == "unit"
    assert problem_of(client, f"{ROOT}/powers.xlsx?unit=zz", 404)["detail"] == "unit"


def test_errors_have_one_shape(client: FlaskClient) -> None:
    problem_of(client, "/api/nowhere", 404)
    problem_of(client, f"{ROOT}/units/nowhere", 404)
    problem_of(client, f"{ROOT}/powers/99999999999", 404)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        problem_of(client, f"{ROOT}/units", 405, method=method)
    assert "GET" in client.post(f"{ROOT}/units").headers["Allow"]
    problem_of(client, f"{ROOT}/units", 406, headers={"Accept": "application/xml"})
    problem_of(client, f"{ROOT}/units.csv", 406, headers={"Accept": "application/json"})


def test_any_page_may_read_and_none_with_cookies(client: FlaskClient) -> None:
    for address, method in (
        (f"{ROOT}/units", "GET"),
        (f"{ROOT}/units", "HEAD"),
        (f"{ROOT}/units", "OPTIONS"),
        (f"{ROOT}/units.csv", "GET"),
        ("/api/nowhere", "GET"),
    ):
        headers = client.open(
            address, method=method, headers={"Origin": "https://a.example"}
        ).headers
        assert headers["Access-Control-Allow-Origin"] == "*", address
        assert "Access-Control-Allow-Credentials" not in headers
        assert "Set-Cookie" not in headers
    preflight = client.options(f"{ROOT}/units").headers
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    for page in ("/", "/powers", "/report", "/api", "/nowhere", "/search/suggestions?q=a"):
        found = client.get(page).headers
        assert "Access-Control-Allow-Origin" not in found, page
        assert found["Cross-Origin-Resource-Policy"] == "same-origin", page


def test_an_unchanged_answer_is_not_made_again(
    client: FlaskClient, county: County, statements: list[str]
) -> None:
    for address in ("powers", "disclosures/1", "openapi.json"):
        first = client.get(f"{ROOT}/{address}")
        statements.clear()
        headers = {"If-None-Match": first.headers["ETag"]}
        again = client.get(f"{ROOT}/{address}", headers=headers)
        assert (again.status_code, again.get_data()) == (304, b"")
        assert len(statements) <= 2


def test_the_number_of_statements_does_not_grow(
    client: FlaskClient, session: Session, county: County, statements: list[str]
) -> None:
    def counted() -> dict[str, int]:
        numbers = {}
        for operation in OPERATIONS:
            if "<" not in operation.rule and operation.name != "search":
                statements.clear()
                assert client.get(operation.rule).status_code == 200
                numbers[operation.rule] = len(statements)
        return numbers

    owe(session, county)
    warnings.publish(session, county)
    session.commit()
    few = counted()
    assert max(few.values()) <= MOST_STATEMENTS, few
    for key in ("transport", "deputy", "education", "town"):
        make_public(session, county, draft_powers(session, county, key, names=("甲", "乙", "丙")))
    for number in range(5):
        make_public(session, county, draft_disclosure(session, county, f"公开{number}", "dh"))
        warnings.publish(session, county, f"通报{number}")
    session.commit()
    many = counted()
    assert {address: n for address, n in many.items() if n > few[address]} == {}
