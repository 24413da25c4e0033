"""The posts and the editions of their lists; the bench on which a draft is put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from admin.access import current_staff, needs
from admin.personal_data import confirmed
from admin.powers.blueprint import blueprint, edition_or_404, is_editable
from admin.publishing.drafts import asked_correction
from admin.publishing.many import submit_chosen
from domain import powers, publishing
from domain.clock import local_day, utc_now
from domain.editing import comparing, desk, fingerprint, powers as writing
from domain.editing.desk import Progress
from domain.errors import Refused
from domain.officials import Post, holders
from domain.permissions import Permission
from domain.publishing import OPEN, State
from web.database import current_session
from web.errors import explain_refusal
from web.paging import link_with, paginate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from admin.settings import AdminSettings


@blueprint.route("", methods=["GET", "POST"])
@needs(Permission.EDITION_WRITE, Permission.EDITION_REVIEW)
def index() -> ResponseReturnValue:
    """Every post in reach and how far its list is; the drafts that are chosen are handed in."""
    if request.method == "POST":
        return submit_chosen(link_with())
    session, settings = current_session(), _settings()
    words = request.args.get("q", "").strip()[:40]
    progress = Progress.parse(request.args.get("state"))
    person = current_staff()
    unexplained = desk.unexplained_posts(session, person)
    listing = desk.posts(person, words=words, progress=progress, unexplained=unexplained)
    page = paginate(session, listing, size=settings.rows_per_page)
    ids = [post.id for post in page.items]
    return render_template(
        "admin/powers/index.html",
        page=page,
        standing=desk.standing(session, ids),
        holders=holders(session, ids, local_day(utc_now())),
        words=words,
        progress=progress,
        choices=list(Progress),
        writes=current_staff().may(Permission.EDITION_WRITE),
        unexplained=unexplained,
    )


def _settings() -> AdminSettings:
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    return settings


def _post_or_404(number: int) -> Post:
    post = desk.post(current_session(), number, current_staff())
    if post is None:
        abort(404)
    return post


@blueprint.get("/posts/<id:number>")
@needs(Permission.EDITION_WRITE, Permission.EDITION_REVIEW)
def post(number: int) -> str:
    """A post and every edition of its list."""
    session, found = current_session(), _post_or_404(number)
    editions = desk.editions_of_post(session, number)
    return render_template(
        "admin/powers/post.html",
        post=found,
        editions=editions,
        holder=holders(session, [number], local_day(utc_now())).get(number),
        open=next((edition for edition in editions if edition.state in OPEN), None),
        in_force=next((e for e in editions if e.state is State.PUBLISHED), None),
        writes=current_staff().may(Permission.EDITION_WRITE),
    )


@blueprint.post("/posts/<id:number>/editions")
@needs(Permission.EDITION_WRITE)
def start(number: int) -> ResponseReturnValue:
    """Begin a new edition: empty, as a copy of the one in force, or as a correction of it."""
    session, found, person = current_session(), _post_or_404(number), current_staff()
    origin = request.form.get("from")
    try:
        wrong = asked_correction() if origin == "correct" else ""
        edition = writing.start(
            session,
            found,
            person,
            utc_now(),
            copying=origin in {"copy", "correct"},
            correction=wrong,
            confirmed=confirmed(),
        )
    except Refused as refused:
        session.rollback()
        flash(explain_refusal(refused), "error")
        return redirect(url_for(".post", number=number), 303)
    session.commit()
    flash(gettext("已建立第 %(number)s 版草稿", number=edition.number), "ok")
    return redirect(url_for(".edition", number=edition.id), 303)


@blueprint.get("/<id:number>")
@needs(Permission.EDITION_WRITE, Permission.EDITION_REVIEW)
def edition(number: int) -> ResponseReturnValue:
    """The bench of a draft for who writes it; for others, and later, how it looks."""
    session, found = current_session(), edition_or_404(number)
    if not is_editable(found):
        return _look(found)
    return render_template(
        "admin/powers/bench.html",
        edition=found,
        marks={item.id: fingerprint(writing.item_text(item)) for item in found.items},
        last=publishing.last_change(session, found),
        noted={note["about"]: note for note in found.notes or []},
        was_public=bool(powers.history(session, found.power_list.post_id)),
    )


@blueprint.get("/<id:number>/preview")
@needs(Permission.EDITION_WRITE, Permission.EDITION_REVIEW)
def preview(number: int) -> ResponseReturnValue:
    """How the edition looks, or will look, to the public."""
    return _look(edition_or_404(number))


def _look(edition: powers.PowerEdition) -> ResponseReturnValue:
    session = current_session()
    post_id = edition.power_list.post_id
    before = powers.in_force(session, post_id) if edition.state in OPEN else None
    return render_template(
        "admin/powers/preview.html",
        edition=edition,
        holder=holders(session, [post_id], local_day(utc_now())).get(post_id),
        before=before,
        changes=comparing.changes(before, edition) if before else None,
        editable=is_editable(edition),
    )
