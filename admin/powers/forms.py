"""The forms in which a power list is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms.validators import ValidationError

from admin.merging import MergedForm
from admin.rows import Row
from domain.editing import fingerprint
from domain.editing.negatives import ExplanationText, Moved, NegativeText
from domain.editing.powers import (
    ItemText,
    StepText,
    TermsText,
    item_text,
    terms_text,
)
from domain.powers import NegativeArea, PowerKind, Risk, Scope
from web.forms import (
    DateField,
    HiddenField,
    LongTextField,
    MaxLength,
    Required,
    SelectField,
    TextField,
    labelled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.powers import PowerEdition, PowerItem

STEP = ("name", "who", "time_limit", "disclosed")
NEGATIVE = ("area", "text")
_LONG = 4000


class StepRow(wtforms.Form):
    """One step of 运行流程."""

    name = TextField(lazy_gettext("做什么"), [MaxLength(200)])
    who = TextField(lazy_gettext("谁来做"), [MaxLength(200)])
    time_limit = TextField(lazy_gettext("多长时间"), [MaxLength(80)])
    disclosed = TextField(lazy_gettext("公开什么"), [MaxLength(200)])

    def validate_name(self, field: wtforms.Field) -> None:
        """A step that says anything says what is done."""
        if not field.data and any(self[name].data for name in STEP):
            raise ValidationError(gettext("这一步还没有写“做什么”"))


class ItemForm(MergedForm):
    """One power."""

    name = TextField(
        lazy_gettext("权力事项"), [Required(lazy_gettext("请填写权力事项的名称")), MaxLength(200)]
    )
    kind = SelectField(
        lazy_gettext("类别"),
        [Required(lazy_gettext("请选择类别"))],
        choices=[("", lazy_gettext("请选择")), *labelled(PowerKind)],
    )
    plain = LongTextField(lazy_gettext("群众能看懂的一句话"), [MaxLength(500)], rows=2)
    source = LongTextField(lazy_gettext("权力来源"), [MaxLength(_LONG)], rows=3)
    responsibility = LongTextField(lazy_gettext("权力责任"), [MaxLength(_LONG)], rows=3)
    steps = wtforms.FieldList(wtforms.FormField(StepRow), lazy_gettext("运行流程"), min_entries=1)
    risk = SelectField(
        lazy_gettext("廉政风险等级"),
        [Required(lazy_gettext("请选择廉政风险等级"))],
        choices=[("", lazy_gettext("请选择")), *labelled(Risk)],
    )
    controls = LongTextField(lazy_gettext("防控措施"), [MaxLength(_LONG)], rows=3)
    scope = SelectField(lazy_gettext("公开范围"), choices=labelled(Scope))
    timing = TextField(lazy_gettext("公开时间"), [MaxLength(80)])

    @classmethod
    def filled(cls, item: PowerItem | None) -> Self:
        """The form as an item says it now; blank for a new one."""
        if item is None:
            return cls(formdata=None)
        text = item_text(item)
        data: dict[str, Any] = {name: getattr(text, name) for name in _SIMPLE}
        data["steps"] = [{name: getattr(s, name) for name in STEP} for s in text.steps]
        return cls.holding({**data, "revision": fingerprint(text)})

    def text(self) -> ItemText:
        """What was typed; empty steps are left out."""
        typed = self.data
        steps = (StepText(**{name: row[name] or "" for name in STEP}) for row in typed["steps"])
        return ItemText(
            name=typed["name"],
            kind=PowerKind(typed["kind"]),  # type: ignore[call-arg]
            plain=typed["plain"] or "",
            source=typed["source"] or "",
            responsibility=typed["responsibility"] or "",
            risk=Risk(typed["risk"]),  # type: ignore[call-arg]
            controls=typed["controls"] or "",
            scope=Scope(typed["scope"]),  # type: ignore[call-arg]
            timing=typed["timing"] or "",
            steps=tuple(step for step in steps if step.name),
        )


_SIMPLE = (
    "name",
    "kind",
    "plain",
    "source",
    "responsibility",
    "risk",
    "controls",
    "scope",
    "timing",
)


class NegativeRow(wtforms.Form):
    """One line of 负面清单."""

    area = SelectField(
        lazy_gettext("领域"), choices=[("", lazy_gettext("请选择")), *labelled(NegativeArea)]
    )
    text = LongTextField(lazy_gettext("不得做什么"), [MaxLength(1000)], rows=2)

    def validate_area(self, field: wtforms.Field) -> None:
        """A line that says anything says what it is about."""
        if self.text.data and not field.data:
            raise ValidationError(gettext("这一条还没有选领域"))

    def validate_text(self, field: wtforms.Field) -> None:
        """A line that is about something says what must not be."""
        if self.area.data and not field.data:
            raise ValidationError(gettext("这一条还没有写“不得做什么”"))


class ClashRow(wtforms.Form):
    """Why a clash with the negative list stands. What it is about goes there and back unseen."""

    area = HiddenField()
    entry = HiddenField()
    # The line's words when it was explained, if it has others now.
    former = HiddenField()
    item = HiddenField()
    passage = HiddenField()
    text = LongTextField(lazy_gettext("为什么两处都要这样写（会公开）"), [MaxLength(500)], rows=2)

    @property
    def about(self) -> tuple[str | None, ...]:
        """Which clash it is: the line, and what contradicts it."""
        return self.area.data, self.entry.data, self.item.data, self.passage.data

    @property
    def explanation(self) -> ExplanationText | None:
        """What was typed, if only nothing; None when nothing was asked."""
        if not self.passage.data:
            return None
        return ExplanationText(
            (self.item.data or "")[:200], self.passage.data[:_LONG], self.text.data or ""
        )


class TermsForm(MergedForm):
    """What stands around the items."""

    effective_on = DateField(lazy_gettext("施行日期"))
    negatives = wtforms.FieldList(
        wtforms.FormField(NegativeRow), lazy_gettext("负面清单"), min_entries=1
    )
    clashes = wtforms.FieldList(wtforms.FormField(ClashRow), lazy_gettext("对抵触的说明"))

    @classmethod
    def filled(cls, edition: PowerEdition) -> Self:
        """The form as the draft says it now."""
        text = terms_text(edition)
        lines = [{"area": line.area, "text": line.text} for line in text.negatives]
        clashes = [
            {"area": clash.entry.area.value, "entry": clash.entry.text, "item": clash.place}
            | {"passage": clash.passage, "text": clash.explanation}
            for clash in edition.clashes
        ]
        data = {"effective_on": text.effective_on, "negatives": lines, "clashes": clashes}
        return cls.holding({**data, "revision": fingerprint(text)})

    def text(self) -> TermsText:
        """What was typed; empty lines are left out."""
        typed = self.data
        lines = [(row["area"], row["text"]) for row in typed["negatives"] if row["text"]]
        return TermsText(
            typed["effective_on"],
            tuple(
                NegativeText(NegativeArea(area), text, self._explanations(area, text))  # type: ignore[call-arg]
                for area, text in lines
            ),
        )

    def _explanations(self, area: str, text: str) -> tuple[ExplanationText, ...]:
        rows = [row.form for row in self.clashes]
        mine = (r.explanation for r in rows if (r.area.data, r.entry.data) == (area, text))
        return tuple(said for said in mine if said is not None)

    def ask_again(self, moved: Iterable[Moved]) -> None:
        """Put what was said under the lines as they are now, to be confirmed or rewritten."""
        for one in moved:
            about = (*one.former.key, *one.said.at)
            row = next((r.form for r in self.clashes if r.form.about == about), None)
            if row is None:
                row = self.clashes.append_entry(
                    {"item": one.said.item, "passage": one.said.passage, "text": one.said.text}
                ).form
            row.area.data, row.entry.data = one.line.area.value, one.line.text
            row.former.data = one.former.text


def the_five(rows: list[Row]) -> list[Row]:
    """五个不直接分管: a line for each of the areas that no row is about yet."""
    there = {row["area"] for row in rows}
    return [{"area": area.value, "text": _forbidden(area)} for area in _five() if area not in there]


def _five() -> Iterator[NegativeArea]:
    return (area for area in NegativeArea if area is not NegativeArea.OTHER)


def _forbidden(area: NegativeArea) -> str:
    # What goes into the list is Chinese, whatever language the editor reads the page in.
    return f"不得直接分管{area.label}"
