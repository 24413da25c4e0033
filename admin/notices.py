"""Notices 通报曝光: the list, the form in which one is written, its editions, and personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from admin.access import current_staff, needs
from admin.personal_data import confirmed
from admin.publishing import not_there, revision_of
from admin.publishing.blueprint import settings
from admin.publishing.drafts import asked_correction
from admin.publishing.many import submit_chosen
from domain import categories, notices, publishing, units
from domain.clock import local_day, utc_now
from domain.editing import desk, notices as writing
from domain.editing.notices import NoticeText
from domain.errors import Refused
from domain.permissions import Permission
from domain.publishing import OPEN, Overtaken, State
from web.database import current_session
from web.errors import explain_refusal
from web.forms import (
    DateField,
    Form,
    HiddenField,
    LongTextField,
    MaxLength,
    Required,
    SelectField,
    TextField,
)
from web.paging import link_with, paginate
from web.text import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from domain.notices import NoticeEdition

blueprint = Blueprint("notices", __name__, url_prefix="/notices")
_WORDS = 40


def _categories() -> list[tuple[str, str]]:
    chosen = [(one.code, gettext(one.label)) for one in categories.in_use(local_day(utc_now()))]
    return [("", gettext("请选择")), *chosen]


class NoticeForm(Form):
    """One notice. Who issues it is asked before its first edition only."""

    revision = HiddenField()
    unit = SelectField(lazy_gettext("通报机关"), [Required(lazy_gettext("请选择通报机关"))])
    category = SelectField(
        lazy_gettext("违纪类别"), [Required(lazy_gettext("请选择违纪类别"))], choices=_categories
    )
    title = TextField(lazy_gettext("标题"), [Required(lazy_gettext("请填写标题")), MaxLength(200)])
    dated_on = DateField(lazy_gettext("成文日期"), [Required(lazy_gettext("请填写成文日期"))])
    body = LongTextField(
        lazy_gettext("正文"), [Required(lazy_gettext("请填写正文")), MaxLength(50_000)], rows=14
    )

    def text(self) -> NoticeText:
        """What was typed, with tags beyond the allowed ones taken out."""
        body = tidy(self.body.data or "")
        return NoticeText(self.title.data or "", body, self.category.data, self.dated_on.data)


def _form(edition: NoticeEdition | None, *, typed: bool) -> NoticeForm:
    form = NoticeForm() if typed else NoticeForm(formdata=None, data=_now(edition))
    if edition is not None:
        del form.unit
        return form
    own = current_staff().unit
    every = [own] if own else units.directory(current_session())
    blank = [] if own else [("", gettext("请选择"))]
    form.unit.offer([*blank, *((str(unit.id), unit.name) for unit in every)])
    return form


def _now(edition: NoticeEdition | None) -> dict[str, Any]:
    if edition is None:
        return {"revision": "0"}
    return {
        "revision": str(edition.revision),
        "category": edition.category,
        "title": edition.title,
        "dated_on": edition.dated_on,
        "body": edition.body,
    }


def _edition_or_404(number: int) -> NoticeEdition:
    found = notices.whole(current_session(), number, current_staff())
    if found is None:
        not_there()
    return found


def _is_editable(edition: NoticeEdition) -> bool:
    return edition.state is State.DRAFT and current_staff().may(Permission.EDITION_WRITE)


@blueprint.route("", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE, Permission.EDITION_REVIEW)
def index() -> ResponseReturnValue:
    """Every notice in reach; the drafts that are chosen are handed in."""
    if request.method == "POST":
        return submit_chosen(link_with())
    session, said = current_session(), request.args
    category = said.get("category", "")
    filters: dict[str, Any] = {
        "words": said.get("q", "").strip()[:_WORDS],
        "category": category if category in dict(_categories()) else "",
        "state": State.parse(said.get("state")),
    }
    listing = desk.notices(current_staff(), **filters)
    return render_template(
        "admin/notices/index.html",
        page=paginate(session, listing, size=settings().rows_per_page),
        categories=_categories()[1:],
        category_of=categories.label_of,
        states=list(State),
        writes=current_staff().may(Permission.EDITION_WRITE),
        **filters,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE)
def new() -> ResponseReturnValue:
    """Begin a notice."""
    session, form = current_session(), _form(None, typed=request.method == "POST")
    if form.validate_on_submit():
        unit_id, person = int(form.unit.data), current_staff()
        try:
            edition = writing.start(session, unit_id, form.text(), person, utc_now())
        except Refused as refused:
            session.rollback()
            form.refuse(refused)
        else:
            session.commit()
            flash(gettext("草稿已保存"), "ok")
            return redirect(url_for(".edition", number=edition.id), 303)
    return _form_page(None, form)


def _form_page(
    edition: NoticeEdition | None, form: NoticeForm, theirs: dict[str, Any] | None = None
) -> str:
    return render_template(
        "admin/notices/form.html", edition=edition, form=form, theirs=theirs or {}
    )


@blueprint.get("/<id:number>")
@needs(Permission.EDITION_WRITE, Permission.EDITION_REVIEW)
def edition(number: int) -> str:
    """An edition as the public sees it or will see it, with the others of the same notice."""
    session, found = current_session(), _edition_or_404(number)
    editions: Sequence[NoticeEdition] = desk.editions_of_notice(session, found.notice_id)
    return render_template(
        "admin/notices/show.html",
        edition=found,
        editions=editions,
        findings=found.findings if found.state in OPEN else [],
        category_of=categories.label_of,
        open=next((one for one in editions if one.state in OPEN), None),
        writes=current_staff().may(Permission.EDITION_WRITE),
        editable=_is_editable(found),
        last=publishing.last_change(session, found),
    )


@blueprint.route("/<id:number>/edit", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE)
def edit(number: int) -> ResponseReturnValue:
    """Write a draft."""
    session, found = current_session(), _edition_or_404(number)
    if request.method == "GET" and not _is_editable(found):
        flash(gettext("这一版现在不能修改"), "warning")
        return redirect(url_for(".edition", number=number), 303)
    form = _form(found, typed=request.method == "POST")
    if not form.validate_on_submit():
        return _form_page(found, form)
    try:
        seen, person = revision_of(form.revision.data), current_staff()
        writing.save(session, found, form.text(), seen, person, utc_now())
    except Refused as refused:
        session.rollback()
        return _refused(number, form, refused)
    session.commit()
    flash(gettext("草稿已保存"), "ok")
    return redirect(url_for(".edition", number=number), 303)


def _refused(number: int, form: NoticeForm, refused: Refused) -> ResponseReturnValue:
    """Give back what was typed, beside what is there now."""
    found = _edition_or_404(number)
    form.refuse(refused)
    if not isinstance(refused, Overtaken):
        return _form_page(found, form)
    theirs = _form(found, typed=False)
    form.revision.data = theirs.revision.data
    names = ("category", "title", "dated_on", "body")
    shown = {n: theirs[n] for n in names if (form[n].data or "") != (theirs[n].data or "")}
    return _form_page(found, form, shown)


@blueprint.post("/<id:number>/editions")
@needs(Permission.EDITION_WRITE)
def start(number: int) -> ResponseReturnValue:
    """Begin a new edition of the notice that an edition belongs to."""
    session, found = current_session(), _edition_or_404(number)
    try:
        wrong = asked_correction() if request.form.get("from") == "correct" else ""
        person, now = current_staff(), utc_now()
        made = writing.start_edition(
            session, found.notice, person, now, correction=wrong, confirmed=confirmed()
        )
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
        return redirect(url_for(".edition", number=number), 303)
    session.commit()
    flash(gettext("已建立第 %(number)s 版草稿", number=made.number), "ok")
    return redirect(url_for(".edit", number=made.id), 303)


@blueprint.post("/<id:number>/confirm")
@needs(Permission.EDITION_REVIEW)
def confirm(number: int) -> ResponseReturnValue:
    """Put on record which of what looks like personal data may be public."""
    session, found = current_session(), _edition_or_404(number)
    try:
        publishing.ensure_seen(session, found, revision_of(request.form.get("revision")))
        marks, person = request.form.getlist("checked"), current_staff()
        writing.confirm(session, found, marks, person, utc_now())
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
    else:
        session.commit()
        flash(gettext("已记下核对结果"), "ok")
    return redirect(url_for("publishing.review", kind="notices", number=number), 303)
