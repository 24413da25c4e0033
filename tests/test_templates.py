"""What the content security policy forbids, no template, style sheet or script contains."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMENTS = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
RULES = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"""\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something loaded from elsewhere": re.compile(
        r"""(?:\ssrc|\ssrcset|\saction|\sformaction|<link[^>]*\shref)\s*=\s*["']?(?:[a-z]+:)?//""",
        re.IGNORECASE,
    ),
    "output that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE),
}
ELSEWHERE = re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)


def offences(template: str) -> list[str]:
    """What `template` contains that no page may contain."""
    text = COMMENTS.sub("", template)
    return [what for what, pattern in RULES.items() if pattern.search(text)]


@pytest.mark.parametrize(
    ("template", "offence"),
    [
        ('<p style="color: red">', "a style attribute"),
        ("{{ form.name(class='x', style='y') }}", "a style attribute"),
        ("<body onload='go()'>", "an event attribute"),
        ("<style>p { color: red }</style>", "an inline style sheet"),
        ("<script>go()</script>", "an inline script"),
        ('<a href="javascript:go()">', "a javascript: address"),
        ('<script src="https://cdn.example/x.js"></script>', "something loaded from elsewhere"),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', "something loaded from elsewhere"),
        ("{{ body|safe }}", "output that is not escaped"),
    ],
)
def test_an_offence_is_seen(template: str, offence: str) -> None:
    assert offences(template) == [offence]


def test_a_link_to_another_site_and_a_comment_are_no_offence() -> None:
    assert offences('<a href="https://www.example.cn/">上级机关</a>{# style="" #}') == []


def test_no_template_offends() -> None:
    pages = sorted((ROOT / "templates").rglob("*.html"))
    found = {str(page.relative_to(ROOT)): offences(page.read_text("utf-8")) for page in pages}
    assert {page: what for page, what in found.items() if what} == {}


def test_no_style_sheet_loads_from_elsewhere() -> None:
    sheets = sorted((ROOT / "static").rglob("*.css"))
    assert [s.name for s in sheets if ELSEWHERE.search(s.read_text("utf-8"))] == []
