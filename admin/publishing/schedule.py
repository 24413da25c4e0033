"""An approved edition that waits for its moment: another moment, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from admin.access import current_staff, needs
from admin.publishing.blueprint import ONE, blueprint, edition_or_404, revision_of
from admin.publishing.endings import for_a_reason
from admin.publishing.forms import MomentForm
from domain import publishing
from domain.clock import utc_now
from domain.editing.desk import Kind
from domain.errors import Refused
from domain.permissions import Permission
from domain.publishing import State
from web.database import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route(ONE + "/reschedule", methods=["GET", "POST"])
@needs(Permission.EDITION_REVIEW)
def reschedule(kind: str, number: int) -> ResponseReturnValue:
    """Let it become public at another moment."""
    session, edition = current_session(), edition_or_404(kind, number)
    form = MomentForm()
    if form.validate_on_submit() and form.moment.data is not None:
        try:
            publishing.ensure_seen(session, edition, revision_of(form.revision.data))
            publishing.reschedule(session, edition, form.moment.data, current_staff(), utc_now())
        except Refused as refused:
            session.rollback()
            edition = edition_or_404(kind, number)
            form.refuse(refused, "moment")
        else:
            session.commit()
            flash(gettext("公开时间已改"), "ok")
            return redirect(url_for(".scheduled"), 303)
    form.revision.data = str(edition.revision)
    if request.method == "GET":
        form.moment.data = edition.scheduled_for
    return render_template(
        "admin/publishing/reschedule.html",
        kind=Kind(kind),  # type: ignore[call-arg]
        edition=edition,
        form=form,
        own=publishing.has_written(session, edition, current_staff()),
    )


@blueprint.route(ONE + "/unschedule", methods=["GET", "POST"])
@needs(Permission.EDITION_REVIEW, Permission.EDITION_WRITE)
def unschedule(kind: str, number: int) -> ResponseReturnValue:
    """Stop a scheduled publication."""
    answer = for_a_reason(kind, number, publishing.unschedule, (State.SCHEDULED,), "unschedule")
    if answer is not None:
        return answer
    flash(gettext("已取消定时公开，退回起草人"), "ok")
    return redirect(url_for(".scheduled"), 303)
