"""Where a walk through a list goes on: after the key of the last row, never at an offset.

A key is one or two whole numbers that a row keeps for good, so a walk gives each row once, however
much is published or withdrawn meanwhile. Outside, the cursor is opaque.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS = 8


def pattern(parts: int) -> str:
    """A regular expression for the cursors of a key of so many numbers; all that match are valid."""
    return f"^[0-9a-f]{{{_DIGITS * parts}}}$"


def write(key: Sequence[int]) -> str:
    """The cursor behind the row of that key."""
    return "".join(f"{number:0{_DIGITS}x}" for number in key)


def read(cursor: str) -> tuple[int, ...]:
    """The key that a cursor stands for."""
    return tuple(
        int(cursor[start : start + _DIGITS], 16) for start in range(0, len(cursor), _DIGITS)
    )


def after(key: Sequence[Any], cursor: str | None) -> sa.ColumnElement[bool]:
    """A condition for the rows behind a cursor; all of them without one."""
    if cursor is None:
        return sa.true()
    return sa.tuple_(*key) > sa.tuple_(*(sa.literal(n, sa.BigInteger) for n in read(cursor)))
