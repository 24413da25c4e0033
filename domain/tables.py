"""Every table of the house, for whoever needs the whole: migrations, grants, tests."""

from domain import (
    audit,
    clues,
    dialogue,
    disclosures,
    drafts,
    files,
    identities,
    indexing,
    integrity,
    offices,
    officials,
    powers,
    readings,
    recusal,
    reports,
    settings,
    staff,
    units,
)
from domain.db import Base
from domain.imports import uploads

__all__ = [
    "audit",
    "clues",
    "dialogue",
    "disclosures",
    "drafts",
    "files",
    "identities",
    "indexing",
    "integrity",
    "metadata",
    "offices",
    "officials",
    "powers",
    "readings",
    "recusal",
    "reports",
    "settings",
    "staff",
    "units",
    "uploads",
]

metadata = Base.metadata
