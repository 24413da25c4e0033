"""Chinese on an English page stands under lang="zh-CN", and no word or tag of the page changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st
from markupsafe import Markup, escape

from tests.fixtures.english import chinese_in
from web.text import clean_html, paragraphs
from web.tongue import marked

_PIECES = st.one_of(
    st.sampled_from(
        ["第3季度", "road 公路", "云政发〔2023〕45号", "<b>", "</b>", "<p lang='zh-CN'>", "</p>"]
    ),
    st.sampled_from(
        ["<a href='/x?a>公路'>", "</a>", "<script>alert('公')</script>", "&", "<", '">', "<!--"]
    ),
    st.text(max_size=8),
)
_OURS = re.compile(r'<span lang="zh-CN">([^<]*)</span>')


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_every_chinese_text_is_marked_and_nothing_else_changes(text: str) -> None:
    for html in (escape(text), paragraphs(text), clean_html(text)):
        made = marked(html)
        assert _OURS.sub(r"\1", made) == html
        assert [found for found in chinese_in(made) if "=" not in found] == []


@pytest.mark.parametrize(
    ("html", "made"),
    [
        (Markup("Run by 县纪委 here"), 'Run by <span lang="zh-CN">县纪委</span> here'),
        (Markup("2026年第3季度"), '2026<span lang="zh-CN">年第3季度</span>'),
        (Markup("<option value=1>县委</option>"), '<option value=1 lang="zh-CN">县委</option>'),
        (Markup("<svg lang='zh-CN'><text>公示</text></svg>"), None),
        (Markup('<p title="公示">none</p><input value="公示">'), None),
        (Markup("<script>公示</script><!-- 公示 -->"), None),
        (Markup("<p>only Latin</p>"), None),
        (
            Markup('<div lang="zh-CN">甲<br><p>乙</p></div>丙'),
            '<div lang="zh-CN">甲<br><p>乙</p></div><span lang="zh-CN">丙</span>',
        ),
        (Markup("</b></p>甲"), '</b></p><span lang="zh-CN">甲</span>'),
    ],
)
def test_what_is_marked_and_where(html: Markup, made: str | None) -> None:
    assert marked(html) == (str(html) if made is None else made)
