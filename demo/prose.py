"""Fills the county's texts with its people, places, sums and dates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from demo.data import sections
from domain.disclosures import Leaf

if TYPE_CHECKING:
    from random import Random

    from demo.disclosures import Document
    from domain.units import Unit

AS_DISCLOSED = "（演示数据，内容虚构）"
_SHAPES = {leaf: leaf.value for leaf in Leaf}


class Prose:
    """The texts of bodies.txt and phrases.txt, read once."""

    def __init__(self) -> None:
        self._bodies = {
            name: [shape for (shape,) in shapes] for name, shapes in sections("bodies.txt").items()
        }
        self._phrases = {name: lines[0] for name, lines in sections("phrases.txt").items()}

    def say(self, name: str, draw: Random) -> str:
        """One of the phrases of that name."""
        return draw.choice(self._phrases[name])

    def body(
        self, document: Document, unit: Unit, topics: dict[Leaf, list[str]], draw: Random
    ) -> str:
        """The text of a disclosure, paragraphs parted by an empty line."""
        values = self._values(document, unit, draw) | _topics(document, topics)
        for name in self._phrases:
            values[name] = self.say(name, draw).format_map(values)
        shape = draw.choice(self._bodies[_SHAPES[document.leaf]])
        return (shape.format_map(values) + AS_DISCLOSED).replace("¶", "\n\n")

    def _values(self, document: Document, unit: Unit, draw: Random) -> dict[str, object]:
        place, day = document.place, document.dated_on
        found = draw.randint(3, 19)
        done = draw.randint(found // 2, found - 1)
        present = draw.randint(5, 8)
        until = day + timedelta(days=draw.randint(20, 70))
        answered = document.answers
        return {
            "short": place.short,
            "year": document.year,
            "period": document.period,
            "duty": place.duty,
            "meeting": place.meeting,
            "phone": unit.phone,
            "address": unit.address,
            "office": f"{place.inside.removesuffix('机关')}{draw.choice(('办公室', '业务股室', '监督小组'))}",
            "month": day.month,
            "day": day.day,
            "quarter": "本季度",
            "n": draw.randint(2, 24),
            "m": draw.randint(3, 5),
            "k": found,
            "j": done,
            "i": found - done,
            "k2": present + draw.randint(0, 1),
            "k3": present,
            "p": draw.randint(72, 100),
            "q": draw.randint(85, 99),
            "people": draw.randint(18, 2600),
            "people2": draw.randint(8, 60),
            "money": f"{draw.uniform(3, 860):.1f}",
            "limit": f"{until.year}年{until.month}月{until.day}日",
            "answered": answered.title if answered else "",
            "answered_period": answered.period if answered else "",
        }


def _topics(document: Document, topics: dict[Leaf, list[str]]) -> dict[str, object]:
    """What the text is about, and for goals what the unit speaks of next."""
    coming = {
        name: topics[leaf][0].replace("年度", f"{document.year}年")
        for name, leaf in zip(
            "abc", (Leaf.DECISION, Leaf.PUBLIC_INTEREST, Leaf.HANDLING), strict=True
        )
    }
    return {"topic": document.topic, **coming}
