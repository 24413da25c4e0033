"""Promise 8, the site's half: every act leaves exactly one row, and a refused form leaves none."""

from __future__ import annotations

import pytest

from domain import audit
from domain.db import Session
from tests.admin.cases import rows
from tests.admin.conftest import Desk, SignIn
from tests.admin.posts import POSTS
from tests.fixtures.county import County
from web.app import Site


def test_every_post_is_walked(site: Site) -> None:
    posts = {rule.endpoint for rule in site.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {name.partition("-")[0] for name in POSTS} == posts


@pytest.mark.parametrize("name", POSTS)
def test_one_act_leaves_one_row(
    site: Site, as_: SignIn, session: Session, county: County, name: str
) -> None:
    post = POSTS[name]
    desk = as_(post.who) if post.who else Desk(site.test_client())
    path, fields = post.prepare(session, county, desk)
    before = len(rows(session))
    response = desk.post(path, **fields)
    assert response.status_code in {200, 303} or name.endswith("-wrongly")
    assert [row.action for row in rows(session)[before:]] == post.actions
    assert list(audit.breaks(session)) == []


@pytest.mark.parametrize("name", POSTS)
def test_a_form_without_its_token_leaves_none(
    site: Site, as_: SignIn, session: Session, county: County, name: str
) -> None:
    post = POSTS[name]
    desk = as_(post.who) if post.who else Desk(site.test_client())
    path, fields = post.prepare(session, county, desk)
    before = len(rows(session))
    assert desk.client.post(path, data=fields).status_code == 400
    assert len(rows(session)) == before
