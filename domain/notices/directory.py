"""What of the notices is public now, for pages that list, count and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import indexing
from domain.notices.tables import Notice, NoticeEdition
from domain.publishing import READABLE, State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session


def listing(*, category: str = "", unit_id: int | None = None) -> sa.Select[NoticeEdition]:
    """Editions in force, newest first, narrowed; a query for a pager to count and cut."""
    query = (
        sa.select(NoticeEdition)
        .join(NoticeEdition.notice)
        .where(NoticeEdition.state == State.PUBLISHED)
        .options(sa.orm.contains_eager(NoticeEdition.notice).joinedload(Notice.unit))
        .order_by(NoticeEdition.published_at.desc(), NoticeEdition.id.desc())
    )
    if category:
        query = query.where(NoticeEdition.category == category)
    return query if unit_id is None else query.where(Notice.unit_id == unit_id)


def ever_public(
    *, unit_id: int | None = None, notice_id: int | None = None
) -> sa.Select[NoticeEdition]:
    """Every edition that ever was public, withdrawn ones too; a query for a pager to order and cut.

    Of a withdrawn edition only its reason may be shown.
    """
    query = (
        sa.select(NoticeEdition)
        .join(NoticeEdition.notice)
        .where(NoticeEdition.state.in_((*READABLE, State.WITHDRAWN)))
        .options(sa.orm.contains_eager(NoticeEdition.notice).joinedload(Notice.unit))
    )
    if unit_id is not None:
        query = query.where(Notice.unit_id == unit_id)
    return query if notice_id is None else query.where(Notice.id == notice_id)


def newest(session: Session, limit: int) -> Sequence[NoticeEdition]:
    """The notices in force that became public last."""
    return session.scalars(listing().limit(limit)).all()


def count_public(session: Session) -> dict[str, int]:
    """How many notices are public now, by the code of their category."""
    query = (
        sa.select(NoticeEdition.category, sa.func.count())
        .where(NoticeEdition.state == State.PUBLISHED)
        .group_by(NoticeEdition.category)
    )
    return {code: count for code, count in session.execute(query)}  # noqa: C416 - rows


def public_editions(session: Session, ids: Collection[int]) -> dict[int, NoticeEdition]:
    """Those of some editions that are in force, by their ids; no statement for none."""
    if not ids:
        return {}
    query = listing().where(NoticeEdition.id.in_(ids))
    return {edition.id: edition for edition in session.scalars(query)}


indexing.register(
    "notice", sa.select(NoticeEdition.id).where(NoticeEdition.state == State.PUBLISHED)
)
indexing.register_withdrawn(
    "notices",
    indexing.IndexChange.subject.in_(
        indexing.named(
            "notices",
            sa.select(NoticeEdition.notice_id).where(NoticeEdition.state == State.WITHDRAWN),
        )
    ),
)
