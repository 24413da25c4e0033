"""Power lists 权力清单: every post's editions, and the pages on which a draft is written."""

from admin.powers import items, lists
from admin.powers.blueprint import blueprint

__all__ = ["blueprint", "items", "lists"]
