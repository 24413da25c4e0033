"""Units in an import: found by code, full or short name; compared with the database; written."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain import publishing
from domain.errors import Refused
from domain.former_codes import FormerCode
from domain.imports import bulk, cells
from domain.imports.problems import Count, Effect, Findings
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from domain.imports.rows import Row
    from domain.staff import Staff

_FIELDS = (
    "name",
    "short_name",
    "kind",
    "duty",
    "phone",
    "address",
    "is_discipline",
    "stationed_group",
    "liaison_leader",
    "position",
)
# It is part of the address of the unit's page.
_CODE = re.compile(r"[\w-]+")
_SHORT = Unit.__table__.c.short_name.type.length  # type: ignore[attr-defined]


@dataclass(eq=False)
class UnitEntry:
    """A unit as the database has it (``id``), as the workbook wants it (``row``), or both."""

    code: str
    values: dict[str, Any]
    id: int | None = None
    parent: UnitEntry | None = None
    row: Row | None = None
    effect: Effect = Effect.UNCHANGED

    @property
    def name(self) -> str:
        """Its full name."""
        return str(self.values["name"])


@dataclass
class Units:
    """All units, those of the database and those of the workbook."""

    entries: dict[str, UnitEntry] = field(default_factory=dict)
    names: dict[str, list[UnitEntry]] = field(default_factory=lambda: defaultdict(list))
    last_position: int = 0
    former: dict[str, tuple[FormerCode, UnitEntry]] = field(default_factory=dict)

    def find(self, word: str) -> list[UnitEntry]:
        """The units that go by a code, a name or a short name; several when it is ambiguous."""
        key = cells.key(word)
        if key in self.entries:
            return [self.entries[key]]
        if key in self.former:
            return [self.former[key][1]]
        return self.names.get(key, [])

    def of_row(self, row: Row, findings: Findings, column: str = "unit") -> UnitEntry | None:
        """The unit a row names; None, and a problem, when it is none or several."""
        found = self.find(row.text(column))
        self._mention_former(row, column, findings)
        if len(found) == 1:
            return found[0]
        if found:
            findings.refuse(
                row.place(column),
                Refused(
                    "有几个单位都叫“%(unit)s”，请写单位编码：%(codes)s",
                    unit=row.text(column),
                    codes="、".join(unit.code for unit in found),
                ),
            )
        else:
            findings.refuse(
                row.place(column),
                Refused(
                    "找不到单位“%(unit)s”，请与“单位”表或系统里的名称对照", unit=row.text(column)
                ),
            )
        return None

    def _mention_former(self, row: Row, column: str, findings: Findings) -> None:
        key = cells.key(row.text(column))
        if key not in self.entries and key in self.former:
            former, unit = self.former[key]
            said = {"old": former.code, "name": unit.name, "code": unit.code}
            findings.mention(
                row.place(column),
                Refused(
                    "单位编码“%(old)s”的单位已并入“%(name)s”（%(code)s），按现在的单位处理", **said
                )
                if former.merged
                else Refused(
                    "单位编码“%(old)s”已改为“%(code)s”（%(name)s），按现在的单位处理", **said
                ),
            )

    def add(self, entry: UnitEntry) -> None:
        """Make a unit findable."""
        self.entries[cells.key(entry.code)] = entry
        self.last_position = max(self.last_position, entry.values["position"])
        self._name(entry)

    def _name(self, entry: UnitEntry) -> None:
        for name in (entry.name, entry.values["short_name"]):
            known = self.names[cells.key(name)]
            if entry not in known:
                known.append(entry)

    def take(self, rows: Iterable[Row], findings: Findings) -> None:
        """Compare the workbook's rows with what is known, and note what they change."""
        stored = {cells.key(entry.name): entry for entry in self.entries.values()}
        taken = [entry for row in rows if (entry := self._take(row, stored, findings)) is not None]
        for entry in taken:
            self._set_parent(entry, findings)

    def _take(self, row: Row, stored: dict[str, UnitEntry], findings: Findings) -> UnitEntry | None:
        key = cells.key(row.text("code"))
        entry = self.entries.get(key)
        if entry is None and key in self.former:
            former, entry = self.former[key]
            if former.merged:
                # Its name and duties are not the other unit's.
                findings.refuse(
                    row.place("code"),
                    Refused(
                        "单位编码“%(old)s”的单位已并入“%(name)s”，请改写为 %(code)s 或删去这一行",
                        old=former.code,
                        name=entry.name,
                        code=entry.code,
                    ),
                )
                return None
            self._mention_former(row, "code", findings)
        if entry is not None and entry.row is not None:
            refuse_repeated(findings, row, entry.row, "code")
            return None
        namesake = stored.get(cells.key(row.text("name")))
        if namesake is not None and namesake is not entry:
            _refuse_name(findings, row, namesake)
            return None
        if entry is None and not _CODE.fullmatch(row.text("code")):
            findings.refuse(row.place("code"), Refused("单位编码只能由字母、数字、-、_ 组成"))
            return None
        given = row.given(_FIELDS)
        if entry is None:
            entry = UnitEntry(row.text("code"), self._defaults(row) | given, effect=Effect.ADDED)
            if len(entry.values["short_name"]) > _SHORT:
                findings.refuse(row.place("name"), Refused("名称较长，请另填“单位简称”"))
        elif any(entry.values[key] != value for key, value in given.items()):
            entry.values |= given
            entry.effect = Effect.CHANGED
        entry.row = row
        stored[cells.key(entry.name)] = entry
        self.add(entry)
        return entry

    def _defaults(self, row: Row) -> dict[str, Any]:
        self.last_position += 1
        return {
            "short_name": row.text("name"),
            "duty": "",
            "phone": "",
            "address": "",
            "is_discipline": False,
            "stationed_group": "",
            "liaison_leader": "",
            "position": self.last_position,
        }

    def _set_parent(self, entry: UnitEntry, findings: Findings) -> None:
        row = entry.row
        if row is None or not row.text("parent"):
            return
        parent = self.of_row(row, findings, "parent")
        if parent is None or parent is entry.parent:
            return
        above: UnitEntry | None = parent
        while above is not None and above is not entry:
            above = above.parent
        if above is entry:
            findings.refuse(row.place("parent"), Refused("上级单位绕回了自己"))
            return
        entry.parent = parent
        if entry.effect is Effect.UNCHANGED:
            entry.effect = Effect.CHANGED

    def of_workbook(self) -> list[UnitEntry]:
        """Those the workbook speaks of."""
        return [entry for entry in self.entries.values() if entry.row is not None]

    def altered(self) -> list[UnitEntry]:
        """Those that become different."""
        return [unit for unit in self.entries.values() if unit.effect is not Effect.UNCHANGED]

    def count(self, actor: Staff | None, findings: Findings) -> Count:
        """How many rows do what; an editor of a unit may change none."""
        count = Count()
        for entry in self.of_workbook():
            count.add(entry.effect)
            if entry.row is not None:
                ensure_commission(actor, entry.effect, entry.row, findings)
        return count

    def write(self, session: Session) -> None:
        """Put what is new and changed into the database."""
        new = [unit for unit in self.altered() if unit.id is None]
        ids = bulk.insert(
            session, Unit, ("code",), [{"code": unit.code} | unit.values for unit in new]
        )
        for unit, unit_id in zip(new, ids, strict=True):
            unit.id = unit_id
        # A parent may stand below its child in the workbook, so it is set once all have an id.
        bulk.update(
            session,
            Unit,
            [
                {"id": unit.id, "parent_id": unit.parent.id if unit.parent else None} | unit.values
                for unit in self.altered()
            ],
        )


def known(session: Session) -> Units:
    """The units of the database, and the codes they had (two statements)."""
    columns = [getattr(Unit, name) for name in ("id", "code", "parent_id", *_FIELDS)]
    units = Units()
    parents: dict[int, int] = {}
    by_id: dict[int, UnitEntry] = {}
    for row in session.execute(sa.select(*columns).order_by(Unit.id)).mappings():
        entry = UnitEntry(row["code"], {name: row[name] for name in _FIELDS}, id=row["id"])
        by_id[row["id"]] = entry
        if row["parent_id"] is not None:
            parents[row["id"]] = row["parent_id"]
        units.add(entry)
    for former in session.scalars(sa.select(FormerCode)):
        units.former[cells.key(former.code)] = former, by_id[former.unit_id]
    for child, parent in parents.items():
        by_id[child].parent = by_id[parent]
    return units


def _refuse_name(findings: Findings, row: Row, other: UnitEntry) -> None:
    if other.row is not None:
        refuse_repeated(findings, row, other.row, "name")
    else:
        findings.refuse(
            row.place("name"),
            Refused("系统里已有同名单位，编码是 %(code)s，请核对单位编码", code=other.code),
        )


def refuse_repeated(findings: Findings, row: Row, other: Row, column: str) -> None:
    """Say that two rows say the same, and where the other one is."""
    findings.refuse(
        row.place(column),
        Refused("与“%(sheet)s”第 %(row)s 行重复", sheet=other.sheet.title, row=other.number),
    )


def ensure_commission(actor: Staff | None, effect: Effect, row: Row, findings: Findings) -> None:
    """Units, posts and officials are kept by the commission, whose staff have no unit."""
    if actor is not None and actor.unit_id is not None and effect is not Effect.UNCHANGED:
        findings.refuse(
            row.place(row.sheet.form.required[0].key),
            Refused("单位、职务和干部由县纪委监委维护，本单位编辑只能导入清单和公开事项"),
        )


def in_scope(actor: Staff | None, unit: UnitEntry, row: Row, findings: Findings) -> bool:
    """Whether the actor may write for a unit; a problem when not."""
    try:
        # A unit that is not in the database yet is nobody's own.
        publishing.ensure_scope(actor, unit.id or 0)
    except Refused as refused:
        findings.refuse(row.place("unit"), refused)
        return False
    return True
