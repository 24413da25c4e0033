"""What every edition has, whatever noun it is of, and who may reach it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from domain import audit
from domain.audit import AuditRow
from domain.db import see_latest
from domain.errors import Refused
from domain.labels import N_, Labelled
from domain.permissions import Permission
from domain.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session
    from sqlalchemy.schema import SchemaItem


class State(Labelled):
    """Where an edition stands."""

    DRAFT = "draft", N_("草稿")
    SUBMITTED = "submitted", N_("待审核")
    SCHEDULED = "scheduled", N_("定时公开")
    PUBLISHED = "published", N_("已公开")
    SUPERSEDED = "superseded", N_("已被新版取代")
    WITHDRAWN = "withdrawn", N_("已撤回")


# Whatever was public once keeps its address; a draft never had one.
READABLE = (State.PUBLISHED, State.SUPERSEDED)
# What the public site's database role sees of a table of editions: these, and of a withdrawn one
# that it was.
EVER_PUBLIC = "state IN ('published', 'superseded', 'withdrawn')"
# On its way to the public: of one document no two editions at a time, or they would publish over
# each other.
OPEN = (State.DRAFT, State.SUBMITTED, State.SCHEDULED)


class Note(TypedDict):
    """What a reviewer says about one part of an edition.

    ``about`` is a key of `Edition.parts`; ``quote`` how the part read then, since it may be gone.
    """

    about: str
    quote: str
    text: str


def kept(table: str, document: str) -> tuple[SchemaItem, ...]:
    """What a table of editions keeps its rows by, for its ``__table_args__``.

    Args:
        table: its name.
        document: the column that says of what a row is an edition.
    """
    in_force = sa.text("state = 'published'")
    return (
        sa.UniqueConstraint(document, "number"),
        # However two reviewers race, one edition is in force.
        sa.Index(
            f"uq_{table}_in_force",
            document,
            unique=True,
            sqlite_where=in_force,
            postgresql_where=in_force,
        ),
        # The newest of what is public, without sorting everything that is.
        sa.Index(f"ix_{table}_newest", "state", "published_at", "id"),
    )


class Edition:
    """What every published noun's editions share. Mixed into a table of its own."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    submitted_at: Mapped[datetime | None]
    # When it is to become public; only while it waits for that moment.
    scheduled_for: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    # Until when it was in force, however that ended; and when it was taken off every page.
    ended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    # Why it was returned or withdrawn. A withdrawal's reason is public: the tombstone shows it.
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    # 更正: what was wrong in the edition before it; public. Empty: an ordinary new edition.
    correction: Mapped[str] = mapped_column(sa.Text, default="", server_default=sa.text("''"))
    # Beside the reason of a return, a word on single parts; kept until the next decision.
    notes: Mapped[list[Note] | None] = mapped_column(sa.JSON(none_as_null=True))
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
        """Who returned, approved or withdrew it."""
        return mapped_column(sa.ForeignKey("staff.id"))

    @declared_attr
    def author(cls) -> Mapped[Staff | None]:
        """Who wrote it."""
        return relationship(Staff, foreign_keys=[cls.author_id])  # type: ignore[list-item]

    @declared_attr
    def reviewer(cls) -> Mapped[Staff | None]:
        """Who returned, approved or withdrew it."""
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
    def parts(self) -> dict[str, str]:
        """What a reviewer can note something on: a key for each part, and how the part reads.

        A part that is a field of the form has the field's name and no words.
        """
        raise NotImplementedError  # pragma: no cover - each table answers

    @property
    def faults(self) -> list[Refused]:
        """Why it may not be submitted yet; empty when it may."""
        raise NotImplementedError  # pragma: no cover - each table answers

    def ensure_fit_for_public(self) -> None:
        """Refuse what a reviewer must have settled before it becomes public."""


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


class _Counted(Protocol):
    @property
    def revision(self) -> Mapped[int] | int: ...


def ensure_seen(session: Session, thing: _Counted, seen: int) -> None:
    """Refuse a decision on what has changed since the person who decides read it."""
    see_latest(session, thing)
    if thing.revision != seen:
        raise Refused("您打开这一页以后内容又有变化，请重新看一遍再决定")


def has_written(session: Session, edition: Edition, actor: Staff) -> bool:
    """Whether somebody is the author of an edition or, by the audit trail, ever changed it."""
    changed = audit.has_done(session, actor, "publishing.edit", name_of(edition))
    return edition.author_id == actor.id or changed


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


def corrected_by(edition: Edition, history: Iterable[Edition]) -> Edition | None:
    """The edition that put this one right, among all of its document that ever were public."""
    later = (other for other in history if other.number > edition.number)
    following = min(later, key=lambda other: other.number, default=None)
    corrects = following and following.correction and following.state in READABLE
    return following if corrects else None


def name_of(edition: Edition) -> str:
    """How the audit trail names an edition: ``powers:12/3``."""
    return f"{edition.subject}/{edition.number}"
