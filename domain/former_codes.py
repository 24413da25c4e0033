"""Former codes of units: where a unit that was renamed or merged (机构改革) is found now.

A unit's code stands in addresses, workbooks and links outside. It may change, but no other unit ever
takes it: what was linked leads on for good.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain import audit, obligations
from domain.clock import local_day
from domain.db import Base, queue_up
from domain.disclosures import Disclosure
from domain.errors import Refused
from domain.grants import READ, portal
from domain.indexing import announce
from domain.notices import Notice
from domain.officials import Post, Tenure
from domain.powers import PowerList
from domain.units import Unit, by_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from domain.staff import Staff

_CODE = re.compile("[A-Za-z0-9_-]{1,20}")


class FormerCode(Base):
    """A code that a unit had, and the unit that it leads to now."""

    __tablename__ = "former_codes"
    __table_args__ = portal(READ)

    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), index=True)
    # The name the unit had under it; another one's, when it was merged.
    name: Mapped[str] = mapped_column(sa.String(80))
    merged: Mapped[bool]
    ended_at: Mapped[datetime]


def unit_of(session: Session, code: str) -> Unit | None:
    """The unit that a former code leads to now, or None."""
    query = sa.select(Unit).join(FormerCode, FormerCode.unit_id == Unit.id)
    return session.scalar(query.where(FormerCode.code == code))


def one_of(session: Session, among: Iterable[Unit], code: str | None) -> Unit | None:
    """The unit among these that has a code or had it, or None: for a filter by code."""
    there = {unit.code: unit for unit in among}
    if not code or code in there:
        return there.get(code or "")
    heir = unit_of(session, code)
    return there.get(heir.code) if heir else None


def rename(session: Session, unit: Unit, code: str, actor: Staff | None, now: datetime) -> None:
    """Give a unit another code; the old one leads to it from now on.

    Args:
        actor: who does it; None for the command line.

    Raises:
        Refused: the code is none, or another unit has or had it.
    """
    queue_up(session)
    if not _CODE.fullmatch(code):
        raise Refused("单位编码只能由字母、数字、“-”和“_”组成，最多 20 个字符")
    former = session.get(FormerCode, code)
    if by_code(session, code) is not None:
        raise Refused("单位编码“%(code)s”已有单位在用", code=code)
    if former is not None and (former.unit_id != unit.id or former.merged):
        raise Refused("单位编码“%(code)s”以前是别的单位用过的，不能再用", code=code)
    if former is not None:
        session.delete(former)
        session.flush()
    old = unit.code
    _keep(session, unit, unit, now)
    unit.code = code
    announce(session, _subjects(session, unit), now)
    audit.record(session, actor, "units.rename", f"units:{unit.id}", now, old=old, new=code)


def merge(session: Session, unit: Unit, into: Unit, actor: Staff | None, now: datetime) -> None:
    """Dissolve a unit into another: all that is of it is the other's, its codes lead there.

    Posts keep their holders and lists; none of them is the 一把手 of the other unit. Where both units
    have a post or a disclosure of one title, the dissolved unit's says where it comes from.

    Raises:
        Refused: both are the same unit.
    """
    queue_up(session)
    if unit.id == into.id:
        raise Refused("不能并入自己")
    session.flush()
    number, old = unit.id, unit.code
    _keep(session, unit, into, now, merged=True)
    subjects = [f"units:{number}", *_subjects(session, unit)]
    _tell_apart(session, unit, into)
    obligations.take_over(session, number, into.id, local_day(now))
    if into.parent_id == number:
        into.parent_id = unit.parent_id
        session.flush()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is Unit.__table__.c.id for key in column.foreign_keys):
                session.execute(sa.update(table).where(column == number).values({column: into.id}))
    session.execute(sa.delete(Unit).where(Unit.id == number))
    session.expire_all()
    announce(session, [*subjects, f"units:{into.id}"], now)
    name = f"units:{number}"
    audit.record(session, actor, "units.merge", name, now, old=old, into=into.code)


def _keep(session: Session, unit: Unit, heir: Unit, now: datetime, *, merged: bool = False) -> None:
    """Remember the code that ends, and let 索引号, which never change, keep it."""
    session.add(
        FormerCode(code=unit.code, unit_id=heir.id, name=unit.name, merged=merged, ended_at=now)
    )
    for table in (Disclosure, Notice):
        session.execute(
            sa.update(table)
            .where(table.unit_id == unit.id, table.index_code.is_(None))
            .values(index_code=unit.code)
            .execution_options(synchronize_session="fetch")
        )
    if merged:
        former = sa.update(FormerCode).where(FormerCode.unit_id == unit.id)
        session.execute(former.values(unit_id=heir.id, merged=True))
    session.flush()


def _subjects(session: Session, unit: Unit) -> list[str]:
    """All that shows the unit's code or name to the public."""
    posts = sa.select(Post.id).where(Post.unit_id == unit.id)
    people = sa.select(Tenure.official_id).where(Tenure.post_id.in_(posts))
    lists = sa.select(PowerList.id).where(PowerList.post_id.in_(posts))
    told = sa.select(Disclosure.id).where(Disclosure.unit_id == unit.id)
    warned = sa.select(Notice.id).where(Notice.unit_id == unit.id)
    nouns = {"officials": people, "powers": lists, "disclosures": told, "notices": warned}
    found = [
        f"{noun}:{number}"
        for noun, query in nouns.items()
        for number in sorted(set(session.scalars(query)))
    ]
    return [f"units:{unit.id}", *found]


def _tell_apart(session: Session, unit: Unit, into: Unit) -> None:
    """Give other titles to what would collide in the other unit."""
    origin = f"（原{unit.short_name}）"
    taken = set(session.scalars(sa.select(Post.title).where(Post.unit_id == into.id)))
    for post in session.scalars(sa.select(Post).where(Post.unit_id == unit.id)):
        post.is_head = False
        if post.title in taken:
            post.title = post.title[: 80 - len(origin)] + origin
    key = (Disclosure.leaf, Disclosure.period, Disclosure.title)
    there = {
        tuple(row) for row in session.execute(sa.select(*key).where(Disclosure.unit_id == into.id))
    }
    for told in session.scalars(sa.select(Disclosure).where(Disclosure.unit_id == unit.id)):
        if (told.leaf, told.period, told.title) in there:
            told.title = told.title[: 200 - len(origin)] + origin
    session.flush()
