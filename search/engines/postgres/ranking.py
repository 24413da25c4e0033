"""The documents of a page, in order: exactly where few match, the likeliest first where many do.

A score is a sum over the terms of a query, as in `search.matching`. Working it out takes reading the
document's whole ``tsvector``, so where more than `CANDIDATES` match, only these are weighed: the
newest of those that match by terms of the two upper levels, or have the most telling term there;
those whose name it is; and the newest of all. By one term alone the order is exact all the same.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql

from search.engine import DEPTH
from search.engines.postgres import asking
from search.engines.postgres.asking import Part, joined
from search.engines.postgres.storage import lexeme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from search.asking import Wanted
    from search.engines.postgres.storage import Tables
    from search.matching import Window

CANDIDATES = 4_000
# How many times a page must match before it is worth looking at the levels of its only term first.
_FEW = 10
# How much longer it takes to look into a document than to read of one that it matches.
_WALK = 25
# Each tsvector is read once for all its terms: nothing is deleted from it, and OFFSET 0 keeps it.
# Scores are multiples of 1/4096 (`weights`), ts_rank's nearly so.
_RANKED = """
SELECT v.place, round({score} * 4096) / 4096 + coalesce(named.bonus, 0) AS score
FROM {vectors} v LEFT JOIN ({named}) named USING (place)
CROSS JOIN LATERAL (SELECT ts_delete(v.tsv, '') AS terms OFFSET 0) once
WHERE {among} ORDER BY score DESC, v.place DESC LIMIT %s OFFSET %s
"""
_NAMED = """
SELECT v.place, {score} + coalesce(named.bonus, 0) AS score
FROM {vectors} v LEFT JOIN ({named}) named USING (place)
WHERE {among} ORDER BY score DESC, v.place DESC LIMIT %s OFFSET %s
"""


class Ranked(NamedTuple):
    """Documents in order, and whether that order is only rough, and rough for want of time."""

    places: Sequence[int]
    partial: bool
    hurried: bool = False


class Ranking:
    """What all ways of ranking the answer to one query share."""

    def __init__(
        self,
        cursor: psycopg.Cursor,
        tables: Tables,
        wanted: Wanted,
        condition: str,
        filters: Part,
        total: int,
        documents: int,
    ) -> None:
        """Rank what a text search query and filters choose: so many of so many documents."""
        self._cursor = cursor
        self._tables = tables
        self._wanted = wanted
        self._condition = condition
        self._filters = filters
        self._matching = asking.matching(condition)
        self._total = total
        self._documents = documents

    def by_date(self, shown: Window) -> Ranked:
        """The newest first."""
        return Ranked(self._newest(shown.last)[shown.first :], partial=False)

    def by_relevance(self, worths: Mapping[str, float], shown: Window, seconds: float) -> Ranked:
        """The highest scores first; when the time is up, names above all, then the newest."""
        milliseconds = round(seconds * 1000)
        # A savepoint: what comes too late must not end the transaction, nor bound what follows.
        alone = self._cursor.connection.transaction(force_rollback=True)
        with suppress(psycopg.errors.QueryCanceled), alone:
            if milliseconds > 0:
                self._cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)]
                )
                return self._weighed(worths, shown)
        return Ranked(_places(self._page({}, shown)), partial=True, hurried=True)

    def _weighed(self, worths: Mapping[str, float], shown: Window) -> Ranked:
        if self._total > _FEW * shown.last and self._is_one_term(worths):
            rough = self._by_level(worths, shown)
            if not rough.partial or self._total > CANDIDATES:
                return rough
        if self._total > CANDIDATES:
            return self._likeliest(worths, shown)
        return Ranked(_places(self._page(worths, shown)), partial=False)

    def _is_one_term(self, worths: Mapping[str, float]) -> bool:
        """Whether what matches has one term, and nothing else counts."""
        terms = [form.grams for word in self._wanted.words for form in word.forms]
        return len(terms) == 1 and terms[0] == tuple(worths)

    def _by_level(self, worths: Mapping[str, float], shown: Window) -> Ranked:
        """By one term: all that have it on one level are alike, so the newest of each will do."""
        highest, high = (
            self._newest(shown.last, asking.matching_high(self._condition, labels))
            for labels in ("a", "a,b")
        )
        # What is below these two levels need not be told apart where they fill the page.
        low = [] if (filled := len(high) == shown.last) else self._newest(shown.last)
        rows = self._page(worths, shown, [*highest, *high, *low, *self._named()])
        return Ranked(_places(rows), partial=not filled)

    def _likeliest(self, worths: Mapping[str, float], shown: Window) -> Ranked:
        telling = lexeme(max(worths, key=worths.__getitem__))
        likely = [
            *self._newest(DEPTH, asking.matching_high(self._condition)),
            *self._newest(DEPTH, asking.matching_high(telling)),
            *self._newest(shown.last),
            *self._named(),
        ]
        return Ranked(_places(self._page(worths, shown, likely)), partial=True)

    def _newest(self, limit: int, condition: Part | None = None) -> list[int]:
        """The newest that match, or meet another condition instead."""
        # Going through all documents by date is only faster where many match and few are wanted.
        walks = not condition and _WALK * limit * self._documents < self._total**2
        among = joined(" AND ", [condition or self._matching, self._filters])
        newest = sql.SQL(
            "SELECT place FROM {vectors} v WHERE {among} ORDER BY {place} DESC LIMIT %s"
        ).format(
            vectors=self._tables["vectors"],
            among=among.text,
            place=sql.SQL("place" if walks else "place + 0"),
        )
        return [place for (place,) in self._cursor.execute(newest, [*among.values, limit])]

    def _named(self) -> list[int]:
        named = asking.named(self._wanted, self._tables["names"])
        best = named.text + sql.SQL(" ORDER BY bonus DESC, place DESC LIMIT %s")
        return [place for place, _ in self._cursor.execute(best, [*named.values, DEPTH])]

    def _page(
        self, worths: Mapping[str, float], shown: Window, likely: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Ids and scores of one page of all that match, or of those among what is likely."""
        matching = self._matching
        if likely is not None:
            # They are read anyway, so that they match is looked up in them and not in the index.
            again = sql.SQL("v.place = ANY(%s) AND terms @@ %s::tsquery")
            matching = Part(again, [list(likely), self._condition])
        among = joined(" AND ", [matching, self._filters])
        score = asking.scored(worths)
        named = asking.named(self._wanted, self._tables["names"])
        ranked = sql.SQL(_RANKED if worths else _NAMED).format(
            score=score.text,
            named=named.text,
            among=among.text,
            vectors=self._tables["vectors"],
        )
        page = [shown.last - shown.first, shown.first]
        values = [*score.values, *named.values, *among.values, *page]
        return self._cursor.execute(ranked, values).fetchall()


def _places(rows: Sequence[tuple[int, float]]) -> list[int]:
    return [place for place, _ in rows]
