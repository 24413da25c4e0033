"""Forms that keep what was typed and say what is wrong in the same words, above and beside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import wtforms
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import validators, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from domain.errors import Refused
from domain.labels import Labelled
from web.errors import explain_refusal

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage
    from wtforms.form import BaseForm

__all__ = [
    "CheckboxField",
    "ChoiceField",
    "ChoicesField",
    "DateField",
    "FileField",
    "FilesField",
    "Form",
    "HiddenField",
    "LongTextField",
    "MaxLength",
    "Optional",
    "PasswordField",
    "Required",
    "SelectField",
    "TextField",
    "WholeNumberField",
    "labelled",
]

HiddenField = wtforms.HiddenField
PasswordField = wtforms.PasswordField
CheckboxField = wtforms.BooleanField
Optional = validators.Optional


class Required(validators.DataRequired):
    """Something must be given. The default sentence names the field."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message)

    def __call__(self, form: BaseForm, field: wtforms.Field) -> None:
        """Check one field. What was given but cannot be read keeps the sentence that says so."""
        if field.process_errors:
            raise validators.StopValidation
        if self.message is None:
            Required(lazy_gettext("请填写“%(label)s”", label=field.label.text))(form, field)
        else:
            super().__call__(form, field)


class MaxLength(validators.Length):
    """At most so many characters. The browser is not told: it would cut pasted text in silence."""

    def __init__(self, maximum: int, message: Any = None) -> None:
        super().__init__(
            max=maximum,
            message=message or lazy_gettext("最多 %(number)s 字，请删减", number=maximum),
        )
        self.field_flags = {}


def _strip(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value


class TextField(wtforms.StringField):
    """One line of text, without blanks around it."""

    def __init__(self, label: Any = None, checks: Iterable[Any] = (), **options: Any) -> None:
        options.setdefault("filters", (_strip, _one_line))
        super().__init__(label, list(checks), **options)


def _one_line(value: str | None) -> str | None:
    return re.sub(r"[\t\n]+", " ", value) if isinstance(value, str) else value


class LongTextField(wtforms.TextAreaField):
    """Several lines of text. `rows` is the height of the box."""

    def __init__(
        self, label: Any = None, checks: Iterable[Any] = (), *, rows: int = 6, **options: Any
    ) -> None:
        options.setdefault("filters", (_strip,))
        super().__init__(label, list(checks), **options)
        self.rows = rows


class WholeNumberField(wtforms.IntegerField):
    """A whole number; full-width digits are read too."""

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = int(valuelist[0].strip().replace(",", "").replace("，", ""))
        except ValueError:
            self.data = None
            raise ValueError(self.gettext_message()) from None
        if abs(self.data) >= 2**53:
            self.data = None
            raise ValueError(self.gettext_message())

    @staticmethod
    def gettext_message() -> str:
        """What to say about anything else."""
        return str(lazy_gettext("请填写整数"))


def labelled(members: Iterable[Labelled]) -> list[tuple[str, Any]]:
    """Choices out of an enumeration whose members carry their Chinese word."""
    return [(member.value, lazy_gettext(member.label)) for member in members]


class _Offers:
    """Lets choices be given as (value, label) pairs, as a list that a view sets, or a function."""

    def __init__(
        self,
        label: Any = None,
        checks: Iterable[Any] = (),
        *,
        choices: Iterable[Any] | Callable[[], Iterable[Any]] = (),
        hints: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        offered = (lambda: _options(choices())) if callable(choices) else _options(choices)
        options.setdefault("invalid_choice_message", lazy_gettext("请从列出的选项中选择"))
        super().__init__(label, list(checks), choices=offered, **options)  # type: ignore[call-arg]
        self.hints = hints or {}

    def offer(self, choices: Iterable[Any]) -> None:
        """Set the choices of one form, say from the database."""
        self.choices = _options(choices)


def _options(choices: Iterable[Any]) -> list[SelectChoice]:
    return [
        choice if isinstance(choice, SelectChoice) else SelectChoice(str(choice[0]), choice[1])
        for choice in choices
    ]


class ChoiceField(_Offers, wtforms.RadioField):  # type: ignore[misc]
    """One of a few, as large radio buttons.

    Args:
        choices: (value, label) pairs.
        hints: a line under some of the choices, by value.
        required: the sentence when nothing is chosen.
    """

    def __init__(
        self,
        label: Any = None,
        checks: Iterable[Any] = (),
        *,
        required: Any = None,
        **options: Any,
    ) -> None:
        asked = validators.InputRequired(required or lazy_gettext("请选择一项"))
        super().__init__(label, [*checks, asked], **options)

    def pre_validate(self, form: BaseForm) -> None:
        """Leave an unanswered question to the validator that words it."""
        if self.raw_data:
            super().pre_validate(form)


class SelectField(_Offers, wtforms.SelectField):  # type: ignore[misc]
    """One of many, as a drop-down list."""


class ChoicesField(_Offers, wtforms.SelectMultipleField):  # type: ignore[misc]
    """Any number of a few, as check boxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


_DATE = re.compile(r"^\s*(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?\s*$")
_EIGHT_DIGITS = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")


class DateField(wtforms.Field):
    """A day, typed as 2026-3-1, 2026.3.1, 2026/3/1, 20260301 or 2026年3月1日."""

    def widget(self, field: DateField, **attributes: Any) -> Markup:
        """A date picker; a text box when what was typed is no date, so that it is not lost."""
        typed = field._value()
        plain = bool(typed) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed)
        box = widgets.TextInput() if plain else widgets.DateInput()
        return box(field, **attributes)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data: date | None = None
        if not valuelist or not valuelist[0].strip():
            return
        found = _DATE.match(valuelist[0]) or _EIGHT_DIGITS.match(valuelist[0])
        try:
            self.data = date(*map(int, found.groups())) if found else None
        except ValueError:
            self.data = None
        if self.data is None or not 1900 <= self.data.year <= 2200:
            self.data = None
            raise ValueError(str(lazy_gettext("请填写真实的日期，例如 2026-03-01")))


class FilesField(wtforms.MultipleFileField):
    """Several files. `data` is the list of uploads that have a name.

    Args:
        max_files: how many at most.
        max_bytes: how large each may be.
        endings: allowed file name endings, lower case, without the dot; empty means any.
    """

    def __init__(
        self,
        label: Any = None,
        checks: Iterable[Any] = (),
        *,
        max_files: int = 10,
        max_bytes: int | None = None,
        endings: Iterable[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, list(checks), **options)
        self.max_files, self.max_bytes, self.endings = max_files, max_bytes, tuple(endings)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the uploads; a file input left empty sends one without a name."""
        self.data = [upload for upload in valuelist if getattr(upload, "filename", "")]
        self.raw_data = self.data

    def pre_validate(self, form: BaseForm) -> None:
        """Check number, size and kind."""
        uploads: list[FileStorage] = self.data or []
        if len(uploads) > self.max_files:
            raise validators.ValidationError(
                lazy_gettext("一次最多 %(number)s 个文件", number=self.max_files)
            )
        for upload in uploads:
            self._check(upload)

    def _check(self, upload: FileStorage) -> None:
        name = upload.filename or ""
        if self.endings and name.rpartition(".")[2].lower() not in self.endings:
            raise validators.ValidationError(
                lazy_gettext(
                    "“%(name)s”的格式不在允许之列：%(endings)s",
                    name=name,
                    endings=gettext("、").join(self.endings),
                )
            )
        size = size_of(upload)
        if size == 0:
            raise validators.ValidationError(lazy_gettext("“%(name)s”是空文件", name=name))
        if self.max_bytes and size > self.max_bytes:
            raise validators.ValidationError(
                lazy_gettext(
                    "“%(name)s”超过 %(limit)s MB",
                    name=name,
                    limit=self.max_bytes // (1024 * 1024),
                )
            )


class FileField(FilesField):
    """One file. `data` is a list with at most one upload."""

    widget = widgets.FileInput()

    def __init__(self, label: Any = None, checks: Iterable[Any] = (), **options: Any) -> None:
        super().__init__(label, list(checks), max_files=1, **options)


def size_of(upload: FileStorage) -> int:
    """How many bytes an upload has; it is left at its beginning."""
    size = upload.stream.seek(0, 2)
    upload.stream.seek(0)
    return size


class Form(FlaskForm):
    """The base of every form: CSRF token, cleaned text, and the list of what is wrong."""

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong, in the order of the page: the id to jump to, and the sentence."""
        found = [("", str(message)) for message in self.form_errors]
        for field in _single_fields(self):
            found += [(first_id(field), str(message)) for message in field.errors[:1]]
        return found

    def refuse(self, refused: Refused | str, field: str | None = None) -> None:
        """Say no with the sentence of a rule, beside one field or for the whole form."""
        sentence = explain_refusal(refused) if isinstance(refused, Refused) else str(refused)
        if field is None:
            self.form_errors.append(sentence)
        else:
            self[field].errors = [*self[field].errors, sentence]


def _single_fields(fields: Iterable[wtforms.Field]) -> Iterator[wtforms.Field]:
    """The fields that are filled in, those within rows and groups as well."""
    for field in fields:
        if isinstance(field, (wtforms.FieldList, wtforms.FormField)):
            yield from _single_fields(field)
        else:
            yield field


def first_id(field: wtforms.Field) -> str:
    """The id of the element where a field begins: of radio buttons, the first."""
    if isinstance(field, (ChoiceField, ChoicesField)):
        return f"{field.id}-0"
    return str(field.id)
