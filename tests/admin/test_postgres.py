"""The internal site on PostgreSQL: every act of casework once, and every page that lists something."""

from __future__ import annotations

import pytest

from domain import audit
from domain.db import Session
from tests.admin.cases import rows
from tests.admin.conftest import Desk, SignIn
from tests.admin.desk_posts import POSTS as DESK
from tests.admin.posts import POSTS
from tests.fixtures.county import County
from web.app import Site

PAGES = {
    "intake": ("/", "/reports?order=state&news=yes&state=all", "/reports?number=20", "/clues"),
    "manager": ("/", "/integrity?q=交通 局长", "/clues?category=work", "/search?q=交通 1号"),
    "chief": ("/", "/identities", "/clues"),
    "custodian": ("/", "/identities"),
    "auditor": ("/audit?since=2026-01-01&who=intake&action=reports.open", "/audit/chain"),
    "security": ("/staff",),
}


@pytest.fixture
def sqlite_url(migrated_postgres_url: str) -> str:
    """The database that all other fixtures work on."""
    return migrated_postgres_url


def test_casework_runs_on_postgresql(
    site: Site, as_: SignIn, session: Session, county: County
) -> None:
    for name in sorted(POSTS.keys() - DESK.keys()):
        post = POSTS[name]
        desk = as_(post.who) if post.who else Desk(site.test_client())
        path, fields = post.prepare(session, county, desk)
        before = len(rows(session))
        response = desk.post(path, **fields)
        assert response.status_code in {200, 303} or name.endswith("-wrongly"), (
            name,
            response.get_data(as_text=True)[-900:],
        )
        assert [row.action for row in rows(session)[before:]] == post.actions, name
    for username, paths in PAGES.items():
        desk = as_(username)
        for path in paths:
            assert desk.text(path)
    session.rollback()
    assert list(audit.breaks(session)) == []
