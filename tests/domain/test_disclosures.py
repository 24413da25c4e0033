"""What the public reads of 五公开."""

import pytest

from domain import disclosures
from domain.db import Session
from domain.disclosures import GROUPINGS, Disclosure, Group, Grouping, Leaf
from tests.fixtures.county import (
    County,
    draft_disclosure,
    make_public,
)


@pytest.mark.parametrize("grouping", Grouping)
def test_six_leaves_in_five_groups(grouping: Grouping) -> None:
    groups = GROUPINGS[grouping]
    assert len(groups) == 5
    assert sorted(leaf for leaves in groups.values() for leaf in leaves) == sorted(Leaf)
    for leaf in Leaf:
        assert leaf in groups[disclosures.group_of(leaf, grouping)]


def test_disclosures_are_listed_counted_and_narrowed(session: Session, county: County) -> None:
    unit = county.units["jt"]
    for leaf, year, title in (
        (Leaf.GOAL, 2025, "目标"),
        (Leaf.HANDLING, 2026, "处理"),
        (Leaf.PUBLIC_INTEREST, 2026, "民生"),
    ):
        document = disclosures.document(session, unit, leaf, f"{year}年", year, title)
        edition = disclosures.new_edition(session, document, title, "正文", county.staff["editor"])
        make_public(session, county, edition)
    session.commit()

    def titles(**narrowed: object) -> set[str]:
        return {e.title for e in session.scalars(disclosures.listing(**narrowed))}  # type: ignore[arg-type]

    decision = "农村公路养护资金使用结果"
    assert titles() == {"目标", "处理", "民生", decision}
    assert titles(leaves=[Leaf.GOAL, Leaf.HANDLING]) == {"目标", "处理"}
    assert titles(leaves=[]) == set()
    assert titles(year=2025) == titles(period="2025年") == {"目标"}
    assert titles(unit_id=county.units["jy"].id) == set()
    assert disclosures.counts(session)[Leaf.GOAL] == 1
    assert sum(disclosures.counts(session, year=2026, unit_id=unit.id).values()) == 3
    assert disclosures.count_public(session) == 4
    assert disclosures.years(session) == [2026, 2025]
    assert disclosures.periods(session, 2025) == ["2025年"]
    latest = disclosures.latest_by_group(session, unit.id, Grouping.LATER_PAIR, 1)
    assert [len(found) for found in latest.values()] == [0, 1, 1, 1, 0]
    both = disclosures.latest_by_group(session, unit.id, Grouping.LATER_PAIR, 5)
    assert {e.title for e in both[Group.INTEREST_AND_HANDLING]} == {"处理", "民生"}


def test_a_result_and_what_it_answers_are_linked(session: Session, county: County) -> None:
    asked = session.scalars(disclosures.listing()).one()
    document = disclosures.document(
        session, county.units["jt"], Leaf.RESULT, "2026年", 2026, "监督结果"
    )
    document.answers_id = asked.disclosure_id
    edition = disclosures.new_edition(session, document, "监督结果", "正文", county.staff["editor"])
    assert disclosures.linked(session, asked.disclosure) == ([], [])
    make_public(session, county, edition)
    session.commit()
    assert disclosures.linked(session, asked.disclosure) == ([], [edition])
    assert disclosures.linked(session, document) == ([asked], [])
    assert disclosures.documents(session, [edition.id]) == {edition.id: document.id}
    assert disclosures.documents(session, []) == {}
    assert document.index_number == f"JT-6-2026-{document.id:05}"


def test_the_address_of_a_disclosure_leads_to_the_newest_that_was_public(
    session: Session, county: County
) -> None:
    first = session.scalars(disclosures.listing()).one()
    number = first.disclosure_id
    second = draft_disclosure(session, county)
    assert second.disclosure_id == number
    assert disclosures.readable(session, number) is first
    make_public(session, county, second)
    session.commit()
    assert disclosures.readable(session, number) is second
    assert disclosures.readable(session, number, 1) is first
    assert disclosures.readable(session, number, 3) is None
    assert disclosures.history(session, number) == [second, first]
    whole = disclosures.whole(session, second.id)
    assert whole is second
    assert session.get(Disclosure, number) is second.disclosure
