"""What neither a form nor a workbook of these tests brings in: the county's own names, marked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from domain import settings as county_settings
from domain.offices import Office
from domain.officials import Official, Post
from domain.settings import County as CountySettings
from domain.staff import Staff
from domain.units import Unit
from tests.inert.marks import Marks
from tests.inert.worlds import World

NAMED: dict[Any, tuple[str, ...]] = {
    Unit: (
        "name",
        "short_name",
        "duty",
        "phone",
        "address",
        "stationed_group",
        "liaison_leader",
    ),
    Official: ("name", "brief", "code"),
    Post: ("title", "level", "portfolio"),
    Staff: ("name",),
    Office: ("name",),
}
# Codes, days, the beginning of every address, and what no page says.
_UNNAMED = {"site_code", "domain", "grouping", "feedback_days", "county"}


def name(world: World) -> Marks:
    """Put a mark behind every name; which."""
    marks, session = Marks("n"), world.session
    for table, columns in NAMED.items():
        for row in session.scalars(sa.select(table)):
            for column in columns:
                mark = marks.mark(f"{table.__name__}.{column}")
                setattr(row, column, f"{getattr(row, column) or ''}{world.change(mark)}")
    for setting, said in vars(CountySettings()).items():
        if setting not in _UNNAMED:
            mark = world.change(marks.mark(f"settings.{setting}"))
            county_settings.choose(session, **{setting: f"{said}{mark}"})
    # What a spreadsheet skips before a formula.
    town = world.county.units["dh"]
    town.phone, town.address = f"\t={town.phone}", f"\r={town.address}"
    world.county.staff["security"].unit_id = world.county.units["jt"].id
    session.commit()
    return marks
