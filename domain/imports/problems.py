"""What an import has to say: problems that stop it, notices that do not, and counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.labels import N_, Labelled

if TYPE_CHECKING:
    from collections.abc import Iterator


class Effect(Labelled):
    """What a row does to the database."""

    ADDED = "added", N_("新增")
    CHANGED = "changed", N_("更改")
    UNCHANGED = "unchanged", N_("不变")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the workbook as the person sees it; row and column may be unknown."""

    sheet: str
    row: int | None = None
    # The letter of the column (“C”) and the words that stand above it.
    column: str = ""
    header: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the workbook is not taken, and where. ``reason`` is translated as any refusal is."""

    place: Place
    reason: Refused

    @property
    def cell(self) -> str:
        """The address of the cell (“C12”), or what is known of it."""
        return f"{self.place.column}{self.place.row or ''}"


@dataclass(slots=True)
class Count:
    """How many rows of one sheet do what; ``removed`` counts what a list no longer has."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def add(self, effect: Effect) -> None:
        """Count one row."""
        setattr(self, effect.value, getattr(self, effect.value) + 1)

    @property
    def total(self) -> int:
        """Rows counted."""
        return self.added + self.changed + self.unchanged

    @property
    def alters(self) -> bool:
        """Whether anything becomes different."""
        return bool(self.added or self.changed or self.removed)


@dataclass(slots=True)
class Findings:
    """Problems and notices, gathered while a workbook is read and compared."""

    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    # The titles of the workbook's sheets, in its order.
    sheets: list[str] = field(default_factory=list)

    def refuse(self, place: Place, reason: Refused) -> None:
        """Note why the workbook cannot be taken."""
        self.problems.append(Problem(place, reason))

    def mention(self, place: Place, news: Refused) -> None:
        """Note something the person should know, which stops nothing."""
        self.notices.append(Problem(place, news))

    def copy(self) -> Findings:
        """The same findings, to add others to."""
        return Findings([*self.problems], [*self.notices], self.sheets)

    def sort(self) -> None:
        """Bring them into the order of the workbook's sheets and rows."""
        order = {title: number for number, title in enumerate(self.sheets)}
        for found in (self.problems, self.notices):
            found.sort(key=lambda p: (order.get(p.place.sheet, 0), p.place.row or 0))


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do.

    Attributes:
        counts: rows by the title of the form (单位, 权力清单 …), in the template's order. Rows with
            problems are not among them, so they mean little while there are any.
        submitted: editions handed to the reviewers.
        drafts: editions kept as drafts, since something is still missing in them.
        applied: whether the changes are in the session (they are kept once it commits).
    """

    sha256: str
    counts: dict[str, Count]
    findings: Findings
    submitted: int = 0
    drafts: int = 0
    applied: bool = False

    @property
    def problems(self) -> list[Problem]:
        """Why it is not taken; empty when it may be."""
        return self.findings.problems

    @property
    def notices(self) -> list[Problem]:
        """What the person should know."""
        return self.findings.notices

    @property
    def alters(self) -> bool:
        """Whether anything becomes different; False for a file that was imported before."""
        return any(count.alters for count in self.counts.values())

    def totals(self) -> Iterator[tuple[str, int]]:
        """Sums over all sheets, for the audit trail."""
        for name in ("added", "changed", "unchanged", "removed"):
            yield name, sum(getattr(count, name) for count in self.counts.values())
