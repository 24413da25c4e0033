"""The lists of the desk: every post and disclosure in reach, what waits for review, what is public.

Each takes the person who asks: an editor of a unit finds that unit's alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.labels import N_, Labelled
from domain.officials import Post
from domain.powers import PowerEdition, PowerList
from domain.publishing import READABLE, Edition, State, within
from domain.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from domain.staff import Staff


class Kind(Labelled):
    """What comes in editions."""

    POWERS = "powers", N_("权力清单")
    DISCLOSURES = "disclosures", N_("五公开")


class Progress(Labelled):
    """How far a post's list has come, as a filter."""

    DRAFT = "draft", N_("正在起草")
    SUBMITTED = "submitted", N_("待审核")
    PUBLISHED = "published", N_("已有公开版本")
    NONE = "none", N_("还没有公开版本")


def _said(words: str, *columns: sa.orm.InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.contains(words, autoescape=True) for column in columns))


def posts(actor: Staff, *, words: str = "", progress: Progress | None = None) -> sa.Select[Post]:
    """The posts whose lists somebody may reach, in directory order; a query for a pager to cut.

    Args:
        words: part of the unit's name or the post's title.
        progress: only lists that have come this far.
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
    return query if progress is None else query.where(_has(State[progress.name]))


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


def editions_of_disclosure(session: Session, disclosure_id: int) -> Sequence[DisclosureEdition]:
    """Every edition of a disclosure, newest first, with its author."""
    query = (
        sa.select(DisclosureEdition)
        .where(DisclosureEdition.disclosure_id == disclosure_id)
        .options(sa.orm.joinedload(DisclosureEdition.author))
        .order_by(DisclosureEdition.number.desc())
    )
    return session.scalars(query).all()


def waiting(actor: Staff, *, kind: Kind | None = None, words: str = "") -> sa.Select[str]:
    """Keys (``powers:12``) of what waits for review, longest first; `load` gives the editions."""
    return _keys(actor, (State.SUBMITTED,), "submitted_at", kind, words, newest_first=False)


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
) -> sa.Select[str]:
    parts = []
    if kind is not Kind.DISCLOSURES:
        query = (
            _row(Kind.POWERS, PowerEdition, since)
            .join(PowerEdition.power_list)
            .join(PowerList.post)
            .join(Post.unit)
            .where(PowerEdition.state.in_(states), within(actor, PowerEdition))
        )
        parts.append(
            query.where(_said(words, Unit.name, Unit.short_name, Post.title)) if words else query
        )
    if kind is not Kind.POWERS:
        query = (
            _row(Kind.DISCLOSURES, DisclosureEdition, since)
            .join(DisclosureEdition.disclosure)
            .join(Disclosure.unit)
            .where(DisclosureEdition.state.in_(states), within(actor, DisclosureEdition))
        )
        parts.append(
            query.where(_said(words, DisclosureEdition.title, Unit.name, Unit.short_name))
            if words
            else query
        )
    rows = sa.union_all(*parts).subquery()
    order = rows.c.since.desc() if newest_first else rows.c.since
    return sa.select(rows.c.key).order_by(order, rows.c.key)


def _row(kind: Kind, table: type[Edition], since: str) -> sa.Select[Any]:
    key = sa.literal(f"{kind.value}:") + sa.cast(table.id, sa.String)
    return sa.select(key.label("key"), getattr(table, since).label("since"))


_LOADING: dict[Kind, tuple[type[Edition], Any]] = {
    Kind.POWERS: (
        PowerEdition,
        sa.orm.joinedload(PowerEdition.power_list).joinedload(PowerList.post).joinedload(Post.unit),
    ),
    Kind.DISCLOSURES: (
        DisclosureEdition,
        sa.orm.joinedload(DisclosureEdition.disclosure).joinedload(Disclosure.unit),
    ),
}


def load(session: Session, keys: Sequence[str]) -> list[tuple[Kind, Edition]]:
    """The editions of these keys in their order, with unit and author; one statement a kind."""
    found: dict[str, tuple[Kind, Edition]] = {}
    for kind, (table, owner) in _LOADING.items():
        ids = [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind.value}:")]
        if ids:
            query = (
                sa.select(table)
                .where(table.id.in_(ids))
                .options(owner, sa.orm.joinedload(table.author), sa.orm.joinedload(table.reviewer))
            )
            found |= {f"{kind.value}:{one.id}": (kind, one) for one in session.scalars(query)}
    return [found[key] for key in keys if key in found]
