"""The blueprint that the pages of obligations share, and what each reader may reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash
from flask_babel import gettext

from admin.access import current_staff
from admin.publishing import not_there
from domain import obligations
from domain.clock import local_day, utc_now
from domain.obligations import BLUE_WITHIN, Filters, Task
from domain.permissions import Permission
from domain.workdays import calendar
from web.database import current_session

if TYPE_CHECKING:
    import sqlalchemy as sa

    from domain.db import Session
    from domain.staff import Staff

blueprint = Blueprint("obligations", __name__, url_prefix="/obligations")
READERS = (Permission.EDITION_WRITE, Permission.EDITION_REVIEW, Permission.OBLIGATION_MANAGE)


def task_or_404(number: int) -> Task:
    """The obligation, if the reader may reach it: an editor their unit's alone."""
    person = current_staff()
    found = obligations.one(current_session(), number, local_day(utc_now()))
    if found is None or person.unit_id not in {None, found.obligation.unit_id}:
        not_there()
    return found


def pressing(session: Session, person: Staff, filters: Filters | None = None) -> sa.Select[int]:
    """Ids of what somebody's unit, or all units, must publish soon or should have."""
    today = local_day(utc_now())
    until = calendar(session).after(today, BLUE_WITHIN)
    return obligations.urgent(filters or Filters(unit_id=person.unit_id), today, until)


def say_saved() -> None:
    """Tell the reader that what they decided is kept."""
    flash(gettext("已保存"), "ok")
