"""Disclosures “五公开” [seed 2]: six leaves, shown to the public in five groups."""

from domain.disclosures.directory import (
    count_public,
    counts,
    documents,
    ever_public,
    latest_by_group,
    linked,
    listing,
    periods,
    public_editions,
    years,
)
from domain.disclosures.editions import (
    document,
    history,
    new_edition,
    readable,
    whole,
)
from domain.disclosures.tables import (
    GROUPINGS,
    Disclosure,
    DisclosureEdition,
    Group,
    Grouping,
    Leaf,
    group_of,
)

__all__ = [
    "GROUPINGS",
    "Disclosure",
    "DisclosureEdition",
    "Group",
    "Grouping",
    "Leaf",
    "count_public",
    "counts",
    "document",
    "documents",
    "ever_public",
    "group_of",
    "history",
    "latest_by_group",
    "linked",
    "listing",
    "new_edition",
    "periods",
    "public_editions",
    "readable",
    "whole",
    "years",
]
