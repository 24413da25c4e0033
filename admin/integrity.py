"""Integrity files 廉政档案: finding an official, giving a reason, reading what is linked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from admin.access import current_staff, needs
from domain import clues, integrity, officials, powers, readings
from domain.clock import utc_now
from domain.clues import Clue
from domain.integrity import Section
from domain.permissions import Permission
from web.database import current_session
from web.forms import Form, LongTextField, MaxLength, Required
from web.paging import paginate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from admin.settings import AdminSettings
    from domain.integrity import Entry
    from domain.officials import Official

blueprint = Blueprint("integrity", __name__, url_prefix="/integrity")


class ReasonForm(Form):
    """Why somebody wants to read a file."""

    reason = LongTextField(
        lazy_gettext("查阅理由"),
        [Required(lazy_gettext("请写明查阅理由")), MaxLength(500)],
        rows=3,
    )


@dataclass(frozen=True)
class Line:
    """One thing that a file links to: a name, how it stands, and its page if the reader has one."""

    text: str
    note: str
    entered_on: object
    url: str


@blueprint.get("")
@needs(Permission.INTEGRITY_READ)
def index() -> str:
    """The officials whose files the reader may ask for."""
    session, words = current_session(), request.args.get("q", "").strip()[:40]
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    page = paginate(
        session, integrity.files(current_staff(), name=words), size=settings.rows_per_page
    )
    found = {o.id: o for o in officials.with_posts(session, [o.id for o in page.items])}
    return render_template("admin/integrity/index.html", page=page, posts=found, words=words)


def file_or_404(number: int) -> Official:
    """The official of a file; whoever is recused from it finds nothing."""
    official = integrity.file_of(current_session(), number, current_staff())
    if official is None:
        abort(404)
    return official


@blueprint.get("/<id:number>")
@needs(Permission.INTEGRITY_READ)
def item(number: int) -> str:
    """The file while the reader's reading holds, else its door."""
    return _show(file_or_404(number), ReasonForm(formdata=None))


def _show(official: Official, form: ReasonForm) -> str:
    session, now = current_session(), utc_now()
    reading = readings.current(session, f"integrity:{official.id}", current_staff(), now)
    lists = []
    if reading is not None:
        held = [t.post_id for t in official.tenures if t.ended_on is None]
        lists = list(powers.in_force_of(session, held))
    return render_template(
        "admin/integrity/item.html",
        official=next(iter(officials.with_posts(session, [official.id]))),
        reading=reading,
        sections=_sections(official) if reading else {},
        lists=lists,
        form=form,
    )


def _sections(official: Official) -> dict[Section, list[Line]]:
    """Every section of the file in its order, empty ones too."""
    entries = integrity.entries(current_session(), official.id)
    known = _clues(entries)
    return {
        section: [_line(entry, known) for entry in entries if entry.section is section]
        for section in Section
    }


def _clues(entries: Sequence[Entry]) -> dict[str, tuple[Clue, bool]]:
    """The clues that a file links to, and whether the reader may see the page of each."""
    session = current_session()
    ids = [int(e.target.partition(":")[2]) for e in entries if e.target.startswith("clues:")]
    mine = set(
        session.scalars(
            clues.visible(current_staff()).where(Clue.id.in_(ids)).with_only_columns(Clue.id)
        )
    )
    may = current_staff().may(Permission.CLUE_READ)
    found = session.scalars(sa.select(Clue).where(Clue.id.in_(ids)))
    return {f"clues:{clue.id}": (clue, may and clue.id in mine) for clue in found}


def _line(entry: Entry, known: dict[str, tuple[Clue, bool]]) -> Line:
    """A clue in progress is a number and a state, and no more."""
    if entry.target not in known:
        return Line(entry.target, "", entry.entered_on, "")
    clue, has_page = known[entry.target]
    return Line(
        gettext("问题线索%(number)s", number=clue.number),
        gettext(clue.state.label),
        entry.entered_on,
        url_for("clues.item", number=clue.id) if has_page else "",
    )


@blueprint.post("/<id:number>/open")
@needs(Permission.INTEGRITY_READ)
def unlock(number: int) -> ResponseReturnValue:
    """Open the file with a reason: one act, one row; it may be read for half an hour."""
    session, official, form = current_session(), file_or_404(number), ReasonForm()
    if form.validate():
        integrity.read(session, official, form.reason.data or "", current_staff(), utc_now())
        session.commit()
        return redirect(url_for(".item", number=number), 303)
    return _show(official, form)
