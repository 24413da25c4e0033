"""A report's page: its door while it is shut, what it says while the reader's reading holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for

from admin import unsealing
from admin.access import current_private_key, current_staff, needs
from admin.reports import forms
from admin.reports.blueprint import blueprint
from admin.reports.case import Case, case_or_404, open_now
from domain import categories, identities, officials, triage
from domain.clock import utc_now
from domain.permissions import Permission
from domain.reports import OPEN, UNDECIDED
from domain.triage import MustRecuse
from domain.units import Unit
from web.database import current_session
from web.errors import explain_refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from admin.reports.forms import StepForm
    from domain.identities import IdentityRequest


@blueprint.get("/<number>")
@needs(Permission.REPORT_QUEUE)
def item(number: str) -> str:
    """The report's page."""
    return show(case_or_404(number))


@blueprint.post("/<number>/open")
@needs(Permission.REPORT_OPEN)
def unlock(number: str) -> ResponseReturnValue:
    """Open the report: one act, one row; it may be looked at for half an hour."""
    session, person, now = current_session(), current_staff(), utc_now()
    report = triage.report_of(session, number, person)
    if report is None:
        abort(404)
    content = open_now(session, report, person)
    try:
        triage.open_report(session, report, person, now, subject=content.subject)
    except MustRecuse as refused:
        key = unsealing.report_key(session, report, person, current_private_key())
        triage.recuse(session, report, key, person, now)
        session.commit()
        flash(explain_refusal(refused), "warning")
        return redirect(url_for(".index"), 303)
    session.commit()
    return redirect(url_for(".item", number=number), 303)


def show(case: Case, failed: StepForm | None = None) -> str:
    """The page, with a form that could not be carried out as it was filled in."""
    asked = identities.latest(case.session, case.report.id) if case.report.is_named else None
    return render_template(
        "admin/reports/item.html",
        report=case.report,
        content=case.content,
        about=_about(case),
        steps=_steps(case, asked, failed),
        failed=failed.step if failed else "",
        asked=asked,
        category=categories.label_of,
    )


def _about(case: Case) -> list[str]:
    """Whom the report is about: as the public record knows them, and in the reporter's words."""
    if case.content is None:
        return []
    subject = case.content.subject
    lines = [
        f"{official.name}　{forms.posts_in_words(official)}"
        for official in officials.with_posts(case.session, case.meant)
    ]
    unit = case.session.get(Unit, subject.unit_id) if subject.unit_id else None
    typed = (unit.name if unit else subject.unit, subject.post, subject.name)
    words = "　".join(word for word in typed if word)
    return [*lines, *([words] if words else [])]


def steps_open(case: Case, asked: IdentityRequest | None) -> list[type[StepForm]]:
    """What the reader may still do with the report."""
    person, state = case.person, case.report.state
    decides, kinds = person.may(Permission.REPORT_DECIDE), list[type[forms.StepForm]]()
    if decides and state in UNDECIDED:
        kinds.append(forms.AcceptForm)
    if person.may(Permission.CLUE_OPEN) and state in OPEN:
        kinds.append(forms.ClueForm)
    if decides and state in OPEN:
        kinds += [forms.AskForm, forms.PassOnForm, forms.ReferForm]
    if decides and state in UNDECIDED:
        kinds.append(forms.DeclineForm)
    if (
        person.may(Permission.IDENTITY_REQUEST)
        and case.report.is_named
        and (asked is None or asked.state not in identities.OPEN)
    ):
        kinds.append(forms.IdentityForm)
    return kinds


def _steps(
    case: Case, asked: IdentityRequest | None, failed: StepForm | None
) -> dict[str, StepForm]:
    """The forms of those steps: only beside what the report says, so that nobody decides blindly.

    One that failed is always shown: what was typed in it must not be lost.
    """
    kinds = steps_open(case, asked) if case.content else []
    made: dict[str, StepForm] = {}
    for kind in kinds:
        form = kind(formdata=None, prefix=kind.step)
        form.prepare(case)
        made[kind.step] = form
    if failed is not None:
        made[failed.step] = failed
    return made
