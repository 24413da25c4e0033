"""What is public, the log that says when that changed, and the directory of units."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from domain import disclosures, indexing, powers, units
from domain.db import Session
from tests.fixtures.county import (
    NOW,
    County,
    draft_disclosure,
)


def test_the_public_ids_of_every_kind(session: Session, county: County) -> None:
    edition = powers.in_force(session, county.posts["transport"].id)
    disclosed = session.scalars(disclosures.listing()).one()
    assert edition is not None
    draft = draft_disclosure(session, county, title="另一件")
    public = {
        *(f"power:{item.id}" for item in edition.items),
        f"disclosure:{disclosed.id}",
        f"unit:{county.units['jt'].id}",
        f"official:{county.officials['transport'].id}",
    }
    odd = {
        f"disclosure:{draft.id}",
        "unit:0",
        "unit:99999",
        "unit:x",
        "unit:",
        "unit",
        "",
        ":1",
        "staff:1",
        "report:1",
        "unit:１",
        "unit:²",
        "unit:-1",
        "unit:01",
        f"unit:{10**30}",
    }
    assert indexing.published(session, public | odd) == public
    assert indexing.published(session, []) == set()


def test_the_log_of_changes_is_read_by_number(session: Session) -> None:
    assert indexing.last_change(session) == 0
    indexing.announce(session, ["units:1", "units:2"], NOW)
    indexing.announce(session, ["powers:1"], NOW)
    last = indexing.last_change(session)
    changes = indexing.changes_after(session, 0, 2)
    assert [change.subject for change in changes] == ["units:1", "units:2"]
    rest = indexing.changes_after(session, changes[-1].seq, 100)
    assert [(change.subject, change.seq) for change in rest] == [("powers:1", last)]


def test_numbers_of_the_log_are_never_used_again(both: Engine) -> None:
    with Session(both) as session:
        indexing.announce(session, ["units:1", "units:2"], NOW)
        session.commit()
        last = indexing.last_change(session)
        session.execute(sa.delete(indexing.IndexChange))
        session.commit()
        indexing.announce(session, ["units:3"], NOW)
        assert indexing.last_change(session) > last


def test_units_in_directory_order(session: Session, county: County) -> None:
    assert [unit.code for unit in units.directory(session)] == ["xw", "jw", "jt", "jy", "dh"]
    assert units.by_code(session, "nothing") is None
    assert units.count(session) == 5
    wanted = [county.units["jt"].id, county.units["dh"].id]
    assert set(units.codes(session, wanted).values()) == {"jt", "dh"}
    assert units.codes(session, []) == {}
