"""Rows of a form that buttons add, remove and move: without a script, and nothing typed is lost.

A button ``rows=steps:up:2`` sends the whole form; it comes back with its rows rearranged and
nothing saved. The rows are a ``FieldList`` of a ``FormField``, whose fields are called
``steps-2-name``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

BUTTON = "rows"
_ORDER = re.compile(r"(\w{1,40}):(\w{1,20})(?::(\d{1,4}))?")

Row = dict[str, str]


@dataclass(frozen=True)
class Arranged:
    """A form after one of its buttons: what it holds now, and the id of what to focus."""

    typed: MultiDict[str, str]
    focus: str


def asked(typed: MultiDict[str, str]) -> bool:
    """Whether the form came by one of these buttons."""
    return BUTTON in typed


def arranged(
    typed: MultiDict[str, str],
    name: str,
    columns: Sequence[str],
    more: Mapping[str, Callable[[list[Row]], list[Row]]] | None = None,
) -> Arranged:
    """Carry out what the pressed button asks of the rows called ``name``.

    Args:
        typed: the form as it came.
        columns: the fields of a row; the first one takes the focus.
        more: further buttons by their words, each giving the rows to put at the end.
    """
    places = sorted(
        {int(m[1]) for key in typed if (m := re.fullmatch(rf"{name}-(\d{{1,4}})-\w+", key))}
    )
    rows = [{c: typed.get(f"{name}-{n}-{c}", "") for c in columns} for n in places]
    order = _ORDER.fullmatch(typed.get(BUTTON, ""))
    focus = ""
    if order and order[1] == name:
        focus = _carry_out(rows, order[2], int(order[3] or 0), name, columns, more or {})
    kept = [
        (key, value)
        for key, value in typed.items(multi=True)
        if key != BUTTON and not key.startswith(f"{name}-")
    ]
    numbered = [
        (f"{name}-{n}-{column}", value)
        for n, row in enumerate(rows)
        for column, value in row.items()
    ]
    return Arranged(MultiDict(kept + numbered), focus)


def _carry_out(
    rows: list[Row],
    act: str,
    place: int,
    name: str,
    columns: Sequence[str],
    more: Mapping[str, Callable[[list[Row]], list[Row]]],
) -> str:
    first = columns[0]
    if act == "add":
        rows.append(dict.fromkeys(columns, ""))
        return f"{name}-{len(rows) - 1}-{first}"
    if act in more:
        rows[:] = [row for row in rows if any(row.values())]
        added = more[act](rows)
        rows += added
        return f"{name}-{len(rows) - len(added)}-{first}" if added else ""
    if place >= len(rows):
        return ""
    if act == "remove":
        del rows[place]
        return f"{name}-{min(place, len(rows) - 1)}-{first}" if rows else f"{name}-add"
    if act in {"up", "down"}:
        other = place + (1 if act == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            # At the end its button is off, and nothing that is off can take the focus.
            if other in {0, len(rows) - 1}:
                act = "up" if other else "down"
            return f"{name}-{other}-{act}"
    return ""
