"""Reading an index: each answer from one moment of it, on the primary or on any replica."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import psycopg
from psycopg import sql

from search import weights
from search.asking import wanted as read
from search.engine import (
    DEPTH,
    SUGGESTIONS,
    Document,
    Field,
    Kind,
    Results,
    SearchUnavailable,
    Sort,
    Stats,
    Suggestion,
)
from search.engines.postgres import asking
from search.engines.postgres.asking import Part, joined
from search.engines.postgres.connections import Server, answering
from search.engines.postgres.ranking import Ranked, Ranking
from search.engines.postgres.storage import Schema, grams
from search.lexicon import PLAIN
from search.matching import facets, hit, window
from search.suggesting import ALIKE, asked as key_of, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from search.asking import Wanted
    from search.engine import Query
    from search.engines.postgres.storage import State, Tables
    from search.lexicon import Lexicon

T = TypeVar("T")

_ATTEMPTS = 20
# Of each kind so many names are looked at: where more begin with a text, or contain it, the proposals
# are some of the best and perhaps not the very best.
_NAMES = 5_000
_BEGINNING = """
(SELECT place, id, name FROM {names} n
WHERE n.kind = k.kind AND n.name LIKE %(beginning)s ORDER BY n.name LIMIT %(most)s)
"""
_CONTAINING = """
(SELECT place, id, name FROM {names} n
WHERE n.grams @> (SELECT array_agg(k.kind || gram) FROM unnest(%(grams)s::text[]) gram)
    AND strpos(n.name, %(key)s) > 1 LIMIT %(most)s)
"""
# Of each document, or of all that are alike, the best name; then the best of those.
_SUGGEST = """
SELECT place FROM (
    SELECT DISTINCT ON (same) place, id, rank, noun, length(name) AS length, name
    FROM (
        SELECT n.place, n.id, n.name, k.noun,
            CASE WHEN n.name = %(key)s THEN 0 WHEN starts_with(n.name, %(key)s) THEN 1 ELSE 2
                END AS rank,
            CASE WHEN k.kind = ANY(%(alike)s::text[]) THEN k.kind || E'\n' || n.name ELSE n.id END AS same
        FROM unnest(%(kinds)s::text[]) WITH ORDINALITY k (kind, noun) CROSS JOIN LATERAL ({named}) n
    ) named
    ORDER BY same, rank, noun, length(name), name, id
) best
ORDER BY rank, noun, length, name, id LIMIT %(limit)s
"""


class _Found(NamedTuple):
    """What matches: anything at all, whatever the filters; how many pass them; and their values."""

    anything: bool
    total: int
    counts: Mapping[Field, Mapping[str, int]]


class PostgresReader:
    """Reads the live index; sees every commit at once, its own process's or another's."""

    def __init__(self, address: str) -> None:
        self.server = Server(address)
        self.schema = Schema(self.server.schema)

    def search(self, query: Query, lexicon: Lexicon = PLAIN) -> Results:
        """Find documents, reading the query with what is known of the county's words."""
        wanted = read(query.text, lexicon, expand=query.expand)
        return self._asking(lambda cursor, state: self._search(cursor, state, query, wanted))

    def suggest(
        self, prefix: str, *, kinds: Iterable[Kind] = (), limit: int = SUGGESTIONS
    ) -> tuple[Suggestion, ...]:
        """Names that begin with or contain a text; of some kinds only, if any are given."""
        key, asked = key_of(prefix), list(frozenset(kinds) or Kind)
        return self._asking(
            lambda cursor, state: self._suggest(cursor, state, key, asked, max(0, limit))
        )

    def generation(self) -> str:
        """Names the commit that is searched now."""
        return self._asking(lambda _, state: state.name)

    def stats(self) -> Stats:
        """What the index holds."""
        return self._asking(self._stats)

    def _asking(self, ask: Callable[[psycopg.Cursor, State], T]) -> T:
        """Ask the index that is live now; again, if it was replaced and removed meanwhile."""
        with answering():
            for _ in range(_ATTEMPTS):
                try:
                    with self.server.reading() as cursor:
                        state = self.schema.state(cursor)
                        if state is None:
                            raise SearchUnavailable(f"there is no index in {self.schema.name} yet")
                        return ask(cursor, state)
                except (psycopg.errors.UndefinedTable, psycopg.errors.SerializationFailure):
                    continue
            raise SearchUnavailable(f"tables are missing from the index in {self.schema.name}")

    def _search(
        self, cursor: psycopg.Cursor, state: State, query: Query, wanted: Wanted
    ) -> Results:
        tables = self.schema.tables(state.number)
        condition = asking.strict(wanted.words)
        found, loosened = _found(cursor, tables, query, condition), False
        if not found.anything and len(wanted.words) > 1:
            condition = asking.loose(wanted.telling)
            found = _found(cursor, tables, query, condition)
            loosened = found.anything
        total = found.total
        shown = window(total, query)
        filters = _chosen(cursor, tables, query)
        ranking = Ranking(cursor, tables, wanted, condition, filters, total, state.documents)
        if not total:
            ranked = Ranked((), partial=False)
        elif query.sort is Sort.DATE or wanted.empty:
            ranked = ranking.by_date(shown)
        else:
            worths = _worths(cursor, tables, wanted, state.documents)
            ranked = ranking.by_relevance(worths, shown, query.seconds)
        documents = _documents(cursor, tables, ranked.places)
        return Results(
            hits=tuple(hit(document, wanted) for document in documents),
            total=total,
            facets={field: facets(counts) for field, counts in found.counts.items()},
            page=shown.page,
            pages=shown.pages,
            truncated=total > DEPTH,
            loosened=loosened,
            shortened=wanted.cut,
            partial=ranked.partial,
            hurried=ranked.hurried,
            also=wanted.also,
        )

    def _suggest(
        self, cursor: psycopg.Cursor, state: State, key: str, kinds: Sequence[Kind], limit: int
    ) -> tuple[Suggestion, ...]:
        if not key:
            return ()
        tables = self.schema.tables(state.number)
        asked = {
            "key": key,
            "beginning": asking.beginning(key),
            "grams": list(grams(key)),
            "kinds": [kind for kind in Kind if kind in kinds],
            "alike": list(ALIKE),
            "most": _NAMES,
            "limit": limit,
        }
        places: list[int] = []
        # Most texts begin enough names; only otherwise are parts of names looked for as well.
        for named in (_BEGINNING, f"{_BEGINNING} UNION ALL {_CONTAINING}"):
            proposed = sql.SQL(_SUGGEST).format(named=sql.SQL(named).format(**tables))
            places = [place for (place,) in cursor.execute(proposed, asked)]
            if len(places) == limit:
                break
        return tuple(map(suggestion, _documents(cursor, tables, places)))

    def _stats(self, cursor: psycopg.Cursor, state: State) -> Stats:
        tables = self.schema.tables(state.number)
        counted = sql.SQL(
            "SELECT kind, count(*) FROM {vectors} v JOIN {facets} f ON number = facet GROUP BY kind"
        ).format(**tables)
        by_kind = dict.fromkeys(Kind, 0)
        by_kind |= {Kind(kind): number for kind, number in cursor.execute(counted)}
        names = [table.as_string(cursor) for table in tables.values()]
        size = cursor.execute(
            "SELECT sum(pg_total_relation_size(name::regclass))::bigint FROM unnest(%s::text[]) name",
            [names],
        ).fetchone()
        return Stats(
            documents=state.documents,
            by_kind=by_kind,
            cursor=state.cursor,
            generation=state.name,
            size=size[0] if size else 0,
        )


def _found(cursor: psycopg.Cursor, tables: Tables, query: Query, condition: str) -> _Found:
    """How many documents match, and how many of them have each value that is to be counted."""
    matching = asking.matching(condition)
    if not query.counted and not any(query.filters.values()):
        counted = sql.SQL("SELECT 0, NULL, count(*), count(*) FROM {vectors} v WHERE {matching}")
        one = counted.format(vectors=tables["vectors"], matching=matching.text)
        return _read(query, cursor.execute(one, matching.values).fetchall())
    # Each field ignores its own filter, so it is counted under a condition of its own.
    passing = [asking.allowed(query.filters, ignoring=field) for field in query.counted]
    passing.append(asking.allowed(query.filters))
    total = sql.SQL("coalesce(sum(n) FILTER (WHERE {}), 0)::bigint")
    numbers = joined(", ", (Part(total.format(p.text), p.values) for p in passing))
    fields = [sql.Identifier(field) for field in query.counted]
    asked = sql.SQL(
        "SELECT {left_out}, coalesce({values}), coalesce(sum(n), 0)::bigint, {numbers}"
        " FROM (SELECT facet, count(*) AS n FROM {vectors} v WHERE {matching} GROUP BY facet) c"
        " JOIN {facets} f ON number = facet GROUP BY GROUPING SETS ({sets})"
    ).format(
        left_out=sql.SQL("GROUPING({})").format(sql.SQL(", ").join(fields))
        if fields
        else sql.SQL("0"),
        values=sql.SQL(", ").join([*fields, sql.SQL("NULL")]),
        numbers=numbers.text,
        matching=matching.text,
        sets=sql.SQL(", ").join(
            [*(sql.SQL("({})").format(field) for field in fields), sql.SQL("()")]
        ),
        **tables,
    )
    return _read(query, cursor.execute(asked, [*numbers.values, *matching.values]).fetchall())


def _chosen(cursor: psycopg.Cursor, tables: Tables, query: Query) -> Part:
    """The condition that the filters let a document through."""
    if not any(query.filters.values()):
        return asking.ALL
    allowed = asking.allowed(query.filters)
    asked = sql.SQL("SELECT number FROM {facets} f WHERE {allowed}").format(
        facets=tables["facets"], allowed=allowed.text
    )
    numbers = [number for (number,) in cursor.execute(asked, allowed.values)]
    return Part(sql.SQL("v.facet = ANY(%s::int[])"), [numbers])


def _read(query: Query, rows: Sequence[tuple[Any, ...]]) -> _Found:
    """Read rows of: which fields are left out, a value, how many match, how many pass for each."""
    counts: dict[Field, dict[str, int]] = {field: {} for field in query.counted}
    everything = (1 << len(query.counted)) - 1
    anything, total = False, 0
    for left_out, value, matching, *numbers in rows:
        if left_out == everything:
            anything, total = matching > 0, numbers[-1]
            continue
        place = len(query.counted) - (everything - left_out).bit_length()
        if value and numbers[place]:
            counts[query.counted[place]][value] = numbers[place]
    return _Found(anything, total, counts)


def _worths(
    cursor: psycopg.Cursor, tables: Tables, wanted: Wanted, documents: int
) -> dict[str, float]:
    """What finding each term counts; terms that nothing has are left out."""
    factors = wanted.factors
    asked = sql.SQL("SELECT term, documents FROM {terms} WHERE term = ANY(%s)").format(**tables)
    having = cursor.execute(asked, [list(factors)]).fetchall()
    return {term: weights.worth(factors[term], number, documents) for term, number in having}


def _documents(cursor: psycopg.Cursor, tables: Tables, places: Sequence[int]) -> Iterator[Document]:
    """Documents as they are shown, in a given order."""
    asked = sql.SQL(
        "SELECT id, kind, title, body, unit, unit_name, power_kind, year, day"
        " FROM {documents} JOIN unnest(%s::bigint[]) WITH ORDINALITY AS chosen (place, nth)"
        " USING (place) ORDER BY nth"
    ).format(**tables)
    for id_, kind, title, body, unit, unit_name, power_kind, year, day in cursor.execute(
        asked, [list(places)]
    ):
        yield Document(
            id=id_,
            group="",
            kind=Kind(kind),
            title=title,
            body=body,
            unit=unit,
            unit_name=unit_name,
            power_kind=power_kind,
            year=year,
            date=date.fromordinal(day) if day else None,
        )
