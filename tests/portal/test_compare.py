"""“What changed” between any two editions, of a power list and of a disclosure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from domain import publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.powers import PowerEdition
from tests.fixtures.county import NOW, TODAY, County, draft_disclosure, draft_powers, make_public

POWERS, DISCLOSURES = "/powers/1/changes", "/disclosures/1/changes"


@pytest.fixture
def editions(session: Session, county: County) -> list[PowerEdition]:
    """Three editions of a list: an item is renamed in the second, one is new in the third."""
    second = draft_powers(session, county)
    second.items[0].name = "村道建设项目决定"
    second.items[0].steps[1].name = "党组会议集体研究"
    make_public(session, county, second, NOW + timedelta(days=1))
    third = draft_powers(
        session, county, names=("村道建设项目决定", "养护资金分配", "信访接待安排")
    )
    for item in third.items:
        item.plain = item.responsibility = f"关于{item.name}"
    third.items[0].plain, third.items[0].responsibility = (
        second.items[0].plain,
        second.items[0].responsibility,
    )
    third.negatives[0].text = "不得直接分管工程招标工作"
    third.effective_on = TODAY
    make_public(session, county, third, NOW + timedelta(days=2))
    session.commit()
    return [session.get_one(PowerEdition, n) for n in (1, second.id, third.id)]


@pytest.fixture
def told(session: Session, county: County) -> DisclosureEdition:
    """The second edition of the disclosure, a rich one."""
    edition = draft_disclosure(session, county)
    edition.body = "<p>养护资金<strong>全部</strong>分到各乡镇。</p>"
    make_public(session, county, edition, NOW + timedelta(days=1))
    session.commit()
    return edition


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.get_data(as_text=True)


def test_any_two_editions_of_a_list(client: FlaskClient, editions: list[PowerEdition]) -> None:
    text = text_of(client, f"{POWERS}?from=1&to=3")
    for words in (
        "第 3 版比第 1 版新增 1 项、改名 1 项、修改 1 项、负面清单有 1 条变化、施行日期有变化。",
        'href="/powers/1/1">第 1 版</a>',
        "信访接待安排",
        "2026年3月1日",
        "2026年11月20日",
        "（删去：</span>农村公路",
        "（新增：</span>工作",
    ):
        assert words in text, words
    assert "改名 1 项" in text_of(client, f"{POWERS}?from=1&to=2")
    assert "改名" not in text_of(client, f"{POWERS}?from=2&to=3")


def test_without_numbers_the_newest_is_compared_with_the_one_before(
    client: FlaskClient, editions: list[PowerEdition]
) -> None:
    assert "第 3 版比第 2 版" in text_of(client, POWERS)
    assert "第 2 版比第 1 版" in text_of(client, f"{POWERS}?to=2")
    text = text_of(client, f"{POWERS}?from=1&to=2")
    assert '<option value="1" selected>' in text
    assert '<option value="2" selected>' in text


def test_steps_are_compared_one_by_one(client: FlaskClient, editions: list[PowerEdition]) -> None:
    text = text_of(client, f"{POWERS}?from=1&to=2")
    steps = text[text.index("运行流程") :]
    assert "第 2 步" in steps
    assert "（新增：</span>会议<" in steps
    assert "村镇申报" not in steps


def test_the_wrong_way_round_leads_to_the_one_address(
    client: FlaskClient, editions: list[PowerEdition]
) -> None:
    response = client.get(f"{POWERS}?from=3&to=1")
    assert (response.status_code, response.headers["Location"]) == (301, f"{POWERS}?from=1&to=3")


@pytest.mark.parametrize(
    "address",
    [f"{POWERS}?from=9", f"{POWERS}?to=x", f"{POWERS}?from=0", "/powers/99/changes", "/disclosures/99/changes", f"{DISCLOSURES}?to=3"],
)  # fmt: skip
def test_what_never_was_public_cannot_be_compared(
    client: FlaskClient, session: Session, county: County, address: str
) -> None:
    draft_powers(session, county, names=("还没有公开的事项",))
    session.commit()
    text_of(client, address, 404)
    assert "还没有公开的事项" not in text_of(client, POWERS)
    text_of(client, f"{POWERS}?from=1&to=2", 404)


def test_one_edition_or_the_same_twice_says_so(
    client: FlaskClient, session: Session, county: County, told: DisclosureEdition
) -> None:
    for address in (POWERS, f"{POWERS}?from=1&to=1", f"{DISCLOSURES}?from=2&to=2"):
        assert "请选两个不同的版本" in text_of(client, address)
    assert "<select" not in text_of(client, POWERS)
    assert "<select" in text_of(client, f"{DISCLOSURES}?from=2&to=2")


def test_a_withdrawn_edition_is_neither_compared_nor_offered(
    client: FlaskClient,
    session: Session,
    county: County,
    editions: list[PowerEdition],
    told: DisclosureEdition,
) -> None:
    reviewer = county.staff["reviewer"]
    publishing.withdraw(session, editions[1], "写错了", reviewer, NOW + timedelta(days=3))
    publishing.withdraw(session, told, "写错了", reviewer, NOW + timedelta(days=3))
    session.commit()
    for address in (f"{POWERS}?from=1&to=2", f"{POWERS}?from=2&to=3", f"{DISCLOSURES}?to=2"):
        text = text_of(client, address, 410)
        assert "写错了" in text
        assert "<ins>" not in text
        assert "<del>" not in text
    text = text_of(client, POWERS)
    assert "第 3 版比第 1 版" in text
    assert '<option value="2"' not in text


def test_any_two_editions_of_a_disclosure(client: FlaskClient, told: DisclosureEdition) -> None:
    text = text_of(client, f"{DISCLOSURES}?from=1&to=2")
    assert "第 2 版比第 1 版改了：正文。" in text
    assert "养护资金<ins>" in text
    assert "（新增：</span>全部<" in text
    assert "&lt;p&gt;" not in text


def test_an_item_of_an_old_edition_leads_to_its_successor_under_a_new_name(
    client: FlaskClient, editions: list[PowerEdition]
) -> None:
    old, gone = editions[0].items
    now = editions[2].items[0]
    text = text_of(client, f"/powers/items/{old.id}")
    assert f'href="/powers/items/{now.id}">查看现行版本里的“村道建设项目决定”</a>（已改名）' in text
    assert "农村公路建设项目安排</h1>" in text
    assert "（已改名）" not in text_of(client, f"/powers/items/{gone.id}")


def test_pages_that_compare_ask_the_database_a_fixed_number_of_questions(
    client: FlaskClient,
    session: Session,
    county: County,
    editions: list[PowerEdition],
    told: DisclosureEdition,
    statements: list[str],
) -> None:
    counted = []
    for address in (f"{POWERS}?from=1&to=3", f"{DISCLOSURES}?from=1&to=2", "/powers/items/1"):
        statements.clear()
        text_of(client, address)
        counted.append(len(statements))
    assert max(counted) <= 12
    more = draft_powers(session, county, names=tuple(f"事项{n}" for n in range(30)))
    make_public(session, county, more, NOW + timedelta(days=5))
    session.commit()
    statements.clear()
    text_of(client, f"{POWERS}?from=1&to=4")
    assert len(statements) == counted[0]
