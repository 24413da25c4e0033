"""The blueprint that the pages of power lists share, and how each finds its edition."""

from __future__ import annotations

from flask import Blueprint

from admin.access import current_staff
from admin.publishing import not_there
from domain import powers
from domain.permissions import Permission
from domain.powers import PowerEdition
from domain.publishing import State
from web.database import current_session

blueprint = Blueprint("powers", __name__, url_prefix="/powers")
blueprint.add_app_template_global(powers.advice, "advised")


def edition_or_404(number: int) -> PowerEdition:
    """The edition with everything in it, if the reader may reach it."""
    found = powers.whole(current_session(), number, current_staff())
    if found is None:
        not_there()
    return found


def is_editable(edition: PowerEdition) -> bool:
    """Whether the reader may write in it now."""
    return edition.state is State.DRAFT and current_staff().may(Permission.EDITION_WRITE)
