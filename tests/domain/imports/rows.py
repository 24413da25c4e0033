"""Rows for tests, and what an import of them says."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain import imports
from domain.db import Session
from domain.imports import Outcome
from domain.powers import PowerEdition
from domain.staff import Staff
from tests.domain.imports.workbooks import filled
from tests.fixtures.county import NOW

# A small county's rows, as a demonstration would fill them in.
FILLED: dict[str, list[dict[str, Any]]] = {
    "units": [
        {"code": "NY", "name": "云岭县农业农村局", "short_name": "农业农村局", "kind": "县直部门"},
        {"code": "NJ", "name": "云岭县农机站", "kind": "事业单位", "parent": "农业农村局"},
    ],
    "officials": [
        {
            "unit": "农业农村局",
            "post": "党组书记、局长",
            "is_head": "是",
            "portfolio": "主持全面工作。",
            "name": "程以宁",
            "code": "N001",
            "started_on": "2021-02-03",
            "ended_on": "2024-05-31",
        },
        {
            "unit": "农业农村局",
            "post": "党组书记、局长",
            "name": "许见川",
            "code": "N002",
            "started_on": "2024年6月1日",
        },
        {"unit": "NY", "post": "副局长"},
    ],
    "powers": [
        {
            "unit": "农业农村局",
            "post": "党组书记、局长",
            "name": name,
            "kind": "财务资金",
            "plain": "钱发给谁、发多少，由大家开会定。",
            "source": "县委任命",
            "responsibility": "对资金安全负责",
            "steps": "1. 申报｜各乡镇｜每年 9 月\n2. 集体研究｜党组｜｜会议结果",
            "risk": "高",
        }
        for name in ("高标准农田资金分配", "农机补贴发放")
    ],
    "negatives": [
        {"unit": "NY", "post": "党组书记、局长", "area": "财务", "text": "不得直接分管财务"},
    ],
    "disclosures": [
        {
            "unit": "NY",
            "leaf": "重大问题决策",
            "period": "2026年第三季度",
            "title": "农田资金分配结果",
            "body": "共分配 12 个乡镇。\n\n详见附表。",
            "dated_on": "2026.9.30",
        },
    ],
}


TRANSPORT = {"unit": "交通运输局", "post": "党组书记、局长"}
POWER = {
    **TRANSPORT,
    "name": "农村公路建设项目安排",
    "kind": "工程项目",
    "plain": "每年先修哪几条路。",
    "source": "县委任命",
    "responsibility": "对安排的公平负责",
    "steps": "申报｜乡镇\n研究｜党组",
    "risk": "高",
}
DISCLOSURE = {
    "unit": "交通运输局",
    "leaf": "工作目标",
    "period": "2026年",
    "title": "全年目标",
    "body": "修路一百公里。",
}
TENURE = {**TRANSPORT, "name": "白露生", "code": "P900", "started_on": "2026-10-01"}


def problems(outcome: Outcome) -> list[str]:
    return [f"{p.place.sheet}!{p.cell}：{p.reason}" for p in outcome.problems]


def notices(outcome: Outcome) -> list[str]:
    return [str(p.reason) for p in outcome.notices]


def bring(
    session: Session, actor: Staff | None = None, **rows: Sequence[Mapping[str, Any]]
) -> Outcome:
    outcome = imports.apply(session, imports.read(filled(**rows)), actor, NOW)
    session.commit()
    return outcome


def latest(session: Session) -> PowerEdition:
    query = sa.select(PowerEdition).order_by(PowerEdition.id.desc()).limit(1)
    return session.scalars(query).one()
