"""Search: clues and integrity files, among all that the signed-in officer may see.

A query is read as the public site reads it (`search.asking`); whatever it finds, counts or proposes
comes from the database at this moment (`domain.finding`). Looking for something opens nothing, so
it leaves no row in the audit record, and what was typed is written nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, lazy_pgettext

from admin.access import current_staff, needs, signed_in_staff
from admin.synonyms import VOCABULARY
from domain import categories, finding, units
from domain.clock import utc_now
from domain.clues import ClueState
from domain.finding import Asked, Kind, Word
from domain.indexing import last_change
from search.asking import QUERY_CHARACTERS, QUERY_WORDS, wanted
from search.engine import SUGGESTIONS
from search.highlight import whole
from search.lexicon import CORRECTIONS, Also
from search.words import as_written, key
from web.database import current_session
from web.paging import Page, asked_page, page_count
from web.results import Choice, Offer, as_suggestions, choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from admin.settings import AdminSettings
    from domain.clues import Clue
    from domain.finding import Counts, Found
    from domain.officials import Official, Post, Tenure
    from search.asking import Wanted
    from search.engine import Highlight
    from search.lexicon import Lexicon
    from search.vocabulary import Vocabulary

blueprint = Blueprint("search", __name__, url_prefix="/search")

# Letters may begin a great many names; short ones come first.
SPELT = 12
KINDS: dict[Kind, Any] = {
    Kind.CLUE: lazy_pgettext("many", "问题线索"),
    Kind.FILE: lazy_pgettext("many", "廉政档案"),
}


@dataclass(frozen=True)
class Result:
    """What is shown of something that was found, with the query's words marked.

    Attributes:
        posts: the subject's last post, and those before it that the words are in.
        facts: what the list shows of it.
        lines: of an integrity file that is open, the lines that the words are in.
    """

    kind: Kind
    url: str
    title: Highlight
    posts: list[tuple[Highlight, Tenure]]
    facts: list[Highlight]
    lines: list[Highlight]


@dataclass(frozen=True)
class Query:
    """A query as it was read, and how to read another spelling of it."""

    text: str
    wanted: Wanted
    lexicon: Lexicon

    @property
    def words(self) -> tuple[Word, ...]:
        """The words to look for."""
        return _words(self.wanted)

    @property
    def also(self) -> list[Also]:
        """What else is looked for and may be said to everybody: words and units, but no person.

        Whose name some letters spell may be somebody the officer is to hear nothing of.
        """
        people = {key(name) for name in self.lexicon.people}
        said = [
            replace(one, others=tuple(other for other in one.others if other not in people))
            for one in self.wanted.also
        ]
        return [one for one in said if one.others]


def _words(asked: Wanted) -> tuple[Word, ...]:
    return tuple(
        Word(word.text, as_written([form.text for form in word.forms])) for word in asked.words
    )


def _read(text: str, *, exact: bool = False) -> Query:
    vocabulary: Vocabulary = current_app.extensions[VOCABULARY]
    session = current_session()
    lexicon = vocabulary.lexicon(session, last_change(session))
    return Query(text, wanted(text, lexicon, expand=not exact), lexicon)


def may_search() -> bool:
    """Whether the page at hand is somebody's who may search."""
    person = signed_in_staff()
    return person is not None and bool(finding.kinds_of(person))


@blueprint.get("")
@needs(*finding.PERMISSIONS)
def index() -> str:
    """What was found of what was typed; without words, all there is, to narrow down."""
    session, actor, now = current_session(), current_staff(), utc_now()
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    exact = request.args.get("exact") == "1"
    query = _read(request.args.get("q", "").strip(), exact=exact)
    asked = _asked(query.words)
    counts = finding.counts(session, actor, asked, now)
    total = sum(n for kind, n in counts.kinds.items() if asked.kind in (None, kind))
    size = settings.rows_per_page
    number = min(asked_page(), page_count(total, size))
    found = finding.page(session, actor, asked, now, limit=size, offset=(number - 1) * size)
    return render_template(
        "admin/search/index.html",
        q=query.text,
        also=query.also,
        shortened=query.wanted.cut,
        exact=exact,
        page=Page([_result(one, query.wanted) for one in found], number, size, total),
        kinds=KINDS,
        groups=_groups(counts, asked),
        offers=_offers(query),
        narrowed=asked.narrowed,
        unnarrowed=url_for(".index", q=query.text or None, exact=1 if exact else None),
        better=None if total else _better(query, asked),
        alone=[] if total or len(query.words) < 2 else [word.text for word in query.words],
        most_words=QUERY_WORDS,
    )


@blueprint.get("/suggestions")
@needs(*finding.PERMISSIONS)
def suggestions() -> dict[str, Any]:
    """Names that go on from what was typed, for the script beside the search box."""
    return as_suggestions(_offers(_read(request.args.get("q", "").strip())))


def _asked(words: tuple[Word, ...]) -> Asked:
    """The words with what the address narrows by; a value that does not exist narrows nothing."""
    said = request.args
    category, code = said.get("category", ""), said.get("unit", "")
    unit = units.by_code(current_session(), code) if code else None
    return Asked(
        words,
        Kind.parse(said.get("kind")),
        category if categories.label_of(category) != category else "",
        ClueState.parse(said.get("state")),
        unit.code if unit else "",
    )


def _groups(counts: Counts, asked: Asked) -> dict[str, tuple[object, list[Choice]]]:
    """What can be narrowed by: filters with more than one value, or with one that is chosen."""
    offered: dict[str, tuple[object, str, Iterable[tuple[str, object, int]]]] = {
        "kind": (
            lazy_gettext("种类"),
            asked.kind or "",
            [(kind, KINDS[kind], n) for kind, n in counts.kinds.items()],
        ),
        "category": (
            lazy_gettext("类别"),
            asked.category,
            [(c, gettext(categories.label_of(c)), n) for c, n in counts.categories.items()],
        ),
        "state": (
            lazy_gettext("状态"),
            asked.state or "",
            [(state, gettext(state.label), n) for state, n in counts.states.items()],
        ),
        "unit": (
            lazy_gettext("单位"),
            asked.unit,
            [(code, name, n) for (code, name), n in counts.units.items()],
        ),
    }
    groups = {}
    for name, (heading, chosen, values) in offered.items():
        choices = [
            choice(name, value, label, n, chosen=value == chosen)
            for value, label, n in values
            if n or value == chosen
        ]
        if len(choices) > 1 or chosen:
            groups[name] = (heading, choices)
    return {name: group for name, group in groups.items() if group[1]}


def _result(found: Found, asked: Wanted) -> Result:
    words, official = _words(asked), found.official
    posts = [
        (whole(f"{tenure.post.unit.name} {tenure.post.title}", asked), tenure)
        for number, tenure in enumerate(official.tenures)
        if not number or _is_in(words, tenure.post)
    ]
    clue = found.clue
    lines = [
        f"{gettext(line.section.label)}{gettext('：') + _clue_in_file(line.clue) if line.clue else ''}"
        for line in found.lines
    ]
    return Result(
        found.kind,
        url_for("clues.item", number=clue.id)
        if clue
        else url_for("integrity.item", number=official.id),
        whole(f"{clue.number} {official.name}" if clue else official.name, asked),
        posts,
        [whole(fact, asked) for fact in _facts(clue)] if clue else [],
        [whole(line, asked) for line in lines],
    )


def _is_in(words: Iterable[Word], post: Post) -> bool:
    return any(word.among(post.unit.name, post.unit.short_name, post.title) for word in words)


def _clue_in_file(clue: Clue) -> str:
    """As the file itself shows it: a number and a state."""
    number = gettext("问题线索%(number)s", number=clue.number)
    return f"{number} {gettext(clue.state.label)}"


def _facts(clue: Clue) -> list[str]:
    return [
        gettext(categories.label_of(clue.category)),
        gettext(clue.state.label),
        gettext(clue.source.label),
        f"{clue.office.name} · {clue.handler.name}",
    ]


def _offers(query: Query) -> list[Offer]:
    """Names the officer may mean, each with a page that they may open."""
    actor, name = current_staff(), key(query.text[:QUERY_CHARACTERS])
    if not name:
        return []
    letters = name.isascii() and name.isalpha()
    spelt = query.lexicon.beginning(name)[:SPELT] if letters else []
    word = Word(name, as_written([name, *spelt]))
    found = finding.named(current_session(), actor, word, query.words, limit=SUGGESTIONS)
    offers = [
        Offer(clue.number, clue.official.name, url_for("clues.item", number=clue.id))
        for clue in found.clues
    ]
    may_read = Kind.FILE in finding.kinds_of(actor)
    offers += [_person(official, may_read=may_read) for official in found.officials]
    offers += [
        Offer(unit.short_name, gettext("单位"), url_for(".index", unit=unit.code))
        for unit in found.units
    ]
    return offers[:SUGGESTIONS]


def _person(official: Official, *, may_read: bool) -> Offer:
    """An official: their integrity file, or else the clues about them."""
    held = official.tenures[0].post.full_title if official.tenures else ""
    if may_read:
        return Offer(official.name, held, url_for("integrity.item", number=official.id))
    return Offer(official.name, held, url_for(".index", q=official.name))


def _better(query: Query, asked: Asked) -> str | None:
    """Another spelling under which there is something for the officer."""
    session, actor, now = current_session(), current_staff(), utc_now()
    corrections = query.lexicon.corrections(query.text[:QUERY_CHARACTERS])
    for text in islice(corrections, CORRECTIONS):
        words = _words(wanted(text, query.lexicon))
        if finding.total(session, actor, replace(asked, words=words), now):
            return text
    return None
