"""Loads the demonstration county into an empty database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from demo import (
    disclosures,
    feedback,
    integrity,
    notices,
    obligations,
    officials,
    powers,
    reports,
    staff,
    units,
)
from demo.accounts import Accounts
from demo.publishing import Press
from demo.timeline import Timeline
from domain import indexing, settings
from domain.db import begin_writing
from domain.errors import Refused
from domain.offices import Office
from domain.officials import Official
from domain.staff import Staff
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from demo.staff import People

STEPS = 5
# A county smaller than this has its last quarters only.
_WHOLE_YEARS, _RECENT = 0.5, 4
COUNTY = {
    "site_name": "云岭县权力公开",
    "county": "云岭县",
    "host": "云岭县纪委监委（虚构）",
    "contact": "0000-0000000",
    "address": "云岭县城关镇文昌路1号（虚构地址）",
    "site_code": "0000000000",
    "domain": "yunling.example",
    "higher_body_city": "青岚市纪委监委（虚构）",
    "higher_body_province": "省纪委监委",
}


def is_empty(session: Session) -> bool:
    """Whether nobody has put anything into the database yet."""
    return all(
        session.scalar(sa.select(table.id).limit(1)) is None for table in (Unit, Staff, Office)
    )


def _silent(_what: str) -> None:
    pass


def load(
    session: Session, *, scale: float = 1.0, progress: Callable[[str], None] = _silent
) -> Accounts:
    """Load the county; the caller commits.

    Args:
        scale: 1 for the whole county, less for a smaller one with the same kinds of things.
        progress: told what each of the `STEPS` is about as it begins.

    Raises:
        Refused: the database is not empty.
    """
    if not session.in_transaction():
        begin_writing(session)
    if not is_empty(session):
        raise Refused("数据库里已经有数据，演示数据只能装入空的数据库")
    progress("单位和干部")
    settings.choose(session, **COUNTY)
    found = units.places(scale)
    made_units = units.build(session, found)
    posts = officials.build(session, found, made_units)
    units.keep_in_touch(made_units, [posts.holders[p.id].name for p in posts.deputies["jw"]])
    progress("人员和内设机构")
    people = staff.build(session, made_units, posts)
    press = Press()
    _announce_directory(session, made_units)
    recent = None if scale >= _WHOLE_YEARS else _RECENT
    obligations.make_rules(session, people, recent=recent)
    progress("权力清单")
    in_force = powers.build(session, found, posts, people, press)
    progress("五公开")
    disclosures.build(session, found, made_units, people, press, recent=recent)
    timeline = Timeline()
    obligations.build(session, people, press, timeline, recent=recent)
    progress("举报和线索")
    desk = reports.Desk(session, found, posts, people, in_force)
    shown = desk.run(timeline, round(reports.COUNT * scale))
    powers.explain_one(session, posts)
    units.change_a_code(session, made_units, timeline)
    powers.send_one_back(session, posts, people, timeline)
    integrity.build(session, posts, people, timeline)
    cases = notices.build(session, made_units, people, timeline)
    feedback.build(session, people, timeline, scale, cases)
    timeline.run(session, press.acts, press.changes)
    return Accounts(
        accounts=_accounts(people),
        receipts=[receipt for receipt, _ in shown],
        receipt_notes=[reports.note(case) for _, case in shown],
    )


def _announce_directory(session: Session, made: dict[str, Unit]) -> None:
    every = [f"units:{unit.id}" for unit in made.values()]
    numbers = session.scalars(sa.select(Official.id).order_by(Official.id))
    every += [f"officials:{number}" for number in numbers]
    indexing.announce(session, every, staff.BEGINNING)


def _accounts(people: People) -> list[dict[str, str]]:
    return [
        {
            "role": next(iter(person.roles)).value,
            "username": username,
            "password": people.passwords[username],
            "title": next(iter(person.roles)).label,
            "name": person.name,
            "unit": person.unit.short_name if person.unit else "",
        }
        for username, person in people.staff.items()
    ]
