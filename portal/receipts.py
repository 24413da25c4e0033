"""What a receipt opens: the reporter's own copy of the conversation, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import dialogue
from domain.opening import open_box, open_seal

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from domain.reports import Found
    from domain.sealing import ReceiptKeys


@dataclass(frozen=True)
class Letter:
    """A message in plain text, for this one response."""

    from_reporter: bool
    written_on: date
    text: str


def letters(session: Session, report: Found, keys: ReceiptKeys) -> list[Letter]:
    """The conversation about a report, oldest first, opened with the receipt's key."""
    private_key = open_box(keys.box, report.reporter_box)
    return [
        Letter(
            message.from_reporter,
            message.written_on,
            json.loads(open_seal(private_key, message.sealed))["text"],
        )
        for message in dialogue.of_report(session, report.id)
    ]
