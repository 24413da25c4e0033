"""Conflicts inside a workbook and with the database: an error each, with the other row."""

from typing import Any

import pytest
import sqlalchemy as sa

from domain import imports
from domain.db import Session
from domain.disclosures import Disclosure
from tests.domain.imports.rows import DISCLOSURE, POWER, TENURE, TRANSPORT, bring, problems
from tests.domain.imports.workbooks import filled
from tests.fixtures.county import County

UNIT = {"code": "X1", "name": "云岭县某局", "kind": "县直部门"}
CONFLICTS: dict[str, tuple[dict[str, list[dict[str, Any]]], list[str]]] = {
    "code twice": (
        {"units": [UNIT, UNIT | {"name": "别的局"}]},
        ["单位!A3：与“单位”第 2 行重复"],
    ),
    "code that is no address": (
        {"units": [UNIT | {"code": "X/1"}]},
        ["单位!A2：单位编码只能由字母、数字、-、_ 组成"],
    ),
    "name twice": (
        {"units": [UNIT, UNIT | {"code": "X2"}]},
        ["单位!B3：与“单位”第 2 行重复"],
    ),
    "name taken": (
        {"units": [UNIT | {"name": "云岭县教育局"}]},
        ["单位!B2：系统里已有同名单位，编码是 jy，请核对单位编码"],
    ),
    "long name": (
        {"units": [UNIT | {"name": "云" * 41}]},
        ["单位!B2：名称较长，请另填“单位简称”"],
    ),
    "circle": (
        {"units": [UNIT | {"parent": "X2"}, UNIT | {"code": "X2", "name": "乙", "parent": "X1"}]},
        ["单位!E3：上级单位绕回了自己"],
    ),
    "no parent": (
        {"units": [UNIT | {"parent": "乌有局"}]},
        ["单位!E2：找不到单位“乌有局”，请与“单位”表或系统里的名称对照"],
    ),
    "ambiguous": (
        {
            "units": [UNIT | {"short_name": "教育局"}],
            "disclosures": [DISCLOSURE | {"unit": "教育局"}],
        },
        ["五公开!A2：有几个单位都叫“教育局”，请写单位编码：jy、X1"],
    ),
    "post unknown": (
        {"powers": [POWER | {"post": "书记"}]},
        ["权力清单!B2：“云岭县交通运输局”没有职务“书记”，现有：党组书记、局长；副局长"],
    ),
    "code of another": (
        {"officials": [TENURE | {"code": "P002"}]},
        ["职务与干部!G2：干部编号 P002 在系统里是“周明远”，请核对编号和姓名"],
    ),
    "code of two": (
        {"officials": [TENURE, TENURE | {"post": "副局长", "name": "某人"}]},
        ["职务与干部!G3：干部编号 P900 在“职务与干部”第 2 行是“白露生”，一个编号只能是一个人"],
    ),
    "name alone": (
        {"officials": [TENURE | {"code": ""}]},
        ["职务与干部!H2：姓名和干部编号要一起写，缺“干部编号”"],
    ),
    "code alone": (
        {"officials": [TENURE | {"name": ""}]},
        ["职务与干部!G2：姓名和干部编号要一起写，缺“姓名”"],
    ),
    "day alone": (
        {"officials": [TENURE | {"name": "", "code": ""}]},
        ["职务与干部!I2：写了日期，还要写姓名和干部编号"],
    ),
    "no day": (
        {"officials": [TENURE | {"started_on": ""}]},
        ["职务与干部!I2：写了姓名，还要写任职日期"],
    ),
    "ends before": (
        {"officials": [TENURE | {"ended_on": "2026-09-01"}]},
        ["职务与干部!J2：免职日期早于任职日期"],
    ),
    "tenure twice": (
        {"officials": [TENURE, TENURE]},
        ["职务与干部!I3：与“职务与干部”第 2 行重复"],
    ),
    "overlap in the file": (
        {"officials": [TENURE, TENURE | {"code": "P901", "started_on": "2026-11-01"}]},
        ["职务与干部!I3：与“职务与干部”第 2 行“白露生”的任职时间重叠，前任要写免职日期"],
    ),
    "overlap with the database": (
        {"officials": [TENURE | {"started_on": "2020-01-01"}]},
        ["职务与干部!I2：与系统里“周明远”的任职（2024-03-01 起）时间重叠"],
    ),
    "a past tenure inside a present one": (
        {"officials": [TENURE | {"started_on": "2025-01-01", "ended_on": "2025-02-01"}]},
        ["职务与干部!I2：与系统里“周明远”的任职（2024-03-01 起）时间重叠"],
    ),
    "post said twice": (
        {"officials": [TRANSPORT | {"level": "正科"}, TRANSPORT | {"level": "副科"}]},
        ["职务与干部!D3：与“职务与干部”第 2 行写的不一致"],
    ),
    "power twice": (
        {"powers": [POWER, POWER | {"name": "农村公路 建设项目安排"}]},
        ["权力清单!C3：与“权力清单”第 2 行重复"],
    ),
    "two dates": (
        {
            "powers": [
                POWER | {"effective_on": "2026-01-01"},
                POWER | {"name": "乙", "effective_on": "2026-02-01"},
            ]
        },
        ["权力清单!M3：与“权力清单”第 2 行写的不一致"],
    ),
    "bad step": (
        {"powers": [POWER | {"steps": "a|b|c|d|e"}]},
        ["权力清单!H2：运行流程第 1 步分成了 5 段，最多四段：步骤｜责任人｜时限｜公开内容"],
    ),
    "disclosure twice": (
        {"disclosures": [DISCLOSURE, DISCLOSURE]},
        ["五公开!E3：与“五公开”第 2 行重复"],
    ),
    "no year": (
        {"disclosures": [DISCLOSURE | {"period": "第三季度"}]},
        ["五公开!C2：看不出是哪一年，请在“所属时期”里写明年份"],
    ),
    "bad year": (
        {"disclosures": [DISCLOSURE | {"year": 26}]},
        ["五公开!D2：年度不对，请写四位年份"],
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflicts_are_named_with_the_other_row(
    session: Session, county: County, name: str
) -> None:
    rows, expected = CONFLICTS[name]
    assert problems(imports.check(session, imports.read(filled(**rows)), None)) == expected


@pytest.mark.parametrize(
    ("row", "year"),
    [
        ({}, 2026),
        ({"period": "上半年", "dated_on": "2025-07-01"}, 2025),
        ({"year": "２０２４"}, 2024),
    ],
)
def test_the_year_of_a_disclosure(
    session: Session, county: County, row: dict[str, str], year: int
) -> None:
    bring(session, disclosures=[DISCLOSURE | row])
    newest = sa.select(Disclosure.year).order_by(Disclosure.id.desc()).limit(1)
    assert session.scalar(newest) == year
