"""What lies on the disk: the fields of a document, and the terms that stand for it in them."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import tantivy

from search import weights, words
from search.asking import QUERY_CHARACTERS
from search.engine import Document, Field, Kind
from search.names import BORDER
from search.order import order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Which code wrote an index: another one cannot add to it.
FORMAT = f"tantivy-1.{words.VERSION}.{weights.VERSION}"

# The document that says how far the index has followed the log; it belongs to no group.
FACTS = "facts"
LEVELS = tuple(f"level{level}" for level in range(len(weights.LEVELS)))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "group", "terms", *LEVELS, "names", "beginnings", "parts"):
        _text(builder, name)
    for name in (*Field, "listed"):
        _text(builder, name, fast=True)
    builder.add_unsigned_field("order", fast=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


def _text(builder: tantivy.SchemaBuilder, name: str, *, fast: bool = False) -> None:
    builder.add_text_field(name, fast=fast, tokenizer_name="raw", index_option="basic")


SCHEMA = _schema()


def create(folder: Path) -> None:
    """An empty index. Its documents are kept in the order in which equally good ones are shown."""
    tantivy.Index(SCHEMA, str(folder), sort_by_field="order", sort_order=tantivy.Order.Desc)


def document_of(document: Document) -> tantivy.Document:
    """A document as Tantivy takes it."""
    names = weights.names(document)
    levels: list[list[str]] = [[] for _ in LEVELS]
    terms = weights.terms(document)
    for term, level in terms.items():
        levels[level].append(term)
    filters = {
        Field.KIND: document.kind.value,
        Field.UNIT: document.unit,
        Field.POWER_KIND: document.power_kind,
        Field.YEAR: "" if document.year is None else str(document.year),
    }
    return _made(
        id=document.id,
        group=document.group,
        terms=list(terms),
        names=[name for name in names if len(name) <= QUERY_CHARACTERS],
        beginnings=[term for name in names for term in beginnings(name)],
        parts=list({part for name in names for part in parts(name)}),
        listed=listed(names[0] if names else "", document.id),
        order=order(document),
        shown=_shown(document),
        **dict(zip(LEVELS, levels, strict=True)),
        **{name.value: value for name, value in filters.items() if value},
    )


def facts_of(facts: dict[str, Any]) -> tantivy.Document:
    """What the index says of itself."""
    return _made(id=FACTS, order=0, shown=json.dumps(facts).encode())


def _made(**fields: Any) -> tantivy.Document:
    return tantivy.Document.from_dict(fields, SCHEMA)


def beginning(prefix: str, rest: int) -> str:
    """The term of names that begin with a prefix and go on for some characters."""
    return f"{prefix}{BORDER}{min(rest, weights.NAME_RESTS)}"


def beginnings(name: str) -> Iterator[str]:
    """The terms of everything that a name begins with and a query can be."""
    sizes = range(1, min(len(name), QUERY_CHARACTERS + 1))
    return (beginning(name[:size], len(name) - size) for size in sizes)


def parts(name: str) -> Iterable[str]:
    """The single characters of a name and its pairs: what any part of it consists of."""
    return {*name, *(name[at : at + 2] for at in range(len(name) - 1))}


def listed(name: str, id_: str) -> str:
    """Sorts documents by name, short ones first, then by id."""
    return f"{len(name):06}{name[:QUERY_CHARACTERS]}{BORDER}{id_}"


def _shown(document: Document) -> bytes:
    return json.dumps(
        [
            document.id,
            document.kind,
            document.title,
            document.body,
            document.unit,
            document.unit_name,
            document.power_kind,
            document.year,
            document.date.toordinal() if document.date else 0,
            document.names,
        ],
        ensure_ascii=False,
    ).encode("utf-8", "surrogatepass")


def document_from(shown: bytes) -> Document:
    """A document as it is shown, and its names."""
    id_, kind, title, body, unit, unit_name, power_kind, year, day, names = json.loads(
        shown.decode("utf-8", "surrogatepass")
    )
    return Document(
        id=id_,
        group="",
        kind=Kind(kind),
        title=title,
        body=body,
        names=tuple(names),
        unit=unit,
        unit_name=unit_name,
        power_kind=power_kind,
        year=year,
        date=date.fromordinal(day) if day else None,
    )
