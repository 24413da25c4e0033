"""Offices 内设机构 and their keys: who belongs to an office holds a sealed copy of its key."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain import audit, sealing
from domain.db import Base, queue_up
from domain.errors import Refused
from domain.grants import Access, portal
from domain.labels import N_, Labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.staff import Staff


class OfficeKind(Labelled):
    """The standard offices of a county commission."""

    INTAKE = "intake", N_("信访室")
    CASE_MANAGEMENT = "case_management", N_("案件监督管理室")
    INVESTIGATION = "investigation", N_("纪检监察室")
    STATIONED = "stationed", N_("派驻纪检监察组")
    ADJUDICATION = "adjudication", N_("案件审理室")
    CADRE_SUPERVISION = "cadre_supervision", N_("干部监督室")
    CUSTODY = "custody", N_("保密专员")


class Office(Base):
    """An office. The public site needs its public key and nothing else."""

    __tablename__ = "offices"
    __table_args__ = portal(Access(read=("id", "kind", "name", "public_key")))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OfficeKind] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    public_key: Mapped[bytes]
    # The private key sealed to the recovery key, whose private half is kept off line.
    recovery_copy: Mapped[bytes]


class Membership(Base):
    """A member's sealed copy of the office's private key."""

    __tablename__ = "office_memberships"

    office_id: Mapped[int] = mapped_column(sa.ForeignKey("offices.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True, index=True)
    sealed_key: Mapped[bytes]


def found(
    session: Session,
    kind: OfficeKind,
    name: str,
    recovery_key: bytes,
    members: Sequence[Staff],
    *,
    actor: Staff | None,
    now: datetime,
) -> Office:
    """Set up an office with a fresh key, sealed to its first members and to the recovery key."""
    pair = sealing.new_key_pair()
    office = Office(
        kind=kind,
        name=name,
        public_key=pair.public,
        recovery_copy=sealing.seal_key(recovery_key, pair.private),
    )
    session.add(office)
    session.flush()
    for person in members:
        _hand_over(session, office, person, pair.private)
    audit.record(
        session,
        actor,
        "offices.found",
        f"offices:{office.id}",
        now,
        members=sorted(person.id for person in members),
    )
    return office


def join(
    session: Session,
    office: Office,
    person: Staff,
    private_key: bytes,
    actor: Staff | None,
    now: datetime,
) -> None:
    """Let someone into an office by sealing its key to them once more.

    Args:
        private_key: the office's, opened by the member who lets the person in, or by the recovery
            key (then there is no actor).

    Raises:
        Refused: the person is in the office already.
        ValueError: the key is another one: the person would hold a key that opens nothing.
    """
    if sealing.public_of(private_key) != office.public_key:
        raise ValueError("this key is not the office's")
    queue_up(session)
    if session.get(Membership, (office.id, person.id)) is not None:
        raise Refused("%(name)s已在%(office)s", name=person.name, office=office.name)
    _hand_over(session, office, person, private_key)
    audit.record(session, actor, "offices.join", f"offices:{office.id}", now, member=person.id)


def _hand_over(session: Session, office: Office, person: Staff, private_key: bytes) -> None:
    session.add(
        Membership(
            office_id=office.id,
            staff_id=person.id,
            sealed_key=sealing.seal_key(person.public_key, private_key),
        )
    )
    session.flush()


def of_staff(session: Session, person: Staff) -> Sequence[Office]:
    """The offices somebody belongs to."""
    query = (
        sa.select(Office)
        .join(Membership, Membership.office_id == Office.id)
        .where(Membership.staff_id == person.id)
        .order_by(Office.id)
    )
    return session.scalars(query).all()


def names_by_staff(session: Session) -> dict[int, list[str]]:
    """The names of everybody's offices, by the member's id (one statement)."""
    query = (
        sa.select(Membership.staff_id, Office.name)
        .join(Office, Office.id == Membership.office_id)
        .order_by(Office.id)
    )
    names: dict[int, list[str]] = {}
    for staff_id, name in session.execute(query):
        names.setdefault(staff_id, []).append(name)
    return names


def ids_of_staff(person_id: int) -> sa.Select[int]:
    """The ids of somebody's offices, as a sub-query for "what my office holds"."""
    return sa.select(Membership.office_id).where(Membership.staff_id == person_id)


def that_take_reports(session: Session) -> Sequence[Office]:
    """The offices a report may be passed to: with members, so that somebody can open it.

    The custodian's is none of them: who reports and what is reported are never in one hand.
    """
    query = (
        sa.select(Office)
        .where(
            Office.kind != OfficeKind.CUSTODY,
            Office.id.in_(sa.select(Membership.office_id)),
        )
        .order_by(Office.id)
    )
    return session.scalars(query).all()


def first_of_kind(session: Session, kind: OfficeKind) -> Office:
    """The office that receives for its kind.

    Only id, name and public key are loaded: the public site may read no more.

    Raises:
        Refused: the county has not set up such an office yet.
    """
    query = (
        sa.select(Office)
        .where(Office.kind == kind)
        .order_by(Office.id)
        .limit(1)
        .options(sa.orm.load_only(Office.kind, Office.name, Office.public_key))
    )
    office = session.scalar(query)
    if office is None:
        raise Refused("尚未设立%(office)s，暂时不能接收", office=kind)
    return office
