"""Text on its way in and out: cleaning of what visitors send, and filters for templates."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import bleach
from babel.dates import format_date, format_datetime
from flask_babel import get_locale, get_timezone, gettext
from markupsafe import Markup, escape

from domain import markup
from domain.labels import Labelled

if TYPE_CHECKING:
    from flask import Flask

    from domain.periods import Period

# Control characters but tab and newline, lone surrogates, non-characters, and the marks that
# turn the direction of writing around so that a name reads as another.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_LINE_ENDS = re.compile("\r\n?")
_BLANK_LINES = re.compile(r"\n[ \t\u3000]*\n\s*")

# “localhost:8000” and “abc.html” lead nowhere from our pages.
_ADDRESS = re.compile(r"https?://|mailto:|[/#?]", re.IGNORECASE)
ALLOWED_ATTRIBUTES = {
    "a": ["href"],
    "th": ["colspan", "rowspan", "scope"],
    "td": ["colspan", "rowspan"],
}
ALLOWED_PROTOCOLS = frozenset({"http", "https", "mailto"})


def clean_text(text: str) -> str:
    """Text without characters that no database, file name or reader can use.

    Line ends become a newline. Nothing visible is lost.
    """
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    allowed = name in ALLOWED_ATTRIBUTES.get(tag, ())
    return allowed and (name != "href" or _ADDRESS.match(value) is not None)


def clean_html(html: str | None) -> Markup:
    """Rich text cut down to a small set of tags; scripts, styles, events and images go."""
    cleaner = bleach.Cleaner(
        tags=markup.TAGS,
        attributes=_is_allowed,
        protocols=ALLOWED_PROTOCOLS,
        strip=True,
        strip_comments=True,
    )
    return Markup(cleaner.clean(clean_text(html or "")))  # noqa: S704 - bleach has cleaned it


def rich(text: str | None) -> Markup:
    """What an editor wrote: with tags, cut down by `clean_html`; without, as `paragraphs`."""
    return clean_html(text) if markup.is_rich(text or "") else paragraphs(text)


def tidy(text: str) -> str:
    """What an editor wrote, to be stored: `rich` text already cut down, plain text as it is."""
    return str(clean_html(text)) if markup.is_rich(text) else clean_text(text)


def paragraphs(text: str | None) -> Markup:
    """Plain text as HTML paragraphs: an empty line starts one, a single newline is a line break."""
    blocks = [block.strip() for block in _BLANK_LINES.split(clean_text(text or ""))]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n")))
        for block in blocks
        if block
    )


def day(value: date | datetime | None) -> str:
    """2026年3月1日, or 1 March 2026 for English readers; a moment is shown as its local day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value).date()
    return _format_date(value, "yyyy年M月d日", "d MMMM yyyy")


def month(value: date | None) -> str:
    """2026年3月, or March 2026."""
    return "" if value is None else _format_date(value, "yyyy年M月", "MMMM yyyy")


def moment(value: datetime | None) -> str:
    """2026年3月1日 14:05, in the site's time zone (not the visitor's)."""
    if value is None:
        return ""
    pattern = "yyyy年M月d日 HH:mm" if _chinese() else "d MMMM yyyy, HH:mm"
    return str(format_datetime(_local(value), pattern, locale=get_locale() or "zh"))


def short_moment(value: datetime | None) -> str:
    """03-01 14:05: for the narrow columns of a queue."""
    return "" if value is None else _local(value).strftime("%m-%d %H:%M")


def period(start: date | None, end: date | None) -> str:
    """2024年3月1日至2026年2月28日; an open end reads 至今."""
    if start is None:
        return "" if end is None else str(gettext("至%(end)s", end=day(end)))
    if end is None:
        return str(gettext("%(start)s至今", start=day(start)))
    if start == end:
        return day(start)
    return str(gettext("%(start)s至%(end)s", start=day(start), end=day(end)))


def period_name(value: Period | None) -> str:
    """2026年第三季度, or third quarter of 2026."""
    return "" if value is None else str(gettext(value.message, **value.values))


def iso(value: date | datetime | None) -> str:
    """The machine's form of a date, for <time datetime> and meta tags: YYYY-MM-DD[ HH:MM]."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat()


def label(value: Labelled | None) -> str:
    """The field's own word for a member of an enumeration, in the reader's language."""
    return "" if value is None else str(gettext(value.label))


def _chinese() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "zh"


def _format_date(value: date, chinese: str, english: str) -> str:
    pattern = chinese if _chinese() else english
    return str(format_date(value, pattern, locale=get_locale() or "zh"))


def _local(value: datetime) -> datetime:
    zone = get_timezone()
    return value.astimezone(ZoneInfo(str(zone)) if zone else None)


def install_filters(app: Flask) -> None:
    """Make this module's filters known to the templates."""
    filters = (
        day,
        month,
        moment,
        short_moment,
        period_name,
        iso,
        label,
        paragraphs,
        clean_html,
        rich,
    )
    for function in filters:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals["period"] = period
