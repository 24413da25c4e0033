"""The county's units, and what the texts about them need to know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from demo.chance import NOW, chance
from demo.data import lines
from domain import former_codes
from domain.officials import ManagedBy
from domain.units import Unit, UnitKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from demo.timeline import Timeline

# Whose powers another unit shares; every other unit has its own section in powers.txt.
_LIKE = {"ryy": "hospital", "zyy": "hospital", "yz": "school", "syx": "school", "zjzx": "school"}
_MEETINGS = {
    "xw": "县委常委会",
    "zf": "县政府常务会议",
    "jw": "县纪委常委会",
    "rd": "主任会议",
    "zx": "主席会议",
    "xcb": "室务会",
    "zzb": "部务会",
    "xck": "部务会",
    "zfw": "委务会",
    "gaj": "局党委会",
    "sthj": "分局党组会",
}
_DISCIPLINE = {"jw", "xcb"}
# Where the deputies, too, are managed by the city.
_ALL_HIGHER = {"xw", "zf", "rd", "zx", "sthj"}
_GROUPS = "一二三四五六"


@dataclass(frozen=True)
class Place:
    """A line of units.txt."""

    code: str
    name: str
    short: str
    kind: UnitKind
    prefix: str
    head: str
    managed: ManagedBy
    deputies: tuple[str, ...]
    duty: str

    @property
    def deputies_managed(self) -> ManagedBy:
        """Which level manages the deputies."""
        return self.managed if self.code in _ALL_HIGHER else ManagedBy.COUNTY

    @property
    def templates(self) -> tuple[str, ...]:
        """The sections of the data files that speak of this kind of unit."""
        if self.kind is UnitKind.TOWN:
            return ("town",)
        if self.kind is UnitKind.FIRM:
            return ("firm", self.code)
        return (_LIKE.get(self.code, self.code),)

    @property
    def meeting(self) -> str:
        """What the meeting is called that decides."""
        if self.code in _MEETINGS:
            return _MEETINGS[self.code]
        party = next(
            word for word in ("党总支", "党支部", "党组", "党委") if self.head.startswith(word)
        )
        return f"{party}会"

    @property
    def inside(self) -> str:
        """What the unit calls itself from inside."""
        if self.kind is UnitKind.TOWN:
            return f"{self.short[-1]}机关"
        if self.kind is UnitKind.FIRM:
            return "公司"
        words = {"医院": "医院", "中学": "学校", "小学": "学校", "学校": "学校", "中心": "中心"}
        words |= {"一中": "学校", "局": "局机关", "部": "部机关", "分局": "分局机关"}
        return next((said for end, said in words.items() if self.short.endswith(end)), "机关")


def places(scale: float) -> list[Place]:
    """The units of the county, or a part of them that has every kind.

    Args:
        scale: 1 for all; towards 0 only those marked with a star stay.
    """
    read = lines("units.txt")
    starred = [fields for fields in read if fields[0].startswith("*")]
    others = [fields for fields in read if not fields[0].startswith("*")]
    few = max(0, round(len(read) * scale) - len(starred))
    kept = {id(fields) for fields in [*starred, *others[:few]]}
    return [_place(fields) for fields in read if id(fields) in kept]


def _place(fields: list[str]) -> Place:
    code, name, short, kind, prefix, head, managed, deputies, duty = fields
    return Place(
        code=code.lstrip("*"),
        name=name,
        short=short,
        kind=UnitKind[kind.upper()],
        prefix=prefix,
        head=head,
        managed=ManagedBy[managed.upper()],
        deputies=tuple(deputies.split(",")),
        duty=duty,
    )


def build(session: Session, found: list[Place]) -> dict[str, Unit]:
    """Make the units, by code."""
    made = {}
    for position, place in enumerate(found, start=1):
        draw = chance("unit", place.code)
        made[place.code] = Unit(
            code=place.code,
            name=place.name,
            short_name=place.short,
            kind=place.kind,
            duty=place.duty,
            phone=f"0000-00{draw.randint(10000, 99999)}",
            address=f"云岭县{_street(place, draw.randint(1, 99))}（虚构地址）",
            is_discipline=place.code in _DISCIPLINE,
            stationed_group=_group(place, position),
            position=position,
        )
    _put_under(made)
    session.add_all(made.values())
    session.flush()
    return made


def keep_in_touch(made: dict[str, Unit], leaders: list[str]) -> None:
    """Give every department, town and firm its 联系领导 among the commission's leaders."""
    for unit in made.values():
        if unit.stationed_group:
            unit.liaison_leader = leaders[unit.position % len(leaders)]


def _street(place: Place, number: int) -> str:
    if place.kind is UnitKind.TOWN:
        return f"{place.short}政府路{number}号"
    return f"城关镇{('文昌', '凤鸣', '人民', '滨河', '书院')[number % 5]}路{number}号"


def _group(place: Place, position: int) -> str:
    if place.code in {"xw", "zf", "rd", "zx", *_DISCIPLINE}:
        return ""
    if place.kind is UnitKind.TOWN:
        return f"{place.short}纪委"
    return f"县纪委监委派驻第{_GROUPS[position % len(_GROUPS)]}纪检监察组"


def _put_under(made: dict[str, Unit]) -> None:
    """The tree: departments and towns under the county, hospitals and schools under theirs."""
    above = {"ryy": "wjj", "zyy": "wjj", "jkz": "wjj", "yz": "jyj", "syx": "jyj", "zjzx": "jyj"}
    above |= {"jtt": "jtj", "swjt": "slj", "wtt": "wlj", "lcb": "fgj", "jyzx": "zwj"}
    above |= {"xcb": "xw", "zzb": "xw", "xck": "xw", "zfw": "xw"}
    for code, unit in made.items():
        if code not in {"xw", "zf", "jw", "rd", "zx"}:
            unit.parent = made.get(above.get(code, "zf"), made["zf"])


def change_a_code(session: Session, made: dict[str, Unit], timeline: Timeline) -> None:
    """Let the bureau of culture, merged with that of tourism, get the code that says so."""
    unit = made["wlj"]
    # Last of all: the log of publications is in the order of time.
    timeline.at(NOW, partial(former_codes.rename, session, unit, "whly", None, NOW))
