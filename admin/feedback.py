"""Feedback 提问/纠错: the queue of questions, and answering, masking, approving and declining one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeVar

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from admin import indexing
from admin.access import current_staff, needs
from admin.personal_data import PersonalDataField, confirmed
from admin.publishing import not_there, revision_of
from domain import former_codes, personal_data, workdays
from domain.clock import local_day, utc_now
from domain.errors import Refused
from domain.feedback import (
    OPEN,
    DeclineReason,
    Feedback,
    FeedbackKind,
    FeedbackState,
    answering,
    queue,
)
from domain.permissions import Permission
from web.database import current_session
from web.forms import (
    ChoiceField,
    Form,
    HiddenField,
    LongTextField,
    MaxLength,
    Required,
    SelectField,
    labelled,
)
from web.paging import paginate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from admin.settings import AdminSettings

blueprint = Blueprint("feedback", __name__, url_prefix="/feedback")
_WORDS = 40
_OPEN, _ALL = "open", "all"


class ActForm(Form):
    """Something done with a question, as it was when the page was opened."""

    name: ClassVar[str]
    revision = HiddenField()


class AnswerForm(ActForm):
    """The unit's answer."""

    name: ClassVar[str] = "answer"
    text = LongTextField(
        lazy_gettext("答复"),
        [Required(lazy_gettext("请写下答复")), MaxLength(answering.MOST_CHARACTERS)],
        rows=10,
    )


class MaskForm(ActForm):
    """What of the citizen's words the public does not see."""

    name: ClassVar[str] = "mask"
    passages = LongTextField(lazy_gettext("要隐去的文字"), [MaxLength(4000)], rows=4)


class ApproveForm(ActForm):
    """Approve the answer."""

    name: ClassVar[str] = "approve"
    checked = PersonalDataField()


class ReturnForm(ActForm):
    """Return the answer."""

    name: ClassVar[str] = "return"
    reason = LongTextField(
        lazy_gettext("退回理由"),
        [Required(lazy_gettext("请写明退回理由")), MaxLength(2000)],
        rows=4,
    )


class DeclineForm(ActForm):
    """Do not answer in public."""

    name: ClassVar[str] = "decline"
    why = ChoiceField(
        lazy_gettext("理由"),
        choices=labelled(DeclineReason),
        required=lazy_gettext("请选择不公开答复的理由"),
    )
    told = LongTextField(lazy_gettext("告诉提问人的话"), [MaxLength(1000)], rows=3)


class MergeForm(ActForm):
    """Answer it with another one."""

    name: ClassVar[str] = "merge"
    into = SelectField(lazy_gettext("并入哪一件"), [Required(lazy_gettext("请选择并入哪一件"))])


ActFormT = TypeVar("ActFormT", bound=ActForm)
# Carries an act out and says so.
Act = Callable[[Feedback, ActFormT, int, datetime], None]


def _settings() -> AdminSettings:
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    return settings


@blueprint.get("")
@needs(Permission.FEEDBACK_ANSWER, Permission.FEEDBACK_REVIEW)
def index() -> str:
    """Questions in the reader's reach, the first due first."""
    session, person, said = current_session(), current_staff(), request.args
    today, calendar = local_day(utc_now()), workdays.calendar(session)
    state, kind = said.get("state", _OPEN), FeedbackKind.parse(said.get("kind"))
    one = FeedbackState.parse(state)
    states: Sequence[FeedbackState] | None = (one,) if one else None if state == _ALL else OPEN
    units = queue.units_asked(session, person)
    unit = former_codes.one_of(session, units, said.get("unit"))
    overdue, words = said.get("overdue") == "yes", said.get("q", "").strip()[:_WORDS]
    found = queue.queue(
        person,
        states=states,
        kind=kind,
        unit_id=unit.id if unit else None,
        words=words,
        overdue_on=today if overdue else None,
    )
    page = paginate(session, found, size=_settings().rows_per_page)
    tally = queue.tally(session, person)
    return render_template(
        "admin/feedback/index.html",
        page=page,
        urgent={asked.id: queue.urgency(asked, today, calendar) for asked in page.items},
        tally=tally,
        open_count=sum(tally[open_state] for open_state in OPEN),
        state=one.value if one else _ALL if state == _ALL else _OPEN,
        states=list(FeedbackState),
        kind=kind,
        kinds=list(FeedbackKind),
        unit=unit,
        units=units,
        overdue=overdue,
        words=words,
    )


def asked_or_404(number: str) -> Feedback:
    """The question, if the reader may reach it."""
    found = queue.by_id(current_session(), number, current_staff())
    if found is None:
        not_there()
    return found


@blueprint.get("/<number>")
@needs(Permission.FEEDBACK_ANSWER, Permission.FEEDBACK_REVIEW)
def item(number: str) -> str:
    """The page of one question."""
    return _show(asked_or_404(number))


def _show(asked: Feedback, failed: ActForm | None = None) -> str:
    session, person = current_session(), current_staff()
    forms: dict[str, ActForm] = {}
    for kind in _acts_open(asked):
        form = kind(formdata=None, prefix=kind.name)
        _prepare(form, asked)
        forms[kind.name] = form
    if failed is not None:
        forms[failed.name] = failed
    today = local_day(utc_now())
    return render_template(
        "admin/feedback/item.html",
        asked=asked,
        forms=forms,
        failed=failed.name if failed else "",
        urgent=queue.urgency(asked, today, workdays.calendar(session)),
        as_public=answering.as_public(asked),
        own=answering.has_answered(session, asked, person),
        findings=answering.findings(asked) if asked.state in OPEN else [],
    )


def _acts_open(asked: Feedback) -> list[type[ActForm]]:
    """What the reader may do with a question now."""
    person, kinds = current_staff(), list[type[ActForm]]()
    reviews = person.may(Permission.FEEDBACK_REVIEW)
    waiting = asked.state is FeedbackState.ANSWERED
    if reviews and waiting and not answering.has_answered(current_session(), asked, person):
        kinds += [ApproveForm, ReturnForm]
    if asked.state in OPEN:
        if person.may(Permission.FEEDBACK_ANSWER):
            kinds.append(AnswerForm)
        kinds.append(MaskForm)
    if reviews and asked.state in OPEN:
        kinds.append(MergeForm)
    if reviews and asked.state in {*OPEN, FeedbackState.PUBLISHED}:
        kinds.append(DeclineForm)
    return kinds


def _prepare(form: ActForm, asked: Feedback) -> None:
    """Fill a form in from what stands there, and offer what depends on it."""
    form.revision.data = form.revision.data or str(asked.revision)
    draft = asked.draft
    if isinstance(form, AnswerForm) and form.text.data is None:
        form.text.data = draft.text if draft else ""
    if isinstance(form, MaskForm) and form.passages.data is None:
        form.passages.data = "\n".join((draft.masks if draft else []) or _proposed(asked))
    if isinstance(form, ApproveForm):
        form.checked.show(answering.findings(asked))
    if isinstance(form, MergeForm):
        others = queue.alike(current_session(), asked)
        form.into.offer([("", gettext("请选择")), *((o.id, _in_short(o)) for o in others)])


def _proposed(asked: Feedback) -> list[str]:
    """Passages of the citizen's words that look like personal data, to be masked."""
    found = personal_data.find(asked.words.text) if asked.words else []
    return list(dict.fromkeys(one.quote for one in found if "\n" not in one.quote))


def _in_short(asked: Feedback) -> str:
    words = asked.words.text if asked.words else ""
    return f"{asked.id}　{' '.join(words.split())[:40]}"


def _take(number: str, kind: type[ActFormT], act: Act[ActFormT]) -> ResponseReturnValue:
    """Carry an act out; when it is refused, the page again with everything that was typed."""
    session, asked = current_session(), asked_or_404(number)
    form = kind(prefix=kind.name)
    _prepare(form, asked)
    if not form.validate():
        return _show(asked, form)
    try:
        act(asked, form, revision_of(form.revision.data), utc_now())
    except Refused as refused:
        session.rollback()
        asked = asked_or_404(number)
        form.refuse(refused)
        form.revision.data = str(asked.revision)
        return _show(asked, form)
    session.commit()
    return redirect(url_for(".item", number=number), 303)


@blueprint.post("/<number>/answer")
@needs(Permission.FEEDBACK_ANSWER)
def answer(number: str) -> ResponseReturnValue:
    """Answer, and hand the answer to the reviewers."""

    def act(asked: Feedback, form: AnswerForm, seen: int, now: datetime) -> None:
        text = form.text.data or ""
        answering.answer(current_session(), asked, text, seen, current_staff(), now)
        flash(gettext("已提交答复，等待另一位工作人员审核"), "ok")

    return _take(number, AnswerForm, act)


@blueprint.post("/<number>/mask")
@needs(Permission.FEEDBACK_ANSWER, Permission.FEEDBACK_REVIEW)
def mask(number: str) -> ResponseReturnValue:
    """Blot out passages of the citizen's words."""

    def act(asked: Feedback, form: MaskForm, seen: int, now: datetime) -> None:
        passages = (form.passages.data or "").splitlines()
        answering.mask(current_session(), asked, passages, seen, current_staff(), now)
        flash(gettext("已保存，公众看不到隐去的文字"), "ok")

    return _take(number, MaskForm, act)


@blueprint.post("/<number>/approve")
@needs(Permission.FEEDBACK_REVIEW)
def approve(number: str) -> ResponseReturnValue:
    """Put question and answer on the page of what they are about."""

    def act(asked: Feedback, form: ApproveForm, seen: int, now: datetime) -> None:
        checked = form.checked.data or []
        answering.approve(current_session(), asked, seen, current_staff(), now, checked)
        flash(gettext("已公开"), "ok")

    response = _take(number, ApproveForm, act)
    indexing.follow()
    return response


@blueprint.post("/<number>/return")
@needs(Permission.FEEDBACK_REVIEW)
def send_back(number: str) -> ResponseReturnValue:
    """Return the answer to the unit."""

    def act(asked: Feedback, form: ReturnForm, seen: int, now: datetime) -> None:
        reason = form.reason.data or ""
        answering.send_back(current_session(), asked, reason, seen, current_staff(), now)
        flash(gettext("已退回重写答复"), "ok")

    return _take(number, ReturnForm, act)


@blueprint.post("/<number>/decline")
@needs(Permission.FEEDBACK_REVIEW)
def decline(number: str) -> ResponseReturnValue:
    """Do not answer in public, and tell the asker why."""

    def act(asked: Feedback, form: DeclineForm, seen: int, now: datetime) -> None:
        why, told = DeclineReason(form.why.data), form.told.data or ""  # type: ignore[call-arg]
        session, person, marks = current_session(), current_staff(), confirmed()
        answering.decline(session, asked, why, told, seen, person, now, marks)
        flash(gettext("已办结，提问人凭编号看到理由"), "ok")

    response = _take(number, DeclineForm, act)
    indexing.follow()
    return response


@blueprint.post("/<number>/merge")
@needs(Permission.FEEDBACK_REVIEW)
def merge(number: str) -> ResponseReturnValue:
    """Answer it together with another one."""

    def act(asked: Feedback, form: MergeForm, seen: int, now: datetime) -> None:
        into = queue.by_id(current_session(), form.into.data or "", current_staff())
        if into is None:
            abort(404)
        answering.merge(current_session(), asked, into, seen, current_staff(), now)
        flash(gettext("已并入，两件一起答复"), "ok")

    return _take(number, MergeForm, act)
