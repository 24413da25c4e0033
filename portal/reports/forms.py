"""The questions. Limits are generous, and said before they bite."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import ValidationError

from domain.categories import MATTER_HINTS, Matter
from domain.reports import LARGEST_FILE, MOST_CHARACTERS, MOST_FILES
from portal.uploads import EvidenceField
from web.forms import (
    ChoiceField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    TextField,
    labelled,
)

LIMITS = {
    "characters": MOST_CHARACTERS,
    "files": MOST_FILES,
    "megabytes": LARGEST_FILE // (1024 * 1024),
}


def typed(form: Form, *names: str) -> dict[str, str]:
    """What was typed into these fields; an empty box is an empty text."""
    return {name: form[name].data or "" for name in names}


class SubjectForm(Form):
    """About whom."""

    unit = TextField(_("单位"), [Required(_("请填写您要反映的单位，比如“教育局”")), MaxLength(80)])
    name = TextField(_("姓名"), [MaxLength(40)])
    post = TextField(_("职务"), [MaxLength(80)])


class MatterForm(Form):
    """What kind of problem."""

    matter = ChoiceField(
        _("您要反映哪一类问题？"),
        choices=labelled(Matter),
        hints={matter.value: _(hint) for matter, hint in MATTER_HINTS.items() if hint},
        required=_("请选择您反映的是哪一类问题"),
    )


class AccountForm(Form):
    """What happened."""

    title = TextField(_("用一句话概括"), [MaxLength(100)])
    happened = LongTextField(
        _("经过"),
        [Required(_("请写下发生了什么")), MaxLength(MOST_CHARACTERS)],
        rows=12,
    )


class ReporterForm(Form):
    """Named or not."""

    named = ChoiceField(
        _("您想怎样反映？"),
        choices=[("no", _("匿名")), ("yes", _("实名"))],
        hints={
            "no": _("不用留任何信息。凭回执仍可以看进度、回答询问、补充材料。"),
            "yes": _(
                "优先办理，并告知受理和办理结果。姓名单独加密，承办人员看不到，查看须经批准并留痕。"
            ),
        },
        required=_("请选择匿名还是实名"),
    )
    name = TextField(_("您的姓名"), [MaxLength(40)])
    contact = TextField(_("电话或其他联系方式"), [MaxLength(100)])
    id_number = TextField(_("身份证号"), [MaxLength(30)])
    address = TextField(_("单位或住址"), [MaxLength(200)])

    def validate_name(self, field: TextField) -> None:
        """A named report needs a name."""
        if self.named.data == "yes" and not field.data:
            raise ValidationError(str(_("实名反映请填写您的姓名，或者改选匿名")))

    def validate_contact(self, field: TextField) -> None:
        """A named report needs a way to reach the person."""
        if self.named.data == "yes" and not field.data:
            raise ValidationError(str(_("实名反映请留一个能联系到您的方式，或者改选匿名")))


class FilesForm(Form):
    """Evidence. Each file is judged by itself, so that one bad file does not lose the others."""

    files = EvidenceField(_("选择文件"))


class CheckForm(Form):
    """Nothing to answer but yes."""
