"""The rules 公开要求, and the units that owe nothing any more."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext

from admin.access import current_staff, needs
from admin.obligations.blueprint import blueprint, say_saved
from admin.personal_data import confirmed
from admin.publishing import not_there
from domain import obligations, units
from domain.clock import local_day, utc_now
from domain.errors import Refused
from domain.obligations import Counted, Frequency, Release, Rule, Terms, Thing, rules
from domain.permissions import Permission
from domain.units import Unit, UnitKind
from web.database import current_session
from web.forms import (
    DateField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    SelectField,
    WholeNumberField,
    labelled,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_CHOOSE = ("", lazy_gettext("请选择"))
_KIND, _UNIT = "kind:", "unit:"


class RuleForm(Form):
    """The terms of a rule."""

    thing = SelectField(
        lazy_gettext("公开内容"),
        [Required(lazy_gettext("请选择公开内容"))],
        choices=[_CHOOSE, *labelled(Thing)],
    )
    scope = SelectField(lazy_gettext("适用范围"))
    frequency = SelectField(
        lazy_gettext("多久一次"),
        [Required(lazy_gettext("请选择多久一次"))],
        choices=[_CHOOSE, *labelled(Frequency)],
    )
    counted = SelectField(
        lazy_gettext("从何时起算"),
        [Required(lazy_gettext("请选择从何时起算"))],
        choices=labelled(Counted),
    )
    days = WholeNumberField(
        lazy_gettext("期限（工作日）"), [Required(lazy_gettext("请填写工作日数"))]
    )
    valid_from = DateField(
        lazy_gettext("开始适用的日期"), [Required(lazy_gettext("请填写开始适用的日期"))]
    )
    source = LongTextField(
        lazy_gettext("文件依据"),
        [Required(lazy_gettext("请写明文件依据")), MaxLength(1000)],
        rows=3,
    )

    def terms(self) -> Terms:
        """What was typed."""
        scope = self.scope.data or ""
        return Terms(
            thing=Thing(self.thing.data),  # type: ignore[call-arg]
            frequency=Frequency(self.frequency.data),  # type: ignore[call-arg]
            counted=Counted(self.counted.data),  # type: ignore[call-arg]
            days=self.days.data or 0,
            source=self.source.data or "",
            valid_from=self.valid_from.data or date.min,
            kind=UnitKind.parse(scope.removeprefix(_KIND)) if scope.startswith(_KIND) else None,
            unit_id=int(scope.removeprefix(_UNIT)) if scope.startswith(_UNIT) else None,
        )


class EndForm(Form):
    """When and why a rule ends."""

    last = DateField(lazy_gettext("最后适用的日期"), [Required(lazy_gettext("请填写日期"))])
    reason = LongTextField(
        lazy_gettext("停止理由"), [Required(lazy_gettext("请写明理由")), MaxLength(1000)], rows=2
    )


class ReleaseForm(Form):
    """Which unit owes nothing from when on."""

    unit = SelectField(lazy_gettext("单位"), [Required(lazy_gettext("请选择单位"))])
    from_on = DateField(lazy_gettext("从哪天起"), [Required(lazy_gettext("请填写日期"))])
    reason = LongTextField(
        lazy_gettext("免除理由"), [Required(lazy_gettext("请写明理由")), MaxLength(1000)], rows=2
    )


def _rule_form(rule: Rule | None = None, *, typed: bool = True) -> RuleForm:
    data = _now(rule) if rule else {}
    form = RuleForm(data=data) if typed else RuleForm(formdata=None, data=data)
    kinds = [(f"{_KIND}{kind.value}", lazy_gettext(kind.label)) for kind in UnitKind]
    everywhere = units.directory(current_session())
    every = ("", lazy_gettext("全部单位"))
    form.scope.offer([every, *kinds, *((f"{_UNIT}{one.id}", one.name) for one in everywhere)])
    return form


def _now(rule: Rule) -> dict[str, Any]:
    scope = f"{_UNIT}{rule.unit_id}" if rule.unit_id else ""
    return {
        "thing": rule.thing.value,
        "scope": f"{_KIND}{rule.kind.value}" if rule.kind else scope,
        "frequency": rule.frequency.value,
        "counted": rule.counted.value,
        "days": rule.days,
        "source": rule.source,
        "valid_from": max(rule.valid_from, _today()),
    }


def _today() -> date:
    return local_day(utc_now())


def _rule_or_404(number: int) -> Rule:
    found = current_session().get(Rule, number)
    if found is None:
        not_there()
    return found


@blueprint.get("/rules")
@needs(Permission.OBLIGATION_MANAGE)
def rules_index() -> str:
    """All rules, and the units that are released."""
    return _rules_page(_release_form())


def _release_form() -> ReleaseForm:
    form = ReleaseForm()
    everywhere = units.directory(current_session())
    form.unit.offer([_CHOOSE, *((str(one.id), one.name) for one in everywhere)])
    return form


def _rules_page(form: ReleaseForm) -> str:
    session = current_session()
    return render_template(
        "admin/obligations/rules.html",
        rules=rules.every(session),
        releases=session.query(Release).order_by(Release.from_on).all(),
        form=form,
        day=_today(),
    )


@blueprint.post("/releases")
@needs(Permission.OBLIGATION_MANAGE)
def release() -> ResponseReturnValue:
    """Let a unit owe nothing any more."""
    session, form = current_session(), _release_form()
    if form.validate_on_submit():
        unit = session.get_one(Unit, int(form.unit.data))
        try:
            obligations.release(
                session,
                unit,
                form.from_on.data or date.min,
                form.reason.data or "",
                current_staff(),
                utc_now(),
                confirmed(),
            )
        except Refused as refused:
            session.rollback()
            form.refuse(refused, "from_on")
        else:
            session.commit()
            say_saved()
            return redirect(url_for(".rules_index"), 303)
    return _rules_page(form)


@blueprint.route("/rules/new", methods=["GET", "POST"])
@needs(Permission.OBLIGATION_MANAGE)
def new_rule() -> ResponseReturnValue:
    """Make a rule."""
    session, form = current_session(), _rule_form()
    if form.validate_on_submit():
        try:
            rules.add(session, form.terms(), current_staff(), utc_now())
        except Refused as refused:
            session.rollback()
            form.refuse(refused)
        else:
            session.commit()
            say_saved()
            return redirect(url_for(".rules_index"), 303)
    return render_template("admin/obligations/rule.html", form=form, rule=None, end=None)


@blueprint.route("/rules/<id:number>", methods=["GET", "POST"])
@needs(Permission.OBLIGATION_MANAGE)
def rule(number: int) -> ResponseReturnValue:
    """Put another rule in its place."""
    session, found = current_session(), _rule_or_404(number)
    form = _rule_form(found)
    if form.validate_on_submit():
        try:
            rules.revise(session, found, form.terms(), current_staff(), utc_now())
        except Refused as refused:
            session.rollback()
            form.refuse(refused)
        else:
            session.commit()
            say_saved()
            return redirect(url_for(".rules_index"), 303)
    return _rule_page(number, form)


def _rule_page(number: int, form: RuleForm, end: EndForm | None = None) -> str:
    return render_template(
        "admin/obligations/rule.html",
        rule=_rule_or_404(number),
        form=form,
        end=end or EndForm(formdata=None, prefix="end"),
    )


@blueprint.post("/rules/<id:number>/end")
@needs(Permission.OBLIGATION_MANAGE)
def end_rule(number: int) -> ResponseReturnValue:
    """Let a rule end."""
    session, found, form = current_session(), _rule_or_404(number), EndForm(prefix="end")
    if form.validate_on_submit():
        try:
            rules.end(
                session,
                found,
                form.last.data or date.min,
                form.reason.data or "",
                current_staff(),
                utc_now(),
            )
        except Refused as refused:
            session.rollback()
            form.refuse(refused, "last")
        else:
            session.commit()
            say_saved()
            return redirect(url_for(".rules_index"), 303)
    return _rule_page(number, _rule_form(_rule_or_404(number), typed=False), form)
