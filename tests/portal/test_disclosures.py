from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from domain import disclosures, publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition, Leaf
from tests.fixtures.county import NOW, TODAY, County, draft_disclosure, make_public


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def disclose(
    session: Session,
    county: County,
    title: str,
    *,
    leaf: Leaf = Leaf.DECISION,
    unit: str = "jt",
    period: str = "2026年第三季度",
    year: int = 2026,
    answers: int | None = None,
    body: str = "正文。",
) -> DisclosureEdition:
    document = disclosures.document(session, county.units[unit], leaf, period, year, title)
    document.answers_id = answers
    edition = disclosures.new_edition(session, document, title, body, None, TODAY)
    make_public(session, county, edition)
    session.commit()
    return edition


def test_narrowed_by_group_unit_year_and_period(
    client: FlaskClient, session: Session, county: County
) -> None:
    disclose(session, county, "全年目标", leaf=Leaf.GOAL, period="2025年", year=2025)
    disclose(session, county, "学校伙食", leaf=Leaf.PUBLIC_INTEREST, unit="jy")
    disclose(session, county, "桥梁加固", leaf=Leaf.HANDLING, unit="jy", period="2026年第二季度")
    titles = ("农村公路养护资金使用结果", "全年目标", "学校伙食", "桥梁加固")

    def found(query: str) -> list[str]:
        text = text_of(client, f"/disclosures{query}")
        return [title for title in titles if title in text]

    assert found("") == list(titles)
    assert found("?group=interest_and_handling") == ["学校伙食", "桥梁加固"]
    assert found("?unit=jy&period=2026年第二季度") == ["学校伙食", "桥梁加固"]
    assert found("?unit=jy&year=2026&period=2026年第二季度") == ["桥梁加固"]
    assert found("?year=2025") == ["全年目标"]
    # Choices that are not offered count as not made.
    assert found("?year=1999") == list(titles)
    assert found("?group=duty_and_goal") == list(titles)
    text = text_of(client, "/disclosures?unit=jy&group=decision")
    assert "没有符合条件的公开事项。" in text
    assert '群众利益与重要事项 <span class="num">2</span>' in text
    assert '重大问题决策 <span class="num">0</span>' in text
    assert "清除筛选" in text
    assert 'name="period"' not in text
    assert 'name="period"' in text_of(client, "/disclosures?year=2026")


def test_a_long_list_is_shown_a_page_at_a_time(
    client: FlaskClient, session: Session, county: County
) -> None:
    for number in range(24):
        disclose(session, county, f"事项{number:02}")
    first = text_of(client, "/disclosures?unit=jt")
    assert "第 1-20 条，共 25 条" in first
    assert 'href="/disclosures?unit=jt&amp;page=2"' in first
    second = text_of(client, "/disclosures?unit=jt&page=2")
    assert "第 21-25 条，共 25 条" in second


def test_it_is_told_apart_from_the_governments_five(client: FlaskClient) -> None:
    for address in ("/disclosures", "/disclosures/1", "/about"):
        assert "决策、执行、管理、服务、结果公开" in text_of(client, address)


def test_the_head_of_a_disclosure(client: FlaskClient) -> None:
    text = text_of(client, "/disclosures/1")
    for name, value in (
        ("索引号", "JT-3-2026-00001"),
        ("发布机构", "云岭县交通运输局"),
        ("成文日期", "2026年11月20日"),
        ("发布日期", "2026年11月20日"),
        ("有效性", "已公开"),
    ):
        assert name in text
        assert value in text
    assert "<p>养护资金分到各乡镇。</p>" in text


def test_what_it_answers_and_what_answers_it(
    client: FlaskClient, session: Session, county: County
) -> None:
    assert "对这一条的监督结果" not in text_of(client, "/disclosures/1")
    answer = disclose(session, county, "检查结果", leaf=Leaf.RESULT, answers=1)
    asked = text_of(client, "/disclosures/1")
    assert "对这一条的监督结果" in asked
    assert f'href="/disclosures/{answer.disclosure_id}">检查结果</a>' in asked
    answering = text_of(client, f"/disclosures/{answer.disclosure_id}")
    assert "这一条回应的是" in answering
    assert 'href="/disclosures/1">农村公路养护资金使用结果</a>' in answering
    publishing.withdraw(session, answer, "有误", county.staff["reviewer"], NOW)
    session.commit()
    assert "检查结果" not in text_of(client, "/disclosures/1")


def test_an_edition_that_is_over_says_so_and_leads_on(
    client: FlaskClient, session: Session, county: County
) -> None:
    later = draft_disclosure(session, county)
    later.title = "更正后的标题"
    make_public(session, county, later, NOW + timedelta(days=1))
    session.commit()
    old = text_of(client, "/disclosures/1/1")
    assert "这不是现行版本" in old
    assert 'href="/disclosures/1">查看现行的第 2 版</a>' in old
    now = text_of(client, "/disclosures/1")
    assert "更正后的标题" in now
    assert "这不是现行版本" not in now
    assert 'href="/disclosures/1/1">第 1 版</a>' in now
    publishing.withdraw(session, later, "有误", county.staff["reviewer"], NOW)
    session.commit()
    assert "目前没有现行版本。" in text_of(client, "/disclosures/1/1")


def test_what_an_editor_wrote_keeps_its_shape_but_runs_nothing(
    client: FlaskClient, session: Session, county: County
) -> None:
    edition = disclose(
        session, county, "带表格", body="<table><tr><td>1</td></tr></table><script>x()</script>"
    )
    text = text_of(client, f"/disclosures/{edition.disclosure_id}")
    assert "<td>1</td>" in text
    assert "<script>" not in text
