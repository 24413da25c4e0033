"""A report's files: decrypted as they stream out, never written anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, stream_with_context

from admin import unsealing
from admin.access import needs
from admin.downloads import attachment
from admin.reports.blueprint import blueprint
from admin.reports.case import case_or_404
from domain import files, triage
from domain.clock import utc_now
from domain.permissions import Permission

if TYPE_CHECKING:
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
    plain = unsealing.open_file(file.key, files.chunks(case.session, file_id), file.size)
    return attachment(stream_with_context(plain), file.name, file.size)
