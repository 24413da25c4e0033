"""The import as a whole: all or nothing, nothing twice, and never past the rules (promise 13)."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain import audit, imports, indexing, powers, publishing
from domain.db import Base, Session
from domain.disclosures import Disclosure, DisclosureEdition
from domain.errors import Refused
from domain.imports import Outcome
from domain.officials import Official, Post, Tenure
from domain.powers import PowerEdition
from domain.publishing import State
from domain.staff import Staff
from domain.units import Unit
from tests.domain.imports.workbooks import FILLED, filled
from tests.fixtures.county import NOW, County, draft_powers

TRANSPORT = {"unit": "交通运输局", "post": "党组书记、局长"}
POWER = {
    **TRANSPORT,
    "name": "农村公路建设项目安排",
    "kind": "工程项目",
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


def everything(session: Session) -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {
        table.name: sorted(map(repr, session.execute(sa.select(table)).all()))
        for table in Base.metadata.sorted_tables
    }


def bring(
    session: Session, actor: Staff | None = None, **rows: Sequence[Mapping[str, Any]]
) -> Outcome:
    outcome = imports.apply(session, filled(**rows), actor, NOW)
    session.commit()
    return outcome


def problems(outcome: Outcome) -> list[str]:
    return [f"{p.place.sheet}!{p.cell}：{p.reason}" for p in outcome.problems]


def notices(outcome: Outcome) -> list[str]:
    return [str(p.reason) for p in outcome.notices]


def latest(session: Session) -> PowerEdition:
    query = sa.select(PowerEdition).order_by(PowerEdition.id.desc()).limit(1)
    return session.scalars(query).one()


@pytest.fixture
def commission(session: Session, county: County) -> Staff:
    """An editor of the commission's own: without a unit."""
    editor = county.staff["editor"]
    editor.unit_id = None
    session.commit()
    return editor


def test_a_filled_template_is_imported_whole(
    session: Session, county: County, commission: Staff
) -> None:
    before = indexing.last_change(session)
    outcome = bring(session, commission, **FILLED)
    assert (problems(outcome), notices(outcome), outcome.applied) == ([], [], True)
    assert {title: count.added for title, count in outcome.counts.items()} == {
        "单位": 2,
        "职务与干部": 3,
        "权力清单": 2,
        "负面清单": 1,
        "五公开": 1,
    }
    assert (outcome.submitted, outcome.drafts) == (2, 0)

    unit = session.scalars(sa.select(Unit).where(Unit.code == "NY")).one()
    station = session.scalars(sa.select(Unit).where(Unit.code == "NJ")).one()
    assert (station.parent, station.short_name) == (unit, "云岭县农机站")
    post = session.scalars(sa.select(Post).where(Post.unit == unit, Post.is_head)).one()
    assert [(t.official.name, t.ended_on) for t in post.tenures] == [
        ("许见川", None),
        ("程以宁", date(2024, 5, 31)),
    ]
    edition = latest(session)
    assert (edition.author, edition.state, edition.power_list.post) == (
        commission,
        State.SUBMITTED,
        post,
    )
    assert [item.name for item in edition.items] == ["高标准农田资金分配", "农机补贴发放"]
    assert [(s.name, s.who, s.time_limit, s.disclosed) for s in edition.items[0].steps] == [
        ("申报", "各乡镇", "每年 9 月", ""),
        ("集体研究", "党组", "", "会议结果"),
    ]
    assert [entry.text for entry in edition.negatives] == ["不得直接分管财务"]
    open_ones = session.scalars(
        sa.select(DisclosureEdition).where(DisclosureEdition.state == State.SUBMITTED)
    ).one()
    assert open_ones.body == "共分配 12 个乡镇。\n\n详见附表。"

    announced = {change.subject for change in indexing.changes_after(session, before, 99)}
    people = session.scalars(sa.select(Official.id).where(Official.code.startswith("N")))
    assert announced == {
        f"units:{unit.id}",
        f"units:{station.id}",
        *(f"officials:{number}" for number in people),
    }
    rows = session.scalars(audit.on_record(action="imports")).all()
    assert [(row.action, row.actor_id, row.subject) for row in rows] == [
        ("imports.apply", commission.id, f"imports:{outcome.sha256[:16]}")
    ]
    assert rows[0].details == {
        "sha256": outcome.sha256,
        "submitted": 2,
        "drafts": 0,
        "counts": {"added": 9, "changed": 0, "unchanged": 0, "removed": 0},
    }
    assert not list(audit.breaks(session))


def test_what_was_imported_can_be_published_by_another(
    session: Session, county: County, commission: Staff
) -> None:
    bring(session, commission, powers=[POWER])
    edition = latest(session)
    publishing.publish(session, edition, county.staff["reviewer"], NOW)
    session.commit()
    assert [item.name for item in edition.items] == ["农村公路建设项目安排"]
    with pytest.raises(Refused, match="已公开"):
        publishing.publish(session, edition, county.staff["reviewer"], NOW)


def test_the_same_file_again_changes_nothing(
    session: Session, county: County, commission: Staff
) -> None:
    file = filled(**FILLED)
    imports.apply(session, file, commission, NOW)
    session.commit()
    before = everything(session)
    again = imports.apply(session, file, commission, NOW + timedelta(days=1))
    session.commit()
    assert everything(session) == before
    assert (again.applied, again.alters, again.submitted) == (False, False, 0)
    assert sum(count.unchanged for count in again.counts.values()) == 9


def test_a_dry_run_says_the_same_and_writes_nothing(session: Session, county: County) -> None:
    before = everything(session)
    file = filled(**FILLED)
    checked = imports.check(session, file, None)
    session.commit()
    assert everything(session) == before
    assert not checked.applied
    applied = imports.apply(session, file, None, NOW)
    assert (checked.counts, checked.submitted) == (applied.counts, applied.submitted)


@pytest.mark.parametrize(
    "last",
    [
        {"disclosures": [*FILLED["disclosures"], DISCLOSURE | {"unit": "没有的局"}]},
        {"disclosures": [*FILLED["disclosures"], DISCLOSURE | {"leaf": "别的"}]},
        {"negatives": [*FILLED["negatives"], FILLED["negatives"][0]]},
    ],
)
def test_an_error_in_the_last_row_leaves_nothing(
    session: Session, county: County, last: dict[str, list[dict[str, Any]]]
) -> None:
    before = everything(session)
    outcome = bring(session, None, **(FILLED | last))
    assert len(outcome.problems) == 1
    assert not outcome.applied
    assert everything(session) == before


def test_a_race_is_refused_and_leaves_nothing(session: Session, county: County) -> None:
    before = everything(session)
    # What another editor commits between our look and our write.
    session.execute(
        sa.text(
            "CREATE TEMP TRIGGER race BEFORE INSERT ON disclosures BEGIN "
            "SELECT RAISE(ABORT, 'UNIQUE constraint failed'); END"
        )
    )
    with pytest.raises(Refused, match="有人刚刚改过"):
        imports.apply(session, filled(**FILLED), None, NOW)
    session.rollback()
    assert everything(session) == before


def test_changes_are_seen_and_blanks_change_nothing(session: Session, county: County) -> None:
    unit = county.units["jt"]
    before = indexing.last_change(session)
    outcome = bring(
        session,
        units=[
            {"code": "ｊｔ", "name": "云岭县交通局", "kind": "县直部门", "phone": 88880000},
            {"code": "jy", "name": "云岭县教育局", "kind": "县直部门"},
        ],
        officials=[TRANSPORT | {"portfolio": "主持全面工作。"}],
    )
    assert (outcome.counts["单位"].changed, outcome.counts["单位"].unchanged) == (1, 1)
    assert outcome.counts["职务与干部"].changed == 1
    assert (unit.name, unit.short_name, unit.phone) == ("云岭县交通局", "交通运输局", "88880000")
    assert county.posts["transport"].portfolio == "主持全面工作。"
    assert county.posts["transport"].is_head
    # The unit's name stands on all that is public of it.
    assert {c.subject for c in indexing.changes_after(session, before, 99)} == {
        f"units:{unit.id}",
        f"officials:{county.officials['transport'].id}",
        f"officials:{county.officials['deputy'].id}",
        f"powers:{powers.of_post(session, county.posts['transport']).id}",
        f"disclosures:{session.scalars(sa.select(Disclosure.id)).one()}",
    }


def test_a_new_holder_ends_the_former(session: Session, county: County) -> None:
    outcome = bring(session, officials=[TENURE])
    assert notices(outcome) == ["原任“周明远”的任职将记为到 2026-09-30 为止"]
    held = session.scalars(
        sa.select(Tenure)
        .where(Tenure.post == county.posts["transport"])
        .order_by(Tenure.started_on)
    ).all()
    assert [(t.official.name, t.ended_on) for t in held] == [
        ("周明远", date(2026, 9, 30)),
        ("白露生", None),
    ]
    assert not bring(session, officials=[TENURE]).alters


def test_a_list_is_replaced_as_a_whole(session: Session, county: County) -> None:
    outcome = bring(session, powers=[POWER, POWER | {"name": "桥梁检测"}])
    count = outcome.counts["权力清单"]
    assert (count.added, count.changed, count.unchanged, count.removed) == (1, 1, 0, 1)
    assert notices(outcome) == ["“党组书记、局长”的清单比上一版少了 1 项：养护资金分配"]
    edition = latest(session)
    assert (edition.number, [item.name for item in edition.items]) == (
        2,
        ["农村公路建设项目安排", "桥梁检测"],
    )
    # The sheet of the negative list is silent, so it stays.
    assert [entry.text for entry in edition.negatives] == ["不得直接分管工程招标"]


def test_a_negative_list_alone_keeps_the_powers(session: Session, county: County) -> None:
    bring(session, negatives=[TRANSPORT | {"area": "财务", "text": "不得直接分管财务"}])
    edition = latest(session)
    assert [item.name for item in edition.items] == ["农村公路建设项目安排", "养护资金分配"]
    assert [entry.text for entry in edition.negatives] == ["不得直接分管财务"]
    assert edition.state is State.SUBMITTED


def test_a_new_date_is_a_new_edition(session: Session, county: County) -> None:
    bring(session, powers=[POWER])
    publishing.publish(session, latest(session), county.staff["reviewer"], NOW)
    session.commit()
    outcome = bring(session, powers=[POWER | {"effective_on": "2027-01-01"}])
    assert outcome.counts["权力清单"].changed == 1
    assert latest(session).effective_on == date(2027, 1, 1)


def test_an_incomplete_list_stays_a_draft_and_is_written_anew(
    session: Session, county: County, commission: Staff
) -> None:
    outcome = bring(session, commission, powers=[POWER | {"steps": ""}])
    assert (outcome.submitted, outcome.drafts) == (0, 1)
    assert "第 1 项“农村公路建设项目安排”缺少运行流程" in notices(outcome)[-1]
    draft = latest(session)
    assert draft.state is State.DRAFT
    again = bring(session, commission, powers=[POWER | {"steps": ""}])
    assert notices(again) == ["与第 2 版草稿相同"]

    outcome = bring(session, commission, powers=[POWER])
    assert notices(outcome)[0] == "将改写您的第 2 版草稿"
    session.refresh(draft)
    assert (draft.state, draft.revision) == (State.SUBMITTED, 2)
    assert [len(item.steps) for item in draft.items] == [2]
    assert len(powers.history(session, county.posts["transport"].id)) == 1


def test_what_is_under_review_is_not_touched(
    session: Session, county: County, commission: Staff
) -> None:
    bring(session, commission, powers=[POWER], disclosures=[DISCLOSURE])
    outcome = bring(
        session,
        commission,
        powers=[POWER | {"source": "别的"}],
        disclosures=[DISCLOSURE | {"body": "别的"}],
    )
    assert problems(outcome) == [
        "权力清单!B2：第 2 版正在审核，请等审核人发布或退回后再导入",
        "五公开!E2：第 1 版正在审核，请等审核人发布或退回后再导入",
    ]


def test_another_persons_draft_is_not_touched(session: Session, county: County) -> None:
    draft_powers(session, county, names=("甲",))
    session.commit()
    outcome = bring(session, None, powers=[POWER])
    assert problems(outcome) == ["权力清单!B2：“editor（测试）”正在起草第 2 版，请先由其提交"]


def test_what_was_withdrawn_does_not_come_back_by_itself(session: Session, county: County) -> None:
    bring(session, disclosures=[DISCLOSURE])
    edition = session.scalars(
        sa.select(DisclosureEdition).where(DisclosureEdition.state == State.SUBMITTED)
    ).one()
    publishing.publish(session, edition, county.staff["reviewer"], NOW)
    publishing.withdraw(session, edition, "有误", county.staff["reviewer"], NOW)
    session.commit()
    outcome = bring(session, disclosures=[DISCLOSURE])
    assert notices(outcome) == ["与已撤回的第 1 版相同，没有再次提交"]
    outcome = bring(session, disclosures=[DISCLOSURE | {"body": "修路九十公里。"}])
    assert (outcome.submitted, outcome.counts["五公开"].changed) == (1, 1)
    rewritten = bring(session, disclosures=[DISCLOSURE])
    assert problems(rewritten) == ["五公开!E2：第 2 版正在审核，请等审核人发布或退回后再导入"]


def test_a_draft_sent_back_is_written_anew(
    session: Session, county: County, commission: Staff
) -> None:
    bring(session, commission, disclosures=[DISCLOSURE])
    edition = session.scalars(
        sa.select(DisclosureEdition).where(DisclosureEdition.state == State.SUBMITTED)
    ).one()
    publishing.send_back(session, edition, "写清楚", county.staff["reviewer"], NOW)
    session.commit()
    bring(session, commission, disclosures=[DISCLOSURE | {"body": "修路九十公里。"}])
    session.refresh(edition)
    assert (edition.state, edition.body, edition.reason, edition.number) == (
        State.SUBMITTED,
        "修路九十公里。",
        "",
        1,
    )


def test_an_editor_keeps_to_the_own_unit(session: Session, county: County) -> None:
    editor = county.staff["editor"]
    same = {"code": "jt", "name": "云岭县交通运输局", "kind": "县直部门"}
    own = bring(session, editor, units=[same], powers=[POWER], disclosures=[DISCLOSURE])
    assert own.applied
    other = bring(
        session,
        editor,
        units=[same | {"phone": "1"}],
        officials=[TENURE],
        powers=[POWER | {"unit": "教育局"}],
        disclosures=[DISCLOSURE | {"unit": "jy"}],
    )
    kept = "单位、职务和干部由县纪委监委维护，本单位编辑只能导入清单和公开事项"
    assert problems(other) == [
        f"单位!2：{kept}",
        f"职务与干部!2：{kept}",
        "权力清单!A2：只能处理本单位的内容",
        "五公开!A2：只能处理本单位的内容",
    ]


def test_who_may_not_import(session: Session, county: County) -> None:
    with pytest.raises(Refused, match="没有导入工作簿的权限"):
        imports.check(session, io.BytesIO(), county.staff["reviewer"])
    with pytest.raises(Refused, match="没有导入工作簿的权限"):
        imports.apply(session, io.BytesIO(), county.staff["reviewer"], NOW)


UNIT = {"code": "X1", "name": "云岭县某局", "kind": "县直部门"}
CONFLICTS: dict[str, tuple[dict[str, list[dict[str, Any]]], list[str]]] = {
    "code twice": (
        {"units": [UNIT, UNIT | {"name": "别的局"}]},
        ["单位!A3：与“单位”第 2 行重复"],
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
    assert problems(imports.check(session, filled(**rows), None)) == expected


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
