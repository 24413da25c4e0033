"""Publishing: the review queue, approving and returning, withdrawing what is public.

The same few acts on editions of every kind; ``kind`` in an address is a `desk.Kind`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms.validators import ValidationError

from admin import indexing
from admin.access import current_staff, needs
from domain import disclosures, powers, publishing, settings as chosen
from domain.clock import utc_now
from domain.disclosures import DisclosureEdition, Grouping, group_of
from domain.editing import comparing, desk, disclosures as writing_disclosures
from domain.editing.desk import Kind
from domain.errors import Refused
from domain.permissions import Permission
from domain.powers import PowerEdition
from domain.publishing import READABLE, Edition, State
from web.database import current_session
from web.errors import error_page, explain_refusal, typed_texts
from web.forms import Form, HiddenField, LongTextField, MaxLength
from web.paging import paginate

if TYPE_CHECKING:
    from collections.abc import Callable

    import wtforms
    from flask.typing import ResponseReturnValue

    from admin.settings import AdminSettings

blueprint = Blueprint("publishing", __name__, url_prefix="/publishing")
blueprint.add_app_template_filter(explain_refusal, "sentence")
_ONE = "/<any(powers, disclosures):kind>/<id:number>"
_WORDS = 40


class DecisionForm(Form):
    """What a reviewer decides, by one of two buttons; the reason is for a return."""

    revision = HiddenField()
    decision = HiddenField()
    reason = LongTextField(lazy_gettext("退回理由"), [MaxLength(2000)], rows=4)

    def validate_reason(self, field: wtforms.Field) -> None:
        """A reason beside the wrong button is a slip, not a publication."""
        if self.decision.data == "publish" and field.data:
            raise ValidationError(
                gettext("您写了退回理由。要公开，请先清空理由；要退回，请按“退回修改”")
            )


class WithdrawalForm(Form):
    """Why a public edition goes."""

    revision = HiddenField()
    reason = LongTextField(lazy_gettext("撤回理由"), [MaxLength(2000)], rows=4)


def not_there() -> NoReturn:
    """Answer 404; what was typed for something that is gone by now is given back."""
    if request.method == "POST":
        abort(error_page(404, typed=typed_texts()))
    abort(404)


def edition_or_404(kind: str, number: int) -> PowerEdition | DisclosureEdition:
    """The edition, if the reader may reach it."""
    session, person = current_session(), current_staff()
    found: PowerEdition | DisclosureEdition | None = (
        powers.whole(session, number, person)
        if kind == Kind.POWERS.value
        else disclosures.whole(session, number, person)
    )
    if found is None:
        not_there()
    return found


def _settings() -> AdminSettings:
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    return settings


@blueprint.get("")
@needs(Permission.EDITION_REVIEW)
def index() -> str:
    """What waits for review, longest first."""
    session, person = current_session(), current_staff()
    kind, words = Kind.parse(request.args.get("kind")), _asked_words()
    keys = paginate(
        session, desk.waiting(person, kind=kind, words=words), size=_settings().rows_per_page
    )
    rows = desk.load(session, keys.items)
    return render_template(
        "admin/publishing/index.html",
        page=keys,
        rows=rows,
        now=utc_now(),
        own={edition.id for _kind, edition in rows if edition.author_id == person.id},
        kind=kind,
        kinds=list(Kind),
        words=words,
    )


def _asked_words() -> str:
    return request.args.get("q", "").strip()[:_WORDS]


@blueprint.get("/public")
@needs(Permission.EDITION_REVIEW)
def public() -> str:
    """What the public can read, to find what must be withdrawn."""
    session = current_session()
    kind, words = Kind.parse(request.args.get("kind")), _asked_words()
    state = State.parse(request.args.get("state"))
    state = state if state in READABLE else None
    found = desk.public(current_staff(), kind=kind, state=state, words=words)
    keys = paginate(session, found, size=_settings().rows_per_page)
    return render_template(
        "admin/publishing/public.html",
        page=keys,
        rows=desk.load(session, keys.items),
        kind=kind,
        kinds=list(Kind),
        state=state,
        states=READABLE,
        words=words,
    )


@blueprint.route(_ONE, methods=["GET", "POST"])
@needs(Permission.EDITION_REVIEW)
def review(kind: str, number: int) -> ResponseReturnValue:
    """The whole of what was submitted, what it changes, and the decision on it."""
    session, person, edition = current_session(), current_staff(), edition_or_404(kind, number)
    form = DecisionForm()
    if not form.validate_on_submit():
        if request.method == "GET":
            form.revision.data = str(edition.revision)
        return _review_page(kind, edition, form)
    publishes = form.decision.data == "publish"
    try:
        publishing.ensure_seen(session, edition, _number(form.revision.data))
        if publishes:
            publishing.publish(session, edition, person, utc_now())
        else:
            publishing.send_back(session, edition, form.reason.data or "", person, utc_now())
    except Refused as refused:
        session.rollback()
        edition = edition_or_404(kind, number)
        form.refuse(refused, "reason" if not publishes and not form.reason.data else None)
        form.revision.data = str(edition.revision)
        return _review_page(kind, edition, form)
    session.commit()
    if publishes:
        indexing.follow()
    flash(gettext("已公开") if publishes else gettext("已退回起草人修改"), "ok")
    return redirect(url_for(".index"), 303)


def _number(text: str | None) -> int:
    known = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text or 0) if known else 0


def _review_page(kind: str, edition: PowerEdition | DisclosureEdition, form: DecisionForm) -> str:
    session, person = current_session(), current_staff()
    values = {
        "kind": Kind(kind),  # type: ignore[call-arg]
        "edition": edition,
        "form": form,
        "deciding": edition.state is State.SUBMITTED,
        "own": publishing.has_written(session, edition, person),
    }
    if isinstance(edition, PowerEdition):
        before = powers.in_force(session, edition.power_list.post_id)
        if before is not None and before.id == edition.id:
            before = None
        return render_template(
            "admin/powers/review.html",
            **values,
            before=before,
            changes=comparing.changes(before, edition) if before else None,
            clashes=powers.clashes(edition),
        )
    former = disclosures.readable(session, edition.disclosure_id)
    former = former if former and former.state is State.PUBLISHED else None
    former = None if former is edition else former
    return render_template(
        "admin/disclosures/review.html",
        **values,
        before=former,
        differences=comparing.disclosure_differences(former, edition) if former else [],
        group=group_shown(edition),
    )


def group_shown(edition: DisclosureEdition) -> disclosures.Group:
    """The group under which the public finds a disclosure."""
    grouping = Grouping.parse(chosen.county(current_session()).grouping) or Grouping.LATER_PAIR
    return group_of(edition.disclosure.leaf, grouping)


@blueprint.route(_ONE + "/withdraw", methods=["GET", "POST"])
@needs(Permission.EDITION_REVIEW)
def withdraw(kind: str, number: int) -> ResponseReturnValue:
    """Take a public edition off every page."""
    session, edition = current_session(), edition_or_404(kind, number)
    form = WithdrawalForm()
    if form.validate_on_submit():
        try:
            publishing.ensure_seen(session, edition, _number(form.revision.data))
            reason = form.reason.data or ""
            publishing.withdraw(session, edition, reason, current_staff(), utc_now())
        except Refused as refused:
            session.rollback()
            edition = edition_or_404(kind, number)
            form.refuse(refused, None if form.reason.data else "reason")
        else:
            session.commit()
            indexing.follow()
            flash(gettext("已撤回，公众不再看到这一版的内容"), "ok")
            return redirect(url_for(".public"), 303)
    form.revision.data = str(edition.revision)
    return render_template(
        "admin/publishing/withdraw.html",
        kind=Kind(kind),  # type: ignore[call-arg]
        edition=edition,
        form=form,
        is_public=edition.state in READABLE,
    )


@blueprint.post(_ONE + "/submit")
@needs(Permission.EDITION_WRITE)
def submit(kind: str, number: int) -> ResponseReturnValue:
    """Hand a draft to the reviewers."""

    def act(edition: Edition) -> None:
        session = current_session()
        publishing.ensure_seen(session, edition, _number(request.form.get("revision")))
        publishing.submit(session, edition, current_staff(), utc_now())
        flash(gettext("已提交，等待另一位工作人员审核"), "ok")

    return _written(kind, number, act)


@blueprint.post(_ONE + "/take-back")
@needs(Permission.EDITION_WRITE)
def take_back(kind: str, number: int) -> ResponseReturnValue:
    """Fetch a submitted draft back."""

    def act(edition: Edition) -> None:
        publishing.take_back(current_session(), edition, current_staff(), utc_now())
        flash(gettext("已收回，可以继续修改"), "ok")

    return _written(kind, number, act)


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


@blueprint.post(_ONE + "/discard")
@needs(Permission.EDITION_WRITE)
def discard(kind: str, number: int) -> ResponseReturnValue:
    """Throw a draft away."""
    session, person, edition = current_session(), current_staff(), edition_or_404(kind, number)
    try:
        if isinstance(edition, PowerEdition):
            after = url_for("powers.post", number=edition.power_list.post_id)
            publishing.discard(session, edition, person, utc_now())
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
