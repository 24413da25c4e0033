"""A day and a time of day in a form: the county's time as it is typed, UTC as it is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import wtforms
from flask_babel import lazy_gettext
from markupsafe import Markup
from wtforms import widgets

from domain.clock import BEIJING

_MOMENT = re.compile(
    r"^\s*(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?[T\s]\s*(\d{1,2})\s*[:：]\s*(\d{2})"
    r"(?:[:：]\d{2})?\s*$"
)
_PICKED = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


class MomentField(wtforms.Field):
    """A moment, picked or typed as 2026-12-1 9:00; its data is aware and in UTC."""

    def widget(self, field: MomentField, **attributes: Any) -> Markup:
        """A picker; a text box when what was typed is no moment, so that it is not lost."""
        typed = field._value()
        plain = bool(typed) and not _PICKED.fullmatch(typed)
        box = widgets.TextInput() if plain else widgets.DateTimeLocalInput()
        return box(field, **attributes)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data: datetime | None = None
        if not valuelist or not valuelist[0].strip():
            return
        found = _MOMENT.match(valuelist[0])
        try:
            if found and 1900 <= int(found[1]) <= 2200:
                here = datetime(*map(int, found.groups()), tzinfo=BEIJING)  # type: ignore[arg-type,misc]
                self.data = here.astimezone(UTC)
        except ValueError:
            self.data = None
        if self.data is None:
            raise ValueError(str(lazy_gettext("请填写日期和时间，例如 2026-12-01 09:00")))
