"""What looks like personal data, shown in context, for whoever makes it public to look at.

Acts that carry words of staff to the public (a withdrawal, a correction, an extension …) raise
`Unconfirmed`. One page for all of them asks once more, with everything that was typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from domain.personal_data import Unconfirmed
from web.database import current_session
from web.forms import ChoicesField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from domain.personal_data import Finding

_TICKED, _TOKEN = "checked", "csrf_token"


class PersonalDataField(ChoicesField):
    """A box to tick for each finding: 已核对，可以公开."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label or lazy_gettext("像是个人信息的地方：已核对，可以公开"), **options)
        # The form macros know it by this name.
        self.type = ChoicesField.__name__

    def show(self, findings: Iterable[Finding]) -> None:
        """Offer these findings."""
        shown = {one.mark: one for one in findings}
        self.offer((mark, gettext(one.kind.label)) for mark, one in shown.items())
        self.hints = {mark: in_context(one) for mark, one in shown.items()}


def in_context(one: Finding) -> Markup:
    """A finding with the words around it, itself marked."""
    return Markup("…{}<mark>{}</mark>{}…").format(one.before, one.quote, one.after)


def confirmed() -> list[str]:
    """The marks of the findings that were ticked on the page that asks."""
    return request.form.getlist(_TICKED)


def _ask(unconfirmed: Unconfirmed) -> str:
    """Nothing has been done: the words again, what looks personal in them, and all else unseen."""
    current_session().rollback()
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in {_TICKED, _TOKEN}]
    said = unconfirmed.text.split()
    words = next((name for name, value in typed if value.split() == said), "")
    return render_template(
        "admin/personal_data/ask.html",
        text=unconfirmed.text,
        words=words,
        kept=[pair for pair in typed if pair[0] != words],
        findings=list({one.mark: one for one in unconfirmed.findings}.values()),
        ticked=confirmed(),
        in_context=in_context,
    )


def init_asking(app: Flask) -> None:
    """Let every act of the site be asked about in the same way."""
    app.register_error_handler(Unconfirmed, _ask)
