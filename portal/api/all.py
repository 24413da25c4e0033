"""Every noun of the open data, in the order in which they are documented."""

from __future__ import annotations

from portal.api import (
    changes,
    disclosures,
    feedback,
    notices,
    obligations,
    officials,
    posts,
    powers,
    units,
)

NOUNS = (
    units.NOUN,
    officials.NOUN,
    posts.NOUN,
    powers.POWERS,
    powers.LISTS,
    powers.EDITIONS,
    disclosures.DISCLOSURES,
    disclosures.EDITIONS,
    notices.NOTICES,
    notices.EDITIONS,
    obligations.NOUN,
    feedback.NOUN,
    changes.NOUN,
)
