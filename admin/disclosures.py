"""Disclosures “五公开”: the list, the form in which one is written, and its editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms.validators import NumberRange, ValidationError

from admin import merging
from admin.access import current_staff, needs
from admin.merging import MergedForm
from admin.personal_data import confirmed
from admin.publishing import group_shown, not_there, revision_of
from admin.publishing.drafts import asked_correction
from admin.publishing.many import submit_chosen
from domain import disclosures, publishing, units
from domain.clock import local_day, utc_now
from domain.disclosures import DisclosureEdition, Leaf
from domain.editing import comparing, desk, disclosures as writing
from domain.editing.disclosures import DisclosureText, Place
from domain.errors import Refused
from domain.permissions import Permission
from domain.publishing import OPEN, Overtaken, State, documents
from web.database import current_session
from web.errors import explain_refusal
from web.forms import (
    DateField,
    LongTextField,
    MaxLength,
    Required,
    SelectField,
    TextField,
    WholeNumberField,
    labelled,
)
from web.paging import link_with, paginate
from web.text import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import wtforms
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from admin.merging import Conflict
    from admin.settings import AdminSettings

blueprint = Blueprint("disclosures", __name__, url_prefix="/disclosures")
_WORDS, _PROPOSED, _LONGEST = 40, 100, 50_000
# The button that shows how a body will look, without saving it.
_LOOK = "look"
_PLACE = ("unit", "leaf", "period", "year", "answers")


class DisclosureForm(MergedForm):
    """One disclosure. The fields of its place are gone once another edition of it exists."""

    unit = SelectField(lazy_gettext("单位"), [Required(lazy_gettext("请选择单位"))])
    leaf = SelectField(
        lazy_gettext("公开类别"),
        [Required(lazy_gettext("请选择公开类别"))],
        choices=[("", lazy_gettext("请选择")), *labelled(Leaf)],
    )
    period = TextField(
        lazy_gettext("所属时期"), [Required(lazy_gettext("请填写所属时期")), MaxLength(40)]
    )
    year = WholeNumberField(
        lazy_gettext("年度"),
        [
            Required(lazy_gettext("请填写年度")),
            NumberRange(1949, 2200, lazy_gettext("请填写四位数的年度，例如 2026")),
        ],
    )
    answers = TextField(lazy_gettext("回应哪一件（索引号）"), [MaxLength(60)])
    title = TextField(lazy_gettext("标题"), [Required(lazy_gettext("请填写标题")), MaxLength(200)])
    dated_on = DateField(lazy_gettext("成文日期"))
    body = LongTextField(lazy_gettext("正文"), [MaxLength(_LONGEST)], rows=16)

    def validate_answers(self, field: wtforms.Field) -> None:
        """Only a 监督结果 answers something."""
        if field.data and self.leaf.data != Leaf.RESULT.value:
            raise ValidationError(gettext("只有“监督结果”才填写所回应的事项"))

    @classmethod
    def of(
        cls,
        edition: DisclosureEdition | None,
        *,
        placed: bool,
        typed: MultiDict[str, str] | None = None,
    ) -> Self:
        """The form of an edition, or of a new disclosure.

        Args:
            placed: the disclosure's place is fixed.
            typed: as it was sent; None: as the edition says it now.
        """
        form = cls(formdata=typed, data=_now(edition) if typed is None else None)
        if placed:
            for name in _PLACE:
                del form[name]
        else:
            form.unit.offer(_units())
            if typed is None and edition is None and len(form.unit.choices) == 1:
                form.unit.data = form.unit.choices[0].value
        if typed is None:
            form.base.data = merging.base(form)
        return form

    def text(self) -> DisclosureText:
        """What was typed, with tags beyond the allowed ones taken out."""
        return DisclosureText(self.title.data or "", tidy(self.body.data or ""), self.dated_on.data)

    def place(self) -> Place | None:
        """Where it is to stand, if that is asked."""
        if "unit" not in self:
            return None
        return Place(
            unit_id=int(self.unit.data),
            leaf=Leaf(self.leaf.data),  # type: ignore[call-arg]
            period=self.period.data or "",
            year=self.year.data or 0,
            answers=self.answers.data or "",
        )


def _now(edition: DisclosureEdition | None) -> dict[str, Any]:
    if edition is None:
        return {"year": local_day(utc_now()).year, "revision": "0"} | _asked_for()
    document = edition.disclosure
    return {
        "revision": str(edition.revision),
        "unit": str(document.unit_id),
        "leaf": document.leaf.value,
        "period": document.period,
        "year": document.year,
        "answers": document.answers.index_number if document.answers else "",
        "title": edition.title,
        "dated_on": edition.dated_on,
        "body": edition.body,
    }


def _asked_for() -> dict[str, Any]:
    """What the address says of the new disclosure: an obligation's page leads here."""
    said = {name: request.args[name][:_WORDS] for name in _PLACE if name in request.args}
    year = said.pop("year", "")
    return said | ({"year": int(year)} if year.isascii() and year.isdigit() else {})


def _units() -> Sequence[tuple[str, str]]:
    """The units whose disclosures the reader may write."""
    own = current_staff().unit
    if own is not None:
        return [(str(own.id), own.name)]
    every = [(str(unit.id), unit.name) for unit in units.directory(current_session())]
    return [("", gettext("请选择")), *every]


def _settings() -> AdminSettings:
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    return settings


def _edition_or_404(number: int) -> DisclosureEdition:
    found = disclosures.whole(current_session(), number, current_staff())
    if found is None:
        not_there()
    return found


def _is_editable(edition: DisclosureEdition) -> bool:
    return edition.state is State.DRAFT and current_staff().may(Permission.EDITION_WRITE)


@blueprint.route("", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE, Permission.EDITION_REVIEW)
def index() -> ResponseReturnValue:
    """Every disclosure in reach; the drafts that are chosen are handed in."""
    if request.method == "POST":
        return submit_chosen(link_with())
    session, asked = current_session(), request.args
    year = asked.get("year", "")
    filters = {
        "words": asked.get("q", "").strip()[:_WORDS],
        "leaf": Leaf.parse(asked.get("leaf")),
        "year": int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        "state": State.parse(asked.get("state")),
    }
    listing = desk.disclosures(current_staff(), **filters)  # type: ignore[arg-type]
    return render_template(
        "admin/disclosures/index.html",
        page=paginate(session, listing, size=_settings().rows_per_page),
        leaves=list(Leaf),
        states=list(State),
        writes=current_staff().may(Permission.EDITION_WRITE),
        **filters,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE)
def new() -> ResponseReturnValue:
    """Begin a disclosure."""
    session = current_session()
    form = DisclosureForm.of(
        None, typed=request.form if request.method == "POST" else None, placed=False
    )
    if _LOOK not in request.form and form.validate_on_submit():
        place = form.place()
        try:
            edition = writing.start(session, place, form.text(), current_staff(), utc_now())  # type: ignore[arg-type]
        except Refused as refused:
            session.rollback()
            _refuse(form, refused)
        else:
            session.commit()
            flash(gettext("草稿已保存"), "ok")
            return redirect(url_for(".edition", number=edition.id), 303)
    return _form_page(None, form)


def _refuse(form: DisclosureForm, refused: Refused) -> None:
    form.refuse(refused, "answers" if "number" in refused.params and "answers" in form else None)


def _form_page(
    edition: DisclosureEdition | None,
    form: DisclosureForm,
) -> str:
    session = current_session()
    unit_id = edition.unit_id if edition else current_staff().unit_id
    return render_template(
        "admin/disclosures/form.html",
        edition=edition,
        form=form,
        looked=_LOOK in request.form,
        answerable=writing.answerable(session, unit_id, _PROPOSED) if unit_id else [],
    )


@blueprint.get("/<id:number>")
@needs(Permission.EDITION_WRITE, Permission.EDITION_REVIEW)
def edition(number: int) -> str:
    """An edition as the public sees it or will see it, with the others of the same disclosure."""
    session, found = current_session(), _edition_or_404(number)
    editions = desk.editions_of_disclosure(session, found.disclosure_id)
    before = next((one for one in editions if one.state is State.PUBLISHED), None)
    compared = before if before is not None and found.state in OPEN else None
    return render_template(
        "admin/disclosures/show.html",
        edition=found,
        editions=editions,
        before=compared,
        differences=comparing.disclosure_differences(compared, found) if compared else [],
        group=group_shown(found),
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
    placed = not documents.is_first(session, found)
    if request.method == "GET":
        if not _is_editable(found):
            flash(gettext("这一版现在不能修改"), "warning")
            return redirect(url_for(".edition", number=number), 303)
        return _form_page(found, DisclosureForm.of(found, placed=placed))
    form = DisclosureForm.of(found, placed=placed, typed=request.form)
    if merging.asked(request.form):
        theirs = DisclosureForm.of(found, placed=placed)
        form, unsettled = merging.put_together(
            lambda typed: DisclosureForm.of(found, placed=placed, typed=typed), request.form, theirs
        )
        if unsettled:
            return _merge_page(found, form, theirs, unsettled)
    if _LOOK in request.form or merging.goes_on(request.form):
        return _form_page(found, form)
    if not form.validate_on_submit():
        return _form_page(found, form)
    revision = revision_of(form.revision.data)
    try:
        person, now = current_staff(), utc_now()
        writing.save(session, found, form.text(), form.place(), revision, person, now)
    except Refused as refused:
        session.rollback()
        return _refused(number, form, refused)
    session.commit()
    flash(gettext("草稿已保存"), "ok")
    return redirect(url_for(".edition", number=number), 303)


def _refused(number: int, form: DisclosureForm, refused: Refused) -> ResponseReturnValue:
    """Give back what was typed, with what is there now where somebody was faster."""
    found = _edition_or_404(number)
    _refuse(form, refused)
    if isinstance(refused, Overtaken):
        theirs = DisclosureForm.of(found, placed="unit" not in form)
        unsettled = merging.conflicts(form, theirs, merging.unchosen(request.form))
        if unsettled:
            return _merge_page(found, form, theirs, unsettled)
        form.revision.data = theirs.revision.data
    return _form_page(found, form)


def _merge_page(
    found: DisclosureEdition,
    form: DisclosureForm,
    theirs: DisclosureForm,
    unsettled: list[Conflict],
) -> str:
    return merging.page(
        form,
        theirs,
        unsettled,
        heading=gettext("第 %(number)s 版", number=found.number),
        whose=found.title,
        action=url_for(".edit", number=found.id),
        back=url_for(".edition", number=found.id),
        last=publishing.last_change(current_session(), found),
    )


@blueprint.post("/look")
@needs(Permission.EDITION_WRITE)
def look() -> str:
    """How a body that is being typed will look; nothing is kept."""
    body = request.form.get("body", "")[:_LONGEST]
    return render_template("admin/disclosures/look.html", body=body)


@blueprint.post("/<id:number>/editions")
@needs(Permission.EDITION_WRITE)
def start(number: int) -> ResponseReturnValue:
    """Begin a new edition of the disclosure that an edition belongs to."""
    session, found = current_session(), _edition_or_404(number)
    try:
        wrong = asked_correction() if request.form.get("from") == "correct" else ""
        made = writing.start_edition(
            session,
            found.disclosure,
            current_staff(),
            utc_now(),
            correction=wrong,
            confirmed=confirmed(),
        )
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
        return redirect(url_for(".edition", number=number), 303)
    session.commit()
    flash(gettext("已建立第 %(number)s 版草稿", number=made.number), "ok")
    return redirect(url_for(".edit", number=made.id), 303)
