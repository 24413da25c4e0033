"""The OpenAPI 3.1 document, made from the operations and their models."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from apispec import APISpec
from flask_babel import gettext
from pydantic import BaseModel

from domain.labels import Labelled
from portal.api.operations import JSON
from web.errors import EXPLANATIONS
from web.problems import PROBLEM
from web.tables import CSV

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.api.operations import Operation

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "reason"],
                "properties": {"parameter": {"type": "string"}, "reason": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
_ALWAYS = (400, 404, 405, 406, 413, 422, 429, 500, 503)


def document(operations: Iterable[Operation], title: str) -> dict[str, Any]:
    """The document in the reader's language."""
    spec = APISpec(
        title=title,
        version=VERSION,
        openapi_version="3.1.0",
        info={"description": gettext("公开的权力清单和五公开，供程序读取。")},
        servers=[{"url": "/"}],
    )
    spec.components.schema("Problem", _PROBLEM)
    for status in (*_ALWAYS, 410):
        spec.components.response(f"Problem{status}", _problem(status))
    known: dict[str, Any] = {}
    for operation in operations:
        if operation.answer:
            schema, inside = _schema(operation.answer, "serialization")
            _add(spec, known, inside | {operation.answer.__name__: schema})
        if operation.query:
            _add(spec, known, _schema(operation.query, "validation")[1])
        spec.path(path=operation.path, operations={"get": _operation(operation)})
    return spec.to_dict()


def _problem(status: int) -> dict[str, Any]:
    explained = EXPLANATIONS.get(status)
    return {
        "description": str(explained.title) if explained else gettext("没有答复"),
        "content": {PROBLEM: {"schema": {"$ref": _REF.format(model="Problem")}}},
    }


def _schema(model: type[BaseModel], mode: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A model's schema without its definitions, and these."""
    schema = model.model_json_schema(mode=mode, ref_template=_REF)
    definitions = schema.pop("$defs", {})
    return schema, definitions


def _add(spec: APISpec, known: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Add schemas by their names; two that differ must not share one."""
    for name, schema in schemas.items():
        if known.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")
        if name not in spec.components.schemas:
            spec.components.schema(name, _worded(name, schema))


def _worded(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with the names of its fields, or of its words, in the reader's language."""
    schema = deepcopy({key: value for key, value in schema.items() if key != "title"})
    words = {one.__name__: one for one in Labelled.__subclasses__()}.get(name)
    if words:
        named = (f"{member.value}: {gettext(member.label)}" for member in words)
        schema["description"] = "; ".join(named)
    for field in schema.get("properties", {}).values():
        chinese = field["title"]
        field["title"] = gettext(chinese)
    return schema


def _operation(operation: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": _answer(operation)}
    gone = (410,) if "{" in operation.path else ()
    answers |= {str(status): f"Problem{status}" for status in (*_ALWAYS, *gone)}
    return {
        "operationId": operation.name.replace("-", "_"),
        "summary": f"{gettext(operation.title)} · {_ending(operation)}",
        "tags": [operation.noun],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": answers,
    }


def _ending(operation: Operation) -> str:
    return {JSON: "JSON", CSV: "CSV"}.get(operation.media, "XLSX")


def _answer(operation: Operation) -> dict[str, Any]:
    schema: dict[str, Any] = {"contentMediaType": operation.media}
    if operation.answer:
        schema = {"$ref": _REF.format(model=operation.answer.__name__)}
    answer: dict[str, Any] = {
        "description": gettext(operation.title),
        "content": {operation.media: {"schema": schema}},
        "headers": {"ETag": {"schema": {"type": "string"}}},
    }
    if operation.query and "cursor" in operation.query.model_fields:
        answer["headers"]["Link"] = {"schema": {"type": "string"}, "description": 'rel="next"'}
    return answer


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    number = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    code = {"type": "string", "minLength": 1, "maxLength": 20}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": code if name == "code" else number,
        }
        for name in names
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = _schema(operation.query, "validation")[0]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": gettext(str(field.title)),
            "schema": _without_null(schema["properties"][name]),
        }
        for name, field in operation.query.model_fields.items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out, never null."""
    left_out = {"anyOf", "title"} | ({"default"} if schema.get("default", "") is None else set())
    rest = {key: value for key, value in schema.items() if key not in left_out}
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return rest | (choices[0] if len(choices) == 1 else {})
