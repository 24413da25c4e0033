"""All engines answer alike: the same documents in the same order, counts, marks and suggestions.

The documents are made up from the words of the lists, with many ties, over several commits with
changes and withdrawals, so that segments, deleted documents and equal scores are all there.
"""

import random
from collections.abc import Sequence
from datetime import date

import pytest

from search import open_engine
from search.engine import Document, Field, Kind, Query, Results, SearchEngine, Sort
from search.lexicon import Lexicon
from tests.search.conftest import ENGINES, new_address, official, power, unit

# All others are compared with the first.
REFERENCE, *OTHERS = ENGINES

_SURNAMES, _GIVEN = "王李张刘陈周", ("建国", "明远", "晓燕", "建", "志强")
_TOWNS = ("东河镇", "西山镇", "石桥村", "云岭县")
_NOUNS = ("扶贫资金", "养护资金", "物资采购", "工程建设", "最低生活保障", "校长", "村道", "项目")
_VERBS = ("使用审批", "分配", "公开", "选拔任用", "审核", "管理")
COUNTY = Lexicon(
    names=("教育局", "财政局", "交通运输局", "东河镇"),
    people=("张建国", "周明远"),
    synonyms=(("低保", ("最低生活保障",)), ("修路", ("工程建设", "养护资金", "村道"))),
)


def _document(chosen: random.Random, number: int) -> Document:
    said = "\n".join(
        f"{chosen.choice(_TOWNS)}{chosen.choice(_NOUNS)}{chosen.choice(_VERBS)}，"
        f"由{chosen.choice(_SURNAMES)}{chosen.choice(_GIVEN)}负责，{chosen.randrange(2020, 2027)}年"
        for _ in range(chosen.randrange(4))
    )
    year = chosen.choice((None, 2024, 2025, 2026))
    return power(
        number,
        chosen.choice(_NOUNS) + chosen.choice(_VERBS),
        said,
        unit=f"U{chosen.randrange(5)}",
        power_kind=chosen.choice(("finance", "procurement", "")),
        year=year,
        date=date(year, chosen.randrange(1, 4), 1) if year else None,
    )


def _commits() -> list[dict[str, list[Document]]]:
    """The changes of some commits, each with its groups and their documents of then."""
    chosen = random.Random(20)
    bureaus = ("教育局", "财政局", "交通运输局")
    first: list[Document] = [
        unit(n, f"云岭县{name}", name, f"县{name}") for n, name in enumerate(bureaus)
    ]
    people = [surname + given for surname in _SURNAMES for given in _GIVEN]
    first += [
        official(n, name, "在任", names=(f"{bureaus[n % 3]}局长", f"云岭县{bureaus[n % 3]}局长"))
        for n, name in enumerate(people)
    ]
    commits = [{each.group: [each] for each in first}]
    for _ in range(9):
        numbers = chosen.sample(range(150), 40)
        changes = {
            f"powers:{n}": [_document(chosen, n)] if chosen.random() < 0.8 else [] for n in numbers
        }
        commits.append(changes)
    return commits


def _filled(address: str) -> SearchEngine:
    index = open_engine(address)
    for cursor, changes in enumerate(_commits()):
        index.apply(changes.items(), cursor + 1, after=cursor)
    return index


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return _filled(f"{REFERENCE}:{tmp_path_factory.mktemp('reference')}")


@pytest.fixture(scope="module", params=OTHERS)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return _filled(new_address(request, tmp_path_factory.mktemp("other")))


TEXTS = (
    *(
        "",
        "资金",
        "扶贫资金使用审批",
        "修路的钱谁管",
        "低保",
        "jiaoyuju",
        "教玉局",
        "张建",
        "周明远",
    ),
    *(
        "管",
        "王",
        "2024年",
        "东河镇 物资采购",
        "校长 村道 航空母舰",
        "教育局",
        "云岭县",
        "项目公开",
    ),
    *(
        "航空母舰",
        "*",
        "（资金",
        "扶貧資金",
        "２０２５年",
        "养护资金分配 李志强",
        "最低生活保障管理",
    ),
)
FILTERS: Sequence[dict[Field, list[str]]] = (
    {},
    {Field.UNIT: ["U1", "U3"]},
    {Field.YEAR: ["2025"], Field.POWER_KIND: ["finance"]},
    {Field.KIND: [Kind.OFFICIAL, Kind.UNIT], Field.UNIT: []},
    {Field.UNIT: ["nowhere"]},
)


def _asked(index: SearchEngine, **options: object) -> dict[str, Results]:
    return {text: index.search(Query(text, **options), COUNTY) for text in TEXTS}  # type: ignore[arg-type]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("sort", Sort)
def test_answers(
    reference: SearchEngine, other: SearchEngine, filters: dict[Field, list[str]], sort: Sort
) -> None:
    options = {"filters": filters, "sort": sort, "page_size": 100}
    assert _asked(other, **options) == _asked(reference, **options)


@pytest.mark.parametrize("page", [1, 2, 5, 1000])
@pytest.mark.parametrize("expand", [True, False])
def test_pages(reference: SearchEngine, other: SearchEngine, page: int, expand: bool) -> None:
    options = {"page": page, "page_size": 7, "expand": expand}
    assert _asked(other, **options) == _asked(reference, **options)


@pytest.mark.parametrize(
    "text", ["教", "资金", "张建", "建", "云岭县", "使用审批", "县教育局", "局长", "无"]
)
@pytest.mark.parametrize("kinds", [(), (Kind.POWER,), (Kind.UNIT, Kind.OFFICIAL)])
def test_suggestions(
    reference: SearchEngine, other: SearchEngine, text: str, kinds: tuple[Kind, ...]
) -> None:
    for limit in (1, 8, 50):
        assert other.suggest(text, kinds=kinds, limit=limit) == reference.suggest(
            text, kinds=kinds, limit=limit
        )


def test_there_is_something_to_compare(reference: SearchEngine) -> None:
    answers = _asked(reference)
    assert sum(bool(answer.hits) for answer in answers.values()) >= 18
    assert any(answer.loosened for answer in answers.values())
    assert any(answer.also for answer in answers.values())
    assert answers["资金"].total > 40


def test_counts(reference: SearchEngine, other: SearchEngine) -> None:
    assert other.stats().by_kind == reference.stats().by_kind
    assert other.cursor() == reference.cursor()
