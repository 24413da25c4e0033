"""Writing disclosures, and the lists of the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import disclosures, former_codes, publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition, Leaf
from domain.editing import (
    comparing,
    desk,
    disclosures as writing_disclosures,
    powers as writing,
)
from domain.editing.desk import Kind, Progress
from domain.editing.disclosures import DisclosureText, Place
from domain.errors import Refused
from domain.powers import PowerEdition
from domain.publishing import Overtaken, State
from domain.staff import Staff
from tests.fixtures.county import NOW, TODAY, County, draft_disclosure, draft_powers, make_public


@pytest.fixture
def editor(county: County) -> Staff:
    return county.staff["editor"]


@pytest.fixture
def draft(session: Session, county: County, editor: Staff) -> PowerEdition:
    """The second edition of the transport bureau's list, a copy of the first."""
    edition = writing.start(session, county.posts["transport"], editor, NOW, copying=True)
    session.commit()
    return edition


PLACE = Place(0, Leaf.RESULT, "2026年第四季度", 2026)


@pytest.fixture
def place(county: County) -> Place:
    return replace(PLACE, unit_id=county.units["jt"].id)


@pytest.fixture
def public(session: Session) -> DisclosureEdition:
    """The disclosure that the county fixture has made public."""
    found = session.scalar(disclosures.listing())
    assert found
    return found


def test_a_disclosure_is_begun_moved_and_thrown_away(
    session: Session, editor: Staff, place: Place, public: DisclosureEdition
) -> None:
    answering = replace(place, answers=public.disclosure.index_number.lower())
    edition = writing_disclosures.start(session, answering, DisclosureText("甲", "文"), editor, NOW)
    document = edition.disclosure
    assert document.answers_id == public.disclosure_id
    elsewhere = replace(place, leaf=Leaf.GOAL, period="全年", year=2027)
    text = DisclosureText("乙", "新", TODAY)
    writing_disclosures.save(session, edition, text, elsewhere, edition.revision, editor, NOW)
    session.commit()
    assert (document.title, document.leaf, document.year) == ("乙", Leaf.GOAL, 2027)
    assert [document.answers_id, edition.body, edition.dated_on] == [None, "新", TODAY]
    with pytest.raises(Overtaken):
        writing_disclosures.save(session, edition, text, place, 1, editor, NOW)
    session.rollback()
    number = document.id
    writing_disclosures.discard(session, edition, editor, NOW)
    session.commit()
    assert session.get(disclosures.Disclosure, number) is None


def test_a_draft_moved_to_another_unit_is_counted_there(
    session: Session, county: County, editor: Staff, place: Place
) -> None:
    editor.unit_id = None
    text = DisclosureText("甲", "文", TODAY)
    edition = writing_disclosures.start(session, place, text, editor, NOW)
    former_codes.rename(session, county.units["jt"], "jtys", None, NOW)
    writing_disclosures.save(session, edition, text, place, edition.revision, editor, NOW)
    session.commit()
    assert edition.disclosure.index_number.startswith("JT-6-")
    elsewhere = replace(place, unit_id=county.units["jy"].id)
    writing_disclosures.save(session, edition, text, elsewhere, edition.revision, editor, NOW)
    session.commit()
    assert edition.disclosure.index_number.startswith("JY-6-")


def test_a_public_disclosure_keeps_its_place(
    session: Session, county: County, editor: Staff, place: Place, public: DisclosureEdition
) -> None:
    document = public.disclosure
    edition = writing_disclosures.start_edition(session, document, editor, NOW)
    assert (edition.number, edition.title, edition.body) == (2, public.title, public.body)
    with pytest.raises(Refused, match="第 2 版还在起草"):
        writing_disclosures.start_edition(session, document, editor, NOW)
    text = DisclosureText("改了", "文")
    writing_disclosures.save(session, edition, text, place, edition.revision, editor, NOW)
    assert (document.leaf, edition.title) == (Leaf.DECISION, "改了")
    assert [d.label for d in comparing.disclosure_differences(public, edition)] == [
        "标题",
        "成文日期",
        "正文",
    ]
    writing_disclosures.discard(session, edition, editor, NOW)
    assert session.get(disclosures.Disclosure, document.id) is document


@pytest.mark.parametrize(
    ("answers", "leaf"),
    [
        ("JT-3-2026-00009", Leaf.RESULT),
        ("JT-3-2026-abc", Leaf.RESULT),
        ("JY-3-2026-00001", Leaf.RESULT),
        ("JT-3-2026-00001", Leaf.GOAL),
    ],
)
def test_what_is_answered_must_be_public(
    session: Session, editor: Staff, place: Place, answers: str, leaf: Leaf
) -> None:
    asked = replace(place, answers=answers, leaf=leaf)
    with pytest.raises(Refused, match=r"索引号|监督结果"):
        writing_disclosures.start(session, asked, DisclosureText("甲", "文"), editor, NOW)


def test_a_draft_is_not_answered_and_a_withdrawn_one_no_more(
    session: Session, county: County, editor: Staff, place: Place, public: DisclosureEdition
) -> None:
    draft = draft_disclosure(session, county, "还没公开")
    asked = replace(place, answers=draft.disclosure.index_number)
    with pytest.raises(Refused, match="索引号"):
        writing_disclosures.start(session, asked, DisclosureText("甲", "文"), editor, NOW)
    session.rollback()
    asked = replace(place, answers=public.disclosure.index_number)
    edition = writing_disclosures.start(session, asked, DisclosureText("甲", "文"), editor, NOW)
    publishing.withdraw(session, public, "有误", county.staff["reviewer"], NOW)
    # A link made when it was public does not keep the draft from being saved.
    writing_disclosures.save(session, edition, DisclosureText("甲", "新"), asked, None, editor, NOW)
    assert edition.disclosure.answers_id == public.disclosure_id


def test_rules_of_a_place(
    session: Session, county: County, editor: Staff, place: Place, public: DisclosureEdition
) -> None:
    text = DisclosureText(public.title, "文")
    taken = replace(place, leaf=Leaf.DECISION, period="2026年第三季度")
    with pytest.raises(Refused, match="同名"):
        writing_disclosures.start(session, taken, text, editor, NOW)
    with pytest.raises(Refused, match="本单位"):
        writing_disclosures.start(
            session, replace(place, unit_id=county.units["jy"].id), text, editor, NOW
        )
    editor.unit_id = None
    with pytest.raises(Refused, match="没有这个单位"):
        writing_disclosures.start(session, replace(place, unit_id=999), text, editor, NOW)


def test_what_can_be_answered(session: Session, county: County, public: DisclosureEdition) -> None:
    unit = county.units["jt"].id
    assert list(writing_disclosures.answerable(session, unit, 5)) == [public]
    assert list(writing_disclosures.answerable(session, county.units["jy"].id, 5)) == []


def test_posts_and_how_far_they_are(
    session: Session, county: County, editor: Staff, draft: PowerEdition
) -> None:
    everyone = county.staff["reviewer"]

    def found(actor: Staff, **wanted: object) -> set[int]:
        return {p.id for p in session.scalars(desk.posts(actor, **wanted))}  # type: ignore[arg-type]

    mine = {county.posts["transport"].id, county.posts["deputy"].id}
    assert found(editor) == mine
    assert found(everyone) == {p.id for p in county.posts.values()}
    assert found(everyone, words="教育局") == {county.posts["education"].id}
    assert found(everyone, words="%") == set()
    assert found(everyone, progress=Progress.DRAFT) == {county.posts["transport"].id}
    assert found(everyone, progress=Progress.SUBMITTED) == set()
    assert found(editor, progress=Progress.NONE) == {county.posts["deputy"].id}
    assert desk.post(session, county.posts["town"].id, editor) is None
    assert desk.post(session, county.posts["town"].id, everyone) is county.posts["town"]
    standing = desk.standing(session, mine)
    assert {s: e.number for s, e in standing[county.posts["transport"].id].items()} == {
        State.PUBLISHED: 1,
        State.DRAFT: 2,
    }
    editions = desk.editions_of_post(session, county.posts["transport"].id)
    assert [e.number for e in editions] == [2, 1]


def test_disclosures_of_the_desk(
    session: Session, county: County, editor: Staff, public: DisclosureEdition
) -> None:
    second = writing_disclosures.start_edition(session, public.disclosure, editor, NOW)
    other = draft_disclosure(session, county, "教育公开", "jy")
    everyone = county.staff["reviewer"]

    def found(actor: Staff, **wanted: object) -> list[int]:
        return [e.id for e in session.scalars(desk.disclosures(actor, **wanted))]  # type: ignore[arg-type]

    assert found(everyone) == [other.id, second.id]
    assert found(editor) == [second.id]
    assert found(editor, state=State.PUBLISHED) == [public.id]
    assert found(everyone, words="教育") == [other.id]
    assert found(everyone, leaf=Leaf.GOAL) == found(everyone, year=1999) == []
    assert found(everyone, leaf=Leaf.DECISION, year=2026) == [other.id, second.id]
    assert [e.number for e in desk.editions_of_disclosure(session, public.disclosure_id)] == [2, 1]
    assert disclosures.whole(session, other.id, editor) is None


def test_the_queue_and_what_is_public(
    session: Session, county: County, editor: Staff, public: DisclosureEdition
) -> None:
    late = draft_disclosure(session, county, "迟的")
    publishing.submit(session, late, editor, NOW + timedelta(days=1))
    early = draft_powers(session, county, "education")
    publishing.submit(session, early, None, NOW)
    reviewer = county.staff["reviewer"]
    keys = session.scalars(desk.waiting(reviewer)).all()
    assert keys == [f"powers:{early.id}", f"disclosures:{late.id}"]
    loaded = desk.load(session, keys)
    assert [kind for kind, _edition in loaded] == [Kind.POWERS, Kind.DISCLOSURES]
    assert [edition.id for _kind, edition in loaded] == [early.id, late.id]
    assert desk.count_waiting(session, reviewer) == 2
    assert desk.count_waiting(session, editor) == 1
    assert session.scalars(desk.waiting(reviewer, kind=Kind.POWERS)).all() == keys[:1]
    assert session.scalars(desk.waiting(reviewer, words="迟")).all() == keys[1:]
    assert desk.load(session, []) == []
    make_public(session, county, draft_powers(session, county), NOW + timedelta(days=2))
    shown = session.scalars(desk.public(reviewer)).all()
    assert shown == ["powers:3", "disclosures:1", "powers:1"]
    assert session.scalars(desk.public(reviewer, state=State.SUPERSEDED)).all() == shown[2:]
    assert session.scalars(desk.public(reviewer, kind=Kind.DISCLOSURES, words="养护")).all()
