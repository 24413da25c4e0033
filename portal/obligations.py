"""The completeness board 公开度: who published what they had to, on time, late or not at all.

Every figure leads to the obligations it counts, and those to what was published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request
from flask_babel import gettext

from domain import feedback, obligations, units, workdays
from domain.obligations import NEW_HEAD, OWED, By, Figures, Filters, Status, Thing, rules
from domain.periods import Period, parse
from domain.units import Unit, UnitKind
from portal.caching import versioned
from portal.context import today
from portal.filters import asked_unit, asked_word, asked_year
from web.database import current_session
from web.paging import Page, paginate
from web.security import open_to_all
from web.tables import csv_response, xlsx_response
from web.text import period_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from flask import Response

    from domain.db import Session
    from web.tables import Cell

blueprint = Blueprint("obligations", __name__, url_prefix="/completeness")

TASKS_ON_A_PAGE = 40
# As many bars as a reader compares at a glance; the table has them all.
BARS = 16


@dataclass(frozen=True)
class Line:
    """One line of the board: a kind, unit, period or thing, and its figures.

    Attributes:
        narrowed: the filter that leaves this line alone, as the address writes it.
        overdue_for: working days for which the oldest overdue one has been so.
    """

    name: str
    narrowed: dict[str, str]
    figures: Figures
    overdue_for: int


@dataclass(frozen=True)
class Board:
    """What the address asks for, and what there is to choose from."""

    session: Session
    day: date
    everywhere: Sequence[Unit]
    unit: Unit | None
    filters: Filters
    years: list[int]
    periods: list[Period]

    @classmethod
    def asked(cls) -> Board:
        """Read the address."""
        session = current_session()
        everywhere, years = units.directory(session), obligations.years(session)
        unit, year = asked_unit(everywhere), asked_year()
        year = year if year in years else None
        codes = obligations.periods(session, year) if year else []
        period = request.args.get("period", "")
        filters = Filters(
            kind=asked_word(UnitKind, "kind"),
            unit_id=unit.id if unit else None,
            thing=asked_word(Thing, "thing"),
            year=year,
            period=period if period in {*codes, NEW_HEAD} else "",
            status=asked_word(Status, "status"),
        )
        periods = [found for found in map(parse, codes) if found]
        return cls(session, today(), everywhere, unit, filters, years, periods)

    def lines(self, by: By) -> list[Line]:
        """The board, in the order of what it is put together by."""
        found: dict[Any, Figures] = obligations.figures(self.session, by, self.filters, self.day)
        counted = workdays.calendar(self.session)
        made = []
        for key, name, narrowed in self._keys(by, found):
            figures = found.get(key) or Figures()
            overdue_for = counted.between(figures.oldest, self.day) if figures.oldest else 0
            made.append(Line(name, narrowed, figures, overdue_for))
        return made

    def answering(self) -> dict[str, Any]:
        """How the units the filters leave in deal with questions; those never asked left out.

        The total is of one unit or of all: of a kind of units nobody has a median.
        """
        found = feedback.figures(self.session, self.day)
        total = found.get(self.filters.unit_id) if self.filters.kind is None else None
        of_units = [(unit, found[unit.id]) for unit in self._units() if unit.id in found]
        return {"answering": of_units, "answering_total": total}

    def _keys(self, by: By, found: dict[Any, Figures]) -> list[tuple[Any, str, dict[str, str]]]:
        match by:
            case By.KIND:
                there = {unit.kind for unit in self._units()}
                return [(k, gettext(k.label), {"kind": k.value}) for k in UnitKind if k in there]
            case By.UNIT:
                return [(u.id, u.short_name, {"unit": u.code}) for u in self._units()]
            case By.THING:
                return [(t, gettext(t.label), {"thing": t.value}) for t in Thing if t in found]
            case _:
                return [_of_period(code) for code in sorted(found, reverse=True)]

    def _units(self) -> list[Unit]:
        """The units the filters leave in; those that owe nothing as well."""
        return [
            unit
            for unit in self.everywhere
            if self.filters.kind in {None, unit.kind} and self.filters.unit_id in {None, unit.id}
        ]

    def address(self, by: By = By.KIND) -> dict[str, str]:
        """What the address must say to ask for the same; nothing that makes no sense."""
        asked = self.filters
        said = {
            "kind": asked.kind,
            "unit": self.unit.code if self.unit else "",
            "thing": asked.thing,
            "year": asked.year,
            "period": asked.period,
            "status": asked.status,
            "by": by if by is not By.KIND else "",
        }
        return {name: str(value) for name, value in said.items() if value}

    def values(self) -> dict[str, Any]:
        """What both pages' templates need."""
        return {
            "chosen": self.filters,
            "unit": self.unit,
            "units": self.everywhere,
            "kinds": list(UnitKind),
            "things": list(Thing),
            "statuses": list(Status),
            "years": self.years,
            "periods": self.periods,
            "new_head": NEW_HEAD,
            "day": self.day,
        }


def _of_period(code: str) -> tuple[str, str, dict[str, str]]:
    period = parse(code)
    if period is None:
        return code, gettext("随一把手到任"), {"period": NEW_HEAD}
    return code, period_name(period), {"year": str(period.year), "period": code}


@blueprint.get("")
@versioned
@open_to_all
def index() -> str:
    """The figures, by kind of unit, unit, period or content."""
    board = Board.asked()
    by = asked_word(By, "by") or By.KIND
    lines = board.lines(by)
    worst = sorted(lines, key=lambda line: -line.figures[Status.OVERDUE])[:BARS]
    return render_template(
        "portal/obligations/index.html",
        by=by,
        filters=board.address(by),
        ways=list(By),
        lines=lines,
        bars=[line for line in lines if line in worst and line.figures.owed],
        total=obligations.total({line.name: line.figures for line in lines}),
        longest=max((line.overdue_for for line in lines), default=0),
        owed=OWED,
        rules=[rule for rule in rules.every(board.session) if not rule.is_over(board.day)],
        **board.answering(),
        **board.values(),
    )


@blueprint.get("/tasks")
@versioned
@open_to_all
def tasks() -> str:
    """The obligations behind a figure, with what was published for each."""
    board = Board.asked()
    found = obligations.figures(board.session, By.KIND, board.filters, board.day)
    total = obligations.total(found)
    asked = board.filters.status
    page = paginate(
        board.session,
        obligations.ids(board.filters, board.day),
        size=TASKS_ON_A_PAGE,
        total=total[asked] if asked else sum(total.counts.values()),
    )
    loaded = obligations.load(board.session, page.items, board.day)
    return render_template(
        "portal/obligations/tasks.html",
        page=Page(loaded, page.number, page.size, page.total),
        total=total,
        filters=board.address(),
        **board.values(),
    )


@blueprint.get("/figures.<any(csv, xlsx):ending>")
@versioned
@open_to_all
def figures(ending: str) -> Response:
    """The figures of `index` as a file; the obligations behind them are open data."""
    board = Board.asked()
    by = asked_word(By, "by") or By.KIND
    rows: list[list[Cell]] = [
        [
            line.name,
            line.figures.owed,
            *(line.figures[status] for status in Status),
            line.overdue_for or None,
        ]
        for line in board.lines(by)
    ]
    headers = [
        gettext(by.label),
        gettext("应公开"),
        *(gettext(status.label) for status in Status),
        gettext("最久逾期（工作日）"),
    ]
    respond = xlsx_response if ending == "xlsx" else csv_response
    return respond("completeness", gettext("公开度"), headers, rows)
