"""Taking a public edition off every page; and the page on which an ending is given its reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from admin import indexing
from admin.access import current_staff, needs
from admin.personal_data import confirmed
from admin.publishing.blueprint import ONE, blueprint, edition_or_404, revision_of
from admin.publishing.forms import ReasonForm
from domain import publishing
from domain.clock import utc_now
from domain.editing.desk import Kind
from domain.errors import Refused
from domain.permissions import Permission
from domain.publishing import READABLE
from web.database import current_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from domain.publishing import State


@blueprint.route(ONE + "/withdraw", methods=["GET", "POST"])
@needs(Permission.EDITION_REVIEW)
def withdraw(kind: str, number: int) -> ResponseReturnValue:
    """Take a public edition off every page."""
    act = partial(publishing.withdraw, confirmed=confirmed())
    answer = for_a_reason(kind, number, act, READABLE, "withdraw")
    if answer is not None:
        return answer
    indexing.follow()
    flash(gettext("已撤回，公众不再看到这一版的内容"), "ok")
    return redirect(url_for(".public"), 303)


def for_a_reason(
    kind: str, number: int, act: Callable[..., None], states: tuple[State, ...], template: str
) -> str | None:
    """The page that asks for the reason; None when it was given and the act is done."""
    session, edition = current_session(), edition_or_404(kind, number)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            publishing.ensure_seen(session, edition, revision_of(form.revision.data))
            act(session, edition, form.reason.data or "", current_staff(), utc_now())
        except Refused as refused:
            session.rollback()
            edition = edition_or_404(kind, number)
            form.refuse(refused, None if form.reason.data else "reason")
        else:
            session.commit()
            return None
    form.revision.data = str(edition.revision)
    values: dict[str, Any] = {"edition": edition, "form": form, "possible": edition.state in states}
    return render_template(
        f"admin/publishing/{template}.html",
        kind=Kind(kind),  # type: ignore[call-arg]
        **values,
    )
