"""Publishing: how an edition becomes public, is replaced and is withdrawn.

draft → submitted → published → superseded | withdrawn. Author and reviewer are two people. Every
publication is announced in the log of `domain.indexing`, in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from domain import audit
from domain.audit import AuditRow
from domain.db import see_latest
from domain.errors import Refused
from domain.indexing import announce
from domain.labels import N_, Labelled
from domain.permissions import Permission
from domain.staff import Staff

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class State(Labelled):
    """Where an edition stands."""

    DRAFT = "draft", N_("草稿")
    SUBMITTED = "submitted", N_("待审核")
    PUBLISHED = "published", N_("已公开")
    SUPERSEDED = "superseded", N_("已被新版取代")
    WITHDRAWN = "withdrawn", N_("已撤回")


# Whatever was public once keeps its address; a draft never had one.
READABLE = (State.PUBLISHED, State.SUPERSEDED)


class Edition:
    """What every published noun's editions share. Mixed into a table of its own."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    state: Mapped[State] = mapped_column(default=State.DRAFT, index=True)
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    # Until when it was in force, however that ended; and when it was taken off every page.
    ended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    # Why it was returned or withdrawn. A withdrawal's reason is public: the tombstone shows it.
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    # Counts every change (see `edit`), so that two editors never overwrite each other unseen.
    revision: Mapped[int]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.revision}

    @declared_attr
    def author_id(cls) -> Mapped[int | None]:
        """Who wrote it."""
        return mapped_column(sa.ForeignKey("staff.id"))

    @declared_attr
    def reviewer_id(cls) -> Mapped[int | None]:
        """Who returned, published or withdrew it."""
        return mapped_column(sa.ForeignKey("staff.id"))

    @declared_attr
    def author(cls) -> Mapped[Staff | None]:
        """Who wrote it."""
        return relationship(Staff, foreign_keys=[cls.author_id])  # type: ignore[list-item]

    @declared_attr
    def reviewer(cls) -> Mapped[Staff | None]:
        """Who returned, published or withdrew it."""
        return relationship(Staff, foreign_keys=[cls.reviewer_id])  # type: ignore[list-item]

    @property
    def subject(self) -> str:
        """The document it is an edition of, as the change log names it."""
        raise NotImplementedError  # pragma: no cover - each table answers

    @property
    def unit_id(self) -> int:
        """The unit whose publication it is."""
        raise NotImplementedError  # pragma: no cover - each table answers

    @classmethod
    def of_unit(cls, unit_id: int) -> sa.ColumnElement[bool]:
        """A condition for the editions that a unit publishes."""
        raise NotImplementedError  # pragma: no cover - each table answers

    @property
    def former(self) -> sa.ColumnElement[bool]:
        """A condition for the other editions of the same document."""
        raise NotImplementedError  # pragma: no cover - each table answers

    @property
    def faults(self) -> list[Refused]:
        """Why it may not be submitted yet; empty when it may."""
        raise NotImplementedError  # pragma: no cover - each table answers


class Overtaken(Refused):
    """Somebody else has changed the same thing since it was read."""

    def __init__(self) -> None:
        super().__init__(
            N_("别人刚刚改过同一处内容，您的修改还没有保存。请对照现在的内容，核对后再保存一次")
        )


class _Scoped(Protocol):
    @property
    def unit_id(self) -> int: ...


def ensure_scope(actor: Staff | None, thing: _Scoped | int) -> None:
    """Refuse an editor who reaches beyond their own unit; the commission's staff have no unit."""
    unit_id = thing if isinstance(thing, int) else thing.unit_id
    if actor is not None and actor.unit_id is not None and actor.unit_id != unit_id:
        raise Refused("只能处理本单位的内容")


def within(actor: Staff | None, table: type[Edition]) -> sa.ColumnElement[bool]:
    """A condition for the editions somebody may reach: `ensure_scope`, as a query asks it."""
    if actor is None or actor.unit_id is None:
        return sa.true()
    return table.of_unit(actor.unit_id)


def ensure_may_write(actor: Staff | None, thing: _Scoped | int) -> None:
    """Refuse whoever may not write editions at all, or not this unit's; None is the command line."""
    if actor is not None and not actor.may(Permission.EDITION_WRITE):
        raise Refused("您没有起草的权限")
    ensure_scope(actor, thing)


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


def ensure_seen(session: Session, edition: Edition, seen: int) -> None:
    """Refuse a decision on an edition that has changed since the person who decides read it."""
    see_latest(session, edition)
    if edition.revision != seen:
        raise Refused("您打开这一页以后内容又有变化，请重新看一遍再决定")


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


def send_back(session: Session, edition: Edition, reason: str, actor: Staff, now: datetime) -> None:
    """Return a submitted edition to its author.

    Args:
        reason: what is to be changed, in the reviewer's words; the author reads it.

    Raises:
        Refused: it is not waiting for review, the reviewer is its author, or no reason is given.
    """
    _reviewing(session, edition, actor)
    edition.reason = _reason(reason)
    edition.state = State.DRAFT
    edition.reviewer_id = actor.id
    audit.record(
        session, actor, "publishing.send_back", name_of(edition), now, reason=edition.reason
    )


def publish(session: Session, edition: Edition, actor: Staff, now: datetime) -> None:
    """Make a submitted edition public and end the one before it, in one transaction.

    Raises:
        Refused: it is not waiting for review, the reviewer is its author, or a newer edition has
            been public already: numbers only go up, so that an address never leads back in time.
    """
    _reviewing(session, edition, actor)
    _ensure_newest(session, edition)
    _put_in_force(session, edition, now)
    edition.reviewer_id = actor.id
    audit.record(session, actor, "publishing.publish", name_of(edition), now)


def _ensure_newest(session: Session, edition: Edition) -> None:
    table = type(edition)
    query = sa.select(sa.func.max(table.number)).where(
        edition.former,
        table.number > edition.number,
        table.state.in_((*READABLE, State.WITHDRAWN)),
    )
    newer = session.scalar(query)
    if newer is not None:
        raise Refused(
            "第 %(newer)s 版已经公开过，不能再公开较早的第 %(number)s 版",
            newer=newer,
            number=edition.number,
        )


def _put_in_force(session: Session, edition: Edition, now: datetime) -> None:
    table = type(edition)
    session.execute(
        sa.update(table)
        .where(edition.former, table.state == State.PUBLISHED, table.id != edition.id)
        .values(state=State.SUPERSEDED, ended_at=now, revision=table.revision + 1)
        .execution_options(synchronize_session="fetch")
    )
    edition.state = State.PUBLISHED
    edition.published_at = now
    edition.ended_at = None
    announce(session, [edition.subject], now)


def withdraw(session: Session, edition: Edition, reason: str, actor: Staff, now: datetime) -> None:
    """Take a public edition, in force or superseded, off every page.

    Args:
        reason: why; public, the tombstone at its address shows it.

    Raises:
        Refused: it is not public, no reason is given, or the actor may not.
    """
    see_latest(session, edition)
    _ensure_may_review(edition, actor)
    if edition.state not in READABLE:
        raise Refused("只有已公开的版本可以撤回，当前状态是“%(state)s”", state=edition.state)
    edition.reason = _reason(reason)
    if edition.state is State.PUBLISHED:
        edition.ended_at = now
    edition.state = State.WITHDRAWN
    edition.withdrawn_at = now
    edition.reviewer_id = actor.id
    announce(session, [edition.subject], now)
    audit.record(
        session, actor, "publishing.withdraw", name_of(edition), now, reason=edition.reason
    )


def _ensure_may_review(edition: Edition, actor: Staff) -> None:
    if not actor.may(Permission.EDITION_REVIEW):
        raise Refused("您没有审核和发布的权限")
    ensure_scope(actor, edition)


def _reviewing(session: Session, edition: Edition, actor: Staff) -> None:
    see_latest(session, edition)
    _ensure_may_review(edition, actor)
    if edition.state is not State.SUBMITTED:
        raise Refused("只能审核待审核的版本，当前状态是“%(state)s”", state=edition.state)
    if has_written(session, edition, actor):
        raise Refused("起草人不能审核自己的稿件，请由另一人审核")


def has_written(session: Session, edition: Edition, actor: Staff) -> bool:
    """Whether somebody is the author of an edition or, by the audit trail, ever changed it."""
    changed = sa.exists().where(
        AuditRow.subject == name_of(edition),
        AuditRow.actor_id == actor.id,
        AuditRow.action == "publishing.edit",
    )
    return edition.author_id == actor.id or bool(session.scalar(sa.select(changed)))


def last_change(session: Session, edition: Edition) -> tuple[str, datetime] | None:
    """Who changed an edition last, by name, and when; None when nobody is on record."""
    query = (
        sa.select(Staff.name, AuditRow.at)
        .join(Staff, Staff.id == AuditRow.actor_id)
        .where(AuditRow.subject == name_of(edition))
        .order_by(AuditRow.seq.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return (row.name, row.at) if row else None


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("请写明理由")
    return text.strip()


def name_of(edition: Edition) -> str:
    """How the audit trail names an edition: ``powers:12/3``."""
    return f"{edition.subject}/{edition.number}"
