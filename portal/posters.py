"""The poster of an official for the village notice board: one sheet of A4, and a QR code to the rest."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, abort, render_template, url_for
from markupsafe import Markup

from domain import officials, powers
from domain.publishing import State
from portal.addresses import absolute
from portal.caching import versioned
from portal.context import today
from web.database import current_session
from web.flow import measure
from web.security import open_to_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.officials import Tenure
    from domain.powers import NegativeEntry, PowerEdition, PowerItem

blueprint = Blueprint("posters", __name__, url_prefix="/officials")

# 五个不直接分管; a list that forbids more names the rest on the page the code leads to.
NEGATIVES = 5
_POINT = 25.4 / 72
# What head, negative list and foot leave of a sheet while each of their texts takes one line, in
# millimetres; a second line of a title or of a negative entry, after which it is cut, takes more.
_ROOM = 136.0
_TITLE_LINE, _TITLE_EMS = 7.0, 28
_NEGATIVE_LINE, _NEGATIVE_EMS = 4.8, 47
_REST = 8.0


@dataclass(frozen=True)
class Density:
    """How closely items are set; static/portal/poster.css has the same measures.

    Attributes:
        columns: side by side.
        width: of the text of an item, in millimetres.
        size: of the plain line, in points; the name under it is 0.8 of that.
        gap: between two items, in millimetres.
    """

    name: str
    columns: int
    width: float
    size: float
    gap: float

    def height(self, item: PowerItem) -> float:
        """How much room an item takes at most, in millimetres."""
        ems = self.width / (self.size * _POINT)
        plain = ceil(measure(item.plain or item.name) / (ems - 1))
        name = ceil(measure(item.name) / (ems / 0.8 - 1))
        return (plain * 1.4 + name * 0.8 * 1.4) * self.size * _POINT + self.gap


DENSITIES = (
    Density("wide", 1, 156, 13, 3.6),
    Density("open", 1, 156, 11, 2.4),
    Density("close", 2, 66, 10.5, 2.2),
    Density("closest", 2, 66, 9, 1.1),
)


@dataclass(frozen=True)
class Poster:
    """What stands on the sheet: items in columns, and how many had no room."""

    density: Density
    columns: tuple[tuple[PowerItem, ...], ...]
    rest: int


def arrange(items: Sequence[PowerItem], title: str = "", negatives: Sequence[str] = ()) -> Poster:
    """Set items as large as the sheet allows; what does not fit even closely is counted.

    Args:
        items: of all the official's lists.
        title: the posts, under the name.
        negatives: the lines of the negative list that stand on the sheet.
    """
    room = _ROOM - _TITLE_LINE * (measure(title) > _TITLE_EMS)
    room -= _NEGATIVE_LINE * sum(measure(text) > _NEGATIVE_EMS for text in negatives)
    for density in DENSITIES:
        columns = _filled(items, density, room)
        if sum(map(len, columns)) == len(items):
            return Poster(density, columns, 0)
    columns = _filled(items, DENSITIES[-1], room - _REST)
    return Poster(DENSITIES[-1], columns, len(items) - sum(map(len, columns)))


def _filled(
    items: Sequence[PowerItem], density: Density, room: float
) -> tuple[tuple[PowerItem, ...], ...]:
    columns: list[tuple[PowerItem, ...]] = []
    left = list(items)
    for _ in range(density.columns):
        column, free = [], room
        while left and (height := density.height(left[0])) <= free:
            free -= height
            column.append(left.pop(0))
        columns.append(tuple(column))
    return tuple(column for column in columns if column)


def qr_code(address: str) -> Markup:
    """A QR code as SVG, level M, with the quiet zone of four modules around it."""
    code = segno.make(address, error="m", micro=False, boost_error=False)
    drawn = code.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - a viewBox and a path of numbers, made here


@blueprint.get("/<id:official_id>/poster")
@versioned
@open_to_all
def show(official_id: int) -> str:
    """Every power of an official in a plain line, to be printed and hung up."""
    session = current_session()
    official = officials.with_tenures(session, official_id)
    if official is None:
        abort(404)
    day = today()
    current = [
        t for t in official.tenures if t.started_on <= day and not (t.ended_on and t.ended_on < day)
    ]
    posts = [tenure.post_id for tenure in current]
    editions = powers.in_force_of(session, posts)
    gone = [e for e in powers.history(session, *posts) if e.state is State.WITHDRAWN]
    address = absolute(url_for("officials.show", official_id=official_id))
    held = _with_lists(current, editions)
    title = "、".join(tenure.post.full_title for tenure in held)
    negatives = _negatives(editions)
    items = [item for edition in editions for item in edition.items]
    return render_template(
        "portal/posters/show.html",
        official=official,
        current=held,
        title=title,
        editions=editions,
        withdrawn=next(iter(gone), None),
        poster=arrange(items, title, [entry.text for entry in negatives]),
        negatives=negatives,
        address=address,
        code=qr_code(address),
    )


def _with_lists(current: list[Tenure], editions: Sequence[PowerEdition]) -> list[Tenure]:
    listed = {edition.power_list.post_id for edition in editions}
    return [tenure for tenure in current if tenure.post_id in listed] or current


def _negatives(editions: Iterable[PowerEdition]) -> list[NegativeEntry]:
    return [entry for edition in editions for entry in edition.negatives][:NEGATIVES]
