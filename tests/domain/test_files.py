"""Files and drafts of the form: sealed, limited, and gone when nobody takes them up."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from domain import dialogue, drafts, files, opening, reports
from domain.categories import Matter
from domain.db import Session
from domain.drafts import ReportDraft
from domain.errors import Refused
from domain.files import FileChunk, StoredFile, TooLarge
from domain.reports import MOST_CHARACTERS, MOST_FILES, FileKey, Submission
from domain.sealing import CHUNK
from domain.subjects import Subject
from tests.fixtures.county import NOW, TODAY, County

BIG = 20 * 1024 * 1024


def keep(session: Session, data: bytes = b"x", age: int = 0) -> FileKey:
    file_id, key, size = files.store(session, [data], limit=BIG, today=TODAY - timedelta(days=age))
    return FileKey(file_id, "证据.jpg", size, key)


def count(session: Session, table: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_what_is_stored_comes_back(both: Engine) -> None:
    data = bytes(range(256)) * 1000
    with Session(both) as session:
        file = keep(session, data)
        session.commit()
        chunks = files.chunks(session, file.id)
        assert b"".join(opening.open_file(file.key, chunks, file.size)) == data
        assert list(files.chunks(session, "nothing")) == []


def test_a_file_of_exactly_the_limit_fits_and_one_byte_more_does_not(session: Session) -> None:
    limit = 2 * 1024 * 1024
    _, _, size = files.store(session, [bytes(limit)], limit=limit, today=TODAY)
    assert size == limit
    with pytest.raises(TooLarge, match="文件超过 2 MB"):
        files.store(session, [bytes(limit), b"x"], limit=limit, today=TODAY)


def test_a_file_over_the_limit_is_left_at_once(session: Session) -> None:
    asked = []

    def endless() -> Iterator[bytes]:
        while True:
            asked.append(1)
            yield bytes(CHUNK)

    with pytest.raises(TooLarge):
        files.store(session, endless(), limit=4 * CHUNK, today=TODAY)
    assert len(asked) == 5
    session.rollback()
    assert count(session, StoredFile) == count(session, FileChunk) == 0


def test_storing_a_large_file_takes_little_memory(both: Engine) -> None:
    with Session(both) as session:
        keep(session)
        tracemalloc.start()
        pieces = (bytes(16 * 1024) for _ in range(BIG // (16 * 1024)))
        file_id, key, size = files.store(session, pieces, limit=BIG, today=TODAY)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        session.flush()
        length = sum(len(p) for p in opening.open_file(key, files.chunks(session, file_id), size))
        _, reading = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert size == length == BIG
    assert peak < 3 * 1024 * 1024
    assert reading < 6 * 1024 * 1024


def test_what_nobody_took_up_goes_after_a_day(both: Engine, county: County) -> None:
    with Session(both) as session:
        old, today = keep(session, age=2), keep(session, age=1)
        assert files.drop_unclaimed(session, dialogue.claimed_files(), TODAY) == 1
        session.commit()
        assert session.scalars(select(StoredFile.id)).all() == [today.id]
        assert session.scalars(select(FileChunk.file_id).distinct()).all() == [today.id]
        assert old.id != today.id


def test_what_a_report_or_a_message_took_up_stays(session: Session, county: County) -> None:
    first, second = keep(session, age=30), keep(session, age=30)
    submission = Submission(Subject(unit="某村"), Matter.OTHER, "某事", files=(first,))
    report = reports.submit(session, submission, NOW).report
    dialogue.from_reporter(session, report, "", [second], NOW)
    session.commit()
    assert files.drop_unclaimed(session, dialogue.claimed_files(), TODAY) == 0
    assert count(session, StoredFile) == 2


def test_any_number_of_leftovers_goes_in_one_statement(session: Session) -> None:
    rows = [{"id": f"{n:032}", "stored_on": TODAY - timedelta(days=9)} for n in range(40_000)]
    session.execute(StoredFile.__table__.insert(), rows)  # type: ignore[attr-defined]
    assert files.drop_unclaimed(session, dialogue.claimed_files(), TODAY) == 40_000


def test_a_file_belongs_to_one_report(session: Session, county: County) -> None:
    file = keep(session)
    submission = Submission(Subject(unit="某村"), Matter.OTHER, "某事", files=(file,))
    report = reports.submit(session, submission, NOW).report
    assert report.has_files
    (claimed,) = session.scalars(dialogue.claimed_files())
    assert claimed == file.id


@pytest.mark.parametrize(
    ("happened", "files_count", "words"),
    [
        (" \u3000\n", 0, "请写下发生了什么"),
        (
            "字" * (MOST_CHARACTERS + 1),
            0,
            f"最多 {MOST_CHARACTERS} 字，现在有 {MOST_CHARACTERS + 1} 字",
        ),
        ("某事", MOST_FILES + 1, f"最多 {MOST_FILES} 个文件"),
    ],
)
def test_a_report_says_something_and_not_too_much(
    session: Session, county: County, happened: str, files_count: int, words: str
) -> None:
    kept = tuple(keep(session) for _ in range(files_count))
    submission = Submission(Subject(unit="某村"), Matter.OTHER, happened, files=kept)
    with pytest.raises(Refused, match=words):
        reports.submit(session, submission, NOW)
    assert count(session, reports.Report) == 0


def test_limits_themselves_are_within_the_limits(session: Session, county: County) -> None:
    kept = tuple(keep(session) for _ in range(MOST_FILES))
    submission = Submission(Subject(unit="某村"), Matter.OTHER, "字" * MOST_CHARACTERS, files=kept)
    assert reports.submit(session, submission, NOW).report.has_files


def test_what_is_handed_in_shows_nowhere_when_printed(session: Session, county: County) -> None:
    file = keep(session)
    submission = Submission(
        Subject(name="被反映人"),
        Matter.OTHER,
        "经过",
        title="标题",
        identity=reports.Identity("某甲", "13900000000"),
        files=(file,),
    )
    taken = reports.submit(session, submission, NOW)
    shown = f"{submission!r} {taken!r} {file!r} {submission.identity!r}"
    for secret in ("被反映人", "经过", "标题", "某甲", "13900000000", "证据.jpg", taken.receipt):
        assert secret not in shown
    assert repr(file.key) not in shown


DRAFT = b"d" * 32


def test_a_draft_lasts_an_hour_from_its_last_page(both: Engine) -> None:
    with Session(both) as session:
        drafts.keep(session, DRAFT, b"first", NOW)
        later = NOW + drafts.LASTS - timedelta(seconds=1)
        assert drafts.fetch(session, DRAFT, later) == b"first"
        drafts.keep(session, DRAFT, b"second", later)
        assert drafts.fetch(session, DRAFT, NOW + drafts.LASTS) == b"second"
        assert drafts.fetch(session, DRAFT, later + drafts.LASTS) is None
        assert drafts.fetch(session, b"e" * 32, NOW) is None


def test_drafts_that_have_run_out_go_with_the_next_that_is_kept(session: Session) -> None:
    drafts.keep(session, DRAFT, b"old", NOW)
    drafts.keep(session, b"e" * 32, b"new", NOW + drafts.LASTS)
    assert session.scalars(select(ReportDraft.boxed)).all() == [b"new"]
    assert drafts.forget_old(session, NOW + drafts.LASTS) == 0
    assert drafts.forget_old(session, NOW + 2 * drafts.LASTS) == 1


def test_a_draft_is_dropped_once(session: Session) -> None:
    drafts.keep(session, DRAFT, b"x", NOW)
    assert drafts.drop(session, DRAFT)
    assert not drafts.drop(session, DRAFT)


def test_letters_say_something_and_not_too_much(session: Session, county: County) -> None:
    submission = Submission(Subject(unit="某村"), Matter.OTHER, "某事")
    report = reports.submit(session, submission, NOW).report
    for text, files_count, words in (
        (" \n", 0, "请写下要补充的内容，或者选择文件"),
        ("字" * (MOST_CHARACTERS + 1), 0, "最多 10000 字"),
        ("见附件", MOST_FILES + 1, "最多 10 个文件"),
    ):
        kept = [keep(session) for _ in range(files_count)]
        with pytest.raises(Refused, match=words):
            dialogue.from_reporter(session, report, text, kept, NOW)
    assert dialogue.of_report(session, report.id) == []
    dialogue.from_reporter(session, report, "", [keep(session)], NOW)
    dialogue.from_reporter(session, report, "字" * MOST_CHARACTERS, [], NOW)
    assert [m.number for m in dialogue.of_report(session, report.id)] == [1, 2]
