"""Feedback 提问/纠错: asking about what is published, finding one's question again, and the answers.

Nobody gives a name, and nothing that finds a question stands in an address: the form brings its
reference in the body of a POST, as the page that follows a question up does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, g, render_template, request, url_for
from flask_babel import gettext, lazy_gettext as _

from domain import feedback, personal_data, sealing, units
from domain.clock import utc_now
from domain.editing.desk import Kind
from domain.errors import Refused
from domain.feedback import MOST_CHARACTERS, About, Feedback, FeedbackAnswer, FeedbackKind
from portal import feeds
from portal.addresses import with_filters
from portal.caching import versioned, versioned_for_all
from portal.context import current_county, today
from portal.filters import asked_unit, asked_word, chosen
from web.database import current_session
from web.errors import error_page, typed_texts
from web.forms import (
    ChoiceField,
    Form,
    HiddenField,
    LongTextField,
    MaxLength,
    Required,
    TextField,
    labelled,
)
from web.paging import Page, paginate
from web.ratelimit import limited
from web.security import no_store, open_to_all

if TYPE_CHECKING:
    import sqlalchemy as sa
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from domain.personal_data import Finding
    from domain.units import Unit

blueprint = Blueprint("feedback", __name__, url_prefix="/feedback")

ANSWERS_ON_A_PAGE = 20
# Beside a publication; the rest is behind a link.
ANSWERS_BESIDE = 20
_ABOUT: dict[str, Callable[[Session, int], About | None]] = {
    "item": feedback.about_power,
    "powers": feedback.about_powers,
    "disclosures": feedback.about_disclosure,
    "notices": feedback.about_notice,
}
_ONE = f"/ask/<any({', '.join(_ABOUT)}):what>/<id:number>"


class AskForm(Form):
    """A question: what kind, and the words. No name, no contact; none is wanted."""

    reference = HiddenField()
    kind = ChoiceField(
        _("您要"),
        choices=labelled(FeedbackKind),
        hints={
            FeedbackKind.QUESTION.value: _("看不懂，或者想知道得更多"),
            FeedbackKind.CORRECTION.value: _("内容有错、过时，或者与实际不符"),
        },
        required=_("请选择提问还是纠错"),
    )
    text = LongTextField(
        _("您的问题"), [Required(_("请写下您的问题")), MaxLength(MOST_CHARACTERS)], rows=7
    )


class ReferenceForm(Form):
    """What finds a question again."""

    reference = TextField(_("提问编号"))


@blueprint.app_template_filter("publication")
def publication(asked: Feedback) -> str:
    """The permanent address of the edition that was asked about."""
    if asked.item_id:
        return url_for("powers.item", item_id=asked.item_id)
    document = int(asked.subject.partition(":")[2])
    if asked.noun is Kind.POWERS:
        return url_for("powers.edition", list_id=document, number=asked.edition_number)
    if asked.noun is Kind.NOTICES:
        return url_for("notices.edition", notice_id=document, number=asked.edition_number)
    return url_for("disclosures.edition", disclosure_id=document, number=asked.edition_number)


def beside(subject: str, power: str | None = None) -> Sequence[FeedbackAnswer]:
    """The answered questions that stand on a publication's page (one statement)."""
    return feedback.beside(current_session(), subject, power=power, limit=ANSWERS_BESIDE)


@dataclass(frozen=True)
class Asked:
    """What an address narrows the answers by; a value that does not exist narrows nothing."""

    units: Sequence[Unit]
    unit: Unit | None
    kind: FeedbackKind | None
    noun: Kind | None

    @property
    def filters(self) -> dict[str, str]:
        """As an address writes them."""
        return chosen(unit=self.unit, kind=self.kind, about=self.noun)

    def listing(self) -> sa.Select[FeedbackAnswer]:
        """What they leave, the newest first."""
        unit_id = self.unit.id if self.unit else None
        return feedback.listing(unit_id=unit_id, kind=self.kind, noun=self.noun)


def _asked() -> Asked:
    everywhere = units.directory(current_session())
    return Asked(
        units=everywhere,
        unit=asked_unit(everywhere),
        kind=asked_word(FeedbackKind, "kind"),
        noun=asked_word(Kind, "about"),
    )


@blueprint.get("")
@versioned
@open_to_all
def index() -> str:
    """What has been asked and answered, and how many questions were, and how fast."""
    session, asked = current_session(), _asked()
    figures = feedback.figures(session, today())
    return render_template(
        "portal/feedback/index.html",
        page=paginate(session, asked.listing(), size=ANSWERS_ON_A_PAGE),
        figures=figures,
        of_units=[(one, figures[one.id]) for one in asked.units if one.id in figures],
        units=asked.units,
        unit=asked.unit,
        kinds=list(FeedbackKind),
        kind=asked.kind,
        nouns=list(Kind),
        noun=asked.noun,
        days=current_county().days_to_answer,
        filters=asked.filters,
        feed=with_filters(url_for(".feed"), asked.filters),
    )


@blueprint.get("/feed.atom")
@versioned_for_all
@open_to_all
def feed() -> ResponseReturnValue:
    """The answers, to subscribe to."""
    asked = _asked()
    found = paginate(current_session(), asked.listing(), size=feeds.ENTRIES_ON_A_PAGE)
    entries = [feeds.of_answer(one, publication(one.feedback)) for one in found.items]
    page = Page(entries, found.number, found.size, found.total)
    return feeds.answer(gettext("提问和答复"), url_for(".index"), page, asked.filters)


def _taken(_response: Response) -> bool:
    """Only questions that were taken count strictly, not those that are corrected first."""
    return bool(g.get("question_taken"))


@blueprint.route(_ONE, methods=["GET", "POST"])
@limited("10 per hour; 30 per day", deduct_when=_taken)
@limited("60 per hour")
@open_to_all
def ask(what: str, number: int) -> ResponseReturnValue:
    """Ask about one publication. A text that accuses, or tells who is who, is stopped once; it is kept nowhere."""
    no_store()
    session, now = current_session(), utc_now()
    about = _ABOUT[what](session, number)
    if about is None:
        # Withdrawn while somebody was writing: the words are theirs.
        abort(error_page(404, typed=typed_texts()) if request.method == "POST" else 404)
    form = AskForm()
    if not form.validate_on_submit():
        if request.method == "GET":
            form.reference.data = feedback.new_reference()
        return _ask_page(about, form)
    text, sent = form.text.data or "", feedback.read_reference(form.reference.data or "")
    accusing, personal = feedback.reads_like_report(text), personal_data.find(text)
    if (accusing or personal) and request.form.get("sure") != "yes":
        return _ask_page(about, form, accusing=accusing, personal=personal)
    kind = FeedbackKind.parse(form.kind.data) or FeedbackKind.QUESTION
    try:
        reference = feedback.reference_for(sent or feedback.new_reference(), text)
        asked = feedback.ask(session, about, kind, text, reference, now)
    except Refused as refused:
        form.refuse(refused, "text")
        return _ask_page(about, form)
    session.commit()
    g.question_taken = True
    return render_template("portal/feedback/done.html", asked=asked, reference=reference)


def _ask_page(
    about: About, form: AskForm, *, accusing: bool = False, personal: Sequence[Finding] = ()
) -> ResponseReturnValue:
    carried = {"power": about.item_id} if about.item_id else {"unit": about.unit_code}
    return render_template(
        "portal/feedback/ask.html",
        about=about,
        form=form,
        accusing=accusing,
        personal=personal,
        report=url_for("reports.start", **carried),
        most=MOST_CHARACTERS,
        days=current_county().days_to_answer,
    )


def _missed(response: Response) -> bool:
    """Only failed attempts count: whoever has a reference may look as often as they like."""
    return response.status_code == 404


@blueprint.route("/track", methods=["GET", "POST"])
@limited("20 per hour", deduct_when=_missed)
@open_to_all
def track() -> ResponseReturnValue:
    """Where a question stands. What was asked is not repeated: the number alone shows no words."""
    no_store()
    form = ReferenceForm()
    if not form.validate_on_submit():
        return render_template("portal/feedback/track.html", form=form)
    typed = form.reference.data or ""
    reference = feedback.read_reference(typed)
    found = feedback.by_reference(current_session(), reference) if reference else None
    if found is None:
        if sealing.read_receipt(typed):
            form.refuse(gettext("这像是举报的回执，请到“查进度”查看。"), "reference")
        else:
            form.refuse(gettext("没有这个编号的提问。请核对每一个字。"), "reference")
        return render_template("portal/feedback/track.html", form=form), 404
    return render_template("portal/feedback/state.html", found=found, today=today())
