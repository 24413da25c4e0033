"""Synonyms: what people say (低保), and the words of the lists that it means (最低生活保障).

A search for the one looks for the others as well. Staff edit them; what comes with the program
stands in ``synonyms.txt`` beside this file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import audit, indexing
from domain.db import Base, queue_up, see_latest
from domain.errors import Refused
from domain.grants import Access, portal
from domain.officials import Official
from domain.permissions import Permission
from domain.staff import Staff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

FILE = Path(__file__).with_name("synonyms.txt")
LONGEST = 20
MOST_MEANINGS = 8
_BETWEEN = "、"
_AFTER_WORD = "："
# Quotes and punctuation around a word; # would begin a note in a file.
_MARKS = "“”‘’\"'「」『』《》〈〉、，。；：！？,.;:!?#·"
_AROUND = re.compile(f"^[{_MARKS}]+|[{_MARKS}]+$")


class Synonym(Base):
    """A word that people say. A removed one stays, so that the file does not bring it back."""

    __tablename__ = "synonyms"
    __table_args__ = portal(Access(read=("id", "word", "meanings", "removed")))

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(sa.String(LONGEST), unique=True)
    # The words of the lists, the best first, one on each line.
    meanings: Mapped[str] = mapped_column(sa.Text)
    removed: Mapped[bool] = mapped_column(default=False)
    # Counts the changes: whoever has a form open sees that somebody else was faster.
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    # None: nobody has touched what came with the program.
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))

    changed_by: Mapped[Staff | None] = relationship()

    @property
    def words(self) -> list[str]:
        """The words of the lists, the best first."""
        return self.meanings.split("\n")

    @property
    def subject(self) -> str:
        """Its name in the change log and the audit record."""
        return f"synonyms:{self.id}"


@dataclass(frozen=True)
class Loaded:
    """What a file has brought: new words, and words that mean something else than before."""

    added: list[str]
    changed: list[str]


def add(
    session: Session, word: str, meanings: Iterable[str], actor: Staff | None, now: datetime
) -> Synonym:
    """Let a word be searched for by others as well.

    Raises:
        Refused: the actor may not, the entry makes no sense, or the word has one already.
    """
    ensure_may_manage(actor)
    queue_up(session)
    said, listed = checked(session, word, meanings)
    found = _of_word(session, said)
    if found is None:
        found = Synonym(word=said, revision=0)
        session.add(found)
    elif not found.removed:
        raise Refused("“%(word)s”已经有了，请改那一条", word=said)
    _write(session, found, said, listed, actor, now)
    audit.record(session, actor, "synonyms.add", found.subject, now, word=said, meanings=listed)
    return found


def change(
    session: Session,
    synonym: Synonym,
    revision: int,
    word: str,
    meanings: Iterable[str],
    actor: Staff | None,
    now: datetime,
) -> None:
    """Put other words in an entry.

    Args:
        revision: of the entry as the actor has seen it.

    Raises:
        Refused: as `add`; or somebody else has changed or removed it meanwhile.
    """
    _ensure_unchanged(session, synonym, revision, actor)
    said, listed = checked(session, word, meanings)
    other = _of_word(session, said)
    if other is not None and other.id != synonym.id:
        if not other.removed:
            raise Refused("“%(word)s”已经有了，请改那一条", word=said)
        # Its word is taken over; the file must not bring back the other one's.
        raise Refused("“%(word)s”以前删除过，请作为新的一条添加", word=said)
    former = f"{synonym.word}{_AFTER_WORD}{_BETWEEN.join(synonym.words)}"
    _write(session, synonym, said, listed, actor, now)
    name = synonym.subject
    said_now: dict[str, Any] = {"word": said, "meanings": listed, "former": former}
    audit.record(session, actor, "synonyms.change", name, now, **said_now)


def remove(
    session: Session, synonym: Synonym, revision: int, actor: Staff | None, now: datetime
) -> None:
    """Let a word be searched for by itself only.

    Raises:
        Refused: the actor may not, or somebody else has changed or removed it meanwhile.
    """
    _ensure_unchanged(session, synonym, revision, actor)
    synonym.removed = True
    _touch(session, synonym, actor, now)
    audit.record(session, actor, "synonyms.remove", synonym.subject, now, word=synonym.word)


def load(session: Session, entries: Mapping[str, Sequence[str]], now: datetime) -> Loaded:
    """Bring in the entries of a file; what staff have changed or removed stays as it is.

    Entries that nobody has touched follow the file. A word that is somebody's name is left out.
    """
    queue_up(session)
    there = {_key(one.word): one for one in session.scalars(sa.select(Synonym))}
    people = _people(session)
    done = Loaded([], [])
    for word, meanings in entries.items():
        listed = list(meanings)
        if not people.isdisjoint(map(_key, (word, *listed))):
            continue
        found = there.get(_key(word))
        if found is None:
            there[_key(word)] = made = Synonym(word=word, meanings="\n".join(listed))
            made.changed_at = now
            session.add(made)
            done.added.append(word)
        elif found.changed_by_id is None and not found.removed and found.words != listed:
            found.meanings, found.changed_at = "\n".join(listed), now
            found.revision += 1
            done.changed.append(word)
    if done.added or done.changed:
        indexing.announce(session, ["synonyms:all"], now)
        act = audit.Act(now, None, "synonyms.load", "synonyms:all", details=asdict(done))
        audit.record_all(session, [act])
    return done


def read(text: str) -> dict[str, list[str]]:
    """The entries of a file: ``说法：用语、用语`` on each line, notes behind ``#``.

    Raises:
        Refused: a line is no such entry, or a word comes twice; the message names the line.
    """
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        word, _, meanings = line.partition(_AFTER_WORD)
        try:
            said, listed = tidied(word, meanings.split(_BETWEEN))
        except Refused as refused:
            raise Refused("第 %(number)s 行：%(why)s", number=number, why=refused) from refused
        if _key(said) in map(_key, found):
            raise Refused("第 %(number)s 行：“%(word)s”出现了两次", number=number, word=said)
        found[said] = listed
    return found


def written(entries: Iterable[Synonym]) -> Iterator[str]:
    """The lines of a file of entries, as `read` reads them."""
    return (f"{one.word}{_AFTER_WORD}{_BETWEEN.join(one.words)}" for one in entries)


def listing(text: str = "") -> sa.Select[Synonym]:
    """Entries by their words; those only that contain a text, if one is given."""
    query = (
        sa.select(Synonym)
        .where(~Synonym.removed)
        .options(sa.orm.joinedload(Synonym.changed_by))
        .order_by(Synonym.word)
    )
    if text:
        parts = (Synonym.word, Synonym.meanings)
        query = query.where(sa.or_(*(part.contains(text, autoescape=True) for part in parts)))
    return query


def in_force(session: Session) -> list[tuple[str, tuple[str, ...]]]:
    """Each word and what it means, in an order that does not change (one statement)."""
    query = sa.select(Synonym.word, Synonym.meanings).where(~Synonym.removed).order_by(Synonym.word)
    return [(word, tuple(meanings.split("\n"))) for word, meanings in session.execute(query)]


def checked(session: Session, word: str, meanings: Iterable[str]) -> tuple[str, list[str]]:
    """An entry as it can be kept.

    Raises:
        Refused: as `tidied`; or one of the words is an official's name. Nobody's name stands for
            another word, and no word for somebody's name.
    """
    said, listed = tidied(word, meanings)
    people = _people(session)
    for one in (said, *listed):
        if _key(one) in people:
            raise Refused("“%(word)s”是干部的姓名，不能用作说法或者用语", word=one)
    return said, listed


def tidied(word: str, meanings: Iterable[str]) -> tuple[str, list[str]]:
    """A word and what it means without blanks, repetitions and empty lines.

    Raises:
        Refused: something is missing or too long, or a meaning contains the word: whoever
            searches for the word finds that anyway.
    """
    said = _tidy(word)
    listed = list({_key(one): one for one in map(_tidy, meanings) if _key(one)}.values())
    if not _key(said):
        raise Refused("请填写平常的说法")
    if not listed:
        raise Refused("请至少填写一个清单里的用语")
    if len(listed) > MOST_MEANINGS:
        raise Refused("用语最多 %(most)s 个，请留下最合意的", most=MOST_MEANINGS)
    for one in (said, *listed):
        if len(one) > LONGEST:
            raise Refused("“%(word)s”太长，最多 %(most)s 个字", word=one, most=LONGEST)
    for one in listed:
        if _key(said) == _key(one):
            raise Refused("用语不能和说法一样：“%(word)s”", word=one)
        if _key(said) in _key(one):
            raise Refused("“%(word)s”里已经有“%(said)s”，本来就找得到，不用写", word=one, said=said)
    return said, listed


def ensure_may_manage(actor: Staff | None) -> None:
    """Refuse whoever may not edit synonyms; None is the command line."""
    if actor is not None and not actor.may(Permission.SYNONYM_MANAGE):
        raise Refused("您没有管理搜索说法的权限")


def _ensure_unchanged(
    session: Session, synonym: Synonym, revision: int, actor: Staff | None
) -> None:
    ensure_may_manage(actor)
    see_latest(session, synonym)
    if synonym.removed:
        raise Refused("这一条刚刚被别人删除了")
    if synonym.revision != revision:
        raise Refused(
            "这一条刚刚被别人改成了“%(word)s：%(meanings)s”。要改成您写的，请再保存一次",
            word=synonym.word,
            meanings=_BETWEEN.join(synonym.words),
        )


def _write(
    session: Session,
    synonym: Synonym,
    word: str,
    meanings: list[str],
    actor: Staff | None,
    now: datetime,
) -> None:
    synonym.word, synonym.meanings, synonym.removed = word, "\n".join(meanings), False
    _touch(session, synonym, actor, now)


def _touch(session: Session, synonym: Synonym, actor: Staff | None, now: datetime) -> None:
    synonym.revision += 1
    synonym.changed_at, synonym.changed_by = now, actor
    session.flush()
    indexing.announce(session, [synonym.subject], now)


def _of_word(session: Session, word: str) -> Synonym | None:
    """The entry of a word, however it is written; removed or not. There are some hundreds."""
    every = session.scalars(sa.select(Synonym))
    return next((one for one in every if _key(one.word) == _key(word)), None)


def _people(session: Session) -> set[str]:
    return {_key(name) for name in session.scalars(sa.select(Official.name))}


def _tidy(text: str) -> str:
    """Without blanks, what cannot be seen, and the marks around it, such as quotes."""
    seen = (c for c in unicodedata.normalize("NFKC", text) if c.isprintable() and not c.isspace())
    return _AROUND.sub("", "".join(seen))


def _key(text: str) -> str:
    """As words are compared: without what is no letter and no digit."""
    return "".join(char for char in _tidy(text).casefold() if char.isalnum())
