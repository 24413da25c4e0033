"""Notice → about whom → what kind → what happened → named or not → files → check → receipt."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from domain import officials, powers, reports, subjects, units
from domain.categories import Matter
from domain.clock import local_day, utc_now
from domain.publishing import READABLE
from domain.reports import MOST_FILES, Identity, Submission
from domain.settings import county
from portal import drafts
from portal.drafts import Draft
from portal.filters import asked_id
from portal.moved import follow_filter
from portal.reports.forms import (
    LIMITS,
    AccountForm,
    CheckForm,
    FilesForm,
    MatterForm,
    ReporterForm,
    SubjectForm,
    typed,
)
from portal.uploads import take_in
from web.database import current_session
from web.ratelimit import limited
from web.security import no_store, open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from domain.officials import ManagedBy
    from web.forms import Form

blueprint = Blueprint("reports", __name__, url_prefix=drafts.PATH)
blueprint.before_request(no_store)

STEPS = ("subject", "matter", "account", "reporter", "files", "check")


@blueprint.get("")
@open_to_all
def start() -> ResponseReturnValue:
    """The notice, before anything is asked. Prefilled from the page one came from."""
    session = current_session()
    about = _came_from(session)
    level = subjects.upward(session, _subject(session, about), local_day(utc_now()))
    if level is not None:
        return _higher(session, level)
    return render_template(
        "portal/reports/start.html", form=CheckForm(), about=about, limits=LIMITS
    )


@blueprint.post("")
@limited("60 per hour")
@open_to_all
def begin() -> ResponseReturnValue:
    """The notice has been read."""
    session, now = current_session(), utc_now()
    draft = drafts.current(session, now) or Draft()
    about = _came_from(session)
    if about.unit:
        draft = about.answered("start")
    drafts.keep(session, draft, now)
    session.commit()
    return redirect(url_for(".subject"), 303)


@blueprint.route("/subject", methods=["GET", "POST"])
@limited("120 per hour")
@open_to_all
def subject() -> ResponseReturnValue:
    """About whom? The answer is not kept when a higher body must take it (art. 15)."""
    session, now = current_session(), utc_now()
    draft = _draft(session)
    if draft is None:
        return _start_again()
    form = SubjectForm(data={"unit": draft.unit, "name": draft.name, "post": draft.post})
    if form.validate_on_submit():
        answers = typed(form, "unit", "name", "post")
        draft = draft.answered("subject", **answers)
        level = subjects.upward(session, _subject(session, draft), local_day(now))
        if level is not None:
            drafts.drop(session)
            session.commit()
            return _higher(session, level)
        return _next(session, draft)
    return _page(
        "subject",
        form,
        units=units.directory(session),
        tenures=officials.current_tenures(session, local_day(now)),
    )


@blueprint.route("/matter", methods=["GET", "POST"])
@limited("120 per hour")
@open_to_all
def matter() -> ResponseReturnValue:
    """What kind of problem?"""
    session = current_session()
    draft = _draft(session)
    if draft is None:
        return _start_again()
    form = MatterForm(data={"matter": draft.matter or None})
    if form.validate_on_submit():
        return _next(session, draft.answered("matter", matter=form.matter.data))
    return _page("matter", form)


@blueprint.route("/account", methods=["GET", "POST"])
@limited("120 per hour")
@open_to_all
def account() -> ResponseReturnValue:
    """What happened?"""
    session = current_session()
    draft = _draft(session)
    if draft is None:
        return _start_again()
    form = AccountForm(data={"title": draft.title, "happened": draft.happened})
    if form.validate_on_submit():
        return _next(session, draft.answered("account", **typed(form, "title", "happened")))
    return _page("account", form, limits=LIMITS)


@blueprint.route("/reporter", methods=["GET", "POST"])
@limited("120 per hour")
@open_to_all
def reporter() -> ResponseReturnValue:
    """Named or anonymous?"""
    session = current_session()
    draft = _draft(session)
    if draft is None:
        return _start_again()
    answered = {True: "yes", False: "no"}[draft.is_named] if "reporter" in draft.done else None
    form = ReporterForm(data={"named": answered, **asdict(draft.identity)})
    if form.validate_on_submit():
        is_named = form.named.data == "yes"
        # Whoever chooses to stay anonymous leaves nothing, whatever stood in the boxes.
        answers = typed(form, "name", "contact", "id_number", "address") if is_named else {}
        return _next(
            session, draft.answered("reporter", is_named=is_named, identity=Identity(**answers))
        )
    return _page("reporter", form)


@blueprint.route("/files", methods=["GET", "POST"])
@limited("120 per hour")
@open_to_all
def evidence() -> ResponseReturnValue:
    """Files: encrypted as they come in, their keys kept in the draft."""
    session = current_session()
    draft = drafts.current(session, utc_now())
    if draft is None:
        return _start_again()
    form = FilesForm()
    if form.validate_on_submit():
        draft = _without(draft, request.form.get("remove", ""))
        room = MOST_FILES - len(draft.files)
        kept, problems = take_in(session, form.files.data or [], room=room, now=utc_now())
        draft = replace(draft, files=(*draft.files, *kept))
        if problems:
            form.refuse(gettext("；").join(problems), "files")
        going_on = request.form.get("do") == "continue" and not problems
        if going_on:
            return _next(session, draft.answered("files"))
        drafts.keep(session, draft, utc_now())
        session.commit()
        if not problems:
            return redirect(url_for(".evidence"), 303)
    return _page("files", form, draft=draft, limits=LIMITS)


@blueprint.route("/check", methods=["GET", "POST"])
@limited("10 per hour; 30 per day")
@open_to_all
def check() -> ResponseReturnValue:
    """Check the answers; then seal and hand in, and show the receipt this once."""
    session, now = current_session(), utc_now()
    draft = drafts.current(session, now)
    if draft is None:
        return _start_again()
    open_step = _first_open(draft)
    if open_step != "check":
        return redirect(_address(open_step), 303)
    form = CheckForm()
    if not form.validate_on_submit():
        return _page("check", form, draft=draft, matter=Matter.parse(draft.matter))
    # One transaction: the draft goes and the report is there, or neither. Of two that hand in the
    # same draft at once the second finds it gone.
    if not drafts.drop(session):
        return _start_again()
    try:
        taken = reports.submit(session, _submission(session, draft), now)
    except reports.TakenHigher as refused:
        session.commit()
        return _higher(session, refused.level)
    session.commit()
    return render_template("portal/reports/done.html", receipt=taken.receipt)


@blueprint.post("/leave")
@open_to_all
def leave() -> ResponseReturnValue:
    """Leave at once: the draft and its cookie go, and the page one sees next is harmless."""
    session = current_session()
    drafts.drop(session)
    session.commit()
    response = redirect("/", 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _draft(session: Session) -> Draft | None:
    """The draft; an answer that comes too late for its draft begins a new one and is not lost."""
    return drafts.current(session, utc_now()) or (Draft() if request.method == "POST" else None)


def _came_from(session: Session) -> Draft:
    """What the page one came from says about the subject; odd values say nothing."""
    today = local_day(utc_now())
    power_id = asked_id("power")
    item = powers.item(session, power_id) if power_id else None
    # A withdrawn power is not named here either.
    if item is not None and item.edition.state in READABLE:
        post = item.edition.power_list.post
        held = officials.current_tenures(session, today, unit_id=post.unit_id)
        names = [tenure.official.name for tenure in held if tenure.post_id == post.id]
        return Draft(
            about_power=item.name, unit=post.unit.name, name="".join(names), post=post.title
        )
    official_id = asked_id("official")
    if official_id:
        for tenure in officials.current_tenures(session, today):
            if tenure.official_id == official_id:
                post = tenure.post
                return Draft(unit=post.unit.name, name=tenure.official.name, post=post.title)
    unit = units.by_code(session, request.values.get("unit", "")[:20])
    if unit is None:
        follow_filter("unit")
    return Draft(unit=unit.name) if unit else Draft()


def _subject(session: Session, draft: Draft) -> subjects.Subject:
    today = local_day(utc_now())
    return subjects.recognise(session, draft.unit, draft.name, draft.post, today)


def _submission(session: Session, draft: Draft) -> Submission:
    return Submission(
        subject=_subject(session, draft),
        matter=Matter.parse(draft.matter) or Matter.OTHER,
        title=draft.title,
        happened=draft.happened,
        about_power=draft.about_power,
        identity=draft.identity if draft.is_named else Identity(),
        files=draft.files,
    )


def _first_open(draft: Draft) -> str:
    """The first question not yet answered; when all are, the check."""
    return next((step for step in STEPS if step not in draft.done), "check")


def _address(step: str) -> str:
    return url_for(".evidence" if step == "files" else f".{step}")


def _next(session: Session, draft: Draft) -> ResponseReturnValue:
    drafts.keep(session, draft, utc_now())
    session.commit()
    return redirect(_address(_first_open(draft)), 303)


def _page(step: str, form: Form, **values: Any) -> ResponseReturnValue:
    number = STEPS.index(step) + 1
    before = url_for(".start") if number == 1 else _address(STEPS[number - 2])
    return render_template(
        f"portal/reports/{step}.html",
        form=form,
        number=number,
        total=len(STEPS),
        before=before,
        **values,
    )


def _start_again() -> ResponseReturnValue:
    flash(gettext("没有正在填写的举报：可能已经交来，或者超过一小时没有操作、内容已清除。"), "info")
    return redirect(url_for(".start"), 303)


def _higher(session: Session, level: ManagedBy) -> ResponseReturnValue:
    chosen = county(session)
    body = getattr(chosen, f"higher_body_{level.value}")
    return render_template(
        "portal/reports/higher.html", level=level, body=body, contact=chosen.higher_contact
    )


def _without(draft: Draft, file_id: str) -> Draft:
    return replace(draft, files=tuple(file for file in draft.files if file.id != file_id))
