"""What people say and the words of the lists: to look up, edit, and try before it is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from admin.access import current_staff, needs
from admin.indexing import EXTENSION
from admin.publishing import not_there
from domain import synonyms
from domain.clock import utc_now
from domain.errors import Refused
from domain.indexing import last_change
from domain.permissions import Permission
from domain.synonyms import LONGEST, MOST_MEANINGS, Synonym
from search.engine import Query, SearchUnavailable
from web.database import current_session
from web.forms import Form, HiddenField, LongTextField, MaxLength, Required, TextField
from web.paging import paginate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from search.engine import Results, SearchReader
    from search.lexicon import Lexicon
    from search.vocabulary import Vocabulary

blueprint = Blueprint("synonyms", __name__, url_prefix="/synonyms")

VOCABULARY = "mingquan.vocabulary"
ENTRIES_ON_A_PAGE = 50
SHOWN = 5
_BETWEEN = re.compile(r"[\n、，,；;]")


class EntryForm(Form):
    """A word and what it means."""

    word = TextField(
        lazy_gettext("平常的说法"),
        [Required(lazy_gettext("请填写平常的说法")), MaxLength(LONGEST)],
    )
    meanings = LongTextField(
        lazy_gettext("清单里的用语"),
        [Required(lazy_gettext("请至少填写一个清单里的用语"))],
        rows=5,
    )
    revision = HiddenField()

    @property
    def listed(self) -> list[str]:
        """What was typed, word by word."""
        return _BETWEEN.split(self.meanings.data or "")

    @property
    def seen(self) -> int:
        """The revision that the form was filled from; 0 if it says none."""
        text = self.revision.data or ""
        return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


@dataclass(frozen=True)
class Trial:
    """What a query with the word finds without the entry and with it.

    Attributes:
        alone: how many documents have each of the words it means.
    """

    word: str
    before: Results
    after: Results
    alone: list[tuple[str, int]]


@blueprint.get("")
@needs(Permission.SYNONYM_MANAGE)
def index() -> str:
    """All entries, or those with a text in them."""
    text = request.args.get("q", "").strip()
    page = paginate(current_session(), synonyms.listing(text), size=ENTRIES_ON_A_PAGE)
    return render_template("admin/synonyms/index.html", page=page, words=text)


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Permission.SYNONYM_MANAGE)
def new() -> ResponseReturnValue:
    """Add an entry, or try one first."""
    session, form = current_session(), EntryForm()
    if not form.validate_on_submit():
        return _page(form)
    if "try" in request.form:
        return _page(form, trial=_tried(form))
    try:
        synonyms.add(session, form.word.data or "", form.listed, current_staff(), utc_now())
    except Refused as refused:
        session.rollback()
        form.refuse(refused)
        return _page(form)
    session.commit()
    return _saved()


@blueprint.route("/<id:number>", methods=["GET", "POST"])
@needs(Permission.SYNONYM_MANAGE)
def item(number: int) -> ResponseReturnValue:
    """Change an entry, or try the change first."""
    session, entry = current_session(), _entry_or_404(number)
    data = {"word": entry.word, "meanings": entry.meanings, "revision": str(entry.revision)}
    form = EntryForm(data=data)
    if not form.validate_on_submit():
        return _page(form, entry)
    if "try" in request.form:
        return _page(form, entry, _tried(form, entry))
    typed, actor = (form.word.data or "", form.listed), current_staff()
    try:
        synonyms.change(session, entry, form.seen, *typed, actor, utc_now())
    except Refused as refused:
        return _refused(number, form, refused)
    session.commit()
    return _saved()


@blueprint.post("/<id:number>/remove")
@needs(Permission.SYNONYM_MANAGE)
def remove(number: int) -> ResponseReturnValue:
    """Take an entry out."""
    session, entry, form = current_session(), _entry_or_404(number), EntryForm()
    try:
        synonyms.remove(session, entry, form.seen, current_staff(), utc_now())
    except Refused as refused:
        form.word.data, form.meanings.data = entry.word, entry.meanings
        return _refused(number, form, refused)
    session.commit()
    return _saved()


def _refused(number: int, form: EntryForm, refused: Refused) -> str:
    """The page with what was typed; sent again, it is meant for what is there now."""
    current_session().rollback()
    form.refuse(refused)
    entry = _entry_or_404(number)
    form.revision.data = str(entry.revision)
    return _page(form, entry)


def _entry_or_404(number: int) -> Synonym:
    found = current_session().get(Synonym, number)
    if found is None or found.removed:
        not_there()
    return found


def _saved() -> ResponseReturnValue:
    flash(gettext("已保存，公开网站的搜索立即按新的来"), "ok")
    return redirect(url_for(".index"), 303)


def _page(form: EntryForm, entry: Synonym | None = None, trial: Trial | None = None) -> str:
    return render_template(
        "admin/synonyms/item.html",
        form=form,
        entry=entry,
        trial=trial,
        shown=SHOWN,
        longest=LONGEST,
        most=MOST_MEANINGS,
    )


def _tried(form: EntryForm, entry: Synonym | None = None) -> Trial | None:
    """Search without and with what was typed; None, and a word in the form, where that cannot be."""
    session = current_session()
    reader: SearchReader | None = current_app.extensions.get(EXTENSION)
    vocabulary: Vocabulary = current_app.extensions[VOCABULARY]
    try:
        word, listed = synonyms.checked(session, form.word.data or "", form.listed)
    except Refused as refused:
        form.refuse(refused)
        return None
    now = vocabulary.lexicon(session, last_change(session))
    after = _with(now, word, listed, entry.word if entry else "")
    query = Query(word, page_size=SHOWN, counted=())
    try:
        if reader is not None:
            alone = [(one, _count(reader, one)) for one in listed]
            return Trial(word, reader.search(query, now), reader.search(query, after), alone)
    except SearchUnavailable:
        pass
    form.refuse(gettext("索引现在不能用，没法试；不影响保存"))
    return None


def _with(lexicon: Lexicon, word: str, listed: list[str], former: str) -> Lexicon:
    others = [entry for entry in lexicon.synonyms if entry[0] not in {word, former}]
    return replace(lexicon, synonyms=(*others, (word, tuple(listed))))


def _count(reader: SearchReader, word: str) -> int:
    results = reader.search(Query(word, page_size=1, expand=False, counted=()))
    return 0 if results.loosened else results.total
