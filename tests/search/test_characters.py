"""One or two characters find every document that has them: compared with plain substrings."""

from collections.abc import Callable
from itertools import product
from random import Random

from hypothesis import given, settings, strategies as st

from search.engine import PAGE_SIZE_MAX, Document, Query, SearchEngine
from search.words import fold
from tests.search.conftest import fill, power
from tests.search.test_searching import found, ids
from tests.search.test_words import PAPER


@settings(max_examples=15)
@given(texts=st.lists(PAPER, min_size=1, max_size=6))
def test_one_or_two_characters_find_everything_that_has_them(
    fresh: Callable[[], SearchEngine], texts: list[str]
) -> None:
    index = fresh()
    fill(index, *(power(n, "题", text) for n, text in enumerate(texts)))
    for number, text in enumerate(texts):
        for asked in {text[n : n + size] for size in (1, 2) for n in range(len(text))}:
            if asked.strip():
                results = index.search(Query(asked, page_size=PAGE_SIZE_MAX))
                assert f"power:{number}" in ids(results), asked


def test_one_or_two_characters_find_exactly_what_has_them(index: SearchEngine) -> None:
    chance = Random(4)

    def text(most: int) -> str:
        return "".join(
            chance.choices("教育局长资金低保修路村镇长長，。 \n２4a", k=chance.randint(1, most))
        )

    def written(number: int) -> Document:
        unit_name = chance.choice(("云岭县教育局", "东河镇人民政府"))
        return power(number, text(12), text(90), names=(text(3),), unit_name=unit_name)

    kept = {f"powers:{n}": [written(n)] for n in range(300)}
    for start in range(0, 300, 100):
        fill(index, *(kept[f"powers:{n}"][0] for n in range(start, start + 100)))
    # Some are written anew, some are gone.
    kept |= {f"powers:{n}": [written(n)] for n in range(0, 300, 3)}
    kept |= {f"powers:{n}": [] for n in range(0, 300, 7)}
    index.apply(kept.items(), index.cursor() + 1, after=index.cursor())
    texts = {
        one.id: [fold(told).text for told in (one.title, one.body, one.unit_name, *one.names)]
        for documents in kept.values()
        for one in documents
    }
    signs = "教育局长资金低保修路村镇云岭府无"
    for asked in (*signs, *map("".join, product(signs, repeat=2))):
        holding = {id_ for id_, told in texts.items() if any(asked in part for part in told)}
        pages = [found(index, asked, page=n, page_size=PAGE_SIZE_MAX) for n in (1, 2, 3)]
        assert {id_ for page in pages for id_ in page} == holding, asked
