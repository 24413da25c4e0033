"""What disclosures and notices share: a document with an 索引号, an edition with a title and a body."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Refused
from domain.publishing.editions import Edition

if TYPE_CHECKING:
    from domain.units import Unit


class Indexed:
    """A document of a unit that is cited by its 索引号. Mixed into a table of its own."""

    if TYPE_CHECKING:
        id: Mapped[int]
        unit_id: Mapped[int]
        unit: Mapped[Unit]

    # The code in its 索引号, once the unit has another (`former_codes`).
    index_code: Mapped[str | None] = mapped_column(sa.String(20))

    @property
    def index_number(self) -> str:
        """索引号: unit, series and a number of its own; it never changes."""
        return f"{(self.index_code or self.unit.code).upper()}-{self.series}-{self.id:05}"

    @property
    def series(self) -> str:
        """What stands between the unit and the number."""
        raise NotImplementedError  # pragma: no cover - each table answers


class TitledEdition(Edition):
    """An edition that is a title and a body. Mixed into a table of its own."""

    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    # 成文日期: the day the thing itself happened or was decided.
    dated_on: Mapped[date | None]

    @property
    def parts(self) -> dict[str, str]:
        """The fields of its form."""
        return dict.fromkeys(("title", "dated_on", "body"), "")

    @property
    def faults(self) -> list[Refused]:
        """What is missing for publication."""
        missing = []
        if not self.title.strip():
            missing.append(Refused("缺少标题"))
        if not self.body.strip():
            missing.append(Refused("缺少正文"))
        return missing
