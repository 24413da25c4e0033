"""Search: what a visitor types and narrows by, and what of the answer is public at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, lazy_pgettext

from domain import disclosures, indexing, notices, powers, units
from domain.powers import PowerKind
from portal import feeds
from portal.addresses import with_filters
from portal.caching import passing, versioned_search, versioned_search_for_all
from portal.context import current_version
from portal.filters import asked_unit, asked_year, chosen
from search.answering import answer
from search.asking import QUERY_WORDS
from search.engine import SUGGESTIONS, Field, Kind, Query, SearchUnavailable, Sort
from search.words import key
from web.database import current_session
from web.paging import Page, asked_page
from web.results import Choice, Offer, as_suggestions, choice
from web.security import open_to_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from domain.units import Unit
    from portal.atom import Entry
    from search.engine import Hit, Results, SearchReader, Suggestion
    from search.lexicon import Lexicon
    from search.vocabulary import Vocabulary

blueprint = Blueprint("search", __name__, url_prefix="/search")

MOST_CHARACTERS = 100
NAMES_BESIDE_RESULTS = 4
# Letters may begin a great many names; short ones come first.
SPELT = 12
KINDS: dict[Kind, Any] = {
    Kind.POWER: lazy_pgettext("many", "权力事项"),
    Kind.DISCLOSURE: lazy_gettext("五公开"),
    Kind.NOTICE: lazy_gettext("通报曝光"),
    Kind.OFFICIAL: lazy_gettext("干部"),
    Kind.UNIT: lazy_pgettext("many", "单位"),
}
# Kinds that are published at a moment of their own, and so have a place in a feed.
PUBLISHED = (Kind.POWER.value, Kind.DISCLOSURE.value, Kind.NOTICE.value)
# When the index cannot answer: how long programs should wait before they ask again.
RETRY = {"Retry-After": "60"}
# What nothing is: a feed of units is empty.
NO_KIND = "none"
SORTS: dict[Sort, Any] = {
    Sort.RELEVANCE: lazy_gettext("最相关在前"),
    Sort.DATE: lazy_gettext("最新在前"),
}
FACETS: dict[Field, Any] = {
    Field.KIND: lazy_gettext("内容"),
    Field.POWER_KIND: lazy_gettext("权力类别"),
    Field.YEAR: lazy_gettext("年份"),
    Field.UNIT: lazy_gettext("单位"),
}


@dataclass(frozen=True)
class Found:
    """A hit that is public at this moment, with its address."""

    hit: Hit
    url: str
    kind: str


def index_reader() -> SearchReader:
    """What answers searches."""
    reader: SearchReader = current_app.extensions["mingquan.search"]
    return reader


def lexicon() -> Lexicon:
    """The county's words as they are now; no statement while nothing public has changed."""
    vocabulary: Vocabulary = current_app.extensions["mingquan.vocabulary"]
    state = current_version().change
    return vocabulary.lexicon(current_session(), state)


def asked_exactly() -> bool:
    """Whether the address asks for the words as they were typed and nothing besides."""
    return request.args.get("exact") == "1"


@blueprint.get("")
@versioned_search
@open_to_all
def index() -> ResponseReturnValue:
    """Results for what was typed; without words, everything there is, to narrow down."""
    text = request.args.get("q", "").strip()
    if len(text) > MOST_CHARACTERS:
        return _too_long(text)
    everywhere = units.directory(current_session())
    filters = _filters(everywhere)
    sort = Sort.DATE if request.args.get("sort") == Sort.DATE else Sort.RELEVANCE
    exact = asked_exactly()
    query = Query(text, filters, sort, asked_page(), expand=not exact)
    asked = _written(text, filters)
    try:
        results = answer(index_reader(), query, lexicon())
        names = _suggestions(text, (Kind.UNIT, Kind.OFFICIAL))
    except SearchUnavailable:
        return _unavailable(text)
    if results.hurried:
        passing()
    found = _found(results.hits)
    reachable = min(results.total, results.pages * query.page_size)
    return render_template(
        "portal/search/index.html",
        q=text,
        results=results,
        page=Page(found, results.page, query.page_size, reachable),
        facets=_facets(results, filters, everywhere),
        narrowed=bool(filters),
        sort=sort,
        sorts=SORTS,
        names=_offers(names)[:NAMES_BESIDE_RESULTS],
        exact=exact,
        unnarrowed=with_filters(url_for(".index"), chosen(q=text, exact=int(exact))),
        most=MOST_CHARACTERS,
        most_words=QUERY_WORDS,
        filters=asked | chosen(sort=sort if sort is Sort.DATE else None),
        feed=with_filters(url_for(".feed"), asked),
    )


@blueprint.get("/feed.atom")
@versioned_search_for_all
@open_to_all
def feed() -> ResponseReturnValue:
    """What a search finds among the publications, the newest first, to subscribe to."""
    text = request.args.get("q", "").strip()
    filters = _filters(units.directory(current_session()))
    if len(text) > MOST_CHARACTERS:
        return _too_long(text)
    kinds = filters.get(Field.KIND, PUBLISHED)
    narrowed = {**filters, Field.KIND: [kind for kind in kinds if kind in PUBLISHED] or [NO_KIND]}
    size = feeds.ENTRIES_ON_A_PAGE
    expand = not asked_exactly()
    query = Query(text, narrowed, Sort.DATE, asked_page(), size, expand, counted=())
    try:
        results = index_reader().search(query, lexicon())
    except SearchUnavailable:
        return _unavailable(text)
    total = min(results.total, results.pages * size)
    page = Page(_entries([hit.id for hit in results.hits]), results.page, size, total)
    title = gettext("搜索“%(words)s”的结果", words=text) if text else gettext("搜索")
    return feeds.answer(title, url_for(".index"), page, _written(text, filters))


def _too_long(text: str) -> ResponseReturnValue:
    return render_template("portal/search/too_long.html", q=text, most=MOST_CHARACTERS), 400


def _unavailable(text: str) -> ResponseReturnValue:
    """The whole page, with the lists to look in meanwhile."""
    say_unavailable()
    return render_template("portal/search/unavailable.html", q=text), 503, RETRY


def say_unavailable() -> None:
    """Tell the operators; never what was searched for."""
    current_app.logger.error("the search index cannot answer")


def _entries(document_ids: Sequence[str]) -> list[Entry]:
    """Those publications that are in force, in the order of the index."""
    session = current_session()
    numbers: dict[str, list[int]] = {kind: [] for kind in PUBLISHED}
    for document_id in document_ids:
        kind, _, number = document_id.partition(":")
        numbers[kind].append(int(number))
    items = powers.public_items(session, numbers[Kind.POWER])
    told = disclosures.public_editions(session, numbers[Kind.DISCLOSURE])
    entries = {f"power:{n}": feeds.of_power(item) for n, item in items.items()}
    warned = notices.public_editions(session, numbers[Kind.NOTICE])
    entries |= {f"disclosure:{n}": feeds.of_disclosure(e) for n, e in told.items()}
    entries |= {f"notice:{n}": feeds.of_notice(e) for n, e in warned.items()}
    return [entries[document_id] for document_id in document_ids if document_id in entries]


def _written(text: str, filters: Mapping[Field, Sequence[str]]) -> dict[str, str]:
    narrowed = {field.value: values[0] for field, values in filters.items()}
    return chosen(q=text, **narrowed, exact=int(asked_exactly()))


@blueprint.get("/suggestions")
@versioned_search
@open_to_all
def suggestions() -> ResponseReturnValue:
    """Names that go on from what was typed, for the script beside the search box."""
    text = request.args.get("q", "").strip()
    try:
        found = offers(text)
    except SearchUnavailable:
        say_unavailable()
        return as_suggestions(()), 503, RETRY
    return as_suggestions(found)


def offers(text: str) -> list[Offer]:
    """Names that go on from what was typed, with their pages.

    Raises:
        SearchUnavailable: the index cannot answer.
    """
    return _offers(_suggestions(text, ()))


def _filters(everywhere: Iterable[Unit]) -> dict[Field, list[str]]:
    """What the address narrows by; a value that does not exist narrows nothing."""
    kind = next((kind for kind in Kind if kind == request.args.get(Field.KIND)), None)
    unit = asked_unit(everywhere, Field.UNIT)
    power_kind = PowerKind.parse(request.args.get(Field.POWER_KIND))
    year = asked_year(Field.YEAR)
    asked = {
        Field.KIND: kind.value if kind else "",
        Field.UNIT: unit.code if unit else "",
        Field.POWER_KIND: power_kind.value if power_kind else "",
        Field.YEAR: str(year) if year else "",
    }
    return {field: [value] for field, value in asked.items() if value}


def _facets(
    results: Results, filters: dict[Field, list[str]], everywhere: Iterable[Unit]
) -> dict[str, tuple[Any, list[Choice]]]:
    """For each facet its heading and its values that lead somewhere."""
    words: dict[Field, dict[str, Any]] = {
        Field.KIND: {kind.value: word for kind, word in KINDS.items()},
        Field.UNIT: {unit.code: unit.short_name for unit in everywhere},
        Field.POWER_KIND: {kind.value: gettext(kind.label) for kind in PowerKind},
    }
    facets: dict[str, tuple[Any, list[Choice]]] = {}
    for field, heading in FACETS.items():
        choices = []
        for facet in results.facets.get(field, ()):
            label = facet.value if field is Field.YEAR else words[field].get(facet.value)
            if label and facet.count:
                chosen = facet.value in filters.get(field, ())
                choices.append(choice(field.value, facet.value, label, facet.count, chosen=chosen))
        if field is Field.YEAR:
            choices.sort(key=lambda choice: choice.label, reverse=True)
        if choices:
            facets[field.value] = (heading, choices)
    return facets


def _suggestions(text: str, kinds: Sequence[Kind]) -> Sequence[Suggestion]:
    """Names with a text in them; where letters leave room, names that they spell."""
    if not 0 < len(text) <= MOST_CHARACTERS:
        return ()
    reader = index_reader()
    found = {name.id: name for name in reader.suggest(text, kinds=kinds)}
    letters = key(text)
    if letters.isascii() and letters.isalpha():
        for name in lexicon().beginning(letters)[:SPELT]:
            for spelt in reader.suggest(name, kinds=kinds):
                found.setdefault(spelt.id, spelt)
    return list(found.values())[:SUGGESTIONS]


def _found(hits: Sequence[Hit]) -> list[Found]:
    addresses = addresses_of([hit.id for hit in hits])
    return [
        Found(hit, addresses[hit.id], str(KINDS[hit.kind])) for hit in hits if hit.id in addresses
    ]


def _offers(names: Sequence[Suggestion]) -> list[Offer]:
    addresses = addresses_of([name.id for name in names])
    return [
        Offer(name.text, _note(name), addresses[name.id]) for name in names if name.id in addresses
    ]


def _note(name: Suggestion) -> str:
    kind = str(KINDS[name.kind])
    return kind if name.kind is Kind.UNIT else f"{kind} · {name.unit_name}"


def addresses_of(document_ids: Sequence[str]) -> dict[str, str]:
    """The pages of those documents that are public at this moment.

    The index is a proposal: what was withdrawn since, or a draft that strayed into it, is left out.
    """
    session = current_session()
    public = indexing.published(session, document_ids)
    numbers: dict[str, list[int]] = {kind.value: [] for kind in Kind}
    for document_id in public:
        kind, _, number = document_id.partition(":")
        numbers[kind].append(int(number))
    addresses = {f"power:{n}": url_for("powers.item", item_id=n) for n in numbers[Kind.POWER]} | {
        f"official:{n}": url_for("officials.show", official_id=n) for n in numbers[Kind.OFFICIAL]
    }
    for unit_id, code in units.codes(session, numbers[Kind.UNIT]).items():
        addresses[f"unit:{unit_id}"] = url_for("units.show", code=code)
    for edition_id, of in disclosures.documents(session, numbers[Kind.DISCLOSURE]).items():
        addresses[f"disclosure:{edition_id}"] = url_for("disclosures.show", disclosure_id=of)
    for edition_id, edition in notices.public_editions(session, numbers[Kind.NOTICE]).items():
        address = url_for("notices.show", notice_id=edition.notice_id)
        addresses[f"notice:{edition_id}"] = address
    return addresses
