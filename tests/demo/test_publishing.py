"""What the bulk path writes is what the domain's own functions write."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from demo.publishing import Life, Press, insert
from domain import publishing
from domain.audit import AuditRow
from domain.db import Session
from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.editing import disclosures as editing
from domain.editing.disclosures import DisclosureText, Place
from domain.indexing import IndexChange
from domain.publishing import State
from tests.fixtures.county import NOW, County

_HOUR = timedelta(hours=1)
DRAFT = Life(1, author_id=0, reviewer_id=0, drafted_at=NOW)
SUBMITTED = replace(DRAFT, submitted_at=NOW + _HOUR)
RETURNED = replace(SUBMITTED, returned_at=NOW + 2 * _HOUR, reason="请补充资金来源")
PUBLISHED = replace(SUBMITTED, published_at=NOW + 3 * _HOUR)
SUPERSEDED = replace(PUBLISHED, superseded_at=NOW + 5 * _HOUR)
SCHEDULED = replace(SUBMITTED, scheduled_at=NOW + 2 * _HOUR, scheduled_for=NOW + timedelta(days=9))
NOTED = replace(RETURNED, notes=({"about": "body", "quote": "", "text": "写明资金来源"},))
WITHDRAWN = replace(PUBLISHED, withdrawn_at=NOW + 6 * _HOUR, reason="数据来源有误")
TAKEN_OFF_LATER = replace(SUPERSEDED, withdrawn_at=NOW + 6 * _HOUR, reason="含有个人信息")


def _live(session: Session, county: County, life: Life) -> DisclosureEdition:
    """Take an edition through the life by the functions that the internal site calls."""
    author, reviewer = county.staff["editor"], county.staff["reviewer"]
    place = Place(county.units["jt"].id, Leaf.DECISION, "2026年第三季度", 2026)
    text = DisclosureText("养护资金分配", "分到各乡镇。")
    edition = editing.start(session, place, text, author, life.drafted_at)
    if life.submitted_at:
        publishing.submit(session, edition, author, life.submitted_at)
    if life.returned_at:
        remarks = {note["about"]: note["text"] for note in life.notes}
        publishing.send_back(
            session, edition, life.reason, reviewer, life.returned_at, remarks=remarks
        )
    if life.scheduled_at and life.scheduled_for:
        publishing.schedule(session, edition, life.scheduled_for, reviewer, life.scheduled_at)
    if life.published_at:
        publishing.publish(session, edition, reviewer, life.published_at)
    if life.superseded_at:
        follower = editing.start_edition(session, edition.disclosure, author, life.superseded_at)
        publishing.submit(session, follower, author, life.superseded_at)
        publishing.publish(session, follower, reviewer, life.superseded_at)
    if life.withdrawn_at:
        publishing.withdraw(session, edition, life.reason, reviewer, life.withdrawn_at)
    session.flush()
    return edition


@pytest.mark.parametrize(
    ("life", "state"),
    [
        (DRAFT, State.DRAFT),
        (SUBMITTED, State.SUBMITTED),
        (RETURNED, State.DRAFT),
        (NOTED, State.DRAFT),
        (SCHEDULED, State.SCHEDULED),
        (PUBLISHED, State.PUBLISHED),
        (SUPERSEDED, State.SUPERSEDED),
        (WITHDRAWN, State.WITHDRAWN),
        (TAKEN_OFF_LATER, State.WITHDRAWN),
    ],
)
def test_a_life_leaves_what_the_domain_leaves(
    session: Session, county: County, life: Life, state: State
) -> None:
    before = session.scalars(select(AuditRow.seq).order_by(AuditRow.seq.desc())).first() or 0
    announced = session.scalars(select(IndexChange.seq).order_by(IndexChange.seq.desc())).first()
    life = replace(
        life, author_id=county.staff["editor"].id, reviewer_id=county.staff["reviewer"].id
    )
    edition = _live(session, county, life)

    press = Press()
    press.take(edition.subject, life)
    columns = life.columns()
    assert life.state is state
    assert {name: getattr(edition, name) for name in columns} == columns
    shared = set(publishing.Edition.__annotations__) - {"id"} | {"author_id", "reviewer_id"}
    assert set(columns) == shared
    rows = session.scalars(
        select(AuditRow)
        .where(AuditRow.seq > before, AuditRow.subject == f"{edition.subject}/1")
        .order_by(AuditRow.seq)
    )
    assert [(r.at, r.actor_id, r.action, r.subject, r.reason, r.details) for r in rows] == [
        (a.at, a.actor_id, a.action, a.subject, a.reason, a.details) for a in press.acts
    ]
    changes = session.scalars(select(IndexChange).where(IndexChange.seq > (announced or 0)))
    theirs = {life.superseded_at} if life.superseded_at else set()
    assert [(c.at, c.subject) for c in changes if c.at not in theirs] == press.changes


def test_a_correction_leaves_what_the_domain_leaves(session: Session, county: County) -> None:
    author, reviewer = county.staff["editor"], county.staff["reviewer"]
    _live(session, county, replace(PUBLISHED, author_id=author.id))
    first = session.query(DisclosureEdition).filter_by(title="养护资金分配").one()
    corrected_at = NOW + 8 * _HOUR
    right = editing.start_edition(
        session, first.disclosure, author, corrected_at, correction="单位有误"
    )
    publishing.submit(session, right, author, corrected_at)
    publishing.publish(session, right, reviewer, corrected_at)
    life = replace(
        PUBLISHED,
        number=2,
        author_id=author.id,
        reviewer_id=reviewer.id,
        submitted_at=corrected_at,
        published_at=corrected_at,
        correction="单位有误",
    )
    columns = life.columns()
    assert {name: getattr(right, name) for name in columns} == columns


def test_rows_are_inserted_in_their_order(session: Session, county: County) -> None:
    rows = [
        {
            "unit_id": county.units["jt"].id,
            "leaf": Leaf.DUTY,
            "period": f"{year}年",
            "year": year,
            "title": "职责",
        }
        for year in range(2030, 2000, -1)
    ]
    ids = insert(session, Disclosure, rows)
    assert [session.get_one(Disclosure, number).year for number in ids] == [
        row["year"] for row in rows
    ]
    assert insert(session, Disclosure, []) == []
