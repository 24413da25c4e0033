"""Import 导入工作簿: take the template, hand in a workbook, see what it would do, then do it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext

from admin.access import current_staff, needs
from admin.downloads import attachment
from admin.imports import work
from domain.clock import utc_now
from domain.errors import Refused
from domain.imports import marked, package, template, uploads
from domain.imports.uploads import Stage
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
    return _started(kept, Stage.CHECKING)


def _started(found: ImportUpload, stage: Stage) -> ResponseReturnValue:
    """Begin to check or import a workbook, and go to the page that says how far it has come."""
    session = current_session()
    run, number = uploads.begin(session, found, stage, utc_now()), found.id
    session.commit()
    work.take(number, run, stage)
    return redirect(url_for(".item", number=number), 303)


def _upload_or_404(number: int) -> ImportUpload:
    found = uploads.by_id(current_session(), number, current_staff(), utc_now())
    if found is None:
        abort(404)
    return found


@blueprint.get("/<id:number>")
@needs(Permission.IMPORT)
def item(number: int) -> str:
    """How far a workbook has come; what it would do, or why it cannot; what it has done."""
    found, now = _upload_or_404(number), utc_now()
    if found.is_running(now):
        return render_template("admin/imports/running.html", upload=found, words=_words(found))
    if found.stage is Stage.IMPORTED and found.outcome is not None:
        return render_template(
            "admin/imports/done.html", upload=found, summary=_summary(found.outcome)
        )
    return render_template(
        "admin/imports/item.html",
        upload=found,
        outcome=None if found.is_broken_off(now) else found.outcome,
        refused=explain_refusal(found.refused) if found.refused else "",
        shown=SHOWN,
        say=explain_refusal,
    )


@blueprint.get("/<id:number>/progress")
@needs(Permission.IMPORT)
def progress(number: int) -> ResponseReturnValue:
    """The same in short, for the script on that page."""
    found = _upload_or_404(number)
    return {
        "running": found.is_running(utc_now()),
        "done": found.done,
        "total": found.total,
        "words": _words(found),
    }


def _words(found: ImportUpload) -> str:
    if not found.total:
        return str(gettext("正在打开工作簿"))
    if found.done < found.total:
        return str(
            gettext("正在读取：第 %(done)s 行，共 %(total)s 行", done=found.done, total=found.total)
        )
    if found.stage is Stage.IMPORTING:
        return str(gettext("已读完 %(total)s 行，正在写入", total=found.total))
    return str(gettext("已读完 %(total)s 行，正在与系统里的内容比较", total=found.total))


@blueprint.get("/<id:number>/marked")
@needs(Permission.IMPORT)
def marked_copy(number: int) -> ResponseReturnValue:
    """The workbook with its bad cells marked."""
    found = _upload_or_404(number)
    if found.outcome is None or not found.outcome.problems:
        return redirect(url_for(".item", number=number), 303)
    out = io.BytesIO()
    marked.write(io.BytesIO(found.content), found.outcome.problems, out, explain_refusal)
    data = out.getvalue()
    name = gettext("标错-%(name)s", name=found.name.rpartition(".")[0] + ".xlsx")
    return attachment([data], name, len(data))


@blueprint.post("/<id:number>/check")
@needs(Permission.IMPORT)
def check(number: int) -> ResponseReturnValue:
    """Check a workbook again: what the system holds may have changed, or the check broke off."""
    return _asked(number, Stage.CHECKING)


@blueprint.post("/<id:number>/apply")
@needs(Permission.IMPORT)
def apply(number: int) -> ResponseReturnValue:
    """Import the workbook; it is checked again on the way."""
    return _asked(number, Stage.IMPORTING)


def _asked(number: int, stage: Stage) -> ResponseReturnValue:
    try:
        return _started(_upload_or_404(number), stage)
    except Refused as refused:
        current_session().rollback()
        flash(explain_refusal(refused), "error")
        return redirect(url_for(".item", number=number), 303)


@blueprint.post("/<id:number>/cancel")
@needs(Permission.IMPORT)
def cancel(number: int) -> ResponseReturnValue:
    """Stop what is under way; nothing of an import is kept."""
    session, found = current_session(), _upload_or_404(number)
    if found.stage is Stage.CHECKING:
        return _forget(found)
    stopped = uploads.cancel(session, found, utc_now())
    session.commit()
    if stopped:
        flash(gettext("已取消导入，一行也没有导入。工作簿还在，可以再次导入。"), "info")
    else:
        flash(gettext("来不及取消：已经全部导入。"), "warning")
    return redirect(url_for(".item", number=number), 303)


def _forget(found: ImportUpload) -> ResponseReturnValue:
    session = current_session()
    session.delete(found)
    session.commit()
    flash(gettext("已放弃这份工作簿，系统里的内容没有变化。"), "info")
    return redirect(url_for(".index"), 303)


def _summary(outcome: Outcome) -> str:
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
    """Forget a workbook; an import of it that is under way is cancelled."""
    return _forget(_upload_or_404(number))
