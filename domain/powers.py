"""Power lists 权力清单 and negative lists 负面清单 of a post, in numbered editions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import indexing
from domain.db import Base
from domain.grants import READ, portal
from domain.labels import N_, Labelled
from domain.officials import Post
from domain.publishing import READABLE, Edition, State, ensure_scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.staff import Staff


class PowerKind(Labelled):
    """What a power is about."""

    DECISION = "decision", N_("重大决策")
    PERSONNEL = "personnel", N_("干部人事")
    FINANCE = "finance", N_("财务资金")
    PROJECT = "project", N_("工程项目")
    PROCUREMENT = "procurement", N_("物资采购")
    APPROVAL = "approval", N_("行政审批")
    ENFORCEMENT = "enforcement", N_("监管执法")
    OTHER = "other", N_("其他")


class Risk(Labelled):
    """廉政风险等级: high for money, procurement, projects; middle for approval and inspection."""

    HIGH = "high", N_("高")
    MIDDLE = "middle", N_("中")
    LOW = "low", N_("低")


class Scope(Labelled):
    """公开范围: to whom the exercise of the power is disclosed."""

    PUBLIC = "public", N_("向社会公开")
    INTERNAL = "internal", N_("单位内部公开")
    PARTY = "party", N_("党内公开")


class NegativeArea(Labelled):
    """不得直接分管: what a head may not run in person (五个不直接分管)."""

    FINANCE = "finance", N_("财务")
    PERSONNEL = "personnel", N_("干部人事")
    TENDER = "tender", N_("工程招标")
    APPROVAL = "approval", N_("行政审批")
    PROCUREMENT = "procurement", N_("物资采购")
    OTHER = "other", N_("其他")


class PowerList(Base):
    """The power list of a post; what it says is in its editions."""

    __tablename__ = "power_lists"
    __table_args__ = portal(READ)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id"), unique=True)

    post: Mapped[Post] = relationship()
    editions: Mapped[list[PowerEdition]] = relationship(
        back_populates="power_list", order_by="PowerEdition.number.desc()"
    )


class PowerEdition(Edition, Base):
    """One edition of a power list."""

    __tablename__ = "power_editions"
    __table_args__ = (
        sa.UniqueConstraint("list_id", "number"),
        # However two reviewers race, one edition is in force.
        sa.Index(
            "uq_power_editions_in_force",
            "list_id",
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
        portal(READ),
    )

    list_id: Mapped[int] = mapped_column(sa.ForeignKey("power_lists.id"))
    effective_on: Mapped[date | None]

    power_list: Mapped[PowerList] = relationship(back_populates="editions")
    items: Mapped[list[PowerItem]] = relationship(
        back_populates="edition", order_by="PowerItem.number", cascade="all, delete-orphan"
    )
    negatives: Mapped[list[NegativeEntry]] = relationship(
        back_populates="edition", order_by="NegativeEntry.number", cascade="all, delete-orphan"
    )

    @property
    def subject(self) -> str:
        """As the change log names the list."""
        return f"powers:{self.list_id}"

    @property
    def unit_id(self) -> int:
        """The unit of the post."""
        return self.power_list.post.unit_id

    @property
    def former(self) -> sa.ColumnElement[bool]:
        """The editions of the same list."""
        return PowerEdition.list_id == self.list_id

    @property
    def faults(self) -> list[str]:
        """What the public list must have and this one has not (seed 2: source, duty, process)."""
        if not self.items:
            return ["清单里还没有权力事项"]
        faults = []
        for item in self.items:
            missing = [
                label
                for label, value in (
                    ("权力来源", item.source),
                    ("权力责任", item.responsibility),
                    ("运行流程", item.steps),
                )
                if not value
            ]
            if missing:
                faults.append(f"第 {item.number} 项“{item.name}”缺少{'、'.join(missing)}")
        return faults


class PowerItem(Base):
    """One power: where it comes from, what it answers for, how it runs."""

    __tablename__ = "power_items"
    __table_args__ = (sa.UniqueConstraint("edition_id", "number"), portal(READ))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(
        sa.ForeignKey("power_editions.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[PowerKind]
    # 群众能看懂的一句话
    plain: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.Text, default="")
    responsibility: Mapped[str] = mapped_column(sa.Text, default="")
    risk: Mapped[Risk] = mapped_column(default=Risk.LOW)
    controls: Mapped[str] = mapped_column(sa.Text, default="")
    scope: Mapped[Scope] = mapped_column(default=Scope.PUBLIC)
    # 公开时间: 定期, 随时, 长期 … as the list words it.
    timing: Mapped[str] = mapped_column(sa.String(80), default="")

    edition: Mapped[PowerEdition] = relationship(back_populates="items")
    steps: Mapped[list[ProcessStep]] = relationship(
        back_populates="item", order_by="ProcessStep.number", cascade="all, delete-orphan"
    )


class ProcessStep(Base):
    """One step of 运行流程: what is done, by whom, within what time, and what is disclosed."""

    __tablename__ = "process_steps"
    __table_args__ = (sa.UniqueConstraint("item_id", "number"), portal(READ))

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("power_items.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    who: Mapped[str] = mapped_column(sa.String(200), default="")
    # As the list words it (“15 个工作日”): it is printed, not computed with.
    time_limit: Mapped[str] = mapped_column(sa.String(80), default="")
    disclosed: Mapped[str] = mapped_column(sa.String(200), default="")

    item: Mapped[PowerItem] = relationship(back_populates="steps")


class NegativeEntry(Base):
    """One line of the negative list: what the head may not run in person."""

    __tablename__ = "negative_entries"
    __table_args__ = (sa.UniqueConstraint("edition_id", "number"), portal(READ))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("power_editions.id", ondelete="CASCADE"))
    number: Mapped[int]
    area: Mapped[NegativeArea]
    text: Mapped[str] = mapped_column(sa.Text)

    edition: Mapped[PowerEdition] = relationship(back_populates="negatives")


def of_post(session: Session, post: Post) -> PowerList:
    """The power list of a post, made when there is none yet."""
    found = session.scalar(sa.select(PowerList).where(PowerList.post_id == post.id))
    if found is None:
        found = PowerList(post=post)
        session.add(found)
        session.flush()
    return found


def new_edition(
    session: Session, power_list: PowerList, actor: Staff | None, effective_on: date | None = None
) -> PowerEdition:
    """An empty draft, numbered one past the last edition of the list."""
    ensure_scope(actor, power_list.post.unit_id)
    last = session.scalar(
        sa.select(sa.func.max(PowerEdition.number)).where(PowerEdition.list_id == power_list.id)
    )
    edition = PowerEdition(
        power_list=power_list,
        number=(last or 0) + 1,
        state=State.DRAFT,
        author_id=actor.id if actor else None,
        effective_on=effective_on,
    )
    session.add(edition)
    session.flush()
    return edition


_WHOLE = (
    sa.orm.selectinload(PowerEdition.items).selectinload(PowerItem.steps),
    sa.orm.selectinload(PowerEdition.negatives),
    sa.orm.joinedload(PowerEdition.power_list).joinedload(PowerList.post).joinedload(Post.unit),
)


def whole(session: Session, edition_id: int) -> PowerEdition | None:
    """An edition in any state with everything in it, in a fixed number of statements."""
    query = sa.select(PowerEdition).where(PowerEdition.id == edition_id).options(*_WHOLE)
    return session.scalar(query)


def in_force(session: Session, post_id: int) -> PowerEdition | None:
    """The edition of a post's list that is public now, with everything in it, or None."""
    query = (
        sa.select(PowerEdition)
        .join(PowerEdition.power_list)
        .where(PowerList.post_id == post_id, PowerEdition.state == State.PUBLISHED)
        .options(*_WHOLE)
    )
    return session.scalar(query)


def readable(session: Session, list_id: int, number: int) -> PowerEdition | None:
    """An edition by its permanent address: in force, superseded, or withdrawn (the tombstone).

    A withdrawn edition comes back as it is; the page shows only its reason.
    """
    query = (
        sa.select(PowerEdition)
        .where(
            PowerEdition.list_id == list_id,
            PowerEdition.number == number,
            PowerEdition.state.in_((*READABLE, State.WITHDRAWN)),
        )
        .options(*_WHOLE)
    )
    return session.scalar(query)


def history(session: Session, post_id: int) -> Sequence[PowerEdition]:
    """All editions of a post's list that ever were public, newest first, without their items."""
    query = (
        sa.select(PowerEdition)
        .join(PowerEdition.power_list)
        .where(
            PowerList.post_id == post_id,
            PowerEdition.state.in_((*READABLE, State.WITHDRAWN)),
        )
        .order_by(PowerEdition.number.desc())
    )
    return session.scalars(query).all()


def item(session: Session, item_id: int) -> PowerItem | None:
    """An item of an edition that is or was public, with its steps, edition, post and unit."""
    query = (
        sa.select(PowerItem)
        .join(PowerItem.edition)
        .where(PowerItem.id == item_id, PowerEdition.state.in_((*READABLE, State.WITHDRAWN)))
        .options(
            sa.orm.selectinload(PowerItem.steps),
            sa.orm.joinedload(PowerItem.edition)
            .joinedload(PowerEdition.power_list)
            .joinedload(PowerList.post)
            .joinedload(Post.unit),
        )
    )
    return session.scalar(query)


def clashes(edition: PowerEdition) -> list[tuple[NegativeEntry, str]]:
    """Where the post's 分工 says the head runs what the negative list forbids.

    Returns:
        The negative entry and the clause of the 分工 in which its area is named. A clause that
        says the area is run by a deputy (“由副职分管”) is no clash.
    """
    portfolio = edition.power_list.post.portfolio
    clauses = [c for part in portfolio.split("；") for c in part.split("。") if c.strip()]
    found = []
    for entry in edition.negatives:
        word = entry.area.label if entry.area is not NegativeArea.OTHER else entry.text
        found += [(entry, c.strip()) for c in clauses if word in c and "副职" not in c]
    return found


def newest(session: Session, limit: int) -> Sequence[PowerEdition]:
    """The editions in force that became public last, with post and unit, newest first."""
    query = (
        sa.select(PowerEdition)
        .where(PowerEdition.state == State.PUBLISHED)
        .options(
            sa.orm.joinedload(PowerEdition.power_list)
            .joinedload(PowerList.post)
            .joinedload(Post.unit)
        )
        .order_by(PowerEdition.published_at.desc(), PowerEdition.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def count_public(session: Session) -> int:
    """How many powers are public now."""
    query = (
        sa.select(sa.func.count(PowerItem.id))
        .join(PowerItem.edition)
        .where(PowerEdition.state == State.PUBLISHED)
    )
    return session.scalar(query) or 0


def was_public_at(edition: PowerEdition, moment: datetime) -> bool:
    """Whether the edition was the one in force at a moment."""
    return (
        edition.published_at is not None
        and edition.published_at <= moment
        and (edition.ended_at is None or moment < edition.ended_at)
    )


indexing.register(
    "power",
    sa.select(PowerItem.id).join(PowerItem.edition).where(PowerEdition.state == State.PUBLISHED),
)
