"""The blueprint that the pages of publishing share, and how each finds its edition."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from flask import Blueprint, abort, current_app, request

from admin.access import current_staff
from domain import disclosures, notices, powers, publishing, settings as chosen
from domain.clock import utc_now
from domain.disclosures import DisclosureEdition, Grouping, group_of
from domain.editing.desk import Kind
from domain.notices import NoticeEdition
from domain.powers import PowerEdition
from web.database import current_session
from web.errors import error_page, explain_refusal, typed_texts

if TYPE_CHECKING:
    from admin.settings import AdminSettings

AnyEdition = PowerEdition | DisclosureEdition | NoticeEdition

blueprint = Blueprint("publishing", __name__, url_prefix="/publishing")
blueprint.add_app_template_filter(explain_refusal, "sentence")
ONE = "/<any(powers, disclosures, notices):kind>/<id:number>"


@blueprint.app_template_test("stuck")
def stuck(edition: AnyEdition) -> bool:
    """Whether an edition should be public by now and is not; see `publishing.is_stuck`."""
    return publishing.is_stuck(edition, utc_now())


def not_there() -> NoReturn:
    """Answer 404; what was typed for something that is gone by now is given back."""
    if request.method == "POST":
        abort(error_page(404, typed=typed_texts()))
    abort(404)


_WHOLE: dict[str, Callable[..., AnyEdition | None]] = {
    Kind.POWERS.value: powers.whole,
    Kind.DISCLOSURES.value: disclosures.whole,
    Kind.NOTICES.value: notices.whole,
}


def edition_or_404(kind: str, number: int) -> AnyEdition:
    """The edition, if the reader may reach it."""
    found = _WHOLE[kind](current_session(), number, current_staff())
    if found is None:
        not_there()
    return found


def settings() -> AdminSettings:
    """The site's settings."""
    found: AdminSettings = current_app.extensions["mingquan.settings"]
    return found


def revision_of(text: str | None) -> int:
    """The revision that a form says it was filled from; 0, which nothing has, for anything else."""
    known = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text or 0) if known else 0


def group_shown(edition: DisclosureEdition) -> disclosures.Group:
    """The group under which the public finds a disclosure."""
    grouping = Grouping.parse(chosen.county(current_session()).grouping) or Grouping.LATER_PAIR
    return group_of(edition.disclosure.leaf, grouping)
