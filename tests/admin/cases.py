"""Reports, clues and requests for the tests of the internal site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from admin import unsealing
from domain import clues, dialogue, files, identities, offices, reports, sealing, staff
from domain.audit import AuditRow
from domain.categories import Matter
from domain.clock import local_day, utc_now
from domain.db import Session
from domain.readings import Reading
from domain.recusal import Recusal
from domain.reports import FileKey, Identity, Report, Submission
from domain.staff import Staff
from domain.subjects import Subject
from tests.fixtures.county import County, password_of

STORY = "招标前就定好了单位，修路的钱给了亲戚"
NAMED = Identity(name="某甲", contact="13900000000", id_number="", address="东河镇")


def hand_in(
    session: Session,
    county: County,
    about: str | None = "transport",
    *,
    happened: str = STORY,
    identity: Identity | None = None,
    attached: Sequence[tuple[str, bytes]] = (),
    subject: Subject | None = None,
    ago: int = 0,
) -> str:
    """A report about the holder of a post of the county, handed in some days ago; its id."""
    session.rollback()
    now = utc_now() - timedelta(days=ago)
    keys = []
    for name, data in attached:
        file_id, key, size = files.store(session, [data], limit=10**8, today=local_day(now))
        keys.append(FileKey(file_id, name, size, key))
    who = subject or Subject(official_id=county.officials[about].id if about else None)
    made = Submission(
        who,
        Matter.MONEY,
        happened,
        title="修路的钱",
        identity=identity or Identity(),
        files=tuple(keys),
    )
    # Receipts are not what these tests are about, and deriving one is slow on purpose.
    report = reports.take(session, made, _some_keys(), now)
    session.commit()
    return report.id


def _some_keys() -> sealing.ReceiptKeys:
    return sealing.ReceiptKeys(sealing.new_key_pair().public, sealing.new_key_pair().private)


def add_words(session: Session, report_id: str, text: str = "再补充一点") -> None:
    """The reporter writes again."""
    dialogue.from_reporter(session, one(session, report_id), text, (), utc_now())
    session.commit()


def one(session: Session, report_id: str) -> Report:
    """A report's row as it is now: what the site has committed since is seen by a new transaction."""
    session.rollback()
    return session.get_one(Report, report_id)


def open_clue(
    session: Session, county: County, about: str = "transport", by: str = "intake"
) -> int:
    """A clue made from a report about somebody; its id."""
    report = one(session, hand_in(session, county, about))
    actor, now = county.staff[by], utc_now()
    clue = clues.open_from_report(
        session, report, county.officials[about], "integrity", "涉嫌串标", actor, now
    )
    session.commit()
    return clue.id


def ask_identity(session: Session, county: County, *, approved: bool = False) -> int:
    """A request of the intake office to look at who wrote a report; its id."""
    report = one(session, hand_in(session, county, identity=NAMED))
    now = utc_now()
    asked = identities.request(session, report, "需要核实", county.staff["intake"], now)
    if approved:
        identities.approve(session, asked, county.staff["chief"], now)
    session.commit()
    return asked.id


def rows(session: Session) -> list[AuditRow]:
    """The audit record as it is now."""
    session.rollback()
    return list(session.scalars(sa.select(AuditRow).order_by(AuditRow.seq)))


def end_readings(session: Session) -> None:
    """Half an hour goes by for everybody who has something open."""
    session.rollback()
    before = utc_now() - timedelta(minutes=31)
    session.execute(
        sa.update(Reading).values(opened_at=before, expires_at=before + timedelta(minutes=30))
    )
    session.commit()


def recuse(session: Session, county: County, who: str, about: str) -> None:
    """Declare a tie between a member of staff and the holder of a post."""
    session.rollback()
    session.add(
        Recusal(
            staff_id=county.staff[who].id,
            official_id=county.officials[about].id,
            relation="表亲",
            declared_on=local_day(utc_now()),
        )
    )
    session.commit()


def accuse(session: Session, county: County, who: str, about: str) -> None:
    """Make a member of staff the same person as the holder of a post."""
    session.rollback()
    county.staff[who].official_id = county.officials[about].id
    session.commit()


def colleague(session: Session, county: County, username: str, beside: str) -> Staff:
    """One more member of somebody's office, with the same roles; in ``county.staff`` too."""
    session.rollback()
    model, moment = county.staff[beside], utc_now()
    pair = sealing.new_key_pair()
    person = staff.enrol(
        session,
        username,
        f"{username}（测试）",
        model.roles,
        sealing.lock_key(pair, password_of(username)),
        actor=None,
        now=moment,
    )
    private = unsealing.unlock(model, password_of(beside))
    for office in offices.of_staff(session, model):
        key = unsealing.office_key(session, office.id, model, private)
        offices.join(session, office, person, key, model, moment)
    session.commit()
    county.staff[username] = person
    return person
