"""Publishing: the review queue, approving and returning, withdrawing what is public.

The same few acts on editions of every kind; ``kind`` in an address is a `desk.Kind`.
"""

from admin.publishing import drafts, endings, lists, many, review, schedule
from admin.publishing.blueprint import blueprint, group_shown, not_there, revision_of

__all__ = [
    "blueprint",
    "drafts",
    "endings",
    "group_shown",
    "lists",
    "many",
    "not_there",
    "review",
    "revision_of",
    "schedule",
]
