"""The tables of notices 通报曝光."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import personal_data
from domain.db import Base
from domain.errors import Refused
from domain.grants import read_if, read_with
from domain.personal_data import Finding
from domain.publishing import EVER_PUBLIC, Indexed, TitledEdition, kept
from domain.units import Unit


class Notice(Indexed, Base):
    """A typical case that is made public for warning; what it says is in its editions."""

    __tablename__ = "notices"
    __table_args__ = read_with("notice_editions", "notice_id = notices.id")

    id: Mapped[int] = mapped_column(primary_key=True)
    # 通报机关: whoever issues it, a stationed group's or a town's commission as well as the county's.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"), index=True)

    unit: Mapped[Unit] = relationship()
    editions: Mapped[list[NoticeEdition]] = relationship(
        back_populates="notice", order_by="NoticeEdition.number.desc()"
    )

    @property
    def series(self) -> str:
        """通报, as other 索引号 write it."""
        return "TB"


class NoticeEdition(TitledEdition, Base):
    """One edition of a notice."""

    __tablename__ = "notice_editions"
    __table_args__ = (*kept("notice_editions", "notice_id"), read_if(EVER_PUBLIC))

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"))
    # A code of `domain.categories`: which discipline was broken.
    category: Mapped[str] = mapped_column(sa.String(40))
    # What looked like personal data and was let through by a reviewer, by the marks of the findings.
    confirmed: Mapped[list[str]] = mapped_column(default=list)

    notice: Mapped[Notice] = relationship(back_populates="editions")

    @property
    def subject(self) -> str:
        """As the change log names the notice."""
        return f"notices:{self.notice_id}"

    @property
    def unit_id(self) -> int:
        """The unit that issues it."""
        return self.notice.unit_id

    @classmethod
    def of_unit(cls, unit_id: int) -> sa.ColumnElement[bool]:
        """The editions of what the unit issues."""
        return cls.notice.has(Notice.unit_id == unit_id)

    @property
    def former(self) -> sa.ColumnElement[bool]:
        """The editions of the same notice."""
        return NoticeEdition.notice_id == self.notice_id

    @property
    def findings(self) -> list[Finding]:
        """What in it looks like personal data; the issuing body's own telephone is none."""
        known = [self.notice.unit.phone, self.notice.unit.address]
        public = (self.title, self.correction, self.body)
        return [one for text in public for one in personal_data.find(text, known=known)]

    @property
    def faults(self) -> list[Refused]:
        """What is missing for publication; it must say of which day the decision is."""
        return super().faults + ([Refused("缺少成文日期")] if self.dated_on is None else [])

    def ensure_fit_for_public(self) -> None:
        """Refuse while a reviewer has not looked at everything that looks like personal data."""
        personal_data.ensure_confirmed(self.findings, self.confirmed)
