from __future__ import annotations

from flask.testing import FlaskClient

from domain import indexing, settings as county_settings
from domain.db import Session
from tests.fixtures.county import NOW, County, draft_disclosure, make_public
from web.app import Site


def test_the_directory_groups_units_and_names_their_heads(
    client: FlaskClient, county: County
) -> None:
    text = client.get("/units").get_data(as_text=True)
    assert text.index("县直部门") < text.index("云岭县交通运输局") < text.index("东河镇人民政府")
    assert "县属国企" not in text
    assert f'href="/officials/{county.officials["transport"].id}">周明远</a> 党组书记、局长' in text
    assert "林知秋" not in text


def test_an_empty_directory_says_so(site: Site) -> None:
    for address, words in (("/units", "还没有公开的内容"), ("/officials", "没有符合条件的干部")):
        assert words in site.test_client().get(address).get_data(as_text=True)


def test_a_unit_says_what_it_is_for_and_who_watches_it(
    client: FlaskClient, session: Session, county: County
) -> None:
    unit = county.units["jt"]
    unit.duty, unit.phone, unit.address = "负责农村公路。\n\n负责客运。", "0000-1111", "东街 1 号"
    unit.stationed_group, unit.liaison_leader = "驻交通局纪检监察组", "顾承远"
    session.commit()
    text = client.get("/units/jt").get_data(as_text=True)
    for words in ("<p>负责客运。</p>", "0000-1111", "东街 1 号", "驻交通局纪检监察组", "顾承远"):
        assert words in text
    assert 'href="/powers/1/1">2 项（第 1 版）</a>' in text
    assert text.index("周明远") < text.index("林知秋")
    assert "未公开" in text
    assert 'href="/report?unit=jt"' in text


def test_a_unit_shows_its_newest_disclosures_by_group(
    client: FlaskClient, session: Session, county: County
) -> None:
    for number in range(6):
        make_public(session, county, draft_disclosure(session, county, f"决策{number}"))
    session.commit()
    text = client.get("/units/jt").get_data(as_text=True)
    assert [number for number in range(6) if f"决策{number}" in text] == [2, 3, 4, 5]
    assert 'href="/disclosures?unit=jt&amp;group=decision"' in text
    assert "监督结果</h3>" not in text


def test_a_unit_without_anything_says_so(
    client: FlaskClient, session: Session, county: County
) -> None:
    text = client.get("/units/dh").get_data(as_text=True)
    assert "本单位还没有公开五公开事项。" in text
    session.delete(session.merge(county.posts["town"].tenures[0]))
    indexing.announce(session, [f"units:{county.units['dh'].id}"], NOW)
    session.commit()
    assert "还没有公开的内容。" in client.get("/units/dh").get_data(as_text=True)


def test_the_county_chooses_how_five_groups_are_made(client: FlaskClient, session: Session) -> None:
    assert "工作职责和目标" not in client.get("/disclosures").get_data(as_text=True)
    county_settings.choose(session, grouping="first_pair")
    session.commit()
    text = client.get("/disclosures").get_data(as_text=True)
    assert "工作职责和目标" in text
    assert "工作职责和目标" in client.get("/sitemap").get_data(as_text=True)
