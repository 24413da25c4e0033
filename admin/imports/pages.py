"""Import 导入工作簿: take the template, hand in a workbook, see what it would do, then do it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext

from admin.access import current_staff, needs
from admin.downloads import attachment
from domain import imports
from domain.clock import utc_now
from domain.db import begin_writing
from domain.errors import Refused
from domain.imports import marked, package, template, uploads
from domain.permissions import Permission
from web.database import current_session
from web.errors import explain_refusal
from web.forms import FileField, Form, Required

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from domain.imports import Outcome
    from domain.imports.uploads import ImportUpload

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
# On the page; the marked copy has them all.
SHOWN = 200


class UploadForm(Form):
    """Hand in a workbook."""

    workbook = FileField(
        lazy_gettext("工作簿"),
        [Required(lazy_gettext("请选择要导入的工作簿"))],
        max_bytes=package.LIMITS.file,
    )


@blueprint.get("")
@needs(Permission.IMPORT)
def index() -> str:
    """The template, the form to hand in a workbook, and what waits to be confirmed."""
    return _index(UploadForm(formdata=None))


def _index(form: UploadForm) -> str:
    waiting = uploads.of_person(current_session(), current_staff(), utc_now())
    return render_template(
        "admin/imports/index.html", form=form, waiting=waiting, unit=current_staff().unit
    )


@blueprint.get("/template")
@needs(Permission.IMPORT)
def blank() -> Response:
    """The empty workbook."""
    out = io.BytesIO()
    template.write(out)
    data = out.getvalue()
    return attachment([data], gettext("明权导入模板.xlsx"), len(data))


@blueprint.post("")
@needs(Permission.IMPORT)
def upload() -> ResponseReturnValue:
    """Keep a workbook and show what it would do."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _index(form), 422
    chosen = form.workbook.data[0]
    content = chosen.stream.read()
    try:
        package.examine(io.BytesIO(content))
    except Refused as refused:
        form.refuse(refused, "workbook")
        return _index(form), 422
    session = current_session()
    kept = uploads.keep(session, chosen.filename, content, current_staff(), utc_now())
    number = kept.id
    session.commit()
    return redirect(url_for(".item", number=number), 303)


def _upload_or_404(number: int) -> ImportUpload:
    found = uploads.by_id(current_session(), number, current_staff(), utc_now())
    if found is None:
        abort(404)
    return found


@blueprint.get("/<id:number>")
@needs(Permission.IMPORT)
def item(number: int) -> ResponseReturnValue:
    """What a workbook would do, or why it cannot."""
    found = _upload_or_404(number)
    try:
        outcome = _check(found)
    except Refused as refused:
        return render_template(
            "admin/imports/item.html", upload=found, outcome=None, refused=explain_refusal(refused)
        )
    return render_template(
        "admin/imports/item.html",
        upload=found,
        outcome=outcome,
        shown=SHOWN,
        say=explain_refusal,
    )


def _check(found: ImportUpload) -> Outcome:
    reading = imports.read(io.BytesIO(found.content))
    return imports.check(current_session(), reading, current_staff())


@blueprint.get("/<id:number>/marked")
@needs(Permission.IMPORT)
def marked_copy(number: int) -> ResponseReturnValue:
    """The workbook with its bad cells marked."""
    found = _upload_or_404(number)
    out = io.BytesIO()
    try:
        marked.write(io.BytesIO(found.content), _check(found).problems, out, explain_refusal)
    except Refused as refused:
        flash(explain_refusal(refused), "error")
        return redirect(url_for(".item", number=number), 303)
    data = out.getvalue()
    name = gettext("标错-%(name)s", name=found.name.rpartition(".")[0] + ".xlsx")
    return attachment([data], name, len(data))


@blueprint.post("/<id:number>/apply")
@needs(Permission.IMPORT)
def apply(number: int) -> ResponseReturnValue:
    """Import the workbook, after checking it again."""
    session = current_session()
    content = _upload_or_404(number).content
    # Nobody else waits for the database while the workbook is read.
    session.rollback()
    try:
        reading = imports.read(io.BytesIO(content))
        begin_writing(session)
        found = _upload_or_404(number)
        outcome = imports.apply(session, reading, current_staff(), utc_now())
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
        return redirect(url_for(".item", number=number), 303)
    if outcome.problems:
        session.rollback()
        flash(gettext("系统里的内容有了变化，工作簿没有导入，请看下面的错误。"), "error")
        return redirect(url_for(".item", number=number), 303)
    session.delete(found)
    session.commit()
    flash(_summary(outcome), "ok" if outcome.applied else "info")
    return redirect(url_for(".index"), 303)


def _summary(outcome: Outcome) -> str:
    if not outcome.applied:
        return str(gettext("没有变化：工作簿的内容都已在系统里。"))
    totals = dict(outcome.totals())
    return str(
        gettext(
            "已导入：新增 %(added)s 行，更改 %(changed)s 行，不变 %(unchanged)s 行；"
            "%(submitted)s 份稿件已提交审核，%(drafts)s 份存为草稿。",
            submitted=outcome.submitted,
            drafts=outcome.drafts,
            **totals,
        )
    )


@blueprint.post("/<id:number>/drop")
@needs(Permission.IMPORT)
def drop(number: int) -> ResponseReturnValue:
    """Forget a workbook."""
    session = current_session()
    session.delete(_upload_or_404(number))
    session.commit()
    flash(gettext("已放弃这份工作簿，系统里的内容没有变化。"), "info")
    return redirect(url_for(".index"), 303)
