"""About whom: art. 15 by everything people write, and the office that takes the rest."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from domain import officials, subjects
from domain.db import Session, make_engine
from domain.offices import OfficeKind
from domain.officials import ManagedBy, Official, Post
from domain.subjects import Subject
from domain.subjects.words import says_title
from domain.units import Unit, UnitKind
from tests.fixtures.county import TODAY, County, build_county

CITY, COUNTY = ManagedBy.CITY, ManagedBy.COUNTY
# key: unit, title, holder (or nobody), head, managed by
MORE_POSTS: dict[str, tuple[str, str, str | None, bool, ManagedBy]] = {
    "magistrate": ("zf", "县委副书记、县长", "王照野", True, CITY),
    "vice_health": ("zf", "副县长（卫生健康）", "苏映雪", False, CITY),
    "assistant": ("zf", "县长助理", "高远帆", False, COUNTY),
    "secretary": ("jw", "县纪委书记、县监委主任", None, True, CITY),
    "police": ("ga", "副县长、公安局局长", "雷正行", True, CITY),
    "police_deputy": ("ga", "副局长", "方知远", False, COUNTY),
    "court": ("fy", "院长", "卓然", True, CITY),
    "hospital": ("yy", "院长", "白若谷", True, COUNTY),
    "congress": ("rd", "县人大常委会主任", "程远志", True, CITY),
    "town_discipline": ("dh", "党委委员、纪委书记", "周明远", False, COUNTY),
}
MORE_UNITS = {
    "zf": ("云岭县人民政府", "县政府"),
    "ga": ("云岭县公安局", "公安局"),
    "fy": ("云岭县人民法院", "县法院"),
    "yy": ("云岭县人民医院", "县医院"),
    "rd": ("云岭县人民代表大会常务委员会", "县人大"),
}


@pytest.fixture(scope="module")
def place(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Session, County]]:
    """The county with its leaders, which no test changes."""
    path = tmp_path_factory.mktemp("subjects") / "mingquan.db"
    shutil.copy(empty_database, path)
    engine = make_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        yield session, _with_leaders(session)
    engine.dispose()


def _with_leaders(session: Session) -> County:
    county = build_county(session)
    for code, (name, short) in MORE_UNITS.items():
        county.units[code] = Unit(code=code, name=name, short_name=short, kind=UnitKind.ORGAN)
    session.add_all(county.units.values())
    session.flush()
    for number, (key, (unit, title, holder, head, managed)) in enumerate(MORE_POSTS.items()):
        post = Post(unit=county.units[unit], title=title, is_head=head, managed_by=managed)
        session.add(post)
        session.flush()
        county.posts[key] = post
        if holder is not None:
            county.officials[key] = Official(code=f"L{number:03}", name=holder)
            session.add(county.officials[key])
            session.flush()
            officials.appoint(session, post, county.officials[key], date(2024, 3, 1))
    return county


GOES_UP = [
    Subject(post="县委书记"),
    Subject(post="县长"),
    Subject(post="云岭县县长"),
    Subject(post="云岭县人民政府县长"),
    Subject(post="县 长"),
    Subject(post="\u3000县委书记\n"),
    Subject(post="县长（代）"),
    Subject(post="县长[兼]"),
    Subject(post="代县长"),
    Subject(post="县长、县委副书记"),
    Subject(post="县委书记和县长"),
    Subject(post="县长同志"),
    Subject(post="县长等人"),
    Subject(post="副县长"),
    Subject(post="常务副县长"),
    Subject(post="县委副书记"),
    Subject(post="县人大主任"),
    Subject(post="县人大常委会副主任"),
    Subject(post="纪委书记"),
    Subject(post="县纪委书记"),
    Subject(unit="县纪委", post="书记"),
    Subject(unit="县纪委监委", post="书记"),
    Subject(name="县长"),
    Subject(name="县长王某"),
    Subject(name="县长王照野"),
    Subject(name="县长李四"),
    Subject(name="县长孙某"),
    Subject(name="王县长"),
    Subject(name="副县长苏某某"),
    Subject(name="云岭县县长王某"),
    Subject(name="县委书记顾承远"),
    Subject(name="顾承远"),
    Subject(name="顾 承 远"),
    Subject(name="顾承远书记"),
    Subject(name="顾承远同志"),
    Subject(name="顾书记"),
    Subject(name="周明远、顾承远"),
    Subject(post="顾承远"),
    Subject(unit="县委书记"),
    Subject(unit="云岭县县长"),
    Subject(unit="县委书记顾承远"),
    Subject(unit="县委", post="书记"),
    Subject(unit="县委", name="书记"),
    Subject(unit="县委", name="顾书记"),
    Subject(unit="中共云岭县委", post="书记"),
    Subject(unit="中共云岭县委员会", post="书记"),
    Subject(unit="云岭县", post="书记"),
    Subject(unit="云岭县", post="县长"),
    Subject(unit="云岭县", name="顾承远"),
    Subject(unit="县政府", post="县长"),
    Subject(unit="云岭县人民政府", name="王县长"),
    Subject(unit="县里", name="顾承远"),
    Subject(unit="四套班子", post="县长"),
    Subject(unit="东河镇", post="县长"),
    Subject(unit="教育局", name="县长王某"),
    Subject(unit="公安局", post="局长"),
    Subject(unit="云岭县公安局", name="雷局长"),
    Subject(unit="县法院", post="院长"),
    Subject(unit="云岭县人民法院", name="卓院长"),
    Subject(unit="中共云岭县委员会", name="顾承远", post="县委书记"),
]
STAYS = [
    Subject(),
    Subject(unit="教育局"),
    Subject(unit="县委"),
    Subject(unit="县政府"),
    Subject(post="县长助理"),
    Subject(name="县长助理高远帆"),
    Subject(post="县委书记秘书"),
    Subject(post="县委书记的司机"),
    Subject(name="县长秘书"),
    Subject(name="县长儿子"),
    Subject(unit="县长热线办公室"),
    Subject(unit="东河镇", post="党委书记"),
    Subject(unit="东河镇党委", post="书记"),
    Subject(post="东河镇党委书记"),
    Subject(unit="东河镇", post="纪委书记"),
    Subject(unit="东河镇", name="顾承远"),
    Subject(unit="东河镇", name="顾书记"),
    Subject(unit="某村", post="书记"),
    Subject(unit="某村", name="顾书记"),
    Subject(unit="某村", post="党支部书记"),
    Subject(unit="县委党校", post="书记"),
    Subject(unit="县委宣传部", post="部长"),
    Subject(unit="云岭县长安镇", name="王某"),
    Subject(unit="云岭县长城公司", post="经理"),
    Subject(unit="云岭县", name="长江"),
    Subject(unit="县纪委", post="副书记"),
    Subject(post="县纪委副书记"),
    Subject(unit="公安局", post="副局长"),
    Subject(unit="交通运输局", post="局长"),
    Subject(unit="县医院", post="院长"),
    Subject(post="院长"),
    Subject(post="局长"),
    Subject(post="书记"),
    Subject(post="书记员"),
    Subject(name="顾承"),
    Subject(name="顾承远方"),
    Subject(name="周明远"),
    Subject(name="王某"),
    Subject(unit="教育局", name="何清源", post="党组书记、局长"),
]


def _shown(subject: Subject) -> str:
    return f"{subject.unit}|{subject.name}|{subject.post}"


@pytest.mark.parametrize("subject", GOES_UP, ids=_shown)
def test_goes_up(place: tuple[Session, County], subject: Subject) -> None:
    session, _ = place
    assert subjects.upward(session, subject, TODAY) is CITY


@pytest.mark.parametrize("subject", STAYS, ids=_shown)
def test_stays_in_the_county(place: tuple[Session, County], subject: Subject) -> None:
    session, _ = place
    assert subjects.upward(session, subject, TODAY) is None


FULL_WIDTH = {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    subject=st.sampled_from(GOES_UP), where=st.integers(0, 12), space=st.sampled_from(" \u3000\t")
)
def test_spaces_and_full_width_change_nothing(
    place: tuple[Session, County], subject: Subject, where: int, space: str
) -> None:
    def blur(text: str) -> str:
        wide = "".join(FULL_WIDTH.get(c, c) for c in text)
        return wide[:where] + space + wide[where:] if wide else ""

    blurred = Subject(unit=blur(subject.unit), name=blur(subject.name), post=blur(subject.post))
    assert subjects.upward(place[0], blurred, TODAY) is CITY


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(unit=st.text(max_size=20), name=st.text(max_size=20), post=st.text(max_size=20))
@example(unit="(", name="[", post="（）、；")
@example(unit="县", name="长", post="副")
@example(unit="政府", name="", post="")
def test_nothing_typed_breaks_it(
    place: tuple[Session, County], unit: str, name: str, post: str
) -> None:
    session, _ = place
    subject = Subject(unit=unit, name=name, post=post)
    level = subjects.upward(session, subject, TODAY)
    posts = subjects.posts_meant(session, subject, TODAY)
    assert (level is CITY) >= any(p.managed_by is CITY for p in posts)
    assert subjects.office_for(session, subject, TODAY) in OfficeKind
    recognised = subjects.recognise(session, unit, name, post, TODAY)
    assert (recognised.unit, recognised.name) == (unit.strip(), name.strip())


def test_by_what_was_chosen(place: tuple[Session, County]) -> None:
    session, county = place
    party, transport = county.officials["party"].id, county.officials["transport"].id
    assert subjects.upward(session, Subject(official_id=party), TODAY) is CITY
    assert subjects.upward(session, Subject(official_id=transport), TODAY) is None
    committee = county.units["xw"].id
    assert subjects.upward(session, Subject(unit_id=committee, post="书记"), TODAY) is CITY
    assert subjects.upward(session, Subject(unit_id=committee, name="顾承远"), TODAY) is CITY
    assert (
        subjects.upward(session, Subject(unit_id=county.units["dh"].id, post="书记"), TODAY) is None
    )


def test_words_beside_a_choice_still_count(place: tuple[Session, County]) -> None:
    """Whoever chose somebody of the county and then wrote the county's leader meant the leader."""
    session, county = place
    chosen = county.officials["transport"].id
    subject = Subject(official_id=chosen, unit="交通运输局", name="县长王某")
    assert subjects.upward(session, subject, TODAY) is CITY
    own = Subject(official_id=chosen, unit="交通运输局", name="周明远", post="党组书记、局长")
    assert subjects.upward(session, own, TODAY) is None
    assert [p.title for p in subjects.posts_meant(session, own, TODAY)] == ["党组书记、局长"]


def test_a_higher_level_wins(session: Session) -> None:
    county = _with_leaders(session)
    county.posts["court"].managed_by = ManagedBy.PROVINCE
    session.flush()
    subject = Subject(name="卓然、顾承远")
    assert subjects.upward(session, subject, TODAY) is ManagedBy.PROVINCE


def test_whoever_has_left_is_judged_by_the_last_post(session: Session) -> None:
    county = _with_leaders(session)
    (tenure,) = county.officials["party"].tenures
    tenure.ended_on = date(2026, 10, 1)
    session.flush()
    subject = Subject(name="顾承远")
    assert subjects.upward(session, subject, TODAY) is CITY
    # Since then in a post the county manages.
    officials.appoint(session, county.posts["deputy"], county.officials["party"], date(2026, 11, 1))
    session.expire_all()
    assert subjects.upward(session, subject, TODAY) is None
    # The post, vacant, is still the post.
    assert subjects.upward(session, Subject(post="县委书记"), TODAY) is CITY


def test_whoever_is_yet_to_come_is_not_there(session: Session) -> None:
    county = _with_leaders(session)
    newcomer = Official(code="N1", name="新来者")
    session.add(newcomer)
    session.flush()
    officials.appoint(session, county.posts["party"], newcomer, date(2027, 1, 1))
    session.expire_all()
    assert subjects.upward(session, Subject(name="新来者"), TODAY) is None
    assert subjects.upward(session, Subject(name="新来者"), date(2027, 1, 1)) is CITY


@pytest.mark.parametrize(
    ("subject", "head"),
    [
        (Subject(unit="交通运输局", post="局长"), True),
        (Subject(unit="云岭县交通运输局", name="周局长"), True),
        (Subject(unit="交通运输局", name="周明远"), True),
        (Subject(unit="交通运输局", post="副局长"), False),
        (Subject(unit="交通运输局", name="林知秋"), False),
        (Subject(unit="交通运输局", post="局长助理"), False),
        (Subject(unit="交通运输局"), False),
        (Subject(unit="东河镇人民政府", post="党委书记"), True),
        (Subject(post="党委书记"), True),
        (Subject(post="局长"), False),
        (Subject(unit="东河镇财政所", name="陆之遥"), True),
        (Subject(unit="教育局", name="周明远"), False),
    ],
    ids=str,
)
def test_about_a_head(place: tuple[Session, County], subject: Subject, head: bool) -> None:
    session, _ = place
    assert subjects.about_head(session, subject, TODAY) is head


@pytest.mark.parametrize(
    ("subject", "cadre"),
    [
        (Subject(unit="县纪委"), True),
        (Subject(unit="云岭县监察委员会"), True),
        (Subject(unit="县委巡察办"), True),
        (Subject(unit="派驻教育局纪检监察组"), True),
        (Subject(name="县纪委张某"), True),
        (Subject(unit="东河镇", post="纪委书记"), True),
        (Subject(name="沈砚秋"), True),
        (Subject(unit="县委", name="沈砚秋"), False),
        (Subject(unit="劳动监察大队"), False),
        (Subject(unit="教育局", name="何清源"), False),
        (Subject(), False),
    ],
    ids=str,
)
def test_reports_about_discipline_staff_go_to_cadre_supervision(
    place: tuple[Session, County],
    subject: Subject,
    cadre: bool,
) -> None:
    session, _ = place
    expected = OfficeKind.CADRE_SUPERVISION if cadre else OfficeKind.INTAKE
    assert subjects.office_for(session, subject, TODAY) is expected


def test_a_chosen_discipline_unit_or_official_goes_to_cadre_supervision(
    place: tuple[Session, County],
) -> None:
    session, county = place
    for subject in (
        Subject(unit_id=county.units["jw"].id),
        Subject(official_id=county.officials["commission"].id),
    ):
        assert subjects.office_for(session, subject, TODAY) is OfficeKind.CADRE_SUPERVISION
    assert subjects.office_for(session, Subject(unit_id=99999), TODAY) is OfficeKind.INTAKE


def test_officials_meant_are_those_somebody_may_be_recused_from(
    place: tuple[Session, County],
) -> None:
    session, county = place
    transport = county.officials["transport"].id
    # Two of one name: without a unit either may be meant.
    assert subjects.officials_meant(session, Subject(name="周明远"), TODAY) == {
        transport,
        county.officials["town_discipline"].id,
    }
    assert subjects.officials_meant(session, Subject(unit="交通运输局", name="周明远"), TODAY) == {
        transport
    }
    assert subjects.officials_meant(session, Subject(official_id=transport), TODAY) == {transport}
    # Nobody holds it: nobody to be recused from.
    assert subjects.officials_meant(session, Subject(post="县监委主任"), TODAY) == set()


def test_what_is_plainly_meant_is_recognised(place: tuple[Session, County]) -> None:
    session, county = place
    unit, official = county.units["jt"].id, county.officials["transport"].id
    recognise = subjects.recognise
    assert recognise(session, " 交通 运输局", "周明远", "局长 ", TODAY) == Subject(
        unit, official, "交通 运输局", "周明远", "局长"
    )
    assert recognise(session, "云岭县交通运输局", "林", "", TODAY).official_id is None
    assert recognise(session, "交通", "周明远", "", TODAY) == Subject(unit="交通", name="周明远")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("局长", True),
        ("局长王", True),
        ("副局长", False),
        ("局长助理", False),
        ("局长在内的一些人", False),
    ],
)
def test_says_title(words: str, says: bool) -> None:
    assert says_title(words, "局长") is says
