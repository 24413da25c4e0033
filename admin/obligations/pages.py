"""What must be published by when: all of it, one of it, and a day put off."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext

from admin.access import current_staff, needs
from admin.obligations.blueprint import READERS, blueprint, pressing, say_saved, task_or_404
from admin.personal_data import confirmed
from domain import former_codes, obligations, units
from domain.clock import local_day, utc_now
from domain.errors import Refused
from domain.obligations import By, Filters, Status, Thing
from domain.permissions import Permission
from domain.units import UnitKind
from web.database import current_session
from web.forms import DateField, Form, LongTextField, MaxLength, Required
from web.paging import Page, paginate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from admin.settings import AdminSettings

_REASON = [Required(lazy_gettext("请写明理由")), MaxLength(1000)]


class ExtendForm(Form):
    """A later day."""

    due_on = DateField(lazy_gettext("新的期限"), [Required(lazy_gettext("请填写新的期限"))])
    reason = LongTextField(lazy_gettext("延期理由"), _REASON, rows=3)


class LiftForm(Form):
    """No day at all."""

    reason = LongTextField(lazy_gettext("免除理由"), _REASON, rows=3)


def _settings() -> AdminSettings:
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    return settings


@blueprint.get("")
@needs(*READERS)
def index() -> str:
    """What presses, or everything in a status; for the commission also how many each unit owes."""
    session, person, today = current_session(), current_staff(), local_day(utc_now())
    everywhere = [one for one in units.directory(session) if person.unit_id in {None, one.id}]
    unit = former_codes.one_of(session, everywhere, request.args.get("unit"))
    filters = Filters(
        kind=UnitKind.parse(request.args.get("kind")),
        unit_id=unit.id if unit else person.unit_id,
        thing=Thing.parse(request.args.get("thing")),
        status=Status.parse(request.args.get("status")),
    )
    figures = obligations.figures(session, By.UNIT, filters, today)
    found = (
        obligations.ids(filters, today) if filters.status else pressing(session, person, filters)
    )
    page = paginate(session, found, size=_settings().rows_per_page)
    tasks = obligations.load(session, page.items, today)
    return render_template(
        "admin/obligations/index.html",
        page=Page(tasks, page.number, page.size, page.total),
        filters=filters,
        unit=unit,
        units=everywhere,
        kinds=list(UnitKind),
        things=list(Thing),
        statuses=list(Status),
        total=obligations.total(figures),
        overdue=_overdue_by_unit(everywhere, figures),
        person=person,
    )


def _overdue_by_unit(
    everywhere: list[units.Unit], figures: dict[int | UnitKind | str | Thing, obligations.Figures]
) -> list[tuple[units.Unit, int]]:
    """The units that should have published something and have not, the most first."""
    counted = [
        (unit, figures[unit.id][Status.OVERDUE]) for unit in everywhere if unit.id in figures
    ]
    return sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])


@blueprint.get("/<id:number>")
@needs(*READERS)
def item(number: int) -> str:
    """One obligation."""
    return _show(number)


def _show(number: int, extend: Form | None = None, lift: Form | None = None) -> str:
    task = task_or_404(number)
    is_open = task.status in {Status.OVERDUE, Status.OPEN}
    manages = current_staff().may(Permission.OBLIGATION_MANAGE)
    return render_template(
        "admin/obligations/item.html",
        task=task,
        deciding=is_open and manages,
        writes=current_staff().may(Permission.EDITION_WRITE),
        extend=extend or ExtendForm(formdata=None, prefix="extend"),
        lift=lift or LiftForm(formdata=None, prefix="lift"),
        failed=extend or lift,
    )


@blueprint.post("/<id:number>/extend")
@needs(Permission.OBLIGATION_MANAGE)
def extend(number: int) -> ResponseReturnValue:
    """Put its day off."""
    session, task, form = current_session(), task_or_404(number), ExtendForm(prefix="extend")
    if form.validate_on_submit():
        try:
            obligations.extend(
                session,
                task.obligation,
                form.due_on.data or date.min,
                form.reason.data or "",
                current_staff(),
                utc_now(),
                confirmed(),
            )
        except Refused as refused:
            session.rollback()
            form.refuse(refused, "due_on")
        else:
            session.commit()
            say_saved()
            return redirect(url_for(".item", number=number), 303)
    return _show(number, extend=form)


@blueprint.post("/<id:number>/lift")
@needs(Permission.OBLIGATION_MANAGE)
def lift(number: int) -> ResponseReturnValue:
    """Let the unit off it."""
    session, task, form = current_session(), task_or_404(number), LiftForm(prefix="lift")
    if form.validate_on_submit():
        try:
            reason = form.reason.data or ""
            obligations.lift(
                session, task.obligation, reason, current_staff(), utc_now(), confirmed()
            )
        except Refused as refused:
            session.rollback()
            form.refuse(refused, "reason")
        else:
            session.commit()
            say_saved()
            return redirect(url_for(".item", number=number), 303)
    return _show(number, lift=form)
