"""Settings that a county chooses while it runs, each with its default and where that comes from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Base
from domain.disclosures import Grouping
from domain.grants import READ, portal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


class Setting(Base):
    """A setting that differs from its default."""

    __tablename__ = "settings"
    __table_args__ = portal(READ)

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)


@dataclass(frozen=True)
class County:
    """Who runs this installation: the words of masthead, footer and meta tags.

    Meta tags and footer follow 《政府网站发展指引》 by analogy (domain.md §2).
    """

    site_name: str = "权力公开"
    motto: str = "谁用权，谁公开；看得懂，管得着"
    county: str = ""
    host: str = ""
    contact: str = ""
    address: str = ""
    site_code: str = ""
    icp: str = ""
    police: str = ""
    domain: str = ""
    licence: str = "可以自由复制、分析和再发布，请注明来源和日期。"
    higher_body_city: str = "市纪委监委"
    higher_body_province: str = "省纪委监委"
    higher_contact: str = "12388"
    # [seed 2] prints six phrases and says five: domain.md §2 gives both readings.
    grouping: str = Grouping.LATER_PAIR
    # The county's own choice, no law's: half of what 《政府信息公开条例》 art. 33 gives for an
    # application to see what is not published yet.
    feedback_days: str = "10"

    @property
    def days_to_answer(self) -> int:
        """Working days in which a question must be answered; the default if they make no sense."""
        said = self.feedback_days
        known = said.isascii() and said.isdigit() and len(said) < 4 and int(said) > 0
        return int(said) if known else int(County.feedback_days)


def county(session: Session) -> County:
    """All settings, defaults filled in (one statement)."""
    chosen = session.execute(sa.select(Setting.key, Setting.value))
    return county_from({row.key: row.value for row in chosen})


def county_from(chosen: Mapping[str, str]) -> County:
    """The settings of some rows, defaults filled in; names of another version are left out."""
    known = {field.name for field in fields(County)}
    return County(**{key: value for key, value in chosen.items() if key in known})


def choose(session: Session, **values: str) -> None:
    """Set settings by their names in `County`. The command line's own act; it writes no audit row.

    Raises:
        KeyError: there is no setting of that name.
    """
    known = {field.name for field in fields(County)}
    for key, value in values.items():
        if key not in known:
            raise KeyError(key)
        session.merge(Setting(key=key, value=value))
    session.flush()
