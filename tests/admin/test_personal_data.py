"""Words of staff that the public will read: what looks personal in them is asked about once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.audit import AuditRow
from domain.db import Session
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import form_to, form_with
from tests.admin.posts import POSTS
from tests.fixtures.county import County

PHONE, MASKED = "13900012345", "139■■"
SAID = f"有疑问请联系 {PHONE}，另行通知。"
# Whatever carries words to the public: the act, and the field that they stand in.
ACTS = {
    "publishing.withdraw": "reason",
    "publishing.correct": "correction",
    "powers.start": "correction",
    "disclosures.start": "correction",
    "notices.start": "correction",
    "feedback.decline": "decline-told",
    "obligations.extend": "extend-reason",
    "obligations.lift": "lift-reason",
    "obligations.release": "reason",
}


def rows(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(AuditRow.action).order_by(AuditRow.seq)))


@pytest.fixture(params=list(ACTS))
def act(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def asked(
    act: str, as_: SignIn, session: Session, county: County
) -> tuple[Desk, str, dict[str, str], list[str]]:
    """The act was sent with a telephone in its words: who sent it, whereto, and the page's form."""
    post = POSTS[act]
    desk = as_(post.who)
    path, fields = post.prepare(session, county, desk)
    fields[ACTS[act]] = SAID
    if act.endswith(".start"):
        fields["from"] = "correct"
    before = rows(session)
    answer = desk.post(path, **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f"<mark>{PHONE}</mark>" in page
    assert rows(session) == before
    form = form_to(page, path)
    assert form.fields[ACTS[act]] == SAID
    typed = {name: value for name, value in form.fields.items() if name != "csrf_token"}
    assert {name: str(value) for name, value in fields.items()}.items() <= typed.items()
    return desk, path, typed, before


def test_what_is_not_looked_at_is_asked_again(
    act: str, asked: tuple[Desk, str, dict[str, str], list[str]], session: Session
) -> None:
    desk, path, typed, before = asked
    del typed["checked"]
    answer = desk.post(path, **typed)
    assert form_with(answer.get_data(as_text=True), "checked").fields[ACTS[act]] == SAID
    assert rows(session) == before


def test_what_is_confirmed_is_done_as_it_was_typed(
    act: str, asked: tuple[Desk, str, dict[str, str], list[str]], session: Session
) -> None:
    desk, path, typed, before = asked
    assert desk.post(path, **typed).status_code == 303
    assert rows(session)[len(before) :] == POSTS[act].actions


def test_what_is_masked_is_done(
    act: str, asked: tuple[Desk, str, dict[str, str], list[str]], session: Session
) -> None:
    desk, path, typed, before = asked
    del typed["checked"]
    typed[ACTS[act]] = SAID.replace(PHONE, MASKED)
    assert desk.post(path, **typed).status_code == 303
    assert rows(session)[len(before) :] == POSTS[act].actions
