"""Names for invented people: common surnames with given names as poems have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.data import sections

if TYPE_CHECKING:
    from random import Random


def people(count: int, draw: Random) -> list[str]:
    """So many different names.

    Raises:
        ValueError: there are not so many.
    """
    read = sections("names.txt")
    surnames, given = (read[part][0][0].split() for part in ("surnames", "given"))
    return draw.sample([s + name for s in surnames for name in given if s not in name], count)
