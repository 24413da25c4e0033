from __future__ import annotations

from flask.testing import FlaskClient

from domain import publishing
from domain.db import Session
from domain.powers import NegativeArea, PowerEdition, PowerKind, Risk
from tests.fixtures.county import NOW, County, draft_powers, make_public


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def second_edition(session: Session, county: County) -> PowerEdition:
    """One power as it was, one changed, one new; one gone, and the negative list is another."""
    edition = draft_powers(session, county, names=("新的事项", "农村公路建设项目安排"))
    edition.items[1].risk = Risk.LOW
    edition.items[1].timing = "随时公开"
    edition.negatives[0].area, edition.negatives[0].text = NegativeArea.OTHER, "不得插手招标"
    make_public(session, county, edition)
    session.commit()
    return edition


def test_powers_are_narrowed_by_kind_unit_and_risk(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = draft_powers(session, county, "education", ("学校资金安排",))
    edition.items[0].kind, edition.items[0].risk = PowerKind.FINANCE, Risk.LOW
    make_public(session, county, edition)
    session.commit()
    everything = text_of(client, "/powers")
    assert "共 3 项" in everything
    assert "行政审批</a>" not in everything
    for address in ("/powers?kind=finance", "/powers?unit=jy", "/powers?risk=low"):
        text = text_of(client, address)
        assert "共 1 项" in text
        assert "学校资金安排" in text
        assert "养护资金分配" not in text
        assert "清除筛选" in text
    assert 'value="jy" selected' in text_of(client, "/powers?unit=jy")
    assert "没有符合条件的权力事项。" in text_of(client, "/powers?unit=jy&risk=high")


def test_an_edition_that_is_over_says_so_and_leads_on(
    client: FlaskClient, session: Session, county: County
) -> None:
    second_edition(session, county)
    text = text_of(client, "/powers/1/1")
    assert "这不是现行版本" in text
    assert 'href="/powers/1/2">查看现行的第 2 版</a>' in text
    assert "养护资金分配" in text
    now = text_of(client, "/powers/1/2")
    assert "这不是现行版本" not in now
    assert "现行有效" in now
    assert "周明远</a>（2024年3月1日起）" in now


def test_an_edition_says_what_it_changes(
    client: FlaskClient, session: Session, county: County
) -> None:
    second_edition(session, county)
    text = text_of(client, "/powers/1/2")
    changes = text[text.index("与第 1 版相比") :]
    for words in (
        "第 2 版比第 1 版新增 1 项、删去 1 项、修改 1 项、负面清单有 2 条变化。",
        "新的事项",
        "养护资金分配",
        "/powers/1/changes?from=1&amp;to=2",
    ):
        assert words in changes, words
    assert "与第" not in text_of(client, "/powers/1/1")


def test_an_edition_that_changes_nothing_or_only_the_order_says_so(
    client: FlaskClient, session: Session, county: County
) -> None:
    make_public(session, county, draft_powers(session, county))
    session.commit()
    assert "第 2 版与第 1 版内容相同。" in text_of(client, "/powers/1/2")
    make_public(
        session,
        county,
        draft_powers(session, county, names=("养护资金分配", "农村公路建设项目安排")),
    )
    session.commit()
    assert "第 3 版比第 2 版移动 1 项。" in text_of(client, "/powers/1/3")


def test_a_power_of_an_old_edition_leads_to_the_same_power_now(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = second_edition(session, county)
    text = text_of(client, "/powers/items/1")
    assert "这不是现行版本" in text
    assert f'href="/powers/items/{edition.items[1].id}">查看现行版本里的' in text
    gone = text_of(client, "/powers/items/2")
    assert "现行版本里没有对应的事项。" in gone


def test_without_an_edition_in_force_the_old_one_says_so(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = second_edition(session, county)
    publishing.withdraw(session, edition, "有误", county.staff["reviewer"], NOW)
    session.commit()
    for address in ("/powers/1/1", "/powers/items/1"):
        text = text_of(client, address)
        assert "目前没有现行版本。" in text
        assert "现行版本里没有对应的事项" not in text


def test_a_power_has_a_door_to_the_report_form(client: FlaskClient) -> None:
    text = text_of(client, "/powers/items/2")
    assert 'href="/report?power=2"><b>举报与这一项有关的问题</b>' in text
    assert "权力清单第 1 版第 2 项" in text
    assert "养护资金分配" in text_of(client, "/report?power=2") or "周明远" in text_of(
        client, "/report?power=2"
    )


def test_a_step_may_say_that_nothing_is_disclosed(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = draft_powers(session, county, "education", ("保密事项",))
    edition.items[0].controls = ""
    edition.items[0].steps[0].disclosed = "不公开"
    edition.negatives = []
    make_public(session, county, edition)
    session.commit()
    text = text_of(client, f"/powers/{edition.list_id}/1")
    assert "<small>不公开</small>" in text
    assert "防控措施" not in text
    assert "这一版没有列出负面清单。" in text


def test_nobody_in_the_post_is_no_obstacle(
    client: FlaskClient, session: Session, county: County
) -> None:
    session.delete(session.merge(county.posts["transport"].tenures[0]))
    session.commit()
    assert "现任" not in text_of(client, "/powers/1/1")
