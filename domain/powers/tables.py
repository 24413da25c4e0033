"""The tables of power lists."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Base
from domain.errors import Refused
from domain.grants import read_if, read_with
from domain.officials import Post
from domain.powers.clashes import Clash, clashes
from domain.powers.kinds import NegativeArea, PowerKind, Risk, Scope
from domain.publishing import EVER_PUBLIC, Edition, kept


class PowerList(Base):
    """The power list of a post; what it says is in its editions."""

    __tablename__ = "power_lists"
    __table_args__ = read_with("power_editions", "list_id = power_lists.id")

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id"), unique=True)

    post: Mapped[Post] = relationship()
    editions: Mapped[list[PowerEdition]] = relationship(
        back_populates="power_list", order_by="PowerEdition.number.desc()"
    )


class PowerEdition(Edition, Base):
    """One edition of a power list."""

    __tablename__ = "power_editions"
    __table_args__ = (*kept("power_editions", "list_id"), read_if(EVER_PUBLIC))

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
    def parts(self) -> dict[str, str]:
        """Its items and the lines of its negative list, and the day it takes effect."""
        items = {f"item:{item.id}": item.name for item in self.items}
        negatives = {f"negative:{entry.id}": entry.text for entry in self.negatives}
        return {**items, **negatives, "effective_on": ""}

    @property
    def faults(self) -> list[Refused]:
        """What the public list must have and this one has not (seed 2: source, duty, process)."""
        if not self.items:
            return [Refused("清单里还没有权力事项")]
        unexplained = [clash.fault for clash in self.clashes if not clash.explanation]
        return [fault for item in self.items for fault in item.faults] + unexplained

    @property
    def clashes(self) -> list[Clash]:
        """Where it contradicts its own negative list."""
        return clashes(self)


class PowerItem(Base):
    """One power: where it comes from, what it answers for, how it runs."""

    __tablename__ = "power_items"
    __table_args__ = (
        sa.UniqueConstraint("edition_id", "number"),
        read_with("power_editions", "power_editions.id = edition_id"),
    )

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
        """What the item lacks of the three parts that every public power has, and its plain line."""
        if not _said(self.name):
            return [Refused("第 %(number)s 项缺少名称", number=self.number)]
        named = {"number": self.number, "name": self.name}
        faults = []
        if not _said(self.plain):
            faults.append(Refused("第 %(number)s 项“%(name)s”缺少群众能看懂的一句话", **named))
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
    __table_args__ = (
        sa.UniqueConstraint("item_id", "number"),
        read_with("power_items", "power_items.id = item_id"),
    )

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
    __table_args__ = (
        sa.UniqueConstraint("edition_id", "number"),
        read_with("power_editions", "power_editions.id = edition_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("power_editions.id", ondelete="CASCADE"))
    number: Mapped[int]
    area: Mapped[NegativeArea]
    text: Mapped[str] = mapped_column(sa.Text)

    edition: Mapped[PowerEdition] = relationship(back_populates="negatives")
    explanations: Mapped[list[ClashExplanation]] = relationship(
        order_by="ClashExplanation.id", cascade="all, delete-orphan"
    )


class ClashExplanation(Base):
    """Why a line of the negative list and a passage that contradicts it both stand; public."""

    __tablename__ = "clash_explanations"
    __table_args__ = read_with("negative_entries", "negative_entries.id = entry_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        sa.ForeignKey("negative_entries.id", ondelete="CASCADE"), index=True
    )
    # Where the passage stands: the name of a power, or nothing for the post's 分工.
    item: Mapped[str] = mapped_column(sa.String(200), default="")
    passage: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.String(500))
