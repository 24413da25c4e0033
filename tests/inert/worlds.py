"""Two counties that differ in one thing: in one every text is a vector, in the other it is harmless."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import sqlalchemy as sa

from admin.app import create_app as create_admin
from admin.imports import work
from admin.settings import AdminSettings
from domain import publishing
from domain.db import Session, make_engine
from domain.disclosures import DisclosureEdition
from domain.powers import PowerEdition
from domain.publishing import State
from portal.app import create_app as create_portal
from portal.settings import PortalSettings
from search import open_engine, open_reader, sync
from search.engine import SearchEngine
from tests.admin.conftest import Desk
from tests.fixtures.county import NOW, County, build_county
from tests.inert.judging import HARMLESS
from web.app import Site
from web.database import engine_of

Change = Callable[[str], str]


def harmless(text: str) -> str:
    """The text's twin."""
    return text.translate(HARMLESS)


@dataclass
class World(AbstractContextManager["World"]):
    """A county with both sites and an index.

    Attributes:
        pages: what was shown on the way to what it is.
    """

    change: Change
    folder: Path
    session: Session
    county: County
    portal: Site
    admin: Site
    index: SearchEngine
    pages: list[str] = field(default_factory=list)

    def desk(self, username: str) -> Desk:
        """Somebody of the county, signed in."""
        desk = Desk(self.admin.test_client())
        assert desk.sign_in(username).status_code == 303
        return desk

    def publish_everything(self) -> int:
        """The reviewer approves what has been submitted; how much that was."""
        self.session.rollback()
        count = 0
        tables: tuple[type[publishing.Edition], ...] = (PowerEdition, DisclosureEdition)
        for table in tables:
            waiting = sa.select(table).where(table.state == State.SUBMITTED).order_by(table.id)
            for edition in self.session.scalars(waiting).all():
                reviewer = self.county.staff["reviewer"]
                publishing.publish(self.session, edition, reviewer, NOW)
                count += 1
        self.session.commit()
        sync.rebuild(self.session, self.index)
        return count

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put everything away."""
        self.admin.extensions[work.EXTENSION].finish()
        self.session.close()
        engine_of(self.admin).dispose()
        engine_of(self.portal).dispose()


def make(template: Path, folder: Path, change: Change) -> World:
    """A small county on a copy of an empty database; its editor writes for every unit."""
    folder.mkdir()
    path = folder / "mingquan.db"
    shutil.copy(template, path)
    engine = make_engine(f"sqlite:///{path}")
    session = Session(engine)
    county = build_county(session)
    county.staff["editor"].unit_id = None
    session.commit()
    given = {"var": folder / "var", "database_url": f"sqlite:///{path}", "demonstration": True}
    portal_settings = PortalSettings.from_environment("portal", {}, **given)
    return World(
        change=change,
        folder=folder,
        session=session,
        county=county,
        portal=create_portal(
            portal_settings, open_reader(portal_settings.index_address), engine=engine
        ),
        admin=create_admin(AdminSettings.from_environment("admin", {}, **given)),
        index=open_engine(portal_settings.index_address),
    )
