"""Reading a page as a browser does: its forms with what stands in them, and its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """A form: where it goes, and what it would send."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.open: PageForm | None = None
        self.area = self.select = ""
        self.focused: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if "autofocus" in found:
            self.focused.append(found.get("id", ""))
        if tag == "form":
            self.open = PageForm(found.get("action", ""))
            self.forms.append(self.open)
        elif self.open is not None:
            self._field(self.open, tag, found)

    def _field(self, form: PageForm, tag: str, found: dict[str, str]) -> None:
        name = found.get("name", "")
        if tag == "input" and name:
            form.fields[name] = found.get("value", "")
        elif tag == "button" and name and "disabled" not in found:
            form.buttons.append((name, found.get("value", "")))
        elif tag == "textarea":
            self.area, form.fields[name] = name, ""
        elif tag == "select":
            self.select = name
        elif (
            tag == "option"
            and self.select
            and ("selected" in found or self.select not in form.fields)
        ):
            form.fields[self.select] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.area:
            self.open.fields[self.area] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""


def read(page: str) -> _Reader:
    """The page, read."""
    reader = _Reader()
    reader.feed(page)
    return reader


def form_with(page: str, name: str) -> PageForm:
    """The one form of a page that has a field of that name."""
    found = [form for form in read(page).forms if name in form.fields]
    assert len(found) == 1, [form.action for form in found]
    return found[0]


def form_to(page: str, ending: str) -> PageForm:
    """The one form of a page whose address ends so."""
    found = [form for form in read(page).forms if form.action.endswith(ending)]
    assert len(found) == 1, ending
    return found[0]
