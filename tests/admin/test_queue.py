from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from domain import triage
from domain.clock import utc_now
from domain.db import Session
from tests.admin.cases import NAMED, accuse, add_words, colleague, hand_in, one, open_clue, recuse
from tests.admin.conftest import Desk, SignIn
from tests.admin.statements import statements
from tests.fixtures.county import County
from web.app import Site

Tie = Callable[[Session, County, str, str], None]
ROW = re.compile(r'<td class="key num"><a href="/reports/([^"]+)">')


def listed(desk: Desk, query: str = "") -> list[str]:
    return ROW.findall(desk.text(f"/reports{query}"))


@pytest.fixture
def officer(as_: SignIn) -> Desk:
    return as_("intake")


def test_an_empty_queue_says_so(officer: Desk) -> None:
    assert "这里没有举报" in officer.text("/reports")
    assert "没有符合条件的举报" in officer.text("/reports?mine=yes")


def test_flags_are_words(officer: Desk, session: Session, county: County) -> None:
    bare = hand_in(session, county, "deputy")
    full = hand_in(session, county, identity=NAMED, attached=[("a.txt", b"x")])
    add_words(session, full)
    add_words(session, full)
    page = officer.text("/reports")
    cells = dict(re.findall(r'/reports/([^"]+)">.*?<td class="marks">(.*?)</td>', page, re.DOTALL))
    assert re.findall(r">([^<>\s][^<>]*)</span>", cells[full]) == [
        "一把手",
        "实名",
        "附件",
        "补充 2",
    ]
    assert "tag" not in cells[bare]


def test_category_handler_and_state_are_shown(
    officer: Desk, session: Session, county: County
) -> None:
    report = one(session, hand_in(session, county))
    triage.accept(session, report, "inaction", county.staff["intake"], utc_now())
    session.commit()
    page = officer.text("/reports")
    assert "不作为不担当" in page
    assert 'data-label="状态">已受理<' in page
    assert 'class="mine"' in page
    assert page.count("未归类") == 0


def test_filters_stand_in_the_address(officer: Desk, session: Session, county: County) -> None:
    head = hand_in(session, county)
    deputy = hand_in(session, county, "deputy", identity=NAMED)
    add_words(session, deputy)
    mine = hand_in(session, county, "town")
    triage.ask(session, one(session, mine), "合同编号？", county.staff["intake"], utc_now())
    session.commit()
    assert set(listed(officer, "?head=yes")) == {head, mine}
    assert listed(officer, "?head=no") == [deputy]
    assert listed(officer, "?named=yes") == [deputy]
    assert set(listed(officer, "?named=no")) == {head, mine}
    assert listed(officer, "?mine=yes") == [mine]
    assert listed(officer, "?news=yes") == [deputy]
    assert listed(officer, "?state=waiting") == [mine]
    assert listed(officer, f"?number={head[5:9].lower()}") == [head]
    assert listed(officer, "?number=%25") == []
    assert listed(officer, "?head=yes&mine=yes&named=no&state=waiting") == [mine]
    assert "清除筛选" in officer.text("/reports?head=yes")


def test_states_are_counted_within_the_other_filters(
    officer: Desk, session: Session, county: County
) -> None:
    hand_in(session, county)
    hand_in(session, county, "deputy")
    done = one(session, hand_in(session, county))
    triage.refer_out(session, done, "已转住建局", county.staff["intake"], utc_now())
    session.commit()
    page = officer.text("/reports?head=yes&order=newest")
    tabs = re.findall(r'<a href="([^"]*)"[^>]*>(\S+) <span class="num">(\d+)</span></a></li>', page)
    counts = {label: int(count) for _, label, count in tabs}
    assert counts["未办结"] == 1
    assert counts["已转其他机关"] == 1
    assert counts["全部"] == 2
    links = {label: url for url, label, _ in tabs}
    assert links["全部"] == "/reports?head=yes&amp;order=newest&amp;state=all"
    assert len(listed(officer, "?head=yes&state=all")) == 2


def test_order(officer: Desk, session: Session, county: County) -> None:
    old = hand_in(session, county, ago=3)
    new = hand_in(session, county)
    middle = hand_in(session, county, ago=2)
    triage.accept(session, one(session, old), "work", county.staff["intake"], utc_now())
    session.commit()
    assert listed(officer) == [old, middle, new]
    assert listed(officer, "?order=newest") == [new, middle, old]
    assert listed(officer, "?order=state") == [middle, new, old]
    assert 'aria-sort="descending"' in officer.text("/reports?order=newest")


def test_long_queues_have_pages_that_keep_the_filters(
    officer: Desk, session: Session, county: County
) -> None:
    made = {hand_in(session, county, "town") for _ in range(31)}
    first, second = listed(officer, "?head=yes"), listed(officer, "?head=yes&page=2")
    assert (len(first), len(second)) == (30, 1)
    assert {*first, *second} == made
    assert "head=yes&amp;page=2" in officer.text("/reports?head=yes")


@pytest.mark.parametrize(
    "query",
    [
        "state=x",
        "head=maybe",
        "page=0",
        "page=99",
        "page=x",
        "order=x",
        "number=" + "9" * 500,
        "state=",
        "_external=1",
        "number=%00",
        "mine=1&news=1&named=2",
        "state=all&state=waiting",
    ],
)
def test_odd_filters_count_as_not_said(
    officer: Desk, session: Session, county: County, query: str
) -> None:
    hand_in(session, county)
    assert officer.get(f"/reports?{query}").status_code == 200


def test_a_longer_queue_asks_the_database_no_more_often(
    site: Site, officer: Desk, session: Session, county: County
) -> None:
    hand_in(session, county)
    with statements(site) as few:
        officer.text("/reports")
    for number in range(24):
        made = hand_in(session, county, identity=NAMED)
        if number % 2:
            add_words(session, made)
            one(session, made).handler_id = county.staff["manager"].id
            session.commit()
    with statements(site) as many:
        officer.text("/reports")
    assert len(many) == len(few) <= 10


def test_today_shows_what_waits(
    site: Site, officer: Desk, session: Session, county: County
) -> None:
    oldest = hand_in(session, county, ago=9)
    add_words(session, oldest)
    open_clue(session, county)
    page = officer.text("/")
    tasks = {
        label: int(count)
        for count, label in re.findall(r'tally num">(\d+)</b> <span>([^<]+)</span>', page)
    }
    assert tasks == {
        "新收举报，等待审阅": 1,
        "举报人有新的补充": 1,
        "我承办的举报": 0,
        "我承办的问题线索": 1,
    }
    assert ROW.findall(page) == [oldest]
    with statements(site) as sent:
        officer.text("/")
    assert len(sent) <= 16


def test_who_has_nothing_to_do_is_told_so(as_: SignIn) -> None:
    assert "现在没有要您办的事" in as_("system").text("/")


def test_the_navigation_counts_what_waits(
    officer: Desk, as_: SignIn, session: Session, county: County
) -> None:
    hand_in(session, county)
    assert '举报队列 <span class="num">1</span>' in officer.text("/")
    assert '举报队列 <span class="num">' not in as_("manager").text("/")


def test_other_offices_reports_are_nowhere(as_: SignIn, session: Session, county: County) -> None:
    report = hand_in(session, county)
    for username in ("manager", "investigator", "cadre"):
        desk = as_(username)
        assert report not in desk.text("/")
        assert report not in desk.text("/reports?state=all")
        assert '全部 <span class="num">0</span>' in desk.text("/reports?state=all")
        for path in ("", "/open", "/accept", "/clue", "/identity"):
            method = desk.post if path else desk.get
            assert method(f"/reports/{report}{path}").status_code == 404


@pytest.mark.parametrize("tie", [accuse, recuse])
def test_once_opened_a_report_vanishes_for_whoever_is_recused(
    as_: SignIn, session: Session, county: County, tie: Tie
) -> None:
    colleague(session, county, "second", "intake")
    tie(session, county, "second", "transport")
    report = hand_in(session, county)
    assert report in as_("second").text("/reports")
    as_("intake").post(f"/reports/{report}/open")
    second = as_("second")
    assert report not in second.text("/reports?state=all")
    assert '全部 <span class="num">0</span>' in second.text("/reports?state=all")
    assert second.get(f"/reports/{report}").status_code == 404
    assert report not in second.text("/")
