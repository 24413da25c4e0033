"""The side navigation: only what the signed-in person may reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext, lazy_pgettext

from admin.access import signed_in_staff
from domain import finding, identities, triage
from domain.db import Session
from domain.editing import desk
from domain.feedback import queue
from domain.permissions import Permission
from domain.reports import OPEN
from domain.staff import Staff
from web.database import current_session
from web.navigation import NavGroup, NavItem

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Door(NamedTuple):
    """A link and who sees it; no permission at all means everybody."""

    item: NavItem
    permissions: tuple[Permission, ...] = ()


_GROUPS: tuple[tuple[object, tuple[_Door, ...]], ...] = (
    (
        lazy_gettext("我的"),
        (
            _Door(NavItem("today.index", lazy_gettext("今日待办"))),
            _Door(NavItem("search.index", lazy_gettext("搜索")), finding.PERMISSIONS),
        ),
    ),
    (
        lazy_gettext("办理"),
        (
            _Door(NavItem("reports.index", lazy_gettext("举报队列")), (Permission.REPORT_QUEUE,)),
            _Door(
                NavItem("clues.index", lazy_pgettext("many", "问题线索")), (Permission.CLUE_READ,)
            ),
            _Door(
                NavItem("integrity.index", lazy_pgettext("many", "廉政档案")),
                (Permission.INTEGRITY_READ,),
            ),
            _Door(
                NavItem("identities.index", lazy_gettext("身份查看")),
                (
                    Permission.IDENTITY_APPROVE,
                    Permission.IDENTITY_READ,
                    Permission.IDENTITY_REQUEST,
                ),
            ),
        ),
    ),
    (
        lazy_pgettext("group", "公开"),
        (
            _Door(
                NavItem("publishing.index", lazy_gettext("审核与撤回")),
                (Permission.EDITION_REVIEW,),
            ),
            _Door(
                NavItem("powers.index", lazy_pgettext("many", "权力清单")),
                (Permission.EDITION_WRITE, Permission.EDITION_REVIEW),
            ),
            _Door(
                NavItem("disclosures.index", lazy_gettext("五公开")),
                (Permission.EDITION_WRITE, Permission.EDITION_REVIEW),
            ),
            _Door(
                NavItem("notices.index", lazy_gettext("通报曝光")),
                (Permission.EDITION_WRITE, Permission.EDITION_REVIEW),
            ),
            _Door(
                NavItem("obligations.index", lazy_pgettext("many", "公开任务")),
                (
                    Permission.EDITION_WRITE,
                    Permission.EDITION_REVIEW,
                    Permission.OBLIGATION_MANAGE,
                ),
            ),
            _Door(
                NavItem("feedback.index", lazy_gettext("提问和纠错")),
                (Permission.FEEDBACK_ANSWER, Permission.FEEDBACK_REVIEW),
            ),
            _Door(
                NavItem("synonyms.index", lazy_gettext("搜索说法")), (Permission.SYNONYM_MANAGE,)
            ),
            _Door(NavItem("imports.index", lazy_gettext("导入工作簿")), (Permission.IMPORT,)),
        ),
    ),
    (
        lazy_gettext("管理"),
        (
            _Door(NavItem("staff.index", lazy_gettext("人员名单")), (Permission.STAFF_READ,)),
            _Door(NavItem("audit.index", lazy_gettext("审计记录")), (Permission.AUDIT_READ,)),
        ),
    ),
)


def navigation() -> Sequence[NavGroup]:
    """The links of whoever is asking; none before sign-in."""
    person = signed_in_staff()
    if person is None:
        return ()
    session = current_session()
    groups = [
        NavGroup(
            title, [_with_count(session, person, d.item) for d in doors if _seen_by(person, d)]
        )
        for title, doors in _GROUPS
    ]
    return [group for group in groups if group.items]


# How many things wait behind a link; a link that nobody counts for shows no number.
COUNTS: dict[str, Callable[[Session, Staff], int]] = {
    "reports.index": lambda session, person: count(session, triage.queue(person, states=OPEN)),
    "publishing.index": lambda session, person: count(session, desk.waiting(person)),
    "identities.index": lambda session, person: count(session, identities.waiting(person)),
    "feedback.index": lambda session, person: count(session, queue.waiting(person)),
}


def _with_count(session: Session, person: Staff, item: NavItem) -> NavItem:
    """The link with its number, where one waits."""
    counted = COUNTS.get(item.endpoint)
    return replace(item, count=counted(session, person) or None) if counted else item


def count(session: Session, query: sa.Select[Any]) -> int:
    """How many rows a query has."""
    rows = query.order_by(None).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def _seen_by(person: Staff, door: _Door) -> bool:
    return not door.permissions or any(person.may(p) for p in door.permissions)
