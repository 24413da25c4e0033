"""The catalogue of texts in the reader's language, found once a request: a page has a hundred texts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import g
from flask_babel import Domain
from markupsafe import Markup

if TYPE_CHECKING:
    from babel.support import NullTranslations
    from flask import Flask
    from flask_babel import Babel


class Catalogues(Domain):
    """As flask_babel's own, which finds out for each text anew which catalogue it stands in."""

    def get_translations(self) -> NullTranslations:
        """The one in the reader's language."""
        found: NullTranslations | None = g.get("catalogue")
        if found is None:
            found = g.catalogue = super().get_translations()
        return found


def install_catalogue(app: Flask, babel: Babel) -> None:
    """Let views and templates take their texts from `Catalogues`."""
    babel.domain_instance = catalogues = Catalogues()

    def text(message: str, /, **values: object) -> Markup:
        catalogue = catalogues.get_translations()
        if values:
            return Markup(catalogue.ugettext(message)) % values  # noqa: S704 - a text of ours
        return _as_it_is(catalogue, message)

    app.jinja_env.globals["_"] = text


@lru_cache(maxsize=8192)
def _as_it_is(catalogue: NullTranslations, message: str) -> Markup:
    # Without values too, two percent signs are one.
    return Markup(catalogue.ugettext(message)) % {}  # noqa: S704 - a text of ours
