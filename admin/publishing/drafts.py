"""What the editor does with a whole draft: hands it in, fetches it back, corrects, throws away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from admin.access import current_staff, needs
from admin.personal_data import confirmed
from admin.publishing.blueprint import ONE, blueprint, edition_or_404, revision_of
from domain import publishing
from domain.clock import utc_now
from domain.editing import disclosures as writing_disclosures, notices as writing_notices
from domain.errors import Refused
from domain.notices import NoticeEdition
from domain.permissions import Permission
from domain.powers import PowerEdition
from web.database import current_session
from web.errors import explain_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from domain.publishing import Edition

# The public reads it in a line beside the edition.
LONGEST_CORRECTION = 500


@blueprint.post(ONE + "/submit")
@needs(Permission.EDITION_WRITE)
def submit(kind: str, number: int) -> ResponseReturnValue:
    """Hand a draft to the reviewers."""

    def act(edition: Edition) -> None:
        session = current_session()
        publishing.ensure_seen(session, edition, revision_of(request.form.get("revision")))
        publishing.submit(session, edition, current_staff(), utc_now())
        flash(gettext("已提交，等待另一位工作人员审核"), "ok")

    return _written(kind, number, act)


@blueprint.post(ONE + "/take-back")
@needs(Permission.EDITION_WRITE)
def take_back(kind: str, number: int) -> ResponseReturnValue:
    """Fetch a submitted draft back."""

    def act(edition: Edition) -> None:
        publishing.take_back(current_session(), edition, current_staff(), utc_now())
        flash(gettext("已收回，可以继续修改"), "ok")

    return _written(kind, number, act)


@blueprint.post(ONE + "/correction")
@needs(Permission.EDITION_WRITE)
def correct(kind: str, number: int) -> ResponseReturnValue:
    """Say what a draft puts right in the edition before it, or that it puts nothing right."""
    seen = revision_of(request.form.get("revision"))

    def act(edition: Edition) -> None:
        reason = "" if "drop" in request.form else asked_correction()
        session, person, marks = current_session(), current_staff(), confirmed()
        publishing.correct(session, edition, reason, seen, person, utc_now(), marks)
        flash(gettext("已保存"), "ok")

    return _written(kind, number, act)


def asked_correction() -> str:
    """What the form says was wrong.

    Raises:
        Refused: nothing, or more than the public reads.
    """
    reason = request.form.get("correction", "").strip()
    if not reason:
        raise Refused("请写明更正什么、为什么更正，公众会看到")
    if len(reason) > LONGEST_CORRECTION:
        raise Refused("更正理由最多 %(number)s 字，请删减", number=LONGEST_CORRECTION)
    return reason


def _written(kind: str, number: int, act: Callable[[Edition], None]) -> ResponseReturnValue:
    session, edition = current_session(), edition_or_404(kind, number)
    try:
        act(edition)
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
    else:
        session.commit()
    return redirect(url_for(f"{kind}.edition", number=number), 303)


@blueprint.post(ONE + "/discard")
@needs(Permission.EDITION_WRITE)
def discard(kind: str, number: int) -> ResponseReturnValue:
    """Throw a draft away."""
    session, person, edition = current_session(), current_staff(), edition_or_404(kind, number)
    try:
        if isinstance(edition, PowerEdition):
            after = url_for("powers.post", number=edition.power_list.post_id)
            publishing.discard(session, edition, person, utc_now())
        elif isinstance(edition, NoticeEdition):
            after = url_for("notices.index")
            writing_notices.discard(session, edition, person, utc_now())
        else:
            after = url_for("disclosures.index")
            writing_disclosures.discard(session, edition, person, utc_now())
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
        return redirect(url_for(f"{kind}.edition", number=number), 303)
    session.commit()
    flash(gettext("已删除草稿"), "ok")
    return redirect(after, 303)
