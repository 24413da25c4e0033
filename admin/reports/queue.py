"""The queue 举报队列: what the reader's offices hold, without opening anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from flask import current_app, render_template, request
from flask_babel import gettext

from admin.access import current_staff, needs
from admin.reports.blueprint import blueprint
from domain import categories, dialogue, triage
from domain.permissions import Permission
from domain.reports import OPEN, ReportState
from domain.triage import Order
from web.database import current_session
from web.paging import link_with, paginate

if TYPE_CHECKING:
    from sqlalchemy import Select

    from admin.settings import AdminSettings
    from domain.reports import Report
    from domain.staff import Staff

_YES_NO = {"yes": True, "no": False}
_UNSETTLED, _ALL = "open", "all"


@dataclass(frozen=True)
class Filters:
    """What the address asks for; whatever it says wrongly counts as not said."""

    state: str
    head: bool | None
    named: bool | None
    mine: bool
    news: bool
    number: str
    order: Order

    @classmethod
    def asked(cls) -> Self:
        """Read the address of this request."""
        said = request.args
        state = said.get("state", _UNSETTLED)
        return cls(
            state=state if state == _ALL or ReportState.parse(state) else _UNSETTLED,
            head=_YES_NO.get(said.get("head", "")),
            named=_YES_NO.get(said.get("named", "")),
            mine=said.get("mine") == "yes",
            news=said.get("news") == "yes",
            number=said.get("number", "").strip()[:20],
            order=Order.parse(said.get("order")) or Order.OLDEST,
        )

    @property
    def states(self) -> tuple[ReportState, ...]:
        """The states that are shown."""
        one = ReportState.parse(self.state)
        return (one,) if one else tuple(ReportState) if self.state == _ALL else OPEN

    @property
    def any(self) -> bool:
        """Whether anything but the state narrows the queue."""
        return (
            self.mine or self.news or bool(self.number) or (self.head, self.named) != (None, None)
        )

    def queue(self, person: Staff, states: tuple[ReportState, ...] | None) -> Select[Report]:
        """The queue of somebody, so narrowed."""
        queue = triage.queue(
            person,
            states=states,
            about_head=self.head,
            named=self.named,
            mine=self.mine,
            number=self.number,
            order=self.order,
        )
        return dialogue.with_news(queue) if self.news else queue


@dataclass(frozen=True)
class Tab:
    """A state, how many reports are in it, and where they are listed."""

    label: str
    count: int
    url: str
    current: bool


def _tabs(filters: Filters, tally: dict[ReportState, int]) -> list[Tab]:
    groups = [(_UNSETTLED, gettext("未办结"), sum(tally[state] for state in OPEN))]
    groups += [(state.value, gettext(state.label), tally[state]) for state in ReportState]
    groups.append((_ALL, gettext("全部"), sum(tally.values())))
    return [
        Tab(
            label,
            count,
            link_with(state=None if value == _UNSETTLED else value),
            filters.state == value,
        )
        for value, label, count in groups
    ]


@blueprint.get("")
@needs(Permission.REPORT_QUEUE)
def index() -> str:
    """One page of the queue, in a number of statements that does not grow with its rows."""
    session, person, filters = current_session(), current_staff(), Filters.asked()
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    page = paginate(session, filters.queue(person, filters.states), size=settings.rows_per_page)
    return render_template(
        "admin/reports/queue.html",
        page=page,
        filters=filters,
        tabs=_tabs(filters, triage.tally(session, filters.queue(person, None))),
        added=dialogue.unread(session, [report.id for report in page.items]),
        category=categories.label_of,
        me=person,
    )
