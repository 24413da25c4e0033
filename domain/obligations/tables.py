"""The tables of obligations, and the words that stand in their columns."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Base
from domain.disclosures import Leaf
from domain.grants import READ, portal
from domain.labels import N_, Labelled
from domain.officials import Post
from domain.periods import Period, Span, parse
from domain.units import Unit, UnitKind


class Thing(Labelled):
    """What must be published: one of the six leaves, or the head's power list."""

    DUTY = Leaf.DUTY.value, Leaf.DUTY.label
    GOAL = Leaf.GOAL.value, Leaf.GOAL.label
    DECISION = Leaf.DECISION.value, Leaf.DECISION.label
    PUBLIC_INTEREST = Leaf.PUBLIC_INTEREST.value, Leaf.PUBLIC_INTEREST.label
    HANDLING = Leaf.HANDLING.value, Leaf.HANDLING.label
    RESULT = Leaf.RESULT.value, Leaf.RESULT.label
    POWERS = "powers", N_("权力清单")

    @property
    def leaf(self) -> Leaf | None:
        """The leaf of the disclosures that fulfil it; None for the power list."""
        return Leaf.parse(self.value)


class Frequency(Labelled):
    """How often."""

    YEAR = "year", N_("每年一次")
    HALF = "half", N_("每半年一次")
    QUARTER = "quarter", N_("每季度一次")
    MONTH = "month", N_("每月一次")
    TENURE = "tenure", N_("一把手到任后一次")

    @property
    def span(self) -> Span | None:
        """The length of its periods; None for what comes with a new head."""
        return Span.parse(self.value)


class Counted(Labelled):
    """From where the working days are counted; for a new head always from the first day in office."""

    START = "start", N_("时期开始后")
    END = "end", N_("时期结束后")


class Status(Labelled):
    """What has become of an obligation by a day. Each has exactly one."""

    ON_TIME = "on_time", N_("按时公开")
    LATE = "late", N_("逾期公开")
    OVERDUE = "overdue", N_("逾期未公开")
    OPEN = "open", N_("未到期")
    LIFTED = "lifted", N_("已免除")


class Rule(Base):
    """Who must publish what, how often and by when. Its terms never change: see `rules.revise`."""

    __tablename__ = "obligation_rules"
    __table_args__ = portal(READ)

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[Thing]
    frequency: Mapped[Frequency]
    counted: Mapped[Counted]
    # Working days after that.
    days: Mapped[int]
    # All units, those of a kind, or one.
    kind: Mapped[UnitKind | None]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    # 文件依据
    source: Mapped[str] = mapped_column(sa.Text)
    # The first and the last day on which a period may begin, or a head take office, to be meant.
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    # The last day for which its obligations were written down.
    arisen_on: Mapped[date | None]

    unit: Mapped[Unit | None] = relationship()

    def is_over(self, day: date) -> bool:
        """Whether nothing new arises from it on a day."""
        return self.valid_until is not None and self.valid_until < day


class Obligation(Base):
    """公开任务: a unit must publish one thing for one period by one day, which is stored."""

    __tablename__ = "obligations"
    __table_args__ = (
        sa.Index(
            "uq_obligations_of_unit",
            "unit_id",
            "thing",
            "period",
            unique=True,
            sqlite_where=sa.text("post_id IS NULL"),
            postgresql_where=sa.text("post_id IS NULL"),
        ),
        sa.Index(
            "uq_obligations_of_post",
            "post_id",
            "period",
            "since",
            unique=True,
            sqlite_where=sa.text("post_id IS NOT NULL"),
            postgresql_where=sa.text("post_id IS NOT NULL"),
        ),
        portal(READ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(sa.ForeignKey("obligation_rules.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), index=True)
    thing: Mapped[Thing]
    # A `Period.code`; empty for what comes with a new head.
    period: Mapped[str] = mapped_column(sa.String(20))
    # The period's first day, or the head's first day in office.
    since: Mapped[date] = mapped_column(index=True)
    # The head's post whose power list it is about.
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("posts.id"))
    # The day after which its working days were counted, and the day they led to, or to which it
    # was put off.
    counted_from: Mapped[date]
    due_on: Mapped[date]
    # Counted through a year whose days off are not announced yet.
    provisional: Mapped[bool]
    lifted_on: Mapped[date | None]
    lift_reason: Mapped[str] = mapped_column(sa.Text, default="")

    unit: Mapped[Unit] = relationship()
    post: Mapped[Post | None] = relationship()
    rule: Mapped[Rule] = relationship()
    extensions: Mapped[list[Extension]] = relationship(order_by="Extension.id")

    @property
    def span_of_time(self) -> Period | None:
        """Its period; None for what comes with a new head."""
        return parse(self.period)


class Extension(Base):
    """A day put off, and why; both are public."""

    __tablename__ = "obligation_extensions"
    __table_args__ = portal(READ)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(sa.ForeignKey("obligations.id"), index=True)
    former_due_on: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    granted_at: Mapped[datetime]


class Release(Base):
    """From a day on a unit owes nothing more: it was dissolved, merged, or has no public business."""

    __tablename__ = "obligation_releases"
    __table_args__ = portal(READ)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), unique=True)
    from_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)

    unit: Mapped[Unit] = relationship()
