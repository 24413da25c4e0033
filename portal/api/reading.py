"""What a program asks for: read strictly, and told by name what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

from flask import abort, request
from flask_babel import gettext, lazy_gettext as _
from pydantic import BaseModel, ValidationError

from web.problems import PROBLEM, problem
from web.requests import parameters

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
_REASONS = {
    "extra_forbidden": _("没有这个参数"),
    "enum": _("应为下列之一：%(expected)s"),
    "greater_than_equal": _("不能小于 %(ge)s"),
    "less_than_equal": _("不能大于 %(le)s"),
    "missing": _("必须填写"),
    "string_pattern_mismatch": _("应为本站给出的游标"),
    "string_too_long": _("最多 %(max_length)s 字"),
    "string_too_short": _("不能为空"),
}


def read(model: type[Model]) -> Model:
    """The parameters of the address; answers 422 when one is unknown, wrong or given twice.

    Read from the address as it stands: what pages quietly clean or pass over is an error here.
    """
    pairs = parse_qsl(
        request.query_string.decode("utf-8", "replace"), keep_blank_values=True, errors="replace"
    )
    values = dict(pairs)
    errors = [
        {"parameter": name, "reason": gettext("只能给一次")}
        for name in values
        if sum(name == other for other, _value in pairs) > 1
    ]
    found: Model | None = None
    try:
        found = model.model_validate(values)
    except ValidationError as error:
        errors += [_reason(one) for one in error.errors(include_url=False, include_input=False)]
    if errors or found is None:
        named = gettext("、").join(error["parameter"] for error in errors)
        abort(problem(422, gettext("参数不正确"), named, errors=errors))
    parameters().ask_for_all()
    return found


def _reason(error: ErrorDetails) -> dict[str, str]:
    reason = _REASONS.get(error["type"], _("值不正确"))
    values = {name: str(value) for name, value in error.get("ctx", {}).items()}
    # Not gettext: it would take what was typed for placeholders.
    text = str(reason)
    return {
        "parameter": str(error["loc"][0]) if error["loc"] else "",
        "reason": text % values if "%(" in text else text,
    }


def require_acceptable(media: str) -> None:
    """Answer 406 when the program says that it reads nothing of what there is."""
    accepted = request.accept_mimetypes
    if accepted and not accepted.quality(media) and not accepted.quality(PROBLEM):
        abort(problem(406, gettext("不提供这种格式"), gettext("这里只有 %(media)s", media=media)))
