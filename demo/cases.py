"""One report and what becomes of it, each step through the rules as an officer would take it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from admin import unsealing
from domain import clues, dialogue, identities, reports, sealing, triage
from domain.offices import OfficeKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from demo.staff import People
    from domain.identities import IdentityRequest
    from domain.officials import Official
    from domain.reports import Report, Submission
    from domain.staff import Staff
    from domain.triage import DeclineReason


@dataclass
class Case:
    """A report, whom it is about, and which officer has it in hand."""

    session: Session
    people: People
    submission: Submission
    official: Official
    category: str
    officer: Staff
    receipt_keys: sealing.ReceiptKeys = field(repr=False)
    _report: Report | None = None
    _asked: IdentityRequest | None = None

    @property
    def report(self) -> Report:
        """The report, once it was taken."""
        assert self._report is not None  # noqa: S101 - the timeline takes it first
        return self._report

    def take(self, now: datetime) -> None:
        """Hand it in; what is about discipline staff, cadre supervision has in hand."""
        self._report = reports.take(self.session, self.submission, self.receipt_keys, now)
        if self._report.office.kind is OfficeKind.CADRE_SUPERVISION:
            self.officer = self.people.staff["ganbu"]

    def open(self, now: datetime) -> None:
        """Open it, which shuts it to whoever is recused."""
        triage.open_report(
            self.session, self.report, self.officer, now, subject=self.submission.subject
        )

    def ask(self, text: str, now: datetime) -> None:
        """Ask the reporter."""
        triage.ask(self.session, self.report, text, self.officer, now)

    def hear(self, text: str, now: datetime) -> None:
        """Let the reporter add something."""
        dialogue.from_reporter(self.session, self.report, text, [], now)

    def accept(self, now: datetime) -> None:
        """Accept it, where it waits for that."""
        triage.accept(self.session, self.report, self.category, self.officer, now)

    def decline(self, why: DeclineReason, text: str, now: datetime) -> None:
        """Do not accept it."""
        triage.decline(self.session, self.report, why, text, self.officer, now)

    def refer_out(self, text: str, now: datetime) -> None:
        """Refer it to another body."""
        triage.refer_out(self.session, self.report, text, self.officer, now)

    def pass_on(self, office_name: str, officer: str, now: datetime) -> None:
        """Pass it to another office, where another officer takes it in hand.

        Cadre supervision keeps what it has.
        """
        if self.report.office.kind is OfficeKind.CADRE_SUPERVISION:
            return
        office = self.people.offices[office_name]
        key = unsealing.report_key(
            self.session, self.report, self.officer, self.people.private_keys[self.officer.username]
        )
        sealed = sealing.seal_key(office.public_key, key)
        triage.pass_on(self.session, self.report, office, sealed, self.officer, now)
        self.officer = self.people.staff[officer]

    def open_clue(self, account: str, now: datetime) -> None:
        """Turn it into a clue about the official."""
        clues.open_from_report(
            self.session, self.report, self.official, self.category, account, self.officer, now
        )

    def ask_who(self, reason: str, now: datetime) -> None:
        """Ask for the reporter's identity."""
        self._asked = identities.request(self.session, self.report, reason, self.officer, now)

    def answer_who(self, answer: str, now: datetime) -> None:
        """The leader's answer: approved, or refused with the reason."""
        if self._asked is None:
            return
        if answer:
            identities.refuse(self.session, self._asked, answer, self.people.staff["lingdao"], now)
        else:
            identities.approve(self.session, self._asked, self.people.staff["lingdao"], now)

    def look_who(self, now: datetime) -> None:
        """The custodian looks."""
        if self._asked is not None:
            identities.look(self.session, self._asked, self.people.staff["baomi"], now)
