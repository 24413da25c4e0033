"""Whatever is published, withdrawn, set and appointed in whatever order: a kept page is the fresh one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st
from werkzeug.test import TestResponse

from domain import indexing, officials, publishing, settings as county_settings
from domain.db import Session, make_engine
from domain.disclosures import DisclosureEdition
from domain.officials import Official
from domain.powers import PowerEdition
from domain.publishing import READABLE, Edition
from portal.app import create_app
from portal.settings import PortalSettings
from search import open_reader
from tests.fixtures.county import (
    NOW,
    County,
    build_county,
    draft_disclosure,
    draft_powers,
    make_public as publish,
)

ADDRESSES = (
    "/",
    "/units/jt",
    "/officials",
    "/officials/3",
    "/powers",
    "/powers/1/1",
    "/disclosures",
    "/disclosures/1",
    "/sitemap",
)
Act = Callable[[Session, County, int], None]


def publish_powers(session: Session, county: County, step: int) -> None:
    publish(session, county, draft_powers(session, county, names=(f"事项{step}",)))


def publish_disclosure(session: Session, county: County, step: int) -> None:
    told = draft_disclosure(session, county)
    told.title = f"第{step}次公开"
    publish(session, county, told)


def _withdraw(session: Session, county: County, table: type[Edition]) -> None:
    query = sa.select(table).where(table.state.in_(READABLE)).order_by(table.id)
    if edition := session.scalars(query).first():
        publishing.withdraw(session, edition, "内容有误", county.staff["reviewer"], NOW)


def withdraw_powers(session: Session, county: County, step: int) -> None:
    _withdraw(session, county, PowerEdition)


def withdraw_disclosure(session: Session, county: County, step: int) -> None:
    _withdraw(session, county, DisclosureEdition)


def choose_setting(session: Session, county: County, step: int) -> None:
    county_settings.choose(session, site_name=f"站名{step}")


def appoint(session: Session, county: County, step: int) -> None:
    """As an import does it: the tenure and its announcement in one transaction."""
    official = Official(code=f"S{step}", name=f"新任{step}")
    session.add(official)
    session.flush()
    day = date(2024, 6, 1) + timedelta(days=step)
    officials.appoint(session, county.posts["transport"], official, day)
    indexing.announce(session, [f"officials:{official.id}"], NOW)


ACTS: tuple[Act, ...] = (
    publish_powers,
    publish_disclosure,
    withdraw_powers,
    withdraw_disclosure,
    choose_setting,
    appoint,
)


def said(response: TestResponse) -> tuple[int, str | None, bytes]:
    return response.status_code, response.headers.get("ETag"), response.get_data()


@hypothesis_settings(
    max_examples=5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=2, max_size=6))
def check(template: Path, acts: list[Act]) -> None:
    with TemporaryDirectory(prefix="mingquan-kept-") as folder:
        path = Path(folder, "mingquan.db")
        shutil.copy(template, path)
        engine = make_engine(f"sqlite:///{path}")
        given_settings = PortalSettings.from_environment(
            "portal", {}, var=Path(folder), database_url=f"sqlite:///{path}"
        )
        reader = open_reader(given_settings.index_address)
        keeping = create_app(given_settings, reader, engine=engine)
        fresh = create_app(given_settings, reader, engine=engine)
        fresh.extensions["mingquan.rendered"] = type(fresh.extensions["mingquan.rendered"])(0)
        with Session(engine) as session:
            county = build_county(session)
            session.commit()
            for step, act in enumerate(acts, start=1):
                act(session, county, step)
                session.commit()
                for address in ADDRESSES:
                    kept = keeping.test_client().get(address)
                    made = fresh.test_client().get(address)
                    assert said(kept) == said(made), (step, address)
        assert len(keeping.extensions["mingquan.rendered"]) > len(ADDRESSES) - 3
        assert len(fresh.extensions["mingquan.rendered"]) == 0
        engine.dispose()


def test_a_kept_page_is_the_fresh_one(empty_database: Path) -> None:
    check(empty_database)
