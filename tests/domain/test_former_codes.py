"""Units whose code changes: what leads on, what stays, and what nobody may take."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain import former_codes, units
from domain.audit import AuditRow
from domain.db import Session
from domain.disclosures import Disclosure
from domain.errors import Refused
from domain.indexing import changes_after, last_change
from domain.officials import Post
from tests.domain.imports.rows import bring
from tests.fixtures import warnings
from tests.fixtures.county import NOW, County, draft_disclosure, make_public


def rename(session: Session, county: County, old: str, new: str) -> None:
    former_codes.rename(session, county.units[old], new, None, NOW)
    session.commit()


def test_a_new_code_leads_on_announces_all_and_keeps_index_numbers(
    session: Session, county: County
) -> None:
    told = session.get_one(Disclosure, 1)
    warning = warnings.publish(session, county)
    number, cited = told.index_number, warning.notice.index_number
    seen = last_change(session)
    rename(session, county, "jt", "jtys")
    unit = county.units["jt"]
    assert units.by_code(session, "jt") is None
    assert units.by_code(session, "jtys") is unit
    assert former_codes.unit_of(session, "jt") is unit
    assert told.index_number == number == "JT-3-2026-00001"
    assert warning.notice.index_number == cited == "JT-TB-00001"
    subjects = {change.subject for change in changes_after(session, seen, 100)}
    assert {f"units:{unit.id}", "powers:1", "disclosures:1", warning.subject} <= subjects
    assert f"officials:{county.officials['transport'].id}" in subjects
    row = session.scalars(sa.select(AuditRow).where(AuditRow.action == "units.rename")).one()
    assert row.subject == f"units:{unit.id}"
    later = draft_disclosure(session, county, title="改编码以后的事项")
    assert later.disclosure.index_number.startswith("JTYS-")
    assert warnings.draft(session, county).notice.index_number == "JTYS-TB-00002"
    rename(session, county, "jt", "jtj")
    assert (told.index_number, warning.notice.index_number) == (number, cited)
    assert former_codes.unit_of(session, "jt") is former_codes.unit_of(session, "jtys") is unit


def test_nobody_takes_a_former_code_but_its_own_unit(session: Session, county: County) -> None:
    rename(session, county, "jt", "jtys")
    with pytest.raises(Refused, match="以前是别的单位用过的"):
        former_codes.rename(session, county.units["jy"], "jt", None, NOW)
    with pytest.raises(Refused, match="已有单位在用"):
        former_codes.rename(session, county.units["jy"], "jtys", None, NOW)
    for odd in ("", "交通", "a b", "x" * 21, "a/b"):
        with pytest.raises(Refused, match="字母、数字"):
            former_codes.rename(session, county.units["jy"], odd, None, NOW)
    rename(session, county, "jt", "jt")
    assert former_codes.unit_of(session, "jtys") is county.units["jt"]
    assert former_codes.unit_of(session, "jt") is None


def test_a_merged_unit_is_the_other_ones(session: Session, county: County) -> None:
    into, gone = county.units["jy"], county.units["jt"]
    told = draft_disclosure(session, county, unit="jy")
    make_public(session, county, told)
    warning = warnings.publish(session, county)
    county.units["dh"].parent_id = gone.id
    rename(session, county, "jt", "jtys")
    number, seen = gone.id, last_change(session)
    former_codes.merge(session, gone, into, None, NOW)
    session.commit()
    assert session.get(units.Unit, number) is None
    for code in ("jt", "jtys"):
        assert former_codes.unit_of(session, code) is into
    titles = session.scalars(sa.select(Post.title).where(Post.unit_id == into.id)).all()
    assert sorted(titles) == ["党组书记、局长", "党组书记、局长（原交通运输局）", "副局长"]
    heads = sa.select(Post.title).where(Post.unit_id == into.id, Post.is_head)
    assert session.scalars(heads).all() == ["党组书记、局长"]
    keys = session.scalars(sa.select(Disclosure.title).where(Disclosure.unit_id == into.id)).all()
    assert sorted(keys) == ["农村公路养护资金使用结果", "农村公路养护资金使用结果（原交通运输局）"]
    assert session.get_one(Disclosure, 1).index_number == "JT-3-2026-00001"
    assert (warning.unit_id, warning.notice.index_number) == (into.id, "JT-TB-00001")
    assert county.staff["editor"].unit_id == into.id
    assert county.units["dh"].parent_id == into.id
    subjects = {change.subject for change in changes_after(session, seen, 100)}
    assert {f"units:{number}", f"units:{into.id}", "powers:1", "disclosures:1"} <= subjects
    with pytest.raises(Refused, match="不能并入自己"):
        former_codes.merge(session, into, into, None, NOW)
    with pytest.raises(Refused, match="以前是别的单位用过的"):
        former_codes.rename(session, into, "jt", None, NOW)


def test_a_workbook_may_say_a_former_code(session: Session, county: County) -> None:
    rename(session, county, "jt", "jtys")
    former_codes.merge(session, county.units["dh"], county.units["xw"], None, NOW)
    session.commit()
    row = {"code": "JT", "name": "云岭县交通运输局", "kind": "县直部门", "phone": "0000-1"}
    outcome = bring(session, units=[row])
    assert outcome.applied
    assert "“jt”已改为“jtys”" in " ".join(str(note.reason) for note in outcome.notices)
    session.expire_all()
    assert (county.units["jt"].code, county.units["jt"].phone) == ("jtys", "0000-1")
    outcome = bring(session, units=[row | {"code": "dh", "name": "新东河镇", "kind": "乡镇"}])
    assert not outcome.applied
    assert "已并入" in " ".join(str(one.reason) for one in outcome.problems)
