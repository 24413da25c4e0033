"""Unsealing: how a member of staff comes to the keys of what the public sealed.

The chain of keys, each opened by the one before: the member's private key (unlocked at sign-in),
their office's, the report's. Everything stays in memory, and no other module of the house walks
this chain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import dialogue, sealing, triage
from domain.categories import Matter
from domain.offices import Membership
from domain.opening import CannotOpen, open_box, open_file, open_key, open_seal
from domain.reports import Identity, ReportContent, ReportFile, ReportIdentity
from domain.subjects import Subject

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from domain.clues import Clue
    from domain.reports import Report
    from domain.staff import Staff

__all__ = [
    "CannotOpen",
    "OpenedFile",
    "OpenedMessage",
    "OpenedReport",
    "office_key",
    "open_box",
    "open_clue",
    "open_file",
    "open_identity",
    "open_key",
    "open_report",
    "open_seal",
    "report_key",
    "unlock",
]


@dataclass(frozen=True)
class OpenedFile:
    """A file's name, size in bytes and key; its bytes stream through `open_file`."""

    id: str
    name: str
    size: int
    key: bytes


@dataclass(frozen=True)
class OpenedMessage:
    """A message in plain text."""

    from_reporter: bool
    written_on: date
    text: str


@dataclass(frozen=True)
class OpenedReport:
    """A report in plain text, without the reporter's identity: that has a key of its own."""

    subject: Subject
    matter: Matter
    title: str
    happened: str
    about_power: str
    files: tuple[OpenedFile, ...]
    messages: tuple[OpenedMessage, ...]


def unlock(person: Staff, password: str) -> bytes:
    """The member's private key, by their password.

    Raises:
        CannotOpen: the password is wrong.
    """
    return open_box(sealing.password_key(password, person.key_salt), person.locked_key)


def office_key(session: Session, office_id: int, person: Staff, private_key: bytes) -> bytes:
    """An office's private key, by a member's."""
    membership = session.get(Membership, (office_id, person.id))
    if membership is None:
        raise CannotOpen
    return open_key(private_key, membership.sealed_key)


def report_key(session: Session, report: Report, person: Staff, private_key: bytes) -> bytes:
    """A report's private key, by the key of a member of the office that holds it."""
    office = office_key(session, report.office_id, person, private_key)
    return open_key(office, triage.sealed_key_of(session, report))


def open_report(
    session: Session, report: Report, person: Staff, private_key: bytes
) -> OpenedReport:
    """Open a report with its files' names and its messages.

    Args:
        person: the member of staff who reads.
        private_key: theirs, unlocked at sign-in.

    Raises:
        CannotOpen: their office does not hold the report.
    """
    key = report_key(session, report, person, private_key)
    query = sa.select(ReportContent.sealed).where(ReportContent.report_id == report.id)
    content = json.loads(open_seal(key, session.scalars(query).one()))
    return OpenedReport(
        subject=Subject(**content["subject"]),
        matter=Matter.parse(content["matter"]) or Matter.OTHER,
        title=content["title"],
        happened=content["happened"],
        about_power=content["about_power"],
        files=_files(session, report, key),
        messages=tuple(
            OpenedMessage(
                message.from_reporter,
                message.written_on,
                json.loads(open_seal(key, message.sealed))["text"],
            )
            for message in dialogue.of_report(session, report.id)
        ),
    )


def _files(session: Session, report: Report, key: bytes) -> tuple[OpenedFile, ...]:
    query = sa.select(ReportFile.id, ReportFile.sealed).where(ReportFile.report_id == report.id)
    opened = ((row.id, json.loads(open_seal(key, row.sealed))) for row in session.execute(query))
    return tuple(
        OpenedFile(file_id, meta["name"], meta["size"], bytes.fromhex(meta["key"]))
        for file_id, meta in opened
    )


def open_identity(
    session: Session, report: Report, custody_office_id: int, person: Staff, private_key: bytes
) -> Identity:
    """Who reports. Only the custodian's key opens it; the report's own key does not."""
    envelope = session.get(ReportIdentity, report.id)
    if envelope is None:
        raise CannotOpen
    office = office_key(session, custody_office_id, person, private_key)
    return Identity(**json.loads(open_seal(open_key(office, envelope.sealed_key), envelope.sealed)))


def open_clue(session: Session, clue: Clue, person: Staff, private_key: bytes) -> str:
    """The account of a clue."""
    return open_seal(office_key(session, clue.office_id, person, private_key), clue.sealed).decode()
