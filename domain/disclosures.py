"""Disclosures “五公开” [seed 2]: six leaves, shown to the public in five groups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import indexing
from domain.db import Base, queue_up
from domain.errors import Refused
from domain.grants import READ, portal
from domain.labels import N_, Labelled
from domain.publishing import READABLE, Edition, State, ensure_may_write
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.staff import Staff


class Leaf(Labelled):
    """The six phrases of the source report, in its order."""

    DUTY = "duty", N_("工作职责")
    GOAL = "goal", N_("工作目标")
    DECISION = "decision", N_("重大问题决策")
    PUBLIC_INTEREST = "public_interest", N_("涉及群众利益和公益事业的重大问题")
    HANDLING = "handling", N_("重要事项的处理")
    RESULT = "result", N_("监督结果")


class Grouping(Labelled):
    """The two ways to count six leaves as five (domain.md §2); a setting chooses."""

    LATER_PAIR = "later_pair", N_("合并第四、五类")
    FIRST_PAIR = "first_pair", N_("合并第一、二类")


class Group(Labelled):
    """A group as the public sees it."""

    DUTY = "duty", N_("工作职责")
    GOAL = "goal", N_("工作目标")
    DUTY_AND_GOAL = "duty_and_goal", N_("工作职责和目标")
    DECISION = "decision", N_("重大问题决策")
    PUBLIC_INTEREST = "public_interest", N_("群众利益和公益事业")
    HANDLING = "handling", N_("重要事项处理")
    INTEREST_AND_HANDLING = "interest_and_handling", N_("群众利益与重要事项")
    RESULT = "result", N_("监督结果")


GROUPINGS: dict[Grouping, dict[Group, tuple[Leaf, ...]]] = {
    Grouping.LATER_PAIR: {
        Group.DUTY: (Leaf.DUTY,),
        Group.GOAL: (Leaf.GOAL,),
        Group.DECISION: (Leaf.DECISION,),
        Group.INTEREST_AND_HANDLING: (Leaf.PUBLIC_INTEREST, Leaf.HANDLING),
        Group.RESULT: (Leaf.RESULT,),
    },
    Grouping.FIRST_PAIR: {
        Group.DUTY_AND_GOAL: (Leaf.DUTY, Leaf.GOAL),
        Group.DECISION: (Leaf.DECISION,),
        Group.PUBLIC_INTEREST: (Leaf.PUBLIC_INTEREST,),
        Group.HANDLING: (Leaf.HANDLING,),
        Group.RESULT: (Leaf.RESULT,),
    },
}


def group_of(leaf: Leaf, grouping: Grouping) -> Group:
    """The public group a leaf belongs to under a grouping."""
    return next(group for group, leaves in GROUPINGS[grouping].items() if leaf in leaves)


class Disclosure(Base):
    """Something a unit discloses; what it says is in its editions."""

    __tablename__ = "disclosures"
    __table_args__ = (sa.UniqueConstraint("unit_id", "leaf", "period", "title"), portal(READ))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    leaf: Mapped[Leaf] = mapped_column(index=True)
    # 所属时期 as the unit words it (“2026年第三季度”), and the year it counts to.
    period: Mapped[str] = mapped_column(sa.String(40))
    year: Mapped[int] = mapped_column(index=True)
    # The first edition's title: with unit, leaf and period the natural key of an import.
    title: Mapped[str] = mapped_column(sa.String(200))
    # A 监督结果 says what it answers.
    answers_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disclosures.id"), index=True)

    @property
    def index_number(self) -> str:
        """索引号: unit, leaf, year and a number of its own; it never changes."""
        leaf = list(Leaf).index(self.leaf) + 1
        return f"{self.unit.code.upper()}-{leaf}-{self.year}-{self.id:05}"

    unit: Mapped[Unit] = relationship()
    answers: Mapped[Disclosure | None] = relationship(remote_side="Disclosure.id")
    editions: Mapped[list[DisclosureEdition]] = relationship(
        back_populates="disclosure", order_by="DisclosureEdition.number.desc()"
    )


class DisclosureEdition(Edition, Base):
    """One edition of a disclosure."""

    __tablename__ = "disclosure_editions"
    __table_args__ = (
        sa.UniqueConstraint("disclosure_id", "number"),
        sa.Index(
            "uq_disclosure_editions_in_force",
            "disclosure_id",
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
        portal(READ),
    )

    disclosure_id: Mapped[int] = mapped_column(sa.ForeignKey("disclosures.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    # 成文日期: the day the thing itself happened or was decided.
    dated_on: Mapped[date | None]

    disclosure: Mapped[Disclosure] = relationship(back_populates="editions")

    @property
    def subject(self) -> str:
        """As the change log names the disclosure."""
        return f"disclosures:{self.disclosure_id}"

    @property
    def unit_id(self) -> int:
        """The unit that discloses."""
        return self.disclosure.unit_id

    @property
    def former(self) -> sa.ColumnElement[bool]:
        """The editions of the same disclosure."""
        return DisclosureEdition.disclosure_id == self.disclosure_id

    @property
    def faults(self) -> list[Refused]:
        """What is missing for publication."""
        return [
            fault
            for fault, missing in (
                (Refused("缺少标题"), not self.title.strip()),
                (Refused("缺少正文"), not self.body.strip()),
            )
            if missing
        ]


def document(
    session: Session, unit: Unit, leaf: Leaf, period: str, year: int, title: str
) -> Disclosure:
    """The disclosure with that natural key, made when there is none yet.

    Args:
        period: 所属时期 as the unit words it.
        year: the year it counts to; not part of the key.
        title: the first edition's title.
    """
    query = sa.select(Disclosure).where(
        Disclosure.unit_id == unit.id,
        Disclosure.leaf == leaf,
        Disclosure.period == period,
        Disclosure.title == title,
    )
    found = session.scalar(query)
    if found is None:
        queue_up(session)
        # Somebody else may have made it while we waited.
        found = session.scalar(query)
    if found is None:
        found = Disclosure(unit=unit, leaf=leaf, period=period, year=year, title=title)
        session.add(found)
        session.flush()
    return found


def new_edition(
    session: Session,
    disclosure: Disclosure,
    title: str,
    body: str,
    actor: Staff | None,
    dated_on: date | None = None,
) -> DisclosureEdition:
    """A draft, numbered one past the last edition of the disclosure.

    Part of another act, which puts it on record: `publishing.edit`, an import.

    Args:
        actor: its author; None for the command line.
        dated_on: 成文日期.

    Raises:
        Refused: the actor may not write for this unit.
    """
    ensure_may_write(actor, disclosure.unit_id)
    queue_up(session)
    last = session.scalar(
        sa.select(sa.func.max(DisclosureEdition.number)).where(
            DisclosureEdition.disclosure_id == disclosure.id
        )
    )
    edition = DisclosureEdition(
        disclosure=disclosure,
        number=(last or 0) + 1,
        state=State.DRAFT,
        author_id=actor.id if actor else None,
        title=title,
        body=body,
        dated_on=dated_on,
    )
    session.add(edition)
    session.flush()
    return edition


_WITH_UNIT = sa.orm.joinedload(DisclosureEdition.disclosure).joinedload(Disclosure.unit)


def listing(
    *,
    leaves: Sequence[Leaf] | None = None,
    unit_id: int | None = None,
    year: int | None = None,
    period: str | None = None,
) -> sa.Select[DisclosureEdition]:
    """Editions in force, newest first, narrowed; a query for a pager to count and cut."""
    query = (
        sa.select(DisclosureEdition)
        .join(DisclosureEdition.disclosure)
        .where(_narrowed(unit_id, year, period))
        .options(sa.orm.contains_eager(DisclosureEdition.disclosure).joinedload(Disclosure.unit))
        .order_by(DisclosureEdition.published_at.desc(), DisclosureEdition.id.desc())
    )
    if leaves is not None:
        query = query.where(Disclosure.leaf.in_(leaves))
    return query


def _narrowed(unit_id: int | None, year: int | None, period: str | None) -> sa.ColumnElement[bool]:
    conditions = [DisclosureEdition.state == State.PUBLISHED]
    if unit_id is not None:
        conditions.append(Disclosure.unit_id == unit_id)
    if year is not None:
        conditions.append(Disclosure.year == year)
    if period is not None:
        conditions.append(Disclosure.period == period)
    return sa.and_(*conditions)


def latest_by_group(
    session: Session, unit_id: int, grouping: Grouping, each: int
) -> dict[Group, list[DisclosureEdition]]:
    """The last editions in force of a unit in every group, at most ``each``; one statement."""
    groups = GROUPINGS[grouping]
    group = sa.case(
        {leaf: name for name, ls in groups.items() for leaf in ls}, value=Disclosure.leaf
    )
    newest_first = (DisclosureEdition.published_at.desc(), DisclosureEdition.id.desc())
    ranked = (
        sa.select(
            DisclosureEdition.id,
            sa.func.row_number().over(partition_by=group, order_by=newest_first).label("rank"),
        )
        .join(DisclosureEdition.disclosure)
        .where(DisclosureEdition.state == State.PUBLISHED, Disclosure.unit_id == unit_id)
        .subquery()
    )
    query = (
        sa.select(DisclosureEdition)
        .join(ranked, ranked.c.id == DisclosureEdition.id)
        .where(ranked.c.rank <= each)
        .options(sa.orm.joinedload(DisclosureEdition.disclosure))
        .order_by(*newest_first)
    )
    found: dict[Group, list[DisclosureEdition]] = {name: [] for name in groups}
    for edition in session.scalars(query):
        found[group_of(edition.disclosure.leaf, grouping)].append(edition)
    return found


def counts(
    session: Session,
    *,
    unit_id: int | None = None,
    year: int | None = None,
    period: str | None = None,
) -> dict[Leaf, int]:
    """How many disclosures of each leaf are public now, narrowed."""
    query = (
        sa.select(Disclosure.leaf, sa.func.count(DisclosureEdition.id))
        .join(Disclosure.editions)
        .where(_narrowed(unit_id, year, period))
        .group_by(Disclosure.leaf)
    )
    counted = dict.fromkeys(Leaf, 0)
    counted.update((leaf, n) for leaf, n in session.execute(query))
    return counted


def linked(session: Session, disclosure: Disclosure) -> tuple[list[DisclosureEdition], ...]:
    """The editions in force of what a disclosure answers, and of what answers it."""
    query = listing().where(
        sa.or_(Disclosure.id == disclosure.answers_id, Disclosure.answers_id == disclosure.id),
    )
    found = session.scalars(query).all()
    answered = [e for e in found if e.disclosure_id == disclosure.answers_id]
    return answered, [e for e in found if e.disclosure.answers_id == disclosure.id]


def whole(session: Session, edition_id: int) -> DisclosureEdition | None:
    """An edition in any state, with disclosure and unit."""
    query = (
        sa.select(DisclosureEdition).where(DisclosureEdition.id == edition_id).options(_WITH_UNIT)
    )
    return session.scalar(query)


def readable(
    session: Session, disclosure_id: int, number: int | None = None
) -> DisclosureEdition | None:
    """An edition by its permanent address; without a number the newest that ever was public.

    A withdrawn edition comes back as it is; the page shows only its reason.
    """
    query = (
        sa.select(DisclosureEdition)
        .where(
            DisclosureEdition.disclosure_id == disclosure_id,
            DisclosureEdition.state.in_((*READABLE, State.WITHDRAWN)),
        )
        .options(_WITH_UNIT)
        .order_by(DisclosureEdition.number.desc())
        .limit(1)
    )
    if number is not None:
        query = query.where(DisclosureEdition.number == number)
    return session.scalar(query)


def history(session: Session, disclosure_id: int) -> Sequence[DisclosureEdition]:
    """All editions of a disclosure that ever were public, newest first."""
    query = (
        sa.select(DisclosureEdition)
        .where(
            DisclosureEdition.disclosure_id == disclosure_id,
            DisclosureEdition.state.in_((*READABLE, State.WITHDRAWN)),
        )
        .order_by(DisclosureEdition.number.desc())
    )
    return session.scalars(query).all()


def count_public(session: Session) -> int:
    """How many disclosures are public now."""
    query = sa.select(sa.func.count(DisclosureEdition.id)).where(
        DisclosureEdition.state == State.PUBLISHED
    )
    return session.scalar(query) or 0


def documents(session: Session, edition_ids: Sequence[int]) -> dict[int, int]:
    """Of which disclosure each of these editions is; no statement for none."""
    if not edition_ids:
        return {}
    query = sa.select(DisclosureEdition.id, DisclosureEdition.disclosure_id).where(
        DisclosureEdition.id.in_(edition_ids)
    )
    return {edition_id: number for edition_id, number in session.execute(query)}  # noqa: C416 - rows


def years(session: Session) -> Sequence[int]:
    """The years in which something is public, newest first."""
    query = (
        sa.select(Disclosure.year)
        .join(Disclosure.editions)
        .where(DisclosureEdition.state == State.PUBLISHED)
        .distinct()
        .order_by(Disclosure.year.desc())
    )
    return session.scalars(query).all()


def periods(session: Session, year: int) -> Sequence[str]:
    """The periods of a year for which something is public, as their units word them."""
    query = (
        sa.select(Disclosure.period)
        .join(Disclosure.editions)
        .where(DisclosureEdition.state == State.PUBLISHED, Disclosure.year == year)
        .distinct()
        .order_by(Disclosure.period)
    )
    return session.scalars(query).all()


indexing.register(
    "disclosure",
    sa.select(DisclosureEdition.id).where(DisclosureEdition.state == State.PUBLISHED),
)
