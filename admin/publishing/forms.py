"""The forms of reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms.validators import ValidationError

from web.forms import Form, HiddenField, LongTextField, MaxLength, Required
from web.moments import MomentField

if TYPE_CHECKING:
    from domain.publishing import Edition

PUBLISH, SCHEDULE, RETURN = "publish", "schedule", "return"


class ApprovalForm(Form):
    """Public now or at a moment to come, by one of two buttons."""

    decision = HiddenField()
    moment = MomentField(lazy_gettext("公开时间"))

    def validate_moment(self, field: wtforms.Field) -> None:
        """A time beside the wrong button is a slip, and so is the button without a time."""
        if self.decision.data == SCHEDULE and not field.data:
            raise ValidationError(gettext("请填写公开的日期和时间"))
        if self.decision.data == PUBLISH and field.data:
            raise ValidationError(
                gettext("您填了公开时间。要立即公开，请先清空；要到时公开，请按“批准，到时公开”")
            )


class RemarkRow(wtforms.Form):
    """A word on one part of an edition."""

    about = HiddenField()
    text = LongTextField(lazy_gettext("对这一处的意见"), [MaxLength(1000)], rows=2)


class DecisionForm(ApprovalForm):
    """What a reviewer decides, by one of three buttons; reason and remarks are for a return."""

    revision = HiddenField()
    reason = LongTextField(lazy_gettext("退回理由"), [MaxLength(2000)], rows=4)
    remarks = wtforms.FieldList(wtforms.FormField(RemarkRow))

    def validate_reason(self, field: wtforms.Field) -> None:
        """A reason beside the wrong button is a slip, not a publication."""
        if self.decision.data in {PUBLISH, SCHEDULE} and (field.data or any(self.said.values())):
            raise ValidationError(
                gettext("您写了退回理由。要公开，请先清空理由；要退回，请按“退回修改”")
            )

    @property
    def said(self) -> dict[str, str]:
        """The remarks by the part they are about."""
        return {row["about"] or "": row["text"] or "" for row in self.remarks.data}

    def offer_remarks(self, edition: Edition) -> None:
        """Have a row for each part that an edition has now."""
        there = self.said
        for about in edition.parts:
            if about not in there:
                self.remarks.append_entry({"about": about})

    def remark(self, about: str) -> wtforms.Form | None:
        """The row about a part, or None."""
        rows = (entry.form for entry in self.remarks)
        return next((row for row in rows if row.about.data == about), None)


class ReasonForm(Form):
    """Why something public goes, or something approved is stopped."""

    revision = HiddenField()
    reason = LongTextField(lazy_gettext("理由"), [MaxLength(2000)], rows=4)


class MomentForm(Form):
    """Another moment for what waits for one."""

    revision = HiddenField()
    moment = MomentField(
        lazy_gettext("公开时间"), [Required(lazy_gettext("请填写公开的日期和时间"))]
    )
