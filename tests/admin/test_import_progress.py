"""Ten thousand rows through the page: how far it has come is seen, and it can be cancelled whole."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from admin.imports import work
from benchmarks import workbooks
from domain import imports
from domain.clock import utc_now
from domain.db import Session, begin_writing
from domain.imports import uploads
from domain.imports.uploads import SILENCE, ImportUpload, Stage
from domain.tables import metadata
from tests.admin.conftest import Desk, SignIn
from tests.domain.imports.rows import DISCLOSURE, POWER
from tests.domain.imports.workbooks import filled
from tests.fixtures.county import County
from web.database import engine_of

ROWS = 10_000


@pytest.fixture(params=["sqlite", "postgresql"])
def sqlite_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The database that all other fixtures work on: one of each kind in turn."""
    if request.param == "postgresql":
        yield request.getfixturevalue("migrated_postgres_url")
    else:
        yield request.getfixturevalue("fresh_sqlite_url")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a fast machine everything would be done before anybody could look."""
    monkeypatch.setattr(work, "PATIENCE_SECONDS", 0)


@pytest.fixture
def editor(as_: SignIn) -> Desk:
    return as_("editor")


@pytest.fixture
def importer(as_: SignIn, county: County, session: Session) -> Desk:
    """Somebody who may import every unit's rows."""
    county.staff["editor"].unit_id = None
    session.commit()
    return as_("editor")


@pytest.fixture(scope="session")
def large() -> bytes:
    out = io.BytesIO()
    workbooks.write(out, ROWS)
    return out.getvalue()


def contents(session: Session) -> dict[str, int]:
    """How many rows each table has, but for what a workbook and a sign-in leave anyway."""
    session.rollback()
    return {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in metadata.sorted_tables
        if table.name not in {"import_uploads", "staff_sessions"}
    }


def watched(desk: Desk, address: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What the progress says, once it says what is awaited or nothing is under way any more."""
    while True:
        now: dict[str, Any] = desk.get(f"{address}/progress").get_json()
        if until(now) or not now["running"]:
            return now


def half_read(now: dict[str, Any]) -> bool:
    return bool(0 < now["done"] < now["total"])


def finish(desk: Desk) -> None:
    desk.client.application.extensions[work.EXTENSION].finish()


# Twice as long on two kinds of database, and no other for it.
@pytest.mark.parametrize("sqlite_url", ["sqlite"], indirect=True)
def test_a_large_workbook_is_watched_cancelled_and_imported(
    importer: Desk, session: Session, large: bytes
) -> None:
    before = contents(session)
    address = importer.send("/imports", workbook=(io.BytesIO(large), "全县.xlsx")).location
    seen = watched(importer, address, half_read)
    assert half_read(seen), seen
    assert re.search(f"第 [0-9]+ 行，共 {seen['total']} 行", seen["words"])
    page = importer.text(address)
    assert "正在核对" in page
    assert f'href="{address}"' in page, "without JavaScript, a link looks again"
    importer.client.set_cookie("lang", "en")
    assert importer.get(f"{address}/progress").get_json()["words"].isascii()
    importer.client.set_cookie("lang", "zh")
    finish(importer)
    assert "可以导入" in importer.text(address)
    assert contents(session) == before

    assert importer.send(f"{address}/apply").location == address
    assert half_read(watched(importer, address, half_read))
    assert importer.send(f"{address}/cancel").location == address
    finish(importer)
    page = importer.text(address)
    assert "已取消导入，一行也没有导入" in page
    assert "可以导入" in page
    assert contents(session) == before

    importer.post(f"{address}/apply")
    assert "已导入：新增" in importer.text(address)
    after = contents(session)
    assert after["power_items"] - before["power_items"] == ROWS * 3 // 5
    # The script on a page that was open meanwhile reloads once.
    assert importer.get(f"{address}/progress").get_json()["running"] is False


@pytest.mark.parametrize("sqlite_url", ["sqlite"], indirect=True)
def test_a_check_that_is_cancelled_leaves_nothing(
    importer: Desk, session: Session, large: bytes
) -> None:
    address = importer.send("/imports", workbook=(io.BytesIO(large), "全县.xlsx")).location
    assert importer.send(f"{address}/cancel").location == "/imports"
    finish(importer)
    assert session.scalar(sa.select(sa.func.count(ImportUpload.id))) == 0
    assert importer.get(address).status_code == importer.get(f"{address}/progress").status_code
    assert importer.get(address).status_code == 404


def handed_in(editor: Desk) -> str:
    """The address of a small workbook that is checked and may be imported."""
    file = filled(powers=[POWER], disclosures=[DISCLOSURE])
    return editor.post("/imports", workbook=(file, "交通局.xlsx")).location


def stored(session: Session) -> ImportUpload:
    session.rollback()
    return session.scalars(sa.select(ImportUpload)).one()


def test_a_word_to_cancel_during_the_last_step_undoes_it(editor: Desk, session: Session) -> None:
    """On PostgreSQL that word arrives while the import writes; on SQLite it waits for its end."""
    handed_in(editor)
    upload, before = stored(session), contents(session)
    run = uploads.begin(session, upload, Stage.IMPORTING, utc_now())
    session.commit()
    engine = session.get_bind()
    with Session(engine) as importing:
        begin_writing(importing)
        reading = imports.read(io.BytesIO(upload.content))
        session.rollback()
        outcome = imports.apply(importing, reading, None, utc_now())
        assert outcome.applied
        in_time = engine.dialect.name == "postgresql"
        if in_time:
            assert uploads.cancel(session, upload, utc_now())
            session.commit()
        concluded = uploads.conclude(importing, upload.id, run, outcome, utc_now(), importing=True)
        assert concluded is not in_time
        if concluded:
            importing.commit()
    if in_time:
        assert contents(session) == before
        assert stored(session).stage is Stage.CHECKED
    else:
        assert not uploads.cancel(session, stored(session), utc_now())
        assert contents(session) != before


def test_too_late_to_cancel_is_said(editor: Desk, session: Session) -> None:
    address = handed_in(editor)
    editor.post(f"{address}/apply")
    after = contents(session)
    editor.post(f"{address}/cancel")
    assert "来不及取消：已经全部导入" in editor.text(address)
    assert contents(session) == after


def test_what_is_under_way_is_not_begun_twice(editor: Desk, session: Session) -> None:
    address = handed_in(editor)
    upload, now = stored(session), utc_now()
    run = uploads.begin(session, upload, Stage.IMPORTING, now)
    session.commit()
    editor.post(f"{address}/apply")
    assert "正在处理，请稍候" in editor.text(address)
    assert "正在导入" in editor.text(address)
    assert stored(session).run == run


def test_work_that_broke_off_is_said_and_begun_again(editor: Desk, session: Session) -> None:
    address = handed_in(editor)
    upload = stored(session)
    stale = uploads.begin(session, upload, Stage.IMPORTING, utc_now() - SILENCE)
    session.commit()
    page = editor.text(address)
    assert "处理中断了" in page
    assert "确认导入" not in page
    editor.post(f"{address}/apply")
    assert "请先核对这份工作簿，再导入" in editor.text(address)
    editor.post(f"{address}/check")
    assert "可以导入" in editor.text(address)
    # Whoever broke off and comes back all the same has no say any more.
    assert not uploads.advance(session, upload.id, stale, 1, 2, utc_now())
    session.rollback()
    editor.post(f"{address}/apply")
    assert "已导入" in editor.text(address)


def test_a_failure_of_the_program_is_said(
    editor: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, before = handed_in(editor), contents(session)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(imports, "apply", fail)
    editor.post(f"{address}/apply")
    assert "程序出错，一行也没有导入" in editor.text(address)
    assert contents(session) == before


def test_a_right_that_was_taken_meanwhile_is_missed(
    editor: Desk, session: Session, county: County
) -> None:
    handed_in(editor)
    before = contents(session)
    upload = stored(session)
    run = uploads.begin(session, upload, Stage.IMPORTING, utc_now())
    county.staff["editor"].role_names = []
    session.commit()
    # The thread comes to it only now.
    workshop: work.Workshop = editor.client.application.extensions[work.EXTENSION]
    workshop.take(engine_of(editor.client.application), upload.id, run, Stage.IMPORTING)
    finish(editor)
    refused = stored(session).refused
    assert refused is not None
    assert str(refused) == "您没有导入工作簿的权限"
    assert contents(session) == before


def test_nobody_cancels_anothers(editor: Desk, as_: SignIn, session: Session) -> None:
    address = handed_in(editor)
    reviewer = as_("reviewer")
    for path in ("cancel", "check"):
        assert reviewer.post(f"{address}/{path}").status_code == 403
    assert reviewer.get(f"{address}/progress").status_code == 403
    assert stored(session).uploaded_at + timedelta(hours=1) > utc_now()
