"""Promise 2, for what is not public yet: the public site's role is shown no draft."""

from typing import Any

import sqlalchemy as sa

from domain.db import Session
from domain.grants import access_of
from domain.tables import metadata
from tests.fixtures import warnings
from tests.fixtures.county import draft_disclosure, draft_powers
from tests.fixtures.role import House

TABLES = {table.name: table for table in metadata.sorted_tables}
# Tables in which drafts stand beside what is or was public, and what belongs to either.
READS_ROWS = {
    "clash_explanations",
    "disclosure_editions",
    "disclosures",
    "negative_entries",
    "notice_editions",
    "notices",
    "power_editions",
    "power_items",
    "power_lists",
    "process_steps",
}


def test_each_table_of_editions_says_which_rows_are_shown() -> None:
    assert {name for name, table in TABLES.items() if access_of(table).rows} == READS_ROWS


def _every(name: str) -> sa.Select[Any]:
    return sa.select(TABLES[name]).order_by(TABLES[name].c.id)


def test_no_draft_can_be_read_whatever_is_asked(house: House) -> None:
    """Beside what is public there stand a first draft of each kind, and a next edition."""
    seen = {}
    with Session(house.owner) as session:
        warnings.publish(session, house.county)
        session.commit()
        for name in READS_ROWS - {"clash_explanations"}:
            seen[name] = session.execute(_every(name)).all()
            assert seen[name], name
        draft_powers(session, house.county, "education", ("未公开的权力",))
        draft_powers(session, house.county, names=("未公开的新版",))
        draft_disclosure(session, house.county, "未公开的事项")
        warnings.draft(session, house.county, "未公开的通报")
        session.commit()
        for name, rows in seen.items():
            assert len(session.execute(_every(name)).all()) > len(rows), name
    with Session(house.portal) as session:
        for name, rows in seen.items():
            assert session.execute(_every(name)).all() == rows, name


def test_every_other_role_reads_by_its_grants(house: House) -> None:
    """Whoever publishes on schedule need not own the tables."""
    other = f"{house.role}_other"
    with house.owner.begin() as connection:
        connection.execute(sa.text(f'CREATE ROLE "{other}"'))
        connection.execute(sa.text(f'GRANT SELECT ON disclosure_editions TO "{other}"'))
    try:
        with Session(house.owner) as session:
            draft = draft_disclosure(session, house.county, "未公开的事项").id
            session.commit()
            session.execute(sa.text(f'SET ROLE "{other}"'))
            assert draft in session.scalars(sa.text("SELECT id FROM disclosure_editions")).all()
    finally:
        with house.owner.begin() as connection:
            connection.execute(sa.text(f'DROP OWNED BY "{other}"'))
            connection.execute(sa.text(f'DROP ROLE "{other}"'))
