"""Staff: who may sign in to the internal site, with which roles, and their sign-in sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import audit
from domain.db import Base, queue_up, see_latest
from domain.errors import Refused
from domain.permissions import Permission, Role, compatible, permissions_of
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.sealing import LockedKey

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
SESSION_IDLE = timedelta(minutes=30)
SESSION_MAX = timedelta(hours=10)
# A session's last use is written at most this often, so that reading pages rarely writes.
SEEN_EVERY = timedelta(minutes=1)


class Staff(Base):
    """A member of staff. The private key is kept locked under the password; the password nowhere."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    # Whose power lists an editor may write; None for staff of the commission.
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    # The person as an official, when they are one: what recusal looks at first.
    official_id: Mapped[int | None] = mapped_column(sa.ForeignKey("officials.id"))
    role_names: Mapped[list[str]] = mapped_column(default=list)
    public_key: Mapped[bytes]
    locked_key: Mapped[bytes]
    key_salt: Mapped[bytes]
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()

    @property
    def roles(self) -> frozenset[Role]:
        """The person's roles."""
        return frozenset(role for role in Role if role.value in self.role_names)

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the person's roles allow."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """Whether the person may do this kind of thing at all; the rule itself may refuse more."""
        return self.active and permission in self.permissions


class StaffSession(Base):
    """A sign-in. The cookie's token finds it (by hash) and unlocks the key; neither is kept here."""

    __tablename__ = "staff_sessions"

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    boxed_key: Mapped[bytes]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


def by_username(session: Session, username: str) -> Staff | None:
    """The member of that name, or None."""
    return session.scalar(sa.select(Staff).where(Staff.username == username))


def everyone(session: Session) -> Sequence[Staff]:
    """All staff with their units, by username."""
    query = sa.select(Staff).options(sa.orm.joinedload(Staff.unit)).order_by(Staff.username)
    return session.scalars(query).all()


def enrol(
    session: Session,
    username: str,
    name: str,
    roles: frozenset[Role],
    key: LockedKey,
    *,
    actor: Staff | None,
    now: datetime,
    unit: Unit | None = None,
    official_id: int | None = None,
) -> Staff:
    """Add a member of staff.

    Raises:
        Refused: the name is taken, or the roles may not be held together (三员分立).
    """
    queue_up(session)
    if by_username(session, username) is not None:
        raise Refused("用户名“%(username)s”已被使用", username=username)
    if not compatible(roles):
        raise Refused("系统管理、安全保密、安全审计三员必须分设，也不得兼任其他岗位")
    person = Staff(
        username=username,
        name=name,
        role_names=sorted(roles),
        public_key=key.public,
        locked_key=key.locked,
        key_salt=key.salt,
        unit_id=unit.id if unit else None,
        official_id=official_id,
    )
    session.add(person)
    session.flush()
    audit.record(session, actor, "staff.enrol", f"staff:{person.id}", now)
    return person


def is_locked(person: Staff, now: datetime) -> bool:
    """Whether too many wrong passwords have shut the account for the moment."""
    return person.locked_until is not None and person.locked_until > now


def sign_in_failed(session: Session, person: Staff | None, now: datetime) -> None:
    """Put a failed sign-in on record; the fifth in a row shuts the account for 15 minutes.

    Nobody has shown who they are, so the row names no actor; nor does it keep a username that
    nobody has: people type their passwords there.
    """
    if person is not None:
        # Guesses made side by side all count.
        see_latest(session, person)
    if person is not None and not is_locked(person, now):
        person.failures += 1
        if person.failures >= LOCK_AFTER:
            person.failures = 0
            person.locked_until = now + LOCK_FOR
    subject = f"staff:{person.id}" if person else "staff:unknown"
    audit.record(session, None, "staff.sign_in_failed", subject, now)


def sign_in(
    session: Session, person: Staff, session_id: bytes, boxed_key: bytes, now: datetime
) -> StaffSession:
    """Start a session for someone whose password has just opened their key.

    Args:
        session_id: the hash of the cookie's token (`sealing.session_keys`).
        boxed_key: the person's private key, boxed under the token's other half.

    Raises:
        Refused: guesses made side by side have shut the account meanwhile, or it is closed.
    """
    see_latest(session, person)
    if not person.active or is_locked(person, now):
        raise Refused("这个账户现在不能登录")
    forget_old_sessions(session, now)
    person.failures = 0
    person.locked_until = None
    started = StaffSession(
        id=session_id, staff_id=person.id, boxed_key=boxed_key, started_at=now, seen_at=now
    )
    session.add(started)
    audit.record(session, person, "staff.sign_in", f"staff:{person.id}", now)
    return started


def live_session(session: Session, session_id: bytes, now: datetime) -> StaffSession | None:
    """The sign-in of that id if it is still good: active person, not idle, not too old."""
    query = (
        sa.select(StaffSession)
        .options(sa.orm.joinedload(StaffSession.staff))
        .where(StaffSession.id == session_id)
    )
    found = session.scalar(query)
    if (
        found is None
        or not found.staff.active
        or found.seen_at < now - SESSION_IDLE
        or found.started_at < now - SESSION_MAX
    ):
        return None
    return found


def seen(session: Session, session_id: bytes, now: datetime) -> None:
    """Note that a session is in use, which puts off its end by idling."""
    session.execute(
        sa.update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now)
    )


def sign_out(session: Session, signed_in: StaffSession, now: datetime) -> None:
    """End a session; its boxed key goes with it."""
    person = signed_in.staff
    session.delete(signed_in)
    audit.record(session, person, "staff.sign_out", f"staff:{person.id}", now)


def forget_old_sessions(session: Session, now: datetime) -> None:
    """Delete sessions that can no longer be used."""
    session.execute(
        sa.delete(StaffSession).where(
            sa.or_(
                StaffSession.seen_at < now - SESSION_IDLE,
                StaffSession.started_at < now - SESSION_MAX,
            )
        )
    )
