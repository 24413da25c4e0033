"""What the public reads of power lists."""

from datetime import timedelta

from domain import powers
from domain.db import Session
from tests.fixtures.county import (
    NOW,
    County,
    draft_powers,
    make_public,
)


def test_lists_and_powers_are_counted_and_narrowed(session: Session, county: County) -> None:
    make_public(session, county, draft_powers(session, county, "education", ("招生计划",)))
    session.commit()
    transport, education = county.posts["transport"].id, county.posts["education"].id
    sizes = {post: size for post, (_, size) in powers.lists(session).items()}
    assert sizes == {transport: 2, education: 1}
    assert set(powers.lists(session, unit_id=county.units["jy"].id)) == {education}
    assert len(session.scalars(powers.listing()).all()) == 3
    narrowed = powers.listing(unit_id=county.units["jy"].id, kind=powers.PowerKind.PROJECT)
    (item,) = session.scalars(narrowed)
    assert item.name == "招生计划"
    assert session.scalars(powers.listing(risk=powers.Risk.LOW)).all() == []
    assert [len(e.items) for e in powers.in_force_of(session, [transport, education])] == [2, 1]
    everything_else = dict.fromkeys(powers.PowerKind, 0)
    assert powers.counts(session) == everything_else | {powers.PowerKind.PROJECT: 3}


def test_an_item_knows_its_successor(session: Session, county: County) -> None:
    post = county.posts["transport"].id
    first = powers.in_force(session, post)
    assert first is not None
    later = NOW + timedelta(days=1)
    make_public(session, county, draft_powers(session, county, names=("养护资金分配", "新")), later)
    session.commit()
    former = {item.name: item for item in first.items}
    found = powers.successor(session, former["养护资金分配"])
    assert found is not None
    assert found.edition.number == 2
    assert powers.successor(session, former["农村公路建设项目安排"]) is None
