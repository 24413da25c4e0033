"""The decision of a reviewer on one edition: public now, public later, or back to its author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from admin import indexing
from admin.access import current_staff, needs
from admin.publishing.blueprint import ONE, blueprint, edition_or_404, group_shown, revision_of
from admin.publishing.forms import PUBLISH, SCHEDULE, DecisionForm
from domain import categories, disclosures, notices, powers, publishing
from domain.clock import utc_now
from domain.editing import comparing
from domain.editing.desk import Kind
from domain.errors import Refused
from domain.notices import NoticeEdition
from domain.permissions import Permission
from domain.powers import PowerEdition
from domain.publishing import State
from web.database import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from admin.publishing.blueprint import AnyEdition
    from domain.publishing import Edition


@blueprint.route(ONE, methods=["GET", "POST"])
@needs(Permission.EDITION_REVIEW)
def review(kind: str, number: int) -> ResponseReturnValue:
    """The whole of what was submitted, what it changes, and the decision on it."""
    session, edition = current_session(), edition_or_404(kind, number)
    form = DecisionForm()
    if not form.validate_on_submit():
        if request.method == "GET":
            form.revision.data = str(edition.revision)
        return _review_page(kind, edition, form)
    try:
        publishing.ensure_seen(session, edition, revision_of(form.revision.data))
        done = _decide(edition, form)
    except Refused as refused:
        session.rollback()
        edition = edition_or_404(kind, number)
        form.refuse(refused, _about(form))
        form.revision.data = str(edition.revision)
        return _review_page(kind, edition, form)
    session.commit()
    if form.decision.data == PUBLISH:
        indexing.follow()
    flash(done, "ok")
    return redirect(url_for(".index"), 303)


def _decide(edition: Edition, form: DecisionForm) -> str:
    """Do what the pressed button says; what the reviewer is told."""
    session, person, now = current_session(), current_staff(), utc_now()
    if form.decision.data == PUBLISH:
        publishing.publish(session, edition, person, now)
        return str(gettext("已公开"))
    if form.decision.data == SCHEDULE and form.moment.data is not None:
        publishing.schedule(session, edition, form.moment.data, person, now)
        return str(gettext("已批准，到时自动公开"))
    reason = form.reason.data or ""
    publishing.send_back(session, edition, reason, person, now, remarks=form.said)
    return str(gettext("已退回起草人修改"))


def _about(form: DecisionForm) -> str | None:
    """The field that a refusal most likely speaks of."""
    if form.decision.data == SCHEDULE:
        return "moment"
    return "reason" if form.decision.data != PUBLISH and not form.reason.data else None


def _review_page(kind: str, edition: AnyEdition, form: DecisionForm) -> str:
    session, person = current_session(), current_staff()
    form.offer_remarks(edition)
    values = {
        "kind": Kind(kind),  # type: ignore[call-arg]
        "edition": edition,
        "form": form,
        "deciding": edition.state is State.SUBMITTED,
        "own": publishing.has_written(session, edition, person),
    }
    if isinstance(edition, PowerEdition):
        before = powers.in_force(session, edition.power_list.post_id)
        if before is not None and before.id == edition.id:
            before = None
        return render_template(
            "admin/powers/review.html",
            **values,
            before=before,
            changes=comparing.changes(before, edition) if before else None,
        )
    if isinstance(edition, NoticeEdition):
        shown = notices.readable(session, edition.notice_id)
        return render_template(
            "admin/notices/review.html",
            **values,
            before=shown if shown and shown.state is State.PUBLISHED else None,
            findings=edition.findings,
            category=categories.label_of(edition.category),
        )
    former = disclosures.readable(session, edition.disclosure_id)
    former = former if former and former.state is State.PUBLISHED else None
    former = None if former is edition else former
    return render_template(
        "admin/disclosures/review.html",
        **values,
        before=former,
        differences=comparing.disclosure_differences(former, edition) if former else [],
        group=group_shown(edition),
    )
