"""What of the database can be found, and at what cost in SQL."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from domain import officials, publishing
from domain.db import Session
from domain.indexing import published
from search import documents
from search.engine import Document, Kind
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public


def everything(session: Session) -> dict[str, Document]:
    return {
        document.id: document
        for _group, found in documents.everything(session)
        for document in found
    }


def one(session: Session, title: str) -> Document:
    (found,) = [doc for doc in everything(session).values() if doc.title == title]
    return found


def test_all_that_is_public_and_nothing_else(session: Session, county: County) -> None:
    draft_powers(session, county, "education", ("没有公开的事项",))
    publishing.submit(session, draft_disclosure(session, county, "没有审核的事项"), None, NOW)
    found = everything(session)
    assert published(session, found) == found.keys()
    kinds = [document.kind for document in found.values()]
    assert {kind: kinds.count(kind) for kind in Kind} == {
        Kind.UNIT: len(county.units),
        Kind.OFFICIAL: len(county.officials),
        Kind.POWER: 2,
        Kind.DISCLOSURE: 1,
        Kind.NOTICE: 0,
    }


def test_a_power(session: Session, county: County) -> None:
    power = one(session, "农村公路建设项目安排")
    assert (power.kind, power.unit, power.unit_name) == (Kind.POWER, "jt", "云岭县交通运输局")
    assert (power.power_kind, power.year, power.date) == ("project", 2026, date(2026, 11, 20))
    for text in ("决定每年先修哪几条村道", "县政府授权", "村镇申报，各乡镇，每年 9 月", "末位表态"):
        assert text in power.body
    for line in ("权力类别：工程项目", "廉政风险：高", "公开范围：向社会公开"):
        assert line in power.body.split("\n")
    assert "公开时间" not in power.body


def test_a_disclosure(session: Session, county: County) -> None:
    disclosure = one(session, "农村公路养护资金使用结果")
    assert (disclosure.kind, disclosure.unit, disclosure.year) == (Kind.DISCLOSURE, "jt", 2026)
    assert "养护资金分到各乡镇。" in disclosure.body
    assert "所属时期：2026年第三季度" in disclosure.body
    assert disclosure.power_kind == ""


def test_a_disclosure_with_a_table_is_found_by_its_words(session: Session, county: County) -> None:
    edition = draft_disclosure(session, county, "分配表")
    edition.body = "<table><tr><th>东河镇</th><td>12 万元</td></tr></table>"
    make_public(session, county, edition)
    body = one(session, "分配表").body
    assert "东河镇 12 万元" in body
    assert "<" not in body


def test_a_unit_is_known_by_the_names_people_use(session: Session, county: County) -> None:
    unit = one(session, "云岭县教育局")
    assert unit.names == ("教育局", "县教育局")
    assert unit.unit == "jy"
    assert one(session, "中共云岭县委员会").names == ("县委",)


def test_an_official_is_found_by_every_post(session: Session, county: County) -> None:
    post, official = county.posts["education"], county.officials["transport"]
    officials.appoint(session, post, official, date(2019, 5, 1), date(2023, 2, 1))
    session.expire_all()
    found = one(session, "周明远")
    assert (found.unit, found.unit_name) == ("jt", "云岭县交通运输局")
    assert found.body == (
        "云岭县交通运输局党组书记、局长（2024年3月起）\n云岭县教育局党组书记、局长（2019年5月至2023年2月）"
    )


def test_a_post_that_names_its_seat_is_known_by_itself(session: Session, county: County) -> None:
    county.posts["education"].title = "县委副书记、县长"
    session.flush()
    held = one(session, county.officials["education"].name)
    assert {"县长", "县委副书记", "教育局县长"} <= set(held.names)
    assert "局长" not in one(session, "周明远").names


def test_an_official_without_a_post(session: Session, county: County) -> None:
    session.add(officials.Official(code="P999", name="某某"))
    session.flush()
    assert one(session, "某某").unit == ""


def test_groups_of_which_nothing_is_public_are_empty(session: Session, county: County) -> None:
    edition = draft_disclosure(session, county, "草稿")
    groups = [edition.subject, "powers:999", "units:999", "officials:999"]
    assert documents.of_groups(session, groups) == {group: [] for group in groups}


@pytest.mark.parametrize("group", ["", "units", "units:", "units:x", "notices:1", "units:-1"])
def test_a_group_of_no_known_kind_is_empty(session: Session, group: str) -> None:
    assert documents.of_groups(session, [group]) == {group: []}


def statements(engine: Engine) -> int:
    count = 0

    def counting(*_: object) -> None:
        nonlocal count
        count += 1

    with Session(engine) as reading:
        groups = [group for group, _ in documents.everything(reading)]
    sa.event.listen(engine, "before_cursor_execute", counting)
    try:
        with Session(engine) as reading:
            assert all(documents.of_groups(reading, groups).values())
    finally:
        sa.event.remove(engine, "before_cursor_execute", counting)
    return count


def test_more_rows_do_not_take_more_statements(
    engine: Engine, session: Session, county: County
) -> None:
    before = statements(engine)
    for post in ("education", "town", "party"):
        names = tuple(f"第{number}项" for number in range(12))
        make_public(session, county, draft_powers(session, county, post, names))
    for number in range(8):
        make_public(session, county, draft_disclosure(session, county, f"第{number}件"))
    session.commit()
    assert statements(engine) == before <= 8
