"""The text fields of the sites' forms, found by walking the forms, and vectors that fit into them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import wtforms
from wtforms.fields.core import UnboundField

from domain import markup
from tests.inert import vectors
from tests.inert.judging import RICH
from tests.inert.marks import LEADS, Marks
from tests.inert.workbook import packed
from tests.inert.worlds import Change
from web.forms import Form, HiddenField, MaxLength, PasswordField

# What says no length is short.
_SHORT = 100
_ROOM = 4000
_ROWS = 3
_UNSEEN = (HiddenField, PasswordField)


@dataclass(frozen=True)
class TextField:
    """A field in which anything can be written.

    Attributes:
        key: the form and the field, for people.
        sent: what the browser calls it.
        limit: characters at most; 0: none is said.
    """

    key: str
    sent: str
    limit: int


def form_classes() -> Iterator[type[Form]]:
    """Every form of the sites that are imported."""
    waiting: list[type[Form]] = [Form]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith(("admin.", "portal.")):
            yield one


def text_fields(form: type[wtforms.Form]) -> list[TextField]:
    """The text fields of a form, those of its rows as well."""
    found = []
    for name in dir(form):
        unbound = getattr(form, name)
        if not isinstance(unbound, UnboundField):
            continue
        if issubclass(unbound.field_class, wtforms.FieldList):
            (row,) = unbound.args[0].args
            found += [
                TextField(one.key, f"{name}-{n}-{one.sent}", one.limit)
                for one in text_fields(row)
                for n in range(_ROWS)
            ]
        elif _is_text(unbound.field_class):
            found.append(TextField(f"{_said(form)}.{name}", name, _limit(unbound)))
    return found


def _said(form: type[Any]) -> str:
    return f"{form.__module__}.{form.__name__}"


def _is_text(kind: type[wtforms.Field]) -> bool:
    return issubclass(kind, wtforms.StringField) and not issubclass(kind, _UNSEEN)


def _limit(unbound: Any) -> int:
    checks = [*unbound.args[1:2], unbound.kwargs.get("validators", ())]
    return next((c.max for held in checks for c in held if isinstance(c, MaxLength)), 0)


@cache
def fitting(room: int) -> list[str]:
    """Texts of so many characters that hold, together, the vectors that fit."""
    texts = [text.replace("\0", "").strip() for text in vectors.of_room(room)]
    return packed(filter(None, texts), min(room, _ROOM))


@cache
def _plain(room: int) -> list[str]:
    texts = [text for text in vectors.every() if not markup.is_rich(text)]
    return packed([text.replace("\0", "").strip() for text in texts], min(room, _ROOM))


@dataclass
class Typist:
    """Types vectors, or their twins, into forms: each time the next ones, behind the field's mark.

    Attributes:
        keys: the fields into which something was typed.
        texts: what was typed, by place.
    """

    change: Change
    marks: Marks
    keys: set[str] = field(default_factory=set)
    texts: dict[str, list[str]] = field(default_factory=dict)
    turns: Counter[str] = field(default_factory=Counter)

    def fill(
        self, place: str, form: type[wtforms.Form], prefix: str = "", *, but: str = ""
    ) -> dict[str, str]:
        """What to send for all text fields of a form, without those called `but`.

        Args:
            place: where the form stands; the same form may stand in several places.
        """
        typed = {}
        for one in text_fields(form):
            if one.sent in but.split():
                continue
            self.keys.add(one.key)
            typed[prefix + one.sent] = self.text(place, one)
        return typed

    def text(self, place: str, one: TextField) -> str:
        """The next vectors for a field, such as a spreadsheet would take for a formula."""
        place = f"{place} {one.key.rpartition('.')[2]}"
        turn = self.turns[place]
        self.turns[place] += 1
        rich = f"{RICH} " if one.sent == "body" else ""
        start = f"{LEADS[turn % len(LEADS)]}{rich}{self.marks.mark(place)} "
        text = self.change(start + self._vectors(one, turn, len(start)))
        self.texts.setdefault(place, []).append(text)
        return text

    def _vectors(self, one: TextField, turn: int, taken: int) -> str:
        texts = fitting((one.limit or _SHORT) - taken)
        if one.sent == "body":  # plain and rich by turns: in rich text the mark is cut out
            texts = texts if turn % 2 else _plain((one.limit or _SHORT) - taken)
            turn //= 2
        return texts[turn % len(texts)] if texts else ""

    def spoil(self, place: str, form: type[wtforms.Form], prefix: str = "") -> dict[str, str]:
        """What to send so that the form comes back: its first bounded field is too long."""
        typed = self.fill(place, form, prefix)
        bounded = [one for one in text_fields(form) if one.limit]
        if bounded:
            typed[prefix + bounded[0].sent] += "长" * bounded[0].limit
        return typed
