"""Notices 通报曝光: typical cases by category, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext

from domain import categories, notices
from domain.notices import NoticeEdition
from domain.publishing import State, corrected_by, documents
from portal import feedback, feeds
from portal.addresses import with_filters
from portal.caching import versioned, versioned_for_all
from portal.filters import chosen
from web.database import current_session
from web.paging import Page, paginate
from web.security import open_to_all

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

NOTICES_ON_A_PAGE = 20


@blueprint.get("")
@versioned
@open_to_all
def index() -> str:
    """Typical cases made public, newest first, narrowed by category."""
    session = current_session()
    counts = notices.count_public(session)
    category = _asked(counts)
    filters = chosen(category=category)
    return render_template(
        "portal/notices/index.html",
        page=paginate(session, notices.listing(category=category), size=NOTICES_ON_A_PAGE),
        counts={one.code: counts[one.code] for one in categories.CATEGORIES if one.code in counts},
        category=category,
        category_of=categories.label_of,
        filters=filters,
        feed=with_filters(url_for(".feed"), filters),
    )


def _asked(known: Collection[str]) -> str:
    asked = request.args.get("category", "")
    return asked if asked in known else ""


@blueprint.get("/feed.atom")
@versioned_for_all
@open_to_all
def feed() -> ResponseReturnValue:
    """The same, to subscribe to."""
    session = current_session()
    category = _asked(notices.count_public(session))
    found = paginate(session, notices.listing(category=category), size=feeds.ENTRIES_ON_A_PAGE)
    page = Page([feeds.of_notice(e) for e in found.items], found.number, found.size, found.total)
    return feeds.answer(gettext("通报曝光"), url_for(".index"), page, chosen(category=category))


@blueprint.get("/<id:notice_id>")
@versioned
@open_to_all
def show(notice_id: int) -> ResponseReturnValue:
    """A notice as it stands now."""
    return _page(notice_id, None)


@blueprint.get("/<id:notice_id>/<id:number>")
@versioned
@open_to_all
def edition(notice_id: int, number: int) -> ResponseReturnValue:
    """One edition of a notice, at the address it keeps for good."""
    return _page(notice_id, number)


def _page(notice_id: int, number: int | None) -> ResponseReturnValue:
    session = current_session()
    found = notices.readable(session, notice_id, number)
    if found is None:
        abort(404)
    history = documents.history(session, NoticeEdition, NoticeEdition.notice_id == notice_id)
    values = {
        "edition": found,
        "history": history,
        "in_force": next((e for e in history if e.state is State.PUBLISHED), None),
        "corrected_by": corrected_by(found, history),
        "category": categories.label_of(found.category),
    }
    if found.state is State.WITHDRAWN:
        return render_template("portal/notices/tombstone.html", **values), 410
    questions = feedback.beside(found.subject)
    return render_template("portal/notices/show.html", questions=questions, **values)
