"""The power lists of the heads, in editions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from demo.chance import NOW, TODAY, chance, in_office, later
from demo.data import Sections, sections
from demo.publishing import Life, Press, insert, scheduled
from domain import powers, publishing
from domain.powers import (
    ClashExplanation,
    NegativeArea,
    NegativeEntry,
    PowerEdition,
    PowerItem,
    PowerKind,
    PowerList,
    ProcessStep,
    Risk,
    Scope,
)
from domain.publishing import Note, State

if TYPE_CHECKING:
    from random import Random

    from sqlalchemy.orm import Session

    from demo.officials import Posts
    from demo.staff import People
    from demo.timeline import Timeline
    from demo.units import Place

# 廉政风险等级: money, procurement, projects and 三重一大 high; approval and inspection middle.
RISKS = dict.fromkeys(
    (
        PowerKind.DECISION,
        PowerKind.PERSONNEL,
        PowerKind.FINANCE,
        PowerKind.PROJECT,
        PowerKind.PROCUREMENT,
    ),
    Risk.HIGH,
) | {
    PowerKind.APPROVAL: Risk.MIDDLE,
    PowerKind.ENFORCEMENT: Risk.MIDDLE,
    PowerKind.OTHER: Risk.LOW,
}
_TIMINGS = {Risk.HIGH: "每季度公开，重大事项随时公开", Risk.MIDDLE: "结果产生后7个工作日内公开"}
_NEGATIVES = {
    NegativeArea.FINANCE: "不得直接分管财务工作，不得“一支笔”审批经费。",
    NegativeArea.PERSONNEL: "不得直接分管干部人事工作，不得个人指定提拔人选。",
    NegativeArea.TENDER: "不得直接分管工程招标工作，不得以任何方式插手、打招呼。",
    NegativeArea.APPROVAL: "不得直接分管行政审批工作，不得批条子、递话催办个人请托事项。",
    NegativeArea.PROCUREMENT: "不得直接分管物资采购工作，不得指定供应商、品牌和中介机构。",
}
_ADDED_CONTROL = "2026年起，会议记录和末位表态情况每半年由派驻纪检监察组抽查一次。"
# How names of powers ended in the first edition.
_FORMERLY = {"和大额资金使用": "、经费开支审批", "和服务采购": "购置", "的主持": "的组织"}
_EXPLAINED = (
    "采购部副经理空缺，县国资部门批准在新任到岗前暂由主要负责人直接管理，每月向监事会报告一次。"
)
_WITHDRAWN = "第{number}项的承办科室和时限填写错误，撤回更正后重新公开。"
_RETURNED = "第2项运行流程没有写明向派驻纪检监察组预告的环节，请补充后再报。"
_SENT_BACK = "整体可以，三处请按所附意见修改后再报。"
_NOTED = "施行日期请与县委办的统一安排核对。"


@dataclass(frozen=True)
class Power:
    """An item before it is in an edition."""

    columns: dict[str, Any]
    steps: tuple[tuple[str, str, str, str], ...]


def build(
    session: Session, found: list[Place], posts: Posts, people: People, press: Press
) -> dict[str, list[str]]:
    """Make every head's list with its editions.

    Returns:
        The names of the powers in force, by unit, for reports to refer to.
    """
    lists = insert(session, PowerList, [{"post_id": posts.heads[place.code].id} for place in found])
    editions: list[tuple[int, Life, date, list[Power]]] = []
    in_force: dict[str, list[str]] = {}
    texts, flows = sections("powers.txt"), sections("flows.txt")
    for place, list_id in zip(found, lists, strict=True):
        powers = _powers(place, texts, flows)
        in_force[place.code] = [power.columns["name"] for power in powers]
        came = posts.since[posts.heads[place.code].id]
        for life, effective_on, items in _editions(place, powers, people, came):
            editions.append((list_id, life, effective_on, items))
            press.take(f"powers:{list_id}", life)
    _insert(session, editions)
    return in_force


def explain_one(session: Session, posts: Posts) -> None:
    """Let one firm say why its head runs what the negative list forbids; a town has not done so."""
    edition = powers.in_force(session, posts.heads["ctj"].id)
    for clash in edition.clashes if edition else ():
        clash.entry.explanations.append(
            ClashExplanation(item=clash.place, passage=clash.passage, text=_EXPLAINED)
        )
    session.flush()


def send_one_back(session: Session, posts: Posts, people: People, timeline: Timeline) -> None:
    """Let a reviewer return the town's list for next year, with a word on single parts."""
    query = sa.select(PowerEdition).where(
        PowerEdition.power_list.has(PowerList.post_id == posts.heads["dhz"].id),
        PowerEdition.state == State.SUBMITTED,
    )
    edition = session.scalars(query).one()
    first, second = edition.items[:2]
    remarks = {
        f"item:{first.id}": "权力来源只写了文件名，请写到具体的条款。",
        f"item:{second.id}": "运行流程请写明公示几天、向谁公示。",
        f"negative:{edition.negatives[-1].id}": "“指定”之外请加上“打招呼、递条子”。",
    }
    moment, reviewer = NOW - timedelta(hours=2), people.reviewer(edition.number)
    step = partial(
        publishing.send_back, session, edition, _SENT_BACK, reviewer, moment, remarks=remarks
    )
    timeline.at(moment, step)


def _insert(session: Session, editions: list[tuple[int, Life, date, list[Power]]]) -> None:
    # In the order in which they were written, as if typed over the years.
    editions.sort(key=lambda each: (each[2], each[0], each[1].number))
    edition_ids = insert(
        session,
        PowerEdition,
        [
            {"list_id": list_id, "effective_on": effective_on, **life.columns()}
            for list_id, life, effective_on, _ in editions
        ],
    )
    items = [
        (power, {"edition_id": edition_id, "number": number, **power.columns})
        for edition_id, (_, _, _, powers) in zip(edition_ids, editions, strict=True)
        for number, power in enumerate(powers, start=1)
    ]
    item_ids = insert(session, PowerItem, [row for _, row in items])
    steps = [
        {
            "item_id": item_id,
            "number": number,
            "name": name,
            "who": who,
            "time_limit": limit,
            "disclosed": disclosed,
        }
        for item_id, (power, _) in zip(item_ids, items, strict=True)
        for number, (name, who, limit, disclosed) in enumerate(power.steps, start=1)
    ]
    insert(session, ProcessStep, steps)
    negatives = [
        {"edition_id": edition_id, "number": number, "area": area, "text": text}
        for edition_id in edition_ids
        for number, (area, text) in enumerate(_NEGATIVES.items(), start=1)
    ]
    insert(session, NegativeEntry, negatives)


def _editions(
    place: Place, powers: list[Power], people: People, came: date
) -> list[tuple[Life, date, list[Power]]]:
    """What the list of one head went through since 2024, oldest edition first."""
    draw = chance("editions", place.code)
    first = [_as_first_written(power) for power in powers[: max(8, len(powers) - 2)]]
    newest = [_with_added_control(power) for power in powers]
    versions = [(date(2024, 3, 1), first), (date(2025, 3, 1), powers)]
    if draw.random() < 0.9 or place.code == "jtj":
        versions.append((date(2026, draw.choice((3, 3, 3, 3, 3, 3, 6, 9, 11)), 1), newest))
    versions = _with_new_head(versions, came, chance("new head", place.code))
    lives = _published(place, [day for day, _ in versions], people, draw)
    made = [(life, *version) for life, version in zip(lives, versions, strict=True)]
    if place.code in {"jtj", "dhz"} or draw.random() < 0.2:
        next_life = _waiting(place, len(made) + 1, people, draw)
        made.append((next_life, date(2027, 1, 1), newest))
    if place.code in {"jyj", "slj"}:
        made = _withdrawn_once(made, draw)
    return made


def _with_new_head(
    versions: list[tuple[date, list[Power]]], came: date, draw: Random
) -> list[tuple[date, list[Power]]]:
    """Whoever took office since the first list confirms it anew; some are slow, few never do."""
    slow = draw.random()
    day = came + timedelta(days=draw.randint(75, 120) if slow > 0.85 else draw.randint(26, 33))
    near = any(abs((day - other).days) < 45 for other, _ in versions)
    if came < versions[0][0] or near or slow > 0.93 or day > TODAY:
        return versions
    former = [powers for other, powers in versions if other < day]
    return sorted([*versions, (day, former[-1])], key=lambda version: version[0])


def _published(place: Place, days: list[date], people: People, draw: Random) -> list[Life]:
    lives: list[Life] = []
    for number, day in enumerate(days, start=1):
        drafted = in_office(day - timedelta(days=draw.randint(12, 26)), draw)
        submitted = later(drafted, 1, 5, draw)
        published = later(submitted, 1, 6, draw)
        if lives:
            lives[-1] = replace(lives[-1], superseded_at=published)
        lives.append(
            Life(
                number,
                people.editor_of(place.code).id,
                people.reviewer(number).id,
                drafted,
                submitted_at=submitted,
                published_at=published,
            )
        )
    return lives


def _waiting(place: Place, number: int, people: People, draw: Random) -> Life:
    """The edition for next year: waiting for the reviewer, returned with a reason, or a draft."""
    fate = 0 if place.code in {"jtj", "dhz"} else draw.randrange(3)
    drafted = in_office(TODAY - timedelta(days=draw.randint(9, 20)), draw)
    life = Life(number, people.editor_of(place.code).id, people.reviewer(number).id, drafted)
    if fate == 2:
        return life
    life = replace(life, submitted_at=later(drafted, 1, 5, draw))
    if fate == 0:
        approval = chance("scheduled", place.code)
        late = approval.random() < 0.5 and place.code not in {"jtj", "dhz"}
        return scheduled(life, approval) if late else life
    returned = min(later(life.submitted_at or drafted, 1, 2, draw), NOW)
    note = Note(about="effective_on", quote="", text=_NOTED)
    return replace(life, returned_at=returned, reason=_RETURNED, notes=(note,))


def _withdrawn_once(
    made: list[tuple[Life, date, list[Power]]], draw: Random
) -> list[tuple[Life, date, list[Power]]]:
    """Let the second edition be wrong: taken back after two days, put right as the third."""
    life, day, powers = made[1]
    published: datetime = life.published_at  # type: ignore[assignment]
    withdrawn = later(published, 2, 3, draw)
    reason = _WITHDRAWN.format(number=draw.randint(2, 6))
    wrong = replace(
        life,
        superseded_at=None,
        withdrawn_at=withdrawn,
        reason=reason,
    )
    again = later(withdrawn, 0, 0, draw)
    submitted = later(again, 1, 1, draw)
    published = later(submitted, 1, 2, draw)
    right = replace(
        life,
        number=3,
        drafted_at=again,
        submitted_at=submitted,
        published_at=published,
        correction=reason.partition("，")[0],
    )
    rest = [(replace(each, number=each.number + 1), *what) for each, *what in made[2:]]
    return [made[0], (wrong, day, powers), (right, day, powers), *rest]  # type: ignore[list-item]


def _powers(place: Place, texts: Sections, flows: Sections) -> list[Power]:
    """The items of a head's list: what concerns this unit alone first, then what all have."""
    own = [fields for template in place.templates for fields in texts[template]]
    return [_power(place, fields, flows) for fields in (*own, *texts["common"])]


def _power(place: Place, fields: list[str], flows: Sections) -> Power:
    name, kind, flow, office, who, plain, source, responsibility = fields
    draw = chance("power", place.code, name)
    words = {
        "b": place.meeting,
        "o": place.inside,
        "s": place.short,
        "office": office,
        "who": who,
        "n": str(draw.choice((5, 6, 7, 8, 9, 10))),
        "m": str(draw.choice((3, 5, 7, 10))),
        "d": _document(place.prefix, draw),
        "g": _document("云岭政办发", draw),
        "w": _document("云岭委发", draw),
    }
    # 乡 are spoken of as 镇 in the texts.
    here = "乡里" if place.short.endswith("乡") else "镇里"
    sort = PowerKind[kind.upper()]
    risk = RISKS[sort]
    (controls,), *steps = flows[flow]
    columns = {
        "name": name.format(**words),
        "kind": sort,
        "plain": plain.format(**words).replace("镇里", here),
        "source": source.format(**words),
        "responsibility": responsibility.format(**words),
        "risk": risk,
        "controls": controls,
        "scope": Scope.PARTY if flow == "duty" else Scope.PUBLIC,
        "timing": _TIMINGS.get(risk, "长期公开"),
    }
    return Power(columns, tuple(tuple(part.format(**words) for part in step) for step in steps))  # type: ignore[misc]


def _document(prefix: str, draw: Random) -> str:
    return f"{prefix}〔{draw.choice((2021, 2022, 2023))}〕{draw.randint(3, 96)}号"


def _as_first_written(power: Power) -> Power:
    """How the first edition had it: vaguer controls, a last step without what is disclosed.

    Some had another name then.
    """
    *steps, (name, who, limit, _) = power.steps
    controls = power.columns["controls"].split("；")[0] + "。"
    columns = power.columns | {"controls": controls.replace("。。", "。")}
    for now, then in _FORMERLY.items():
        if columns["name"].endswith(now):
            columns["name"] = columns["name"].removesuffix(now) + then
    return Power(columns, (*steps, (name, who, limit, "按规定公开")))


def _with_added_control(power: Power) -> Power:
    if power.columns["risk"] is not Risk.HIGH:
        return power
    return replace(
        power, columns=power.columns | {"controls": power.columns["controls"] + _ADDED_CONTROL}
    )
