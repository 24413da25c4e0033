"""Reports 信访举报: sealed on arrival. In plain text only what routing and triage need.

The public site appends; it can read back only what a receipt has to find (see the grants). What a
report says, and separately who says it, leave this module sealed and are opened nowhere in domain.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import offices, sealing
from domain.categories import Matter
from domain.clock import local_day
from domain.db import Base
from domain.errors import Refused
from domain.files import StoredFile
from domain.grants import APPEND, Access, portal
from domain.labels import N_, Labelled
from domain.offices import Office, OfficeKind
from domain.officials import ManagedBy
from domain.staff import Staff
from domain.subjects import Subject, route

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# How long a receipt still answers after the report has ended.
RECEIPT_LASTS = timedelta(days=365)
MOST_CHARACTERS = 10_000
MOST_FILES = 10
LARGEST_FILE = 20 * 1024 * 1024


class ReportState(Labelled):
    """Where a report stands, as officers say it; `PUBLIC_WORDS` is what the reporter is told."""

    RECEIVED = "received", N_("新收")
    WAITING = "waiting", N_("等待举报人答复")
    ACCEPTED = "accepted", N_("已受理")
    IN_CLUE = "in_clue", N_("已转问题线索")
    DECLINED = "declined", N_("不予受理")
    REFERRED = "referred", N_("已转其他机关")


PUBLIC_WORDS: dict[ReportState, str] = {
    ReportState.RECEIVED: N_("已收到，等待审阅"),
    ReportState.WAITING: N_("需要您补充情况"),
    ReportState.ACCEPTED: N_("已受理"),
    ReportState.IN_CLUE: N_("已受理，正在核查"),
    ReportState.DECLINED: N_("不予受理，理由见下面的来信"),
    ReportState.REFERRED: N_("已转交有权处理的机关，说明见下面的来信"),
}
ENDED = (ReportState.DECLINED, ReportState.REFERRED)
# From which states an officer may take which step; the states not named are final for it.
UNDECIDED = (ReportState.RECEIVED, ReportState.WAITING)
OPEN = (*UNDECIDED, ReportState.ACCEPTED)


class Report(Base):
    """What is known of a report without opening it."""

    __tablename__ = "reports"
    __table_args__ = portal(
        Access(
            read=("id", "state", "public_key", "receipt_lookup", "reporter_box", "receipt_until"),
            append=True,
        )
    )

    # Given by the public site, which may read no counter: year and eight random letters.
    id: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("offices.id"), index=True)
    state: Mapped[ReportState] = mapped_column(default=ReportState.RECEIVED, index=True)
    # The day only: an exact time beside a network log would point at a person.
    arrived_on: Mapped[date] = mapped_column(index=True)
    is_named: Mapped[bool] = mapped_column(default=False)
    about_head: Mapped[bool] = mapped_column(default=False)
    has_files: Mapped[bool] = mapped_column(default=False)
    public_key: Mapped[bytes]
    receipt_lookup: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    reporter_box: Mapped[bytes]
    receipt_until: Mapped[date | None]
    # Set by officers: the category they file it by, and who has it in hand.
    category: Mapped[str] = mapped_column(sa.String(20), default="")
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_on: Mapped[date | None]

    office: Mapped[Office] = relationship()
    handler: Mapped[Staff | None] = relationship()


class ReportContent(Base):
    """What the report says, sealed to the report's own key."""

    __tablename__ = "report_contents"
    __table_args__ = portal(APPEND)

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("reports.id"), primary_key=True)
    sealed: Mapped[bytes]


class ReportKey(Base):
    """The report's private key, sealed to the office that holds the report."""

    __tablename__ = "report_keys"
    __table_args__ = portal(APPEND)

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("reports.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("offices.id"), primary_key=True)
    sealed_key: Mapped[bytes]


class ReportIdentity(Base):
    """Who reports: an envelope with a key of its own, sealed to the custodian and nobody else."""

    __tablename__ = "report_identities"
    __table_args__ = portal(APPEND)

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("reports.id"), primary_key=True)
    public_key: Mapped[bytes]
    sealed_key: Mapped[bytes]
    sealed: Mapped[bytes]


class ReportFile(Base):
    """A file of a report: its name and key, sealed to the report; the bytes are in `files`."""

    __tablename__ = "report_files"
    __table_args__ = portal(APPEND)

    id: Mapped[str] = mapped_column(sa.ForeignKey("stored_files.id"), primary_key=True)
    report_id: Mapped[str] = mapped_column(sa.ForeignKey("reports.id"), index=True)
    sealed: Mapped[bytes]

    file: Mapped[StoredFile] = relationship()


@dataclass(frozen=True)
class Identity:
    """Who reports, as far as they want to say."""

    name: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)
    address: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return any((self.name, self.contact, self.id_number, self.address))


@dataclass(frozen=True)
class FileKey:
    """A file already stored encrypted, with what opens it."""

    id: str
    name: str = field(repr=False)
    size: int
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Submission:
    """A report as its reporter has checked it; none of it shows when an error names it."""

    subject: Subject = field(repr=False)
    matter: Matter = field(repr=False)
    happened: str = field(repr=False)
    title: str = field(default="", repr=False)
    about_power: str = field(default="", repr=False)
    identity: Identity = Identity()
    files: tuple[FileKey, ...] = ()


@dataclass(frozen=True)
class Taken:
    """What comes of handing in: the report's row, and the receipt to show once."""

    report: Report
    receipt: str = field(repr=False)


def submit(session: Session, submission: Submission, now: datetime) -> Taken:
    """Seal a report and hand it to the office that takes it. Nothing in it stays readable here.

    Args:
        submission: what the reporter has checked; files are already stored encrypted.
        now: the moment; only its day is kept.

    Raises:
        TakenHigher: the subject is managed by a higher body (art. 15).
        Refused: nothing is said or too much, or the office is not set up. Nothing is stored then.
    """
    receipt = sealing.new_receipt()
    report = take(session, submission, sealing.receipt_keys(receipt), now)
    return Taken(report, receipt)


def take(
    session: Session, submission: Submission, keys: sealing.ReceiptKeys, now: datetime
) -> Report:
    """`submit` for receipt keys that are already derived.

    Raises:
        TakenHigher, Refused: as `submit`.
    """
    today = local_day(now)
    taken_by = route(session, submission.subject, today)
    if taken_by.higher is not None:
        raise TakenHigher(taken_by.higher)
    _ensure_within_limits(submission)
    custodian = offices.first_of_kind(session, OfficeKind.CUSTODY) if submission.identity else None
    office = offices.first_of_kind(session, taken_by.office)
    pair = sealing.new_key_pair()
    report = Report(
        id=f"{today.year}-{sealing.new_letters(8)}",
        office_id=office.id,
        state=ReportState.RECEIVED,
        arrived_on=today,
        is_named=bool(submission.identity),
        about_head=taken_by.about_head,
        has_files=bool(submission.files),
        public_key=pair.public,
        receipt_lookup=keys.lookup,
        reporter_box=sealing.box(keys.box, pair.private),
    )
    session.add(report)
    session.flush()
    content = {
        "subject": asdict(submission.subject),
        "matter": submission.matter.value,
        "title": submission.title,
        "happened": submission.happened,
        "about_power": submission.about_power,
    }
    session.add_all(
        [
            ReportContent(report_id=report.id, sealed=_seal_json(pair.public, content)),
            ReportKey(
                report_id=report.id,
                office_id=office.id,
                sealed_key=sealing.seal_key(office.public_key, pair.private),
            ),
            *_identity(report, submission.identity, custodian),
            *(
                ReportFile(id=file.id, report_id=report.id, sealed=seal_file_key(pair.public, file))
                for file in submission.files
            ),
        ]
    )
    session.flush()
    return report


def _ensure_within_limits(submission: Submission) -> None:
    if not submission.happened.strip():
        raise Refused("请写下发生了什么")
    if len(submission.happened) > MOST_CHARACTERS:
        raise Refused(
            "最多 %(most)s 字，现在有 %(length)s 字",
            most=MOST_CHARACTERS,
            length=len(submission.happened),
        )
    if len(submission.files) > MOST_FILES:
        raise Refused("最多 %(most)s 个文件", most=MOST_FILES)


def _identity(report: Report, identity: Identity, custodian: Office | None) -> list[ReportIdentity]:
    if custodian is None:
        return []
    pair = sealing.new_key_pair()
    return [
        ReportIdentity(
            report_id=report.id,
            public_key=pair.public,
            sealed_key=sealing.seal_key(custodian.public_key, pair.private),
            sealed=_seal_json(pair.public, asdict(identity)),
        )
    ]


def seal_file_key(public_key: bytes, file: FileKey) -> bytes:
    """Name, size and key of a file, sealed to the report it belongs to."""
    meta = {"name": file.name, "size": file.size, "key": file.key.hex()}
    return _seal_json(public_key, meta)


def _seal_json(public_key: bytes, content: object) -> bytes:
    return sealing.seal(public_key, json.dumps(content, ensure_ascii=False).encode())


@dataclass(frozen=True)
class Found:
    """What a receipt finds: no row of the session, which after a commit would be read again whole,
    while the public site may read these columns only.
    """

    id: str
    state: ReportState
    public_key: bytes = field(repr=False)
    reporter_box: bytes = field(repr=False)


def by_receipt(session: Session, keys: sealing.ReceiptKeys, today: date) -> Found | None:
    """The report a receipt finds while it still answers.

    Args:
        keys: what `sealing.receipt_keys` makes of the receipt.
        today: the county's day; a receipt answers for `RECEIPT_LASTS` after the report has ended.
    """
    query = sa.select(Report.id, Report.state, Report.public_key, Report.reporter_box).where(
        Report.receipt_lookup == keys.lookup,
        sa.or_(Report.receipt_until.is_(None), Report.receipt_until >= today),
    )
    row = session.execute(query).first()
    return Found(row.id, row.state, row.public_key, row.reporter_box) if row else None


class TakenHigher(Refused):
    """A higher body manages the person: nothing is stored, the reporter is told whom to turn to."""

    def __init__(self, level: ManagedBy) -> None:
        self.level = level
        super().__init__(N_("您反映的人由上级管理（%(level)s），本县不能接收"), level=level)
