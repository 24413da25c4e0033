from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient

from domain import officials
from domain.db import Session
from domain.officials import Official, Post
from tests.fixtures.county import County, draft_powers, make_public


def page(client: FlaskClient, official: Official) -> str:
    response = client.get(f"/officials/{official.id}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_directory_is_narrowed_to_heads_and_kinds(client: FlaskClient) -> None:
    everybody = client.get("/officials").get_data(as_text=True)
    assert [name for name in ("周明远", "林知秋", "陆之遥") if name not in everybody] == []
    heads = client.get("/officials?heads=1").get_data(as_text=True)
    assert "林知秋" not in heads
    assert "周明远" in heads
    towns = client.get("/officials?heads=1&kind=town").get_data(as_text=True)
    assert "周明远" not in towns
    assert "陆之遥" in towns
    assert 'href="/officials?heads=1"' in towns
    assert "没有符合条件的干部。" in client.get("/officials?kind=firm").get_data(as_text=True)


def test_the_power_list_in_force_stands_on_the_officials_page(
    client: FlaskClient, session: Session, county: County
) -> None:
    post = county.posts["transport"]
    post.portfolio, post.level = "主持全面工作。", "正科级"
    county.officials["transport"].brief = "1975年生。"
    session.commit()
    text = page(client, county.officials["transport"])
    for words in (
        "交通运输局党组书记、局长",
        "2024年3月1日起任现职",
        "主持全面工作。",
        "正科级",
        "1975年生。",
        "第 1 版",
        "2026年3月1日起施行",
        "农村公路建设项目安排",
        "决定每年先修哪几条村道",
        "县委任命；县政府授权",
        "对农村公路建设项目安排的真实性负责",
        "末位表态",
        "村镇申报",
        "每年 9 月 · 各乡镇",
        "公开：会议结果",
        "风险 高",
        "不得直接分管工程招标",
        'href="/powers/items/1"',
        f'href="/report?official={county.officials["transport"].id}"',
    ):
        assert words in text, words


def test_somebody_with_two_posts_has_both_lists(
    client: FlaskClient, session: Session, county: County
) -> None:
    who = county.officials["transport"]
    post = Post(unit=county.units["jy"], title="专职督学", is_head=False)
    session.add(post)
    session.flush()
    officials.appoint(session, post, who, date(2025, 1, 1))
    county.posts["second"] = post
    make_public(session, county, draft_powers(session, county, "second", ("督学事项",)))
    session.commit()
    text = page(client, who)
    assert "教育局专职督学</h2>" in text
    assert "交通运输局党组书记、局长</h2>" in text
    assert "督学事项" in text
    assert "养护资金分配" in text


def test_a_list_that_is_not_public_yet_is_said_to_be_missing(
    client: FlaskClient, county: County
) -> None:
    text = page(client, county.officials["education"])
    assert "这个职务的权力清单还没有公开。" in text
    assert "历次版本" not in text


def test_former_posts_are_listed_without_their_power_lists(
    client: FlaskClient, session: Session, county: County
) -> None:
    former = county.officials["transport"]
    officials.appoint(
        session, county.posts["transport"], county.officials["deputy"], date(2025, 6, 1)
    )
    session.commit()
    text = page(client, former)
    assert "现无职务" in text
    assert "2024年3月1日至2025年5月31日" in text
    assert "养护资金分配" not in text
    assert "养护资金分配" in page(client, county.officials["deputy"])


def test_a_post_that_begins_later_is_not_held_yet(
    client: FlaskClient, session: Session, county: County
) -> None:
    who = Official(code="P900", name="将来人")
    post = Post(unit=county.units["jy"], title="副局长")
    session.add_all([who, post])
    session.flush()
    officials.appoint(session, post, who, date(2999, 1, 1))
    session.commit()
    text = page(client, who)
    assert "现无职务" in text
    assert "副局长" not in text


def test_a_title_that_names_its_body_stands_alone(county: County) -> None:
    assert county.posts["party"].full_title == "县委书记"
    assert county.posts["town"].full_title == "东河镇党委书记"
