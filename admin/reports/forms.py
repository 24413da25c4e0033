"""What an officer fills in. Each form has a prefix of its own: they stand on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from flask_babel import gettext, lazy_gettext

from domain import categories, clues, offices
from domain.clock import local_day, utc_now
from domain.reports import MOST_CHARACTERS
from domain.triage import DeclineReason
from web.forms import (
    ChoiceField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    SelectField,
    TextField,
    labelled,
)

if TYPE_CHECKING:
    from admin.reports.case import Case
    from domain.officials import Official

_LETTER = MaxLength(MOST_CHARACTERS)


def _categories() -> list[tuple[str, str]]:
    chosen = [(c.code, gettext(c.label)) for c in categories.in_use(local_day(utc_now()))]
    return [("", gettext("请选择")), *chosen]


class StepForm(Form):
    """A step an officer takes with a report."""

    step: ClassVar[str]

    def prepare(self, case: Case) -> None:
        """Offer what depends on the report."""


class AcceptForm(StepForm):
    """Accept 受理."""

    step: ClassVar[str] = "accept"
    category = SelectField(
        lazy_gettext("问题类别"), [Required(lazy_gettext("请选择问题类别"))], choices=_categories
    )


class DeclineForm(StepForm):
    """Do not accept 不予受理."""

    step: ClassVar[str] = "decline"
    why = ChoiceField(
        lazy_gettext("理由"),
        choices=labelled(DeclineReason),
        required=lazy_gettext("请选择不予受理的理由"),
    )
    text = LongTextField(
        lazy_gettext("给举报人的信"),
        [Required(lazy_gettext("请告诉举报人理由，以及可以向哪里反映")), _LETTER],
        rows=5,
    )


class ReferForm(StepForm):
    """Refer to another body 转交."""

    step: ClassVar[str] = "refer"
    text = LongTextField(
        lazy_gettext("给举报人的信"),
        [Required(lazy_gettext("请写明转交给哪个机关，并告诉举报人")), _LETTER],
        rows=5,
    )


class AskForm(StepForm):
    """Ask the reporter."""

    step: ClassVar[str] = "ask"
    text = LongTextField(
        lazy_gettext("要问的话"), [Required(lazy_gettext("请写下要问举报人的话")), _LETTER], rows=5
    )


class PassOnForm(StepForm):
    """Pass on to another office of the house."""

    step: ClassVar[str] = "pass-on"
    office = SelectField(lazy_gettext("转到"), [Required(lazy_gettext("请选择转到哪个室"))])

    def prepare(self, case: Case) -> None:
        """Offer the offices that can take it."""
        taking = offices.that_take_reports(case.session)
        others = [(o.id, o.name) for o in taking if o.id != case.report.office_id]
        self.office.offer([("", gettext("请选择")), *others])


class ClueForm(StepForm):
    """Open a clue about an official."""

    step: ClassVar[str] = "clue"
    find = TextField(lazy_gettext("查找干部"), [MaxLength(40)])
    official = ChoiceField(lazy_gettext("被反映人"), required=lazy_gettext("请查找并选择被反映人"))
    category = SelectField(
        lazy_gettext("问题类别"), [Required(lazy_gettext("请选择问题类别"))], choices=_categories
    )
    account = LongTextField(
        lazy_gettext("主要内容"),
        [Required(lazy_gettext("请写明线索的主要内容")), _LETTER],
        rows=6,
    )

    def prepare(self, case: Case) -> None:
        """Offer the officials the report names, the one chosen before, and those looked for."""
        chosen = str(self.official.data or "")
        also = {*case.meant, *({int(chosen)} if _is_id(chosen) else ())}
        found = clues.candidates(case.session, case.person, self.find.data or "", also=also)
        self.official.offer((official.id, official.name) for official in found)
        self.official.hints = {str(official.id): posts_in_words(official) for official in found}
        if not chosen and len(case.meant) == 1:
            self.official.data = str(next(iter(case.meant)))
        if not self.category.data:
            self.category.data = case.report.category


def posts_in_words(official: Official) -> str:
    """The newest post of an official with its unit; with the day it ended, if it has."""
    if not official.tenures:
        return ""
    tenure = official.tenures[0]
    words = f"{tenure.post.unit.short_name} {tenure.post.title}"
    if tenure.ended_on is not None:
        words = gettext("%(post)s（%(day)s 止）", post=words, day=tenure.ended_on.isoformat())
    return words


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 2**31


class IdentityForm(StepForm):
    """Ask to have the identity looked at."""

    step: ClassVar[str] = "identity"
    reason = LongTextField(
        lazy_gettext("理由"),
        [Required(lazy_gettext("请写明查看身份的理由")), MaxLength(500)],
        rows=3,
    )
