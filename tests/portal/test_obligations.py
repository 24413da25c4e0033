"""The completeness board: every figure is what stands behind it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from domain import obligations
from domain.db import Session
from domain.obligations import By, Filters, Obligation, Status
from domain.units import Unit, UnitKind
from portal import context
from tests.fixtures.county import TODAY, County
from tests.fixtures.owing import at, owe, publish
from web.app import Site

CELL = re.compile(r'<a class="num" href="([^"]+)">(\d+)</a>')


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' county lives on 20 November 2026."""
    monkeypatch.setattr(context, "utc_now", lambda: datetime(2026, 11, 20, 2, 0, tzinfo=UTC))


@pytest.fixture
def owing(session: Session, county: County) -> County:
    owe(session, county)
    session.commit()
    return county


def text(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    response = client.get(path)
    assert response.content_type == "text/csv; charset=utf-8"
    content = response.get_data()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def counted(client: FlaskClient, path: str) -> int:
    """How many obligations a page of them says there are."""
    found = re.search(r'<p class="found" role="status">共 (\d+) 项', text(client, path))
    return int(found[1]) if found else 0


@pytest.mark.parametrize("by", list(By))
def test_every_figure_leads_to_so_many_rows(client: FlaskClient, owing: County, by: By) -> None:
    page = text(client, f"/completeness?by={by.value}")
    figures = CELL.findall(page)
    assert len(figures) > 10
    for address, number in figures:
        path = address.replace("&amp;", "&")
        expected = int(number)
        found = counted(client, path)
        if "status=" not in path:
            # What was lifted is listed too, but not owed.
            found -= counted(client, f"{path}{'&' if '?' in path else '?'}status=lifted")
        assert found == expected, (address, number)


def test_the_statuses_are_those_of_the_rows(
    client: FlaskClient, session: Session, owing: County
) -> None:
    tasks = obligations.load(session, session.scalars(sa.select(Obligation.id)).all(), TODAY)
    page = text(client, "/completeness/tasks")
    for status in Status:
        number = sum(task.status is status for task in tasks)
        assert number > 0, status
        assert f'{status.label} <span class="num">{number}</span>' in page
        assert len(rows(client, f"/api/v1/obligations.csv?status={status.value}")) == number


def test_the_table_as_a_file_holds_the_same_figures(
    client: FlaskClient, session: Session, owing: County
) -> None:
    found = obligations.figures(session, By.UNIT, Filters(kind=UnitKind.ORGAN), TODAY)
    table = rows(client, "/completeness/figures.csv?by=unit&kind=organ")
    assert [row["按单位"] for row in table] == ["县委", "县纪委监委", "交通运输局", "教育局"]
    for row in table:
        unit = next(u for u in owing.units.values() if u.short_name == row["按单位"])
        figures = found[unit.id]
        assert int(row["应公开"]) == figures.owed
        assert {s.label: int(row[s.label]) for s in Status} == {s.label: figures[s] for s in Status}


def test_a_row_says_what_was_due_and_what_was_published(client: FlaskClient, owing: County) -> None:
    page = text(client, "/completeness/tasks?unit=jt&year=2026&period=2026Q1")
    assert '<time datetime="2026-04-15">2026年4月15日</time>' in page
    assert '<span class="tag ok">按时公开</span>' in page
    assert "养护资金分配</a>" in page
    put_off = text(client, "/completeness/tasks?unit=jt&year=2026&period=2026Q2")
    assert "由2026年7月14日延期：洪灾抢险" in put_off
    (row,) = rows(client, "/api/v1/obligations.csv?unit=jw&year=2026&period=2026Q1")
    assert (row["情况"], row["公开日期"]) == ("逾期未公开", "")
    assert "曾经公开，2026年3月2日撤回" in text(
        client, "/completeness/tasks?unit=jw&year=2026&period=2026Q1"
    )
    (row,) = rows(client, "/api/v1/obligations.csv?unit=jt&year=2026&period=2026Q1")
    assert re.fullmatch(r"/disclosures/\d+", row["公开内容网址"])


def test_months_that_cover_a_quarter_answer_for_it_and_the_board_says_so(
    client: FlaskClient, session: Session, owing: County
) -> None:
    second = "/completeness/tasks?unit=jt&year=2026&period=2026Q2"
    assert "怎样算公开了" in text(client, "/completeness")
    for month in (4, 5, 6):
        assert "按时公开</span>" not in text(client, second)
        publish(
            session, owing, date(2026, 10, month), period=f"2026年{month}月", title=f"{month}月"
        )
        session.commit()
        assert (f"共 {month - 3} 件，还没有覆盖整个时期" in text(client, second)) == (month < 6)
    assert "等 3 件" in text(client, second)
    (row,) = client.get("/api/v1/obligations?unit=jt&period=2026Q2").get_json()["items"]
    assert (row["published_on"], row["status"], len(row["answers"])) == ("2026-10-06", "on_time", 3)


def test_a_day_nobody_knows_yet_says_so(client: FlaskClient, owing: County) -> None:
    page = text(client, "/completeness/tasks?unit=jt&year=2026&period=2026Q4")
    assert '<span class="tag mid">暂定</span>' in page
    (row,) = rows(client, "/api/v1/obligations.csv?unit=jt&year=2026&period=2026Q4")
    assert row["期限暂定"] == "true"
    assert "暂定" not in text(client, "/completeness/tasks?unit=jt&year=2026&period=2026Q1")


def test_a_unit_that_owes_nothing_is_neither_good_nor_bad(
    client: FlaskClient, session: Session, owing: County
) -> None:
    session.add(Unit(code="xj", name="新局", short_name="新局", kind=UnitKind.ORGAN, position=9))
    session.commit()
    page = text(client, "/completeness?by=unit")
    row = page[page.index('href="/units/xj"') :].partition("</tr>")[0]
    assert "无公开任务" in row
    assert not re.search(r"\d", row.partition("无公开任务")[2])
    assert "无公开任务" in text(client, "/units/xj")
    assert "%" not in re.sub(r'(x|width)="[^"]*%"', "", page.partition("<main")[2])


def test_a_county_without_rules_says_so(client: FlaskClient, county: County) -> None:
    for path in ("/completeness", "/completeness?by=unit"):
        assert "无公开任务" in text(client, path)
    assert "没有符合条件的公开任务" in text(client, "/completeness/tasks")
    assert rows(client, "/api/v1/obligations.csv") == []


def test_a_unit_shows_its_own_figures(client: FlaskClient, owing: County) -> None:
    page = text(client, "/units/jt")
    assert '<a class="num" href="/completeness/tasks?unit=jt">5</a>' in page
    assert '<a class="num" href="/completeness/tasks?unit=jt&amp;status=on_time">' in page


def test_the_bars_say_the_same_in_words(client: FlaskClient, owing: County) -> None:
    page = text(client, "/completeness?by=kind")
    chart = page[page.index('<svg width="100%"') : page.index("</figure>")]
    assert '<title id="chart-title">公开度，按单位类别</title>' in chart
    assert re.search(r"<desc id=\"chart-text\">县直部门：按时公开 \d+，逾期公开 \d+", chart)
    widths = [float(found) for found in re.findall(r'width="([\d.]+)%" height="16"', chart)]
    assert max(widths) <= 100
    assert {"url(#bar-on_time)", "url(#bar-overdue)"} <= set(re.findall(r'fill="([^"]+)"', chart))


@pytest.mark.parametrize(
    "odd",
    ["by=x", "unit=nobody", "year=1999", "year=2026&period=2020Q1", "status=x", "kind=x&thing=y"],
)
def test_odd_filters_count_as_not_asked(client: FlaskClient, owing: County, odd: str) -> None:
    for path in ("/completeness", "/completeness/tasks", "/completeness/figures.csv"):
        assert client.get(f"{path}?{odd}").status_code == 200


def test_it_turns_only_with_the_day(
    client: FlaskClient, session: Session, owing: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_off = date(2026, 12, 10)
    seen = []
    for moment in (at(put_off, 0), at(put_off, 23), at(date(2026, 12, 11), 0)):
        monkeypatch.setattr(context, "utc_now", lambda moment=moment: moment)
        (row,) = rows(client, "/api/v1/obligations.csv?unit=jt&year=2026&period=2026Q2")
        seen.append(row["情况"])
    assert seen == ["未到期", "未到期", "逾期未公开"]


def test_an_english_reader_is_told_in_english(site: Site, owing: County) -> None:
    client = site.test_client()
    client.set_cookie("lang", "en")
    page = text(client, "/completeness?by=period")
    assert "first quarter of 2026" in page
    assert "Published on time" in page
