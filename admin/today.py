"""Today: what waits for the person who has just signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from admin.access import current_staff, signed_in
from admin.navigation import count
from admin.obligations.blueprint import READERS, pressing
from domain import categories, clues, dialogue, identities, offices, triage
from domain.clock import local_day, utc_now
from domain.clues import Clue
from domain.editing import desk
from domain.editing.desk import Progress
from domain.feedback import queue
from domain.obligations import By, Filters, Status, Task as Due, figures, load, total
from domain.permissions import Permission
from domain.publishing import State
from domain.reports import OPEN, UNDECIDED, Report
from web.database import current_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.db import Session
    from domain.staff import Staff

blueprint = Blueprint("today", __name__)
_OLDEST = 8


@dataclass(frozen=True)
class Task:
    """Something that waits: what, how many, and where it is done."""

    label: str
    count: int
    url: str


def _reports(session: Session, person: Staff) -> list[Task]:
    if not person.may(Permission.REPORT_QUEUE):
        return []
    undecided = triage.tally(session, triage.queue(person, states=UNDECIDED))
    mine = count(session, triage.queue(person, states=OPEN, mine=True))
    added = count(session, dialogue.with_news(triage.queue(person)))
    return [
        Task(
            gettext("新收举报，等待审阅"),
            undecided[UNDECIDED[0]],
            url_for("reports.index", state=UNDECIDED[0].value),
        ),
        Task(gettext("举报人有新的补充"), added, url_for("reports.index", state="all", news="yes")),
        Task(gettext("我承办的举报"), mine, url_for("reports.index", mine="yes")),
    ]


def _clues(session: Session, person: Staff) -> list[Task]:
    if not person.may(Permission.CLUE_READ):
        return []
    mine = clues.visible(person).where(Clue.handler_id == person.id)
    return [Task(gettext("我承办的问题线索"), count(session, mine), url_for("clues.index"))]


def _identities(session: Session, person: Staff) -> list[Task]:
    if not (person.may(Permission.IDENTITY_APPROVE) or person.may(Permission.IDENTITY_READ)):
        return []
    waiting = count(session, identities.waiting(person))
    return [Task(gettext("身份查看申请，等待我办"), waiting, url_for("identities.index"))]


def _editions(session: Session, person: Staff) -> list[Task]:
    tasks = []
    if person.may(Permission.EDITION_REVIEW) or person.may(Permission.EDITION_WRITE):
        approved = count(session, desk.scheduled(person))
        stuck = count(session, desk.scheduled(person, stuck_at=utc_now()))
        url = url_for("publishing.scheduled")
        tasks.append(Task(gettext("等待定时公开"), approved, url))
        # A fault that nobody should have to look for, and that there mostly is not.
        if stuck:
            tasks.append(Task(gettext("定时公开，到了时间没有公开"), stuck, url))
    if person.may(Permission.EDITION_REVIEW):
        waiting = count(session, desk.waiting(person))
        tasks.append(Task(gettext("稿件，等待我审核"), waiting, url_for("publishing.index")))
    if person.may(Permission.EDITION_WRITE) or person.may(Permission.EDITION_REVIEW):
        clashing = len(desk.unexplained_posts(session, person))
        url = url_for("powers.index", state=Progress.UNEXPLAINED.value)
        tasks.append(Task(gettext("已公开的权力清单与负面清单相抵触，尚未说明"), clashing, url))
    if person.may(Permission.EDITION_WRITE):
        lists = count(session, desk.posts(person, progress=Progress.DRAFT))
        papers = count(session, desk.disclosures(person, state=State.DRAFT))
        cases = count(session, desk.notices(person, state=State.DRAFT))
        tasks += [
            Task(gettext("权力清单草稿"), lists, url_for("powers.index", state=State.DRAFT.value)),
            Task(
                gettext("五公开草稿"), papers, url_for("disclosures.index", state=State.DRAFT.value)
            ),
            Task(gettext("通报草稿"), cases, url_for("notices.index", state=State.DRAFT.value)),
        ]
    return tasks


def _feedback(session: Session, person: Staff) -> list[Task]:
    waiting, answers = queue.waiting(person), person.may(Permission.FEEDBACK_ANSWER)
    if not (answers or person.may(Permission.FEEDBACK_REVIEW)):
        return []
    label = gettext("提问和纠错，等待答复") if answers else gettext("答复，等待我审核")
    overdue = queue.queue(person, overdue_on=local_day(utc_now()))
    return [
        Task(label, count(session, waiting), url_for("feedback.index")),
        Task(
            gettext("提问和纠错，已超过期限"),
            count(session, overdue),
            url_for("feedback.index", overdue="yes"),
        ),
    ]


def _obligations(session: Session, person: Staff) -> list[Task]:
    if not any(person.may(permission) for permission in READERS):
        return []
    found = figures(session, By.UNIT, Filters(unit_id=person.unit_id), local_day(utc_now()))
    late = total(found)[Status.OVERDUE]
    address = url_for("obligations.index", status=Status.OVERDUE.value)
    return [Task(gettext("公开任务，逾期未公开"), late, address)]


def _due(session: Session, person: Staff) -> list[Due]:
    """What the editor's own unit must publish soon, or should have."""
    if person.unit_id is None or not person.may(Permission.EDITION_WRITE):
        return []
    numbers = session.scalars(pressing(session, person).limit(_OLDEST)).all()
    return load(session, numbers, local_day(utc_now()))


# Each part of the site adds what it has waiting; a part that has nothing for a person gives nothing.
SOURCES: list[Callable[[Session, Staff], list[Task]]] = [
    _reports,
    _clues,
    _identities,
    _editions,
    _feedback,
    _obligations,
]


def _oldest(session: Session, person: Staff) -> Sequence[Report]:
    """The reports that have waited longest for a decision."""
    if not person.may(Permission.REPORT_QUEUE):
        return []
    return session.scalars(triage.queue(person, states=UNDECIDED).limit(_OLDEST)).all()


@blueprint.get("/")
@signed_in
def index() -> str:
    """The first page after signing in."""
    session, person = current_session(), current_staff()
    oldest = _oldest(session, person)
    return render_template(
        "admin/today/index.html",
        person=person,
        offices=offices.of_staff(session, person),
        tasks=[task for source in SOURCES for task in source(session, person)],
        oldest=oldest,
        due=_due(session, person),
        added=dialogue.unread(session, [report.id for report in oldest]),
        category=categories.label_of,
    )
