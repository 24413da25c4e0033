"""What can be asked of the API: from each noun its list, its item and its tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from flask import Response, abort, request, url_for
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, Field, create_model

from domain.labels import N_
from portal.api import cursors
from portal.api.nouns import Gone, Noun, Unknown
from portal.api.reading import read, require_acceptable
from portal.api.records import WHOLE, Path, Record
from portal.caching import versioned, versioned_for_all, versioned_search_for_all
from web.database import current_session, read_one_state
from web.problems import problem
from web.ratelimit import limited
from web.security import open_to_all
from web.tables import CSV, XLSX, csv_response, xlsx_response

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ROOT = "/api/v1"
JSON = "application/json"
DEFAULT_LIMIT = 50
# Generous: enough to follow and to copy everything, not enough to keep the site from its readers.
_RATE = "600 per minute"
_RATE_OF_TABLES = "60 per minute"
_READING = ("GET", "HEAD")

View = Callable[..., "ResponseReturnValue"]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One address of the API.

    Attributes:
        name: of the view, and in the document.
        rule: Flask's.
        title: what it gives, in Chinese.
        media: the type of its answer.
        view: answers.
        noun: the noun it belongs to.
        query: the parameters it reads.
        answer: what a JSON answer looks like.
        searched: it comes from the search index.
    """

    name: str
    rule: str
    title: str
    media: str
    view: View
    noun: str
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    searched: bool = False

    @property
    def path(self) -> str:
        """The address as OpenAPI writes it."""
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.rule)

    @property
    def endpoint(self) -> View:
        """The view with everything that holds for all of them."""
        return served(self.view, self.media, searched=self.searched)


def served(view: View, media: str, *, searched: bool = False) -> View:
    """A view of the API: open, limited, kept while nothing changes, in the one format it has."""
    table = media != JSON
    # A table's headings are in the reader's language; JSON is one for everybody.
    for_all = versioned_search_for_all if searched else versioned_for_all
    kept = (versioned if table else for_all)(open_to_all(view))

    @limited(_RATE_OF_TABLES if table else _RATE, methods=_READING)
    @wraps(kept)
    def answer(**values: Any) -> ResponseReturnValue:
        require_acceptable(media)
        return kept(**values)

    return answer


def of_noun(noun: Noun) -> Iterator[Operation]:
    """Everything that can be asked of a noun."""
    listed = list_answer(noun.record)
    paged = paged_query(noun)
    yield Operation(
        name=noun.name,
        rule=f"{ROOT}/{noun.name}",
        title=noun.title,
        media=JSON,
        view=_list_view(noun, paged, listed),
        noun=noun.name,
        query=paged,
        answer=listed,
    )
    for media, ending, respond in ((CSV, "csv", csv_response), (XLSX, "xlsx", xlsx_response)):
        yield Operation(
            name=f"{noun.name}_{ending}",
            rule=f"{ROOT}/{noun.name}.{ending}",
            title=noun.title,
            media=media,
            view=_table_view(noun, respond),
            noun=noun.name,
            query=noun.filters,
        )
    if noun.one:
        yield Operation(
            name=f"{noun.name}_item",
            rule=f"{ROOT}/{noun.name}/{noun.address}",
            title=noun.title,
            media=JSON,
            view=_item_view(noun),
            noun=noun.name,
            query=_Nothing,
            answer=noun.record,
        )


class _Nothing(BaseModel):
    """No parameters."""

    model_config = ConfigDict(extra="forbid")


def paged_query(noun: Noun) -> type[BaseModel]:
    """A noun's filters, and which part of the list is wanted."""
    limit = Annotated[int, Field(ge=1, le=noun.most), WHOLE]
    cursor = Annotated[str, Field(pattern=cursors.pattern(len(noun.key)))] | None
    return create_model(
        f"{noun.record.__name__}Query",
        __base__=noun.filters,
        limit=(limit, Field(min(DEFAULT_LIMIT, noun.most), title=N_("一次取多少条"))),
        cursor=(cursor, Field(None, title=N_("游标，取自上一次回答的 next"))),
    )


def list_answer(record: type[Record]) -> type[BaseModel]:
    """A part of a list, and the address of the next."""
    return create_model(
        f"{record.__name__}List",
        __config__=ConfigDict(extra="forbid"),
        items=(list[record], Field(title=N_("数据"))),  # type: ignore[valid-type]
        next=(Path | None, Field(title=N_("下一部分的地址，没有了则为 null"))),
    )


def _list_view(noun: Noun, query: type[BaseModel], answer: type[BaseModel]) -> View:
    def view() -> Response:
        asked: Any = read(query)
        filters = noun.filters(**asked.model_dump(exclude={"limit", "cursor"}))
        try:
            page = noun.rows(current_session(), filters, asked.limit, asked.cursor)
        except Unknown as unknown:
            abort(_unknown(unknown))
        following = next_address(asked, page.cursor)
        return as_json(answer.model_construct(items=page.records, next=following), following)

    return view


def next_address(asked: BaseModel, cursor: str | None) -> str | None:
    """The address of this list with the same filters, from a cursor on."""
    if cursor is None:
        return None
    values = asked.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return f"{url_for(str(request.endpoint))}?{urlencode(values | {'cursor': cursor})}"


def as_json(answer: BaseModel, following: str | None = None) -> Response:
    """A record or a list as JSON, with a Link to what follows (RFC 8288)."""
    response = Response(answer.model_dump_json() + "\n", content_type=JSON)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def _item_view(noun: Noun) -> View:
    def view(**values: Any) -> Response:
        read(_Nothing)
        try:
            record = noun.item(current_session(), values)
        except Gone as gone:
            abort(problem(410, gettext("内容已经撤回"), gone.reason))
        if record is None:
            abort(problem(404, gettext("没有这条数据")))
        return as_json(record)

    return view


def _table_view(noun: Noun, respond: Callable[..., Response]) -> View:
    def view() -> Response:
        filters = read(noun.filters)
        read_one_state()
        rows = (record.cells() for record in noun.every(current_session(), filters))
        headers = [gettext(header) for header in noun.record.headers()]
        try:
            return respond(noun.name, gettext(noun.title), headers, rows)
        except Unknown as unknown:
            abort(_unknown(unknown))

    return view


def _unknown(unknown: Unknown) -> Response:
    errors = [{"parameter": unknown.parameter, "reason": gettext("没有这样的值")}]
    return problem(404, gettext("没有这条数据"), unknown.parameter, errors=errors)
