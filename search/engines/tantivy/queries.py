"""Queries in Tantivy's terms: what must match, what narrows it, and what each document scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tantivy import FieldType, Occur, Query

from search import weights
from search.engine import Field
from search.engines.tantivy.storage import FACTS, LEVELS, SCHEMA, beginning
from search.names import BORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from search.asking import Wanted, Word


def term(field: str, value: str) -> Query:
    """Documents with a term in a field."""
    return Query.term_query(SCHEMA, field, value, "basic")


def every(queries: Sequence[Query]) -> Query:
    """Documents that all of some queries find."""
    return _joined(Occur.Must, queries)


def either(queries: Sequence[Query]) -> Query:
    """Documents that one of some queries finds."""
    return _joined(Occur.Should, queries)


def _joined(occur: Occur, queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(occur, query) for query in queries])


def everything() -> Query:
    """All documents."""
    return Query.boolean_query(
        [(Occur.Must, Query.all_query()), (Occur.MustNot, term("id", FACTS))]
    )


def strict(wanted: Wanted) -> Query:
    """Documents with all the words; all documents where none is asked for."""
    return every([_having(word) for word in wanted.words]) if wanted.words else everything()


def loose(wanted: Wanted) -> Query:
    """Documents with one of the words."""
    return either([_having(word) for word in wanted.telling])


def _having(word: Word) -> Query:
    return either([every([term("terms", gram) for gram in form.grams]) for form in word.forms])


def chosen(filters: Mapping[Field, Sequence[str]], *, but: Field | None = None) -> list[Query]:
    """What the filters let through, without the one on a field."""
    return [
        either([term(field, _written(value)) for value in dict.fromkeys(values)])
        for field, values in filters.items()
        if values and field is not but
    ]


def _written(value: str) -> str:
    """A value as an index can hold it: half of a character from a damaged address is none."""
    return value.encode("utf-8", "backslashreplace").decode()


def without(query: Query, names: Iterable[str]) -> Query:
    """What a query finds and has none of some names."""
    return Query.boolean_query(
        [(Occur.Must, query), *((Occur.MustNot, term("names", name)) for name in names)]
    )


def scored(match: Query, worths: Mapping[str, float], wanted: Wanted) -> Query:
    """The documents of a match with their scores."""
    clauses = [(Occur.Must, Query.const_score_query(match, 0.0))]
    for text, worth in worths.items():
        for field, level in zip(LEVELS, weights.LEVELS, strict=True):
            level_score = Query.const_score_query(term(field, text), worth * level)
            clauses.append((Occur.Should, level_score))
    if bonuses := list(_bonuses(wanted)):
        clauses.append((Occur.Should, Query.disjunction_max_query(bonuses)))
    return Query.boolean_query(clauses)


def before(query: Query, order: int) -> Query:
    """What a query finds and is shown before a place, among equally good documents."""
    earlier = Query.range_query(
        SCHEMA, "order", FieldType.Unsigned, lower_bound=order, include_lower=False
    )
    return every([query, Query.const_score_query(earlier, 0.0)])


def _bonuses(wanted: Wanted) -> Iterable[Query]:
    for number, key in enumerate(wanted.names):
        if not key or BORDER in key:
            continue
        named = (term("names", key), *_beginning(key))
        for rest, query in enumerate(named):
            bonus = weights.named(rest, typed=number == 0)
            yield Query.const_score_query(query, bonus)


def _beginning(key: str) -> Iterable[Query]:
    """Names that begin with a key and go on for one character, for two, and so on."""
    return (term("beginnings", beginning(key, rest)) for rest in range(1, weights.NAME_RESTS + 1))


def named(key: str) -> tuple[Query, Query, Query]:
    """Documents with a name that is a key, begins with it, or has all its parts."""
    pairs = [key] if len(key) == 1 else [key[at : at + 2] for at in range(len(key) - 1)]
    return (
        term("names", key),
        either(list(_beginning(key))),
        every([term("parts", pair) for pair in dict.fromkeys(pairs)]),
    )
