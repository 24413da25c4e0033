"""Uploads of reporters: encrypted as they come in, each judged by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from domain import files
from domain.clock import local_day
from domain.reports import LARGEST_FILE, MOST_FILES, FileKey
from web.errors import explain_refusal
from web.forms import FilesField, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import FileStorage
    from wtforms.form import BaseForm

_PIECE = 64 * 1024
_LONGEST_NAME = 200


class EvidenceField(FilesField):
    """Files that `take_in` judges one by one: a bad one must not lose the others."""

    def pre_validate(self, form: BaseForm) -> None:
        """Leave the judging to `take_in`."""


def take_in(
    session: Session, uploads: Iterable[FileStorage], *, room: int, now: datetime
) -> tuple[list[FileKey], list[str]]:
    """Encrypt and keep what is good; say what is wrong with the rest.

    Args:
        uploads: what the browser sent; each stream is read once.
        room: how many files may still be kept.

    Returns:
        The keys of what was kept, and a sentence for each file that was not.
    """
    kept: list[FileKey] = []
    problems: list[str] = []
    for upload in uploads:
        name = (upload.filename or "")[-_LONGEST_NAME:]
        reason = _reason_against(upload, has_room=len(kept) < room)
        if reason:
            problems.append(gettext("“%(name)s”没有收下：%(reason)s", name=name, reason=reason))
            continue
        file_id, key, size = files.store(
            session, _pieces(upload), limit=LARGEST_FILE, today=local_day(now)
        )
        kept.append(FileKey(id=file_id, name=name, size=size, key=key))
    return kept, problems


def _reason_against(upload: FileStorage, *, has_room: bool) -> str:
    size = size_of(upload)
    if not has_room:
        return str(gettext("最多 %(most)s 个文件", most=MOST_FILES))
    if size == 0:
        return str(gettext("是空文件"))
    if size > LARGEST_FILE:
        return explain_refusal(files.TooLarge(LARGEST_FILE))
    return ""


def _pieces(upload: FileStorage) -> Iterator[bytes]:
    while piece := upload.stream.read(_PIECE):
        yield piece
