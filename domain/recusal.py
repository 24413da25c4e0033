"""Recusal 回避 (监察法 67): who must not see what concerns themselves, their unit or their kin.

Always a condition in the query, so that rows, counts and exports are without it alike.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Base
from domain.officials import Official, Post, Tenure
from domain.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


class Recusal(Base):
    """A declared tie between a member of staff and an official."""

    __tablename__ = "recusals"
    __table_args__ = (sa.UniqueConstraint("staff_id", "official_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    official_id: Mapped[int] = mapped_column(sa.ForeignKey("officials.id"))
    relation: Mapped[str] = mapped_column(sa.String(40))
    declared_on: Mapped[date]


class ReportBar(Base):
    """A member of staff who must not see a report, known once somebody has opened it.

    What a sealed report is about nobody can know; whoever opens it first shuts it to those who
    are recused from its subject.
    """

    __tablename__ = "report_bars"

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("reports.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True, index=True)


def barred_officials(actor: Staff) -> sa.CompoundSelect[int]:
    """Ids of the officials whose matters the actor must not see: self, declared ties, own unit."""
    declared = sa.select(Recusal.official_id).where(Recusal.staff_id == actor.id)
    own_unit = (
        sa.select(Tenure.official_id)
        .join(Post, Post.id == Tenure.post_id)
        .where(Post.unit_id == (actor.unit_id if actor.unit_id is not None else -1))
    )
    # Not by their tenures: somebody between two posts is still themselves.
    oneself = sa.select(Official.id).where(
        Official.id == (actor.official_id if actor.official_id is not None else -1)
    )
    return sa.union(declared, own_unit, oneself)


def barred_units(actor: Staff) -> sa.Select[int]:
    """Ids of the units in which the actor, or somebody they have declared a tie to, holds a post."""
    declared = sa.select(Recusal.official_id).where(Recusal.staff_id == actor.id)
    return (
        sa.select(Post.unit_id)
        .join(Tenure, Tenure.post_id == Post.id)
        .where(
            Tenure.ended_on.is_(None),
            sa.or_(
                Tenure.official_id.in_(declared),
                Tenure.official_id == (actor.official_id if actor.official_id is not None else -1),
            ),
        )
    )


def barred_reports(actor: Staff) -> sa.Select[str]:
    """Ids of the reports that have been shut to the actor."""
    return sa.select(ReportBar.report_id).where(ReportBar.staff_id == actor.id)


def shut(session: Session, report_id: str, official_ids: Collection[int]) -> None:
    """Shut a report to everybody who is recused from one of these officials."""
    already = sa.select(ReportBar.staff_id).where(ReportBar.report_id == report_id)
    barred = session.scalars(_barred_staff(official_ids).where(Staff.id.not_in(already))).all()
    session.add_all(ReportBar(report_id=report_id, staff_id=staff_id) for staff_id in barred)
    session.flush()


def _barred_staff(official_ids: Collection[int]) -> sa.Select[int]:
    """The other way round from `barred_officials`: who may see nothing about these officials."""
    units = (
        sa.select(Post.unit_id)
        .join(Tenure, Tenure.post_id == Post.id)
        .where(Tenure.official_id.in_(official_ids))
    )
    declared = sa.select(Recusal.staff_id).where(Recusal.official_id.in_(official_ids))
    return sa.select(Staff.id).where(
        sa.or_(
            Staff.official_id.in_(official_ids), Staff.unit_id.in_(units), Staff.id.in_(declared)
        )
    )


def may_see(
    actor: Staff, official_id: sa.ColumnElement[int] | sa.orm.InstrumentedAttribute[int]
) -> sa.ColumnElement[bool]:
    """A condition: the official in that column is none the actor is recused from."""
    return official_id.not_in(barred_officials(actor))


def allows(session: Session, actor: Staff, official_id: int) -> bool:
    """Whether the actor may act in a matter of that official."""
    barred = barred_officials(actor).subquery()
    query = sa.select(barred.c[0]).where(barred.c[0] == official_id).limit(1)
    return session.scalar(query) is None
