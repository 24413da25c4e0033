"""The audit record: who did what, and whether the chain holds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, render_template, request

from admin.access import current_staff, needs
from admin.acts import ACTS, NOUNS
from domain import audit, staff, trail
from domain.clock import day_begins
from domain.permissions import Permission
from web.database import current_session
from web.paging import paginate

if TYPE_CHECKING:
    from admin.settings import AdminSettings

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

# Rows whose links are checked whenever the page is shown, and in one step of the whole check.
LATEST, PIECE, MOST_BREAKS = 500, 20_000, 50
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)


def _asked_day(name: str) -> date | None:
    """A day in the address; one that no record can be of counts as not said."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if _EARLIEST <= day <= _LATEST else None


@blueprint.get("")
@needs(Permission.AUDIT_READ)
def index() -> str:
    """One page of the record, newest first."""
    session, said = current_session(), request.args
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    people = {person.id: person for person in staff.everyone(session)}
    who = next((p for p in people.values() if p.username == said.get("who")), None)
    action = said.get("action", "")
    if action not in ACTS and action not in NOUNS:
        action = ""
    subject = said.get("subject", "").strip()[:80]
    since, until = _asked_day("since"), _asked_day("until")
    rows = audit.on_record(
        action=action,
        subject=subject,
        actor_id=who.id if who else None,
        since=day_begins(since) if since else None,
        before=day_begins(until + timedelta(days=1)) if until else None,
    )
    newest, digest = audit.head(session)
    return render_template(
        "admin/audit/index.html",
        page=paginate(session, trail.visible(current_staff(), rows), size=settings.rows_per_page),
        people=people,
        acts=ACTS,
        nouns=NOUNS,
        asked={"who": who.username if who else "", "action": action, "subject": subject},
        since=since,
        until=until,
        narrowed=bool(who or action or subject or since or until),
        newest=newest,
        digest=digest.hex(),
        checked=min(newest, LATEST),
        breaks=list(islice(audit.breaks(session, after=max(0, newest - LATEST)), MOST_BREAKS)),
    )


@blueprint.get("/chain")
@needs(Permission.AUDIT_READ)
def chain() -> str:
    """Check the chain from a number on, so many rows at a time."""
    session = current_session()
    newest, digest = audit.head(session)
    try:
        after = min(max(0, int(request.args.get("after", "0"))), newest)
    except ValueError:
        after = 0
    last = min(after + PIECE, newest)
    return render_template(
        "admin/audit/chain.html",
        first=min(after + 1, newest),
        last=last,
        newest=newest,
        digest=digest.hex(),
        breaks=list(islice(audit.breaks(session, after=after, most=PIECE), MOST_BREAKS)),
    )
