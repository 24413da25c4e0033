"""Two wrote the same thing: field by field what is there now, what was typed, and what shall stand.

A form that can meet this carries, beside the mark of what it was filled from, a short digest of
each field (``base``): so the page can tell which of the two changed what, and propose accordingly.
Nothing is decided unseen: a field that both changed must be chosen.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self, TypeVar

import wtforms
from flask import render_template
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from domain.editing.wording import Piece, wording
from web.forms import DateField, Form, HiddenField, LongTextField, SelectField, TextField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MINE, THEIRS, TYPED = "mine", "theirs", "typed"
BUTTON = "merge"
_MARKS = {"revision", "base", "csrf_token"}


class MergedForm(Form):
    """A form whose text somebody else may change meanwhile."""

    revision = HiddenField()
    base = HiddenField()

    @classmethod
    def holding(cls, data: Mapping[str, Any]) -> Self:
        """The form with what is there now, before anybody types."""
        form = cls(formdata=None, data=data)
        form.base.data = base(form)
        return form


F = TypeVar("F", bound=MergedForm)


@dataclass(frozen=True)
class Conflict:
    """A field in which the two differ.

    Attributes:
        pieces: their text and mine, word by word: removed is only theirs, added only mine.
        changed_by: who changed it, `MINE` or `THEIRS`; empty when both did, or nobody can tell.
        pick: what is chosen so far.
        typed: what stands in the box for a third text.
        problem: what is wrong with the choice.
    """

    field: wtforms.Field
    pieces: list[Piece]
    changed_by: str
    pick: str
    typed: str
    problem: str

    @property
    def typable(self) -> bool:
        """Whether a third text can be typed on the spot; rows are typed in the form itself."""
        return isinstance(self.field, (TextField, LongTextField, DateField))


def asked(typed: MultiDict[str, str]) -> bool:
    """Whether the form came from the page of choices."""
    return BUTTON in typed


def goes_on(typed: MultiDict[str, str]) -> bool:
    """Whether the choices are to be looked over in the form before anything is saved."""
    return typed.get(BUTTON) == "edit"


def base(form: Form) -> str:
    """Digests of what a form's fields say now, for the form to carry."""
    digests = {field.name: _digest(_said(field)) for field in _compared(form)}
    return json.dumps(digests, separators=(",", ":"))


def resolved(typed: MultiDict[str, str], theirs: Form) -> MultiDict[str, str]:
    """The form as it comes out of the choices made."""
    kept = MultiDict(
        [
            (key, value)
            for key, value in typed.items(multi=True)
            if key != BUTTON and not key.startswith(("pick-", "typed-"))
        ]
    )
    for field in _compared(theirs):
        pick = typed.get(f"pick-{field.name}")
        if pick == TYPED and f"typed-{field.name}" in typed:
            kept[field.name] = typed[f"typed-{field.name}"]
        elif pick == THEIRS:
            for key in [k for k in kept if k == field.name or k.startswith(f"{field.name}-")]:
                del kept[key]
            kept.update(MultiDict(_carried(field)))
    return kept


def unchosen(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form without its choices: they were made in view of what is not there any more."""
    return MultiDict(
        [(k, v) for k, v in typed.items(multi=True) if k != BUTTON and not k.startswith("pick-")]
    )


def put_together(
    make: Callable[[MultiDict[str, str]], F], typed: MultiDict[str, str], theirs: F
) -> tuple[F, list[Conflict]]:
    """Carry out the choices; what cannot be carried out yet comes back beside what was typed.

    Args:
        make: makes the form of what came.
        typed: what came from the page of choices.
        theirs: what is there now.
    """
    if typed.get("revision") != theirs.revision.data:
        typed = unchosen(typed)
    mine = make(typed)
    found = conflicts(mine, theirs, typed)
    if any(one.problem or not asked(typed) for one in found):
        return mine, found
    return make(resolved(typed, theirs)), []


def conflicts(mine: Form, theirs: Form, typed: MultiDict[str, str]) -> list[Conflict]:
    """Where the two differ, in the order of the form.

    Args:
        mine: what was typed.
        theirs: what is there now.
        typed: the form as it came, with choices when there were any.
    """
    return [
        _conflict(field, theirs[field.name], _read(typed.get("base", "")), typed)
        for field in _compared(mine)
        if field.name in theirs and _said(field) != _said(theirs[field.name])
    ]


def _conflict(
    mine: wtforms.Field, theirs: wtforms.Field, was: dict[str, str], typed: MultiDict[str, str]
) -> Conflict:
    name, ours, others = mine.name, _said(mine), _said(theirs)
    changed = [_digest(text) != was.get(name) for text in (ours, others)]
    changed_by = {(True, False): MINE, (False, True): THEIRS}.get((changed[0], changed[1]), "")
    pick, third = typed.get(f"pick-{name}"), typed.get(f"typed-{name}", ours)
    problem = ""
    if asked(typed):
        if pick is None:
            problem = gettext("请选择“%(label)s”以哪个为准", label=mine.label.text)
        elif pick != TYPED and third.split() not in (ours.split(), others.split()):
            problem = gettext("您在“另写”里改了文字：请选“另写”，或者把它改回去")
    return Conflict(mine, wording(others, ours), changed_by, pick or changed_by, third, problem)


def page(form: MergedForm, theirs: MergedForm, found: list[Conflict], **values: Any) -> str:
    """The page on which the two are put together.

    Args:
        values: what the template needs beside: action, back, heading, last.
    """
    form.revision.data, form.base.data = theirs.revision.data, base(theirs)
    carried = [pair for field in _compared(form) for pair in _carried(field)]
    return render_template(
        "admin/publishing/merge.html",
        form=form,
        conflicts=found,
        carried=carried,
        **values,
    )


def _compared(form: Form) -> Iterator[wtforms.Field]:
    return (field for field in form if field.name not in _MARKS)


def _said(field: wtforms.Field) -> str:
    """What a field says, as a person reads it."""
    if isinstance(field, wtforms.FieldList):
        rows = [
            [_said(sub) for sub in entry.form if sub.data and not isinstance(sub, HiddenField)]
            for entry in field
        ]
        return "\n".join(f"{n}. {' · '.join(row)}" for n, row in enumerate(filter(None, rows), 1))
    if isinstance(field, SelectField):
        return next((str(o.label.text) for o in field if o.checked and field.data), "")
    return "" if field.data is None else str(field.data)


def _carried(field: wtforms.Field) -> list[tuple[str, str]]:
    """What a browser would send for a field."""
    if isinstance(field, wtforms.FieldList):
        return [pair for entry in field for sub in entry.form for pair in _carried(sub)]
    return [(field.name, "" if field.data is None else str(field.data))]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _read(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
