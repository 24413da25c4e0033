"""Promises 1 and 7: nothing of a report lies readable on the disk; identity has a key of its own."""

import base64
import os
import tempfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from admin import unsealing
from domain import clues, dialogue, files, identities, offices, opening, reports, sealing, triage
from domain.categories import Matter
from domain.db import Session
from domain.offices import OfficeKind
from domain.opening import CannotOpen
from domain.reports import FileKey, Identity, ReportIdentity, ReportKey, Submission
from domain.subjects import Subject
from tests.fixtures.county import NOW, TODAY, County, build_county, password_of

# One for every place in which something of a report can stand. None is a word of the county.
CANARIES = {
    "unit": "金丝雀甲单位",
    "name": "金丝雀乙某",
    "post": "金丝雀丙职务",
    "title": "金丝雀丁标题",
    "happened": "金丝雀戊经过",
    "about_power": "金丝雀己事项",
    "reporter": "金丝雀庚姓名",
    "contact": "金丝雀辛 13900000001",
    "id_number": "11010119900101CANARY",
    "address": "金丝雀壬住址",
    "file name": "金丝雀癸.pdf",
    "file": "金丝雀子文件内容",
    "addition": "金丝雀丑补充",
    "second file name": "金丝雀寅.txt",
    "second file": "金丝雀卯文件内容",
    "question": "金丝雀辰询问",
    "account": "金丝雀巳线索要点",
}


def shapes(text: str) -> Iterator[bytes]:
    """The forms in which a text could lie somewhere without looking like itself."""
    raw = text.encode()
    yield raw
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "gb18030"):
        yield text.encode(encoding)
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield text.encode("unicode_escape")
    yield text.encode("unicode_escape").upper()
    yield urllib.parse.quote(text).encode()
    # Inside a longer base64 text it stands at one of three offsets; the ends depend on neighbours.
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + raw)
        yield inner[4 if shift else 0 : -4]
    yield raw[::-1]


def found_in(folder: Path) -> list[str]:
    held = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert held or folder.name == "tmp"
    return [
        f"{what} in {path.name}"
        for path, data in held.items()
        for what, text in CANARIES.items()
        if any(shape in data for shape in shapes(text))
    ]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which everything of this process that wants a temporary file would put it."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def store(session: Session, name: str, content: str) -> FileKey:
    # More than a chunk, so that the canary stands at a border between two as well.
    data = content.encode() * 6000
    pieces = (data[n : n + 10_000] for n in range(0, len(data), 10_000))
    file_id, key, size = files.store(session, pieces, limit=10_000_000, today=TODAY)
    return FileKey(file_id, name, size, key)


def live_through(session: Session, county: County) -> str:
    """A report with everything in it, from the form to the clue; its receipt."""
    taken = reports.submit(
        session,
        Submission(
            Subject(unit=CANARIES["unit"], name=CANARIES["name"], post=CANARIES["post"]),
            Matter.MONEY,
            CANARIES["happened"] * 200,
            title=CANARIES["title"],
            about_power=CANARIES["about_power"],
            identity=Identity(
                CANARIES["reporter"],
                CANARIES["contact"],
                CANARIES["id_number"],
                CANARIES["address"],
            ),
            files=(store(session, CANARIES["file name"], CANARIES["file"]),),
        ),
        NOW,
    )
    report = taken.report
    session.commit()
    officer = county.staff["intake"]
    triage.open_report(session, report, officer, NOW)
    triage.ask(session, report, CANARIES["question"], officer, NOW)
    session.commit()
    found = reports.by_receipt(session, sealing.receipt_keys(taken.receipt), TODAY)
    assert found is not None
    addition = store(session, CANARIES["second file name"], CANARIES["second file"])
    dialogue.from_reporter(session, found, CANARIES["addition"], [addition], NOW)
    session.commit()
    key = unsealing.unlock(officer, password_of("intake"))
    opened = unsealing.open_report(session, report, officer, key)
    assert opened.title == CANARIES["title"]
    assert [file.name for file in opened.files].count(CANARIES["file name"]) == 1
    clue = clues.open_from_report(
        session,
        report,
        county.officials["transport"],
        "integrity",
        CANARIES["account"],
        officer,
        NOW,
    )
    session.commit()
    assert unsealing.open_clue(session, clue, officer, key) == CANARIES["account"]
    return taken.receipt


def test_a_canary_is_found_in_every_shape(tmp_path: Path) -> None:
    """The search itself can see what it looks for."""
    text = CANARIES["happened"]
    for number, shape in enumerate(shapes(text)):
        assert len(shape) > 6
        (tmp_path / str(number)).write_bytes(b"\x07" * number + shape + b"\x07")
    assert len(found_in(tmp_path)) == len(list(shapes(text)))
    wrapped = base64.b64encode(f"前面{text}后面".encode())
    (tmp_path / "wrapped").write_bytes(wrapped)
    assert "happened in wrapped" in found_in(tmp_path)


def test_nothing_of_a_report_lies_readable_on_the_disk(
    session: Session, engine: Engine, temporary: Path, tmp_path: Path
) -> None:
    county = build_county(session)
    session.commit()
    receipt = live_through(session, county)
    beside = {path.name for path in tmp_path.iterdir()}
    assert {"mingquan.db", "mingquan.db-wal", "mingquan.db-shm"} <= beside
    assert found_in(tmp_path) == []
    letters = receipt.replace("-", "")
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(
        form.encode() in everything for form in (receipt, letters, receipt.lower(), letters.lower())
    )
    assert list(temporary.rglob("*")) == []
    # The journal folded back into the file, and the file packed.
    session.close()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert found_in(tmp_path) == []


def test_nothing_of_a_report_stands_in_a_row(both: Engine) -> None:
    """On PostgreSQL too: every value of every table, as the database gives it out."""
    with Session(both) as session:
        county = build_county(session)
        session.commit()
        receipt = live_through(session, county)
    tables = sa.MetaData()
    tables.reflect(both)
    seen = []
    with both.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for column, value in row._mapping.items():
                    data = value if isinstance(value, bytes) else str(value).encode()
                    texts = {**CANARIES, "receipt": receipt}
                    seen += [
                        (table.name, column, what)
                        for what, text in texts.items()
                        if any(shape in data for shape in shapes(text))
                    ]
    assert seen == []


def test_what_is_deleted_leaves_no_trace(session: Session, engine: Engine, tmp_path: Path) -> None:
    """Secrets that were rows once (a session's boxed key, an old report key) are overwritten."""
    secret = os.urandom(40).hex().encode()
    file_id = "f" * 32
    session.execute(sa.insert(files.StoredFile).values(id=file_id, stored_on=TODAY))
    session.execute(sa.insert(files.FileChunk).values(file_id=file_id, number=0, data=secret))
    session.commit()
    session.execute(sa.delete(files.StoredFile))
    session.commit()
    session.close()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert secret not in held


def test_the_key_of_the_case_does_not_open_the_identity(session: Session) -> None:
    county = build_county(session)
    session.commit()
    live_through(session, county)
    report = session.scalars(sa.select(reports.Report)).one()
    envelope = session.get_one(ReportIdentity, report.id)
    opened = {}
    for username, kind in (("intake", OfficeKind.INTAKE), ("custodian", OfficeKind.CUSTODY)):
        person = county.staff[username]
        own = unsealing.unlock(person, password_of(username))
        opened[kind] = unsealing.office_key(session, county.offices[kind].id, person, own)
    case_key = opening.open_key(opened[OfficeKind.INTAKE], triage.sealed_key_of(session, report))
    for key in (case_key, opened[OfficeKind.INTAKE], county.recovery.private):
        with pytest.raises(CannotOpen):
            opening.open_key(key, envelope.sealed_key)
        with pytest.raises(CannotOpen):
            opening.open_seal(key, envelope.sealed)
    # Nor the other way round: the custodian does not come to the case.
    identity_key = opening.open_key(opened[OfficeKind.CUSTODY], envelope.sealed_key)
    content = session.scalars(sa.select(reports.ReportContent.sealed)).one()
    for key in (identity_key, opened[OfficeKind.CUSTODY]):
        with pytest.raises(CannotOpen):
            opening.open_seal(key, content)
    custodian = county.staff["custodian"]
    own = unsealing.unlock(custodian, password_of("custodian"))
    office = offices.first_of_kind(session, OfficeKind.CUSTODY)
    identity = unsealing.open_identity(session, report, office.id, custodian, own)
    assert identity.name == CANARIES["reporter"]
    with pytest.raises(CannotOpen):
        unsealing.open_report(session, report, custodian, own)
    for username in ("intake", "chief", "manager", "auditor", "system"):
        person = county.staff[username]
        key = unsealing.unlock(person, password_of(username))
        with pytest.raises(CannotOpen):
            unsealing.open_identity(session, report, office.id, person, key)


def test_an_anonymous_report_has_no_envelope_for_a_name(session: Session) -> None:
    build_county(session)
    submission = Submission(Subject(unit="某村"), Matter.OTHER, "某事")
    taken = reports.submit(session, submission, NOW)
    assert not taken.report.is_named
    assert session.get(ReportIdentity, taken.report.id) is None
    assert identities.latest(session, taken.report.id) is None


def test_identities_of_different_lengths_look_alike(session: Session) -> None:
    build_county(session)
    for identity in (
        Identity(name="甲"),
        Identity("欧阳某某", "13900000000", "1" * 18, "云岭" * 60),
    ):
        submission = Submission(Subject(unit="某村"), Matter.OTHER, "某事", identity=identity)
        reports.submit(session, submission, NOW)
    lengths = session.scalars(sa.select(sa.func.length(ReportIdentity.sealed))).all()
    keys = session.scalars(sa.select(sa.func.length(ReportKey.sealed_key))).all()
    assert len(lengths) == 2
    assert len(set(lengths)) == len(set(keys)) == 1
