"""Writing power lists: drafts, items, terms, what a new edition changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from domain import audit, powers, publishing
from domain.audit import AuditRow
from domain.db import Session
from domain.disclosures import Leaf
from domain.editing import (
    comparing,
    disclosures as writing_disclosures,
    fingerprint,
    powers as writing,
)
from domain.editing.comparing import Change
from domain.editing.disclosures import DisclosureText, Place
from domain.editing.matching import Said, in_another_order, matched
from domain.editing.negatives import NegativeText
from domain.editing.powers import ItemText, StepText, TermsText
from domain.editing.wording import Piece
from domain.errors import Refused
from domain.permissions import Role
from domain.powers import NegativeArea, PowerEdition, PowerKind, Risk
from domain.publishing import Overtaken, State
from domain.staff import Staff
from tests.fixtures.county import NOW, TODAY, County, draft_disclosure, draft_powers

NEW = ItemText("新事项", PowerKind.FINANCE, steps=(StepText("一"), StepText("二", who="党组")))


@pytest.fixture
def editor(county: County) -> Staff:
    return county.staff["editor"]


@pytest.fixture
def draft(session: Session, county: County, editor: Staff) -> PowerEdition:
    """The second edition of the transport bureau's list, a copy of the first."""
    edition = writing.start(session, county.posts["transport"], editor, NOW, copying=True)
    session.commit()
    return edition


def names(session: Session, edition: PowerEdition) -> list[tuple[int, str]]:
    found = powers.whole(session, edition.id)
    assert found
    return [(item.number, item.name) for item in found.items]


def seen(edition: PowerEdition, place: int = 0) -> str:
    return fingerprint(writing.item_text(edition.items[place]))


def acts(session: Session) -> list[str]:
    return [row.action for row in session.query(AuditRow).order_by(AuditRow.seq)]


def test_a_new_edition_copies_the_one_in_force(
    session: Session, county: County, draft: PowerEdition
) -> None:
    former = powers.in_force(session, county.posts["transport"].id)
    assert former
    assert draft.id != former.id
    assert (draft.number, draft.state, draft.effective_on) == (2, State.DRAFT, None)
    assert [writing.item_text(i) for i in draft.items] == [
        writing.item_text(i) for i in former.items
    ]
    assert writing.terms_text(draft).negatives == writing.terms_text(former).negatives
    assert not comparing.changes(former, draft).items
    assert acts(session)[-1] == "publishing.edit"


def test_a_new_edition_may_begin_empty(session: Session, county: County, editor: Staff) -> None:
    edition = writing.start(session, county.posts["transport"], editor, NOW, copying=False)
    assert (edition.items, edition.negatives) == ([], [])
    first = writing.start(session, county.posts["deputy"], editor, NOW, copying=True)
    assert (first.number, first.items) == (1, [])


def test_two_editions_are_not_written_at_once(
    session: Session, county: County, editor: Staff, draft: PowerEdition
) -> None:
    with pytest.raises(Refused, match="第 2 版还在起草"):
        writing.start(session, county.posts["transport"], editor, NOW, copying=True)


def test_another_units_editor_may_not_begin(
    session: Session, county: County, editor: Staff
) -> None:
    with pytest.raises(Refused, match="本单位"):
        writing.start(session, county.posts["education"], editor, NOW, copying=True)
    reviewer = county.staff["reviewer"]
    with pytest.raises(Refused, match="没有起草的权限"):
        writing.start(session, county.posts["education"], reviewer, NOW, copying=True)


def test_an_item_is_added_written_and_shortened(
    session: Session, editor: Staff, draft: PowerEdition
) -> None:
    before = len(acts(session))
    revision = draft.revision
    item = writing.save_item(session, draft, None, NEW, "", editor, NOW)
    session.commit()
    assert (item.number, writing.item_text(item)) == (3, NEW)
    shorter = replace(NEW, name="改名", risk=Risk.HIGH, steps=(StepText("二"),))
    mark = fingerprint(writing.item_text(item))
    assert writing.save_item(session, draft, item.id, shorter, mark, editor, NOW) is item
    session.commit()
    assert writing.item_text(item) == shorter
    assert draft.revision > revision
    assert acts(session)[before:] == ["publishing.edit"] * 2
    assert list(audit.breaks(session)) == []


def test_a_save_over_anothers_is_refused(
    session: Session, editor: Staff, draft: PowerEdition
) -> None:
    mark, item_id = seen(draft), draft.items[0].id
    writing.save_item(session, draft, item_id, NEW, mark, editor, NOW)
    session.commit()
    with pytest.raises(Overtaken):
        writing.save_item(session, draft, item_id, replace(NEW, name="另"), mark, editor, NOW)
    session.rollback()
    with pytest.raises(Overtaken):
        writing.remove_item(session, draft, item_id, mark, editor, NOW)
    session.rollback()
    # Two people who write different items are not in each other's way.
    other, its_mark = draft.items[1].id, seen(draft, 1)
    writing.save_item(session, draft, other, replace(NEW, name="另"), its_mark, editor, NOW)
    assert names(session, draft) == [(1, "新事项"), (2, "另")]


def test_an_item_that_is_gone_is_not_written(
    session: Session, editor: Staff, draft: PowerEdition
) -> None:
    item_id, mark = draft.items[0].id, seen(draft)
    writing.remove_item(session, draft, item_id, mark, editor, NOW)
    assert names(session, draft) == [(1, "养护资金分配")]
    with pytest.raises(writing.Gone):
        writing.save_item(session, draft, item_id, NEW, mark, editor, NOW)


def test_items_move_and_close_ranks(session: Session, editor: Staff, draft: PowerEdition) -> None:
    for name in "甲乙":
        writing.save_item(session, draft, None, replace(NEW, name=name), "", editor, NOW)
    ids = [item.id for item in draft.items]
    writing.move_item(session, draft, ids[0], 1, editor, NOW)
    writing.move_item(session, draft, ids[3], -1, editor, NOW)
    writing.move_item(session, draft, ids[1], -1, editor, NOW)
    assert [item.id for item in draft.items] == [ids[1], ids[0], ids[3], ids[2]]
    writing.remove_item(session, draft, ids[0], seen(draft, 1), editor, NOW)
    session.commit()
    assert names(session, draft) == [(1, "养护资金分配"), (2, "乙"), (3, "甲")]


def test_rules_of_an_item(
    session: Session, editor: Staff, draft: PowerEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="已经有一项叫“养护资金分配”"):
        writing.save_item(session, draft, None, replace(NEW, name="养护资金分配"), "", editor, NOW)
    many = replace(NEW, steps=NEW.steps * writing.MAX_STEPS)
    with pytest.raises(Refused, match="最多写 30 个步骤"):
        writing.save_item(session, draft, None, many, "", editor, NOW)
    monkeypatch.setattr(writing, "MAX_ITEMS", 2)
    with pytest.raises(Refused, match="最多写 2 项"):
        writing.save_item(session, draft, None, NEW, "", editor, NOW)


def test_terms(session: Session, editor: Staff, draft: PowerEdition) -> None:
    mark = fingerprint(writing.terms_text(draft))
    lines = tuple(NegativeText(NegativeArea.OTHER, f"不得{n}") for n in range(3))
    terms = TermsText(date(2027, 1, 1), lines)
    writing.save_terms(session, draft, terms, mark, editor, NOW)
    assert writing.terms_text(draft) == terms
    with pytest.raises(Overtaken):
        writing.save_terms(session, draft, TermsText(None), mark, editor, NOW)
    mark = fingerprint(terms)
    with pytest.raises(Refused, match="最多写 30 条"):
        writing.save_terms(session, draft, TermsText(None, lines * 11), mark, editor, NOW)
    writing.save_terms(session, draft, TermsText(None, lines[:1]), mark, editor, NOW)
    assert writing.terms_text(draft) == TermsText(None, lines[:1])


def test_what_is_submitted_is_not_written_but_can_be_taken_back(
    session: Session, editor: Staff, draft: PowerEdition
) -> None:
    with pytest.raises(Refused, match="只有待审核"):
        publishing.take_back(session, draft, editor, NOW)
    publishing.submit(session, draft, editor, NOW)
    with pytest.raises(Refused, match="只有草稿可以修改"):
        writing.save_item(session, draft, None, NEW, "", editor, NOW)
    with pytest.raises(Refused, match="只有草稿可以删除"):
        publishing.discard(session, draft, editor, NOW)
    publishing.take_back(session, draft, editor, NOW)
    assert acts(session)[-1] == "publishing.take_back"
    number = draft.id
    publishing.discard(session, draft, editor, NOW)
    session.commit()
    assert session.get(PowerEdition, number) is None
    assert acts(session)[-2:] == ["publishing.take_back", "publishing.discard"]


def test_who_wrote_any_of_it_does_not_review_it(
    session: Session, county: County, draft: PowerEdition
) -> None:
    both = county.staff["reviewer"]
    both.role_names = sorted({Role.EDITOR, Role.REVIEWER})
    writing.save_item(session, draft, None, NEW, "", both, NOW)
    new = draft.items[-1]
    new.plain = new.source = new.responsibility = "有"
    publishing.submit(session, draft, county.staff["editor"], NOW)
    assert draft.author_id == county.staff["editor"].id
    with pytest.raises(Refused, match="起草人不能审核"):
        publishing.publish(session, draft, both, NOW)


def test_whoever_first_writes_an_imported_draft_becomes_its_author(
    session: Session, county: County
) -> None:
    county.staff["editor"].unit_id = None
    writer = county.staff["editor"]
    edition = draft_powers(session, county, "education")
    writing.save_item(session, edition, None, NEW, "", writer, NOW)
    assert edition.author_id == writer.id
    paper = draft_disclosure(session, county, unit="jy")
    writing_disclosures.save(
        session, paper, DisclosureText("题", "文"), None, paper.revision, writer, NOW
    )
    assert paper.author_id == writer.id


def test_a_decision_is_on_what_was_read(
    session: Session, editor: Staff, draft: PowerEdition
) -> None:
    revision = draft.revision
    publishing.ensure_seen(session, draft, revision)
    publishing.submit(session, draft, editor, NOW)
    with pytest.raises(Refused, match="内容又有变化"):
        publishing.ensure_seen(session, draft, revision)


def test_the_last_change_names_who(session: Session, county: County, draft: PowerEdition) -> None:
    assert publishing.last_change(session, draft) == ("editor（测试）", NOW)
    assert publishing.last_change(session, draft_powers(session, county, "town")) is None


def test_changes_item_by_item(session: Session, editor: Staff, draft: PowerEdition) -> None:
    first, second = draft.items
    text = writing.item_text(first)
    changed = replace(
        text, risk=Risk.LOW, steps=(*text.steps, StepText("公示", "局", "7 天", "名单"))
    )
    writing.save_item(session, draft, first.id, changed, fingerprint(text), editor, NOW)
    writing.remove_item(session, draft, second.id, seen(draft, 1), editor, NOW)
    writing.save_item(session, draft, None, NEW, "", editor, NOW)
    mark = fingerprint(writing.terms_text(draft))
    line = NegativeText(NegativeArea.FINANCE, "不得管财务")
    writing.save_terms(session, draft, TermsText(TODAY, (line,)), mark, editor, NOW)
    former = powers.in_force(session, draft.power_list.post_id)
    assert former
    found = comparing.changes(former, draft)
    assert found
    kept, gone, new = found.items
    assert [change.change for change in found.items] == [
        Change.CHANGED,
        Change.REMOVED,
        Change.ADDED,
    ]
    assert (gone.before and gone.before.name, new.after and new.after.name) == (
        "养护资金分配",
        "新事项",
    )
    assert [d.label for d in kept.differences] == ["廉政风险"]
    (step,) = kept.steps
    assert (step.change, step.pieces) == (Change.ADDED, [Piece("added", "公示 · 局 · 7 天 · 名单")])
    assert [line.change for line in found.negatives] == [Change.REMOVED, Change.ADDED]
    assert found.effective_on
    assert (found.effective_on.before, found.effective_on.after) == (date(2026, 3, 1), TODAY)
    assert found.counts == {Change.ADDED: 1, Change.REMOVED: 1, Change.CHANGED: 1}


def test_a_new_order_and_two_of_one_name_are_seen(
    session: Session, county: County, editor: Staff, draft: PowerEdition
) -> None:
    writing.move_item(session, draft, draft.items[0].id, 1, editor, NOW)
    former = powers.in_force(session, draft.power_list.post_id)
    assert former
    found = comparing.changes(former, draft)
    assert [(c.change, c.moved, c.differences, c.steps) for c in found.items] == [
        (Change.MOVED, True, [], [])
    ]
    twice = draft_powers(session, county, "town", ("甲", "甲", "乙"))
    once = draft_powers(session, county, "education", ("甲",))
    gone = comparing.changes(twice, once).items
    assert [c.before and (c.before.number, c.change) for c in gone] == [
        (2, Change.REMOVED),
        (3, Change.REMOVED),
    ]
    new = comparing.changes(once, twice).items
    assert [c.after and (c.after.number, c.change) for c in new] == [
        (2, Change.ADDED),
        (3, Change.ADDED),
    ]


def test_a_power_under_a_new_name_is_the_same_power(
    session: Session, county: County, editor: Staff, draft: PowerEdition
) -> None:
    first = draft.items[0]
    text = replace(
        writing.item_text(first), name="乡村道路建设项目决定", plain="决定每年修哪几条村道。"
    )
    writing.save_item(session, draft, first.id, text, seen(draft, 0), editor, NOW)
    former = powers.in_force(session, draft.power_list.post_id)
    assert former
    (change,) = comparing.changes(former, draft).items
    assert change.change is Change.RENAMED
    assert [d.label for d in change.differences] == ["一句话说明"]
    assert "".join(p.text for p in change.name if p.kind != "removed") == "乡村道路建设项目决定"
    assert comparing.successor(former.items[0], draft) is change.after
    assert comparing.changes(former, former).items == []


def test_what_says_something_else_is_no_renamed_power(
    session: Session, county: County, draft: PowerEdition
) -> None:
    former = powers.in_force(session, draft.power_list.post_id)
    other = draft_powers(session, county, "town", ("救助资金发放", "养护资金分配"))
    other.items[0].plain = "决定给哪些困难群众发救助。"
    other.items[0].source = "镇政府分工文件"
    session.flush()
    assert former
    assert comparing.changes(former, other).counts == {Change.ADDED: 1, Change.REMOVED: 1}
    assert comparing.successor(former.items[0], other) is None


@given(
    st.lists(st.sampled_from("甲乙丙丁戊己"), unique=True),
    st.lists(st.sampled_from("甲乙丙丁戊己"), unique=True),
)
def test_matching_loses_and_invents_nothing(old: list[str], new: list[str]) -> None:
    pairs = matched(old, new, lambda name: Said(name, ""))
    assert [there for _here, there in pairs if there] == new
    assert sorted(here for here, _there in pairs if here) == sorted(old)
    assert {here for here, there in pairs if here == there} == set(old) & set(new)
    places = [old.index(name) for name in new if name in old]
    moved = in_another_order(places)
    kept = [place for place in places if place not in moved]
    assert kept == sorted(kept)
    assert (not moved) == (places == sorted(places))


PLACE = Place(0, Leaf.RESULT, "2026年第四季度", 2026)


@pytest.fixture
def place(county: County) -> Place:
    return replace(PLACE, unit_id=county.units["jt"].id)
