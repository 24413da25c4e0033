"""Clues 问题线索: the list, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from admin import unsealing
from admin.access import current_private_key, current_staff, needs
from domain import categories, clues, integrity, offices, readings, triage
from domain.clock import utc_now
from domain.clues import Clue, ClueState
from domain.errors import Refused
from domain.integrity import Section
from domain.permissions import Permission
from web.database import current_session
from web.errors import explain_refusal
from web.forms import Form, Required, SelectField, labelled
from web.paging import paginate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from admin.settings import AdminSettings

blueprint = Blueprint("clues", __name__, url_prefix="/clues")


class LinkForm(Form):
    """Put the clue into a section of its official's integrity file."""

    section = SelectField(
        lazy_gettext("归入"),
        [Required(lazy_gettext("请选择归入哪一部分"))],
        choices=[("", lazy_gettext("请选择")), *labelled(Section)],
    )


@blueprint.get("")
@needs(Permission.CLUE_READ)
def index() -> str:
    """The clues the reader may know of."""
    session, settings = current_session(), _settings()
    category, state = request.args.get("category", ""), ClueState.parse(request.args.get("state"))
    if categories.label_of(category) == category:
        category = ""
    listing = clues.listing(current_staff(), state=state, category=category)
    return render_template(
        "admin/clues/index.html",
        page=paginate(session, listing, size=settings.rows_per_page),
        state=state,
        states=list(ClueState),
        chosen=category,
        categories=categories.CATEGORIES,
        category=categories.label_of,
        me=current_staff(),
    )


def _settings() -> AdminSettings:
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    return settings


def clue_or_404(number: int) -> Clue:
    """The clue if the reader may know of it."""
    clue = clues.by_id(current_session(), number, current_staff())
    if clue is None:
        abort(404)
    return clue


@blueprint.get("/<id:number>")
@needs(Permission.CLUE_READ)
def item(number: int) -> str:
    """The clue's page."""
    return _show(clue_or_404(number), LinkForm(formdata=None))


def _show(clue: Clue, form: LinkForm) -> str:
    session, person = current_session(), current_staff()
    subject = f"clues:{clue.id}"
    is_open = readings.current(session, subject, person, utc_now()) is not None
    return render_template(
        "admin/clues/item.html",
        clue=clue,
        account=_account(clue) if is_open else None,
        holds_key=clue.office_id in session.scalars(offices.ids_of_staff(person.id)).all(),
        sections=integrity.sections_with(session, clue.official_id, subject),
        report=triage.report_of(session, clue.report_id, person) if clue.report_id else None,
        category=categories.label_of,
        me=person,
        form=form,
    )


def _account(clue: Clue) -> str:
    try:
        return unsealing.open_clue(current_session(), clue, current_staff(), current_private_key())
    except unsealing.CannotOpen:
        raise Refused("这条线索打不开：钥匙不符，请联系安全保密管理员") from None


@blueprint.post("/<id:number>/open")
@needs(Permission.CLUE_READ)
def unlock(number: int) -> ResponseReturnValue:
    """Open the sealed account: one act, one row; it may be looked at for half an hour."""
    session, clue = current_session(), clue_or_404(number)
    try:
        clues.read(session, clue, current_staff(), utc_now())
        _account(clue)
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
    else:
        session.commit()
    return redirect(url_for(".item", number=number), 303)


@blueprint.post("/<id:number>/link")
@needs(Permission.INTEGRITY_LINK)
def link(number: int) -> ResponseReturnValue:
    """Put the clue into another section of its official's integrity file."""
    session, clue, form = current_session(), clue_or_404(number), LinkForm()
    section = Section.parse(form.section.data) if form.validate() else None
    if section is not None:
        try:
            integrity.link(
                session, clue.official, section, f"clues:{clue.id}", current_staff(), utc_now()
            )
        except Refused as refused:
            session.rollback()
            form.refuse(refused, "section")
        else:
            session.commit()
            flash(gettext("已归入廉政档案"), "ok")
            return redirect(url_for(".item", number=number), 303)
    return _show(clue_or_404(number), form)
