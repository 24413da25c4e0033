"""A report's files: decrypted as they stream out, never written anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Response, abort

from admin import unsealing
from admin.access import needs
from admin.downloads import attachment
from admin.reports.blueprint import blueprint
from admin.reports.case import case_or_404
from domain import files, triage
from domain.clock import utc_now
from domain.db import Session
from domain.permissions import Permission

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from admin.unsealing import OpenedFile


@blueprint.post("/<number>/files/<file_id>")
@needs(Permission.REPORT_OPEN)
def download(number: str, file_id: str) -> Response:
    """Hand a file out: one act, one row. It leaves as bytes that no browser will interpret."""
    case = case_or_404(number)
    held: tuple[OpenedFile, ...] = case.content.files if case.content else ()
    file = next((f for f in held if f.id == file_id), None)
    if file is None:
        abort(404)
    triage.take_file(case.session, case.report, file_id, case.person, utc_now())
    case.session.commit()
    return attachment(_plain(case.session.get_bind().engine, file), file.name, file.size)


def _plain(engine: Engine, file: OpenedFile) -> Iterator[bytes]:
    """The bytes, a chunk at a time; by a session of its own, for the request's is over by then."""
    with Session(engine) as session:
        yield from unsealing.open_file(file.key, files.chunks(session, file.id), file.size)
