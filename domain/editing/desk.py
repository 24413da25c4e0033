"""The lists of the desk: every post and disclosure in reach, what waits for review, what is public.

Each takes the person who asks: an editor of a unit finds that unit's alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain import powers
from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.labels import N_, Labelled
from domain.notices import Notice, NoticeEdition
from domain.officials import Post
from domain.powers import NegativeEntry, PowerEdition, PowerItem, PowerList, ProcessStep
from domain.publishing import PATIENCE, READABLE, Edition, State, documents, within
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.staff import Staff


class Kind(Labelled):
    """What comes in editions."""

    POWERS = "powers", N_("权力清单")
    DISCLOSURES = "disclosures", N_("五公开")
    NOTICES = "notices", N_("通报曝光")


class Progress(Labelled):
    """How far a post's list has come, as a filter."""

    DRAFT = "draft", N_("正在起草")
    SUBMITTED = "submitted", N_("待审核")
    SCHEDULED = "scheduled", N_("定时公开")
    PUBLISHED = "published", N_("已有公开版本")
    NONE = "none", N_("还没有公开版本")
    UNEXPLAINED = "unexplained", N_("抵触尚未说明")


def _said(words: str, *columns: sa.orm.InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.contains(words, autoescape=True) for column in columns))


def posts(
    actor: Staff,
    *,
    words: str = "",
    progress: Progress | None = None,
    unexplained: Iterable[int] = (),
) -> sa.Select[Post]:
    """The posts whose lists somebody may reach, in directory order; a query for a pager to cut.

    Args:
        words: part of the unit's name or the post's title.
        progress: only lists that have come this far.
        unexplained: what `unexplained_posts` gives, for the filter of that name.
    """
    query = (
        sa.select(Post)
        .join(Post.unit)
        .options(sa.orm.contains_eager(Post.unit))
        .order_by(Unit.position, Unit.id, Post.is_head.desc(), Post.position, Post.id)
    )
    if actor.unit_id is not None:
        query = query.where(Post.unit_id == actor.unit_id)
    if words:
        query = query.where(_said(words, Unit.name, Unit.short_name, Post.title))
    if progress is Progress.NONE:
        return query.where(~_has(State.PUBLISHED))
    if progress is Progress.UNEXPLAINED:
        return query.where(Post.id.in_(unexplained))
    return query if progress is None else query.where(_has(State[progress.name]))


def unexplained_posts(session: Session, actor: Staff) -> list[int]:
    """Posts whose public list contradicts its negative list, and nobody has explained it yet.

    Nothing is published so; but the 分工 and the post's title are imported at any time, and what
    is compared with what may have become stricter. A fixed number of statements.
    """
    parts = (
        sa.orm.selectinload(PowerEdition.negatives).selectinload(NegativeEntry.explanations),
        sa.orm.selectinload(PowerEdition.items)
        .load_only(PowerItem.name, PowerItem.kind, PowerItem.responsibility)
        .selectinload(PowerItem.steps)
        .load_only(ProcessStep.name, ProcessStep.who),
        sa.orm.joinedload(PowerEdition.power_list).joinedload(PowerList.post),
    )
    query = (
        sa.select(PowerEdition)
        .where(PowerEdition.state == State.PUBLISHED, within(actor, PowerEdition))
        .where(PowerEdition.negatives.any())
        .options(*parts)
    )
    return [
        edition.power_list.post_id
        for edition in session.scalars(query)
        if not all(clash.explanation for clash in edition.clashes)
    ]


def _has(state: State) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(PowerList.post_id == Post.id)
        .where(PowerEdition.list_id == PowerList.id, PowerEdition.state == state)
    )


def post(session: Session, post_id: int, actor: Staff) -> Post | None:
    """A post with its unit, if somebody may reach it."""
    return session.scalar(posts(actor).where(Post.id == post_id))


def standing(session: Session, post_ids: Iterable[int]) -> dict[int, dict[State, PowerEdition]]:
    """For each post its newest edition in every state, without the items (one statement)."""
    query = (
        sa.select(PowerEdition)
        .join(PowerEdition.power_list)
        .where(PowerList.post_id.in_(post_ids))
        .options(sa.orm.contains_eager(PowerEdition.power_list))
        .order_by(PowerEdition.number)
    )
    found: dict[int, dict[State, PowerEdition]] = {}
    for edition in session.scalars(query):
        found.setdefault(edition.power_list.post_id, {})[edition.state] = edition
    return found


def editions_of_post(session: Session, post_id: int) -> Sequence[PowerEdition]:
    """Every edition of a post's list, newest first, with its author, without its items."""
    query = (
        sa.select(PowerEdition)
        .join(PowerEdition.power_list)
        .where(PowerList.post_id == post_id)
        .options(
            sa.orm.contains_eager(PowerEdition.power_list), sa.orm.joinedload(PowerEdition.author)
        )
        .order_by(PowerEdition.number.desc())
    )
    return session.scalars(query).all()


def disclosures(
    actor: Staff,
    *,
    words: str = "",
    leaf: Leaf | None = None,
    year: int | None = None,
    state: State | None = None,
) -> sa.Select[DisclosureEdition]:
    """The newest edition of every disclosure in reach, last written first; for a pager to cut.

    Args:
        words: part of the title or the unit's name.
        leaf: only of this leaf.
        year: only what counts to this year.
        state: all editions in this state, instead of each disclosure's newest.
    """
    other = sa.orm.aliased(DisclosureEdition)
    newest = (
        sa.select(sa.func.max(other.number))
        .where(other.disclosure_id == DisclosureEdition.disclosure_id)
        .scalar_subquery()
    )
    query = (
        sa.select(DisclosureEdition)
        .join(DisclosureEdition.disclosure)
        .join(Disclosure.unit)
        .where(within(actor, DisclosureEdition))
        .where(DisclosureEdition.state == state if state else DisclosureEdition.number == newest)
        .options(
            sa.orm.contains_eager(DisclosureEdition.disclosure).contains_eager(Disclosure.unit),
            sa.orm.joinedload(DisclosureEdition.author),
        )
        .order_by(DisclosureEdition.id.desc())
    )
    if words:
        query = query.where(_said(words, DisclosureEdition.title, Unit.name, Unit.short_name))
    if leaf is not None:
        query = query.where(Disclosure.leaf == leaf)
    return query if year is None else query.where(Disclosure.year == year)


def notices(
    actor: Staff, *, words: str = "", category: str = "", state: State | None = None
) -> sa.Select[NoticeEdition]:
    """The newest edition of every notice in reach, last written first; for a pager to cut.

    Args:
        words: part of the title or the issuing body's name.
        state: all editions in this state, instead of each notice's newest.
    """
    other = sa.orm.aliased(NoticeEdition)
    newest = (
        sa.select(sa.func.max(other.number))
        .where(other.notice_id == NoticeEdition.notice_id)
        .scalar_subquery()
    )
    query = (
        sa.select(NoticeEdition)
        .join(NoticeEdition.notice)
        .join(Notice.unit)
        .where(within(actor, NoticeEdition))
        .where(NoticeEdition.state == state if state else NoticeEdition.number == newest)
        .options(
            sa.orm.contains_eager(NoticeEdition.notice).contains_eager(Notice.unit),
            sa.orm.joinedload(NoticeEdition.author),
        )
        .order_by(NoticeEdition.id.desc())
    )
    if words:
        query = query.where(_said(words, NoticeEdition.title, Unit.name, Unit.short_name))
    return query.where(NoticeEdition.category == category) if category else query


def editions_of_disclosure(session: Session, disclosure_id: int) -> Sequence[DisclosureEdition]:
    """Every edition of a disclosure, newest first, with its author."""
    of = DisclosureEdition.disclosure_id == disclosure_id
    return documents.editions(session, DisclosureEdition, of)


def editions_of_notice(session: Session, notice_id: int) -> Sequence[NoticeEdition]:
    """Every edition of a notice, newest first, with its author."""
    return documents.editions(session, NoticeEdition, NoticeEdition.notice_id == notice_id)


def waiting(actor: Staff, *, kind: Kind | None = None, words: str = "") -> sa.Select[str]:
    """Keys (``powers:12``) of what waits for review, longest first; `load` gives the editions."""
    return _keys(actor, (State.SUBMITTED,), "submitted_at", kind, words, newest_first=False)


def scheduled(
    actor: Staff, *, kind: Kind | None = None, words: str = "", stuck_at: datetime | None = None
) -> sa.Select[str]:
    """Keys of what is approved and waits for its moment, the next one first.

    Args:
        stuck_at: now, for only what should be public by now and is not (`publishing.is_stuck`).
    """
    until = stuck_at - PATIENCE if stuck_at else None
    states = (State.SCHEDULED,)
    return _keys(actor, states, "scheduled_for", kind, words, newest_first=False, until=until)


def public(
    actor: Staff, *, kind: Kind | None = None, state: State | None = None, words: str = ""
) -> sa.Select[str]:
    """Keys of what is or was in force and can be read still, last published first."""
    states = READABLE if state is None else (state,)
    return _keys(actor, states, "published_at", kind, words, newest_first=True)


def count_waiting(session: Session, actor: Staff) -> int:
    """How many editions wait for review in somebody's reach."""
    return session.scalar(sa.select(sa.func.count()).select_from(waiting(actor).subquery())) or 0


def _keys(
    actor: Staff,
    states: Iterable[State],
    since: str,
    kind: Kind | None,
    words: str,
    *,
    newest_first: bool,
    until: datetime | None = None,
) -> sa.Select[str]:
    parts = [
        _found(one, since).where(table.state.in_(states), within(actor, table), _told(one, words))
        for one, (table, _owner) in _LOADING.items()
        if kind in {None, one}
    ]
    rows = sa.union_all(*parts).subquery()
    order = rows.c.since.desc() if newest_first else rows.c.since
    query = sa.select(rows.c.key).order_by(order, rows.c.key)
    return query if until is None else query.where(rows.c.since <= until)


def _found(kind: Kind, since: str) -> sa.Select[Any]:
    """Keys of a kind and the moment they are ordered by, joined to what words are looked for in."""
    table = _LOADING[kind][0]
    key = sa.literal(f"{kind.value}:") + sa.cast(table.id, sa.String)
    query = sa.select(key.label("key"), getattr(table, since).label("since"))
    for step in _TO_UNIT[kind]:
        query = query.join(step)
    return query


def _told(kind: Kind, words: str) -> sa.ColumnElement[bool]:
    return _said(words, _NAMED[kind], Unit.name, Unit.short_name) if words else sa.true()


_LOADING: dict[Kind, tuple[type[Edition], Any]] = {
    Kind.POWERS: (
        PowerEdition,
        sa.orm.joinedload(PowerEdition.power_list).joinedload(PowerList.post).joinedload(Post.unit),
    ),
    Kind.DISCLOSURES: (
        DisclosureEdition,
        sa.orm.joinedload(DisclosureEdition.disclosure).joinedload(Disclosure.unit),
    ),
    Kind.NOTICES: (
        NoticeEdition,
        sa.orm.joinedload(NoticeEdition.notice).joinedload(Notice.unit),
    ),
}
_NAMED: dict[Kind, sa.orm.InstrumentedAttribute[str]] = {
    Kind.POWERS: Post.title,
    Kind.DISCLOSURES: DisclosureEdition.title,
    Kind.NOTICES: NoticeEdition.title,
}
_TO_UNIT: dict[Kind, tuple[Any, ...]] = {
    Kind.POWERS: (PowerEdition.power_list, PowerList.post, Post.unit),
    Kind.DISCLOSURES: (DisclosureEdition.disclosure, Disclosure.unit),
    Kind.NOTICES: (NoticeEdition.notice, Notice.unit),
}


def kind_of(edition: Edition) -> Kind:
    """Of which kind an edition is."""
    return next(kind for kind, (table, _owner) in _LOADING.items() if isinstance(edition, table))


def load(
    session: Session, keys: Sequence[str], actor: Staff | None = None, *, whole: bool = False
) -> list[tuple[Kind, Edition]]:
    """The editions of these keys in their order, with unit and author; one statement a kind.

    Args:
        actor: somebody who may only reach their own unit's; None for all units'.
        whole: with all that stands in them, for who must judge it; a few statements more.
    """
    found: dict[str, tuple[Kind, Edition]] = {}
    for kind, (table, owner) in _LOADING.items():
        ids = [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind.value}:")]
        if ids:
            query = (
                sa.select(table)
                .where(table.id.in_(ids), within(actor, table))
                .options(owner, sa.orm.joinedload(table.author), sa.orm.joinedload(table.reviewer))
            )
            if whole and table is PowerEdition:
                query = query.options(*powers.PARTS)
            found |= {f"{kind.value}:{one.id}": (kind, one) for one in session.scalars(query)}
    return [found[key] for key in keys if key in found]
