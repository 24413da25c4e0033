"""Search for programs: the page's words, filters and order."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from flask import Response, abort
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, Field

from domain.labels import N_
from domain.powers import PowerKind
from portal import search as page
from portal.api.nouns import Unknown
from portal.api.operations import JSON, ROOT, Operation, as_json, next_address
from portal.api.reading import read
from portal.api.records import CLEANED, WHOLE, Filters, Path, Record, UnitCode, Year
from portal.api.units import unit_id
from portal.caching import passing
from search.answering import answer
from search.engine import PAGE_SIZE, Field as By, Kind, Query, SearchUnavailable, Sort
from search.lexicon import Because
from web.database import current_session
from web.problems import problem

if TYPE_CHECKING:
    from search.engine import Highlight, Hit, Results


class SearchQuery(Filters):
    """As on the page of results. A cursor is good until the index changes."""

    q: Annotated[str, Field(max_length=page.MOST_CHARACTERS), CLEANED] = Field(
        "", title=N_("要找的话")
    )
    kind: Kind | None = Field(None, title=N_("内容"))
    unit: UnitCode | None = Field(None, title=N_("单位代码"))
    power_kind: PowerKind | None = Field(None, title=N_("权力类别"))
    year: Year | None = Field(None, title=N_("年份"))
    sort: Sort = Field(Sort.RELEVANCE, title=N_("次序"))
    exact: bool = Field(False, title=N_("只找原话，不找相近的说法"))
    limit: Annotated[int, Field(ge=1, le=50), WHOLE] = Field(PAGE_SIZE, title=N_("一次取多少条"))
    cursor: Annotated[str, Field(pattern="^[0-9a-f]{4}$")] | None = Field(
        None, title=N_("游标，取自上一次回答的 next")
    )


class HitRecord(Record):
    """Something that was found."""

    id: str = Field(title=N_("编号"))
    kind: Kind = Field(title=N_("内容"))
    title: str = Field(title=N_("标题"))
    passages: list[str] = Field(title=N_("摘录"))
    unit_code: str = Field(title=N_("单位代码"))
    unit_name: str = Field(title=N_("单位"))
    power_kind: str = Field(title=N_("权力类别代码"))
    year: int | None = Field(title=N_("年份"))
    date: dt.date | None = Field(title=N_("日期"))
    url: Path = Field(title=N_("网页"))


class AlsoRecord(BaseModel):
    """What was searched besides a word."""

    model_config = ConfigDict(extra="forbid")

    word: str = Field(title=N_("写的词"))
    others: list[str] = Field(title=N_("另外还搜索的词"))
    because: Because = Field(title=N_("为什么：同义或者拼音"))


class SearchAnswer(BaseModel):
    """Results, and the address of the next ones."""

    model_config = ConfigDict(extra="forbid")

    total: int = Field(title=N_("共有"))
    loosened: bool = Field(title=N_("只含部分词语"))
    shortened: bool = Field(title=N_("写的太长，只用了前一部分"))
    partial: bool = Field(title=N_("来不及逐条比较，先后只是大致的"))
    also: list[AlsoRecord] = Field(title=N_("另外还搜索的"))
    did_you_mean: str | None = Field(title=N_("也许想找"))
    items: list[HitRecord] = Field(title=N_("数据"))
    next: Path | None = Field(title=N_("下一部分的地址，没有了则为 null"))


def _view() -> Response:
    asked = read(SearchQuery)
    number = int(asked.cursor, 16) if asked.cursor else 1
    try:
        unit_id(current_session(), asked.unit)
        results = answer(page.index_reader(), _query(asked, number), page.lexicon())
    except Unknown:
        errors = [{"parameter": "unit", "reason": gettext("没有这样的值")}]
        abort(problem(404, gettext("没有这条数据"), "unit", errors=errors))
    except SearchUnavailable:
        page.say_unavailable()
        unavailable = problem(503, gettext("搜索暂时不能使用"), gettext("请过一会儿再试。"))
        unavailable.headers.update(page.RETRY)
        abort(unavailable)
    if results.hurried:
        passing()
    following = None
    if number < results.pages:
        following = next_address(asked, f"{number + 1:04x}")
    return as_json(_answer(results, number, following), following)


def _query(asked: SearchQuery, number: int) -> Query:
    wanted: dict[By, Any] = {
        By.KIND: asked.kind,
        By.UNIT: asked.unit,
        By.POWER_KIND: asked.power_kind,
        By.YEAR: asked.year,
    }
    filters = {field: [str(value)] for field, value in wanted.items() if value is not None}
    return Query(
        asked.q.strip(), filters, asked.sort, number, asked.limit, not asked.exact, counted=()
    )


def _answer(results: Results, number: int, following: str | None) -> SearchAnswer:
    # Past the end an engine gives its last page again.
    hits = results.hits if results.page == number else ()
    addresses = page.addresses_of([hit.id for hit in hits])
    return SearchAnswer(
        total=results.total,
        loosened=results.loosened,
        shortened=results.shortened,
        partial=results.partial,
        also=[
            AlsoRecord(word=one.word, others=list(one.others), because=one.because)
            for one in results.also
        ],
        did_you_mean=results.did_you_mean,
        items=[_hit(hit, addresses[hit.id]) for hit in hits if hit.id in addresses],
        next=following,
    )


def _hit(hit: Hit, url: str) -> HitRecord:
    return HitRecord(
        id=hit.id,
        kind=hit.kind,
        title=_plain(hit.title),
        passages=[_plain(passage) for passage in hit.passages],
        unit_code=hit.unit,
        unit_name=hit.unit_name,
        power_kind=hit.power_kind,
        year=hit.year,
        date=hit.date,
        url=url,
    )


def _plain(pieces: Highlight) -> str:
    return "".join(piece.text for piece in pieces)


OPERATION = Operation(
    name="search",
    rule=f"{ROOT}/search",
    title=N_("搜索"),
    media=JSON,
    view=_view,
    noun="search",
    query=SearchQuery,
    answer=SearchAnswer,
    searched=True,
)
