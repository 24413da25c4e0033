"""An approved edition that waits for its moment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from domain import audit
from domain.db import Base, queue_up, see_latest
from domain.errors import Refused
from domain.permissions import Permission
from domain.publishing.batches import Batch
from domain.publishing.editions import Edition, State, ensure_scope, has_written, name_of
from domain.publishing.reviewing import (
    ensure_complete,
    ensure_may_decide,
    ensure_may_review,
    ensure_newest,
    put_in_force,
    stated,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.staff import Staff

# Later than that is a slip of the pen.
FURTHEST = timedelta(days=366)
# Publishing at the moment may take that long. What has waited longer is stuck.
PATIENCE = timedelta(minutes=5)


def schedule(
    session: Session, edition: Edition, moment: datetime, actor: Staff, now: datetime
) -> None:
    """Approve a submitted edition now, to become public at a moment to come.

    Until then nothing of it can be seen; `publish_due` makes it public.

    Raises:
        Refused: as `publish` says, or the moment is past or more than `FURTHEST` away.
    """
    ensure_may_decide(session, edition, actor)
    _ensure_to_come(moment, now)
    ensure_newest(session, edition)
    ensure_complete(edition)
    edition.state = State.SCHEDULED
    edition.scheduled_for = moment
    edition.notes = None
    edition.reviewer_id = actor.id
    name, at = name_of(edition), moment.isoformat()
    audit.record(session, actor, "publishing.schedule", name, now, moment=at)


def _ensure_to_come(moment: datetime, now: datetime) -> None:
    if moment <= now:
        raise Refused("公开时间已经过去，请选择以后的时间")
    if moment > now + FURTHEST:
        raise Refused("公开时间最晚在一年以内")


def reschedule(
    session: Session, edition: Edition, moment: datetime, actor: Staff, now: datetime
) -> None:
    """Let an approved edition become public at another moment; what was approved, and by whom, stays.

    Raises:
        Refused: it is not scheduled, the actor may not review it or has written it, or the moment
            is the one it waits for, is past, or is more than `FURTHEST` away.
    """
    see_latest(session, edition)
    ensure_may_review(edition, actor)
    if edition.state is not State.SCHEDULED:
        raise Refused("只能改定时公开的时间，当前状态是“%(state)s”", state=edition.state)
    if has_written(session, edition, actor):
        raise Refused("起草人不能改公开时间，请由另一人来改")
    _ensure_to_come(moment, now)
    former = edition.scheduled_for
    if moment == former:
        raise Refused("公开时间没有变化")
    edition.scheduled_for = moment
    at = {"moment": moment.isoformat(), "former": former.isoformat() if former else ""}
    audit.record(session, actor, "publishing.reschedule", name_of(edition), now, **at)


def unschedule(
    session: Session, edition: Edition, reason: str, actor: Staff, now: datetime
) -> None:
    """Stop a scheduled publication; the edition is a draft again.

    Whoever may write or review it may stop it: nothing becomes public by that.

    Args:
        reason: why; the author reads it.

    Raises:
        Refused: it is not scheduled, no reason is given, or the actor may not.
    """
    see_latest(session, edition)
    if not (actor.may(Permission.EDITION_REVIEW) or actor.may(Permission.EDITION_WRITE)):
        raise Refused("您没有取消定时公开的权限")
    ensure_scope(actor, edition)
    if edition.state is not State.SCHEDULED:
        raise Refused("只能取消定时公开的版本，当前状态是“%(state)s”", state=edition.state)
    _to_draft(session, edition, stated(reason), actor, now)


def _to_draft(
    session: Session, edition: Edition, reason: str, actor: Staff | None, now: datetime
) -> None:
    edition.reason = reason
    edition.state = State.DRAFT
    edition.scheduled_for = None
    audit.record(session, actor, "publishing.unschedule", name_of(edition), now, reason=reason)


def is_stuck(edition: Edition, now: datetime) -> bool:
    """Whether the moment of an edition is long past: it fails each time, or nobody publishes."""
    moment = edition.scheduled_for
    return edition.state is State.SCHEDULED and moment is not None and moment <= now - PATIENCE


def is_due(session: Session, now: datetime) -> bool:
    """Whether the moment of some edition has come; a look that changes nothing."""
    return any(session.scalar(sa.select(sa.exists().where(_due(t, now)))) for t in _tables())


def publish_due(session: Session, now: datetime) -> Batch:
    """Publish every edition whose moment has come, as its reviewer would.

    Several processes may call it at once: the second waits for the first and finds nothing left.
    What cannot be published any more goes back to its author with the reason. Whatever else goes
    wrong with one edition leaves that one as it was, to be tried again, and stops no other.

    Raises:
        OperationalError: the database cannot go on, whichever edition it is about.
    """
    queue_up(session)
    batch = Batch()
    for table in _tables():
        query = (
            sa.select(table.id)
            .where(_due(table, now))
            .order_by(table.scheduled_for, table.number, table.id)
        )
        for edition_id in session.scalars(query).all():
            _try(session, table, edition_id, batch, now)
    return batch


def _tables() -> list[type[Edition]]:
    """Every table of editions."""
    mapped = (mapper.class_ for mapper in Base.registry.mappers)
    found = [table for table in mapped if issubclass(table, Edition)]
    return sorted(found, key=lambda table: table.__name__)


def _due(table: type[Edition], now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(table.state == State.SCHEDULED, table.scheduled_for <= now)


def _try(
    session: Session, table: type[Edition], edition_id: int, batch: Batch, now: datetime
) -> None:
    """Publish one edition or send it back, wholly or not at all."""
    try:
        with session.begin_nested():
            # As the process before has left it, not as this session remembers it.
            edition = session.get_one(table, edition_id, populate_existing=True)
            refused = _publish(session, edition, now)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault in one must not hold up the others
        batch.failed.append((f"{table.__name__} {edition_id}", error))
        return
    if refused is None:
        batch.done.append(edition)
    else:
        batch.refused.append((edition, refused))


def _publish(session: Session, edition: Edition, now: datetime) -> Refused | None:
    """The rule against it, when it went back to its author; else it is public."""
    try:
        ensure_newest(session, edition)
        ensure_complete(edition)
    except Refused as refused:
        # The reason is written into the record, in the county's language.
        reason = str(Refused("到了定时公开的时间，没有公开：%(why)s", why=refused))
        _to_draft(session, edition, reason, None, now)
        return refused
    put_in_force(session, edition, now)
    audit.record(
        session, edition.reviewer, "publishing.publish", name_of(edition), now, scheduled=True
    )
    return None
