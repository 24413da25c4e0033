from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
import redis
from flask.testing import FlaskClient

from tests.web.conftest import MakeSite
from web.ratelimit import DailyKey

DAY = 86_400
TokenOf = Callable[[FlaskClient], str]


def test_after_too_many_posts_the_page_says_when(client: FlaskClient, token: TokenOf) -> None:
    data = {"csrf_token": token(client)}
    assert [client.post("/limited", data=data).status_code for _ in range(3)] == [200, 200, 429]
    response = client.post("/limited", data=data)
    assert 3500 < int(response.headers["Retry-After"]) <= 3600
    assert "请在 60 分钟后再试" in response.get_data(as_text=True)


def test_reading_is_not_counted(client: FlaskClient) -> None:
    assert {client.get("/limited").status_code for _ in range(5)} == {200}


def test_another_visitor_is_not_slowed(client: FlaskClient, token: TokenOf) -> None:
    data = {"csrf_token": token(client)}
    for _ in range(3):
        client.post("/limited", data=data)
    other = client.post("/limited", data=data, environ_base={"REMOTE_ADDR": "198.51.100.9"})
    assert other.status_code == 200


def test_two_apps_do_not_share_counts(make_site: MakeSite) -> None:
    for client in (make_site().test_client(), make_site().test_client()):
        html = client.get("/form").get_data(as_text=True)
        data = {"csrf_token": html.split('name="csrf_token" value="')[1].split('"')[0]}
        assert [client.post("/limited", data=data).status_code for _ in range(2)] == [200, 200]


def test_a_proxys_word_counts_only_when_it_is_trusted(make_site: MakeSite) -> None:
    def statuses(proxies: int) -> list[int]:
        client = make_site(trusted_proxies=proxies).test_client()
        html = client.get("/form").get_data(as_text=True)
        data = {"csrf_token": html.split('name="csrf_token" value="')[1].split('"')[0]}
        return [
            client.post(
                "/limited", data=data, headers={"X-Forwarded-For": f"198.51.100.{number}"}
            ).status_code
            for number in range(4)
        ]

    assert statuses(0) == [200, 200, 429, 429]
    assert statuses(1) == [200, 200, 200, 200]


def test_a_forgotten_proxy_setting_is_pointed_out_once(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        client.get("/list", headers={"X-Forwarded-For": "198.51.100.1"})
    assert caplog.text.count("MINGQUAN_TRUSTED_PROXIES") == 1
    assert "198.51" not in caplog.text


def test_a_counter_that_is_down_neither_fails_nor_opens_the_door(make_site: MakeSite) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        client = make_site(ratelimit_storage=f"redis://127.0.0.1:{port}/0").test_client()
        html = client.get("/form").get_data(as_text=True)
        data = {"csrf_token": html.split('name="csrf_token" value="')[1].split('"')[0]}
        answers = [client.post("/limited", data=data).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_redis_counts_for_all_workers_and_keeps_no_address(
    make_site: MakeSite, redis_url: str
) -> None:
    answers = []
    for _worker in range(2):
        client = make_site(ratelimit_storage=redis_url).test_client()
        html = client.get("/form").get_data(as_text=True)
        data = {"csrf_token": html.split('name="csrf_token" value="')[1].split('"')[0]}
        answers += [client.post("/limited", data=data).status_code for _ in range(2)]
    assert answers == [200, 200, 429, 429]
    with redis.Redis.from_url(redis_url) as server:
        names = [name.decode() for name in server.scan_iter()]
    assert names
    assert [name for name in names if "127.0.0.1" in name] == []


def test_the_key_changes_every_day_and_cannot_be_turned_back() -> None:
    now = [DAY * 20_000.0]
    key = DailyKey(lambda: now[0])
    first = key.hash("203.0.113.5")
    now[0] += DAY - 1
    assert key.hash("203.0.113.5") == first
    now[0] += 1
    second = key.hash("203.0.113.5")
    assert second != first
    now[0] -= DAY
    assert key.hash("203.0.113.5") == second


def test_workers_forked_from_one_parent_agree_after_a_change_of_day() -> None:
    now = [DAY * 20_000.0]
    parent, child = DailyKey(lambda: now[0]), DailyKey(lambda: now[0])
    child._key = parent._key
    now[0] += 3 * DAY
    assert parent.hash("203.0.113.5") == child.hash("203.0.113.5")


def test_another_key_gives_another_hash() -> None:
    assert DailyKey().hash("203.0.113.5") != DailyKey().hash("203.0.113.5")


def test_a_whole_ipv6_network_is_one_visitor() -> None:
    key = DailyKey()
    assert key.hash("2001:db8:1:2::1") == key.hash("2001:db8:1:2:ffff::9")
    assert key.hash("2001:db8:1:2::1") != key.hash("2001:db8:1:3::1")
    assert key.hash("::ffff:203.0.113.5") == key.hash("203.0.113.5")
    assert key.hash("unknown") == key.hash("unknown")
