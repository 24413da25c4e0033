"""The tables of disclosures, and the words that stand in their columns."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Base
from domain.errors import Refused
from domain.grants import READ, portal
from domain.labels import N_, Labelled
from domain.publishing import Edition
from domain.units import Unit


class Leaf(Labelled):
    """The six phrases of the source report, in its order."""

    DUTY = "duty", N_("工作职责")
    GOAL = "goal", N_("工作目标")
    DECISION = "decision", N_("重大问题决策")
    PUBLIC_INTEREST = "public_interest", N_("涉及群众利益和公益事业的重大问题")
    HANDLING = "handling", N_("重要事项的处理")
    RESULT = "result", N_("监督结果")


class Grouping(Labelled):
    """The two ways to count six leaves as five (domain.md §2); a setting chooses."""

    LATER_PAIR = "later_pair", N_("合并第四、五类")
    FIRST_PAIR = "first_pair", N_("合并第一、二类")


class Group(Labelled):
    """A group as the public sees it."""

    DUTY = "duty", N_("工作职责")
    GOAL = "goal", N_("工作目标")
    DUTY_AND_GOAL = "duty_and_goal", N_("工作职责和目标")
    DECISION = "decision", N_("重大问题决策")
    PUBLIC_INTEREST = "public_interest", N_("群众利益和公益事业")
    HANDLING = "handling", N_("重要事项处理")
    INTEREST_AND_HANDLING = "interest_and_handling", N_("群众利益与重要事项")
    RESULT = "result", N_("监督结果")


GROUPINGS: dict[Grouping, dict[Group, tuple[Leaf, ...]]] = {
    Grouping.LATER_PAIR: {
        Group.DUTY: (Leaf.DUTY,),
        Group.GOAL: (Leaf.GOAL,),
        Group.DECISION: (Leaf.DECISION,),
        Group.INTEREST_AND_HANDLING: (Leaf.PUBLIC_INTEREST, Leaf.HANDLING),
        Group.RESULT: (Leaf.RESULT,),
    },
    Grouping.FIRST_PAIR: {
        Group.DUTY_AND_GOAL: (Leaf.DUTY, Leaf.GOAL),
        Group.DECISION: (Leaf.DECISION,),
        Group.PUBLIC_INTEREST: (Leaf.PUBLIC_INTEREST,),
        Group.HANDLING: (Leaf.HANDLING,),
        Group.RESULT: (Leaf.RESULT,),
    },
}


def group_of(leaf: Leaf, grouping: Grouping) -> Group:
    """The public group a leaf belongs to under a grouping."""
    return next(group for group, leaves in GROUPINGS[grouping].items() if leaf in leaves)


class Disclosure(Base):
    """Something a unit discloses; what it says is in its editions."""

    __tablename__ = "disclosures"
    __table_args__ = (sa.UniqueConstraint("unit_id", "leaf", "period", "title"), portal(READ))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    leaf: Mapped[Leaf] = mapped_column(index=True)
    # 所属时期 as the unit words it (“2026年第三季度”), and the year it counts to.
    period: Mapped[str] = mapped_column(sa.String(40))
    year: Mapped[int] = mapped_column(index=True)
    # The first edition's title: with unit, leaf and period the natural key of an import.
    title: Mapped[str] = mapped_column(sa.String(200))
    # A 监督结果 says what it answers.
    answers_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disclosures.id"), index=True)

    @property
    def index_number(self) -> str:
        """索引号: unit, leaf, year and a number of its own; it never changes."""
        leaf = list(Leaf).index(self.leaf) + 1
        return f"{self.unit.code.upper()}-{leaf}-{self.year}-{self.id:05}"

    unit: Mapped[Unit] = relationship()
    answers: Mapped[Disclosure | None] = relationship(remote_side="Disclosure.id")
    editions: Mapped[list[DisclosureEdition]] = relationship(
        back_populates="disclosure", order_by="DisclosureEdition.number.desc()"
    )


class DisclosureEdition(Edition, Base):
    """One edition of a disclosure."""

    __tablename__ = "disclosure_editions"
    __table_args__ = (
        sa.UniqueConstraint("disclosure_id", "number"),
        sa.Index(
            "uq_disclosure_editions_in_force",
            "disclosure_id",
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
        portal(READ),
    )

    disclosure_id: Mapped[int] = mapped_column(sa.ForeignKey("disclosures.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    # 成文日期: the day the thing itself happened or was decided.
    dated_on: Mapped[date | None]

    disclosure: Mapped[Disclosure] = relationship(back_populates="editions")

    @property
    def subject(self) -> str:
        """As the change log names the disclosure."""
        return f"disclosures:{self.disclosure_id}"

    @property
    def unit_id(self) -> int:
        """The unit that discloses."""
        return self.disclosure.unit_id

    @classmethod
    def of_unit(cls, unit_id: int) -> sa.ColumnElement[bool]:
        """The editions of what the unit discloses."""
        return cls.disclosure.has(Disclosure.unit_id == unit_id)

    @property
    def former(self) -> sa.ColumnElement[bool]:
        """The editions of the same disclosure."""
        return DisclosureEdition.disclosure_id == self.disclosure_id

    @property
    def faults(self) -> list[Refused]:
        """What is missing for publication."""
        return [
            fault
            for fault, missing in (
                (Refused("缺少标题"), not self.title.strip()),
                (Refused("缺少正文"), not self.body.strip()),
            )
            if missing
        ]
