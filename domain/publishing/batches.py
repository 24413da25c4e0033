"""Many editions in one go: each is judged by itself, and none stops the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.errors import Refused
from domain.publishing.editions import Edition, ensure_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session


@dataclass
class Batch:
    """What came of it.

    Attributes:
        done: the editions that went through.
        refused: others, with the rule against it.
        failed: where a fault of the program or of the data stopped it: the kind of edition with
            its id, and what was raised. Nothing was changed.
    """

    done: list[Edition] = field(default_factory=list)
    refused: list[tuple[Edition, Refused]] = field(default_factory=list)
    failed: list[tuple[str, Exception]] = field(default_factory=list)


def one_by_one(
    session: Session, chosen: Iterable[tuple[Edition, int]], act: Callable[[Edition], None]
) -> Batch:
    """Do the same with several editions.

    An act of this package refuses before it changes anything, so that what is refused is left as
    it was.

    Args:
        chosen: each edition with the revision that the person who chose it has seen.
        act: what to do with one.
    """
    batch = Batch()
    for edition, seen in chosen:
        try:
            ensure_seen(session, edition, seen)
            act(edition)
        except Refused as refused:
            batch.refused.append((edition, refused))
        else:
            batch.done.append(edition)
    return batch
