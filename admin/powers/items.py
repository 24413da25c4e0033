"""Writing a draft: its items one by one, and what stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from admin import merging, rows
from admin.access import current_staff, needs
from admin.powers.blueprint import blueprint, edition_or_404, is_editable
from admin.powers.forms import NEGATIVE, STEP, ItemForm, TermsForm, the_five
from domain import publishing
from domain.clock import utc_now
from domain.editing import powers as writing
from domain.editing.negatives import Reworded
from domain.errors import Refused
from domain.permissions import Permission
from domain.publishing import Overtaken
from web.database import current_session
from web.errors import explain_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from admin.merging import Conflict
    from domain.powers import PowerEdition, PowerItem

# A message travels in a cookie.
_MOST_GONE, _IN_SHORT = 5, 80


@blueprint.route("/<id:number>/items/new", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE)
def new_item(number: int) -> ResponseReturnValue:
    """Add an item."""
    edition = edition_or_404(number)
    if request.method == "GET":
        if not is_editable(edition):
            return _not_now(edition)
        return _item_page(edition, None, ItemForm.filled(None))
    return _write_item(edition, None)


@blueprint.route("/<id:number>/items/<id:item_id>", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE)
def item(number: int, item_id: int) -> ResponseReturnValue:
    """Change an item."""
    edition = edition_or_404(number)
    found = _item(edition, item_id)
    if request.method == "GET":
        if found is None:
            abort(404)
        if not is_editable(edition):
            return _not_now(edition)
        return _item_page(edition, found, ItemForm.filled(found))
    return _write_item(edition, item_id)


def _item(edition: PowerEdition, item_id: int | None) -> PowerItem | None:
    return next((one for one in edition.items if one.id == item_id), None)


def _not_now(edition: PowerEdition) -> ResponseReturnValue:
    flash(gettext("这一版现在不能修改"), "warning")
    return redirect(url_for(".edition", number=edition.id), 303)


def _write_item(edition: PowerEdition, item_id: int | None) -> ResponseReturnValue:
    session, number = current_session(), edition.id
    arranged = rows.arranged(request.form, "steps", STEP)
    form = ItemForm(formdata=arranged.typed)
    found = _item(edition, item_id)
    if merging.asked(request.form) and found is not None:
        theirs = ItemForm.filled(found)
        form, unsettled = merging.put_together(ItemForm, request.form, theirs)
        if unsettled:
            return _merge_item(edition, found, form, theirs, unsettled)
    if rows.asked(request.form) or merging.goes_on(request.form):
        return _item_page(edition, item_id, form, focus=arranged.focus)
    if not form.validate_on_submit():
        return _item_page(edition, item_id, form)
    seen = form.revision.data or ""
    try:
        saved = writing.save_item(
            session, edition, item_id, form.text(), seen, current_staff(), utc_now()
        )
    except Refused as refused:
        session.rollback()
        return _refused_item(number, item_id, form, refused)
    session.commit()
    flash(gettext("已保存第 %(number)s 项“%(name)s”", number=saved.number, name=saved.name), "ok")
    if request.form.get("then") == "new":
        return redirect(url_for(".new_item", number=number), 303)
    return redirect(url_for(".edition", number=number, _anchor=f"item-{saved.id}"), 303)


def _refused_item(
    number: int, item_id: int | None, form: ItemForm, refused: Refused
) -> ResponseReturnValue:
    """Give back what was typed, with what is there now where somebody was faster."""
    edition = edition_or_404(number)
    found = _item(edition, item_id)
    form.refuse(refused, "name" if _is_about_the_name(refused) else None)
    if isinstance(refused, writing.Gone) or found is None:
        # What was written for an item that is gone can still be added.
        return _item_page(edition, None, form)
    if isinstance(refused, Overtaken):
        theirs = ItemForm.filled(found)
        unsettled = merging.conflicts(form, theirs, merging.unchosen(request.form))
        if unsettled:
            return _merge_item(edition, found, form, theirs, unsettled)
        form.revision.data = theirs.revision.data
    return _item_page(edition, item_id, form)


def _merge_item(
    edition: PowerEdition,
    found: PowerItem,
    form: ItemForm,
    theirs: ItemForm,
    unsettled: list[Conflict],
) -> str:
    return merging.page(
        form,
        theirs,
        unsettled,
        heading=gettext("第 %(number)s 项", number=found.number),
        whose=edition.power_list.post.full_title,
        action=url_for(".item", number=edition.id, item_id=found.id),
        back=url_for(".edition", number=edition.id),
        last=publishing.last_change(current_session(), edition),
    )


def _is_about_the_name(refused: Refused) -> bool:
    return "name" in refused.params


def _item_page(
    edition: PowerEdition, item: PowerItem | int | None, form: ItemForm, *, focus: str = ""
) -> str:
    found = _item(edition, item) if isinstance(item, int) else item
    return render_template(
        "admin/powers/item.html",
        edition=edition,
        item=found,
        form=form,
        focus=focus,
        action=url_for(".item", number=edition.id, item_id=found.id)
        if found
        else url_for(".new_item", number=edition.id),
    )


@blueprint.route("/<id:number>/terms", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE)
def terms(number: int) -> ResponseReturnValue:
    """Change the day the list takes effect and its negative list."""
    session, edition = current_session(), edition_or_404(number)
    if request.method == "GET":
        if not is_editable(edition):
            return _not_now(edition)
        return _terms_page(edition, TermsForm.filled(edition))
    arranged = rows.arranged(request.form, "negatives", NEGATIVE, {"five": the_five})
    form = TermsForm(formdata=arranged.typed)
    if merging.asked(request.form):
        theirs = TermsForm.filled(edition)
        form, unsettled = merging.put_together(TermsForm, request.form, theirs)
        if unsettled:
            return _merge_terms(edition, form, theirs, unsettled)
    if rows.asked(request.form) or merging.goes_on(request.form):
        return _terms_page(edition, form, focus=arranged.focus)
    if not form.validate_on_submit():
        return _terms_page(edition, form)
    seen = form.revision.data or ""
    try:
        gone = writing.save_terms(session, edition, form.text(), seen, current_staff(), utc_now())
    except Refused as refused:
        session.rollback()
        return _refused_terms(number, form, refused)
    session.commit()
    flash(gettext("已保存"), "ok")
    for said in gone[:_MOST_GONE]:
        about = {"passage": said.passage[:_IN_SHORT], "text": said.text[:_IN_SHORT]}
        flash(gettext("“%(passage)s”不再抵触，原来的说明已去掉：“%(text)s”", **about), "warning")
    return redirect(url_for(".edition", number=number), 303)


def _refused_terms(number: int, form: TermsForm, refused: Refused) -> ResponseReturnValue:
    edition = edition_or_404(number)
    form.refuse(refused)
    if isinstance(refused, Reworded):
        form.ask_again(refused.moved)
    if isinstance(refused, Overtaken):
        theirs = TermsForm.filled(edition)
        unsettled = merging.conflicts(form, theirs, merging.unchosen(request.form))
        if unsettled:
            return _merge_terms(edition, form, theirs, unsettled)
        form.revision.data = theirs.revision.data
    return _terms_page(edition, form)


def _merge_terms(
    edition: PowerEdition, form: TermsForm, theirs: TermsForm, unsettled: list[Conflict]
) -> str:
    return merging.page(
        form,
        theirs,
        unsettled,
        heading=gettext("施行日期和负面清单"),
        whose=edition.power_list.post.full_title,
        action=url_for(".terms", number=edition.id),
        back=url_for(".edition", number=edition.id),
        last=publishing.last_change(current_session(), edition),
    )


def _terms_page(edition: PowerEdition, form: TermsForm, *, focus: str = "") -> str:
    return render_template("admin/powers/terms.html", edition=edition, form=form, focus=focus)


@blueprint.post("/<id:number>/items/<id:item_id>/move")
@needs(Permission.EDITION_WRITE)
def move_item(number: int, item_id: int) -> ResponseReturnValue:
    """Put an item one place up or down."""
    by = 1 if request.form.get("to") == "down" else -1

    def move(edition: PowerEdition) -> None:
        session = current_session()
        writing.move_item(session, edition, item_id, by, current_staff(), utc_now())

    return _changed(number, move, f"item-{item_id}")


@blueprint.post("/<id:number>/items/<id:item_id>/remove")
@needs(Permission.EDITION_WRITE)
def remove_item(number: int, item_id: int) -> ResponseReturnValue:
    """Take an item out."""
    seen = request.form.get("revision", "")

    def remove(edition: PowerEdition) -> None:
        session = current_session()
        writing.remove_item(session, edition, item_id, seen, current_staff(), utc_now())
        flash(gettext("已删除一项"), "ok")

    return _changed(number, remove, "items")


def _changed(
    number: int, change: Callable[[PowerEdition], None], anchor: str
) -> ResponseReturnValue:
    session, edition = current_session(), edition_or_404(number)
    try:
        change(edition)
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
    else:
        session.commit()
    return redirect(url_for(".edition", number=number, _anchor=anchor), 303)
