"""Who holds which post, and who held it before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from demo.chance import TODAY, chance
from demo.names import people
from domain import officials
from domain.officials import ManagedBy, Official, Post
from domain.units import UnitKind

if TYPE_CHECKING:
    from random import Random

    from sqlalchemy.orm import Session

    from demo.units import Place
    from domain.units import Unit

# Heads whose 分工 says they run what their negative list forbids, for the page to point out.
_CLASHES = {
    "cgz": "主持镇党委全面工作。直接分管财务、工程招标工作，联系城郊社区",
    "ctj": "主持公司党委、董事会全面工作；直接负责物资采购和资金调度",
}
_FIELDS = (
    "分管财务、审计和国有资产工作",
    "分管干部人事、机关党建和群团工作",
    "分管工程招标、项目建设和安全生产工作",
    "分管行政审批、法治建设和政务公开工作",
    "分管物资采购、后勤保障和信访工作",
)


@dataclass
class Posts:
    """The posts of the county, by the code of their unit."""

    heads: dict[str, Post] = field(default_factory=dict)
    deputies: dict[str, list[Post]] = field(default_factory=dict)
    # Who holds the post now; a vacant one is missing.
    holders: dict[int, Official] = field(default_factory=dict)
    # Since when they do.
    since: dict[int, date] = field(default_factory=dict)


class _Register:
    """Hands out invented people with personnel numbers."""

    def __init__(self, session: Session, count: int) -> None:
        self._session = session
        self._names = iter(people(count, chance("names")))
        self._number = 0

    def someone(self, draw: Random) -> Official:
        self._number += 1
        born = draw.randint(1967, 1986)
        made = Official(
            code=f"YL{self._number:04}",
            name=next(self._names),
            brief=f"{born}年{draw.randint(1, 12)}月生，{draw.choice(('大学', '在职研究生', '大学'))}学历。虚构人物。",
        )
        self._session.add(made)
        return made


def _most(found: list[Place]) -> int:
    """Enough names for every post and one predecessor each."""
    return 2 * sum(1 + len(place.deputies) for place in found)


def build(session: Session, found: list[Place], units: dict[str, Unit]) -> Posts:
    """Make the posts, the people in them, and those who left them."""
    register = _Register(session, _most(found))
    made = Posts()
    pairs: list[tuple[Place, Post, Official]] = []
    for place in found:
        draw = chance("posts", place.code)
        titles = [place.head, *place.deputies]
        for position, title in enumerate(titles):
            post = _post(units[place.code], place, title, position)
            pairs.append((place, post, register.someone(draw)))
            if position == 0:
                made.heads[place.code] = post
            else:
                made.deputies.setdefault(place.code, []).append(post)
    session.add_all(post for _, post, _ in pairs)
    session.flush()
    for place, post, holder in pairs:
        _appoint(session, register, place, post, holder, made)
    return made


def _post(unit: Unit, place: Place, title: str, position: int) -> Post:
    return Post(
        unit=unit,
        title=title,
        is_head=position == 0,
        level=_level(place, position),
        managed_by=place.managed if position == 0 else place.deputies_managed,
        portfolio=_portfolio(place, position),
        position=position,
    )


def _level(place: Place, position: int) -> str:
    if place.kind is UnitKind.FIRM:
        return "县属国企正职" if position == 0 else "县属国企副职"
    if place.code in {"xw", "zf"} or (position == 0 and place.managed is ManagedBy.CITY):
        return "正县级" if place.code in {"xw", "zf", "rd", "zx"} and position == 0 else "副县级"
    return "正科级" if position == 0 else "副科级"


def _portfolio(place: Place, position: int) -> str:
    if position:
        draw = chance("portfolio", place.code)
        duties = draw.sample(_FIELDS, len(_FIELDS))
        mine = duties[position - 1 :: len(place.deputies)]
        return "协助主要负责同志工作；" + "；".join(mine) + "。"
    if place.code in _CLASHES:
        return f"{_CLASHES[place.code]}。行政审批、干部人事由副职分管。"
    return (
        f"主持{place.inside.removesuffix('机关')}全面工作，对党风廉政建设负总责。"
        "财务、干部人事、工程招标、行政审批、物资采购由副职分管。"
    )


def _appoint(
    session: Session,
    register: _Register,
    place: Place,
    post: Post,
    holder: Official,
    made: Posts,
) -> None:
    """Put the holder into the post, sometimes after somebody else; a few deputies' posts are empty."""
    draw = chance("tenure", place.code, post.title)
    came = date(draw.randint(2020, 2023), draw.randint(1, 12), draw.randint(1, 28))
    if draw.random() < 0.35:
        before = register.someone(draw)
        session.flush()
        officials.appoint(session, post, before, came)
        came = date(draw.choice((2024, 2025, 2025, 2026)), draw.randint(1, 9), draw.randint(1, 28))
    session.flush()
    tenure = officials.appoint(session, post, holder, came)
    may_be_vacant = not post.is_head and came.year < TODAY.year and place.code not in {"jw", "jtj"}
    if may_be_vacant and draw.random() < 0.06:
        tenure.ended_on = TODAY - timedelta(days=draw.randint(20, 90))
    else:
        made.holders[post.id] = holder
        made.since[post.id] = came
