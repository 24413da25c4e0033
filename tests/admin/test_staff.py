from __future__ import annotations

from datetime import timedelta

from domain.clock import utc_now
from domain.db import Session
from tests.admin.conftest import SignIn
from tests.admin.statements import statements
from tests.fixtures.county import PEOPLE, County
from web.app import Site


def test_everybody_with_roles_offices_and_state(
    site: Site, as_: SignIn, session: Session, county: County
) -> None:
    county.staff["chief"].active = False
    county.staff["cadre"].locked_until = utc_now() + timedelta(minutes=5)
    session.commit()
    desk = as_("security")
    with statements(site) as sent:
        page = desk.text("/staff")
    assert len(sent) <= 5
    for username in PEOPLE:
        assert f'<td class="key">{username}</td>' in page
    assert "信访室经办人" in page
    assert '内设机构">信访室<' in page
    assert '单位">交通运输局<' in page
    assert page.count("停用") == 1
    assert page.count("暂时锁定") == 1
    assert page.count("正常") == len(PEOPLE) - 2
