"""The import as a whole: all or nothing, nothing twice, and never past the rules (promise 13)."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain import audit, imports, indexing, powers, publishing, sealing, staff
from domain.db import Base, Session, make_engine
from domain.disclosures import Disclosure, DisclosureEdition
from domain.errors import Refused
from domain.officials import Official, Post, Tenure
from domain.permissions import Role
from domain.publishing import State
from domain.staff import Staff
from domain.units import Unit
from tests.domain.imports.rows import (
    DISCLOSURE,
    FILLED,
    POWER,
    TENURE,
    TRANSPORT,
    bring,
    latest,
    notices,
    problems,
)
from tests.domain.imports.workbooks import filled
from tests.fixtures.county import NOW, County


def everything(session: Session) -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {
        table.name: sorted(map(repr, session.execute(sa.select(table)).all()))
        for table in Base.metadata.sorted_tables
    }


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
    imports.apply(session, imports.read(file), commission, NOW)
    session.commit()
    before = everything(session)
    again = imports.apply(session, imports.read(file), commission, NOW + timedelta(days=1))
    session.commit()
    assert everything(session) == before
    assert (again.applied, again.alters, again.submitted) == (False, False, 0)
    assert sum(count.unchanged for count in again.counts.values()) == 9


def test_a_dry_run_says_the_same_and_writes_nothing(session: Session, county: County) -> None:
    before = everything(session)
    file = filled(**FILLED)
    checked = imports.check(session, imports.read(file), None)
    session.commit()
    assert everything(session) == before
    assert not checked.applied
    applied = imports.apply(session, imports.read(file), None, NOW)
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
        imports.apply(session, imports.read(filled(**FILLED)), None, NOW)
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


def test_people_and_ended_tenures_are_corrected(session: Session, county: County) -> None:
    row = TRANSPORT | {"name": "周 明远", "code": "p002", "started_on": "2024.3.1"}
    brief = row | {"brief": "云岭县人。"}
    assert bring(session, officials=[brief]).counts["职务与干部"].changed == 1
    assert county.officials["transport"].brief == "云岭县人。"
    outcome = bring(session, officials=[row | {"ended_on": "2026年8月31日"}])
    assert outcome.counts["职务与干部"].changed == 1
    tenure = session.scalars(
        sa.select(Tenure).where(Tenure.official == county.officials["transport"])
    ).one()
    assert tenure.ended_on == date(2026, 8, 31)
    assert county.officials["transport"].brief == "云岭县人。"
    # An empty end takes nothing back.
    assert not bring(session, officials=[row]).alters


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
        f"单位!A2：{kept}",
        f"职务与干部!A2：{kept}",
        "权力清单!A2：只能处理本单位的内容",
        "五公开!A2：只能处理本单位的内容",
    ]


def test_who_may_not_import(session: Session, county: County) -> None:
    with pytest.raises(Refused, match="没有导入工作簿的权限"):
        imports.check(session, imports.read(filled()), county.staff["reviewer"])
    with pytest.raises(Refused, match="没有导入工作簿的权限"):
        imports.apply(session, imports.read(filled()), county.staff["reviewer"], NOW)


def test_postgresql_takes_the_same(migrated_postgres_url: str) -> None:
    engine = make_engine(migrated_postgres_url)
    file = filled(**FILLED)
    with Session(engine) as session:
        first = imports.apply(session, imports.read(file), None, NOW)
        session.commit()
        again = imports.apply(session, imports.read(file), None, NOW)
        draft = FILLED["powers"][0] | {"steps": ""}
        publishing.send_back(session, latest(session), "写清楚", _reviewer(session), NOW)
        session.commit()
        rewritten = bring(session, powers=[draft])
        assert [len(item.steps) for item in latest(session).items] == [0]
    engine.dispose()
    assert (first.applied, again.applied, rewritten.drafts) == (True, False, 1)


def _reviewer(session: Session) -> Staff:
    key = sealing.lock_key(sealing.new_key_pair(), "reviewer-password")
    roles = frozenset({Role.REVIEWER})
    return staff.enrol(session, "reviewer", "某审核人", roles, key, actor=None, now=NOW)
