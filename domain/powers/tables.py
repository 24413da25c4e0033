"""The tables of power lists, and the words that stand in their columns."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Base
from domain.errors import Refused
from domain.grants import READ, portal
from domain.labels import N_, Labelled
from domain.officials import Post
from domain.publishing import Edition


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

    @classmethod
    def of_unit(cls, unit_id: int) -> sa.ColumnElement[bool]:
        """The editions of lists of the unit's posts."""
        return cls.power_list.has(PowerList.post.has(Post.unit_id == unit_id))

    @property
    def former(self) -> sa.ColumnElement[bool]:
        """The editions of the same list."""
        return PowerEdition.list_id == self.list_id

    @property
    def faults(self) -> list[Refused]:
        """What the public list must have and this one has not (seed 2: source, duty, process)."""
        if not self.items:
            return [Refused("清单里还没有权力事项")]
        return [fault for item in self.items for fault in item.faults]


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

    @property
    def faults(self) -> list[Refused]:
        """What the item lacks of the three parts that every public power has."""
        if not _said(self.name):
            return [Refused("第 %(number)s 项缺少名称", number=self.number)]
        named = {"number": self.number, "name": self.name}
        faults = []
        if not _said(self.source):
            faults.append(Refused("第 %(number)s 项“%(name)s”缺少权力来源", **named))
        if not _said(self.responsibility):
            faults.append(Refused("第 %(number)s 项“%(name)s”缺少权力责任", **named))
        if not any(_said(step.name) for step in self.steps):
            faults.append(Refused("第 %(number)s 项“%(name)s”缺少运行流程", **named))
        return faults


def _said(text: str | None) -> bool:
    # A column that has never been set is None until the row is written.
    return bool(text and text.strip())


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
