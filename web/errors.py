"""Every way a request can fail, as a page in the site's own style and the reader's language."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
    SecurityError,
)

from domain.errors import Refused
from web.logs import describe
from web.problems import problem, wants_problem
from web.ratelimit import seconds_to_wait

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

logger = logging.getLogger(__name__)

TEMPLATE = "shared/error.html"
PLAIN_TEMPLATE = "shared/error_plain.html"
# Read and drop at most this much of a body that is too large, so that the browser gets the answer.
_DRAIN_BYTES = 64 * 1024 * 1024
_LONG_ENOUGH_TO_MISS = 20
_NEVER_SHOWN = ("csrf", "password", "secret", "token", "receipt", "code", "key")


@dataclass(frozen=True)
class Explanation:
    """What went wrong and what the reader can do about it; texts are lazy_gettext strings."""

    title: Any
    advice: Any


EXPLANATIONS = {
    400: Explanation(
        lazy_gettext("这个请求我们看不懂"),
        lazy_gettext("地址或表单内容不完整。请返回上一页重试，或者从首页重新开始。"),
    ),
    403: Explanation(
        lazy_gettext("您不能查看这一页"),
        lazy_gettext("这一页不对您开放。如果您认为应当可以查看，请与管理员联系。"),
    ),
    404: Explanation(
        lazy_gettext("没有找到这一页"),
        lazy_gettext("地址可能输错了，或者内容已经撤下、合并。请检查地址，或者从首页查找。"),
    ),
    405: Explanation(
        lazy_gettext("这个地址不能这样打开"),
        lazy_gettext("这一步要从它前面的页面提交过来。请返回上一页重试。"),
    ),
    409: Explanation(
        lazy_gettext("现在不能这样做"),
        lazy_gettext("内容已经有了变化。请返回上一页，刷新后再试。"),
    ),
    413: Explanation(
        lazy_gettext("提交的内容太大"),
        lazy_gettext("请返回上一页，减少文件的数量或大小后再提交。"),
    ),
    415: Explanation(
        lazy_gettext("不支持这种格式"), lazy_gettext("请改用页面上说明的格式后再提交。")
    ),
    429: Explanation(
        lazy_gettext("操作太频繁"), lazy_gettext("请稍后再试。您已填写的内容不受影响。")
    ),
    500: Explanation(
        lazy_gettext("系统出错了"),
        lazy_gettext("是我们的问题，不是您的。请过一会儿再试。您的操作没有生效。"),
    ),
    503: Explanation(lazy_gettext("系统正忙"), lazy_gettext("请过一会儿再试。您的操作没有生效。")),
}
STALE = Explanation(
    lazy_gettext("别人刚刚改过同一内容"),
    lazy_gettext("为避免覆盖，您这次的修改没有保存。请返回上一页，刷新后核对再改。"),
)
CSRF = Explanation(
    lazy_gettext("这一页放得太久了，没有提交成功"),
    lazy_gettext(
        "为了安全，页面要与您的浏览器会话对应，而会话已经结束（例如关过浏览器、停用了 Cookie）。"
        "请按浏览器的“后退”回到填写的页面，刷新后重新提交。"
    ),
)
SIGNS_OF_A_BUSY_DATABASE = ("locked", "timeout", "could not connect", "connection", "deadlock")


def explain_refusal(refused: Refused) -> str:
    """The rule's sentence in the reader's language."""
    return refused.say(gettext)


def error_page(
    status: int,
    explanation: Explanation | None = None,
    *,
    detail: str = "",
    typed: Sequence[str] = (),
) -> Response:
    """A page for one failure.

    Args:
        status: the HTTP status.
        explanation: title and advice; by the status when None.
        detail: one more sentence, already translated.
        typed: long texts the reader had typed, shown so that they can be copied.
    """
    shown = explanation or EXPLANATIONS.get(status) or EXPLANATIONS[400 if status < 500 else 500]
    if wants_problem():
        return problem(status, shown.title, detail)
    values = {"status": status, "explanation": shown, "detail": detail, "typed": typed}
    for template in (TEMPLATE, PLAIN_TEMPLATE):
        try:
            return make_response(render_template(template, **values), status)
        except Exception as error:  # noqa: BLE001 - the layout may need what has just failed
            logger.error("%s itself failed: %s", template, describe(error))  # noqa: TRY400
    return _bare(status, shown)


def _bare(status: int, shown: Explanation) -> Response:
    response = make_response(f"{shown.title}\n{shown.advice}\n", status)
    response.mimetype = "text/plain"
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return current_app.make_response(error.get_response())
    if isinstance(error, SecurityError):
        # A host name that is not ours: no address of ours can be built, so no page either.
        shown = EXPLANATIONS[400]
        return problem(status, shown.title) if wants_problem() else _bare(status, shown)
    if isinstance(error, RequestEntityTooLarge):
        _drain()
    detail, wait = "", 0
    if status == 429:
        wait = seconds_to_wait()
        detail = _wait_in_words(wait)
    response = error_page(status, detail=detail)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _wait_in_words(seconds: int) -> str:
    if seconds < 90:
        return str(gettext("请在 %(number)d 秒后再试。", number=seconds))
    minutes = -(-seconds // 60)
    if minutes < 90:
        return str(gettext("请在 %(number)d 分钟后再试。", number=minutes))
    return str(gettext("请在 %(number)d 小时后再试。", number=-(-minutes // 60)))


def _drain() -> None:
    stream = request.environ["wsgi.input"]
    left = min(request.content_length or 0, _DRAIN_BYTES)
    try:
        while left > 0 and (chunk := stream.read(min(left, 64 * 1024))):
            left -= len(chunk)
    except (OSError, ValueError):
        return


def typed_texts() -> list[str]:
    """The long texts of this request's form, so that a page that refuses it can give them back."""
    return [
        value
        for name, value in request.form.items(multi=True)
        if len(value) >= _LONG_ENOUGH_TO_MISS
        and not any(word in name.lower() for word in _NEVER_SHOWN)
    ]


def _csrf_error(_error: CSRFError) -> Response:
    return error_page(400, CSRF, typed=typed_texts())


def _refused(error: Refused) -> Response:
    return error_page(409, detail=explain_refusal(error))


def _stale(_error: StaleDataError) -> Response:
    return error_page(409, STALE)


def _database_error(error: OperationalError) -> Response:
    logger.error("%s failed in %s", request.endpoint or "no view", describe(error))
    busy = any(sign in str(error.orig).lower() for sign in SIGNS_OF_A_BUSY_DATABASE)
    response = error_page(503 if busy else 500)
    if busy:
        response.headers["Retry-After"] = "10"
    return response


def _internal_error(_error: InternalServerError) -> Response:
    return error_page(500)


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _internal_error)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _database_error)
