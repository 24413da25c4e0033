"""Looking at who reports: asked for by one person, approved by another, seen by the custodian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext

from admin import unsealing
from admin.access import current_private_key, current_staff, needs
from domain import identities, offices, readings, triage
from domain.clock import utc_now
from domain.errors import Refused
from domain.identities import IdentityRequest, RequestState
from domain.offices import OfficeKind
from domain.permissions import Permission
from web.database import current_session
from web.errors import explain_refusal
from web.forms import Form, LongTextField, MaxLength, Required
from web.paging import paginate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from admin.settings import AdminSettings
    from domain.reports import Identity

blueprint = Blueprint("identities", __name__, url_prefix="/identities")
_CONCERNED = (
    Permission.IDENTITY_APPROVE,
    Permission.IDENTITY_READ,
    Permission.IDENTITY_REQUEST,
)


class RefuseForm(Form):
    """Why a request is turned down."""

    why = LongTextField(
        lazy_gettext("不批准的理由"),
        [Required(lazy_gettext("请写明不批准的理由")), MaxLength(500)],
        rows=3,
    )


@blueprint.get("")
@needs(*_CONCERNED)
def index() -> str:
    """The requests the reader has to do with."""
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    person = current_staff()
    page = paginate(current_session(), identities.visible(person), size=settings.rows_per_page)
    return render_template("admin/identities/index.html", page=page, me=person)


def request_or_404(number: int) -> IdentityRequest:
    """The request if the reader has to do with it."""
    asked = identities.by_id(current_session(), number, current_staff())
    if asked is None:
        abort(404)
    return asked


@blueprint.get("/<id:number>")
@needs(*_CONCERNED)
def item(number: int) -> str:
    """The request's page; for the custodian who has opened it, the identity."""
    return _show(request_or_404(number), RefuseForm(formdata=None))


def _show(asked: IdentityRequest, form: RefuseForm) -> str:
    session, person = current_session(), current_staff()
    is_open = readings.current(session, asked.subject, person, utc_now()) is not None
    return render_template(
        "admin/identities/item.html",
        asked=asked,
        identity=_identity(asked) if is_open else None,
        decides=person.may(Permission.IDENTITY_APPROVE)
        and asked.state is RequestState.PENDING
        and asked.requester_id != person.id,
        looks=person.may(Permission.IDENTITY_READ) and asked.state is RequestState.APPROVED,
        has_report=person.may(Permission.REPORT_QUEUE)
        and triage.report_of(session, asked.report_id, person) is not None,
        form=form,
    )


def _identity(asked: IdentityRequest) -> Identity:
    session, person = current_session(), current_staff()
    custody = offices.first_of_kind(session, OfficeKind.CUSTODY)
    try:
        return unsealing.open_identity(
            session, asked.report, custody.id, person, current_private_key()
        )
    except unsealing.CannotOpen:
        raise Refused("身份信封打不开：钥匙不符，请联系安全保密管理员") from None


@blueprint.post("/<id:number>/approve")
@needs(Permission.IDENTITY_APPROVE)
def approve(number: int) -> ResponseReturnValue:
    """Let the custodian look."""
    session, asked = current_session(), request_or_404(number)
    try:
        identities.approve(session, asked, current_staff(), utc_now())
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
    else:
        session.commit()
        flash(gettext("已批准，等待保密专员查看"), "ok")
    return redirect(url_for(".item", number=number), 303)


@blueprint.post("/<id:number>/refuse")
@needs(Permission.IDENTITY_APPROVE)
def refuse(number: int) -> ResponseReturnValue:
    """Turn the request down."""
    session, asked, form = current_session(), request_or_404(number), RefuseForm()
    if form.validate():
        try:
            identities.refuse(session, asked, form.why.data or "", current_staff(), utc_now())
        except Refused as refused:
            session.rollback()
            form.refuse(refused)
        else:
            session.commit()
            flash(gettext("未批准，理由已告知申请人"), "ok")
            return redirect(url_for(".item", number=number), 303)
    return _show(request_or_404(number), form)


@blueprint.post("/<id:number>/open")
@needs(Permission.IDENTITY_READ)
def unlock(number: int) -> ResponseReturnValue:
    """Open the envelope: uses the approval up; one act, one row."""
    session, asked = current_session(), request_or_404(number)
    try:
        identities.look(session, asked, current_staff(), utc_now())
        _identity(asked)
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
    else:
        session.commit()
    return redirect(url_for(".item", number=number), 303)
