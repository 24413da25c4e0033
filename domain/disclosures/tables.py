"""The tables of disclosures, and the words that stand in their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from domain.db import Base
from domain.grants import read_if, read_with
from domain.labels import N_, Labelled
from domain.periods import code_of
from domain.publishing import EVER_PUBLIC, Indexed, TitledEdition, kept
from domain.units import Unit

if TYPE_CHECKING:
    from sqlalchemy.engine.default import DefaultExecutionContext


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


def _period_code(context: DefaultExecutionContext) -> str | None:
    """For rows that are loaded in bulk."""
    return code_of(context.get_current_parameters()["period"]) or None  # type: ignore[no-untyped-call]


class Disclosure(Indexed, Base):
    """Something a unit discloses; what it says is in its editions."""

    __tablename__ = "disclosures"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "leaf", "period", "title"),
        sa.Index("ix_disclosures_answering", "unit_id", "leaf", "period_code"),
        read_with("disclosure_editions", "disclosure_id = disclosures.id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    leaf: Mapped[Leaf] = mapped_column(index=True)
    # 所属时期 as the unit words it (“2026年第三季度”), and the year it counts to.
    period: Mapped[str] = mapped_column(sa.String(40))
    # What those words come to as a `Period.code`; None if they name no period of ours.
    period_code: Mapped[str | None] = mapped_column(sa.String(20), default=_period_code)
    year: Mapped[int] = mapped_column(index=True)
    # The first edition's title: with unit, leaf and period the natural key of an import.
    title: Mapped[str] = mapped_column(sa.String(200))
    # A 监督结果 says what it answers.
    answers_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disclosures.id"), index=True)

    @validates("period")
    def _keep_code(self, _name: str, period: str) -> str:
        self.period_code = code_of(period) or None
        return period

    @property
    def series(self) -> str:
        """The leaf's place among the six, and the year."""
        return f"{list(Leaf).index(self.leaf) + 1}-{self.year}"

    unit: Mapped[Unit] = relationship()
    answers: Mapped[Disclosure | None] = relationship(remote_side="Disclosure.id")
    editions: Mapped[list[DisclosureEdition]] = relationship(
        back_populates="disclosure", order_by="DisclosureEdition.number.desc()"
    )


class DisclosureEdition(TitledEdition, Base):
    """One edition of a disclosure."""

    __tablename__ = "disclosure_editions"
    __table_args__ = (*kept("disclosure_editions", "disclosure_id"), read_if(EVER_PUBLIC))

    disclosure_id: Mapped[int] = mapped_column(sa.ForeignKey("disclosures.id"))

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
