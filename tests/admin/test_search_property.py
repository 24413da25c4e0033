"""Whatever cases, ties and readings there are: what search shows, counts and proposes is, to the last
number, what the officer may open. Recounted here in plain Python over all rows, knowing no SQL.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st
from selectolax.lexbor import LexborHTMLParser

from admin.settings import AdminSettings
from domain import categories, integrity, officials, readings
from domain.clock import utc_now
from domain.clues import Clue, ClueSource
from domain.db import Session
from domain.integrity import Entry, Section
from domain.officials import Official
from domain.readings import Reading
from domain.recusal import Recusal
from search import vocabulary
from tests.admin.conftest import Desk, SignIn
from tests.admin.search_oracle import OFFICES, Oracle, closed_up
from tests.fixtures.county import County

OFFICERS = ("cadre", "chief", "intake", "investigator", "manager")
# Somebody with the same name as another, names in other forms, one with a blank and one with a dot.
NAMES = ("周明远", "陳乾", "王　明", "阿不都·热合曼", "Ａb明", "無職務")
CATEGORIES = ("integrity", "work", "inaction")
SECTIONS = (Section.CONCLUSIONS, Section.SANCTIONS)
PIECES = (
    *(
        "周明远",
        "陈乾",
        "陈干",
        "王明",
        "热合曼",
        "明",
        "ab",
        "zmy",
        "zhou",
        "jtj",
        "无职务",
        "局长",
    ),
    *("交通运输局", "教育", "东河", "镇", "县委", "廉洁", "不作为", "信访举报", "信访室", "intake"),
    *(
        "1",
        "2号",
        "2025",
        "2026年",
        "〔2026〕1号",
        "第",
        "处分",
        "问责",
        "线索",
        "廉政档案",
        "登记",
    ),
)
# Some of the people: few enough that cases, ties and open files often meet.
SUBJECTS = (2, 3, 6, 8, 11)


@dataclass(frozen=True)
class Case:
    """A clue to be made: about which official, of which year, filed how, in which sections."""

    about: int
    year: int
    category: str
    by: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class World:
    """What there is, and what ties the officer who looks, or else another one, to whom."""

    cases: list[Case]
    recusals: list[tuple[bool, int]]
    oneself: int | None
    unit: str | None
    open_files: list[tuple[bool, int, bool]]


WHO, WHOM = st.sampled_from(OFFICERS), st.sampled_from(SUBJECTS)
MINE = st.sampled_from((True, True, False))
WORLDS = st.builds(
    World,
    cases=st.lists(
        st.builds(
            Case,
            about=WHOM,
            year=st.sampled_from((2025, 2026)),
            category=st.sampled_from(CATEGORIES),
            by=st.sampled_from(("intake", "investigator", "cadre")),
            sections=st.sampled_from((SECTIONS[:1], SECTIONS, ())),
        ),
        min_size=1,
        max_size=8,
    ),
    recusals=st.lists(st.tuples(MINE, WHOM), max_size=3),
    oneself=st.one_of(st.none(), st.none(), WHOM),
    unit=st.sampled_from((None, None, None, "jt", "jy")),
    open_files=st.lists(st.tuples(MINE, WHOM, st.booleans()), min_size=3, max_size=8),
)
QUERIES = st.one_of(
    # What stands in an open file only.
    st.sampled_from(("处分", "核查结论", "1号", "2026", "登记", "第1号")),
    st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=2).map("".join),
    st.text(max_size=6),
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(("clue", "file", "x")),
        "category": st.sampled_from((*CATEGORIES, "x")),
        "state": st.sampled_from(("registered", "x")),
        "unit": st.sampled_from(("jt", "jy", "x")),
    },
)


@pytest.fixture(params=["sqlite", "postgresql"])
def sqlite_url(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    made = "fresh_sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    return str(request.getfixturevalue(made))


@pytest.fixture
def settings(settings: AdminSettings) -> AdminSettings:
    """Few rows on a page, so that there are several."""
    object.__setattr__(settings, "rows_per_page", 5)
    return settings


@pytest.fixture
def people(session: Session, county: County) -> list[Official]:
    """The county's officials and six more, some of whom held posts before."""
    more = [Official(code=f"X{n}", name=name) for n, name in enumerate(NAMES)]
    session.add_all(more)
    session.flush()
    for official, key in zip(
        more[:5], ("transport", "education", "town", "deputy", "party"), strict=True
    ):
        officials.appoint(session, county.posts[key], official, date(2020, 1, 1), date(2021, 1, 1))
    officials.appoint(session, county.posts["town"], more[0], date(2022, 1, 1), date(2022, 6, 1))
    session.commit()
    return [*county.officials.values(), *more]


def make(
    session: Session, county: County, people: list[Official], world: World, username: str
) -> None:
    """Put a world in the place of the one before."""
    session.rollback()
    for table in (Entry, Clue, Recusal, Reading):
        session.execute(sa.delete(table))
    for person in (county.staff[name] for name in OFFICERS):
        person.unit_id = person.official_id = None
    me, another = county.staff[username], county.staff[OFFICERS[OFFICERS.index(username) - 1]]
    me.unit_id = county.units[world.unit].id if world.unit else None
    me.official_id = people[world.oneself].id if world.oneself is not None else None
    now = utc_now()
    serials = Counter[int]()
    for case in world.cases:
        serials[case.year] += 1
        by = county.staff[case.by]
        office = next(o for o in county.offices.values() if o.name == OFFICES[case.by])
        clue = Clue(
            year=case.year,
            serial=serials[case.year],
            source=ClueSource.REPORT,
            category=case.category,
            official_id=people[case.about].id,
            office_id=office.id,
            handler_id=by.id,
            opened_on=now.date(),
            sealed=b"sealed",
        )
        session.add(clue)
        session.flush()
        for section in case.sections:
            integrity.enter(session, people[case.about], section, f"clues:{clue.id}", by, now)
    for mine, whom in dict.fromkeys(world.recusals):
        session.add(
            Recusal(
                staff_id=(me if mine else another).id,
                official_id=people[whom].id,
                relation="表亲",
                declared_on=now.date(),
            )
        )
    for mine, whom, over in world.open_files:
        opened = now - timedelta(hours=1) if over else now
        session.add(
            Reading(
                staff_id=(me if mine else another).id,
                subject=f"integrity:{people[whom].id}",
                opened_at=opened,
                expires_at=opened + readings.LASTS,
            )
        )
    session.commit()


@dataclass
class Seen:
    """What all pages of an answer show."""

    links: list[str] = field(default_factory=list)
    total: int = 0
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    offers: list[str] = field(default_factory=list)


def look(desk: Desk, text: str, filters: dict[str, str]) -> Seen:
    seen = Seen()
    for number in range(1, 12):
        answer = desk.get("/search", query_string={"q": text, **filters, "page": str(number)})
        assert answer.status_code == 200
        tree = LexborHTMLParser(answer.get_data(as_text=True))
        seen.links += [str(a.attributes["href"]) for a in tree.css(".results h3 a")]
        if number == 1:
            said = tree.css_first(".result-bar")
            seen.total = int(re.findall(r"\d+", said.text())[0]) if said else 0
            seen.facets = dict(facets(tree))
            seen.offers = [str(a.attributes["href"]) for a in tree.css(".straight-line a")]
        if len(seen.links) >= seen.total:
            return seen
    raise AssertionError("the pages never end")


def facets(tree: LexborHTMLParser) -> Iterator[tuple[str, dict[str, int]]]:
    for section in tree.css(".facets section"):
        name = str(section.attributes["aria-labelledby"]).removeprefix("facet-")
        found = {}
        for link in section.css("a"):
            label, count = link.css("span")[0], link.css(".num")[-1]
            found[label.text(deep=False)] = int(count.text())
        yield name, found


def test_what_is_shown_counted_and_proposed_is_what_the_officer_may_open(
    as_: SignIn, session: Session, county: County, people: list[Official]
) -> None:
    desks = {username: as_(username) for username in OFFICERS}
    lexicon = vocabulary.read(session)

    @hypothesis_settings(
        max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
    )
    @given(world=WORLDS, username=WHO, text=QUERIES, filters=FILTERS)
    def holds(world: World, username: str, text: str, filters: dict[str, str]) -> None:
        make(session, county, people, world, username)
        expect = Oracle(session, county, username, lexicon)
        seen = look(desks[username], text, filters)
        compare(expect, seen, text, filters)
        compare_offers(expect, desks[username], seen, text)

    holds()


def compare(expect: Oracle, seen: Seen, text: str, filters: dict[str, str]) -> None:
    """Hits, their number, and the counts of every filter, each of which ignores itself."""
    text = text.strip()
    clues = [one for one in expect.my_clues() if expect.has(text, clue=one)]
    files = [one for one in expect.my_files() if expect.has(text, file=one)]

    def left(without: str) -> tuple[list[Clue], list[Official]]:
        on = {name: value for name, value in filters.items() if name != without and value != "x"}
        unit, category = on.get("unit"), on.get("category")
        some = [
            one
            for one in clues
            if on.get("kind") in (None, "clue")
            and category in (None, one.category)
            and (unit is None or of_unit(one.official, unit))
        ]
        others = [
            one
            for one in files
            if on.get("kind") in (None, "file")
            and category is None
            and "state" not in on
            and (unit is None or of_unit(one, unit))
        ]
        return some, others

    some, others = left("")
    links = [f"/clues/{one.id}" for one in some] + [f"/integrity/{one.id}" for one in others]
    assert sorted(seen.links) == sorted(links)
    assert len(set(seen.links)) == len(seen.links)
    assert seen.total == len(links)
    some, others = left("kind")
    assert_facet(seen, filters, "kind", {"问题线索": len(some), "廉政档案": len(others)})
    some, _ = left("category")
    assert_facet(
        seen, filters, "category", Counter(categories.label_of(one.category) for one in some)
    )
    some, _ = left("state")
    assert_facet(seen, filters, "state", {"已登记，待提出处置意见": len(some)})
    some, others = left("unit")
    subjects = [one.official for one in some] + others
    names = Counter(
        name for one in subjects for name in {t.post.unit.short_name for t in one.tenures}
    )
    assert_facet(seen, filters, "unit", names)


def of_unit(official: Official, code: str) -> bool:
    return any(t.post.unit.code == code for t in official.tenures)


def assert_facet(
    seen: Seen, filters: dict[str, str], name: str, expected: dict[str, int] | Counter[str]
) -> None:
    counted = {value: n for value, n in expected.items() if n}
    shown = {value: n for value, n in seen.facets.get(name, {}).items() if n}
    if len(counted) > 1 or filters.get(name, "x") != "x":
        assert shown == counted, name
    else:
        assert shown in ({}, counted), name


def compare_offers(expect: Oracle, desk: Desk, seen: Seen, text: str) -> None:
    """Every name that is proposed leads to something the officer may see, and no such name is left out."""
    answer = desk.get("/search/suggestions", query_string={"q": text})
    assert answer.status_code == 200
    proposed = answer.get_json()["suggestions"]
    assert [one["url"] for one in proposed] == seen.offers
    clues, files = expect.my_clues(), expect.my_files()
    subjects = {one.official.id: one.official for one in clues} | {one.id: one for one in files}
    units = {t.post.unit.short_name for one in subjects.values() for t in one.tenures}
    allowed = {one.name for one in subjects.values()} | units | {clue.number for clue in clues}
    assert {one["text"] for one in proposed} <= allowed
    sought = closed_up(text.strip())
    due = {one.name for one in subjects.values() if sought and sought in closed_up(one.name)}
    if len(proposed) < 8 and sought.isalpha():
        assert due <= {one["text"] for one in proposed}
