"""A query as PostgreSQL reads it: text search queries of quoted terms, conditions, and scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql

from search import weights
from search.engine import Field
from search.engines.postgres.storage import RANK, lexeme, storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from search.asking import Wanted, Word

# For ts_rank: what the labels D to A stand for.
_LEVELS = "{" + ",".join(map(str, weights.LEVELS)) + "}"


class Part(NamedTuple):
    """A piece of SQL with what its placeholders stand for."""

    text: sql.Composable
    values: Sequence[Any] = ()


ALL = Part(sql.SQL("true"))


def joined(separator: str, parts: Iterable[Part]) -> Part:
    """Pieces of SQL one after another."""
    some = list(parts)
    texts = sql.SQL(separator).join(part.text for part in some)
    return Part(texts, [value for part in some for value in part.values])


def strict(words: Iterable[Word]) -> str:
    """A text search query for all the words."""
    return " & ".join(f"({_spelt(word)})" for word in words)


def loose(words: Iterable[Word]) -> str:
    """A text search query for any of the words."""
    return " | ".join(f"({_spelt(word)})" for word in words)


def _spelt(word: Word) -> str:
    return " | ".join("(" + " & ".join(map(lexeme, form.grams)) + ")" for form in word.forms)


def matching(query: str) -> Part:
    """The condition that a document matches a text search query; any does if that is empty."""
    return Part(sql.SQL("v.tsv @@ %s::tsquery"), [query]) if query else ALL


def matching_high(query: str, labels: str = "a,b") -> Part:
    """The condition that it does so by terms of the upper levels alone, both or the highest."""
    high = sql.SQL("ts_filter(v.tsv, {}) @@ %s::tsquery").format(sql.Literal("{" + labels + "}"))
    return Part(high, [query])


def allowed(filters: Mapping[Field, Sequence[str]], *, ignoring: Field | None = None) -> Part:
    """The condition that a facet has the chosen values, of all fields or all but one."""
    conditions = [
        Part(sql.SQL("f.{} = ANY(%s)").format(sql.Identifier(field)), [kept(chosen)])
        for field, chosen in filters.items()
        if chosen and field is not ignoring
    ]
    return joined(" AND ", conditions or [ALL])


def kept(chosen: Iterable[str]) -> list[str]:
    """The values that any document can have."""
    return [value for value in chosen if value and storable(value) == value]


def scored(worths: Mapping[str, float]) -> Part:
    """The score of a document whose tsvector is ``terms``, given what each term counts."""
    if not worths:
        return Part(sql.SQL("0.0"))
    each = sql.SQL("%s::float8 * ts_rank(%s::float4[], terms, %s::tsquery)")
    total = joined(
        " + ",
        (Part(each, [worth * RANK, _LEVELS, lexeme(term)]) for term, worth in worths.items()),
    )
    return Part(sql.SQL("({})").format(total.text), total.values)


def named(wanted: Wanted, names: sql.Identifier) -> Part:
    """A table of the documents whose name begins with the whole query, with what that adds."""
    each = sql.SQL(
        "SELECT place, (%s::float8[])[least(length(name) - %s, %s) + 1] AS bonus"
        " FROM {} WHERE name LIKE %s"
    ).format(names)
    keys = [(key, number == 0) for number, key in enumerate(wanted.names) if key]
    found = joined(
        " UNION ALL ",
        (
            Part(each, [_bonuses(typed=typed), len(key), weights.NAME_RESTS, beginning(key)])
            for key, typed in keys
        ),
    )
    if not keys:
        found = Part(sql.SQL("SELECT 0::bigint AS place, 0.0 AS bonus WHERE false"))
    best = sql.SQL("SELECT place, max(bonus) AS bonus FROM ({}) n GROUP BY place").format(
        found.text
    )
    return Part(best, found.values)


def _bonuses(*, typed: bool) -> list[float]:
    return [weights.named(rest, typed=typed) for rest in range(weights.NAME_RESTS + 1)]


def beginning(text: str) -> str:
    """A LIKE pattern for what begins with a text."""
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return text + "%"
