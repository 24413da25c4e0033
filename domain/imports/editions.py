"""What an import does with a document: nothing, a new edition, or its own draft written anew."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.errors import Refused
from domain.publishing import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.imports.problems import Findings
    from domain.imports.rows import Row
    from domain.publishing import Edition
    from domain.staff import Staff


class Step(Enum):
    """What happens to a document."""

    NOTHING = auto()
    NEW = auto()
    REWRITE = auto()


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest edition of a document, in whatever state."""

    id: int
    number: int
    state: State
    revision: int
    author_id: int | None
    author: str | None


def decide(
    latest: Latest | None,
    row: Row,
    column: str,
    actor: Staff | None,
    findings: Findings,
    *,
    same: bool,
) -> Step:
    """What to do with a document, given its newest edition; a problem where it may not be touched.

    Args:
        latest: the newest edition; None when there is none.
        row: where the workbook speaks of the document, with the column to point at.
        column: the key of that column.
        actor: who imports; only their own draft is written anew.
        findings: takes up problems and notices.
        same: whether the workbook says what the newest edition says.
    """
    place = row.place(column)
    if latest is None:
        return Step.NEW
    if same:
        if latest.state is State.WITHDRAWN:
            findings.mention(
                place, Refused("与已撤回的第 %(number)s 版相同，没有再次提交", number=latest.number)
            )
        elif latest.state is State.DRAFT:
            findings.mention(place, Refused("与第 %(number)s 版草稿相同", number=latest.number))
        return Step.NOTHING
    if latest.state is State.SUBMITTED:
        findings.refuse(
            place,
            Refused("第 %(number)s 版正在审核，请等审核人发布或退回后再导入", number=latest.number),
        )
    elif latest.state is State.SCHEDULED:
        findings.refuse(
            place,
            Refused("第 %(number)s 版等待定时公开，请等公开或取消后再导入", number=latest.number),
        )
    elif latest.state is State.DRAFT:
        if latest.author_id != (actor.id if actor else None):
            findings.refuse(
                place,
                Refused(
                    "“%(author)s”正在起草第 %(number)s 版，请先由其提交",
                    author=latest.author,
                    number=latest.number,
                )
                if latest.author
                else Refused(
                    "第 %(number)s 版草稿是从命令行导入的，请先提交", number=latest.number
                ),
            )
        else:
            findings.mention(place, Refused("将改写您的第 %(number)s 版草稿", number=latest.number))
            return Step.REWRITE
    return Step.NEW


def rewrite(session: Session, table: type[Edition], rows: Sequence[dict[str, Any]]) -> None:
    """Write drafts anew, each named by ``edition`` as it was when it had revision ``seen``.

    Raises:
        Refused: somebody has just changed one of them.
    """
    if not rows:
        return
    columns: sa.Table = table.__table__  # type: ignore[attr-defined]
    query = (
        sa.update(columns)
        .where(
            columns.c.id == sa.bindparam("edition"),
            columns.c.revision == sa.bindparam("seen"),
            columns.c.state == State.DRAFT,
        )
        .values(revision=columns.c.revision + 1)
    )
    result = session.execute(
        query.values({name: sa.bindparam(name) for name in rows[0].keys() - {"edition", "seen"}}),
        rows,
    )
    if result.rowcount != len(rows):  # type: ignore[attr-defined]
        raise Refused("有人刚刚改过其中一份草稿，请重新导入")


def standing(*, complete: bool, now: datetime) -> dict[str, Any]:
    """The columns of an edition that goes to the reviewers, or stays a draft."""
    return {
        "state": State.SUBMITTED if complete else State.DRAFT,
        "submitted_at": now if complete else None,
        "reason": "",
    }
