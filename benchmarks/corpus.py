"""Texts to search in, and what to ask of them.

A corpus is a file of JSON lines with ``id``, ``title``, ``body`` and ``unit``. A made one takes its
sentences from the demonstration county, some often and most seldom, and names villages and numbers
that make many of its words rare, as in real lists.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from search.asking import STOP_WORDS
from search.engine import Document, Field, Kind, Query
from search.lexicon import PLAIN
from search.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

SEED = 20
# So many documents are looked at for how common a word is.
SAMPLE = 20_000
# Queries of each sort.
QUERIES = 40
# A word is rare below the first share of the documents, and common from the second one on.
RARE, COMMON = 0.001, 0.08
# Characters that the names of villages are made of.
_PLACES = (
    "安柏北碧长晨成春翠大东丰凤福高古关光桂海禾和河横红洪湖花黄吉嘉江金静井景开兰乐莲良林灵龙"
    "隆茂梅明南宁平坪七青清泉荣瑞三沙山上胜石双水松太塘天田桐万望文五西溪下仙祥小新兴秀阳银永"
    "玉远月云张赵竹紫"
)
_FIRST = date(2019, 1, 1)
_DAYS = 2_500
_POWER_KINDS = ("decision", "personnel", "project", "finance", "enforcement")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


class Entry(NamedTuple):
    """One line of a corpus."""

    id: str
    title: str
    body: str
    unit: str


class Damaged(Exception):
    """A corpus cannot be read; says where and why."""


def make(path: Path, sources: Sequence[Document], items: int) -> None:
    """Write a corpus made from the titles and sentences of some documents."""
    chance = Random(SEED)
    titles = [source.title for source in sources]
    passages = sorted({line for source in sources for line in source.body.split("\n") if line})
    chance.shuffle(passages)
    units = sorted({source.unit_name for source in sources})
    with path.open("w", encoding="utf-8") as file:
        for number in range(1, items + 1):
            place = f"{''.join(chance.choices(_PLACES, k=chance.choice((2, 3))))}村"
            some = [_seldom(chance, passages) for _ in range(chance.randint(3, 8))]
            some.insert(
                chance.randrange(len(some)), f"涉及{place}，编号{chance.randrange(10**7)}。"
            )
            entry = {
                "id": str(number),
                "title": f"{place}{_seldom(chance, titles)}",
                "body": "\n".join(some),
                "unit": _seldom(chance, units),
            }
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _seldom(chance: Random, choices: Sequence[str]) -> str:
    """One of some, the first ones far more often than the last ones."""
    return choices[int(len(choices) * chance.random() ** 3)]


def read(path: Path) -> Iterator[Entry]:
    """The entries of a file, one after another.

    Raises:
        Damaged: a line is no entry.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                found: Mapping[str, Any] = json.loads(line)
                yield Entry(*(_text(found[name]) for name in Entry._fields))
            except (ValueError, TypeError, KeyError) as error:
                raise Damaged(f"{path}, line {number}: {error!r}") from error


def _text(value: object) -> str:
    if not isinstance(value, str | int):
        raise TypeError(f"{value!r} is no text")
    return str(value)


def documents(entries: Iterable[Entry]) -> Iterator[Document]:
    """Entries as an index takes them. Their kind, year and day, to filter by, follow from their place."""
    for number, entry in enumerate(entries, 1):
        chance = Random(number)
        is_power = chance.random() < 1 / 3
        day = _FIRST + timedelta(chance.randrange(_DAYS))
        yield Document(
            id=f"power:{number}" if is_power else f"disclosure:{number}",
            group=f"powers:{number}" if is_power else f"disclosures:{number}",
            kind=Kind.POWER if is_power else Kind.DISCLOSURE,
            title=entry.title,
            body=entry.body,
            unit=entry.unit,
            unit_name=entry.unit,
            power_kind=chance.choice(_POWER_KINDS) if is_power else "",
            year=day.year,
            date=day,
        )


@dataclass(frozen=True)
class Sort:
    """Queries of one sort."""

    name: str
    queries: tuple[Query, ...]


def asked(path: Path) -> list[Sort]:
    """Queries of five sorts, made of the words of a corpus and always the same for it.

    One word that is rare; one that is neither rare nor common; two words of one document; one common
    word; a word and a unit; and a word with all that can be counted. Only the last sort counts.
    """
    chance = Random(SEED)
    entries = _sample(path, chance)
    texts = [sorted(_words(f"{entry.title}\n{entry.body}")) for entry in entries]
    share = {
        word: times / len(entries) for word, times in Counter(w for t in texts for w in t).items()
    }
    rare = sorted(word for word in share if share[word] <= RARE)
    middling = sorted(word for word in share if RARE < share[word] < COMMON)
    common = sorted(word for word in share if share[word] >= COMMON)
    if not common:
        common = sorted(share, key=lambda word: (-share[word], word))[:QUERIES]
    pairs, placed = [], []
    for entry, words in islice(zip(entries, texts, strict=True), 50 * QUERIES):
        some = [word for word in words if share[word] > RARE]
        if len(some) > 1:
            pairs.append(" ".join(chance.sample(some, 2)))
            if entry.unit:
                placed.append(Query(chance.choice(some), {Field.UNIT: [entry.unit]}, counted=()))
    sorts = {
        "rare word": _plain(chance, rare or middling),
        "one word": _plain(chance, middling or common),
        "two words": _plain(chance, pairs),
        "common word": _plain(chance, common),
        "filtered": _some(chance, placed),
        "facets": tuple(
            Query(query.text)
            for some in (middling, common)
            for query in _plain(chance, some, QUERIES // 2)
        ),
    }
    return [Sort(name, queries) for name, queries in sorts.items() if queries]


def _sample(path: Path, chance: Random) -> list[Entry]:
    """Some entries from all over a file."""
    kept: list[Entry] = []
    for number, entry in enumerate(read(path)):
        if number < SAMPLE:
            kept.append(entry)
        elif (place := chance.randrange(number + 1)) < SAMPLE:
            kept[place] = entry
    return kept


def _words(text: str) -> set[str]:
    """The Chinese words of a text that somebody may ask for."""
    runs = _HAN.findall(fold(text).text)
    return {w for run in runs for w in PLAIN.cut(run) if len(w) > 1 and w not in STOP_WORDS}


def _plain(chance: Random, texts: Sequence[str], most: int = QUERIES) -> tuple[Query, ...]:
    return _some(chance, [Query(text, counted=()) for text in texts], most)


def _some(chance: Random, queries: Sequence[Query], most: int = QUERIES) -> tuple[Query, ...]:
    return tuple(chance.sample(queries, min(most, len(queries))))
