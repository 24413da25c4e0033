"""The document of the API as its page tells it to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_KINDS = {
    "array": _("列表"),
    "boolean": _("是或否"),
    "date": _("日期"),
    "date-time": _("时间（UTC）"),
    "integer": _("整数"),
    "string": _("文字"),
    "uri-reference": _("本站地址"),
}


@dataclass(frozen=True)
class Line:
    """A parameter or a field: its name, what it means, what it can be."""

    name: str
    meaning: str
    kind: str


@dataclass(frozen=True)
class Chapter:
    """What can be asked of one noun.

    Attributes:
        name: in addresses.
        title: for people.
        about: one sentence; empty for search.
        addresses: all of its addresses.
        examples: whole addresses that answer.
    """

    name: str
    title: str
    about: str
    addresses: list[str]
    parameters: list[Line]
    fields: list[Line]
    examples: list[str]


def chapters(
    document: dict[str, Any], about: Mapping[str, tuple[str, str, Iterable[str]]]
) -> list[Chapter]:
    """The chapters of the page.

    Args:
        document: as `portal.api.document.document` makes it.
        about: for each noun its title, one sentence, and queries of examples.
    """
    schemas = document["components"]["schemas"]
    found = []
    for name, (title, sentence, examples) in about.items():
        paths = {
            path: one["get"]
            for path, one in document["paths"].items()
            if one["get"]["tags"] == [name]
        }
        first = next(iter(paths))
        answer = paths[first]["responses"]["200"]["content"]["application/json"]["schema"]
        listed = _resolved(answer, schemas)["properties"]["items"]["items"]
        found.append(
            Chapter(
                name=name,
                title=title,
                about=sentence,
                addresses=list(paths),
                parameters=list(_parameters(paths[first]["parameters"], schemas)),
                fields=list(_fields(listed, schemas, "")),
                examples=[first + query for query in examples],
            )
        )
    return found


def _parameters(parameters: list[dict[str, Any]], schemas: dict[str, Any]) -> Iterator[Line]:
    for one in parameters:
        yield Line(one["name"], one["description"], _kind(one["schema"], schemas))


def _fields(schema: dict[str, Any], schemas: dict[str, Any], before: str) -> Iterator[Line]:
    for name, field in _resolved(schema, schemas)["properties"].items():
        yield Line(before + name, field["title"], _kind(field, schemas))
        inside = _resolved(field.get("items", {}), schemas)
        # A record within a record has a chapter of its own.
        if "properties" in inside and not inside["properties"].get("url"):
            yield from _fields(inside, schemas, f"{before}{name}[].")


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    found: dict[str, Any] = schemas[reference.rpartition("/")[2]] if reference else schema
    return found


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    schema = _resolved(choices[0] if choices else schema, schemas)
    if "enum" in schema:
        return (
            schema.get("description", "")
            if ":" in schema.get("description", "")
            else ", ".join(schema["enum"])
        )
    word = _KINDS.get(schema.get("format", ""), _KINDS.get(schema.get("type", ""), ""))
    bounds = "–".join(str(schema[name]) for name in ("minimum", "maximum") if name in schema)
    return f"{word} {bounds}".strip()
