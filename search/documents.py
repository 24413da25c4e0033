"""What can be found: documents of the groups that the change log names, read from the database.

A group is all that appears and disappears together: ``powers:<PowerList.id>``,
``disclosures:<Disclosure.id>``, ``officials:<Official.id>``, ``units:<Unit.id>``. What its
documents say depends on the database alone, never on the day they are read.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import categories, markup
from domain.clock import local_day
from domain.disclosures import Disclosure, DisclosureEdition
from domain.notices import Notice, NoticeEdition
from domain.officials import Official, Post, Tenure
from domain.powers import PowerEdition, PowerItem, PowerList
from domain.publishing import State
from domain.units import Unit
from search.engine import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date

    from sqlalchemy.orm import Session

BATCH = 100
_SEATS = "省市州县区旗镇乡"


def of_groups(session: Session, groups: Iterable[str]) -> dict[str, list[Document]]:
    """The documents of groups as they are public now: an empty list where nothing is.

    A fixed number of SQL statements, however many groups there are. The session should be a new
    one: rows that it has read before are not read again.
    """
    found: dict[str, list[Document]] = {group: [] for group in groups}
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for group in found:
        noun, _, number = group.partition(":")
        # A later version may log what this one does not know yet.
        if noun in _READERS and number.isascii() and number.isdigit():
            numbers[noun].add(int(number))
    for noun, wanted in numbers.items():
        for document in _READERS[noun](session, wanted):
            found[document.group].append(document)
    return found


def everything(session: Session) -> Iterator[tuple[str, list[Document]]]:
    """All groups of which something is public, some at a time."""
    queries = {
        "units": sa.select(Unit.id).order_by(Unit.id),
        "officials": sa.select(Official.id).order_by(Official.id),
        "powers": sa.select(PowerEdition.list_id)
        .where(PowerEdition.state == State.PUBLISHED)
        .order_by(PowerEdition.list_id),
        "disclosures": sa.select(DisclosureEdition.disclosure_id)
        .where(DisclosureEdition.state == State.PUBLISHED)
        .order_by(DisclosureEdition.disclosure_id),
        "notices": sa.select(NoticeEdition.notice_id)
        .where(NoticeEdition.state == State.PUBLISHED)
        .order_by(NoticeEdition.notice_id),
    }
    for noun, query in queries.items():
        numbers = session.scalars(query).all()
        for start in range(0, len(numbers), BATCH):
            some = numbers[start : start + BATCH]
            yield from of_groups(session, [f"{noun}:{number}" for number in some]).items()


def _units(session: Session, ids: Collection[int]) -> Iterator[Document]:
    query = sa.select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id)
    for unit in session.scalars(query):
        yield Document(
            id=f"unit:{unit.id}",
            group=f"units:{unit.id}",
            kind=Kind.UNIT,
            title=unit.name,
            names=unit_names(unit),
            body=_lines((unit.kind.label, ""), ("", unit.duty), ("地址", unit.address)),
            unit=unit.code,
            unit_name=unit.name,
        )


def unit_names(unit: Unit) -> tuple[str, ...]:
    """What else a unit is called: 教育局, 县教育局; and 县一中 without its seat: 一中."""
    short = unit.short_name
    seat = unit.name.removesuffix(short)[-1:] if unit.name.endswith(short) else ""
    if seat and seat in _SEATS:
        return (short, seat + short)
    bare = short.removeprefix("县委").removeprefix("县")
    return (short, bare) if bare != short and len(bare) > 1 else (short,)


def _officials(session: Session, ids: Collection[int]) -> Iterator[Document]:
    query = (
        sa.select(Official)
        .where(Official.id.in_(ids))
        .options(
            sa.orm.selectinload(Official.tenures).joinedload(Tenure.post).joinedload(Post.unit)
        )
        .order_by(Official.id)
    )
    for official in session.scalars(query):
        tenures = sorted(official.tenures, key=_latest, reverse=True)
        unit = tenures[0].post.unit if tenures else None
        yield Document(
            id=f"official:{official.id}",
            group=f"officials:{official.id}",
            kind=Kind.OFFICIAL,
            title=official.name,
            names=tuple(dict.fromkeys(name for held in tenures for name in _offices(held))),
            body=_lines(*(("", _tenure(tenure)) for tenure in tenures), ("", official.brief)),
            unit=unit.code if unit else "",
            unit_name=unit.name if unit else "",
        )


def _latest(tenure: Tenure) -> tuple[bool, int, int]:
    return tenure.ended_on is None, tenure.started_on.toordinal(), tenure.id


def _tenure(tenure: Tenure) -> str:
    until = f"至{_month(tenure.ended_on)}" if tenure.ended_on else "起"
    return f"{tenure.post.unit.name}{tenure.post.title}（{_month(tenure.started_on)}{until}）"


def _offices(tenure: Tenure) -> Iterator[str]:
    """How people name who holds a post now: 教育局局长, 县委书记, 县长."""
    unit = tenure.post.unit
    if tenure.ended_on is None:
        for title in tenure.post.title.split("、"):
            if title.startswith(tuple(_SEATS)):
                yield title
            for called in dict.fromkeys((unit.short_name, unit.name)):
                yield title if title.startswith(called) else called + title


def _month(day: date) -> str:
    return f"{day.year}年{day.month}月"


def _powers(session: Session, ids: Collection[int]) -> Iterator[Document]:
    query = (
        sa.select(PowerEdition)
        .where(PowerEdition.list_id.in_(ids), PowerEdition.state == State.PUBLISHED)
        .options(
            sa.orm.joinedload(PowerEdition.power_list)
            .joinedload(PowerList.post)
            .joinedload(Post.unit),
            sa.orm.selectinload(PowerEdition.items).selectinload(PowerItem.steps),
        )
        .order_by(PowerEdition.list_id)
    )
    for edition in session.scalars(query):
        for item in edition.items:
            yield _power(edition, item)


def _power(edition: PowerEdition, item: PowerItem) -> Document:
    post = edition.power_list.post
    day = local_day(edition.published_at) if edition.published_at else None
    since = edition.effective_on or day
    steps = "；".join(
        "，".join(filter(None, (step.name, step.who, step.time_limit, step.disclosed)))
        for step in item.steps
    )
    return Document(
        id=f"power:{item.id}",
        group=edition.subject,
        kind=Kind.POWER,
        title=item.name,
        body=_lines(
            ("", item.plain),
            ("职务", f"{post.unit.name}{post.title}"),
            ("权力类别", item.kind.label),
            ("权力来源", item.source),
            ("权力责任", item.responsibility),
            ("运行流程", steps),
            ("廉政风险", item.risk.label),
            ("防控措施", item.controls),
            ("公开范围", item.scope.label),
            ("公开时间", item.timing),
        ),
        unit=post.unit.code,
        unit_name=post.unit.name,
        power_kind=item.kind.value,
        year=since.year if since else None,
        date=day,
    )


def _disclosures(session: Session, ids: Collection[int]) -> Iterator[Document]:
    query = (
        sa.select(DisclosureEdition)
        .where(DisclosureEdition.disclosure_id.in_(ids), DisclosureEdition.state == State.PUBLISHED)
        .options(sa.orm.joinedload(DisclosureEdition.disclosure).joinedload(Disclosure.unit))
        .order_by(DisclosureEdition.disclosure_id)
    )
    for edition in session.scalars(query):
        disclosure = edition.disclosure
        published = local_day(edition.published_at) if edition.published_at else None
        yield Document(
            id=f"disclosure:{edition.id}",
            group=edition.subject,
            kind=Kind.DISCLOSURE,
            title=edition.title,
            body=_lines(
                ("", markup.words(edition.body)),
                ("公开类别", disclosure.leaf.label),
                ("所属时期", disclosure.period),
                ("索引号", disclosure.index_number),
            ),
            unit=disclosure.unit.code,
            unit_name=disclosure.unit.name,
            year=disclosure.year,
            date=edition.dated_on or published,
        )


def _notices(session: Session, ids: Collection[int]) -> Iterator[Document]:
    query = (
        sa.select(NoticeEdition)
        .where(NoticeEdition.notice_id.in_(ids), NoticeEdition.state == State.PUBLISHED)
        .options(sa.orm.joinedload(NoticeEdition.notice).joinedload(Notice.unit))
        .order_by(NoticeEdition.notice_id)
    )
    for edition in session.scalars(query):
        unit, published = edition.notice.unit, edition.published_at
        day = edition.dated_on or (local_day(published) if published else None)
        yield Document(
            id=f"notice:{edition.id}",
            group=edition.subject,
            kind=Kind.NOTICE,
            title=edition.title,
            body=_lines(
                ("", markup.words(edition.body)),
                ("违纪类别", categories.label_of(edition.category)),
                ("索引号", edition.notice.index_number),
            ),
            unit=unit.code,
            unit_name=unit.name,
            year=day.year if day else None,
            date=day,
        )


def _lines(*passages: tuple[str, str]) -> str:
    """Passages, each on its line behind its heading; empty ones are left out."""
    return "\n".join(f"{name}：{text}" if name else text for name, text in passages if text)


_READERS: dict[str, Callable[[Session, Collection[int]], Iterator[Document]]] = {
    "units": _units,
    "officials": _officials,
    "powers": _powers,
    "disclosures": _disclosures,
    "notices": _notices,
}
