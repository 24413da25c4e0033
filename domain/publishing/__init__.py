"""Publishing: how an edition becomes public, is replaced and is withdrawn.

draft → submitted → published → superseded | withdrawn; an approved edition may wait as scheduled
until its moment. Author and reviewer are two people. Every publication is announced in the log of
`domain.indexing`, in the same transaction.

`editions` says what all editions share and who may reach them, `titled` what those of a title and
a body share besides; `writing` and `reviewing` are the acts of the two people, `schedule` is the
moment that comes by itself, `batches` many at once.
"""

from domain.publishing.batches import Batch, one_by_one
from domain.publishing.editions import (
    EVER_PUBLIC,
    OPEN,
    READABLE,
    Edition,
    Note,
    Overtaken,
    State,
    corrected_by,
    ensure_may_write,
    ensure_scope,
    ensure_seen,
    has_written,
    kept,
    last_change,
    name_of,
    within,
)
from domain.publishing.reviewing import publish, send_back, withdraw
from domain.publishing.schedule import (
    PATIENCE,
    is_due,
    is_stuck,
    publish_due,
    reschedule,
    schedule,
    unschedule,
)
from domain.publishing.titled import Indexed, TitledEdition
from domain.publishing.writing import correct, discard, edit, submit, take_back

__all__ = [
    "EVER_PUBLIC",
    "OPEN",
    "PATIENCE",
    "READABLE",
    "Batch",
    "Edition",
    "Indexed",
    "Note",
    "Overtaken",
    "State",
    "TitledEdition",
    "correct",
    "corrected_by",
    "discard",
    "edit",
    "ensure_may_write",
    "ensure_scope",
    "ensure_seen",
    "has_written",
    "is_due",
    "is_stuck",
    "kept",
    "last_change",
    "name_of",
    "one_by_one",
    "publish",
    "publish_due",
    "reschedule",
    "schedule",
    "send_back",
    "submit",
    "take_back",
    "unschedule",
    "withdraw",
    "within",
]
