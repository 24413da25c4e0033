"""The staff list: who may sign in, as what, in which office."""

from __future__ import annotations

from flask import Blueprint, render_template

from admin.access import current_staff, needs
from domain import offices, staff
from domain.clock import utc_now
from domain.permissions import Permission
from web.database import current_session

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.get("")
@needs(Permission.STAFF_READ)
def index() -> str:
    """Everybody, by username."""
    session, now = current_session(), utc_now()
    return render_template(
        "admin/staff/index.html",
        people=staff.everyone(session),
        offices=offices.names_by_staff(session),
        is_locked=lambda person: staff.is_locked(person, now),
        me=current_staff(),
    )
