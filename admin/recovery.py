"""The recovery key: kept off line, it opens every office's key.

With it an installation is set up and the first members enter an office, before anybody is there
who could let them in; and it brings a key back when the last member has gone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import sqlalchemy as sa

from admin.unsealing import CannotOpen, open_key
from domain import offices, sealing, staff, units
from domain.errors import Refused
from domain.labels import N_
from domain.offices import Office, OfficeKind
from domain.permissions import Role
from domain.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

_MARK = "key:"
_EXPLANATION = """\
明权 恢复密钥 / Mingquan recovery key
它能打开每个内设机构的密钥，也就能打开全部举报。请离线保存，由两人分别保管；不要放在服务器上。
It opens the key of every office, and so every report. Keep it off line, never on a server.
"""


def write_key(path: Path, pair: sealing.KeyPair) -> None:
    """Write the key to a new file that only its owner reads.

    Raises:
        Refused: the file is there already.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused(N_("%(path)s 已经存在，不会覆盖"), path=path) from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{_EXPLANATION}{_MARK} {pair.private.hex()}\n")


def read_key(path: Path) -> bytes:
    """The private key in a file of `write_key`.

    Raises:
        Refused: it holds none.
    """
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(_MARK):
            try:
                key = bytes.fromhex(line.removeprefix(_MARK))
            except ValueError:
                continue
            if len(key) == 32:
                return key
    raise Refused(N_("%(path)s 不是恢复密钥文件"), path=path)


def set_up_offices(session: Session, recovery_public: bytes, now: datetime) -> None:
    """Found one office of every kind, still without members.

    Raises:
        Refused: there are offices already.
    """
    if session.scalar(sa.select(Office.id).limit(1)) is not None:
        raise Refused(N_("系统已经建立过，不能重复建立"))
    for kind in OfficeKind:
        offices.found(session, kind, kind.label, recovery_public, [], actor=None, now=now)


def enrol(
    session: Session,
    username: str,
    locked: sealing.LockedKey,
    recovery_key: bytes | None,
    now: datetime,
    *,
    name: str,
    roles: Sequence[str],
    unit_code: str | None = None,
    office_names: Sequence[str] = (),
) -> Staff:
    """Add a member of staff from the command line, and let them into their offices.

    Raises:
        Refused: a unit or office does not exist, an office needs the recovery key or it is not
            the right one, or what `domain.staff.enrol` refuses.
    """
    unit = units.by_code(session, unit_code) if unit_code else None
    if unit_code and unit is None:
        raise Refused(N_("没有代码为“%(code)s”的单位"), code=unit_code)
    person = staff.enrol(
        session,
        username,
        name,
        frozenset(role for role in Role if role.value in roles),
        locked,
        actor=None,
        now=now,
        unit=unit,
    )
    for office_name in office_names:
        office = session.scalar(sa.select(Office).where(Office.name == office_name))
        if office is None:
            raise Refused(N_("没有名为“%(office)s”的内设机构"), office=office_name)
        offices.join(session, office, person, _office_key(office, recovery_key), None, now)
    return person


def _office_key(office: Office, recovery_key: bytes | None) -> bytes:
    if recovery_key is None:
        raise Refused(N_("加入%(office)s需要恢复密钥"), office=office.name)
    try:
        return open_key(recovery_key, office.recovery_copy)
    except CannotOpen as error:
        raise Refused(N_("恢复密钥打不开%(office)s的密钥"), office=office.name) from error
