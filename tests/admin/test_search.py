"""Search on the internal site: what each officer finds, and what nobody learns from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from admin.settings import AdminSettings
from domain import clues, synonyms
from domain.clock import utc_now
from domain.db import Session
from domain.officials import Official
from tests.admin.cases import accuse, end_readings, hand_in, one, open_clue, recuse, rows
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import read
from tests.admin.statements import statements
from tests.fixtures.county import County
from web.app import Site

HIT = re.compile(r'<h3><a href="([^"]+)"')
SEARCHERS = ("cadre", "chief", "intake", "investigator", "manager")


@pytest.fixture
def clue(session: Session, county: County) -> int:
    return open_clue(session, county)


@pytest.fixture
def file(county: County) -> str:
    return f"/integrity/{county.officials['transport'].id}"


def page(desk: Desk, q: str, **filters: str) -> str:
    answer = desk.get("/search", query_string={"q": q, **filters})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def hits(desk: Desk, q: str, **filters: str) -> list[str]:
    return HIT.findall(page(desk, q, **filters))


def offered(desk: Desk, q: str) -> list[tuple[str, str]]:
    answer = desk.get("/search/suggestions", query_string={"q": q})
    assert answer.status_code == 200
    return [(one["text"], one["url"]) for one in answer.get_json()["suggestions"]]


@pytest.mark.parametrize(
    "q",
    [
        *(
            "周明远",
            "周明遠",
            "周　明远",
            "zhoumingyuan",
            "ZMY",
            "ｚｍｙ",
            "明远",
            "交通运输局 局长",
        ),
        *("jiaotongyunshuju", "jtysj 周", "云岭县交通运输局局长周明远"),
    ],
)
def test_a_person_is_found_however_they_are_written(
    as_: SignIn, clue: int, file: str, q: str
) -> None:
    found = hits(as_("manager"), q)
    assert {file, f"/clues/{clue}"} <= set(found)


@pytest.mark.parametrize(
    "q",
    ["〔2026〕1号", "2026 1号", "2026年第1号", "1号", "违反廉洁纪律", "信访举报", "intake", "登记"],
)
def test_a_clue_is_found_by_what_the_list_shows_of_it(as_: SignIn, clue: int, q: str) -> None:
    assert hits(as_("manager"), q) == [f"/clues/{clue}"]


def test_a_number_is_a_number_and_no_part_of_one(
    as_: SignIn, session: Session, county: County
) -> None:
    numbers = [open_clue(session, county) for _ in range(11)]
    desk = as_("manager")
    assert hits(desk, "1号") == [f"/clues/{numbers[0]}"]
    assert hits(desk, "〔2026〕11号") == [f"/clues/{numbers[10]}"]
    assert hits(desk, "〔2025〕11号") == []
    assert offered(desk, "2026 11号") == [("〔2026〕11号", f"/clues/{numbers[10]}")]


def test_the_answer_says_why_and_puts_the_person_first(
    as_: SignIn, session: Session, county: County, clue: int, file: str
) -> None:
    session.add(Official(code="X1", name="周明远航"))
    session.commit()
    text = page(as_("manager"), "周明远")
    assert HIT.findall(text)[:2] == [file, f"/clues/{clue}"]
    assert text.count("<mark>周明远</mark>") == 3
    assert "云岭县交通运输局 党组书记、局长" in text
    text = page(as_("manager"), "廉洁 交通运输")
    assert "违反<mark>廉洁</mark>纪律" in text
    assert "云岭县<mark>交通运输</mark>局" in text


def test_lay_words_mean_what_staff_say_they_mean(
    as_: SignIn, session: Session, county: County, file: str
) -> None:
    desk = as_("manager")
    assert hits(desk, "路管处") == []
    session.rollback()
    synonyms.load(session, {"路管处": ["交通运输局"]}, utc_now())
    session.commit()
    text = page(desk, "路管处")
    assert file in HIT.findall(text)
    assert "“路管处”另外还搜索了：" in text
    assert hits(desk, "路管处", exact="1") == []


def test_counts_and_filters(as_: SignIn, session: Session, county: County, clue: int) -> None:
    open_clue(session, county, "education")
    desk = as_("manager")
    text = page(desk, "")
    assert "共 8 条" in text
    assert f"共 {len(hits(desk, '', kind='file'))} 条" in page(desk, "", kind="file")
    assert hits(desk, "", unit="jt", kind="clue") == [f"/clues/{clue}"]
    assert len(hits(desk, "", category="integrity")) == 2
    assert hits(desk, "", category="work") == []
    assert "取消全部筛选，再找一次" in page(desk, "", category="work")
    for odd in ("x", "周", "\x00", "1"):
        assert len(hits(desk, "", kind=odd, category=odd, state=odd, unit=odd, page=odd)) == 8


def test_long_answers_come_a_page_at_a_time(as_: SignIn, session: Session, county: County) -> None:
    made = [f"/clues/{open_clue(session, county)}" for _ in range(32)]
    desk = as_("intake")
    assert hits(desk, "周明远") == made[:1:-1]
    assert hits(desk, "周明远", page="2") == hits(desk, "周明远", page="9" * 30) == made[1::-1]
    assert "page=2" in page(desk, "周明远")
    for odd in ("0", "-1", "x", "9" * 5000):
        assert hits(desk, "周明远", page=odd)


@pytest.mark.parametrize("tie", [accuse, recuse, None])
@pytest.mark.parametrize("username", ["intake", "manager", "chief"])
def test_whoever_must_not_know_finds_nothing_counted_and_nothing_proposed(
    as_: SignIn, session: Session, county: County, clue: int, tie: object, username: str
) -> None:
    if tie is None:
        county.staff[username].unit_id = county.units["jt"].id
        session.commit()
    else:
        assert callable(tie)
        tie(session, county, username, "transport")
        recuse(session, county, username, "deputy")
    desk = as_(username)
    for q in (
        "周明远",
        "zmy",
        "zhoumingyuan",
        "〔2026〕1号",
        "交通运输局",
        "jtysj",
        "廉洁",
        "明远",
    ):
        text = page(desk, q).replace(f'value="{q}"', "").replace(f"<title>{q}", "")
        assert HIT.findall(text) == [], q
        assert "周明远" not in text, q
        assert "没有找到。" in text
        assert "facets" not in text
        assert offered(desk, q) == []
    everything = page(desk, "")
    assert "交通运输局" not in everything
    assert "〔2026〕" not in everything
    assert ("没有找到。" if username == "intake" else "共 4 条") in everything


def test_who_reads_no_files_is_told_of_none(
    as_: SignIn, session: Session, county: County, clue: int
) -> None:
    desk = as_("intake")
    for q in ("", "周明远", "党组书记", "廉政档案", "处分"):
        text = page(desk, q)
        assert "/integrity" not in text
        assert HIT.findall(text) in ([], [f"/clues/{clue}"])
        assert "kind=file" not in text
    assert hits(desk, "何清源") == hits(desk, "", kind="file") == []
    assert offered(desk, "何清源") == offered(desk, "教育局") == []
    [(name, url)] = offered(desk, "周明远")
    assert name == "周明远"
    assert HIT.findall(desk.text(url)) == [f"/clues/{clue}"]
    assert [text for text, _ in offered(desk, "交通")] == ["交通运输局"]


def test_another_offices_clue_is_neither_found_nor_counted(as_: SignIn, clue: int) -> None:
    for username in ("investigator", "cadre"):
        desk = as_(username)
        assert hits(desk, "〔2026〕1号") == []
        assert "/clues/" not in page(desk, "周明远")
        assert offered(desk, "1号") == []
        assert "kind=clue" not in page(desk, "", kind="file")


def test_what_a_file_holds_is_found_while_it_is_open(
    as_: SignIn, session: Session, county: County, clue: int, file: str
) -> None:
    desk, other = as_("investigator"), as_("cadre")
    assert hits(desk, "〔2026〕1号") == hits(desk, "处置结论 周") == []
    desk.post(f"{file}/open", reason="核对")
    assert hits(desk, "〔2026〕1号") == hits(desk, "处置结论 周") == [file]
    text = page(desk, "〔2026〕1号")
    assert "信访核查结论与线索处置结论：问题线索〔<mark>2026</mark>〕<mark>1号</mark>" in text
    assert f"/clues/{clue}" not in text
    assert hits(other, "〔2026〕1号") == []
    end_readings(session)
    assert hits(desk, "〔2026〕1号") == []


def test_what_is_sealed_is_not_found_and_lies_nowhere(
    as_: SignIn, session: Session, county: County, settings: AdminSettings
) -> None:
    word = "琉璃盏里的便条"
    number = hand_in(session, county, happened=f"{word}在办公室")
    report = one(session, number)
    clues.open_from_report(
        session,
        report,
        county.officials["transport"],
        "work",
        f"账在{word}",
        county.staff["intake"],
        utc_now(),
    )
    session.commit()
    for username in SEARCHERS:
        desk = as_(username)
        assert hits(desk, word) == hits(desk, "琉璃盏") == hits(desk, number) == []
        assert offered(desk, word) == []
    folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
    held = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert any("周明远".encode() in data for data in held)
    assert not any("琉璃盏".encode() in data for data in held)


def test_looking_leaves_no_trace(
    as_: SignIn, session: Session, county: County, clue: int, caplog: pytest.LogCaptureFixture
) -> None:
    desk = as_("manager")
    before = len(rows(session))
    caplog.clear()
    for q in ("周明远", "找不到的人", "教玉局"):
        page(desk, q)
        offered(desk, q)
    assert len(rows(session)) == before
    assert "周明远" not in caplog.text
    assert "找不到的人" not in caplog.text
    answer = desk.get("/search?q=周明远")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_an_empty_answer_says_what_to_try(as_: SignIn, clue: int, county: County) -> None:
    text = page(as_("manager"), "何清源 违反廉洁纪律")
    assert "没有找到。" in text
    assert "只找其中一个" in text
    assert "可以试试" in text
    links = [said.get("href", "") for tag, said in read(text).tags if tag == "a"]
    assert any("q=%E4%BD%95%E6%B8%85%E6%BA%90" in link for link in links)
    assert "您要找的是不是：" in page(as_("manager"), "教玉局")
    assert "您要找的是不是：" not in page(as_("intake"), "教玉局"), (
        "there is nothing of it for them"
    )


def test_proposals_lead_somewhere(as_: SignIn, county: County, clue: int, file: str) -> None:
    desk = as_("manager")
    assert offered(desk, "周")[0] == ("周明远", file)
    assert offered(desk, "zhoum")[0] == ("周明远", file)
    assert ("交通运输局", "/search?unit=jt") in offered(desk, "jiaot")
    assert offered(desk, "") == offered(desk, "  ") == offered(desk, "！") == []
    for q in ("周", "jiaot", "1号", "教育局"):
        for text, url in offered(desk, q):
            assert text in desk.text(url)
    assert f'href="{file}"' in page(desk, "zhoum").partition('class="results-frame"')[0]


def test_the_box_is_on_every_page_of_whoever_may_search(as_: SignIn, visitor: Desk) -> None:
    for username in ("manager", "intake", "auditor", "editor"):
        desk, may = as_(username), username in SEARCHERS
        text = desk.text("/")
        assert ('action="/search"' in text) is may
        assert ('<a href="/search"' in text) is may
        assert ('action="/search"' in desk.get("/nowhere").get_data(as_text=True)) is may
    assert 'action="/search"' not in visitor.text("/signin")
    assert as_("manager").text("/search").count('action="/search"') == 1


def test_a_larger_county_is_asked_no_more_often(
    site: Site, as_: SignIn, session: Session, county: County, clue: int, file: str
) -> None:
    desk = as_("manager")
    desk.post(f"{file}/open", reason="核对")
    page(desk, "周")  # reads the county's words
    with statements(site) as few:
        assert len(hits(desk, "明远 交通")) == 2
    for about in ("deputy", "education", "town", "transport", "transport"):
        open_clue(session, county, about)
    with statements(site) as many:
        assert len(hits(desk, "明远 交通")) == 4
    assert len(few) == len(many) <= 24
    with statements(site) as nothing:
        assert hits(desk, "教玉局 没有这样的人") == []
    assert len(nothing) <= 24
    with statements(site) as typing:
        offered(desk, "周")
    assert len(typing) <= 8


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> str:
    made = "fresh_sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    return str(request.getfixturevalue(made))


class TestOdd:
    """On either database."""

    @pytest.fixture
    def sqlite_url(self, each_database: str) -> str:
        return each_database

    def test_any_text_any_page_and_any_filter_is_answered(
        self, as_: SignIn, session: Session, county: County
    ) -> None:
        open_clue(session, county)
        desk = as_("manager")

        @hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
        @given(
            q=st.one_of(
                st.text(max_size=300),
                st.text(alphabet="%_*?[]^-\\()|+.{}'\"`$&/<>\x00\ud800 12号年", max_size=40),
            ),
            odd=st.dictionaries(
                st.sampled_from(("page", "kind", "category", "state", "unit", "exact")),
                st.text(max_size=20),
            ),
        )
        def holds(q: str, odd: dict[str, str]) -> None:
            asked = {name: text.encode(errors="replace").decode() for name, text in odd.items()}
            asked["q"] = q.encode(errors="replace").decode()
            assert desk.get("/search", query_string=asked).status_code == 200
            assert desk.get("/search/suggestions", query_string=asked).status_code == 200

        holds()
        for long in ("周" * 5000, "a" * 5000, "1" * 5000, "周 " * 2000):
            assert desk.get("/search", query_string={"q": long}).status_code == 200
