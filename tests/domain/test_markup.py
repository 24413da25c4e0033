from __future__ import annotations

import pytest

from domain import markup


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("一\n\n二 < 三", "一\n\n二 < 三"),
        ("<p>一<strong>二</strong>\n三</p><p>四&lt;五</p>", "一二 三\n四<五"),
        ("<UL><li>一</li><li>二<br/>三</li></UL>", "一\n二\n三"),
        ("<table><tr><th>甲</th><td>1</td></tr><tr><td>乙</td></tr></table>", "甲 1\n乙"),
        ("金额<b公司", "金额<b公司"),
        ("<p>写作 &lt;p&gt;</p>", "写作 <p>"),
    ],
)
def test_the_words_of_a_body(body: str, words: str) -> None:
    assert markup.words(body) == words
