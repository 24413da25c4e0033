"""Following a report with its receipt: state, letters, and a way to add to it.

The receipt travels in the body of a POST and in a hidden field of the page that answers it; it is
in no address, no cookie and no log (promise 4).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, render_template
from flask_babel import gettext, lazy_gettext as _

from domain import dialogue, reports, sealing
from domain.clock import local_day, utc_now
from domain.errors import Refused
from domain.reports import LARGEST_FILE, MOST_CHARACTERS, MOST_FILES, PUBLIC_WORDS, ReportState
from portal.receipts import letters
from portal.uploads import EvidenceField, take_in
from web.database import current_session
from web.forms import Form, HiddenField, LongTextField, MaxLength, TextField
from web.ratelimit import limited
from web.security import no_store, open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from domain.reports import Found
    from domain.sealing import ReceiptKeys
    from portal.receipts import Letter

blueprint = Blueprint("dialogue", __name__, url_prefix="/track")
blueprint.before_request(no_store)


class ReceiptForm(Form):
    """The receipt."""

    receipt = TextField(_("回执"))


class AdditionForm(Form):
    """Something to add."""

    receipt = HiddenField()
    text = LongTextField(_("要补充的内容"), [MaxLength(MOST_CHARACTERS)], rows=6)
    files = EvidenceField(_("文件"))


def _missed(response: Response) -> bool:
    """Only failed attempts count: whoever has a receipt may look as often as they like."""
    return response.status_code == 404


@blueprint.get("")
@open_to_all
def track() -> ResponseReturnValue:
    """Ask for the receipt."""
    return render_template("portal/dialogue/track.html", form=ReceiptForm(formdata=None))


@blueprint.post("")
@limited("20 per hour", deduct_when=_missed)
@open_to_all
def show() -> ResponseReturnValue:
    """What the receipt finds. Unknown, closed and malformed receipts get one and the same answer."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return render_template("portal/dialogue/track.html", form=form)
    session = current_session()
    found = _find(session, form.receipt.data or "")
    if found is None:
        return _not_found(form)
    report, keys, receipt = found
    addition = AdditionForm(formdata=None, data={"receipt": receipt})
    return _page(session, report, keys, addition)


@blueprint.post("/add")
@limited("20 per hour", deduct_when=_missed)
@limited("60 per hour")
@open_to_all
def add() -> ResponseReturnValue:
    """Add words and files to a report."""
    session, now = current_session(), utc_now()
    form = AdditionForm()
    found = _find(session, form.receipt.data or "")
    if found is None:
        return _not_found(ReceiptForm(formdata=None))
    report, keys, receipt = found
    if form.validate_on_submit():
        kept, problems = take_in(session, form.files.data or [], room=MOST_FILES, now=now)
        if problems:
            form.refuse(gettext("；").join(problems), "files")
        try:
            if not problems:
                dialogue.from_reporter(session, report, form.text.data or "", kept, now)
        except Refused as refused:
            form.refuse(refused, "text")
        if not form.problems:
            session.commit()
            flash(gettext("已收到您的补充。"), "ok")
            form = AdditionForm(formdata=None, data={"receipt": receipt})
    return _page(session, report, keys, form)


def _find(session: Session, typed: str) -> tuple[Found, ReceiptKeys, str] | None:
    """The report of a receipt. What cannot be a receipt costs as much time as a wrong one."""
    receipt = sealing.read_receipt(typed)
    keys = sealing.receipt_keys(receipt or sealing.new_receipt())
    report = reports.by_receipt(session, keys, local_day(utc_now())) if receipt else None
    return (report, keys, receipt) if report is not None and receipt else None


def _not_found(form: ReceiptForm) -> ResponseReturnValue:
    form.refuse(gettext("没有找到。请核对回执的每一个字；回执在办结一年后失效。"), "receipt")
    return render_template("portal/dialogue/track.html", form=form), 404


def _worded(letter: Letter) -> Letter:
    """A letter for the page. Sentences that the office's software wrote are in the catalogue.

    Not by the template's _(): that takes a percent sign in a letter for a placeholder.
    """
    if letter.from_reporter or not letter.text:
        return letter
    return replace(letter, text=gettext(letter.text))


def _page(
    session: Session, report: Found, keys: ReceiptKeys, form: AdditionForm
) -> ResponseReturnValue:
    conversation = letters(session, report, keys)
    state = PUBLIC_WORDS[report.state]
    if report.state is ReportState.WAITING and conversation and conversation[-1].from_reporter:
        state = gettext("已收到您的答复，等待审阅")
    else:
        state = gettext(state)
    return render_template(
        "portal/dialogue/report.html",
        report=report,
        state=state,
        letters=[_worded(letter) for letter in conversation],
        form=form,
        most_files=MOST_FILES,
        megabytes=LARGEST_FILE // (1024 * 1024),
    )
