"""Approved now, public at a moment to come; corrections; a reviewer's notes; many at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.engine import Engine

from domain import audit, indexing, powers, publishing
from domain.audit import AuditRow
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.editing import disclosures as writing_disclosures, powers as writing
from domain.errors import Refused
from domain.notices import NoticeEdition
from domain.permissions import Role
from domain.powers import PowerEdition
from domain.publishing import Edition, State
from domain.publishing.schedule import _tables
from tests.domain.races import race
from tests.fixtures.county import (
    NOW,
    County,
    build_county,
    draft_disclosure,
    draft_powers,
    make_public,
)

MOMENT = NOW + timedelta(days=3)
SPELL = sa.text("UPDATE power_items SET kind = :kind WHERE id = :item")


def scheduled(session: Session, county: County, edition: Edition) -> Edition:
    """Submitted by its author and approved for `MOMENT`."""
    publishing.submit(session, edition, edition.author, NOW)
    publishing.schedule(session, edition, MOMENT, county.staff["reviewer"], NOW)
    session.commit()
    return edition


def last_row(session: Session) -> AuditRow:
    return session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first()  # type: ignore[return-value]


def test_at_its_moment_it_is_published_as_its_reviewer_would(
    session: Session, county: County
) -> None:
    former = powers.in_force(session, county.posts["transport"].id)
    assert former
    edition = draft_powers(session, county, names=("新事项",))
    scheduled(session, county, edition)
    begun, rows = indexing.last_change(session), audit.head(session)[0]
    early = MOMENT - timedelta(seconds=1)
    assert not publishing.is_due(session, early)
    assert publishing.publish_due(session, early).done == []
    assert publishing.is_due(session, MOMENT)
    batch = publishing.publish_due(session, MOMENT)
    session.commit()
    assert (batch.done, batch.refused) == ([edition], [])
    assert (edition.state, edition.published_at, edition.scheduled_for) == (
        State.PUBLISHED,
        MOMENT,
        None,
    )
    assert (former.state, former.ended_at) == (State.SUPERSEDED, MOMENT)
    assert [c.subject for c in indexing.changes_after(session, begun, 9)] == [edition.subject]
    row = last_row(session)
    assert row.seq == rows + 1
    assert (row.action, row.actor_id) == ("publishing.publish", county.staff["reviewer"].id)
    assert not publishing.is_due(session, MOMENT)


@pytest.mark.parametrize(
    ("ahead", "sentence"),
    [
        (timedelta(0), "已经过去"),
        (timedelta(days=-1), "已经过去"),
        (timedelta(days=400), "一年以内"),
    ],
)
def test_a_moment_is_to_come_but_not_for_ever(
    session: Session, county: County, ahead: timedelta, sentence: str
) -> None:
    edition = draft_powers(session, county)
    publishing.submit(session, edition, county.staff["editor"], NOW)
    with pytest.raises(Refused, match=sentence):
        publishing.schedule(session, edition, NOW + ahead, county.staff["reviewer"], NOW)
    assert edition.state is State.SUBMITTED


def test_nobody_schedules_their_own_and_strangers_stop_nothing(
    session: Session, county: County
) -> None:
    edition = draft_powers(session, county)
    editor = county.staff["editor"]
    editor.role_names = [Role.EDITOR.value, Role.REVIEWER.value]
    publishing.submit(session, edition, editor, NOW)
    with pytest.raises(Refused, match="起草人不能审核"):
        publishing.schedule(session, edition, MOMENT, editor, NOW)
    publishing.schedule(session, edition, MOMENT, county.staff["reviewer"], NOW)
    with pytest.raises(Refused, match="没有取消定时公开的权限"):
        publishing.unschedule(session, edition, "理由", county.staff["intake"], NOW)
    county.staff["reviewer"].unit_id = county.units["jy"].id
    with pytest.raises(Refused, match="本单位"):
        publishing.unschedule(session, edition, "理由", county.staff["reviewer"], NOW)
    publishing.unschedule(session, edition, "日期定错了", editor, NOW)
    assert (edition.state, edition.scheduled_for, edition.reason) == (
        State.DRAFT,
        None,
        "日期定错了",
    )


def test_the_moment_is_moved_and_nothing_else(session: Session, county: County) -> None:
    edition = scheduled(session, county, draft_powers(session, county))
    sooner, rows = NOW + timedelta(days=1), audit.head(session)[0]
    colleague, reviewer = county.staff["chief"], county.staff["reviewer"]
    colleague.role_names = [Role.REVIEWER.value]
    publishing.reschedule(session, edition, sooner, colleague, NOW)
    session.commit()
    assert (edition.state, edition.scheduled_for) == (State.SCHEDULED, sooner)
    row = last_row(session)
    assert row.seq == rows + 1
    assert (row.action, row.actor_id) == ("publishing.reschedule", colleague.id)
    assert row.details == {"moment": sooner.isoformat(), "former": MOMENT.isoformat()}
    assert publishing.publish_due(session, sooner).done == [edition]
    # In the name of who approved it.
    assert last_row(session).actor_id == reviewer.id


def test_a_moment_is_moved_by_a_second_person_to_another_one_to_come(
    session: Session, county: County
) -> None:
    edition, reviewer = draft_powers(session, county), county.staff["reviewer"]
    scheduled(session, county, edition)
    rows = audit.head(session)[0]
    for moment, sentence in ((NOW, "已经过去"), (MOMENT, "没有变化")):
        with pytest.raises(Refused, match=sentence):
            publishing.reschedule(session, edition, moment, reviewer, NOW)
    with pytest.raises(Refused, match="一年以内"):
        publishing.reschedule(session, edition, NOW + timedelta(days=400), reviewer, NOW)
    editor, later = county.staff["editor"], MOMENT + timedelta(days=1)
    with pytest.raises(Refused, match="没有审核和发布的权限"):
        publishing.reschedule(session, edition, later, editor, NOW)
    editor.role_names = [Role.EDITOR.value, Role.REVIEWER.value]
    with pytest.raises(Refused, match="起草人不能改公开时间"):
        publishing.reschedule(session, edition, later, editor, NOW)
    reviewer.unit_id = county.units["jy"].id
    with pytest.raises(Refused, match="本单位"):
        publishing.reschedule(session, edition, later, reviewer, NOW)
    assert edition.scheduled_for == MOMENT
    assert audit.head(session)[0] == rows


def test_a_fault_in_one_edition_stops_no_other_and_leaves_it_as_it_was(both: Engine) -> None:
    """A word that no version of the program has written, as after a repair by hand."""
    with Session(both) as session:
        county = build_county(session)
        make_public(session, county, draft_powers(session, county))
        broken = draft_powers(session, county)
        scheduled(session, county, broken)
        scheduled(session, county, draft_powers(session, county, "education"))
        scheduled(session, county, draft_disclosure(session, county))
        number, subject, of_list = broken.id, broken.subject, broken.list_id
        spelt = {"item": broken.items[0].id, "kind": "odd"}
        session.execute(SPELL, spelt)
        session.commit()
    with Session(both) as session:
        rows = audit.head(session)[0]
        batch = publishing.publish_due(session, MOMENT)
        session.commit()
        assert len(batch.done) == 2
        assert subject not in {edition.subject for edition in batch.done}
        assert [(name, type(error)) for name, error in batch.failed] == [
            (f"PowerEdition {number}", LookupError)
        ]
        states = select(PowerEdition.state).where(PowerEdition.list_id == of_list)
        assert session.scalars(states.order_by(PowerEdition.number)).all() == [
            State.PUBLISHED,
            State.SCHEDULED,
        ]
        assert audit.head(session)[0] == rows + 2
        assert list(audit.breaks(session)) == []
        session.execute(SPELL, spelt | {"kind": "project"})
        session.commit()
        assert [edition.id for edition in publishing.publish_due(session, MOMENT).done] == [number]


def test_a_fault_found_while_writing_undoes_the_whole_of_that_edition(
    session: Session, county: County
) -> None:
    former = powers.in_force(session, county.posts["transport"].id)
    broken = scheduled(session, county, draft_powers(session, county))
    sound = scheduled(session, county, draft_disclosure(session, county, "另一件"))
    session.execute(
        sa.text(
            "CREATE TRIGGER refuse BEFORE INSERT ON index_changes "
            f"WHEN new.subject = '{broken.subject}' BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    )
    session.commit()
    begun, rows = indexing.last_change(session), audit.head(session)[0]
    batch = publishing.publish_due(session, MOMENT)
    session.commit()
    session.expire_all()
    assert (batch.done, len(batch.failed)) == ([sound], 1)
    assert former
    assert (former.state, former.ended_at) == (State.PUBLISHED, None)
    assert (broken.state, broken.published_at) == (State.SCHEDULED, None)
    assert [c.subject for c in indexing.changes_after(session, begun, 9)] == [sound.subject]
    assert audit.head(session)[0] == rows + 1


def test_what_cannot_be_published_any_more_goes_back_and_blocks_nothing(
    session: Session, county: County
) -> None:
    """Two editions of one list, the newer first; one with a fault; one in order."""
    older = scheduled(session, county, draft_powers(session, county))
    newer = draft_powers(session, county)
    make_public(session, county, newer)
    broken = draft_powers(session, county, "education")
    scheduled(session, county, broken)
    broken.items[0].source = ""
    paper = scheduled(session, county, draft_disclosure(session, county, "另一件"))
    batch = publishing.publish_due(session, MOMENT)
    session.commit()
    assert batch.done == [paper]
    assert {edition for edition, _refused in batch.refused} == {older, broken}
    assert (older.state, newer.state) == (State.DRAFT, State.PUBLISHED)
    assert "第 3 版已经公开过" in older.reason
    assert "缺少权力来源" in broken.reason
    row = session.scalars(
        select(AuditRow)
        .where(AuditRow.subject == publishing.name_of(older))
        .order_by(-AuditRow.seq)
    ).first()
    assert row
    assert (row.action, row.actor_id, row.reason) == ("publishing.unschedule", None, older.reason)


def test_two_editions_of_one_list_come_in_their_order(session: Session, county: County) -> None:
    first = scheduled(session, county, draft_powers(session, county))
    second = scheduled(session, county, draft_powers(session, county))
    batch = publishing.publish_due(session, MOMENT)
    session.commit()
    assert batch.done == [first, second]
    assert (first.state, second.state) == (State.SUPERSEDED, State.PUBLISHED)


def test_while_one_waits_no_other_is_begun_and_the_one_in_force_can_go(
    session: Session, county: County
) -> None:
    edition = draft_powers(session, county)
    scheduled(session, county, edition)
    editor, post = county.staff["editor"], county.posts["transport"]
    with pytest.raises(Refused, match="第 2 版还在起草或审核，或者等待定时公开"):
        writing.start(session, post, editor, NOW, copying=True)
    paper = draft_disclosure(session, county)
    scheduled(session, county, paper)
    with pytest.raises(Refused, match="等待定时公开"):
        writing_disclosures.start_edition(session, paper.disclosure, editor, NOW)
    in_force = powers.in_force(session, post.id)
    assert in_force
    publishing.withdraw(session, in_force, "有误", county.staff["reviewer"], NOW)
    assert powers.in_force(session, post.id) is None
    publishing.publish_due(session, MOMENT)
    session.commit()
    assert powers.in_force(session, post.id) is edition
    assert (in_force.state, in_force.ended_at) == (State.WITHDRAWN, NOW)


def test_several_processes_publish_each_once(both: Engine) -> None:
    with Session(both) as session:
        county = build_county(session)
        for post in ("transport", "education", "town"):
            scheduled(session, county, draft_powers(session, county, post))
        begun = indexing.last_change(session)

    def due(session: Session, wait: Callable[[], object]) -> object:
        assert publishing.is_due(session, MOMENT)
        wait()
        return len(publishing.publish_due(session, MOMENT).done)

    def early_bird(session: Session, _wait: Callable[[], object]) -> object:
        return len(publishing.publish_due(session, MOMENT).done)

    # On SQLite the second comes after the first has committed, and may not look before.
    acts = [early_bird] * 3 if both.dialect.name == "sqlite" else [due] * 3
    assert sorted(map(str, race(both, *acts))) == ["0", "0", "3"]
    with Session(both) as session:
        assert len(indexing.changes_after(session, begun, 9)) == 3
        query = select(sa.func.count()).where(AuditRow.action == "publishing.publish")
        assert session.scalar(query) == 3


def test_a_correction_names_its_reason_and_is_no_ordinary_edition(
    session: Session, county: County
) -> None:
    editor, post = county.staff["editor"], county.posts["transport"]
    wrong = powers.in_force(session, post.id)
    assert wrong
    right = writing.start(session, post, editor, NOW, copying=True, correction=" 第二项依据有误 ")
    assert right.correction == "第二项依据有误"
    make_public(session, county, right)
    assert publishing.corrected_by(wrong, powers.history(session, post.id)) is right
    after = writing.start(session, post, editor, NOW, copying=True)
    assert after.correction == ""
    make_public(session, county, after)
    history = powers.history(session, post.id)
    assert publishing.corrected_by(wrong, history) is right
    assert publishing.corrected_by(right, history) is None
    publishing.withdraw(session, right, "也有误", county.staff["reviewer"], NOW)
    assert publishing.corrected_by(wrong, history) is None
    with pytest.raises(Refused, match="还没有公开过"):
        writing.start(
            session, county.posts["deputy"], editor, NOW, copying=False, correction="有误"
        )


def test_notes_on_single_parts_stay_until_the_next_decision(
    session: Session, county: County
) -> None:
    editor, reviewer = county.staff["editor"], county.staff["reviewer"]
    edition = draft_powers(session, county)
    publishing.submit(session, edition, editor, NOW)
    item, line = edition.items[0], edition.negatives[0]
    remarks = {
        f"item:{item.id}": " 依据写到条 ",
        f"negative:{line.id}": "太笼统",
        "item:0": "不是这份清单的",
        "effective_on": "  ",
    }
    rows = audit.head(session)[0]
    publishing.send_back(session, edition, "请修改", reviewer, NOW, remarks=remarks)
    assert edition.notes == [
        {"about": f"item:{item.id}", "quote": item.name, "text": "依据写到条"},
        {"about": f"negative:{line.id}", "quote": line.text, "text": "太笼统"},
    ]
    assert audit.head(session)[0] == rows + 1
    assert last_row(session).details == {"notes": edition.notes}
    publishing.submit(session, edition, editor, NOW)
    publishing.take_back(session, edition, editor, NOW)
    publishing.submit(session, edition, editor, NOW)
    session.commit()
    session.expire_all()
    assert len(edition.notes or []) == 2
    publishing.send_back(session, edition, "再改", reviewer, NOW)
    assert not edition.notes
    publishing.submit(session, edition, editor, NOW)
    publishing.send_back(session, edition, "再改", reviewer, NOW, remarks={"effective_on": "写明"})
    publishing.submit(session, edition, editor, NOW)
    publishing.publish(session, edition, reviewer, NOW)
    session.commit()
    assert (
        session.scalars(select(PowerEdition.notes).where(PowerEdition.notes.is_not(None))).all()
        == []
    )


def test_each_of_many_is_judged_by_itself(session: Session, county: County) -> None:
    reviewer = county.staff["reviewer"]
    good = draft_disclosure(session, county, "好的")
    own = draft_disclosure(session, county, "自己的")
    changed = draft_disclosure(session, county, "变了的")
    idle = draft_disclosure(session, county, "草稿")
    reviewer.role_names = [Role.EDITOR.value, Role.REVIEWER.value]
    publishing.edit(session, own, None, reviewer, NOW)
    for edition in (good, own, changed):
        publishing.submit(session, edition, county.staff["editor"], NOW)
    session.commit()
    chosen = [(e, e.revision + (e is changed)) for e in (idle, own, changed, good)]
    rows = audit.head(session)[0]
    batch = publishing.one_by_one(
        session, chosen, lambda edition: publishing.publish(session, edition, reviewer, NOW)
    )
    session.commit()
    assert batch.done == [good]
    assert [(edition, str(refused)[:6]) for edition, refused in batch.refused] == [
        (idle, "只能审核待审"),
        (own, "起草人不能审"),
        (changed, "您打开这一页"),
    ]
    session.expire_all()
    states = {e.title: e.state for e in session.scalars(select(DisclosureEdition))}
    assert states["好的"] is State.PUBLISHED
    assert (states["自己的"], states["变了的"]) == (State.SUBMITTED, State.SUBMITTED)
    assert audit.head(session)[0] == rows + 1


def test_the_kinds_that_can_be_due_are_all_that_come_in_editions() -> None:
    every: list[type[Edition]] = [DisclosureEdition, NoticeEdition, PowerEdition]
    assert _tables() == every
