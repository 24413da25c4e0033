"""Units 单位: the tree of county organs, towns and state firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import indexing
from domain.db import Base
from domain.grants import READ, portal
from domain.labels import N_, Labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class UnitKind(Labelled):
    """How the public directory groups units."""

    ORGAN = "organ", N_("县直部门")
    TOWN = "town", N_("乡镇")
    FIRM = "firm", N_("县属国企")
    INSTITUTION = "institution", N_("事业单位")


class Unit(Base):
    """A unit. ``code`` is its public, permanent name in addresses and workbooks."""

    __tablename__ = "units"
    __table_args__ = portal(READ)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    short_name: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[UnitKind]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"), index=True)
    duty: Mapped[str] = mapped_column(sa.Text, default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    # 县纪委监委 and its stationed groups: a report about their staff goes to cadre supervision.
    is_discipline: Mapped[bool] = mapped_column(default=False)
    # 派驻纪检监察组 that covers the unit, and 联系领导; names, since neither is a unit of its own.
    stationed_group: Mapped[str] = mapped_column(sa.String(80), default="")
    liaison_leader: Mapped[str] = mapped_column(sa.String(40), default="")
    position: Mapped[int] = mapped_column(default=0)

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id")


def by_code(session: Session, code: str) -> Unit | None:
    """The unit of that public code, or None."""
    return session.scalar(sa.select(Unit).where(Unit.code == code))


def directory(session: Session) -> Sequence[Unit]:
    """Every unit in directory order: by kind as the enumeration lists them, then by position."""
    rank = sa.case({kind: n for n, kind in enumerate(UnitKind)}, value=Unit.kind)
    return session.scalars(sa.select(Unit).order_by(rank, Unit.position, Unit.id)).all()


def listing(*, kind: UnitKind | None = None) -> sa.Select[Unit]:
    """Every unit, or those of a kind; a query for a pager to order and cut."""
    query = sa.select(Unit)
    return query if kind is None else query.where(Unit.kind == kind)


def codes(session: Session, unit_ids: Sequence[int]) -> dict[int, str]:
    """The public codes of units by their ids; no statement for none."""
    if not unit_ids:
        return {}
    query = sa.select(Unit.id, Unit.code).where(Unit.id.in_(unit_ids))
    return {unit_id: code for unit_id, code in session.execute(query)}  # noqa: C416 - rows


def count(session: Session) -> int:
    """How many units there are."""
    return session.scalar(sa.select(sa.func.count(Unit.id))) or 0


indexing.register("unit", sa.select(Unit.id))
indexing.register_lasting("units", sa.select(Unit.id))
