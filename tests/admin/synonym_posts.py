"""Every POST about what people say, once, as it succeeds; see `posts`."""

from __future__ import annotations

import sqlalchemy as sa

from domain import synonyms
from domain.clock import utc_now
from domain.db import Session
from domain.synonyms import Synonym
from tests.admin.conftest import Desk
from tests.admin.post import Post
from tests.fixtures.county import County

ENTRY = {"word": "修路", "meanings": "公路建设\n村组道路"}
# A word of its own: one database may see all acts one after another, and a word stands once.
NEW = ENTRY | {"word": "铺路"}


def entry(session: Session, word: str = "修路") -> Synonym:
    """An entry that came with the program, as it is now."""
    session.rollback()
    synonyms.load(session, {word: ["公路建设"]}, utc_now())
    session.commit()
    return session.scalars(sa.select(Synonym).where(Synonym.word == word)).one()


def _new(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return "/synonyms/new", {**NEW}


def _try(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return "/synonyms/new", {**NEW, "try": "1"}


def _change(session: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    made = entry(session)
    return f"/synonyms/{made.id}", {**ENTRY, "revision": made.revision}


def _remove(session: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    made = entry(session)
    return f"/synonyms/{made.id}/remove", {"revision": made.revision}


POSTS: dict[str, Post] = {
    "synonyms.new": Post("reviewer", _new, ["synonyms.add"]),
    "synonyms.new-try": Post("reviewer", _try),
    "synonyms.item": Post("chief", _change, ["synonyms.change"]),
    "synonyms.remove": Post("reviewer", _remove, ["synonyms.remove"]),
}
