"""The staff of the internal site, their offices and keys, and who must stand aside."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from demo.chance import chance
from demo.data import lines
from demo.names import people
from domain import offices, sealing, staff
from domain.offices import Office, OfficeKind
from domain.permissions import Role
from domain.recusal import Recusal
from domain.staff import Staff

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from demo.officials import Posts
    from domain.units import Unit

BEGINNING = datetime(2023, 12, 1, 1, 0, tzinfo=UTC)
OFFICES = {
    "信访室": OfficeKind.INTAKE,
    "案件监督管理室": OfficeKind.CASE_MANAGEMENT,
    "第一纪检监察室": OfficeKind.INVESTIGATION,
    "第二纪检监察室": OfficeKind.INVESTIGATION,
    "派驻第一纪检监察组": OfficeKind.STATIONED,
    "案件审理室": OfficeKind.ADJUDICATION,
    "干部监督室": OfficeKind.CADRE_SUPERVISION,
    "保密专员": OfficeKind.CUSTODY,
}
_WORDS = ("qingshan", "baiyun", "liuxi", "songling", "zhuping", "shiqiao", "wangxi", "yuntai")


@dataclass
class People:
    """The accounts by username, with what only the loading knows: passwords and private keys."""

    staff: dict[str, Staff] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    private_keys: dict[str, bytes] = field(default_factory=dict, repr=False)
    editors: dict[str, Staff] = field(default_factory=dict)

    def editor_of(self, code: str) -> Staff:
        """Who writes for a unit: its own editor, or the county's."""
        return self.editors.get(code, self.staff["bianji"])

    def reviewer(self, number: int) -> Staff:
        """The two reviewers take turns."""
        return self.staff[("shenhe", "shenhe2")[number % 2]]


def build(session: Session, units: dict[str, Unit], posts: Posts) -> People:
    """Enrol everybody and set up the offices. The recovery key is thrown away: nobody is to need it."""
    made = People()
    read = [fields for fields in lines("staff.txt") if not fields[2] or fields[2] in units]
    names = people(len(read), chance("staff"))
    for username, *_ in read:
        made.passwords[username] = _password()
    with ThreadPoolExecutor() as pool:  # Argon2id is slow on purpose, but not bound to one core
        keys = dict(zip(made.passwords, pool.map(_key, made.passwords.values()), strict=True))
    members: dict[str, list[Staff]] = {office: [] for office in OFFICES}
    for (username, role, unit, office), name in zip(read, names, strict=True):
        pair, locked = keys[username]
        person = staff.enrol(
            session,
            username,
            f"{name}（演示）",
            frozenset({Role[role.upper()]}),
            locked,
            actor=None,
            now=BEGINNING,
            unit=units[unit] if unit else None,
            official_id=_as_official(username, units, posts),
        )
        made.staff[username] = person
        made.private_keys[username] = pair.private
        if unit:
            made.editors[unit] = person
        if office:
            members[office].append(person)
    recovery = sealing.new_key_pair().public
    for name, kind in OFFICES.items():
        made.offices[name] = offices.found(
            session, kind, name, recovery, members[name], actor=None, now=BEGINNING
        )
    _recuse(session, made, posts)
    return made


def _password() -> str:
    """Easy to type and to tell apart; the accounts are printed on every start."""
    return f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}"


def _key(password: str) -> tuple[sealing.KeyPair, sealing.LockedKey]:
    pair = sealing.new_key_pair()
    return pair, sealing.lock_key(pair, password)


def _as_official(username: str, units: dict[str, Unit], posts: Posts) -> int | None:
    """The leader on the staff is one of the commission's deputies, and so recused from themselves."""
    if username != "lingdao" or "jw" not in units:
        return None
    return posts.holders[posts.deputies["jw"][0].id].id


def _recuse(session: Session, made: People, posts: Posts) -> None:
    """One officer is the cousin of one head, and another the classmate of one."""
    for username, code, relation in (
        ("anguan", "zjj", "表兄弟"),
        ("xinfang2", "dhz", "夫妻关系近亲属"),
    ):
        official = posts.holders[posts.heads[code].id]
        session.add(
            Recusal(
                staff_id=made.staff[username].id,
                official_id=official.id,
                relation=relation,
                declared_on=BEGINNING.date(),
            )
        )
    session.flush()
