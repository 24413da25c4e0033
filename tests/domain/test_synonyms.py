"""What people say and the words of the lists: who edits it, what is refused, what a file brings."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from domain import synonyms
from domain.audit import AuditRow
from domain.db import Session
from domain.errors import Refused
from domain.indexing import IndexChange, changes_after, last_change
from domain.synonyms import LONGEST, MOST_MEANINGS, Synonym
from tests.domain.races import race
from tests.fixtures.county import NOW, County, build_county


@pytest.fixture
def made(session: Session) -> County:
    county = build_county(session)
    session.commit()
    return county


def add(session: Session, county: County, word: str = "修路", *meanings: str) -> Synonym:
    listed = meanings or ("公路建设", "村组道路")
    return synonyms.add(session, word, listed, county.staff["reviewer"], NOW)


def acts(session: Session) -> list[tuple[str, str, int | None]]:
    rows = session.scalars(
        sa.select(AuditRow).where(AuditRow.action.startswith("synonyms.")).order_by(AuditRow.seq)
    )
    return [(row.action, row.subject, row.actor_id) for row in rows]


def test_each_act_is_on_record_and_announced(session: Session, made: County) -> None:
    actor, seen = made.staff["reviewer"], last_change(session)
    entry = add(session, made, " “修　路” ", "公路建设", "", "公路建设 ", "道路建设")
    assert (entry.word, entry.words) == ("修路", ["公路建设", "道路建设"])
    assert synonyms.in_force(session) == [("修路", ("公路建设", "道路建设"))]
    synonyms.change(session, entry, entry.revision, "铺路", ["村组道路"], actor, NOW)
    assert synonyms.in_force(session) == [("铺路", ("村组道路",))]
    synonyms.remove(session, entry, entry.revision, actor, NOW)
    assert synonyms.in_force(session) == []
    name = f"synonyms:{entry.id}"
    verbs = ("add", "change", "remove")
    assert acts(session) == [(f"synonyms.{verb}", name, actor.id) for verb in verbs]
    announced = [change.subject for change in changes_after(session, seen, 10)]
    assert announced == [name] * 3


def test_a_removed_word_can_be_added_again(session: Session, made: County) -> None:
    entry = add(session, made)
    synonyms.remove(session, entry, entry.revision, made.staff["chief"], NOW)
    assert add(session, made, "修路", "道路建设").id == entry.id
    assert synonyms.in_force(session) == [("修路", ("道路建设",))]


@pytest.mark.parametrize(
    ("word", "meanings", "why"),
    [
        ("", ["公路建设"], "请填写平常的说法"),
        (" 　“”", ["公路建设"], "请填写平常的说法"),
        ("铺路", [], "请至少填写一个清单里的用语"),
        ("铺路", ["", "，"], "请至少填写一个清单里的用语"),
        ("路" * (LONGEST + 1), ["公路建设"], f"太长，最多 {LONGEST} 个字"),
        ("铺路", ["路" * (LONGEST + 1)], f"太长，最多 {LONGEST} 个字"),
        ("铺路", [f"公路{n}" for n in range(MOST_MEANINGS + 1)], "最多 8 个"),
        ("铺路", ["道路建设", "铺 路"], "不能和说法一样"),
        ("养路", ["公路建设", "公路养路费"], "本来就找得到"),
        ("修路", ["道路建设"], "“修路”已经有了"),
        ("修·路", ["道路建设"], "“修·路”已经有了"),
        ("周明远", ["道路建设"], "“周明远”是干部的姓名"),
        ("铺路", ["道路建设", "周明远"], "“周明远”是干部的姓名"),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, made: County, word: str, meanings: list[str], why: str
) -> None:
    add(session, made)
    session.commit()
    with pytest.raises(Refused, match=re.escape(why)):
        synonyms.add(session, word, meanings, made.staff["reviewer"], NOW)
    other = add(session, made, "其他", "道路建设")
    with pytest.raises(Refused, match=re.escape(why)):
        synonyms.change(session, other, 1, word, meanings, made.staff["reviewer"], NOW)


@pytest.mark.parametrize("who", ["editor", "intake", "system", "auditor"])
def test_others_may_not(session: Session, made: County, who: str) -> None:
    entry, actor = add(session, made), made.staff[who]
    for act in (
        lambda: synonyms.add(session, "铺路", ["道路建设"], actor, NOW),
        lambda: synonyms.change(session, entry, 1, "铺路", ["道路建设"], actor, NOW),
        lambda: synonyms.remove(session, entry, 1, actor, NOW),
    ):
        with pytest.raises(Refused, match="您没有管理搜索说法的权限"):
            act()
    assert synonyms.in_force(session) == [("修路", ("公路建设", "村组道路"))]


def test_whoever_was_slower_sees_what_the_other_wrote(session: Session, made: County) -> None:
    entry, actor = add(session, made), made.staff["chief"]
    seen = entry.revision
    synonyms.change(session, entry, seen, "修路", ["道路建设"], made.staff["reviewer"], NOW)
    with pytest.raises(Refused, match="改成了“修路：道路建设”"):
        synonyms.change(session, entry, seen, "修路", ["危桥改造"], actor, NOW)
    synonyms.change(session, entry, entry.revision, "修路", ["危桥改造"], actor, NOW)
    synonyms.remove(session, entry, entry.revision, actor, NOW)
    with pytest.raises(Refused, match="被别人删除了"):
        synonyms.change(session, entry, entry.revision, "修路", ["道路建设"], actor, NOW)
    other = add(session, made, "铺路")
    with pytest.raises(Refused, match="以前删除过"):
        synonyms.change(session, other, other.revision, "修路", ["道路建设"], actor, NOW)


def test_two_who_add_one_word_at_the_same_moment(both: Engine) -> None:
    with Session(both) as session:
        actor = build_county(session).staff["reviewer"].id
        session.commit()

    def act(session: Session, wait: object) -> str:
        from domain.staff import Staff

        who = session.get_one(Staff, actor)
        wait()  # type: ignore[operator]
        return synonyms.add(session, "修路", ["公路建设"], who, NOW).word

    found = race(both, act, act)
    assert sorted(map(str, found)) == ["“修路”已经有了，请改那一条", "修路"]


def test_a_file_brings_what_is_new_and_leaves_what_staff_did(
    session: Session, made: County
) -> None:
    entries = {word: ["公路建设"] for word in ("修路", "铺路", "补路", "造路")}
    assert synonyms.load(session, entries, NOW).added == list(entries)
    by_word = {one.word: one for one in session.scalars(synonyms.listing())}
    actor = made.staff["reviewer"]
    synonyms.change(session, by_word["修路"], 1, "修路", ["村组道路"], actor, NOW)
    synonyms.remove(session, by_word["铺路"], 1, actor, NOW)
    seen = last_change(session)
    later = {word: ["道路建设"] for word in entries} | {"走路": ["道路"], "周明远": ["道路"]}
    done = synonyms.load(session, later, NOW)
    assert (done.added, done.changed) == (["走路"], ["补路", "造路"])
    assert dict(synonyms.in_force(session)) == {
        "修路": ("村组道路",),
        "补路": ("道路建设",),
        "造路": ("道路建设",),
        "走路": ("道路",),
    }
    assert [change.subject for change in changes_after(session, seen, 9)] == ["synonyms:all"]
    assert acts(session)[-1] == ("synonyms.load", "synonyms:all", None)
    # Once more: nothing is new, and nothing is said.
    count = sa.select(sa.func.count()).select_from(IndexChange)
    before = session.scalar(count), len(acts(session))
    again = synonyms.load(session, later, NOW)
    assert (again.added, again.changed) == ([], [])
    assert (session.scalar(count), len(acts(session))) == before


def test_the_file_that_comes_along(session: Session) -> None:
    entries = synonyms.read(synonyms.FILE.read_text(encoding="utf-8"))
    assert len(entries) >= 220
    synonyms.load(session, entries, NOW)
    written = "\n".join(synonyms.written(session.scalars(synonyms.listing())))
    assert synonyms.read(written) == entries
    assert dict(synonyms.in_force(session)) == {w: tuple(m) for w, m in entries.items()}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# 说明\n修路", "第 2 行：请至少填写一个清单里的用语"),
        ("修路：公路建设\n\n修 路：道路", "第 3 行：“修路”出现了两次"),
        ("：公路建设", "第 1 行：请填写平常的说法"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(Refused, match=re.escape(why)):
        synonyms.read(text)


def test_entries_are_found_by_either_side(session: Session, made: County) -> None:
    add(session, made)
    add(session, made, "低保", "最低生活保障")

    def found(text: str) -> list[str]:
        return [one.word for one in session.scalars(synonyms.listing(text))]

    assert set(found("")) == {"低保", "修路"}
    assert found("修") == found("道路") == ["修路"]
    assert found("%") == []
