"""Posts, officials and tenures in an import: one row for each time somebody holds a post."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.errors import Refused
from domain.imports import bulk, cells
from domain.imports.problems import Count, Effect, Findings
from domain.imports.units import UnitEntry, Units, ensure_commission, refuse_repeated
from domain.labels import N_
from domain.officials import ManagedBy, Official, Post, Tenure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from domain.imports.rows import Row
    from domain.staff import Staff

_FIELDS = ("is_head", "level", "managed_by", "portfolio", "position")


@dataclass(eq=False)
class PostEntry:
    """A post. ``said`` names the row in which the workbook first says each of its values."""

    unit: UnitEntry
    title: str
    values: dict[str, Any]
    id: int | None = None
    effect: Effect = Effect.UNCHANGED
    said: dict[str, Row] = field(default_factory=dict)
    tenures: list[TenureEntry] = field(default_factory=list)


@dataclass(eq=False)
class OfficialEntry:
    """A person."""

    code: str
    name: str
    brief: str = ""
    id: int | None = None
    effect: Effect = Effect.UNCHANGED
    said: dict[str, Row] = field(default_factory=dict)


@dataclass(eq=False)
class TenureEntry:
    """A person in a post."""

    official: OfficialEntry
    started_on: date
    ended_on: date | None
    id: int | None = None
    effect: Effect = Effect.UNCHANGED
    row: Row | None = None


@dataclass
class Officials:
    """All posts, people and tenures, those of the database and those of the workbook."""

    units: Units
    posts: dict[tuple[UnitEntry, str], PostEntry] = field(default_factory=dict)
    people: dict[str, OfficialEntry] = field(default_factory=dict)
    of_unit: dict[UnitEntry, list[PostEntry]] = field(default_factory=lambda: defaultdict(list))
    count: Count = field(default_factory=Count)

    def add(self, post: PostEntry) -> None:
        """Make a post findable."""
        self.posts[post.unit, cells.key(post.title)] = post
        self.of_unit[post.unit].append(post)

    def post_of_row(self, row: Row, findings: Findings) -> PostEntry | None:
        """The post a row names; None, and a problem, when there is no such post."""
        unit = self.units.of_row(row, findings)
        if unit is None:
            return None
        found = self.posts.get((unit, cells.key(row.text("post"))))
        if found is None:
            titles = [post.title for post in self.of_unit[unit]]
            findings.refuse(
                row.place("post"),
                Refused(
                    "“%(unit)s”没有职务“%(post)s”，现有：%(titles)s",
                    unit=unit.name,
                    post=row.text("post"),
                    titles="；".join(titles[:20]),
                )
                if titles
                else Refused("“%(unit)s”还没有职务，请先写进“职务与干部”", unit=unit.name),
            )
        return found

    def take(self, rows: Iterable[Row], actor: Staff | None, findings: Findings) -> None:
        """Compare the workbook's rows with what is known, and note what they change."""
        for row in rows:
            effects = self._take(row, findings)
            if effects is None:
                continue
            effect = next((e for e in Effect if e in effects), Effect.UNCHANGED)
            self.count.add(effect)
            ensure_commission(actor, effect, row, findings)
        for post in self.posts.values():
            _ensure_apart(post, findings)

    def _take(self, row: Row, findings: Findings) -> set[Effect] | None:
        unit = self.units.of_row(row, findings)
        if unit is None:
            return None
        post = self._post(unit, row, findings)
        if not any(row.text(key) for key in ("name", "code")):
            for key in ("started_on", "ended_on"):
                if row.day(key):
                    findings.refuse(row.place(key), Refused("写了日期，还要写姓名和干部编号"))
            return {post.effect}
        person = self._person(row, findings)
        if person is None:
            return None
        tenure = _tenure(post, person, row, findings)
        return None if tenure is None else {post.effect, person.effect, tenure.effect}

    def _post(self, unit: UnitEntry, row: Row, findings: Findings) -> PostEntry:
        key = (unit, cells.key(row.text("post")))
        given = row.given(_FIELDS)
        post = self.posts.get(key)
        if post is None:
            post = PostEntry(unit, row.text("post"), self._defaults(unit), effect=Effect.ADDED)
            self.add(post)
        _say(post.values, given, post.said, row, findings)
        if post.effect is Effect.UNCHANGED and any(
            post.values[name] != value for name, value in given.items()
        ):
            post.effect = Effect.CHANGED
        post.values |= given
        return post

    def _defaults(self, unit: UnitEntry) -> dict[str, Any]:
        taken = (post.values["position"] for post in self.of_unit[unit])
        return {
            "is_head": False,
            "level": "",
            "managed_by": ManagedBy.COUNTY,
            "portfolio": "",
            "position": max(taken, default=0) + 1,
        }

    def _person(self, row: Row, findings: Findings) -> OfficialEntry | None:
        for key, missing in (("name", N_("姓名")), ("code", N_("干部编号"))):
            if not row.text(key):
                findings.refuse(
                    row.place(key),
                    Refused("姓名和干部编号要一起写，缺“%(what)s”", what=Refused(missing)),
                )
                return None
        key = cells.key(row.text("code"))
        person = self.people.get(key)
        if person is None:
            person = OfficialEntry(row.text("code"), row.text("name"), effect=Effect.ADDED)
            self.people[key] = person
        elif cells.key(person.name) != cells.key(row.text("name")):
            _refuse_person(person, row, findings)
            return None
        given = row.given(("brief",))
        _say({"brief": person.brief}, given, person.said, row, findings)
        person.said.setdefault("name", row)
        if given and given["brief"] != person.brief:
            person.brief = given["brief"]
            if person.effect is Effect.UNCHANGED:
                person.effect = Effect.CHANGED
        return person

    def write(self, session: Session) -> None:
        """Put what is new and changed into the database; units must be there already."""
        posts = [post for post in self.posts.values() if post.effect is not Effect.UNCHANGED]
        new_posts = [post for post in posts if post.id is None]
        rows = [{"unit_id": p.unit.id, "title": p.title} | p.values for p in new_posts]
        old_posts = [{"id": post.id} | post.values for post in posts if post.id is not None]
        for post, post_id in zip(
            new_posts, bulk.insert(session, Post, ("unit_id", "title"), rows), strict=True
        ):
            post.id = post_id
        bulk.update(session, Post, old_posts)
        people = [p for p in self.people.values() if p.effect is not Effect.UNCHANGED]
        new_people = [person for person in people if person.id is None]
        rows = [{"code": p.code, "name": p.name, "brief": p.brief} for p in new_people]
        old_people = [{"id": p.id, "brief": p.brief} for p in people if p.id is not None]
        for person, person_id in zip(
            new_people, bulk.insert(session, Official, ("code",), rows), strict=True
        ):
            person.id = person_id
        bulk.update(session, Official, old_people)
        self._write_tenures(session)

    def _write_tenures(self, session: Session) -> None:
        held = [(p, t) for p, t in self.tenures() if t.effect is not Effect.UNCHANGED]
        # Ends first: only one tenure of a post may be open at any moment.
        bulk.update(
            session,
            Tenure,
            [{"id": t.id, "ended_on": t.ended_on} for _, t in held if t.id is not None],
        )
        bulk.append(
            session,
            Tenure,
            [
                {
                    "post_id": post.id,
                    "official_id": tenure.official.id,
                    "started_on": tenure.started_on,
                    "ended_on": tenure.ended_on,
                }
                for post, tenure in held
                if tenure.id is None
            ],
        )

    def tenures(self) -> Iterable[tuple[PostEntry, TenureEntry]]:
        """Every tenure with its post."""
        return ((post, tenure) for post in self.posts.values() for tenure in post.tenures)


def _say(
    values: dict[str, Any],
    given: dict[str, Any],
    said: dict[str, Row],
    row: Row,
    findings: Findings,
) -> None:
    """Refuse a row that says something else than an earlier row about the same post or person."""
    for key, value in given.items():
        first = said.setdefault(key, row)
        if first is not row and values[key] != value:
            findings.refuse(
                row.place(key),
                Refused(
                    "与“%(sheet)s”第 %(row)s 行写的不一致",
                    sheet=first.sheet.title,
                    row=first.number,
                ),
            )


def _refuse_person(person: OfficialEntry, row: Row, findings: Findings) -> None:
    first = person.said.get("name")
    if first is not None:
        findings.refuse(
            row.place("name"),
            Refused(
                "干部编号 %(code)s 在“%(sheet)s”第 %(row)s 行是“%(name)s”，一个编号只能是一个人",
                code=person.code,
                sheet=first.sheet.title,
                row=first.number,
                name=person.name,
            ),
        )
    else:
        findings.refuse(
            row.place("name"),
            Refused(
                "干部编号 %(code)s 在系统里是“%(name)s”，请核对编号和姓名",
                code=person.code,
                name=person.name,
            ),
        )


def _tenure(
    post: PostEntry, person: OfficialEntry, row: Row, findings: Findings
) -> TenureEntry | None:
    started, ended = row.day("started_on"), row.day("ended_on")
    if started is None:
        findings.refuse(row.place("started_on"), Refused("写了姓名，还要写任职日期"))
        return None
    if ended is not None and ended < started:
        findings.refuse(row.place("ended_on"), Refused("免职日期早于任职日期"))
        return None
    for tenure in post.tenures:
        if tenure.official is not person or tenure.started_on != started:
            continue
        if tenure.row is not None:
            refuse_repeated(findings, row, tenure.row, "started_on")
            return None
        tenure.row = row
        if ended is not None and ended != tenure.ended_on:
            tenure.ended_on, tenure.effect = ended, Effect.CHANGED
        return tenure
    tenure = TenureEntry(person, started, ended, effect=Effect.ADDED, row=row)
    post.tenures.append(tenure)
    return tenure


def _ensure_apart(post: PostEntry, findings: Findings) -> None:
    """No two tenures of a post overlap (design §3); a newcomer ends who holds it until now."""
    held = sorted(post.tenures, key=lambda tenure: tenure.started_on)
    for earlier, later in pairwise(held):
        if earlier.ended_on is not None and earlier.ended_on < later.started_on:
            continue
        if Effect.UNCHANGED is earlier.effect and later.effect is Effect.UNCHANGED:
            continue
        relieved = (
            earlier.row is None
            and earlier.ended_on is None
            and earlier.started_on < later.started_on
            and later.ended_on is None
            and later.row is not None
        )
        if relieved and later.row is not None:
            earlier.ended_on = later.started_on - timedelta(days=1)
            earlier.effect = Effect.CHANGED
            findings.mention(
                later.row.place("started_on"),
                Refused(
                    "原任“%(name)s”的任职将记为到 %(day)s 为止",
                    name=earlier.official.name,
                    day=earlier.ended_on.isoformat(),
                ),
            )
        else:
            _refuse_overlap(earlier, later, findings)


def _refuse_overlap(earlier: TenureEntry, later: TenureEntry, findings: Findings) -> None:
    row, other = (later.row, earlier) if later.row is not None else (earlier.row, later)
    if row is None:
        return
    if other.row is not None:
        findings.refuse(
            row.place("started_on"),
            Refused(
                "与“%(sheet)s”第 %(row)s 行“%(name)s”的任职时间重叠，前任要写免职日期",
                sheet=other.row.sheet.title,
                row=other.row.number,
                name=other.official.name,
            ),
        )
    else:
        findings.refuse(
            row.place("started_on"),
            Refused(
                "与系统里“%(name)s”的任职（%(start)s 起）时间重叠",
                name=other.official.name,
                start=other.started_on.isoformat(),
            ),
        )


def known(session: Session, units: Units) -> Officials:
    """The posts, people and tenures of the database (three statements)."""
    by_id = {unit.id: unit for unit in units.entries.values()}
    found = Officials(units)
    posts: dict[int, PostEntry] = {}
    columns = [getattr(Post, name) for name in ("id", "unit_id", "title", *_FIELDS)]
    for row in session.execute(sa.select(*columns).order_by(Post.id)).mappings():
        values = {name: row[name] for name in _FIELDS}
        post = PostEntry(by_id[row["unit_id"]], row["title"], values, id=row["id"])
        posts[row["id"]] = post
        found.add(post)
    people: dict[int, OfficialEntry] = {}
    everyone = sa.select(Official.id, Official.code, Official.name, Official.brief)
    for person_id, code, name, brief in session.execute(everyone):
        people[person_id] = OfficialEntry(code, name, brief, id=person_id)
        found.people[cells.key(code)] = people[person_id]
    held = sa.select(
        Tenure.id, Tenure.post_id, Tenure.official_id, Tenure.started_on, Tenure.ended_on
    )
    for tenure_id, post_id, person_id, started, ended in session.execute(held):
        posts[post_id].tenures.append(TenureEntry(people[person_id], started, ended, id=tenure_id))
    return found
