"""Checking and importing a workbook beside the pages, which only look how far it has come.

A thread of the site's own process: what it has written is kept by one commit or not at all, so a
server that is stopped meanwhile leaves nothing half done (`domain.imports.uploads`).
"""

from __future__ import annotations

import io
import logging
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

from domain import imports
from domain.clock import utc_now
from domain.db import Session, begin_writing
from domain.errors import Refused
from domain.imports import uploads
from domain.imports.uploads import ImportUpload, Stage
from domain.labels import N_
from domain.staff import Staff
from web.database import engine_of
from web.logs import describe

if TYPE_CHECKING:
    from concurrent.futures import Future

    from sqlalchemy import Engine

    from domain.imports import Outcome, Reading

logger = logging.getLogger(__name__)
EXTENSION = "mingquan.imports"
# Reading keeps a core busy: others who import at the same moment wait their turn.
_AT_ONCE = 1
_SECONDS_BETWEEN_WORDS = 0.5
# A small workbook is done before anybody looks how far it has come.
PATIENCE_SECONDS = 1.5
FAILED = N_("处理这份工作簿时程序出错，一行也没有导入。请重新核对，或者与管理员联系")


class Cancelled(Exception):
    """Whoever handed the workbook in does not want it any more."""


class Workshop:
    """The thread of one site that works on workbooks."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="imports")
        self._under_way: set[Future[None]] = set()

    def take(self, engine: Engine, upload_id: int, run: int, stage: Stage) -> Future[None]:
        """Begin a run that `uploads.begin` has put on record and the caller has committed."""
        future = self._pool.submit(_work, engine, upload_id, run, stage)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def finish(self) -> None:
        """Wait until nothing is under way."""
        wait(list(self._under_way))


def workshop() -> Workshop:
    """The workshop of this site."""
    return cast("Workshop", current_app.extensions[EXTENSION])


def take(upload_id: int, run: int, stage: Stage) -> None:
    """Begin a run beside this request, and wait a moment for it."""
    site = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    wait([workshop().take(engine_of(site), upload_id, run, stage)], timeout=PATIENCE_SECONDS)


def _work(engine: Engine, upload_id: int, run: int, stage: Stage) -> None:
    importing = stage is Stage.IMPORTING
    try:
        reading = _read(engine, upload_id, run)
        if importing:
            _import(engine, upload_id, run, reading)
        else:
            _check(engine, upload_id, run, reading)
    except Cancelled:
        return
    except Refused as refused:
        _conclude(engine, upload_id, run, refused, importing=importing)
    except Exception as error:  # noqa: BLE001 - whoever waits must be told, whatever it was
        logger.error("an import failed: %s", describe(error))  # noqa: TRY400
        _conclude(engine, upload_id, run, Refused(FAILED), importing=importing)


def _read(engine: Engine, upload_id: int, run: int) -> Reading:
    with Session(engine) as session:
        upload = session.get(ImportUpload, upload_id)
        if upload is None:
            raise Cancelled
        content = upload.content
    spoken = 0.0

    def say(done: int, total: int) -> None:
        nonlocal spoken
        moment = time.monotonic()
        if done < total and moment < spoken + _SECONDS_BETWEEN_WORDS:
            return
        spoken = moment
        with Session(engine) as session:
            begin_writing(session)
            if not uploads.advance(session, upload_id, run, done, total, utc_now()):
                raise Cancelled
            session.commit()

    say(0, 0)
    return imports.read(io.BytesIO(content), say)


def _person(session: Session, upload_id: int) -> Staff:
    upload = session.get(ImportUpload, upload_id)
    person = session.get(Staff, upload.staff_id) if upload is not None else None
    if person is None:
        raise Cancelled
    return person


def _check(engine: Engine, upload_id: int, run: int, reading: Reading) -> None:
    with Session(engine) as session:
        outcome = imports.check(session, reading, _person(session, upload_id))
    _conclude(engine, upload_id, run, outcome, importing=False)


def _import(engine: Engine, upload_id: int, run: int, reading: Reading) -> None:
    with Session(engine) as session:
        # Nobody else waited for the database while the workbook was read.
        begin_writing(session)
        outcome = imports.apply(session, reading, _person(session, upload_id), utc_now())
        if outcome.applied:
            # The import and the word that it is done are kept together, or neither.
            if uploads.conclude(session, upload_id, run, outcome, utc_now(), importing=True):
                session.commit()
            return
    _conclude(engine, upload_id, run, outcome, importing=True)


def _conclude(
    engine: Engine, upload_id: int, run: int, result: Outcome | Refused, *, importing: bool
) -> None:
    with Session(engine) as session:
        begin_writing(session)
        uploads.conclude(session, upload_id, run, result, utc_now(), importing=importing)
        session.commit()
