"""What waits for review, what waits for its moment, and what is public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request

from admin.access import current_staff, needs
from admin.publishing import many
from admin.publishing.blueprint import blueprint, settings
from admin.publishing.forms import SCHEDULE, ApprovalForm
from domain.clock import utc_now
from domain.editing import desk
from domain.editing.desk import Kind
from domain.permissions import Permission
from domain.publishing import READABLE, State
from web.database import current_session
from web.paging import link_with, paginate

if TYPE_CHECKING:
    import sqlalchemy as sa
    from flask.typing import ResponseReturnValue

_WORDS = 40


def _asked() -> dict[str, Any]:
    """The filters of the address."""
    return {
        "kind": Kind.parse(request.args.get("kind")),
        "words": request.args.get("q", "").strip()[:_WORDS],
    }


def _page(template: str, found: sa.Select[str], **values: Any) -> str:
    session = current_session()
    keys = paginate(session, found, size=settings().rows_per_page)
    rows = desk.load(session, keys.items)
    return render_template(template, page=keys, rows=rows, kinds=list(Kind), **values)


@blueprint.route("", methods=["GET", "POST"])
@needs(Permission.EDITION_REVIEW)
def index() -> ResponseReturnValue:
    """What waits for review, longest first; those that are chosen are approved."""
    person, asked, form = current_staff(), _asked(), ApprovalForm()
    if form.validate_on_submit():
        moment = form.moment.data if form.decision.data == SCHEDULE else None
        return many.approve_chosen(moment, link_with())
    return _page(
        "admin/publishing/index.html",
        desk.waiting(person, **asked),
        now=utc_now(),
        me=person,
        form=form,
        picked=many.picked(),
        **asked,
    )


@blueprint.get("/scheduled")
@needs(Permission.EDITION_REVIEW, Permission.EDITION_WRITE)
def scheduled() -> str:
    """What is approved and becomes public by itself, the next one first."""
    asked = _asked()
    return _page(
        "admin/publishing/scheduled.html", desk.scheduled(current_staff(), **asked), **asked
    )


@blueprint.get("/public")
@needs(Permission.EDITION_REVIEW)
def public() -> str:
    """What the public can read, to find what must be withdrawn."""
    asked = _asked()
    state = State.parse(request.args.get("state"))
    state = state if state in READABLE else None
    return _page(
        "admin/publishing/public.html",
        desk.public(current_staff(), state=state, **asked),
        state=state,
        states=READABLE,
        **asked,
    )
