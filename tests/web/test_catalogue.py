from __future__ import annotations

import pytest
from flask import render_template_string
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from tests.web.conftest import MakeSite

FOUND = "共 %(total)s 条"


@pytest.mark.parametrize(
    ("cookie", "home", "found"), [("zh", "首页", "共 7 条"), ("en", "Home", "Total: 7")]
)
def test_texts_come_in_the_readers_language(
    make_site: MakeSite, cookie: str, home: str, found: str
) -> None:
    lazy = lazy_gettext("首页")
    with make_site().test_request_context(headers={"Cookie": f"lang={cookie}"}):
        assert (gettext("首页"), str(lazy)) == (home, home)
        assert render_template_string('{{ _("首页") }}') == home
        assert gettext(FOUND, total=7) == render_template_string(f'{{{{ _("{FOUND}", total=7) }}}}')
        assert gettext(FOUND, total=7) == found


def test_each_request_has_its_own_language(make_site: MakeSite) -> None:
    site = make_site()
    for cookie, home in (("en", "Home"), ("zh", "首页"), ("en", "Home")):
        with site.test_request_context(headers={"Cookie": f"lang={cookie}"}):
            assert render_template_string('{{ _("首页") }}') == gettext("首页") == home


def test_a_text_is_markup_and_its_values_are_text(make_site: MakeSite) -> None:
    with make_site().test_request_context():
        shown = render_template_string('{{ _("100%%") }} {{ _("%(a)s", a=a) }}', a="<b>")
        assert shown == "100% &lt;b&gt;"
        marked = render_template_string('{{ _("%(a)s", a=a) }}', a=Markup("<b>"))
        assert marked == "<b>"
