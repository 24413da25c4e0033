"""Chinese on a page for readers of English: said to be Chinese, so that it is read out as it is.

Names and texts of the county are Chinese in both languages, and stand in hundreds of places. So this
is done once, over the body of the page as it was rendered, by templates/shared/base.html.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from web.preferences import language

if TYPE_CHECKING:
    from flask import Flask

_HAN = "\u2e80-\u303f\u31c0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
# Figures and marks between two characters belong to them: 2026年第3季度, 云政发〔2023〕45号.
_RUN = re.compile(rf"[{_HAN}]+(?:[\d\s.,:;%·“”‘’()/-]*[{_HAN}]+)*")
_TAG = re.compile(r"""(<!--.*?-->|</?[a-zA-Z](?:[^>"']|"[^"]*"|'[^']*')*>)""", re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z][\w-]*)")
_LANG = re.compile(r"""\slang=["']?(\w+)""")
_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})
# Inside these stands text alone: the element itself says its language.
_PLAIN = frozenset({"option", "text", "textarea", "title"})
_NOT_READ = frozenset({"script", "style"})


def chinese_marked(html: Markup) -> Markup:
    """The page's body with its Chinese marked, for who does not read the page in Chinese."""
    return html if language() == "zh" else marked(html)


def marked(html: Markup) -> Markup:
    """HTML in another language with every run of Chinese text under an element of lang="zh-CN".

    What already stands under an element of a language is left as it is, and so are attributes.
    """
    parts = _TAG.split(str(html))
    # Of every open element: its name, where its tag stands, whether its text is spoken for.
    stack = [("", 0, False)]
    for place, part in enumerate(parts):
        name, opened, spoken = stack[-1]
        if place % 2:
            _step(stack, part, place)
        elif spoken or not _RUN.search(part):
            continue
        elif name in _PLAIN:
            parts[opened] = parts[opened][:-1] + ' lang="zh-CN">'
        else:
            parts[place] = _RUN.sub(r'<span lang="zh-CN">\g<0></span>', part)
    return Markup("".join(parts))  # noqa: S704 - what came in, and spans


def _step(stack: list[tuple[str, int, bool]], tag: str, place: int) -> None:
    found = _NAME.match(tag)
    name = found[1].lower() if found else ""
    if not name or name in _VOID or tag.endswith("/>"):
        return
    if tag.startswith("</"):
        # An end that nothing began is nobody's.
        if any(name == open_name for open_name, _, _ in stack):
            while stack.pop()[0] != name:
                pass
        return
    said = _LANG.search(tag)
    spoken = said[1] == "zh" if said else stack[-1][2]
    stack.append((name, place, spoken or name in _NOT_READ))


def install_tongue(app: Flask) -> None:
    """Make the marking known to the templates."""
    app.jinja_env.filters["chinese_marked"] = chinese_marked
