"""What an editor does: changes a draft, throws it away, hands it in, fetches it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import audit, personal_data
from domain.db import see_latest
from domain.errors import Refused
from domain.publishing.editions import (
    READABLE,
    Edition,
    Overtaken,
    State,
    ensure_may_write,
    name_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.staff import Staff


def edit(
    session: Session, edition: Edition, seen: int | None, actor: Staff | None, now: datetime
) -> None:
    """Let somebody change a draft, and put that on record; ask before touching its content.

    Args:
        seen: the ``revision`` the editor's form was filled from; None when there was no form.

    Raises:
        Overtaken: somebody else has changed it since.
        Refused: it is no draft (what was reviewed is what is public), or belongs to another unit.
    """
    see_latest(session, edition)
    ensure_may_write(actor, edition)
    if edition.state is not State.DRAFT:
        raise Refused("只有草稿可以修改，当前状态是“%(state)s”", state=edition.state)
    if seen is not None and seen != edition.revision:
        raise Overtaken
    # A change of the content alone, which stands in other tables, must count as well.
    sa.orm.attributes.flag_modified(edition, "reason")
    audit.record(session, actor, "publishing.edit", name_of(edition), now)


def correct(
    session: Session,
    edition: Edition,
    reason: str,
    seen: int | None,
    actor: Staff | None,
    now: datetime,
    confirmed: Collection[str] = (),
) -> None:
    """Mark a draft as a correction 更正 of the edition before it, or as none.

    Args:
        reason: what was wrong; public, both editions and the history show it. Empty: no correction.
        seen: the revision that the editor's form was filled from; None when there was no form.
        confirmed: as `personal_data.for_public`.

    Raises:
        Unconfirmed: something in the reason looks like personal data.
        Refused: nothing of this document has been public yet, or as `edit` says.
    """
    edit(session, edition, seen, actor, now)
    if reason.strip() and not _was_public(session, edition):
        raise Refused("还没有公开过的内容谈不上更正")
    edition.correction = personal_data.for_public(reason, confirmed)


def _was_public(session: Session, edition: Edition) -> bool:
    table = type(edition)
    public = sa.exists().where(edition.former, table.state.in_((*READABLE, State.WITHDRAWN)))
    return bool(session.scalar(sa.select(public)))


def discard(session: Session, edition: Edition, actor: Staff, now: datetime) -> None:
    """Throw a draft away. It never was public, so only the audit trail remembers it.

    Raises:
        Refused: it is no draft, or the actor may not write for this unit.
    """
    see_latest(session, edition)
    ensure_may_write(actor, edition)
    if edition.state is not State.DRAFT:
        raise Refused("只有草稿可以删除，当前状态是“%(state)s”", state=edition.state)
    name = name_of(edition)
    session.delete(edition)
    audit.record(session, actor, "publishing.discard", name, now)


def submit(session: Session, edition: Edition, actor: Staff | None, now: datetime) -> None:
    """Hand a finished draft to the reviewers.

    Args:
        actor: who hands it in; None for the command line.
        now: an aware moment in UTC.

    Raises:
        Refused: it is no draft, belongs to another unit, or something is missing in it.
    """
    see_latest(session, edition)
    ensure_may_write(actor, edition)
    if edition.state is not State.DRAFT:
        raise Refused("只有草稿可以提交审核，当前状态是“%(state)s”", state=edition.state)
    if edition.faults:
        raise Refused("还不能提交：%(faults)s", faults=edition.faults)
    edition.state = State.SUBMITTED
    edition.submitted_at = now
    edition.reason = ""
    audit.record(session, actor, "publishing.submit", name_of(edition), now)


def take_back(session: Session, edition: Edition, actor: Staff, now: datetime) -> None:
    """Fetch a submitted edition back to go on writing, before a reviewer has decided.

    Raises:
        Refused: it is not waiting for review, or the actor may not write for this unit.
    """
    see_latest(session, edition)
    ensure_may_write(actor, edition)
    if edition.state is not State.SUBMITTED:
        raise Refused("只有待审核的版本可以收回，当前状态是“%(state)s”", state=edition.state)
    edition.state = State.DRAFT
    audit.record(session, actor, "publishing.take_back", name_of(edition), now)
