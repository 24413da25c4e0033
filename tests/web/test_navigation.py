from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MakeSite
from web.app import Site
from web.navigation import local_path, return_address

ELSEWHERE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "http://evil.example", "https:evil.example", "javascript:alert(1)", "evil.example", "",
    "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "/a\x00b", "/a\r\nSet-Cookie: x=1",
    "//[::1", "mailto:a@b",
]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_link_leads_off_the_site(client: FlaskClient, address: str) -> None:
    response = client.get("/preferences/elder/on", query_string={"next": address})
    location = response.headers["Location"]
    assert location.startswith("/")
    assert "evil" not in location or not location.startswith(("//", "/\\", "/\t"))
    assert "\\" not in location


@pytest.mark.parametrize("address", [a for a in ELSEWHERE if not a.startswith(("/\t", "/\n"))])
def test_addresses_elsewhere_become_home(address: str) -> None:
    assert local_path(address) == "/"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/", "/"),
        ("/list?q=a&page=2", "/list?q=a&page=2"),
        ("/units/东河?q=低保", "/units/%E4%B8%9C%E6%B2%B3?q=%E4%BD%8E%E4%BF%9D"),
        ("/a?next=//evil.example", "/a?next=//evil.example"),
    ],
)
def test_own_addresses_are_kept(address: str, path: str) -> None:
    assert local_path(address) == path


def test_large_type_is_a_plain_link_that_comes_back(client: FlaskClient) -> None:
    text = client.get("/list?q=a").get_data(as_text=True)
    link = next(
        part.split('"')[0] for part in text.split('href="') if part.startswith("/preferences/elder")
    )
    response = client.get(link.replace("&amp;", "&"))
    assert (response.status_code, response.headers["Location"]) == (303, "/list?q=a")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(response.headers["Set-Cookie"].split("; "))
    after = client.get("/list?q=a").get_data(as_text=True)
    assert 'class="elder"' in after
    assert "退出长者模式" in after


def test_language_is_chosen_by_link_and_not_by_the_browsers_headers(client: FlaskClient) -> None:
    chinese = client.get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="zh-CN"' in chinese
    client.get("/preferences/lang/en?next=/")
    assert '<html lang="en"' in client.get("/").get_data(as_text=True)
    client.set_cookie("lang", "xx")
    assert '<html lang="zh-CN"' in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["/preferences/lang/fr", "/preferences/elder/maybe", "/preferences/session/on"]
)
def test_unknown_choices_are_not_found_and_set_nothing(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "Set-Cookie" not in response.headers


def test_choices_on_a_page_that_only_takes_posts_lead_home(site: Site) -> None:
    with site.test_request_context("/write-and-forget", method="POST"):
        assert return_address() == "/"
    with site.test_request_context("/form?q=1", method="POST"):
        assert return_address() == "/form?q=1"


def test_navigation_marks_the_page_and_leaves_out_what_is_not_there(client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)
    nav = text.split('class="mainnav"')[1].split("</nav>")[0]
    assert '<a href="/" aria-current="page">样页</a>' in nav
    assert "还没有的页" not in nav


def test_every_page_has_the_marks_of_a_public_website(client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)
    for part in (
        'name="SiteName"',
        'name="SiteIDCode"',
        "主办单位：",
        "网站标识码",
        'class="skip"',
        'id="main"',
    ):
        assert part in text
    assert text.count("演示数据，地名人名均为虚构") == 1


def test_without_demonstration_no_page_says_so(make_site: MakeSite) -> None:
    assert "演示" not in make_site(demonstration=False).test_client().get("/").get_data(
        as_text=True
    )


def test_the_internal_layout_shows_groups_and_counts(make_site: MakeSite) -> None:
    text = make_site(site="admin", store=False).test_client().get("/").get_data(as_text=True)
    assert "<h2>我的</h2>" in text
    assert '<span class="num">3</span>' in text
    assert "演示数据" in text
    assert 'type="checkbox" id="side-switch"' in text
