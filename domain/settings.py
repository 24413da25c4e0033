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
    higher_body_city: str = "市纪委监委"
    higher_body_province: str = "省纪委监委"
    higher_contact: str = "12388"
    # [seed 2] prints six phrases and says five: domain.md §2 gives both readings.
    grouping: str = Grouping.LATER_PAIR


def county(session: Session) -> County:
    """All settings, defaults filled in (one statement)."""
    known = {field.name for field in fields(County)}
    chosen = session.execute(sa.select(Setting.key, Setting.value))
    return County(**{key: value for key, value in chosen if key in known})


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
