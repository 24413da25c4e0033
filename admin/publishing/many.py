"""Several editions in one go, chosen by check boxes: each is judged by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request
from flask_babel import gettext

from admin import indexing
from admin.access import current_staff
from admin.publishing.blueprint import settings
from domain import publishing
from domain.clock import utc_now
from domain.editing import desk
from web.database import current_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from domain.publishing import Edition

CHOSEN = "chosen"
_BOX = re.compile(r"(powers|disclosures|notices):([1-9][0-9]{0,8}):([0-9]{1,9})")


def submit_chosen(back: str) -> ResponseReturnValue:
    """Hand the chosen drafts to the reviewers.

    Args:
        back: the address of the list in which they were chosen.
    """
    session, person, now = current_session(), current_staff(), utc_now()
    return _each(
        lambda edition: publishing.submit(session, edition, person, now),
        back,
        gettext("提交审核的结果"),
    )


def approve_chosen(moment: datetime | None, back: str) -> ResponseReturnValue:
    """Publish the chosen editions, at a moment to come or at once."""
    session, person, now = current_session(), current_staff(), utc_now()

    def act(edition: Edition) -> None:
        if moment is None:
            publishing.publish(session, edition, person, now)
        else:
            publishing.schedule(session, edition, moment, person, now)

    return _each(act, back, gettext("审核的结果"))


def _each(act: Callable[[Edition], None], back: str, title: str) -> ResponseReturnValue:
    """Keep what goes through; say what does not, and why."""
    session, chosen = current_session(), _chosen()
    if not chosen:
        flash(gettext("没有选中任何一件"), "warning")
        return redirect(back, 303)
    batch = publishing.one_by_one(session, chosen, act)
    session.commit()
    indexing.follow()
    return render_template(
        "admin/publishing/done.html", batch=batch, back=back, title=title, kind_of=desk.kind_of
    )


def picked() -> set[str]:
    """The check boxes of this request that are on."""
    return set(request.form.getlist(CHOSEN))


def _chosen() -> list[tuple[Edition, int]]:
    """What the check boxes name (``powers:12:3``: kind, id and the revision on the page)."""
    boxes = request.form.getlist(CHOSEN)[: settings().rows_per_page]
    named = [match for box in boxes if (match := _BOX.fullmatch(box))]
    seen = {f"{match[1]}:{match[2]}": int(match[3]) for match in named}
    found = desk.load(current_session(), list(seen), actor=current_staff(), whole=True)
    return [(edition, seen[f"{kind.value}:{edition.id}"]) for kind, edition in found]
