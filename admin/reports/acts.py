"""The steps of triage. Each is a POST, one act of the domain, one audit row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from admin import unsealing
from admin.access import current_private_key, needs
from admin.reports import forms
from admin.reports.blueprint import blueprint
from admin.reports.case import Case, case_or_404
from admin.reports.page import show
from domain import clues, identities, readings, sealing, triage
from domain.clock import utc_now
from domain.errors import Refused
from domain.offices import Office
from domain.officials import Official
from domain.permissions import Permission
from domain.triage import DeclineReason

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

StepFormT = TypeVar("StepFormT", bound=forms.StepForm)
# Carries a step out and gives the page to show afterwards.
Step = Callable[[Case, StepFormT, datetime], str]


def _take(number: str, kind: type[StepFormT], step: Step[StepFormT]) -> ResponseReturnValue:
    """Take a step; when it cannot be taken, the page again with everything that was typed."""
    case = case_or_404(number)
    form = kind(prefix=kind.step)
    form.prepare(case)
    # Half an hour may have passed over the writing: having opened it once is enough.
    if not readings.ever(case.session, f"reports:{case.report.id}", case.person):
        form.refuse(gettext("请先拆阅举报，再作决定"))
    elif form.validate():
        try:
            address = step(case, form, utc_now())
        except Refused as refused:
            case.session.rollback()
            form.refuse(refused)
        else:
            case.session.commit()
            return redirect(address, 303)
    return show(case_or_404(number), form)


def _page(case: Case) -> str:
    return url_for(".item", number=case.report.id)


@blueprint.post("/<number>/accept")
@needs(Permission.REPORT_DECIDE)
def accept(number: str) -> ResponseReturnValue:
    """Accept 受理."""

    def step(case: Case, form: forms.AcceptForm, now: datetime) -> str:
        triage.accept(case.session, case.report, form.category.data, case.person, now)
        flash(gettext("已受理，并已告知举报人"), "ok")
        return _page(case)

    return _take(number, forms.AcceptForm, step)


@blueprint.post("/<number>/decline")
@needs(Permission.REPORT_DECIDE)
def decline(number: str) -> ResponseReturnValue:
    """Do not accept 不予受理."""

    def step(case: Case, form: forms.DeclineForm, now: datetime) -> str:
        why = DeclineReason(form.why.data)  # type: ignore[call-arg]
        triage.decline(case.session, case.report, why, form.text.data or "", case.person, now)
        flash(gettext("已决定不予受理，并已写信给举报人"), "ok")
        return _page(case)

    return _take(number, forms.DeclineForm, step)


@blueprint.post("/<number>/refer")
@needs(Permission.REPORT_DECIDE)
def refer(number: str) -> ResponseReturnValue:
    """Refer to another body 转交."""

    def step(case: Case, form: forms.ReferForm, now: datetime) -> str:
        triage.refer_out(case.session, case.report, form.text.data or "", case.person, now)
        flash(gettext("已转其他机关，并已写信给举报人"), "ok")
        return _page(case)

    return _take(number, forms.ReferForm, step)


@blueprint.post("/<number>/ask")
@needs(Permission.REPORT_DECIDE)
def ask(number: str) -> ResponseReturnValue:
    """Ask the reporter."""

    def step(case: Case, form: forms.AskForm, now: datetime) -> str:
        triage.ask(case.session, case.report, form.text.data or "", case.person, now)
        flash(gettext("已写信给举报人，答复会出现在“往来”里"), "ok")
        return _page(case)

    return _take(number, forms.AskForm, step)


@blueprint.post("/<number>/pass-on")
@needs(Permission.REPORT_DECIDE)
def pass_on(number: str) -> ResponseReturnValue:
    """Pass on to another office: the report's key is sealed to it, ours is gone."""

    def step(case: Case, form: forms.PassOnForm, now: datetime) -> str:
        office = case.session.get_one(Office, int(form.office.data))
        key = unsealing.report_key(case.session, case.report, case.person, current_private_key())
        sealed_key = sealing.seal_key(office.public_key, key)
        triage.pass_on(case.session, case.report, office, sealed_key, case.person, now)
        flash(gettext("已转%(office)s，本室不再能查看", office=office.name), "ok")
        return url_for(".index")

    return _take(number, forms.PassOnForm, step)


@blueprint.post("/<number>/clue")
@needs(Permission.CLUE_OPEN)
def clue(number: str) -> ResponseReturnValue:
    """Open a clue about an official; with the button 查找, only look for officials."""
    if "find" in request.form:
        case = case_or_404(number)
        form = forms.ClueForm(prefix=forms.ClueForm.step)
        form.prepare(case)
        return show(case, form)

    def step(case: Case, form: forms.ClueForm, now: datetime) -> str:
        made = clues.open_from_report(
            case.session,
            case.report,
            case.session.get_one(Official, int(form.official.data)),
            form.category.data,
            form.account.data or "",
            case.person,
            now,
        )
        flash(gettext("已建立问题线索%(number)s，并归入廉政档案", number=made.number), "ok")
        return url_for("clues.item", number=made.id)

    return _take(number, forms.ClueForm, step)


@blueprint.post("/<number>/identity")
@needs(Permission.IDENTITY_REQUEST)
def identity(number: str) -> ResponseReturnValue:
    """Ask to have the reporter's identity looked at."""

    def step(case: Case, form: forms.IdentityForm, now: datetime) -> str:
        reason = form.reason.data or ""
        identities.request(case.session, case.report, reason, case.person, now)
        flash(gettext("已提出申请，等待批准"), "ok")
        return _page(case)

    return _take(number, forms.IdentityForm, step)
