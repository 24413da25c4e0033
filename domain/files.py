"""Files: encrypted bytes in chunks. Whose file it is, its name and key are sealed elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from domain import sealing
from domain.db import Base
from domain.errors import Refused
from domain.grants import APPEND, portal
from domain.labels import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Uploads of a form that was never handed in are dropped after this long.
UNCLAIMED_LASTS = timedelta(days=1)


class StoredFile(Base):
    """An encrypted file. Deleting the row deletes its chunks."""

    __tablename__ = "stored_files"
    __table_args__ = portal(APPEND)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    stored_on: Mapped[date]


class FileChunk(Base):
    """One chunk of a secretstream, in order."""

    __tablename__ = "file_chunks"
    __table_args__ = portal(APPEND)

    file_id: Mapped[str] = mapped_column(
        sa.ForeignKey("stored_files.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class TooLarge(Refused):
    """The file is over the limit, which is given in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(N_("文件超过 %(limit)s MB"), limit=limit // (1024 * 1024))


def store(
    session: Session, pieces: Iterable[bytes], *, limit: int, today: date
) -> tuple[str, bytes, int]:
    """Encrypt a file as it streams in and keep it; one chunk is in memory at a time.

    Args:
        pieces: the plain bytes, in pieces of any size.
        limit: the most bytes it may have.
        today: the county's day; nothing finer is kept.

    Returns:
        Its id, the key that opens it (kept nowhere here) and its true size in bytes.

    Raises:
        TooLarge: it is over the limit; what was written goes with the rollback.
    """
    file_id = secrets.token_hex(16)
    session.execute(sa.insert(StoredFile).values(id=file_id, stored_on=today))
    sealer, chunks = sealing.seal_file(_at_most(pieces, limit))
    for number, chunk in enumerate(chunks):
        session.execute(sa.insert(FileChunk).values(file_id=file_id, number=number, data=chunk))
    return file_id, sealer.key, sealer.size


def _at_most(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise TooLarge(limit)
        yield piece


def chunks(session: Session, file_id: str) -> Iterator[bytes]:
    """The encrypted chunks of a file in order, one in memory at a time."""
    query = sa.select(FileChunk.data).where(FileChunk.file_id == file_id).order_by(FileChunk.number)
    # Closed even when a reader goes away half way.
    with session.scalars(query.execution_options(yield_per=1)) as found:
        yield from found


def drop_unclaimed(session: Session, claimed: sa.Select[str], today: date) -> int:
    """Delete uploads that no report and no message took up; returns how many.

    One statement, however many there are; the chunks go with their files.

    Args:
        claimed: the ids of the files that somebody took up (`dialogue.claimed_files`).
        today: the county's day.
    """
    result = session.execute(
        sa.delete(StoredFile)
        .where(StoredFile.stored_on < today - UNCLAIMED_LASTS, StoredFile.id.not_in(claimed))
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
