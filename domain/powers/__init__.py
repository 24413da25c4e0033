"""Power lists 权力清单 and negative lists 负面清单 of a post, in numbered editions."""

from domain.powers.clashes import clashes
from domain.powers.directory import count_public, counts, listing, lists, newest
from domain.powers.editions import (
    history,
    in_force,
    in_force_of,
    item,
    new_edition,
    of_post,
    readable,
    successor,
    whole,
)
from domain.powers.tables import (
    NegativeArea,
    NegativeEntry,
    PowerEdition,
    PowerItem,
    PowerKind,
    PowerList,
    ProcessStep,
    Risk,
    Scope,
)

__all__ = [
    "NegativeArea",
    "NegativeEntry",
    "PowerEdition",
    "PowerItem",
    "PowerKind",
    "PowerList",
    "ProcessStep",
    "Risk",
    "Scope",
    "clashes",
    "count_public",
    "counts",
    "history",
    "in_force",
    "in_force_of",
    "item",
    "listing",
    "lists",
    "new_edition",
    "newest",
    "of_post",
    "readable",
    "successor",
    "whole",
]
