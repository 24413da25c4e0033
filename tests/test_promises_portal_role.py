"""Promise 2: what the public site holds opens nothing. On PostgreSQL the database enforces it."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from domain import (
    dialogue,
    disclosures,
    drafts,
    feedback,
    files,
    indexing,
    officials,
    opening,
    powers,
    reports,
    sealing,
    settings,
    subjects,
    units,
)
from domain.categories import Matter
from domain.db import Session
from domain.disclosures import Grouping
from domain.grants import Access, access_of, statements
from domain.reports import FileKey, Identity, Report, Submission
from domain.subjects import Subject
from domain.tables import metadata
from tests.fixtures import questions
from tests.fixtures.county import (
    NOW,
    TODAY,
)
from tests.fixtures.role import House

# What is public, or of the reporter's own making and sealed. Everything else is shut.
READS_WHOLE = {
    "obligation_extensions",
    "obligation_releases",
    "obligation_rules",
    "obligations",
    "calendar_years",
    "clash_explanations",
    "disclosure_editions",
    "disclosures",
    "feedback",
    "feedback_answers",
    "former_codes",
    "index_changes",
    "messages",
    "negative_entries",
    "notice_editions",
    "notices",
    "officials",
    "posts",
    "power_editions",
    "power_items",
    "power_lists",
    "process_steps",
    "report_drafts",
    "settings",
    "tenures",
    "units",
}
READS_IN_PART = {
    "offices": {"id", "kind", "name", "public_key"},
    "reports": {
        "id",
        "state",
        "public_key",
        "receipt_lookup",
        "reporter_box",
        "receipt_until",
    },
    "synonyms": {"id", "word", "meanings", "removed"},
}
APPENDS = {
    "feedback",
    "feedback_texts",
    "file_chunks",
    "messages",
    "report_contents",
    "report_drafts",
    "report_files",
    "report_identities",
    "report_keys",
    "reports",
    "stored_files",
}
OWN = {"report_drafts"}
TABLES = {table.name: table for table in metadata.sorted_tables}


def hand_in(session: Session) -> tuple[reports.Taken, FileKey]:
    """A named report with a file, as the public site takes it."""
    file_id, key, size = files.store(session, [b"x" * 100_000], limit=1_000_000, today=TODAY)
    file = FileKey(file_id, "证据.jpg", size, key)
    submission = Submission(
        Subject(unit="某村"),
        Matter.MONEY,
        "账目不公开",
        identity=Identity(name="某甲"),
        files=(file,),
    )
    return reports.submit(session, submission, NOW), file


def test_the_public_site_can_take_a_report(house: House) -> None:
    with Session(house.portal) as session:
        taken, _ = hand_in(session)
        session.commit()
    with Session(house.owner) as session:
        report = session.scalars(sa.select(Report)).one()
        assert (report.is_named, report.has_files) == (True, True)
    assert sealing.read_receipt(taken.receipt) == taken.receipt


def test_the_reporter_follows_it_with_the_receipt(house: House) -> None:
    with Session(house.portal) as session:
        taken, file = hand_in(session)
        session.commit()
        keys = sealing.receipt_keys(taken.receipt)
        found = reports.by_receipt(session, keys, TODAY)
        assert found is not None
        stored = files.store(session, [b"y"], limit=10, today=TODAY)
        dialogue.from_reporter(
            session, found, "补充", [FileKey(stored[0], "b.txt", 1, stored[1])], NOW
        )
        session.commit()
        # After the commit the page shows the state again: still only what may be read.
        assert found.state is reports.ReportState.RECEIVED
        key = opening.open_box(keys.box, found.reporter_box)
        (message,) = dialogue.of_report(session, found.id)
        assert json.loads(opening.open_seal(key, message.sealed)) == {"text": "补充"}
        assert file.id


def test_the_form_keeps_its_drafts(house: House) -> None:
    with Session(house.portal) as session:
        for boxed in (b"one", b"two"):
            drafts.keep(session, b"i" * 32, boxed, NOW)
            session.commit()
        assert drafts.fetch(session, b"i" * 32, NOW) == b"two"
        assert drafts.fetch(session, b"i" * 32, NOW + drafts.LASTS) is None
        drafts.keep(session, b"j" * 32, b"later", NOW + timedelta(days=1))
        assert drafts.fetch(session, b"i" * 32, NOW) is None
        assert drafts.drop(session, b"j" * 32)
        session.commit()


def test_everything_public_can_be_read(house: House) -> None:
    unit, post = house.county.units["jt"].id, house.county.posts["transport"].id
    official = house.county.officials["transport"].id
    with Session(house.portal) as session:
        assert units.directory(session)
        assert units.by_code(session, "jt") is not None
        assert officials.current_tenures(session, TODAY, unit_id=unit)
        assert officials.with_tenures(session, official) is not None
        edition = powers.in_force(session, post)
        assert edition is not None
        assert [item.steps for item in edition.items]
        assert powers.readable(session, edition.list_id, 1) is edition
        assert powers.item(session, edition.items[0].id) is not None
        assert powers.history(session, post)
        assert session.scalars(powers.listing(unit_id=unit)).all()
        assert powers.lists(session)
        assert powers.newest(session, 5)
        assert sum(powers.counts(session).values()) == powers.count_public(session) == 2
        disclosed = session.scalars(disclosures.listing()).one()
        assert disclosures.readable(session, disclosed.disclosure_id) is disclosed
        assert disclosures.history(session, disclosed.disclosure_id)
        assert disclosures.latest_by_group(session, unit, Grouping.LATER_PAIR, 3)
        assert disclosures.count_public(session) == 1
        assert disclosures.years(session) == [2026]
        assert settings.county(session).site_name
        assert subjects.upward(session, Subject(name="顾承远"), TODAY)
        assert indexing.published(session, [f"unit:{unit}", f"official:{official}"])
        assert indexing.changes_after(session, 0, 100)


def test_the_public_site_takes_questions_and_shows_answers(house: House) -> None:
    with Session(house.owner) as session:
        shown = questions.reference_of(questions.publish(session, house.county))
        session.commit()
    with Session(house.portal) as session:
        made = questions.ask(session)
        session.commit()
        assert made.state is feedback.FeedbackState.RECEIVED
        followed = feedback.by_reference(session, shown)
        assert followed is not None
        assert followed.answer is not None
        assert feedback.beside(session, made.subject, power="农村公路建设项目安排", limit=5) == [
            followed.answer
        ]
        assert feedback.figures(session, TODAY + timedelta(days=1))[None].asked == 2


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_each_table_says_is_what_is_meant(name: str) -> None:
    access = access_of(TABLES[name])
    assert (access.read is True) == (name in READS_WHOLE)
    if isinstance(access.read, tuple):
        assert set(access.read) == READS_IN_PART[name]
        assert set(access.read) <= set(TABLES[name].c.keys())
    else:
        assert name not in READS_IN_PART
    assert access.append == (name in APPENDS)
    assert (access.change, access.delete) == (name in OWN, name in OWN)


def test_the_matrix_names_tables_that_are_there() -> None:
    assert READS_WHOLE | set(READS_IN_PART) | APPENDS | OWN <= set(TABLES)


def test_the_database_grants_that_and_no_more(house: House) -> None:
    """Every column and every right, as PostgreSQL itself sees them."""
    wrong = []
    with house.owner.connect() as connection:
        for name, table in TABLES.items():
            for right, expected in (
                ("INSERT", name in APPENDS),
                ("UPDATE", name in OWN),
                ("DELETE", name in OWN),
                ("TRUNCATE", False),
                ("REFERENCES", False),
                ("TRIGGER", False),
            ):
                held = sa.select(sa.func.has_table_privilege(house.role, name, right))
                if connection.scalar(held) != expected:
                    wrong.append((name, right))
            for column in table.c.keys():  # noqa: SIM118 - a column collection is no dict
                may = name in READS_WHOLE or column in READS_IN_PART.get(name, ())
                held = sa.select(sa.func.has_column_privilege(house.role, name, column, "SELECT"))
                if connection.scalar(held) != may:
                    wrong.append((name, column))
        sequences = connection.scalars(
            sa.text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        ).all()
        assert sequences
        for sequence in sequences:
            for right in ("USAGE", "SELECT", "UPDATE"):
                held = sa.select(sa.func.has_sequence_privilege(house.role, sequence, right))
                if connection.scalar(held):
                    wrong.append((sequence, right))
    assert wrong == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sealed FROM report_contents",
        "SELECT sealed_key FROM report_keys",
        "SELECT sealed FROM report_identities",
        "SELECT sealed FROM report_files",
        "SELECT data FROM file_chunks",
        "SELECT * FROM reports",
        "SELECT office_id FROM reports",
        "SELECT recovery_copy FROM offices",
        "SELECT sealed_key FROM office_memberships",
        "SELECT locked_key FROM staff",
        "SELECT boxed_key FROM staff_sessions",
        "SELECT sealed FROM clues",
        "SELECT target FROM integrity_entries",
        "SELECT reason FROM audit_rows",
        "SELECT subject FROM readings",
        "SELECT staff_id FROM recusals",
        "SELECT staff_id FROM report_bars",
        "SELECT reason FROM identity_requests",
        "SELECT text FROM feedback_texts",
        "SELECT masks FROM feedback_drafts",
        "INSERT INTO feedback_answers (id) VALUES (1)",
        "UPDATE feedback SET state = 'published'",
        "DELETE FROM feedback_texts",
        "SELECT version_num FROM alembic_version",
        "UPDATE reports SET state = 'declined'",
        "UPDATE messages SET is_read = true",
        "DELETE FROM reports",
        "DELETE FROM stored_files",
        "INSERT INTO audit_rows (seq) VALUES (1)",
        "INSERT INTO index_changes (subject, at) VALUES ('powers:1', now())",
        "UPDATE power_editions SET state = 'published'",
        "TRUNCATE messages",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE audit_rows DISABLE TRIGGER ALL",
        "COPY report_contents TO STDOUT",
    ],
)
def test_the_database_refuses(house: House, statement: str) -> None:
    with Session(house.portal) as session:
        hand_in(session)
        session.commit()
    with house.portal.connect() as connection, pytest.raises(ProgrammingError) as refused:
        connection.execute(sa.text(statement))
    words = str(refused.value.orig)
    assert "permission denied" in words or "must be owner" in words


def test_all_that_can_be_read_opens_nothing(house: House) -> None:
    """Every value the public site can read, tried as a key on everything that is sealed."""
    with Session(house.portal) as session:
        taken, _ = hand_in(session)
        found = reports.by_receipt(session, sealing.receipt_keys(taken.receipt), TODAY)
        assert found is not None
        dialogue.from_reporter(session, found, "补充", (), NOW)
        session.commit()
    keys: set[bytes] = set()
    with house.portal.connect() as connection:
        for name, table in TABLES.items():
            readable = READS_IN_PART.get(name, set(table.c.keys()) if name in READS_WHOLE else ())
            blobs = [table.c[c] for c in readable if isinstance(table.c[c].type, sa.LargeBinary)]
            if blobs:
                for row in connection.execute(sa.select(*blobs)):
                    keys.update(value[:32] for value in row if value is not None)
                    keys.update(value[-32:] for value in row if value is not None)
    sealed: list[bytes] = []
    with house.owner.connect() as connection:
        for name, column in (
            ("report_contents", "sealed"),
            ("report_keys", "sealed_key"),
            ("report_identities", "sealed"),
            ("report_identities", "sealed_key"),
            ("report_files", "sealed"),
            ("messages", "sealed"),
            ("reports", "reporter_box"),
            ("office_memberships", "sealed_key"),
            ("staff", "locked_key"),
        ):
            sealed += connection.scalars(sa.select(TABLES[name].c[column]))
    assert len(keys) > 4
    assert len(sealed) > 9
    for key in keys:
        for envelope in sealed:
            for way in (opening.open_key, opening.open_box):
                with pytest.raises(opening.CannotOpen):
                    way(key.ljust(32, b"\0"), envelope)


def test_statements_name_nobody_else() -> None:
    tables = sa.MetaData()
    sa.Table("a", tables, sa.Column("x", sa.Integer), info={"portal": Access(change=("x",))})
    sa.Table("b", tables, sa.Column("x", sa.Integer))
    granted = list(statements(tables, 'odd"role'))
    assert all(statement.endswith('"odd""role"') for statement in granted)
    assert granted[3:] == ['GRANT UPDATE (x) ON a TO "odd""role"']
