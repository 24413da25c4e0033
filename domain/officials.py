"""Officials 干部: a person, the posts of a unit, and who held which post when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import indexing
from domain.db import Base, queue_up
from domain.errors import Refused
from domain.grants import READ, portal
from domain.labels import N_, Labelled
from domain.units import Unit, UnitKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session


# More words than this are no search but a pasted text.
_MOST_WORDS = 4


class ManagedBy(Labelled):
    """Which level manages the person in a post, and so which body takes a report (art. 15)."""

    COUNTY = "county", N_("县管")
    CITY = "city", N_("市管")
    PROVINCE = "province", N_("省管")


class Official(Base):
    """A person who holds or held a post. Only what may be public stands here."""

    __tablename__ = "officials"
    __table_args__ = portal(READ)

    id: Mapped[int] = mapped_column(primary_key=True)
    # The personnel number of the workbook: two people of one name stay two people.
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(40), index=True)
    brief: Mapped[str] = mapped_column(sa.Text, default="")

    tenures: Mapped[list[Tenure]] = relationship(
        back_populates="official", order_by="Tenure.started_on.desc()"
    )


class Post(Base):
    """A post 职务 in a unit. A power list belongs to it, not to the person."""

    __tablename__ = "posts"
    __table_args__ = (sa.UniqueConstraint("unit_id", "title"), portal(READ))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("units.id"))
    title: Mapped[str] = mapped_column(sa.String(80))
    is_head: Mapped[bool] = mapped_column(default=False)
    level: Mapped[str] = mapped_column(sa.String(20), default="")
    managed_by: Mapped[ManagedBy] = mapped_column(default=ManagedBy.COUNTY)
    # 分工: what the post is in charge of.
    portfolio: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int] = mapped_column(default=0)

    @property
    def full_title(self) -> str:
        """The title behind its unit's short name; one that names its body itself stands alone.

        交通运输局 + 局长, but 县委书记 and 县人大常委会主任 as they are.
        """
        unit = self.unit.short_name
        return self.title if self.title.startswith(("县", unit[:2])) else unit + self.title

    unit: Mapped[Unit] = relationship()
    tenures: Mapped[list[Tenure]] = relationship(
        back_populates="post", order_by="Tenure.started_on.desc()"
    )


class Tenure(Base):
    """Who held which post, from when, until when (None: still)."""

    __tablename__ = "tenures"
    __table_args__ = (
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="order"),
        sa.Index(
            "uq_tenures_current",
            "post_id",
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        ),
        portal(READ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id"), index=True)
    official_id: Mapped[int] = mapped_column(sa.ForeignKey("officials.id"), index=True)
    started_on: Mapped[date]
    ended_on: Mapped[date | None]

    post: Mapped[Post] = relationship(back_populates="tenures")
    official: Mapped[Official] = relationship(back_populates="tenures")


def appoint(
    session: Session,
    post: Post,
    official: Official,
    started_on: date,
    ended_on: date | None = None,
) -> Tenure:
    """Record that an official holds a post from a day on, ending the holder before.

    Part of another act (an import, the command line), which puts it on record and announces it.

    Args:
        started_on: the first day.
        ended_on: the last day; None while they hold it. Then whoever held it so far ceases to the
            day before. A tenure that has its end already ends nobody else's.

    Raises:
        Refused: the days overlap with another tenure of the post: no two do (design §3).
    """
    if ended_on is not None and ended_on < started_on:
        raise Refused("任职结束日期早于开始日期")
    queue_up(session)
    held = session.scalars(sa.select(Tenure).where(Tenure.post_id == post.id)).all()
    before = None
    for tenure in held:
        if ended_on is None and tenure.ended_on is None and tenure.started_on < started_on:
            before = tenure
        elif tenure.started_on <= (ended_on or date.max) and started_on <= (
            tenure.ended_on or date.max
        ):
            raise Refused(
                "“%(post)s”在这段时间已有任职记录（%(start)s 起），两段任职不能重叠",
                post=post.title,
                start=tenure.started_on.isoformat(),
            )
    if before is not None:
        before.ended_on = started_on - timedelta(days=1)
    session.flush()
    tenure = Tenure(
        post_id=post.id, official_id=official.id, started_on=started_on, ended_on=ended_on
    )
    session.add(tenure)
    session.flush()
    return tenure


def in_force(on: date) -> sa.ColumnElement[bool]:
    """The tenures that hold on a day, as a condition for a query."""
    return sa.and_(
        Tenure.started_on <= on, sa.or_(Tenure.ended_on.is_(None), Tenure.ended_on >= on)
    )


# Built once: building it takes longer than asking.
_TENURES = (
    sa.select(Tenure)
    .join(Tenure.post)
    .join(Tenure.official)
    .join(Post.unit)
    .options(
        sa.orm.contains_eager(Tenure.post).contains_eager(Post.unit),
        sa.orm.contains_eager(Tenure.official),
    )
    .order_by(Unit.position, Unit.id, Post.is_head.desc(), Post.position, Post.id)
)


def current_tenures(session: Session, on: date, *, unit_id: int | None = None) -> Sequence[Tenure]:
    """Who holds a post on a day, heads first, with official, post and unit loaded (one statement)."""
    query = _TENURES.where(in_force(on))
    if unit_id is not None:
        query = query.where(Post.unit_id == unit_id)
    return session.scalars(query).all()


def holders(session: Session, post_ids: Collection[int], on: date) -> dict[int, Official]:
    """Who holds each of these posts on a day; a vacant post is left out (one statement)."""
    query = (
        sa.select(Tenure)
        .options(sa.orm.joinedload(Tenure.official))
        .where(in_force(on), Tenure.post_id.in_(post_ids))
    )
    return {tenure.post_id: tenure.official for tenure in session.scalars(query)}


def tenures_of_post(session: Session, post_id: int) -> Sequence[Tenure]:
    """Everybody who holds or held a post, newest first, with the official (one statement)."""
    query = (
        sa.select(Tenure)
        .where(Tenure.post_id == post_id)
        .options(sa.orm.joinedload(Tenure.official))
        .order_by(Tenure.started_on.desc())
    )
    return session.scalars(query).all()


def with_tenures(session: Session, official_id: int) -> Official | None:
    """An official with every post they held or hold, and the posts' units, newest first.

    One statement.
    """
    return session.scalars(_OFFICIAL, {"id": official_id}).unique().one_or_none()


_OFFICIAL = (
    sa.select(Official)
    .where(Official.id == sa.bindparam("id"))
    .options(sa.orm.joinedload(Official.tenures).joinedload(Tenure.post).joinedload(Post.unit))
)


def listing(
    on: date,
    *,
    current: bool = False,
    heads_only: bool = False,
    kind: UnitKind | None = None,
    unit_id: int | None = None,
) -> sa.Select[Official]:
    """Officials with all their posts; a query for a pager to order and cut.

    Args:
        on: the day that counts for what follows.
        current: only those who hold a post; so do the others, which ask for such a post.
        heads_only: one as a 一把手.
        kind: one in a unit of that kind.
        unit_id: one in that unit.
    """
    query = sa.select(Official).options(
        sa.orm.selectinload(Official.tenures).joinedload(Tenure.post).joinedload(Post.unit)
    )
    held = sa.select(Tenure.official_id).join(Tenure.post).join(Post.unit).where(in_force(on))
    if heads_only:
        held = held.where(Post.is_head)
    if kind is not None:
        held = held.where(Unit.kind == kind)
    if unit_id is not None:
        held = held.where(Unit.id == unit_id)
    narrowed = current or heads_only or kind is not None or unit_id is not None
    return query.where(Official.id.in_(held)) if narrowed else query


def posts(*, heads_only: bool = False, unit_id: int | None = None) -> sa.Select[Post]:
    """Posts with their unit and everybody who held them; a query for a pager to order and cut."""
    query = (
        sa.select(Post)
        .join(Post.unit)
        .options(
            sa.orm.contains_eager(Post.unit),
            sa.orm.selectinload(Post.tenures).joinedload(Tenure.official),
        )
    )
    if heads_only:
        query = query.where(Post.is_head)
    return query if unit_id is None else query.where(Post.unit_id == unit_id)


def matching(words: str) -> list[sa.ColumnElement[bool]]:
    """Conditions for officials whose name, post or unit contains each of some words."""
    return [_matches(word) for word in words.split()[:_MOST_WORDS]]


def _matches(word: str) -> sa.ColumnElement[bool]:
    held = (
        sa.select(Tenure.official_id)
        .join(Post, Post.id == Tenure.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            sa.or_(
                Unit.name.contains(word, autoescape=True),
                Unit.short_name.contains(word, autoescape=True),
                Post.title.contains(word, autoescape=True),
            )
        )
    )
    return sa.or_(Official.name.contains(word, autoescape=True), Official.id.in_(held))


def with_posts(session: Session, ids: Collection[int]) -> Sequence[Official]:
    """Officials with all their posts and units loaded (two statements)."""
    query = (
        sa.select(Official)
        .where(Official.id.in_(ids))
        .options(
            sa.orm.selectinload(Official.tenures).joinedload(Tenure.post).joinedload(Post.unit)
        )
        .order_by(Official.name, Official.id)
    )
    return session.scalars(query).all()


indexing.register("official", sa.select(Official.id))
indexing.register_lasting("officials", sa.select(Official.id))
