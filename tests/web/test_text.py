from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import given, strategies as st

from domain.labels import Labelled
from web import text
from web.app import Site

ROW = '<tr><td colspan="2">甲</td></tr>'
LATE = datetime(2026, 2, 28, 17, 5, tzinfo=UTC)


def test_dates_in_chinese_and_in_the_offices_time(site: Site) -> None:
    with site.test_request_context("/"):
        assert text.day(date(2026, 3, 1)) == "2026年3月1日"
        assert text.day(LATE) == "2026年3月1日"
        assert text.moment(LATE) == "2026年3月1日 01:05"
        assert text.short_moment(LATE) == "03-01 01:05"
        assert text.month(date(2026, 3, 1)) == "2026年3月"
        assert text.iso(LATE) == "2026-03-01 01:05"
        assert text.iso(date(2026, 3, 1)) == "2026-03-01"


def test_dates_in_english(site: Site) -> None:
    with site.test_request_context("/", headers={"Cookie": "lang=en"}):
        assert text.day(date(2026, 3, 1)) == "1 March 2026"
        assert text.moment(LATE) == "1 March 2026, 01:05"
        assert text.month(date(2026, 3, 1)) == "March 2026"


def test_nothing_is_shown_for_no_date(site: Site) -> None:
    with site.test_request_context("/"):
        shown = [text.day(None), text.moment(None), text.short_moment(None), text.month(None)]
        assert [*shown, text.iso(None), text.period(None, None), text.label(None)] == [""] * 7


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2024, 3, 1), date(2026, 2, 28), "2024年3月1日至2026年2月28日"),
        (date(2024, 3, 1), None, "2024年3月1日至今"),
        (None, date(2026, 2, 28), "至2026年2月28日"),
        (date(2024, 3, 1), date(2024, 3, 1), "2024年3月1日"),
    ],
)
def test_periods(site: Site, start: date | None, end: date | None, words: str) -> None:
    with site.test_request_context("/"):
        assert text.period(start, end) == words


def test_plain_text_becomes_paragraphs_and_stays_text() -> None:
    html = text.paragraphs("一<script>\r\n二\n \n\n三 & 四\n")
    assert html == "<p>一&lt;script&gt;<br>二</p>\n<p>三 &amp; 四</p>"
    assert text.paragraphs(None) == ""


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<p>好</p>", "<p>好</p>"),
        ("<script>alert(1)</script>好", "alert(1)好"),
        ('<p onclick="x()" style="color:red">好</p>', "<p>好</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="localhost:8000">x</a>', "<a>x</a>"),
        ('<a href="https://example.org/">x</a>', '<a href="https://example.org/">x</a>'),
        ('<img src=x onerror="alert(1)">', ""),
        ("<iframe src='//evil'></iframe>", ""),
        ("<!-- x --><b>y</b>", "<b>y</b>"),
        (f"<table>{ROW}</table>", f"<table><tbody>{ROW}</tbody></table>"),
        ("a\x00b", "ab"),
    ],
)
def test_rich_text_is_cut_down(dirty: str, clean: str) -> None:
    assert text.clean_html(dirty) == clean


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("一\n\n二 < 三", "<p>一</p>\n<p>二 &lt; 三</p>"),
        ("<P class='x'>一</P><script>x</script>", "<p>一</p>x"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("金额<b公司", "<p>金额&lt;b公司</p>"),
        (None, ""),
    ],
)
def test_what_an_editor_wrote_is_plain_or_rich(written: str | None, shown: str) -> None:
    assert text.rich(written) == shown


@given(st.text())
def test_cleaning_is_final_and_storable(raw: str) -> None:
    clean = text.clean_text(raw)
    assert text.clean_text(clean) == clean
    clean.encode()
    assert "\x00" not in clean
    assert "\r" not in clean


def test_visible_text_is_left_alone() -> None:
    words = "云岭县\t①〔2023〕18 号 “引号” 👩‍🌾 Ünï\n"
    assert text.clean_text(words) == words


def test_labels(site: Site) -> None:
    class Level(Labelled):
        HIGH = "high", "高"

    with site.test_request_context("/"):
        assert text.label(Level.HIGH) == "高"


@pytest.mark.parametrize("path", ["/units/a%00b", "/units/a%0Ab%07", "/units/%E2%80%AEgnp.exe"])
def test_addresses_with_control_characters_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_queries_are_clean(client: FlaskClient) -> None:
    assert client.get("/list?q=%00a%07&%00x=1&q=%ED%A0%80").status_code == 200
