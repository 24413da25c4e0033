"""What of the audit record a person may see: nothing about themselves or their kin (recusal)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from domain import recusal
from domain.audit import AuditRow
from domain.clues import Clue
from domain.identities import IdentityRequest
from domain.officials import Official

if TYPE_CHECKING:
    from domain.staff import Staff


def visible(actor: Staff, rows: sa.Select[AuditRow]) -> sa.Select[AuditRow]:
    """Rows of `audit.on_record` without the rows about files, clues and reports shut to the actor.

    The gap in the numbers stays: the record never pretends to be whole where it is not shown whole.
    """
    officials, reports = recusal.barred_officials(actor), recusal.barred_reports(actor)
    hidden = sa.union(
        sa.select(_named("integrity", Official.id)).where(Official.id.in_(officials)),
        sa.select(_named("clues", Clue.id)).where(Clue.official_id.in_(officials)),
        sa.select(sa.literal("reports:") + recusal.ReportBar.report_id).where(
            recusal.ReportBar.staff_id == actor.id
        ),
        sa.select(_named("identities", IdentityRequest.id)).where(
            IdentityRequest.report_id.in_(reports)
        ),
    )
    return rows.where(AuditRow.subject.not_in(hidden))


def _named(noun: str, column: sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[str]:
    return sa.literal(f"{noun}:") + sa.cast(column, sa.String)
