"""Terms in a text: marked without changing a word of it, and never where a link cannot be."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings, strategies as st
from markupsafe import Markup, escape

from web.app import Site
from web.glossary import asked_terms, explained, marked, terms_in, terms_used
from web.terms import TERMS, Term
from web.text import clean_html, paragraphs

_WORDS = st.sampled_from([word for term in TERMS for word in term.words])
_PIECES = st.one_of(
    _WORDS,
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<a href='/x?a>b&amp;c'>",
            "</a>",
            "<h3>",
            "</h3>",
            "&lt;",
            "&#39;",
            "&",
            "<",
        ]
    ),
    st.sampled_from(
        ["<script>alert(1)</script>", '"><img src=x onerror=x>', "<!--", "-->", "<![CDATA["]
    ),
    st.text(max_size=8),
)
_HOSTILE = st.lists(_PIECES, max_size=12).map("".join)


class Seen(HTMLParser):
    """The text of a piece of HTML, its tags, and the marks with the tags they stand in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.marks: list[tuple[str, ...]] = []
        self._open: list[str] = []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("class", "mark") in attrs:
            self.marks.append(tuple(self._open))
        else:
            self.tags.append(f"{tag} {attrs}")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data


def mark(term: Term, word: str) -> Markup:
    return Markup('<i class="mark" title="{}">{}</i>').format(term.key, word)


@settings(deadline=None)
@given(_HOSTILE)
def test_marking_a_text_changes_no_word_and_adds_no_tag_but_its_own(text: str) -> None:
    for html in (escape(text), paragraphs(text), clean_html(text)):
        before, after = Seen(html), Seen(marked(html, mark))
        assert after.text == before.text
        assert after.tags == before.tags
        assert [m for m in after.marks if {"a", "h3", "h4"} & set(m)] == []


def words_marked(html: Markup) -> list[str]:
    found: list[str] = []

    def note(_term: Term, word: str) -> Markup:
        found.append(word)
        return escape(word)

    marked(html, note)
    return found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (Markup("由派驻纪检监察组列席"), ["派驻纪检监察组"]),
        (Markup("权力清单和负面清单"), ["权力清单", "负面清单"]),
        (Markup("<p>公示<br>公示</p>"), ["公示", "公示"]),
        (Markup("<h3>公示</h3><p>预算</p>"), ["预算"]),
        (Markup('<a href="/x?a>公示">公示<b>预算</b></a>决算'), ["决算"]),
        (Markup("<th>审计</th>&lt;验收&gt;"), ["审计", "验收"]),
        (Markup('<td title="公示">没有</td>'), []),
        (Markup(""), []),
    ],
)
def test_the_longest_term_is_found_and_links_and_headings_are_spared(
    html: Markup, found: list[str]
) -> None:
    assert words_marked(html) == found


def test_the_first_use_on_a_page_leads_to_its_explanation(site: Site) -> None:
    with site.test_request_context():
        first = explained("先<公示>，再公示；")
        assert first == (
            '先&lt;<a class="term" id="use-gongshi" href="#term-gongshi">公示</a>&gt;，再公示；'
        )
        assert explained("又公示") == "又公示"
        assert terms_in("审批和公示") == "审批和公示"
        assert [(term.word, linked) for term, linked in terms_used().items()] == [
            ("公示", True),
            ("行政审批", False),
        ]
        assert "use-xingzhengshenpi" not in explained("没有")
    with site.test_request_context():
        assert terms_used() == {}


def test_terms_are_in_the_order_of_their_pinyin_and_each_word_is_explained_once() -> None:
    keys = [term.key for term in TERMS]
    assert keys == sorted(keys)
    assert all(key.isascii() and key.islower() and key.isalpha() for key in keys)
    words = [word for term in TERMS for word in term.words]
    assert len(set(words)) == len(words)
    assert len(set(keys)) == len(keys)


def test_an_explanation_is_one_to_three_sentences_without_its_own_word() -> None:
    wrong = [t.word for t in TERMS if not 1 <= t.meaning.count("。") <= 3 or t.meaning[-1] != "。"]
    assert wrong == []
    assert [t.word for t in TERMS if t.meaning.startswith(t.word)] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("sanzhong", ["三重一大"]),
        ("ＳＡＮＺＨＯＮＧ", ["三重一大"]),
        ("派驻组", ["派驻纪检监察组"]),
        ("没有这个词", []),
        ("<script>", []),
    ],
)
def test_a_term_is_found_by_word_alias_and_pinyin(site: Site, asked: str, found: list[str]) -> None:
    with site.test_request_context():
        assert [term.word for term in asked_terms(asked)] == found
        assert asked_terms("") == list(TERMS)
