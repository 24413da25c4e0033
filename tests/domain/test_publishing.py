"""How an edition becomes public, is replaced and is withdrawn; and who may do that."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from domain import audit, disclosures, indexing, powers, publishing
from domain.audit import AuditRow
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.errors import Refused
from domain.indexing import IndexChange
from domain.permissions import Role
from domain.powers import PowerEdition
from domain.publishing import Edition, State
from domain.staff import Staff
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public

LATER = NOW + timedelta(hours=1)

Act = Callable[[Session, Edition, County], None]
ACTS: dict[str, Act] = {
    "edit": lambda s, e, c: publishing.edit(s, e, None, c.staff["editor"], LATER),
    "correct": lambda s, e, c: publishing.correct(s, e, "", None, c.staff["editor"], LATER),
    "discard": lambda s, e, c: publishing.discard(s, e, c.staff["editor"], LATER),
    "take_back": lambda s, e, c: publishing.take_back(s, e, c.staff["editor"], LATER),
    "submit": lambda s, e, c: publishing.submit(s, e, c.staff["editor"], LATER),
    "send_back": lambda s, e, c: publishing.send_back(s, e, "请补充", c.staff["reviewer"], LATER),
    "publish": lambda s, e, c: publishing.publish(s, e, c.staff["reviewer"], LATER),
    "schedule": lambda s, e, c: publishing.schedule(
        s, e, LATER + timedelta(days=1), c.staff["reviewer"], LATER
    ),
    "reschedule": lambda s, e, c: publishing.reschedule(
        s, e, LATER + timedelta(days=3), c.staff["reviewer"], LATER
    ),
    "unschedule": lambda s, e, c: publishing.unschedule(s, e, "再核", c.staff["editor"], LATER),
    "withdraw": lambda s, e, c: publishing.withdraw(s, e, "有误", c.staff["reviewer"], LATER),
}
# state → act → state after (None: gone); what is not here is refused
TABLE: dict[State, dict[str, State | None]] = {
    State.DRAFT: {
        "edit": State.DRAFT,
        "correct": State.DRAFT,
        "submit": State.SUBMITTED,
        "discard": None,
    },
    State.SUBMITTED: {
        "take_back": State.DRAFT,
        "send_back": State.DRAFT,
        "publish": State.PUBLISHED,
        "schedule": State.SCHEDULED,
    },
    State.SCHEDULED: {"reschedule": State.SCHEDULED, "unschedule": State.DRAFT},
    State.PUBLISHED: {"withdraw": State.WITHDRAWN},
    State.SUPERSEDED: {"withdraw": State.WITHDRAWN},
    State.WITHDRAWN: {},
}
DRAFTS: dict[str, Callable[[Session, County], Edition]] = {
    "powers": draft_powers,
    "disclosures": draft_disclosure,
}


def in_state(session: Session, county: County, noun: str, state: State) -> Edition:
    """An edition brought to a state the ordinary way."""
    edition = DRAFTS[noun](session, county)
    if state is State.SUBMITTED:
        publishing.submit(session, edition, county.staff["editor"], NOW)
    elif state is State.SCHEDULED:
        publishing.submit(session, edition, county.staff["editor"], NOW)
        moment = NOW + timedelta(days=2)
        publishing.schedule(session, edition, moment, county.staff["reviewer"], NOW)
    elif state is not State.DRAFT:
        make_public(session, county, edition)
    if state is State.SUPERSEDED:
        make_public(session, county, DRAFTS[noun](session, county))
    elif state is State.WITHDRAWN:
        publishing.withdraw(session, edition, "重复", county.staff["reviewer"], NOW)
    session.commit()
    return edition


def audited(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


def announced(session: Session) -> list[str]:
    return list(session.scalars(select(IndexChange.subject).order_by(IndexChange.seq)))


@pytest.mark.parametrize("noun", DRAFTS)
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", State)
def test_every_act_in_every_state(
    session: Session, county: County, noun: str, act: str, state: State
) -> None:
    edition = in_state(session, county, noun, state)
    assert edition.state is state
    acts, changes = audited(session), announced(session)
    if act not in TABLE[state]:
        with pytest.raises(Refused, match=state.label):
            ACTS[act](session, edition, county)
        assert edition.state is state
        assert not session.dirty
        assert (audited(session), announced(session)) == (acts, changes)
    else:
        ACTS[act](session, edition, county)
        session.commit()
        gone = sa.inspect(edition).detached
        assert (None if gone else edition.state) is TABLE[state][act]
        # A correction's reason is text like any other of the draft.
        recorded = "edit" if act == "correct" else act
        assert audited(session) == [*acts, f"publishing.{recorded}"]
        told = [edition.subject] if act in {"publish", "withdraw"} else []
        assert announced(session) == changes + told


@pytest.mark.parametrize("act", ["send_back", "unschedule", "withdraw"])
def test_a_reason_is_asked_for_and_nothing_changes_without_one(
    session: Session, county: County, act: str
) -> None:
    state = next(state for state, acts in TABLE.items() if act in acts)
    edition = in_state(session, county, "powers", state)
    with pytest.raises(Refused, match="请写明理由"):
        getattr(publishing, act)(session, edition, " \u3000\n", county.staff["reviewer"], LATER)
    assert edition.state is state
    assert not session.dirty


@pytest.mark.parametrize("act", ["send_back", "publish"])
def test_nobody_reviews_their_own(session: Session, county: County, act: str) -> None:
    editor = county.staff["editor"]
    editor.role_names = [Role.EDITOR.value, Role.REVIEWER.value]
    edition = in_state(session, county, "powers", State.SUBMITTED)
    arguments = ("理由", editor, LATER) if act == "send_back" else (editor, LATER)
    with pytest.raises(Refused, match="起草人不能审核自己的稿件"):
        getattr(publishing, act)(session, edition, *arguments)


@pytest.mark.parametrize("username", ["editor", "intake", "auditor", "system", "chief"])
def test_only_reviewers_review(session: Session, county: County, username: str) -> None:
    waiting = in_state(session, county, "powers", State.SUBMITTED)
    public = in_state(session, county, "disclosures", State.PUBLISHED)
    actor = county.staff[username]
    with pytest.raises(Refused, match="没有审核和发布的权限"):
        publishing.publish(session, waiting, actor, LATER)
    with pytest.raises(Refused, match="没有审核和发布的权限"):
        publishing.send_back(session, waiting, "理由", actor, LATER)
    with pytest.raises(Refused, match="没有审核和发布的权限"):
        publishing.withdraw(session, public, "理由", actor, LATER)


def test_whoever_has_changed_it_does_not_review_it(session: Session, county: County) -> None:
    """Not the author alone: a second editor's words are not judged by the second editor."""
    reviewer = county.staff["reviewer"]
    reviewer.role_names = [Role.EDITOR.value, Role.REVIEWER.value]
    edition = draft_powers(session, county)
    publishing.edit(session, edition, None, reviewer, NOW)
    publishing.submit(session, edition, county.staff["editor"], NOW)
    with pytest.raises(Refused, match="起草人不能审核自己的稿件"):
        publishing.publish(session, edition, reviewer, NOW)
    assert publishing.has_written(session, edition, reviewer)
    assert publishing.has_written(session, edition, county.staff["editor"])
    assert not publishing.has_written(session, edition, county.staff["chief"])
    changed = publishing.last_change(session, edition)
    assert changed == ("editor（测试）", NOW)


def test_a_decision_on_what_has_changed_since_is_refused(session: Session, county: County) -> None:
    edition = in_state(session, county, "powers", State.SUBMITTED)
    seen = edition.revision
    publishing.ensure_seen(session, edition, seen)
    publishing.take_back(session, edition, county.staff["editor"], NOW)
    publishing.submit(session, edition, county.staff["editor"], NOW)
    session.commit()
    with pytest.raises(Refused, match="内容又有变化"):
        publishing.ensure_seen(session, edition, seen)
    assert publishing.last_change(session, draft_powers(session, county)) is None


def test_within_is_the_scope_as_a_query_asks_it(session: Session, county: County) -> None:
    mine, theirs = draft_powers(session, county), draft_powers(session, county, "education")
    for username, expected in (("editor", {mine.id}), ("reviewer", {mine.id, theirs.id})):
        condition = publishing.within(county.staff[username], PowerEdition)
        drafts = select(PowerEdition.id).where(PowerEdition.state == State.DRAFT, condition)
        assert set(session.scalars(drafts)) == expected
    condition = publishing.within(county.staff["editor"], DisclosureEdition)
    assert len(session.scalars(select(DisclosureEdition.id).where(condition)).all()) == 1


def _of_another_unit(session: Session, county: County, username: str) -> Staff:
    person = county.staff[username]
    person.unit_id = county.units["jy"].id
    session.commit()
    return person


def test_editors_and_reviewers_of_a_unit_stay_within_it(session: Session, county: County) -> None:
    draft = in_state(session, county, "powers", State.DRAFT)
    waiting = in_state(session, county, "disclosures", State.SUBMITTED)
    editor = _of_another_unit(session, county, "editor")
    reviewer = _of_another_unit(session, county, "reviewer")
    for act in (
        lambda: publishing.edit(session, draft, None, editor, LATER),
        lambda: publishing.submit(session, draft, editor, LATER),
        lambda: publishing.publish(session, waiting, reviewer, LATER),
        lambda: publishing.send_back(session, waiting, "理由", reviewer, LATER),
        lambda: powers.new_edition(session, draft.power_list, editor),  # type: ignore[attr-defined]
        lambda: disclosures.new_edition(session, waiting.disclosure, "题", "文", editor),  # type: ignore[attr-defined]
    ):
        with pytest.raises(Refused, match="只能处理本单位的内容"):
            act()


@pytest.mark.parametrize("username", ["reviewer", "intake", "auditor"])
def test_only_editors_write(session: Session, county: County, username: str) -> None:
    draft, actor = draft_powers(session, county), county.staff[username]
    for act in (
        lambda: publishing.edit(session, draft, None, actor, LATER),
        lambda: publishing.submit(session, draft, actor, LATER),
        lambda: powers.new_edition(session, draft.power_list, actor),
    ):
        with pytest.raises(Refused, match="没有起草的权限"):
            act()


def test_a_closed_account_may_nothing(session: Session, county: County) -> None:
    edition = in_state(session, county, "powers", State.SUBMITTED)
    county.staff["reviewer"].active = False
    with pytest.raises(Refused):
        publishing.publish(session, edition, county.staff["reviewer"], LATER)


def test_the_command_line_may_write_and_submit(session: Session, county: County) -> None:
    edition = draft_powers(session, county, "education")
    assert edition.author is None
    publishing.edit(session, edition, None, None, NOW)
    publishing.submit(session, edition, None, NOW)
    publishing.publish(session, edition, county.staff["reviewer"], NOW)
    assert edition.state is State.PUBLISHED


def test_incomplete_drafts_are_told_what_is_missing(session: Session, county: County) -> None:
    edition = draft_powers(session, county)
    edition.items[0].source = "　"
    edition.items[1].steps = []
    bare = disclosures.new_edition(
        session, draft_disclosure(session, county).disclosure, " ", "\n", county.staff["editor"]
    )
    with pytest.raises(Refused) as powers_refused:
        publishing.submit(session, edition, county.staff["editor"], NOW)
    with pytest.raises(Refused) as disclosure_refused:
        publishing.submit(session, bare, county.staff["editor"], NOW)
    assert str(powers_refused.value) == (
        "还不能提交：第 1 项“农村公路建设项目安排”缺少权力来源；第 2 项“养护资金分配”缺少运行流程"
    )
    assert str(disclosure_refused.value) == "还不能提交：缺少标题；缺少正文"
    assert edition.state is bare.state is State.DRAFT


def test_the_new_edition_ends_the_one_before(session: Session, county: County) -> None:
    first = powers.in_force(session, county.posts["transport"].id)
    assert first is not None
    second = draft_powers(session, county, names=("新事项",))
    make_public(session, county, second, LATER)
    session.commit()
    assert (first.state, first.ended_at) == (State.SUPERSEDED, LATER)
    assert (second.state, second.published_at, second.number) == (State.PUBLISHED, LATER, 2)
    assert powers.in_force(session, county.posts["transport"].id) is second
    assert [e.number for e in powers.history(session, county.posts["transport"].id)] == [2, 1]
    # Superseded in this session, then changed by it: the revision has been counted.
    publishing.withdraw(session, first, "有误", county.staff["reviewer"], LATER)
    session.commit()
    assert first.state is State.WITHDRAWN


def test_numbers_only_go_up(session: Session, county: County) -> None:
    second, third = draft_powers(session, county), draft_powers(session, county)
    make_public(session, county, third)
    publishing.submit(session, second, county.staff["editor"], NOW)
    with pytest.raises(Refused, match="第 3 版已经公开过，不能再公开较早的第 2 版"):
        publishing.publish(session, second, county.staff["reviewer"], NOW)
    publishing.withdraw(session, third, "有误", county.staff["reviewer"], NOW)
    with pytest.raises(Refused, match="第 3 版已经公开过"):
        publishing.publish(session, second, county.staff["reviewer"], NOW)
    assert session.scalar(select(func.count()).where(PowerEdition.state == State.PUBLISHED)) == 0


def test_withdrawn_leaves_only_the_tombstone(session: Session, county: County) -> None:
    post = county.posts["transport"].id
    edition = powers.in_force(session, post)
    assert edition is not None
    items = [f"power:{item.id}" for item in edition.items]
    assert indexing.published(session, items) == set(items)
    publishing.withdraw(session, edition, "内容有误", county.staff["reviewer"], LATER)
    session.commit()
    assert indexing.published(session, items) == set()
    assert powers.in_force(session, post) is None
    assert powers.newest(session, 5) == []
    assert powers.count_public(session) == 0
    tombstone = powers.readable(session, edition.list_id, edition.number)
    assert tombstone is not None
    assert (tombstone.state, tombstone.reason) == (State.WITHDRAWN, "内容有误")


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED])
def test_what_was_never_public_has_no_address(
    session: Session, county: County, state: State
) -> None:
    power = in_state(session, county, "powers", state)
    disclosure = in_state(session, county, "disclosures", state)
    assert isinstance(power, PowerEdition)
    assert isinstance(disclosure, DisclosureEdition)
    assert powers.readable(session, power.list_id, power.number) is None
    assert powers.item(session, power.items[0].id) is None
    assert power not in powers.history(session, county.posts["transport"].id)
    assert disclosures.readable(session, disclosure.disclosure_id, disclosure.number) is None
    assert disclosure not in disclosures.history(session, disclosure.disclosure_id)
    found = indexing.published(
        session, [f"disclosure:{disclosure.id}", *(f"power:{i.id}" for i in power.items)]
    )
    assert found == set()


def test_an_edit_from_an_old_form_is_refused(session: Session, county: County) -> None:
    edition, editor = draft_powers(session, county), county.staff["editor"]
    session.commit()
    seen = edition.revision
    publishing.edit(session, edition, seen, editor, NOW)
    edition.items[0].name = "改名"
    session.commit()
    with pytest.raises(Refused, match="别人刚刚改过同一处内容"):
        publishing.edit(session, edition, seen, editor, NOW)
    publishing.edit(session, edition, edition.revision, editor, NOW)


def test_two_sessions_never_overwrite_each_other_unseen(session: Session, county: County) -> None:
    edition = draft_disclosure(session, county)
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as other:
        theirs = other.get(DisclosureEdition, edition.id)
        assert theirs is not None
        other.commit()
        edition.body = "我的"
        session.commit()
        theirs.body = "他的"
        with pytest.raises(StaleDataError):
            other.commit()


def test_the_chain_holds_after_all_this(session: Session, county: County) -> None:
    in_state(session, county, "powers", State.WITHDRAWN)
    in_state(session, county, "disclosures", State.SUPERSEDED)
    assert list(audit.breaks(session)) == []
