"""名词解释 where a term is used: its first use on a page leads to a box that explains it there.

A template passes texts through `explained`, and ends with `terms_box()` of templates/shared/terms.html.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from flask import g
from flask_babel import gettext
from markupsafe import Markup, escape

from web.terms import TERMS, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

_BY_WORD = {word: term for term in TERMS for word in term.words}
# The longest first: 派驻纪检监察组 is one term, not 纪检监察机关 within another.
_WORDS = re.compile("|".join(map(re.escape, sorted(_BY_WORD, key=len, reverse=True))))
# A link within a link is none, and a heading is no place to wander off from.
_SPARED = frozenset({"a", "abbr", "button", "dfn", "dt", "h1", "h2", "h3", "h4", "h5", "h6"})


def explained(html: Markup | str) -> Markup:
    """A text of the page with the first use of each term made a link to its explanation.

    Args:
        html: Markup is taken as it is; anything else is text, and escaped.
    """
    return marked(escape(html), _link)


def terms_in(text: str) -> str:
    """A text that stays as it is, its terms explained below all the same. Gives it back."""
    for found in _WORDS.finditer(text):
        _used().setdefault(_BY_WORD[found[0]], False)
    return text


def terms_used() -> dict[Term, bool]:
    """The terms this page has used so far, and whether a link of the page leads to each."""
    return dict(_used())


def _used() -> dict[Term, bool]:
    used: dict[Term, bool] = g.setdefault("terms", {})
    return used


def _link(term: Term, word: str) -> Markup:
    if _used().get(term):
        return escape(word)
    _used()[term] = True
    return Markup('<a class="term" id="use-{key}" href="#term-{key}">{word}</a>').format(
        key=term.key, word=word
    )


def marked(html: Markup, mark: Callable[[Term, str], Markup]) -> Markup:
    """HTML with every term in its running text put through ``mark``; everything else untouched."""
    if not _WORDS.search(html):
        return html
    reader = _Marker(mark)
    reader.feed(str(html))
    reader.close()
    return Markup("".join(reader.made))  # noqa: S704 - what came in, and what `mark` escaped


class _Marker(HTMLParser):
    def __init__(self, mark: Callable[[Term, str], Markup]) -> None:
        super().__init__(convert_charrefs=False)
        self.made: list[str] = []
        self._mark = mark
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.made.append(self.get_starttag_text() or "")
        if tag in _SPARED:
            self._within.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.made.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.made.append(f"</{tag}>")
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data: str) -> None:
        if self._within:
            self.made.append(data)
            return
        end = 0
        for found in _WORDS.finditer(data):
            self.made += [data[end : found.start()], self._mark(_BY_WORD[found[0]], found[0])]
            end = found.end()
        self.made.append(data[end:])

    def handle_entityref(self, name: str) -> None:
        self.made.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.made.append(f"&#{name};")


def asked_terms(asked: str) -> list[Term]:
    """The terms that a word, a piece of one or its pinyin is found in; all of them for no word.

    In whichever language the reader knows the term.
    """
    wanted = unicodedata.normalize("NFKC", asked).casefold()
    return [term for term in TERMS if wanted in _known_as(term)]


def _known_as(term: Term) -> str:
    return "\n".join([term.key, *term.words, gettext(term.word)]).casefold()


def install_glossary(app: Flask) -> None:
    """Make marking and what was marked known to the templates."""
    app.jinja_env.filters["explained"] = explained
    app.jinja_env.filters["terms_in"] = terms_in
    app.jinja_env.globals["terms_used"] = terms_used
