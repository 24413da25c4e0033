"""`manage.py units`: codes that change, from the command line."""

from __future__ import annotations

import sqlalchemy as sa

from domain import former_codes
from domain.audit import AuditRow
from domain.units import Unit, UnitKind
from tests.fixtures.installation import Installation


def test_codes_are_renamed_and_units_merged(here: Installation) -> None:
    here.ok("migrate")
    with here.session() as session:
        for code in ("jt", "jy"):
            session.add(Unit(code=code, name=code * 2, short_name=code, kind=UnitKind.ORGAN))
        session.commit()
    assert "jt → jtys" in here.ok("units", "rename", "jt", "jtys")
    assert "没有编码为 jt 的单位" in here.refused("units", "rename", "jt", "x")
    assert "已有单位在用" in here.refused("units", "rename", "jy", "jtys")
    assert "已并入" in here.ok("units", "merge", "jtys", "jy")
    assert "不能并入自己" in here.refused("units", "merge", "jy", "jy")
    with here.session() as session:
        assert session.scalars(sa.select(Unit.code)).all() == ["jy"]
        for code in ("jt", "jtys"):
            heir = former_codes.unit_of(session, code)
            assert heir
            assert heir.code == "jy"
        actions = session.scalars(sa.select(AuditRow.action).order_by(AuditRow.seq)).all()
        assert actions == ["synonyms.load", "units.rename", "units.merge"]
