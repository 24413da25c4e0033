"""Writing a draft: its items one by one, and what stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from admin import rows
from admin.access import current_staff, needs
from admin.powers.blueprint import blueprint, edition_or_404, is_editable
from admin.powers.forms import NEGATIVE, SIMPLE, STEP, ItemForm, TermsForm, the_five
from domain import publishing
from domain.clock import utc_now
from domain.editing import powers as writing
from domain.errors import Refused
from domain.permissions import Permission
from domain.publishing import Overtaken
from web.database import current_session
from web.errors import explain_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from domain.powers import PowerEdition, PowerItem


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


def _item(edition: PowerEdition, item_id: int) -> PowerItem | None:
    return next((one for one in edition.items if one.id == item_id), None)


def _not_now(edition: PowerEdition) -> ResponseReturnValue:
    flash(gettext("这一版现在不能修改"), "warning")
    return redirect(url_for(".edition", number=edition.id), 303)


def _write_item(edition: PowerEdition, item_id: int | None) -> ResponseReturnValue:
    session, number = current_session(), edition.id
    arranged = rows.arranged(request.form, "steps", STEP)
    form = ItemForm(formdata=arranged.typed)
    if rows.asked(request.form):
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
    """Give back what was typed, beside what is there now."""
    edition = edition_or_404(number)
    found = None if item_id is None else _item(edition, item_id)
    form.refuse(refused, "name" if _is_about_the_name(refused) else None)
    if isinstance(refused, writing.Gone) or found is None:
        # What was written for an item that is gone can still be added.
        return _item_page(edition, None, form, gone=isinstance(refused, writing.Gone))
    if not isinstance(refused, Overtaken):
        return _item_page(edition, item_id, form)
    theirs = ItemForm.filled(found)
    form.revision.data = theirs.revision.data
    return _item_page(edition, item_id, form, theirs=_differing(form, theirs, SIMPLE, "steps"))


def _is_about_the_name(refused: Refused) -> bool:
    return "name" in refused.params


def _differing(form: Any, theirs: Any, simple: tuple[str, ...], listed: str) -> dict[str, Any]:
    """What is there now, field by field, where it is not what was typed."""
    found = {n: theirs[n] for n in simple if (form[n].data or "") != (theirs[n].data or "")}
    ours, others = ([e.data for e in f[listed]] for f in (form, theirs))
    return found | ({listed: theirs[listed]} if ours != others else {})


def _item_page(
    edition: PowerEdition,
    item: PowerItem | int | None,
    form: ItemForm,
    *,
    focus: str = "",
    theirs: dict[str, Any] | None = None,
    gone: bool = False,
) -> str:
    found = _item(edition, item) if isinstance(item, int) else item
    return render_template(
        "admin/powers/item.html",
        edition=edition,
        item=found,
        form=form,
        focus=focus,
        theirs=theirs or {},
        last=publishing.last_change(current_session(), edition) if theirs or gone else None,
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
    if rows.asked(request.form):
        return _terms_page(edition, form, focus=arranged.focus)
    if not form.validate_on_submit():
        return _terms_page(edition, form)
    seen = form.revision.data or ""
    try:
        writing.save_terms(session, edition, form.text(), seen, current_staff(), utc_now())
    except Refused as refused:
        session.rollback()
        edition = edition_or_404(number)
        form.refuse(refused)
        theirs = TermsForm.filled(edition) if isinstance(refused, Overtaken) else None
        if theirs is None:
            return _terms_page(edition, form)
        form.revision.data = theirs.revision.data
        shown = _differing(form, theirs, ("effective_on",), "negatives")
        return _terms_page(edition, form, theirs=shown)
    session.commit()
    flash(gettext("已保存"), "ok")
    return redirect(url_for(".edition", number=number), 303)


def _terms_page(
    edition: PowerEdition, form: TermsForm, *, focus: str = "", theirs: dict[str, Any] | None = None
) -> str:
    return render_template(
        "admin/powers/terms.html",
        edition=edition,
        form=form,
        focus=focus,
        theirs=theirs or {},
        last=publishing.last_change(current_session(), edition) if theirs else None,
    )


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
